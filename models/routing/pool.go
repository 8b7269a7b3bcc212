package routing

import (
	"fmt"
	"math"
	"slices"
)

// choosePool decides whether the report has a home with an agency as far as
// the suspect's place is concerned, and which pool it belongs in if not.
func (r *reasoning) choosePool(c conclusion) {
	f, d := r.book.factor, r.d
	pool := func(code string, confidence float64, reason string) {
		d.Pool, d.Confidence, d.PoolReason = code, round(math.Min(math.Max(confidence, 0), 0.999)), reason
	}
	switch {
	case c.country == "":
		pool(PoolCountryUnknown, 0, "Nothing in the report says where the suspect is")
	case c.inCountry < f("floor/country"):
		pool(PoolCountryUnknown, 1-c.inCountry, fmt.Sprintf("Only weak signs of a country (%s)", CountryName(c.country)))
	case c.country != "US":
		if IsPool(c.holder) {
			pool(c.holder, c.inHolder, fmt.Sprintf("%s: no contact point of its own is known", CountryName(c.country)))
		}
	case c.state == "":
		pool(PoolUSUnknown, c.inCountry, "United States; nothing says which state")
	case c.inState < f("floor/state"):
		pool(PoolUSUnknown, c.inCountry-c.inState, fmt.Sprintf("United States; only weak signs of a state (%s)", StateName(c.state)))
	case IsPool(c.holder):
		pool(c.holder, c.inHolder, poolReason(c))
	case c.divided && !c.counted:
		pool(PoolCountyUnknown, c.inState, fmt.Sprintf("%s is divided by county, and nothing says which county", StateName(c.state)))
	case c.inHolder < f("floor/county"):
		pool(PoolCountyUnknown, c.inState-c.inHolder, fmt.Sprintf("%s; only weak signs of a county", StateName(c.state)))
	}
	if d.Pool == "" && slices.Contains(d.Excluded, c.holder) {
		others := slices.ContainsFunc(c.candidates, func(o Candidate) bool {
			return !slices.Contains(d.Excluded, o.Code) && o.Confidence >= f("floor/county") && len(o.Evidence) > 0
		})
		if !others {
			pool(PoolReturned, c.inHolder, fmt.Sprintf("The evidence points to %s, which returned it", r.cov.Name(c.holder)))
		}
	}
}

func poolReason(c conclusion) string {
	switch c.holder {
	case PoolTexas:
		return "Texas has three forces and no public county list"
	case PoolFederal:
		return c.place.Label() + " belongs to no task force"
	default:
		return c.place.Label()
	}
}

// limitHops sends the third hop to the clearinghouse, whatever the evidence, unless a
// person has established the place since.
func (r *reasoning) limitHops() {
	d := r.d
	if r.established || d.Hops < int(r.book.factor("hops")) {
		return
	}
	d.Pool, d.PoolReason = PoolReturned, fmt.Sprintf("%d agencies have held it; the next hop is decided by the clearinghouse", d.Hops)
	d.Confidence = 0
	for i := range d.Candidates {
		// Below any level at which a rule could release it.
		d.Candidates[i].Confidence = math.Min(d.Candidates[i].Confidence, 0.5)
	}
}
