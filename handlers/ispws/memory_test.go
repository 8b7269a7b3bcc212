package ispws_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// resident answers the process's resident size in bytes, now and at its highest.
func resident(t *testing.T) (now, highest int64) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("the resident size is read from /proc, which only Linux has")
	}
	for line := range strings.Lines(string(status)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		kib, _ := strconv.ParseInt(f[1], 10, 64)
		switch f[0] {
		case "VmRSS:":
			now = kib << 10
		case "VmHWM:":
			highest = kib << 10
		}
	}
	return now, highest
}

// A large upload, chunked, over HTTP, must not raise the process's memory by more
// than 64 MiB, the sending side in the same process included. 512 MiB stand for any
// size; REEVE_BIG_UPLOAD=2048 sends that many MiB. It runs alone: tests in parallel
// wait until it has ended.
func TestMemoryDoesNotGrowWithAnUpload(t *testing.T) {
	if testing.Short() {
		t.Skip("uploads 512 MiB")
	}
	if raceDetector {
		t.Skip("memory is measured without the race detector")
	}
	size := int64(512 << 20)
	if mib, err := strconv.ParseInt(os.Getenv("REEVE_BIG_UPLOAD"), 10, 64); err == nil {
		size = mib << 20
	}
	const limit = 64 << 20
	s := start(t)
	number := s.submit()
	s.upload(number, "one small file, so that what is made once is there")

	before, _ := resident(t)
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // begins the highest size anew, where it may
	var sampled atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			now, _ := resident(t)
			sampled.Store(max(sampled.Load(), now))
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	head := fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n%d\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\n\r\n", number)
	began := time.Now()
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(rand.NewChaCha8([32]byte{1}), size), strings.NewReader("\r\n--b--\r\n"))
	a := s.must(s.do(s.request(http.MethodPost, "/upload", "multipart/form-data; boundary=b", body)))
	took := time.Since(began)
	close(stop)
	<-stopped
	_, highest := resident(t)
	grew := max(sampled.Load(), highest) - before
	t.Logf("%d MiB in %.1f s; resident size %d MiB, grew by at most %d KiB", size>>20, took.Seconds(), before>>20, grew>>10)
	if f := s.file(a.FileID); f.Size != size {
		t.Errorf("got %d bytes, want %d", f.Size, size)
	}
	if grew > limit {
		t.Errorf("memory grew by %d MiB, want at most %d", grew>>20, limit>>20)
	}
}
