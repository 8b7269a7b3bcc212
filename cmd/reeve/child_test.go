package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program builds the real program, demonstration included, once for all tests
// that run it as a process of its own.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "reeve-program-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "reeve")
	out, err := exec.Command("go", "build", "-tags", "demo", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

var built string // the folder of the built program, if any test asked for it

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

// child is a running program in a process group of its own.
type child struct {
	t    testing.TB
	cmd  *exec.Cmd
	log  *logged
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read after done
}

// logged collects what a process writes.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs the program with the settings. Whatever becomes of the test, it is
// ended with it.
func start(t testing.TB, env []string, args ...string) *child {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.Command(path, args...), log: &logged{}, done: make(chan struct{})}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "REEVE_") {
			c.cmd.Env = append(c.cmd.Env, v)
		}
	}
	c.cmd.Env = append(c.cmd.Env, env...)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { c.err = c.cmd.Wait(); close(c.done) }()
	t.Cleanup(func() {
		c.signal(syscall.SIGKILL)
		<-c.done
		if t.Failed() {
			t.Logf("reeve %s wrote:\n%s", strings.Join(args, " "), tail(c.log.String()))
		}
	})
	return c
}

// signal reaches the whole process group, as Ctrl-C in a terminal does.
func (c *child) signal(s syscall.Signal) { _ = syscall.Kill(-c.cmd.Process.Pid, s) }

// kill ends the process as nothing can prevent, and waits until it is gone.
func (c *child) kill() {
	c.signal(syscall.SIGKILL)
	<-c.done
}

// mustEnd ends the test unless the process ends by itself, without an error,
// within the time.
func (c *child) mustEnd(within time.Duration) {
	c.t.Helper()
	select {
	case <-c.done:
		if c.err != nil {
			c.t.Fatalf("it ended with %v", c.err)
		}
	case <-time.After(within):
		c.t.Fatalf("it had not ended after %s", within)
	}
}

// mustBeReady waits until the portal at the address is ready.
func (c *child) mustBeReady(base string, within time.Duration) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
		if err != nil {
			c.t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-c.done:
			c.t.Fatalf("it ended before it was ready: %v", c.err)
		case <-ctx.Done():
			c.t.Fatalf("%s/readyz was not ready within %s", base, within)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func tail(s string) string {
	if n := len(s) - 6000; n > 0 {
		return "... " + s[n:]
	}
	return s
}
