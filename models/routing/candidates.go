package routing

import (
	"math"
	"slices"
	"strings"
)

// candidates makes the agencies' list of targets; pools are left out. An
// agency reached by two places that exclude each other gets both beliefs.
func (r *reasoning) candidates(capacity Capacity, targets []target) []Candidate {
	slices.SortStableFunc(targets, func(a, b target) int { return strings.Compare(a.code, b.code) })
	var out []Candidate
	for i := 0; i < len(targets); {
		same := targets[i : i+1]
		for i++; i < len(targets) && targets[i].code == same[0].code; i++ {
			same = same[:len(same)+1]
		}
		if IsPool(same[0].code) {
			continue
		}
		if c, ok := r.candidate(capacity, same); ok {
			out = append(out, c)
		}
	}
	return out
}

// candidate makes one candidate of all targets that lead to an agency.
func (r *reasoning) candidate(capacity Capacity, same []target) (Candidate, bool) {
	c := Candidate{Code: same[0].code, Name: r.cov.Name(same[0].code), Capacity: capacity}
	most := -1.0
	var best *target
	var supports []support
	for i := range same {
		t := &same[i]
		v := t.belief * r.book.factor("certainty/"+string(t.row.Certainty))
		c.Confidence += v
		if v > most {
			most, best = v, t
		}
		for _, s := range t.supports {
			if k := slices.IndexFunc(supports, func(o support) bool { return o.index == s.index }); k >= 0 {
				supports[k].weight = math.Max(supports[k].weight, s.weight)
			} else {
				supports = append(supports, s)
			}
		}
	}
	c.Confidence = round(math.Min(c.Confidence, 0.999))
	// What only the evenly shared rest of a divided state speaks for is no
	// candidate.
	if c.Confidence < r.book.least || len(supports) == 0 {
		return c, false
	}
	c.Territory, c.Place = best.row, best.place.Label()
	c.Evidence = make([]Support, 0, len(supports))
	for _, s := range supports {
		c.Evidence = append(c.Evidence, Support{Index: s.index, Weight: round(s.weight), Text: r.d.Evidence[s.index].Text})
	}
	sortSupports(c.Evidence)
	c.Why = r.why(c.Evidence[0].Index, c.Code, c.Territory.State)
	return c, true
}

// sortSupports puts the weightiest first; equal ones by what they say, so that
// the order of the signals does not show.
func sortSupports(ss []Support) {
	slices.SortFunc(ss, func(a, b Support) int {
		if a.Weight != b.Weight {
			if a.Weight > b.Weight {
				return -1
			}
			return 1
		}
		if n := strings.Compare(a.Text, b.Text); n != 0 {
			return n
		}
		return a.Index - b.Index
	})
}
