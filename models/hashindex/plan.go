package hashindex

import (
	"math/bits"
	"sync"
)

// A plan says how hashes are cut into bands, each of which has a table of its own.
//
// Why that finds everything: let two hashes differ in at most r bits, and let there
// be m bands, r = q*m + a with a < m. Were more than q bits different in each of the
// first a+1 bands and q or more in each of the others, that would be at least
// (a+1)*(q+1) + (m-a-1)*q = r + 1 bits. So in some band they differ in no more bits
// than radii allows it, and it is enough to look up, in every band, all values
// within its radius. Bits that belong to no band can only make hashes differ more.
type plan struct {
	bands, width int
}

// plans are in the order of the sizes that they are for. Wider bands mean fewer
// entries with the same value, but more values to look up and a larger directory;
// best is about as many values as entries. docs/benchmarks.md has the figures.
var plans = []plan{{18, 14}, {17, 15}, {16, 16}, {15, 17}, {14, 18}, {13, 19}, {12, 21}, {11, 23}, {10, 25}}

// planFor is the widest plan whose directories have no more places than there are
// entries.
func planFor(entries int) plan {
	best := plans[0]
	for _, p := range plans {
		if 1<<p.width <= entries {
			best = p
		}
	}
	return best
}

// values is how many values a band can have.
func (p plan) values() int { return 1 << p.width }

// key is the hash's value in a band.
func (p plan) key(h *Hash, band int) uint32 {
	word, shift := band*p.width>>6, band*p.width&63
	v := h[word] >> shift
	if shift+p.width > 64 {
		v |= h[word+1] << (64 - shift)
	}
	return uint32(v) & (1<<p.width - 1) //nolint:gosec // masked to the band's width
}

// radius is how many bits may differ in a band for hashes that differ in r; -1 if
// the band need not be looked at.
func (p plan) radius(band, r int) int {
	if band <= r%p.bands {
		return r / p.bands
	}
	return r/p.bands - 1
}

// firstIn says whether band is the first one in which two hashes that differ in the
// bits diff are found together by a search within r: they are in several, as a rule,
// and must be counted once.
func (p plan) firstIn(band int, diff *Hash, r int) bool {
	for b := range band {
		if bits.OnesCount32(p.key(diff, b)) <= p.radius(b, r) {
			return false
		}
	}
	return true
}

// maxWidth and maxBits bound what flips is asked for, by the plans and MaxRadius.
const (
	maxWidth = 25
	maxBits  = 3
)

var flipped [maxWidth + 1][maxBits + 1]struct {
	once sync.Once
	all  []uint32
}

// flips are all ways to change up to n bits of a value of that width, none first.
func flips(width, n int) []uint32 {
	f := &flipped[width][n]
	f.once.Do(func() {
		f.all = []uint32{0}
		for done, k := 0, 0; k < n; k++ {
			last := f.all[done:]
			done = len(f.all)
			for _, v := range last {
				for bit := bits.Len32(v); bit < width; bit++ { // only above the highest: each once
					f.all = append(f.all, v|1<<bit)
				}
			}
		}
	})
	return f.all
}
