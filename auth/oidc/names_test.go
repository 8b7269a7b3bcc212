package oidc

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

func TestAnAddressIsLimitedWhereverItIsTriedFromButNotAtItsOwnDesk(t *testing.T) {
	t.Parallel()
	n := names{perMinute: 3, seen: map[string]*account{}}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	n.came("dana@bay.example", "192.0.2.10", now)
	let := 0
	for k := range 1000 {
		if n.wait(fmt.Sprintf("%s@bay.example", []string{"dana", "DANA", " dana"}[k%3]), fmt.Sprintf("198.51.100.%d", k%250), now) == 0 {
			let++
		}
	}
	if let != 3 {
		t.Errorf("%d of 1000 tries were let through, want 3", let)
	}
	if n.wait("dana@bay.example", "192.0.2.10", now) != 0 {
		t.Error("shut out at their own desk by strangers")
	}
	if n.wait("noor@bay.example", "198.51.100.1", now) != 0 {
		t.Error("somebody else is affected")
	}
	if wait := n.wait("dana@bay.example", "198.51.100.1", now); wait != 20*time.Second {
		t.Errorf("told to wait %v", wait)
	}
	if n.wait("dana@bay.example", "198.51.100.1", now.Add(21*time.Second)) != 0 {
		t.Error("not let through after waiting")
	}
	if n.wait("dana@bay.example", "2001:db8::1", now.Add(21*time.Second)) == 0 {
		t.Error("a new network was not counted")
	}
	n.came("dana@bay.example", "2001:db8::1", now)
	if n.wait("dana@bay.example", "2001:db8::ffff", now.Add(22*time.Second)) != 0 {
		t.Error("another address of the same customer was not known")
	}
	later := now.Add(knownFor + time.Hour)
	n.wait("x@bay.example", "192.0.2.1", later)
	if len(n.seen) != 1 {
		t.Errorf("%d names are remembered for ever", len(n.seen))
	}
}

func TestAStaleProofIsAskedForAnewOnce(t *testing.T) {
	t.Parallel()
	n := names{perMinute: 3, seen: map[string]*account{}}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if n.mustProve("dana@bay.example", now) {
		t.Error("asked without a reason")
	}
	n.stale("dana@bay.example", now)
	if !n.mustProve("Dana@bay.example", now) || n.mustProve("noor@bay.example", now) || n.mustProve("dana@bay.example", now.Add(proveFor)) {
		t.Error("not exactly this person is asked for a while")
	}
	n.came("dana@bay.example", "192.0.2.1", now)
	if n.mustProve("dana@bay.example", now) {
		t.Error("asked again after they came in")
	}
}

func TestMemoryOfNamesIsBounded(t *testing.T) {
	t.Parallel()
	n := names{perMinute: 3, seen: map[string]*account{}}
	b := bursts{seen: map[string]*burst{}, lines: map[string]*rate.Limiter{}}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for k := range rememberMost + 1000 {
		name := fmt.Sprintf("n%d@bay.example", k)
		n.wait(name, "192.0.2.1", now)
		b.tell(name, now)
	}
	if len(n.seen) > rememberMost || len(b.seen) > rememberMost {
		t.Errorf("%d names and %d bursts are remembered", len(n.seen), len(b.seen))
	}
	n.wait("later@bay.example", "192.0.2.1", now.Add(time.Hour))
	b.tell("later", now.Add(2*time.Hour))
	if len(n.seen) != 1 || len(b.seen) != 1 {
		t.Errorf("%d names and %d bursts are left an hour later", len(n.seen), len(b.seen))
	}
}

func TestOneLineStandsForABurst(t *testing.T) {
	t.Parallel()
	b := bursts{seen: map[string]*burst{}, lines: map[string]*rate.Limiter{}}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	told := 0
	for range 10_000 { // three and a half hours
		now = now.Add(1250 * time.Millisecond)
		if _, yes := b.tell("x", now); yes {
			told++
		}
	}
	if told != 4 {
		t.Errorf("a burst of hours was told of %d times, want once an hour", told)
	}
	if earlier, yes := b.tell("x", now.Add(quiet+time.Second)); !yes || earlier < 1000 {
		t.Errorf("the next burst: %v, %d before", yes, earlier)
	}
	listed := 0
	for range 1000 {
		if b.list("bay no-account", now) {
			listed++
		}
	}
	if listed != 60 || !b.list("north no-account", now) || !b.list("bay no-account", now.Add(11*time.Second)) {
		t.Errorf("%d of a thousand refusals have a line of their own", listed)
	}
}
