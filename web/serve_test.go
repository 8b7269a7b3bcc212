package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRequestsUnderWayFinishWhenTheServerEnds(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started, release := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(started)
			<-release
			_, _ = io.WriteString(w, "finished")
		}), nil)
	}()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-started
	cancel()
	time.Sleep(50 * time.Millisecond)
	close(release)
	if got := <-answer; got != "finished" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("an orderly end is the error %v", err)
	}
}

func TestTheLimiterForgetsAddressesThatWentAway(t *testing.T) {
	t.Parallel()
	l := &limiter{every: 1, burst: 2, seen: map[string]*bucket{}}
	now := time.Unix(0, 0)
	for i := range 1000 {
		l.wait(fmt.Sprintf("192.0.2.%d", i), now)
	}
	for _, want := range []bool{true, true, false} {
		if got := l.wait("198.51.100.1", now) == 0; got != want {
			t.Errorf("let through: %v, want %v", got, want)
		}
	}
	if l.wait("198.51.100.1", now.Add(5*time.Second)) != 0 {
		t.Error("five seconds later still held up")
	}
	l.wait("198.51.100.1", now.Add(10*time.Minute))
	if len(l.seen) != 1 {
		t.Errorf("%d addresses remembered, want 1", len(l.seen))
	}
}

func TestGzipIsSentToThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{"": false, "gzip": true, "br, GZIP;q=0.5": true, "*": true, "gzip;q=0": false, "gzip; q=0.0": false, "identity": false, "xgzip": false} {
		if got := takesGzip(header); got != want {
			t.Errorf("%q: got %v, want %v", header, got, want)
		}
	}
}

// The page of last resort is whole without templates, and names the request.
func TestTheLastResortIsAWholePage(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"<!DOCTYPE html>", "{id}", "</html>", "<title>"} {
		if !strings.Contains(lastResortPage, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
