package pgcluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test binary stand in for the program that owns a cluster,
// so that a test can kill it.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PGCLUSTER_TEST_OWN"); dir != "" {
		own(dir)
		return
	}
	code := m.Run()
	if made.dir != "" {
		os.RemoveAll(made.dir)
	}
	os.Exit(code)
}

// own starts a cluster, prints its address and waits to be killed.
func own(dir string) {
	c, err := Start(context.Background(), Options{Dir: dir, Fast: true})
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println(c.server.pid, c.SuperURL("postgres"))
	time.Sleep(time.Minute)
}

// made is one stopped cluster, of which the tests that are not about making
// one take copies.
var made struct {
	sync.Once
	dir string
	err error
}

// copyOfCluster puts a stopped cluster into dir.
func copyOfCluster(t *testing.T, dir string) string {
	t.Helper()
	made.Do(func() {
		if made.dir, made.err = os.MkdirTemp(testDir(), "pgct-made-"); made.err != nil {
			return
		}
		if made.err = os.Chmod(made.dir, 0o755); made.err != nil {
			return
		}
		var c *Cluster
		if c, made.err = Start(context.Background(), Options{Dir: filepath.Join(made.dir, "pg"), Fast: true}); made.err == nil {
			c.Stop()
		}
	})
	if made.err != nil {
		t.Fatal(made.err)
	}
	if out, err := exec.Command("cp", "-pR", filepath.Join(made.dir, "pg"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}
