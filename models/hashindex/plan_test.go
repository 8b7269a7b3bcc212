package hashindex

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

// random is the same in every run.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20)) }

func someHash(r *rand.Rand) Hash { return Hash{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()} }

// away is a hash that differs from h in just n bits.
func away(r *rand.Rand, h Hash, n int) Hash {
	for _, bit := range r.Perm(256)[:n] {
		h = flip(h, bit)
	}
	return h
}

func flip(h Hash, bit int) Hash {
	h[bit>>6] ^= 1 << (bit & 63)
	return h
}

// hardest are the differences of r bits that a plan finds in one band only, and then
// just so: in every other band one bit more than its radius allows. One more bit, in
// that band, and there is none left: these are returned too.
func hardest(r *rand.Rand, p plan, radius int) (within, beyond []Hash) {
	for only := range p.bands {
		if p.radius(only, radius) < 0 {
			continue
		}
		var diff Hash
		var spare int
		for band := range p.bands {
			n := p.radius(band, radius) + 1
			for i, bit := range r.Perm(p.width)[:n] {
				if band == only && i == 0 {
					spare = band*p.width + bit
					continue
				}
				diff = flip(diff, band*p.width+bit)
			}
		}
		within, beyond = append(within, diff), append(beyond, flip(diff, spare))
	}
	return within, beyond
}

// bandsThatFind are those in which hashes that differ by diff are looked up together.
func bandsThatFind(p plan, diff Hash, radius int) (found []int) {
	for band := range p.bands {
		if bits.OnesCount32(p.key(&diff, band)) <= p.radius(band, radius) {
			found = append(found, band)
		}
	}
	return found
}

func TestEveryPlanFindsWhatIsWithinTheRadius(t *testing.T) {
	r := random(1)
	for _, p := range plans {
		if p.width > maxWidth || p.bands*p.width > 256 || MaxRadius/p.bands > maxBits || p.width < groupBits {
			t.Fatalf("%v does not fit", p)
		}
		for radius := range MaxRadius + 1 {
			sum := 0
			for band := range p.bands {
				sum += p.radius(band, radius) + 1
			}
			if sum != radius+1 {
				t.Errorf("%v within %d: needs %d bits to be escaped", p, radius, sum)
			}
			within, beyond := hardest(r, p, radius)
			for i := range within {
				if n := within[i].Distance(Hash{}); n != radius || len(bandsThatFind(p, within[i], radius)) != 1 {
					t.Errorf("%v within %d: %d bits are found in %v", p, radius, n, bandsThatFind(p, within[i], radius))
				}
				if n := beyond[i].Distance(Hash{}); n != radius+1 || len(bandsThatFind(p, beyond[i], radius)) != 0 {
					t.Errorf("%v within %d: %d bits are found in %v", p, radius, n, bandsThatFind(p, beyond[i], radius))
				}
			}
			for range 200 {
				diff := away(r, Hash{}, r.IntN(radius+1))
				found := bandsThatFind(p, diff, radius)
				if len(found) == 0 {
					t.Fatalf("%v within %d: %x is found in no band", p, radius, diff)
				}
				for band := range p.bands {
					if p.firstIn(band, &diff, radius) != (band <= found[0]) {
						t.Fatalf("%v within %d: %x is found in %v; firstIn(%d) = %v", p, radius, diff, found, band, band > found[0])
					}
				}
			}
		}
	}
}

func TestBandsAreTheBitsOfTheHash(t *testing.T) {
	for _, p := range plans {
		seen := 0
		for bit := range 256 {
			h := flip(Hash{}, bit)
			for band := range p.bands {
				if key := p.key(&h, band); key != 0 {
					seen++
					if band != bit/p.width || key != 1<<(bit%p.width) {
						t.Errorf("%v: bit %d is %x in band %d", p, bit, key, band)
					}
				}
			}
		}
		if seen != p.bands*p.width {
			t.Errorf("%v: %d bits are in bands", p, seen)
		}
	}
}

func TestFlipsAreAllWaysToChangeAFewBits(t *testing.T) {
	for _, width := range []int{1, 14, 23, 25} {
		want, ways := 1, 1
		for n := range maxBits + 1 {
			if n > 0 {
				ways = ways * (width - n + 1) / n
				want += ways
			}
			seen := map[uint32]bool{}
			for _, f := range flips(width, n) {
				if bits.OnesCount32(f) > n || bits.Len32(f) > width || seen[f] {
					t.Errorf("width %d, %d bits: %b", width, n, f)
				}
				seen[f] = true
			}
			if len(seen) != want {
				t.Errorf("width %d, up to %d bits: %d ways, want %d", width, n, len(seen), want)
			}
		}
	}
}

func TestLargerIndexesHaveWiderBands(t *testing.T) {
	for entries, want := range map[int]plan{0: {18, 14}, sealAt: {18, 14}, 1 << 16: {16, 16}, 1e6: {13, 19}, 8e6: {12, 21}, 10e6: {11, 23}, 1e9: {10, 25}} {
		if got := planFor(entries); got != want {
			t.Errorf("%d entries: %v, want %v", entries, got, want)
		}
	}
}
