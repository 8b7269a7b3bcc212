package territory

import (
	"math"

	"reeve/models/routing"
)

// Small is how many judged referrals a rate needs before it is more than a hint.
const Small = 30

// shrinkBy is as how many judged referrals the expectation counts when a weight is
// proposed: with so many, half of what was seen is believed.
const shrinkBy = 40

// Hits are the counts of one kind of signal.
type Hits struct {
	Decisive  int64 // referrals that it decided
	Returned  int64 // of these, returned as wrong jurisdiction
	Confirmed int64 // of these, with an outcome that confirms the place
	Claimed   int64 // confidence in thousandths, summed over those returned and confirmed
}

// Judged is of how many it is known whether the place was right.
func (h Hits) Judged() int64 { return h.Returned + h.Confirmed }

// Rate is the part of those judged that was confirmed; false when none was judged.
func (h Hits) Rate() (float64, bool) {
	if h.Judged() <= 0 {
		return 0, false
	}
	return float64(h.Confirmed) / float64(h.Judged()), true
}

// Expected is the confidence with which those judged were sent, on average.
func (h Hits) Expected() (float64, bool) {
	if h.Judged() <= 0 {
		return 0, false
	}
	return float64(h.Claimed) / 1000 / float64(h.Judged()), true
}

// Interval is the 95 % score interval of the rate (E. B. Wilson, Probable inference,
// the law of succession, and statistical inference, 1927): in it, unlike in the usual
// one, few cases give a wide interval and never one beyond 0 or 1.
func (h Hits) Interval() (low, high float64) {
	n := float64(h.Judged())
	if n <= 0 {
		return 0, 1
	}
	const z = 1.959964
	p := float64(h.Confirmed) / n
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return math.Max(0, middle-half), math.Min(1, middle+half)
}

func (h Hits) plus(o Hits) Hits {
	return Hits{h.Decisive + o.Decisive, h.Returned + o.Returned, h.Confirmed + o.Confirmed, h.Claimed + o.Claimed}
}

// Proposal is another weight for a kind of signal and how it came about.
type Proposal struct {
	Now      routing.WeightRow
	Proposed routing.WeightRow
	Hits     Hits
	Rate     float64 // as seen
	Expected float64 // confidence with which they were sent
	Shrunken float64 // the rate, drawn towards what was expected by shrinkBy cases
	Few      bool    // fewer than Small were judged
}

// Propose derives another weight from what became of the referrals that a kind of
// signal decided. They were sent with a certain confidence; if that were right, so
// many of them would be confirmed. The rate seen is drawn towards it, the more the
// fewer cases there are, and the weight is multiplied by the quotient of the two. As
// with every factor of the rules, the belief in the county bears the whole and each
// level an equal part. It is false when nothing was judged.
func Propose(now routing.WeightRow, h Hits) (Proposal, bool) {
	rate, ok := h.Rate()
	if !ok {
		return Proposal{Now: now, Proposed: now, Hits: h}, false
	}
	expected, _ := h.Expected()
	p := Proposal{Now: now, Proposed: now, Hits: h, Rate: rate, Expected: expected, Few: h.Judged() < Small}
	n := float64(h.Judged())
	p.Shrunken = (float64(h.Confirmed) + shrinkBy*expected) / (n + shrinkBy)
	if expected <= 0 {
		return p, true
	}
	levels := []*float64{&p.Proposed.Country, &p.Proposed.State, &p.Proposed.County}
	borne := 0.0
	for _, l := range levels {
		if *l > 0 {
			borne++
		}
	}
	if borne == 0 {
		return p, true
	}
	factor := math.Pow(p.Shrunken/expected, 1/borne)
	for _, l := range levels {
		*l = math.Min(0.999, math.Round(*l*factor*1000)/1000)
	}
	return p, true
}
