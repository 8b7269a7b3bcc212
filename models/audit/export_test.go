package audit

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func readAll(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnExportFileIsReadBackNoteByNote(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/checkpoints"
	f, err := NewExportFile(path)
	if err != nil {
		t.Fatal(err)
	}
	one, two := "reeve audit\n1\nroot\ntime\n\n\u2014 reeve-audit AAAA\n", "reeve audit\n2\nroot\ntime\n\n\u2014 reeve-audit BBBB\n"
	if err := f.Append(one); err != nil {
		t.Fatal(err)
	}
	torn, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := torn.WriteString("reeve audit\n17\nro"); err != nil { // a crash in the middle
		t.Fatal(err)
	}
	torn.Close()
	if err := f.Append(two); err != nil {
		t.Fatal(err)
	}
	r := newExportReader(strings.NewReader(readAll(t, path) + "reeve audit\n3\n"))
	for _, want := range []string{one, two} {
		if got, err := r.next(); err != nil || got != want {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	}
	if got, err := r.next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last note: %q, %v", got, err)
	}
}

func TestAnExportFileThatCannotBeWrittenIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	if _, err := NewExportFile(t.TempDir() + "/missing/checkpoints"); err == nil {
		t.Error("a folder that does not exist was accepted")
	}
}
