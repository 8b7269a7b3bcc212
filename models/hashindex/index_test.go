package hashindex

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// byHand is the answer by comparing with everything, in other words than the index's.
func byHand(entries []Entry, gone map[uint64]bool, h Hash, radius, limit int) ([]Match, int) {
	var all []Match
	for _, e := range entries {
		if d := e.Hash.Distance(h); d <= radius && !gone[e.ID] {
			all = append(all, Match{e.ID, d})
		}
	}
	slices.SortFunc(all, func(a, b Match) int {
		if a.Distance != b.Distance {
			return a.Distance - b.Distance
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return all[:min(len(all), limit)], len(all)
}

// nasty are entries made to slip through: around each of some centres, hashes at
// every distance about the limit, those that only one band of some plan finds, equal
// ones, and crowds; between them, hashes that have nothing to do with them. The
// centres are what to ask for.
func nasty(r *rand.Rand, n int) (entries []Entry, ask []Hash) {
	add := func(h Hash) { entries = append(entries, Entry{r.Uint64() >> 20, h}) }
	ask = []Hash{{}, {^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}, {0xff, 0, 0, 0xff << 56}}
	for range 12 {
		ask = append(ask, someHash(r))
	}
	for _, c := range ask {
		for _, d := range []int{0, 0, 1, 2, 15, 30, 31, 31, 31, 31, 32, 32, 32, 32, 33, 40, 60} {
			add(away(r, c, d))
		}
		for _, p := range plans {
			within, beyond := hardest(r, p, MaxRadius)
			for i := range within {
				for _, diff := range []Hash{within[i], beyond[i]} {
					add(Hash{c[0] ^ diff[0], c[1] ^ diff[1], c[2] ^ diff[2], c[3] ^ diff[3]})
				}
			}
		}
		for bit := range 31 { // all in one place
			c = flip(c, bit)
		}
		add(c)
		add(flip(c, 200))
	}
	crowd := someHash(r)
	ask = append(ask, crowd)
	for len(entries) < n {
		switch r.IntN(10) {
		case 0:
			add(away(r, crowd, r.IntN(4)))
		case 1:
			add(away(r, ask[r.IntN(len(ask))], 31+r.IntN(2)))
		default:
			add(someHash(r))
		}
	}
	r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries, ask
}

func compare(t *testing.T, what string, search func(Hash, int, int) ([]Match, int), entries []Entry, gone map[uint64]bool, h Hash, radius, limit int) {
	t.Helper()
	got, found := search(h, radius, limit)
	want, n := byHand(entries, gone, h, radius, limit)
	if diff := cmp.Diff(append([]Match{}, want...), append([]Match{}, got...)); diff != "" || found != n {
		t.Fatalf("%s, within %d of %x, at most %d: %d found, want %d\n%s", what, radius, h, limit, found, n, diff)
	}
}

func TestEverySegmentAnswersAsIfAllWereCompared(t *testing.T) {
	r := random(2)
	entries, ask := nasty(r, 6000)
	v := view{}.with(entries)
	for _, p := range plans {
		if p.width > 19 {
			continue // the directories of these alone take half a gigabyte; plan_test.go proves them
		}
		s := build(v.chunks, 0, len(entries), p, 2)
		search := func(h Hash, radius, limit int) ([]Match, int) {
			best := nearest{limit: limit}
			s.search(v.chunks, &h, radius, &best)
			return best.sorted(), best.found
		}
		for _, h := range ask {
			for _, radius := range []int{0, 1, 2, 7, 15, 16, 17, 30, 31} {
				compare(t, fmt.Sprint(p), search, entries, nil, away(r, h, r.IntN(2)), radius, 1+r.IntN(200))
			}
			compare(t, fmt.Sprint(p), search, entries, nil, h, MaxRadius, len(entries))
		}
	}
}

func TestAnIndexAnswersAsIfAllWereCompared(t *testing.T) {
	r := random(3)
	all, ask := nasty(r, 70_000)
	var x Index
	gone := map[uint64]bool{}
	added := 0
	check := func(when string) {
		t.Helper()
		live := 0
		for _, e := range all[:added] {
			if !gone[e.ID] {
				live++
			}
		}
		if x.Len() != live {
			t.Errorf("%s: %d entries, want %d", when, x.Len(), live)
		}
		for _, h := range ask {
			for _, radius := range []int{r.IntN(MaxRadius + 1), MaxRadius, MaxRadius + 1, 50} {
				compare(t, when, x.Search, all[:added], gone, h, radius, 1+r.IntN(50))
			}
		}
	}
	check("empty")
	for _, n := range []int{1, 100, 5000, sealAt, 40_000, 40_001, 70_000} {
		for added < n { // in batches of all sizes
			k := min(1+r.IntN(3000), n-added)
			if err := x.Add(all[added : added+k]...); err != nil {
				t.Fatal(err)
			}
			added += k
		}
		check(fmt.Sprintf("%d added", n))
		var ids []uint64
		for range n/50 + 1 {
			ids = append(ids, all[r.IntN(added)].ID)
		}
		ids = append(ids, r.Uint64(), ids[0]) // one that is not there, one twice
		want := 0
		for _, id := range ids {
			if !gone[id] && slices.ContainsFunc(all[:added], func(e Entry) bool { return e.ID == id }) {
				gone[id] = true
				want++
			}
		}
		if got := x.Delete(ids...); got != want {
			t.Errorf("%d deleted, want %d", got, want)
		}
		if again := x.Delete(ids...); again != 0 {
			t.Errorf("%d deleted a second time", again)
		}
		check(fmt.Sprintf("%d added, some deleted", n))
	}
	x.Settle()
	if v := x.view(); len(v.segments) != 1 || v.tail() != v.n {
		t.Errorf("settled into %d segments up to %d of %d", len(v.segments), v.tail(), v.n)
	}
	check("settled")
	x.Settle()
	check("settled twice")
}

func TestSegmentsAreFewHoweverMuchIsAdded(t *testing.T) {
	r := random(4)
	var x Index
	batch := make([]Entry, 1000)
	for i := range 300 {
		for k := range batch {
			batch[k] = Entry{uint64(i*len(batch) + k), someHash(r)}
		}
		if err := x.Add(batch...); err != nil {
			t.Fatal(err)
		}
		x.building.Lock() // what was begun is done
		v := x.view()
		x.building.Unlock()
		at := 0
		for _, s := range v.segments {
			if s.from != at {
				t.Fatalf("a segment begins at %d, not at %d", s.from, at)
			}
			at = s.to
		}
		if len(v.segments) > 3 || v.n-at > 2*sealAt {
			t.Errorf("%d entries: %d segments, %d in none", v.n, len(v.segments), v.n-at)
		}
	}
}

func TestAnEntryMayStandTwiceAndAnIDForSeveral(t *testing.T) {
	var x Index
	a, b := Hash{1}, Hash{3}
	if err := x.Add(Entry{7, a}, Entry{7, b}, Entry{7, a}, Entry{6, a}); err != nil {
		t.Fatal(err)
	}
	got, found := x.Search(a, 1, 10)
	if diff := cmp.Diff([]Match{{6, 0}, {7, 0}, {7, 0}, {7, 1}}, got); diff != "" || found != 4 {
		t.Errorf("%d found\n%s", found, diff)
	}
	if n := x.Delete(7); n != 3 {
		t.Errorf("%d deleted, want 3", n)
	}
	if err := x.Add(Entry{7, b}); err != nil {
		t.Fatal(err)
	}
	got, found = x.Search(b, 0, 10)
	if diff := cmp.Diff([]Match{{7, 0}}, got); diff != "" || found != 1 {
		t.Errorf("added again: %d found\n%s", found, diff)
	}
}

func TestOddQuestionsHaveAnswers(t *testing.T) {
	var x Index
	if m, n := x.Search(Hash{}, 31, 10); len(m) != 0 || n != 0 || x.Len() != 0 || x.Delete(1) != 0 || x.Delete() != 0 {
		t.Errorf("an empty index finds %v", m)
	}
	x.Settle()
	if err := x.Add(); err != nil {
		t.Error(err)
	}
	if err := x.Add(Entry{1, Hash{}}, Entry{2, Hash{1}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ radius, limit, listed, found int }{{-1, 5, 0, 0}, {0, 5, 1, 1}, {31, 0, 0, 2}, {31, -3, 0, 2}, {31, 1, 1, 2}, {256, 5, 2, 2}, {1000, 5, 2, 2}} {
		if m, n := x.Search(Hash{}, c.radius, c.limit); len(m) != c.listed || n != c.found {
			t.Errorf("within %d, at most %d: %v of %d", c.radius, c.limit, m, n)
		}
	}
}

func TestACrowdCostsNoMoreMemoryThanTheLimit(t *testing.T) {
	r := random(5)
	crowd := someHash(r)
	entries := make([]Entry, 100_000)
	for i := range entries {
		entries[i] = Entry{uint64(len(entries) - i), crowd}
	}
	var x Index
	if err := x.Add(entries...); err != nil {
		t.Fatal(err)
	}
	x.Settle()
	got, found := x.Search(flip(crowd, 9), MaxRadius, 3)
	if diff := cmp.Diff([]Match{{1, 1}, {2, 1}, {3, 1}}, got); diff != "" || found != len(entries) {
		t.Errorf("%d found\n%s", found, diff)
	}
	if n := testing.AllocsPerRun(3, func() { x.Search(crowd, MaxRadius, 3) }); n > 10 {
		t.Errorf("%v allocations", n)
	}
}

func TestAFullIndexSaysSoAndStaysAsItWas(t *testing.T) {
	defer func(n int) { maxEntries = n }(maxEntries)
	maxEntries = 3
	var x Index
	if err := x.Add(Entry{1, Hash{}}, Entry{2, Hash{}}); err != nil {
		t.Fatal(err)
	}
	if err := x.Add(Entry{3, Hash{}}, Entry{4, Hash{}}); !errors.Is(err, ErrFull) || x.Len() != 2 {
		t.Errorf("%v, %d entries", err, x.Len())
	}
	if err := x.Add(Entry{3, Hash{}}); err != nil || x.Len() != 3 {
		t.Errorf("%v, %d entries", err, x.Len())
	}
}

func TestARangeOfNumbersIsDeleted(t *testing.T) {
	x, h := new(Index), Hash{1, 2, 3, 4}
	for id := range uint64(10) {
		if err := x.Add(Entry{1<<32 | id, h}, Entry{2<<32 | id, h}); err != nil {
			t.Fatal(err)
		}
	}
	if n := x.DeleteRange(1<<32, 2<<32-1); n != 10 || x.Len() != 10 {
		t.Errorf("%d were deleted, %d are left", n, x.Len())
	}
	matches, found := x.Search(h, 0, 100)
	if found != 10 || matches[0].ID != 2<<32 {
		t.Errorf("%d are found: %v", found, matches)
	}
	if n := x.DeleteRange(5<<32, 6<<32); n != 0 {
		t.Errorf("%d were deleted that were not there", n)
	}
}
