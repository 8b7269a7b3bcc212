package hashindex

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// A segment finds what lies at the places from..to. It never changes.
type segment struct {
	from, to int
	plan     plan
	tables   []table // one a band
}

// A table lists places by a band's value: those with value v are
// places[starts[v]:starts[v+1]], in ascending order.
type table struct {
	starts, places []uint32
}

// build makes the segment of what is alive at from..to, on so many processors.
func build(chunks []*chunk, from, to int, p plan, workers int) *segment {
	s := &segment{from: from, to: to, plan: p, tables: make([]table, p.bands)}
	var next atomic.Int32
	var wg sync.WaitGroup
	for range min(max(workers, 1), p.bands) {
		wg.Go(func() {
			keyed := make([]uint64, to-from)
			for band := int(next.Add(1)) - 1; band < p.bands; band = int(next.Add(1)) - 1 {
				s.tables[band] = sorted(chunks, from, to, p, band, keyed)
			}
		})
	}
	wg.Wait()
	return s
}

// groupBits: places are first dealt out to so many groups by the upper bits of their
// value, since a group's part of the directory fits into a processor's cache and the
// whole does not.
const groupBits = 9

// sorted makes the table of a band; keyed is room to work in, for one number an entry.
func sorted(chunks []*chunk, from, to int, p plan, band int, keyed []uint64) table {
	low := p.width - groupBits
	var begin, end [1<<groupBits + 1]int
	for at := from; at < to; at++ {
		begin[p.key(&chunks[at>>chunkBits].hashes[at&(chunkSize-1)], band)>>low+1]++
	}
	for g := 1; g < len(begin); g++ {
		begin[g] += begin[g-1]
	}
	end = begin
	total := 0
	for at := from; at < to; at++ {
		c, i := chunks[at>>chunkBits], at&(chunkSize-1)
		if c.isDead(i) {
			continue // its group has a gap at the end
		}
		v := p.key(&c.hashes[i], band)
		keyed[end[v>>low]] = uint64(v)<<32 | uint64(at) //nolint:gosec // below maxEntries
		end[v>>low]++
		total++
	}
	t := table{make([]uint32, p.values()+1), make([]uint32, total)}
	done := uint32(0)
	next := make([]uint32, 1<<low)
	for g := range 1 << groupBits {
		group := keyed[begin[g]:end[g]]
		clear(next)
		for _, k := range group {
			next[k>>32&(1<<low-1)]++
		}
		for i, n := range next {
			t.starts[g<<low+i], next[i] = done, done
			done += n
		}
		for _, k := range group {
			n := &next[k>>32&(1<<low-1)]
			t.places[*n] = uint32(k) //nolint:gosec // the lower half
			*n++
		}
	}
	t.starts[p.values()] = done
	return t
}

// Candidates are gathered in three steps, each a loop of reads that do not wait for
// each other: where their values' lists are, the lists, the hashes. Nearly every one
// of these reads misses the caches; one after another they would take ten times as
// long.
const (
	probesAtOnce = 256
	placesAtOnce = 1024
)

// search offers to best what is within r of the hash.
func (s *segment) search(chunks []*chunk, h *Hash, r int, best *nearest) {
	var lo, hi [probesAtOnce]uint32
	var found [placesAtOnce]uint32
	for band := range s.tables {
		radius := s.plan.radius(band, r)
		if radius < 0 {
			break // nor are those behind it
		}
		t, key := &s.tables[band], s.plan.key(h, band)
		all := flips(s.plan.width, radius)
		for len(all) > 0 {
			some := all[:min(len(all), probesAtOnce)]
			all = all[len(some):]
			lists := 0
			for _, flip := range some {
				v := key ^ flip
				from, to := t.starts[v], t.starts[v+1]
				lo[lists&(probesAtOnce-1)], hi[lists&(probesAtOnce-1)] = from, to
				lists += int((from - to) >> 31) // one if there is anything
			}
			n := 0
			for i := range lists {
				list := t.places[lo[i]:hi[i]]
				for len(list) > 0 {
					if n == placesAtOnce {
						s.check(chunks, h, r, band, found[:n], best)
						n = 0
					}
					k := copy(found[n:], list)
					list, n = list[k:], n+k
				}
			}
			s.check(chunks, h, r, band, found[:n], best)
		}
	}
}

// check compares hashes with those at the places.
func (s *segment) check(chunks []*chunk, h *Hash, r, band int, places []uint32, best *nearest) {
	h0, h1, h2, h3 := h[0], h[1], h[2], h[3]
	for _, at := range places {
		c := chunks[at>>chunkBits]
		o := &c.hashes[at&(chunkSize-1)]
		d := bits.OnesCount64(o[0]^h0) + bits.OnesCount64(o[1]^h1) + bits.OnesCount64(o[2]^h2) + bits.OnesCount64(o[3]^h3)
		if d > r {
			continue
		}
		diff := Hash{o[0] ^ h0, o[1] ^ h1, o[2] ^ h2, o[3] ^ h3}
		if i := int(at & (chunkSize - 1)); !c.isDead(i) && s.plan.firstIn(band, &diff, r) {
			best.offer(Match{c.ids[i], d})
		}
	}
}
