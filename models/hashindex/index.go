package hashindex

import (
	"errors"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// MaxRadius is the largest distance that the tables are made for. A search within
// more is answered by comparing with every entry.
const MaxRadius = 31

// Hash is 256 bits, as pdq.Hash256 has them.
type Hash [4]uint64

// Distance is in how many bits the hashes differ.
func (h Hash) Distance(o Hash) int {
	return bits.OnesCount64(h[0]^o[0]) + bits.OnesCount64(h[1]^o[1]) + bits.OnesCount64(h[2]^o[2]) + bits.OnesCount64(h[3]^o[3])
}

// Entry is a hash under the number that its owner gave it. Several entries may have
// the same hash, and several the same number: each is found for itself.
type Entry struct {
	ID   uint64
	Hash Hash
}

// ErrFull is returned when the index has no place left: at four thousand million
// entries, deleted ones included.
var ErrFull = errors.New("the hash index is full")

var maxEntries = 1<<32 - 1 // places are 32 bits wide; less in a test

// Index finds near hashes. Its methods may be called by many at the same time, and
// searches wait for nobody. The zero value is an empty index.
type Index struct {
	writing sync.Mutex           // adding, deleting, taking over a segment
	now     atomic.Pointer[view] // what searches see
	dead    atomic.Int64         // deleted entries

	building sync.Mutex // held while a segment is made; only its holder changes the list of segments
}

// A view is the index at a moment. It never changes, and shares its chunks with the
// views after it.
type view struct {
	chunks   []*chunk
	n        int        // entries
	segments []*segment // adjoining, from 0; what follows the last is compared one by one
}

func (x *Index) view() view {
	if v := x.now.Load(); v != nil {
		return *v
	}
	return view{}
}

// tail is where the entries begin that no segment covers.
func (v view) tail() int {
	if len(v.segments) == 0 {
		return 0
	}
	return v.segments[len(v.segments)-1].to
}

// Add appends entries. Searches that begin after it has returned find them; none sees
// a part of them. The tables are brought up to date in the background: until then the
// newest entries are compared one by one, which is slower and finds the same.
func (x *Index) Add(entries ...Entry) error {
	x.writing.Lock()
	v := x.view()
	if len(entries) > maxEntries-v.n {
		x.writing.Unlock()
		return ErrFull
	}
	v = v.with(entries)
	x.now.Store(&v)
	x.writing.Unlock()
	if v.n-v.tail() >= sealAt && x.building.TryLock() {
		go x.merge()
	}
	return nil
}

func (v view) with(entries []Entry) view {
	for _, e := range entries {
		if v.n == len(v.chunks)<<chunkBits {
			v.chunks = append(v.chunks, new(chunk))
		}
		c, i := v.chunks[v.n>>chunkBits], v.n&(chunkSize-1)
		c.hashes[i], c.ids[i] = e.Hash, e.ID
		v.n++
	}
	return v
}

// Delete takes out all entries with these numbers and says how many there were.
// Searches that begin after it has returned do not find them. It reads all numbers
// once, however many are given: 50 ms at ten million entries. Their memory comes back
// when the index is next loaded from a snapshot.
func (x *Index) Delete(ids ...uint64) int {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return x.delete(func(id uint64) bool {
		_, ok := slices.BinarySearch(ids, id)
		return ok
	})
}

// DeleteRange is Delete for all numbers from first to last: what an owner who numbers
// its lists one after another takes out at once.
func (x *Index) DeleteRange(first, last uint64) int {
	return x.delete(func(id uint64) bool { return first <= id && id <= last })
}

func (x *Index) delete(goes func(id uint64) bool) int {
	x.writing.Lock()
	defer x.writing.Unlock()
	v := x.view()
	gone := 0
	for at := range v.n {
		c, i := v.chunks[at>>chunkBits], at&(chunkSize-1)
		if goes(c.ids[i]) && c.kill(i) {
			gone++
		}
	}
	x.dead.Add(int64(gone))
	return gone
}

// Len is how many entries there are.
func (x *Index) Len() int { return x.view().n - int(x.dead.Load()) }

// Search finds every entry within radius bits of the hash, without exception: found
// is their number, and matches are the nearest of them, at most limit, the nearest
// first and among equally near ones the lowest number.
func (x *Index) Search(h Hash, radius, limit int) (matches []Match, found int) {
	if radius < 0 {
		return nil, 0
	}
	v := x.view()
	best := nearest{limit: limit}
	from := 0
	if radius <= MaxRadius {
		for _, s := range v.segments {
			s.search(v.chunks, &h, radius, &best)
		}
		from = v.tail()
	}
	v.scan(from, &h, radius, &best)
	return best.sorted(), best.found
}

// scan compares with every entry from a place on.
func (v view) scan(from int, h *Hash, r int, best *nearest) {
	for ; from < v.n; from = (from>>chunkBits + 1) << chunkBits {
		c := v.chunks[from>>chunkBits]
		first := from & (chunkSize - 1)
		some := c.hashes[first:min(chunkSize, first+v.n-from)]
		for i := range some {
			o := &some[i]
			if d := h.Distance(*o); d <= r && !c.isDead(first+i) {
				best.offer(Match{c.ids[first+i], d})
			}
		}
	}
}

const (
	sealAt = 1 << 14 // a tail of this many entries gets tables: scanning it takes 70 microseconds
	ratio  = 8       // a segment is at least so many times larger than all after it
)

// merge makes segments until the tail is short. Small ones are taken up into larger
// ones, so that there are never more than a few and every entry is sorted a few times
// only.
func (x *Index) merge() {
	defer x.building.Unlock()
	for {
		v := x.view()
		if v.n-v.tail() < sealAt {
			return
		}
		keep, from := len(v.segments), v.tail()
		for keep > 0 && v.segments[keep-1].to-v.segments[keep-1].from < ratio*(v.n-from) {
			keep--
			from = v.segments[keep].from
		}
		x.take(keep, build(v.chunks, from, v.n, planFor(v.n-from), 1))
	}
}

// Settle waits for work in the background and then sorts everything into one
// segment, on all processors: what to do after a large import. Searches and additions
// go on meanwhile.
func (x *Index) Settle() {
	x.building.Lock()
	defer x.building.Unlock()
	v := x.view()
	if v.n < sealAt || len(v.segments) == 1 && v.tail() == v.n {
		return
	}
	x.take(0, build(v.chunks, 0, v.n, planFor(v.n), runtime.GOMAXPROCS(0)))
}

// take puts a segment in the place of all segments after the first keep.
func (x *Index) take(keep int, s *segment) {
	x.writing.Lock()
	defer x.writing.Unlock()
	v := x.view()
	v.segments = append(slices.Clone(v.segments[:keep]), s)
	x.now.Store(&v)
}
