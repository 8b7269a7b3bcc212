package evidence

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func keys(version uint8) Keys {
	return Keys{Current: version, ByVersion: map[uint8][]byte{1: bytes.Repeat([]byte{1}, 32), version: bytes.Repeat([]byte{version}, 32)}}
}

// stores opens one store of each sort that can run here.
func stores(t *testing.T) map[string]*Store {
	t.Helper()
	m := map[string]*Store{}
	for name, url := range map[string]string{"file": "file://" + t.TempDir(), "mem": "mem://"} {
		s, err := Open(t.Context(), url, keys(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		m[name] = s
	}
	return m
}

func dirStore(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(t.Context(), "file://"+dir, keys(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

// content is reproducible noise.
func content(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{9}).Read(b)
	return b
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, path)
		}
		return err
	})
	return found
}

func read(s *Store, key string) ([]byte, error) {
	r, err := s.Get(context.Background(), key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestWhatIsPutComesBackWithItsHashes(t *testing.T) {
	for name, s := range stores(t) {
		for i, n := range []int{0, 1, 100, segmentSize - 100, segmentSize - 56, segmentSize - 55, segmentSize, segmentSize + 1, 3*segmentSize + 7} {
			data := content(n)
			key := "2026/05/file-" + string(rune('a'+i))
			got, err := s.Put(t.Context(), key, iotest.HalfReader(bytes.NewReader(data)))
			if err != nil {
				t.Fatalf("%s, %d bytes: %v", name, n, err)
			}
			m, s1, s2 := md5.Sum(data), sha1.Sum(data), sha256.Sum256(data)
			want := Receipt{StorageKey: key, KeyVersion: 1, Size: int64(n), MD5: hex.EncodeToString(m[:]), SHA1: hex.EncodeToString(s1[:]), SHA256: hex.EncodeToString(s2[:])}
			if got != want {
				t.Errorf("%s, %d bytes: got %+v, want %+v", name, n, got, want)
			}
			back, err := read(s, key)
			if err != nil || !bytes.Equal(back, data) {
				t.Errorf("%s, %d bytes: read back %d bytes, %v", name, n, len(back), err)
			}
		}
	}
}

func TestAKeyIsWrittenOnce(t *testing.T) {
	for name, s := range stores(t) {
		put := func(text string) error {
			_, err := s.Put(t.Context(), "a/b", strings.NewReader(text))
			return err
		}
		if err := put("first"); err != nil {
			t.Fatal(err)
		}
		if err := put("second"); !errors.Is(err, ErrExists) {
			t.Errorf("%s: got %v, want ErrExists", name, err)
		}
		if got, _ := read(s, "a/b"); string(got) != "first" {
			t.Errorf("%s: got %q, want the first", name, got)
		}
	}
}

func TestOfManyWritersOfOneKeyOneWins(t *testing.T) {
	for name, s := range stores(t) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := []string{}
		for i := range 8 {
			text := strings.Repeat(string(rune('a'+i)), 1000)
			wg.Go(func() {
				_, err := s.Put(context.Background(), "one/key", strings.NewReader(text))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won = append(won, text)
				} else if !errors.Is(err, ErrExists) {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		wg.Wait()
		got, err := read(s, "one/key")
		if len(won) != 1 || err != nil || string(got) != won[0] {
			t.Errorf("%s: %d writers won, read %d bytes, %v", name, len(won), len(got), err)
		}
	}
}

func TestABrokenUploadLeavesNothing(t *testing.T) {
	broken := errors.New("connection lost")
	for name, s := range stores(t) {
		r := io.MultiReader(bytes.NewReader(content(3*segmentSize)), iotest.ErrReader(broken))
		if _, err := s.Put(t.Context(), "a/b", r); !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want the reader's error", name, err)
		}
		if _, err := s.Get(t.Context(), "a/b"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", name, err)
		}
		if _, err := s.Put(t.Context(), "a/b", strings.NewReader("again")); err != nil {
			t.Errorf("%s: a second try: %v", name, err)
		}
	}
	s, dir := dirStore(t)
	s.Put(t.Context(), "a/b", io.MultiReader(bytes.NewReader(content(3*segmentSize)), iotest.ErrReader(broken)))
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestACancelledUploadLeavesNothing(t *testing.T) {
	s, dir := dirStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	r := readerFunc(func(p []byte) (int, error) {
		if n++; n == 5 {
			cancel()
		}
		return len(p), nil
	})
	if _, err := s.Put(ctx, "a/b", r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// full is a backend whose disk fills up after a number of bytes.
type full struct {
	backend
	room int
}

func (f *full) create(ctx context.Context, key string) (pending, error) {
	p, err := f.backend.create(ctx, key)
	return &fullFile{p, f}, err
}

type fullFile struct {
	pending
	f *full
}

var errNoSpace = errors.New("no space left on device")

func (p *fullFile) Write(b []byte) (int, error) {
	if p.f.room -= len(b); p.f.room < 0 {
		return 0, errNoSpace
	}
	return p.pending.Write(b)
}

func TestAFullDiskLeavesNothing(t *testing.T) {
	s, dir := dirStore(t)
	for _, room := range []int{0, 4, 40, 100, 2 * segmentSize} {
		limited := *s
		limited.backend = &full{s.backend, room}
		if _, err := limited.Put(t.Context(), "a/b", bytes.NewReader(content(3*segmentSize))); !errors.Is(err, errNoSpace) {
			t.Errorf("room for %d bytes: got %v, want no space", room, err)
		}
		if left := files(t, dir); len(left) != 0 {
			t.Errorf("room for %d bytes: left behind %v", room, left)
		}
	}
}

func TestDeleteErasesAndIsIdempotent(t *testing.T) {
	for name, s := range stores(t) {
		s.Put(t.Context(), "a/b", strings.NewReader("text"))
		for range 2 {
			if err := s.Delete(t.Context(), "a/b"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.Get(t.Context(), "a/b"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", name, err)
		}
	}
}

func TestSweepTakesOldLeftoversOnly(t *testing.T) {
	s, dir := dirStore(t)
	old, fresh := filepath.Join(dir, incoming, "old"), filepath.Join(dir, incoming, "fresh")
	for _, f := range []string{old, fresh} {
		if err := os.WriteFile(f, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-2 * time.Hour)
	os.Chtimes(old, long, long)
	s.Put(t.Context(), "a/b", strings.NewReader("text"))
	if n, err := s.Sweep(t.Context(), time.Hour); n != 1 || err != nil {
		t.Errorf("got %d, %v, want 1", n, err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("an upload under way was swept")
	}
	if _, err := read(s, "a/b"); err != nil {
		t.Errorf("a stored file was swept: %v", err)
	}
}

func TestStorageKeysThatCouldLeadElsewhereAreRefused(t *testing.T) {
	s, _ := dirStore(t)
	for _, key := range []string{"", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", ".incoming/x", "a/.b", "A/b", "a b", "a\\b", "a\x00", "é", strings.Repeat("a", 201), strings.Repeat("a/", 300) + "a"} {
		if _, err := s.Put(t.Context(), key, strings.NewReader("x")); !errors.Is(err, ErrBadKey) {
			t.Errorf("put %q: got %v, want ErrBadKey", key, err)
		}
		if _, err := s.Get(t.Context(), key); !errors.Is(err, ErrBadKey) {
			t.Errorf("get %q: got %v, want ErrBadKey", key, err)
		}
		if err := s.Delete(t.Context(), key); !errors.Is(err, ErrBadKey) {
			t.Errorf("delete %q: got %v, want ErrBadKey", key, err)
		}
	}
}

func TestASymbolicLinkDoesNotLeadOutside(t *testing.T) {
	s, dir := dirStore(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "a")); err != nil {
		t.Skip("no symbolic links here")
	}
	if _, err := s.Put(t.Context(), "a/b", strings.NewReader("x")); err == nil || len(files(t, outside)) != 0 {
		t.Errorf("written outside the storage: %v", err)
	}
}

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	for url, k := range map[string]Keys{
		"ftp://host/dir":         keys(1),
		"file://":                keys(1),
		"mem://":                 {Current: 2, ByVersion: map[uint8][]byte{1: make([]byte, 32)}},
		"file://" + t.TempDir():  {Current: 1, ByVersion: map[uint8][]byte{1: make([]byte, 16)}},
		"file:///dev/null/files": keys(1),
	} {
		if _, err := Open(t.Context(), url, k); err == nil {
			t.Errorf("%s was opened", url)
		}
	}
}
