package apikey

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()) }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

var right = sync.OnceValue(func() string { return Hash("right") })

func attempt(user, password string) Attempt {
	return Attempt{Username: user, Password: password, From: "192.0.2.1", Hashes: []string{right()}}
}

func newVerifier(o Options) (*Verifier, *clock) {
	c := &clock{}
	c.advance(time.Hour)
	o.Now = c.now
	return NewVerifier(o), c
}

// isProven says whether an attempt would be answered from memory.
func isProven(v *Verifier, a Attempt) bool {
	_, ok := v.remembered(v.identify(a))
	return ok
}

func TestAProvenCredentialStandsForAWhile(t *testing.T) {
	v, c := newVerifier(Options{})
	a := attempt("esp", "right")
	if isProven(v, a) {
		t.Error("proven before it was checked")
	}
	if _, err := v.Check(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	c.advance(5*time.Minute - time.Second)
	if !isProven(v, a) {
		t.Error("forgotten too early")
	}
	if _, err := v.Check(t.Context(), a); err != nil {
		t.Error(err)
	}
	c.advance(time.Second)
	if isProven(v, a) {
		t.Error("using it made it last longer")
	}
}

func TestAnyChangeMeansANewProof(t *testing.T) {
	v, _ := newVerifier(Options{})
	a := attempt("esp", "right")
	v.Check(t.Context(), a)
	changed := Hash("other")
	for name, other := range map[string]Attempt{
		"another password":   attempt("esp", "right "),
		"another user":       attempt("esp2", "right"),
		"shifted boundaries": attempt("espr", "ight"),
		"a changed hash":     {Username: "esp", Password: "right", Hashes: []string{changed}},
		"an added hash":      {Username: "esp", Password: "right", Hashes: []string{right(), changed}},
		"a disabled user":    {Username: "esp", Password: "right"},
	} {
		if isProven(v, other) {
			t.Errorf("%s was answered from memory", name)
		}
	}
	if _, err := v.Check(t.Context(), Attempt{Username: "esp", Password: "right"}); !errors.Is(err, ErrRefused) {
		t.Errorf("a disabled user got %v", err)
	}
}

func TestDuringARotationBothPasswordsFit(t *testing.T) {
	v, _ := newVerifier(Options{})
	hashes := []string{Hash("new"), right()}
	for password, want := range map[string]int{"new": 0, "right": 1} {
		for range 2 {
			if got, err := v.Check(t.Context(), Attempt{Username: "esp", Password: password, Hashes: hashes}); got != want || err != nil {
				t.Errorf("%s: got %d, %v, want %d", password, got, err, want)
			}
		}
	}
}

func TestRefusalsAreCountedNotRemembered(t *testing.T) {
	v, c := newVerifier(Options{Failures: 3, Regain: time.Second})
	wrong := attempt("esp", "wrong")
	for i := range 3 {
		if _, err := v.Check(t.Context(), wrong); !errors.Is(err, ErrRefused) {
			t.Fatalf("attempt %d: got %v, want ErrRefused", i+1, err)
		}
	}
	if isProven(v, wrong) {
		t.Error("a refusal was remembered as a proof")
	}
	for _, a := range []Attempt{wrong, attempt("esp", "right")} {
		if _, err := v.Check(t.Context(), a); !errors.Is(err, ErrTooMany) {
			t.Errorf("%s: got %v, want ErrTooMany", a.Password, err)
		}
	}
	elsewhere := attempt("esp", "right")
	elsewhere.From = "192.0.2.2"
	if _, err := v.Check(t.Context(), elsewhere); err != nil {
		t.Errorf("the provider's own address: %v", err)
	}
	if _, err := v.Check(t.Context(), attempt("esp", "right")); err != nil {
		t.Errorf("once proven it is not slowed down: %v", err)
	}
	c.advance(time.Second)
	if _, err := v.Check(t.Context(), wrong); !errors.Is(err, ErrRefused) {
		t.Errorf("after a while: got %v, want ErrRefused", err)
	}
}

func TestSuccessesCostNoFailures(t *testing.T) {
	v, c := newVerifier(Options{Failures: 1, Regain: 1000 * time.Hour})
	for range 4 {
		if _, err := v.Check(t.Context(), attempt("esp", "right")); err != nil {
			t.Fatal(err)
		}
		c.advance(10 * time.Minute)
	}
}

func TestOneAddressCannotTryManyUserNames(t *testing.T) {
	v, _ := newVerifier(Options{Failures: 1})
	last := error(nil)
	for i := range perAddress + 1 {
		_, last = v.Check(t.Context(), Attempt{Username: "user" + strconv.Itoa(i), Password: "x", From: "192.0.2.1"})
	}
	if !errors.Is(last, ErrTooMany) {
		t.Errorf("got %v, want ErrTooMany", last)
	}
}

func TestAFloodIsAnsweredBusyAndBounded(t *testing.T) {
	v, _ := newVerifier(Options{Parallel: 1, Waiting: 2})
	v.slots <- struct{}{} // one computation is running
	var wg sync.WaitGroup
	var busy, others atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for i := range 10 {
		wg.Go(func() {
			if _, err := v.Check(ctx, attempt("esp"+strconv.Itoa(i), "x")); errors.Is(err, ErrBusy) {
				if busy.Add(1) == 8 {
					cancel()
				}
			} else if errors.Is(err, context.Canceled) {
				others.Add(1)
			} else {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if busy.Load() != 8 || others.Load() != 2 {
		t.Errorf("%d were busy and %d waited, want 8 and 2", busy.Load(), others.Load())
	}
	if v.waiting != 0 || len(v.flying) != 0 {
		t.Errorf("%d wait and %d fly after all have left", v.waiting, len(v.flying))
	}
	<-v.slots
	if _, err := v.Check(t.Context(), attempt("esp", "right")); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}

func TestEqualAttemptsAreComputedOnceAndSurviveACancelledOne(t *testing.T) {
	v, _ := newVerifier(Options{Parallel: 1, Waiting: 1}) // two computations at a time would be busy
	v.slots <- struct{}{}
	first, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { v.Check(first, attempt("esp", "right")) })
	for {
		v.mu.Lock()
		n := v.waiting
		v.mu.Unlock()
		if n == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	for range 8 {
		wg.Go(func() {
			if _, err := v.Check(t.Context(), attempt("esp", "right")); err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
	time.Sleep(10 * time.Millisecond)
	cancel()
	<-v.slots
	wg.Wait()
}

func TestMemoryIsBounded(t *testing.T) {
	l := newLRU[int, int](3)
	for i := range 5 {
		l.put(i, i)
		l.get(2)
	}
	if _, ok := l.get(2); !ok || len(l.byKey) != 3 || l.order.Len() != 3 {
		t.Errorf("got %d entries, the used one kept: %v", len(l.byKey), ok)
	}
	l.put(2, 7)
	if got, _ := l.get(2); got != 7 || l.order.Len() != 3 {
		t.Errorf("got %d in %d entries", got, l.order.Len())
	}
}

// An unknown user name must not be told from a known one by the work it causes.
func TestAnUnknownUserCostsAsMuchAsAKnownOne(t *testing.T) {
	for name, hashes := range map[string][]string{
		"unknown": nil, "known": {right()}, "rotating": {right(), right()}, "unreadable": {"x"},
	} {
		before := derivations.Load()
		compute(Attempt{Password: "wrong", Hashes: hashes})
		if got := derivations.Load() - before; got != 2 {
			t.Errorf("%s: got %d derivations, want 2", name, got)
		}
	}
}

func BenchmarkCheckProven(b *testing.B) {
	v := NewVerifier(Options{})
	a := attempt("esp", "right")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.Check(context.Background(), a); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestManyMachinesOfOneProviderBeginAtOnce(t *testing.T) {
	v := NewVerifier(Options{})
	hash := Hash("right")
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			if _, err := v.Check(t.Context(), Attempt{Username: "esp", Password: "right", From: "192.0.2.1", Hashes: []string{hash}}); err != nil {
				t.Errorf("the right password was answered %v", err)
			}
		})
	}
	all.Wait()
	// The same wrong password at once is one guess; different ones are as many.
	for range 100 {
		all.Go(func() {
			_, _ = v.Check(t.Context(), Attempt{Username: "esp", Password: "wrong", From: "192.0.2.2", Hashes: []string{hash}})
		})
	}
	all.Wait()
	for i := range 12 {
		_, _ = v.Check(t.Context(), Attempt{Username: "esp", Password: "wrong " + string(rune('a'+i)), From: "192.0.2.3", Hashes: []string{hash}})
	}
	if _, err := v.Check(t.Context(), Attempt{Username: "esp", Password: "wrong again", From: "192.0.2.3", Hashes: []string{hash}}); !errors.Is(err, ErrTooMany) {
		t.Errorf("the thirteenth guess was answered %v, want ErrTooMany", err)
	}
}
