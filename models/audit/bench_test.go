package audit

import (
	"context"
	"sync"
	"testing"
	"time"

	"reeve/models/store"
)

// BenchmarkSealing: an operation is one line, read, hashed and sealed.
func BenchmarkSealing(b *testing.B) {
	l := newLog(b)
	l.bulk(b, b.N)
	b.ResetTimer()
	if got := l.seal(b); got != b.N {
		b.Fatalf("sealed %d of %d", got, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkVerifying: an operation is one line, verified.
func BenchmarkVerifying(b *testing.B) {
	l := newLog(b)
	l.bulk(b, b.N)
	l.seal(b)
	b.ResetTimer()
	if r := l.verify(b, ""); !r.OK() || r.Lines != int64(b.N) {
		b.Fatal(r)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkRecording: an operation is a transaction with one line, from sixteen
// writers, alone and beside a running sealer.
func BenchmarkRecording(b *testing.B) {
	for name, sealing := range map[string]bool{"alone": false, "sealed": true} {
		b.Run(name, func(b *testing.B) {
			l := newLog(b)
			ctx, stop := context.WithCancel(context.Background())
			var running sync.WaitGroup
			if sealing {
				running.Go(func() { l.sealer.Run(ctx) })
			}
			dana := person(store.NewID(), "Dana")
			work := make(chan struct{})
			var writers sync.WaitGroup
			b.ResetTimer()
			for range 16 {
				writers.Go(func() {
					for range work {
						err := l.Web.As(ctx, dana, func(tx *store.Tx) error {
							return Record(tx, Event{Action: "report.read", Words: "Read the report."})
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			for range b.N {
				work <- struct{}{}
			}
			close(work)
			writers.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
			b.StopTimer()
			if sealing {
				began := time.Now()
				l.seal(b)
				b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms-behind")
			}
			stop()
			running.Wait()
		})
	}
}
