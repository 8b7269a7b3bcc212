package hashindex

import (
	"bytes"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// Two add, one deletes, three search and one takes snapshots, all at the same time.
// What was added before a search began is found by it, what was deleted before is
// not, and what was added together is seen together.
func TestManyUseTheIndexAtTheSameTime(t *testing.T) {
	const pairs = 20_000
	r := random(6)
	hashes := make([]Hash, pairs)
	for i := range hashes {
		hashes[i] = someHash(r)
	}
	// Entry i is added as two, 2i and 2i+1, one bit apart; every thousandth is deleted.
	var x Index
	var added [pairs]atomic.Bool
	var deleted [pairs]atomic.Bool
	var doomed [pairs]atomic.Bool
	var next, done atomic.Int64
	var writers, readers sync.WaitGroup
	stop := make(chan struct{})

	for range 2 {
		writers.Go(func() {
			for i := next.Add(1) - 1; i < pairs; i = next.Add(1) - 1 {
				if err := x.Add(Entry{uint64(2 * i), hashes[i]}, Entry{uint64(2*i + 1), flip(hashes[i], 17)}); err != nil {
					t.Error(err)
				}
				added[i].Store(true)
			}
		})
	}
	writers.Go(func() {
		for i := 0; i < pairs; i += 1000 {
			for !added[i].Load() {
				runtime.Gosched()
			}
			doomed[i].Store(true)
			if n := x.Delete(uint64(2*i), uint64(2*i+1)); n != 2 {
				t.Errorf("%d deleted", n)
			}
			deleted[i].Store(true)
		}
	})
	for seed := range 3 {
		r := random(uint64(100 + seed))
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				i := r.IntN(max(1, min(pairs, int(next.Load()))))
				was, not, before := added[i].Load(), deleted[i].Load(), doomed[i].Load()
				m, n := x.Search(away(r, hashes[i], 20), MaxRadius, 10)
				done.Add(1)
				switch maybe := doomed[i].Load(); {
				case not && n != 0:
					t.Errorf("pair %d is found after it was deleted: %v", i, m)
				case was && !before && !maybe && n != 2:
					t.Errorf("pair %d was added and %d are found", i, n)
				case !maybe && n != 0 && n != 2:
					t.Errorf("pair %d was added together and %d are found", i, n)
				}
			}
		})
	}
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			var b bytes.Buffer
			least := x.Len()
			if err := x.Snapshot(&b); err != nil {
				t.Error(err)
			}
			copied, err := Load(&b)
			if err != nil || copied.Len() < least-2*pairs/1000 {
				t.Errorf("a snapshot of at least %d: %v", least, err)
			}
		}
	})
	writers.Wait()
	x.Settle()
	close(stop)
	readers.Wait()
	if x.Len() != 2*(pairs-pairs/1000) {
		t.Errorf("%d entries in the end", x.Len())
	}
	if done.Load() == 0 {
		t.Error("nobody searched meanwhile")
	}
}
