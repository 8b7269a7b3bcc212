package routing

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// contribution is one signal's belief in one answer at one level (a country, a
// state within it, a holder within that).
type contribution struct {
	index  int // of the signal
	kind   Kind
	weight float64
}

// belief is what all contributions together say of one answer.
type belief struct {
	support float64 // of the answer alone, as if nothing spoke for another
	belief  float64 // after weighing it against the others
}

// combine weighs the answers of one level against each other.
//
// Agreeing signals add up as independent witnesses do: what is left of the
// doubt after each is multiplied. Signals of one kind are not independent, so
// each further one of a kind counts for half of the one before, the strongest
// first. Answers that exclude each other are then combined by Dempster's rule
// (A. P. Dempster, 1967): the belief in one answer is its support times the
// doubt left in all others, divided by what is not contradictory. What no
// signal claims stays unclaimed and is returned as rest.
//
// From this follow three things that the tests enumerate: a further signal for
// an answer never lowers the belief in it, the order of signals does not
// matter, and no number of weak signals makes certainty.
func (b *Rules) combine(answers map[string][]contribution) (out map[string]belief, rest float64) {
	keys := slices.Sorted(maps.Keys(answers))
	support := make([]float64, len(keys))
	for i, k := range keys {
		support[i] = b.pool(answers[k])
	}
	// doubt[i] is the doubt left in every answer but i.
	doubt := make([]float64, len(keys))
	none := 1.0
	for i := range keys {
		doubt[i] = 1
		for j := range keys {
			if j != i {
				doubt[i] *= 1 - support[j]
			}
		}
		none *= 1 - support[i]
	}
	whole := none
	for i := range keys {
		whole += support[i] * doubt[i]
	}
	out = make(map[string]belief, len(keys))
	rival, conflictCap := b.factor("conflict/rival"), b.factor("conflict/cap")
	for i, k := range keys {
		v := support[i] * doubt[i] / whole
		for j := range keys {
			if j != i && support[j] >= rival {
				v = math.Min(v, conflictCap)
			}
		}
		out[k] = belief{support[i], v}
	}
	return out, none / whole
}

// pool joins the contributions to one answer.
func (b *Rules) pool(cs []contribution) float64 {
	byKind := map[Kind][]float64{}
	for _, c := range cs {
		byKind[c.kind] = append(byKind[c.kind], c.weight)
	}
	again, doubt := b.factor("again"), 1.0
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		ws := byKind[kind]
		slices.SortFunc(ws, func(a, b float64) int { return cmp.Compare(b, a) })
		f := 1.0
		for _, w := range ws {
			doubt *= 1 - w*f
			f *= again
		}
	}
	return 1 - doubt
}

// best gives the answer most believed in; on a tie the one that comes first in
// the alphabet, so that the result does not depend on order.
func best(beliefs map[string]belief) (string, float64) {
	answer, most := "", 0.0
	for _, k := range slices.Sorted(maps.Keys(beliefs)) {
		if v := beliefs[k].belief; v > most+1e-12 {
			answer, most = k, v
		}
	}
	return answer, most
}
