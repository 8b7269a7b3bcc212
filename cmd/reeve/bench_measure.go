package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"reeve/auth"
	"reeve/models/store"
)

// measure takes the figures one after another, so that none disturbs another.
func (b *benchmark) measure(ctx context.Context) error {
	if err := b.ready(ctx); err != nil {
		return err
	}
	b.result.MemoryIdle = residentMB()
	for _, part := range []struct {
		what string
		do   func(context.Context) error
	}{{"pages", b.pages}, {"outcomes", b.outcomes}, {"pages, 16 people at once", b.crowd}, {"intake", b.intake}, {"the way into the inbox", b.latency}, {"audit log", b.audit}} {
		fmt.Fprintf(os.Stderr, "Measuring %s ...\n", part.what)
		if err := part.do(ctx); err != nil {
			return fmt.Errorf("measuring %s: %w", part.what, err)
		}
	}
	b.result.MemoryPeak = peakMB()
	return nil
}

// ready waits until the portal answers and the worker has sealed what was filled,
// so that it is as idle as it would be.
func (b *benchmark) ready(ctx context.Context) error {
	web := b.client("")
	deadline := time.Now().Add(3 * time.Minute)
	for {
		var left int64 = 1
		_, err := web.get(ctx, "/readyz")
		if err == nil {
			left, err = b.number(ctx, "select (select count(*) from audit_events) - (select count(*) from audit_leaves)")
		}
		if err == nil && left == 0 {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the portal is not ready (%w) or the audit log is not sealed (%d lines left)", err, left)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	_, err := b.number(ctx, "select 1 from (select pg_stat_force_next_flush()) x")
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// number asks the database as an administrator.
func (b *benchmark) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = b.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error { return tx.Raw(query, args...).Row().Scan(&n) })
	return n, err
}

// each is how long an operation may be repeated.
const each = 6 * time.Second

// sample repeats an operation, at most n times and for a few seconds, and notes
// how long each took. The first runs warm up and do not count.
func (b *benchmark) sample(ctx context.Context, name, goal string, n int, do func(ctx context.Context, i int) error) error {
	const warm = 10
	var took []time.Duration
	until := time.Now().Add(each)
	began := time.Now()
	for i := 0; i < n+warm && (i < warm+20 || time.Now().Before(until)); i++ {
		if i == warm {
			began = time.Now()
		}
		at := time.Now()
		if err := do(ctx, i); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if i >= warm {
			took = append(took, time.Since(at))
		}
	}
	b.note(name, goal, took, time.Since(began))
	return nil
}

// together repeats an operation by several workers at once for a while.
func (b *benchmark) together(ctx context.Context, name, goal string, workers int, d time.Duration, do func(ctx context.Context, worker, i int) error) error {
	var all sync.WaitGroup
	var failed atomic.Pointer[error]
	lists := make([][]time.Duration, workers)
	began := time.Now()
	for w := range workers {
		all.Go(func() {
			for i := 0; time.Since(began) < d && failed.Load() == nil; i++ {
				at := time.Now()
				if err := do(ctx, w, i); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				lists[w] = append(lists[w], time.Since(at))
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return fmt.Errorf("%s: %w", name, *err)
	}
	b.note(name, goal, slices.Concat(lists...), time.Since(began))
	return nil
}

func (b *benchmark) note(name, goal string, took []time.Duration, whole time.Duration) {
	slices.Sort(took)
	at := func(p float64) float64 {
		return float64(took[min(len(took)-1, int(p*float64(len(took))))].Microseconds()) / 1000
	}
	b.result.Figures = append(b.result.Figures, benchFigure{Name: name, Goal: goal, Runs: len(took), P50: at(0.5), P95: at(0.95), P99: at(0.99),
		PerSecond: float64(len(took)) / whole.Seconds()})
}
