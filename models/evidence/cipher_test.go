package evidence

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stored puts three segments of noise under a/b and answers where they lie.
func stored(t *testing.T) (s *Store, dir, path string, raw []byte) {
	t.Helper()
	s, dir = dirStore(t)
	if _, err := s.Put(t.Context(), "a/b", bytes.NewReader(content(3*segmentSize))); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "a", "b")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir, path, raw
}

func TestStoredBytesAreEncryptedAndPrivate(t *testing.T) {
	s, dir := dirStore(t)
	text := strings.Repeat("plain words ", 1000)
	s.Put(t.Context(), "a/b", strings.NewReader(text))
	path := filepath.Join(dir, "a", "b")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("plain words")) {
		t.Error("the words can be read on the disk")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %o, want 600", info.Mode().Perm())
	}
	s.Put(t.Context(), "a/c", strings.NewReader(text))
	if again, _ := os.ReadFile(filepath.Join(dir, "a", "c")); bytes.Equal(raw, again) {
		t.Error("equal files look equal on the disk")
	}
}

func TestAnythingButTheWrittenBytesIsRefused(t *testing.T) {
	s, _, path, raw := stored(t)
	flip := func(i int) []byte {
		b := bytes.Clone(raw)
		b[i] ^= 1
		return b
	}
	swapped := bytes.Clone(raw)
	copy(swapped[5+segmentSize:5+2*segmentSize], raw[5+2*segmentSize:])
	for name, b := range map[string][]byte{
		"empty":                        {},
		"only the magic":               raw[:4],
		"cut in the header":            raw[:20],
		"cut in the first segment":     raw[:1000],
		"cut after the first segment":  raw[:5+segmentSize],
		"cut after the second segment": raw[:5+2*segmentSize],
		"one byte short":               raw[:len(raw)-1],
		"one byte long":                append(bytes.Clone(raw), 0),
		"another magic":                flip(0),
		"another salt":                 flip(10),
		"a bit of the first segment":   flip(100),
		"a bit of the last segment":    flip(len(raw) - 20),
		"a bit of the last tag":        flip(len(raw) - 1),
		"segments exchanged":           swapped,
	} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := read(s, "a/b")
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got %d bytes and %v, want ErrDamaged", name, len(got), err)
		}
		if !bytes.HasPrefix(content(3*segmentSize), got) {
			t.Errorf("%s: wrong bytes were handed out", name)
		}
	}
}

func TestAReaderGoesOnAnsweringItsError(t *testing.T) {
	s, _, path, raw := stored(t)
	raw[len(raw)-1] ^= 1
	os.WriteFile(path, raw, 0o600)
	r, err := s.Get(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	buf := make([]byte, segmentSize)
	for err == nil {
		_, err = r.Read(buf)
	}
	if _, again := r.Read(buf); !errors.Is(err, ErrDamaged) || !errors.Is(again, ErrDamaged) {
		t.Errorf("got %v and then %v, want ErrDamaged twice", err, again)
	}
}

func TestAMovedFileIsRefused(t *testing.T) {
	s, dir, path, _ := stored(t)
	if err := os.Rename(path, filepath.Join(dir, "a", "c")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "a/c"); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}

func TestAWrongKeyIsRefusedBeforeTheFirstByte(t *testing.T) {
	_, dir, path, raw := stored(t)
	wrong, err := Open(t.Context(), "file://"+dir, Keys{Current: 1, ByVersion: map[uint8][]byte{1: bytes.Repeat([]byte{99}, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	defer wrong.Close()
	if _, err := wrong.Get(t.Context(), "a/b"); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	raw[4] = 7
	os.WriteFile(path, raw, 0o600)
	if _, err := wrong.Get(t.Context(), "a/b"); !errors.Is(err, ErrNoKey) {
		t.Errorf("got %v, want ErrNoKey", err)
	}
}

func TestOldFilesOpenAfterARotation(t *testing.T) {
	_, dir, path, raw := stored(t)
	rotated, err := Open(t.Context(), "file://"+dir, keys(2))
	if err != nil {
		t.Fatal(err)
	}
	defer rotated.Close()
	if got, err := read(rotated, "a/b"); err != nil || !bytes.Equal(got, content(3*segmentSize)) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if r, err := rotated.Put(t.Context(), "a/new", strings.NewReader("x")); err != nil || r.KeyVersion != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
	raw[4] = 2 // claims the newer key
	os.WriteFile(path, raw, 0o600)
	if _, err := rotated.Get(t.Context(), "a/b"); !errors.Is(err, ErrDamaged) {
		t.Errorf("a changed version: got %v, want ErrDamaged", err)
	}
}
