package keyring

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func match(t *testing.T, r *Ring) []byte {
	t.Helper()
	k, err := r.Derive(Match, r.Current())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestAMissingKeyIsMadeOnlyWhenAsked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "master")
	if _, err := Load("", file, false); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), EnvName) {
		t.Errorf("got %v, want ErrMissing that names the setting", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a file was made without being asked for")
	}
	made, err := Load("", file, true)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %o, want 600", info.Mode().Perm())
	}
	for _, create := range []bool{false, true} {
		again, err := Load("", file, create)
		if err != nil || !bytes.Equal(match(t, again), match(t, made)) {
			t.Errorf("a second start got another key, %v", err)
		}
	}
	if names := entries(t, filepath.Dir(file)); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestTheEnvironmentComesFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "master")
	if _, err := Load("", file, true); err != nil {
		t.Fatal(err)
	}
	r, err := Load(oneKey, file, false)
	if err != nil || !bytes.Equal(match(t, r), match(t, ring(t, oneKey))) {
		t.Errorf("the file was taken, %v", err)
	}
	if _, err := Load("nonsense", file, true); !errors.Is(err, ErrMalformed) {
		t.Errorf("a bad setting: got %v, want ErrMalformed and not the file's key", err)
	}
}

func TestAKeyThatOthersMayReadIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "master")
	os.WriteFile(file, []byte(oneKey), 0o600)
	for _, mode := range []os.FileMode{0o644, 0o640, 0o602} {
		os.Chmod(file, mode)
		if _, err := Load("", file, true); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: got %v", mode, err)
		}
	}
	if _, err := Load("", t.TempDir(), true); err == nil {
		t.Error("a directory was taken for a key")
	}
}

func TestADamagedFileIsNotReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "master")
	for _, text := range []string{"", "garbage"} {
		os.WriteFile(file, []byte(text), 0o600)
		if _, err := Load("", file, true); err == nil {
			t.Errorf("%q was taken for a key", text)
		}
		if b, _ := os.ReadFile(file); string(b) != text {
			t.Errorf("%q was overwritten", text)
		}
	}
}

func TestProcessesThatStartTogetherAgree(t *testing.T) {
	file := filepath.Join(t.TempDir(), "master")
	var wg sync.WaitGroup
	keys := make([][]byte, 8)
	for i := range keys {
		wg.Go(func() {
			if r, err := Load("", file, true); err == nil {
				keys[i], _ = r.Derive(Match, 1)
			}
		})
	}
	wg.Wait()
	for i, k := range keys {
		if k == nil || !bytes.Equal(k, keys[0]) {
			t.Errorf("start %d got another key", i)
		}
	}
}

func TestRotateAddsAVersionAndKeepsTheOld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "master")
	os.WriteFile(file, []byte(oneKey+"\n"), 0o600)
	before, _ := Load("", file, false)
	for want := uint8(2); want < 4; want++ {
		r, err := Rotate(file)
		if err != nil || r.Current() != want {
			t.Fatalf("got %v, %v", r, err)
		}
	}
	after, err := Load("", file, false)
	if err != nil || after.Current() != 3 || len(after.Versions()) != 3 {
		t.Fatalf("got %v, %v", after, err)
	}
	was, _ := before.Derive(File, 1)
	if is, err := after.Derive(File, 1); err != nil || !bytes.Equal(was, is) {
		t.Errorf("the first version changed, %v", err)
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 || len(entries(t, filepath.Dir(file))) != 1 {
		t.Errorf("mode %o, files %v", info.Mode().Perm(), entries(t, filepath.Dir(file)))
	}
	if _, err := Rotate(file + ".none"); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v, want ErrMissing", err)
	}
}

func TestTheAuditSignerSignsWhatItsVerifierKeyProves(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit-key")
	if _, _, err := LoadSigner(file, false); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v, want ErrMissing", err)
	}
	for range 50 { // base64 of some keys holds a plus, which also divides the text
		os.Remove(file)
		signer, vkey, err := LoadSigner(file, true)
		if err != nil {
			t.Fatal(err)
		}
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			t.Fatalf("%s: %v", vkey, err)
		}
		msg, err := note.Sign(&note.Note{Text: "checkpoint\n"}, signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(msg, note.VerifierList(verifier)); err != nil {
			t.Fatal(err)
		}
		if _, again, err := LoadSigner(file, true); again != vkey || err != nil {
			t.Fatalf("a second start got %s, %v", again, err)
		}
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %o, want 600", info.Mode().Perm())
	}
	os.WriteFile(file, []byte("garbage"), 0o600)
	if _, _, err := LoadSigner(file, true); !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "garbage") {
		t.Errorf("got %v", err)
	}
}
