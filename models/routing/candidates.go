package routing

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// candidates makes the agencies' list of targets; pools are left out. An
// agency reached by two places that exclude each other gets both beliefs.
func (r *reasoning) candidates(capacity Capacity, targets []target) []Candidate {
	byCode := map[string]*Candidate{}
	most := map[string]float64{}
	supports := map[string]map[int]float64{}
	for _, t := range targets {
		if IsPool(t.code) {
			continue
		}
		v := t.belief * r.book.factor("certainty/"+string(t.row.Certainty))
		c, ok := byCode[t.code]
		if !ok {
			c = &Candidate{Code: t.code, Name: r.cov.Name(t.code), Capacity: capacity}
			byCode[t.code], supports[t.code] = c, map[int]float64{}
		}
		c.Confidence += v
		if v > most[t.code] || !ok {
			most[t.code], c.Territory, c.Place = v, t.row, t.place.Label()
		}
		for i, w := range t.supports {
			supports[t.code][i] = math.Max(w, supports[t.code][i])
		}
	}
	var out []Candidate
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		c := byCode[code]
		c.Confidence = round(math.Min(c.Confidence, 0.999))
		// What only the evenly shared rest of a divided state speaks for is
		// no candidate.
		if c.Confidence < r.book.factor("candidate/least") || len(supports[code]) == 0 {
			continue
		}
		for i, w := range supports[code] {
			c.Evidence = append(c.Evidence, Support{Index: i, Weight: round(w), Text: r.d.Evidence[i].Text})
		}
		r.sortSupports(c.Evidence)
		c.Why = r.why(c.Evidence[0].Index, code, c.Territory.State)
		out = append(out, *c)
	}
	return out
}

// sortSupports puts the weightiest first; equal ones by what they say, so that
// the order of the signals does not show.
func (r *reasoning) sortSupports(ss []Support) {
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
