package pgcluster

import (
	"context"
	"fmt"
	"os"
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
	os.Exit(m.Run())
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
