package evidence

import (
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A large upload and its reading back must need no more memory than a small one.
// 256 MiB stand for any size: nothing in the path depends on it.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 256 MiB")
	}
	const size, limit = 256 << 20, 64 << 20
	s, _ := dirStore(t)
	heap, rss := peak()
	grew := int64(0)
	watch := func(r io.Reader) io.Reader {
		n := 0
		return readerFunc(func(p []byte) (int, error) {
			if n++; n%256 == 0 {
				h, m := peak()
				grew = max(grew, h-heap, m-rss)
			}
			return r.Read(p)
		})
	}
	receipt, err := s.Put(t.Context(), "big/file", watch(io.LimitReader(rand.NewChaCha8([32]byte{1}), size)))
	if err != nil || receipt.Size != size {
		t.Fatalf("got %d bytes, %v", receipt.Size, err)
	}
	r, err := s.Get(t.Context(), "big/file")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := io.Copy(io.Discard, watch(r)); n != size || err != nil {
		t.Fatalf("read back %d bytes, %v", n, err)
	}
	t.Logf("memory grew by at most %d KiB", grew>>10)
	if grew > limit {
		t.Errorf("memory grew by %d MiB, want at most %d", grew>>20, limit>>20)
	}
}

// peak answers the memory that the Go heap has taken from the system, and on Linux
// the highest resident size of the process so far.
func peak() (heap, rss int64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return int64(m.HeapSys), 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseInt(f[1], 10, 64)
			rss = kib << 10
		}
	}
	return int64(m.HeapSys), rss
}

func BenchmarkPut(b *testing.B) {
	s, err := Open(b.Context(), "file://"+b.TempDir(), keys(1))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const size = 10 << 10
	b.SetBytes(size)
	data := string(content(size))
	for i := 0; b.Loop(); i++ {
		if _, err := s.Put(b.Context(), "x/f"+strconv.Itoa(i), strings.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
