package hashindex

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// The benchmarks' index is filled once. REEVE_HASHES is its size, a million if unset:
//
//	REEVE_HASHES=10000000 go test -run '^$' -bench . ./models/hashindex
//
// Nine tenths of the hashes are spread evenly; the others are crowds of a thousand
// each within a few bits, as copies of the same picture are.
var filled struct {
	once      sync.Once
	x         *Index
	crowds    []Hash
	size      int
	sorting   time.Duration
	bytesEach float64
}

const crowd = 1000

func fixture(b *testing.B) *Index {
	f := &filled
	f.once.Do(func() {
		f.size = 1_000_000
		if s := os.Getenv("REEVE_HASHES"); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 10*crowd {
				b.Fatalf("REEVE_HASHES is no number from %d on: %q", 10*crowd, s)
			}
			f.size = n
		}
		before := heap()
		r := random(9)
		entries := make([]Entry, 0, crowd)
		var v view
		for v.n < f.size {
			var center Hash
			inCrowd := v.n%(10*crowd) == 0
			if inCrowd {
				center = someHash(r)
				f.crowds = append(f.crowds, center)
			}
			for range min(crowd, f.size-v.n) {
				h := someHash(r)
				if inCrowd {
					h = away(r, center, r.IntN(12))
				}
				entries = append(entries, Entry{uint64(v.n + len(entries)), h})
			}
			v = v.with(entries)
			entries = entries[:0]
		}
		f.x = new(Index)
		f.x.now.Store(&v)
		start := time.Now()
		f.x.Settle()
		f.sorting = time.Since(start)
		f.bytesEach = (heap() - before) / float64(f.size)
	})
	return f.x
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// asked are hashes to look up, each 0 to 31 bits from one that is there.
func asked(x *Index, r *rand.Rand, n int) []Hash {
	v := x.view()
	all := make([]Hash, n)
	for i := range all {
		at := r.IntN(v.n)
		all[i] = away(r, v.chunks[at>>chunkBits].hashes[at&(chunkSize-1)], r.IntN(MaxRadius+1))
	}
	return all
}

// spread asks again and again, complains about what is not found, and reports how
// long the middle and the slowest hundredth took.
func spread(b *testing.B, search func(Hash) int, ask []Hash) {
	took := make([]time.Duration, 0, 1<<16)
	i := 0
	for b.Loop() {
		start := time.Now()
		found := search(ask[i%len(ask)])
		took = append(took, time.Since(start))
		if i++; found == 0 {
			b.Fatal("what is there was not found")
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func within31(x *Index) func(Hash) int {
	return func(h Hash) int {
		_, found := x.Search(h, MaxRadius, 64)
		return found
	}
}

func BenchmarkSearch(b *testing.B) {
	x := fixture(b)
	b.Run("OneAtATime", func(b *testing.B) {
		spread(b, within31(x), asked(x, random(10), 5000))
		b.ReportMetric(filled.bytesEach, "B/entry")
		b.ReportMetric(filled.sorting.Seconds(), "s-to-sort")
	})
	b.Run("NothingNear", func(b *testing.B) {
		r := random(11)
		ask := make([]Hash, 5000)
		for i := range ask {
			ask[i] = someHash(r)
		}
		spread(b, func(h Hash) int { _, n := x.Search(h, MaxRadius, 64); return n + 1 }, ask)
	})
	b.Run("InACrowd", func(b *testing.B) { spread(b, within31(x), filled.crowds) })
	b.Run("ManyAtATime", func(b *testing.B) {
		ask := asked(x, random(12), 5000)
		b.RunParallel(func(p *testing.PB) {
			for i := rand.IntN(len(ask)); p.Next(); i++ {
				if _, found := x.Search(ask[i%len(ask)], MaxRadius, 64); found == 0 {
					b.Error("what is there was not found")
					return
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "look-ups/s")
	})
	// The longest tail that waits for its tables.
	b.Run("WithATail", func(b *testing.B) {
		r := random(13)
		v := x.view()
		for range sealAt - 1 {
			v = v.with([]Entry{{1, someHash(r)}})
		}
		y := new(Index)
		y.now.Store(&v)
		spread(b, within31(y), asked(x, r, 5000))
	})
}

// BenchmarkScan is what the tables are for: comparing with every hash.
func BenchmarkScan(b *testing.B) {
	x := fixture(b)
	spread(b, func(h Hash) int {
		v, best := x.view(), nearest{limit: 64}
		v.scan(0, &h, MaxRadius, &best)
		return best.found
	}, asked(x, random(14), 500))
}

func BenchmarkAddAThousand(b *testing.B) {
	r := random(15)
	batch := make([]Entry, 1000)
	for i := range batch {
		batch[i] = Entry{uint64(i), someHash(r)}
	}
	x := new(Index)
	for b.Loop() {
		if x.Len() > 1_000_000 {
			x = new(Index)
		}
		if err := x.Add(batch...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeleteAHundred(b *testing.B) {
	x := fixture(b)
	ids := make([]uint64, 100)
	for i := range ids {
		ids[i] = uint64(filled.size + 10*i) // that are not there, which costs the same
	}
	for b.Loop() {
		x.Delete(ids...)
	}
}

func BenchmarkSnapshot(b *testing.B) {
	x := fixture(b)
	b.SetBytes(int64(x.Len()) * entryBytes)
	for b.Loop() {
		if err := x.Snapshot(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	whole := snapshot(b, fixture(b))
	b.SetBytes(int64(len(whole)))
	for b.Loop() {
		if _, err := Load(bytes.NewReader(whole)); err != nil {
			b.Fatal(err)
		}
	}
}
