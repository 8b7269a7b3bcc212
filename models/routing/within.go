package routing

import (
	"maps"
	"slices"
)

// withinUS reasons about states and, in divided ones, about holders by county.
func (r *reasoning) withinUS(capacity Capacity, inUS float64) (map[string]belief, []target) {
	answers := map[string][]contribution{}
	for i, e := range r.d.Evidence {
		if !r.counts(e.Signal, capacity) {
			continue
		}
		inUS := slices.DeleteFunc(slices.Clone(e.Signal.Places), func(p Place) bool { return p.Country != "US" })
		total := sum(inUS)
		for state, share := range shares(inUS, func(p Place) string { return p.State }) {
			if state != "" {
				r.add(answers, state, i, r.weights[i].state*share/total)
			}
		}
	}
	states, _ := r.book.combine(answers)
	r.conflict(capacity, "state", answers, states, StateName)
	var targets []target
	for _, state := range slices.Sorted(maps.Keys(states)) {
		v := inUS * states[state].belief
		if r.cov.Divided(state, r.at) {
			targets = append(targets, r.withinState(capacity, state, v, answers[state])...)
			continue
		}
		place := Place{Country: "US", State: state}
		row, ok := r.cov.Holder(place, r.at)
		if !ok {
			// A state held by one agency in part only, or by none.
			if hs := r.cov.HoldersIn(state, r.at); len(hs) == 1 {
				targets = append(targets, r.withinState(capacity, state, v, answers[state])...)
				continue
			}
			row = r.nobody(state)
		}
		t := target{code: row.Code, row: row, place: place, belief: v, supports: map[int]float64{}, counted: true}
		for _, c := range answers[state] {
			t.supports[c.index] = r.weights[c.index].country * c.weight
			t.place = r.finest(t.place, c.index, t.supports)
		}
		targets = append(targets, t)
	}
	return states, targets
}

// nobody is the row for a place in the United States that no territory covers.
func (r *reasoning) nobody(state string) Territory {
	return Territory{Code: PoolFederal, Name: r.cov.Name(PoolFederal), Kind: KindPool, Country: "US", State: state, County: "*",
		Certainty: High, CertaintyNote: "no agency's territory covers this place on this day"}
}

// finest keeps the place of the weightiest supporting signal, with its county
// if it has one, for the label.
func (r *reasoning) finest(now Place, index int, supports map[int]float64) Place {
	for i, v := range supports {
		if v > supports[index] || v == supports[index] && i < index {
			return now
		}
	}
	for _, p := range r.d.Evidence[index].Signal.Places {
		if p.Country == "US" && p.State == now.State {
			return Place{Country: "US", State: p.State, County: p.County, FIPS: p.FIPS, City: p.City}
		}
	}
	return now
}

// withinState reasons about the holders of a divided state. What no signal
// claims for a county is shared out evenly, since the place must lie in one of
// them.
func (r *reasoning) withinState(capacity Capacity, state string, inState float64, stateSignals []contribution) []target {
	answers := map[string][]contribution{}
	rows := map[string]map[string]float64{} // code -> county -> weight
	byFIPS := map[string]Territory{}
	for i, e := range r.d.Evidence {
		if !r.counts(e.Signal, capacity) {
			continue
		}
		here := slices.DeleteFunc(slices.Clone(e.Signal.Places), func(p Place) bool { return p.Country != "US" || p.State != state })
		total := sum(here)
		held := map[string]float64{}
		for _, p := range here {
			if p.FIPS == "" {
				continue
			}
			row, ok := r.cov.Holder(p, r.at)
			if !ok {
				row = r.nobody(state)
			}
			held[row.Code] += p.Share
			byFIPS[p.FIPS] = row
			if rows[row.Code] == nil {
				rows[row.Code] = map[string]float64{}
			}
			// Two weaker signals for one county do not outvote a stronger one for another.
			doubt := 1 - rows[row.Code][p.FIPS]
			rows[row.Code][p.FIPS] = 1 - doubt*(1-r.weights[i].county*p.Share/total)
		}
		for _, code := range slices.Sorted(maps.Keys(held)) {
			r.add(answers, code, i, r.weights[i].county*held[code]/total)
		}
	}
	beliefs, rest := r.book.combine(answers)
	r.conflict(capacity, "county", answers, beliefs, r.cov.Name)
	holders := map[string]Territory{}
	for _, t := range r.cov.HoldersIn(state, r.at) {
		holders[t.Code] = t
	}
	even := rest / float64(max(len(holders), 1))
	for code := range answers {
		if _, ok := holders[code]; !ok {
			holders[code] = r.nobody(state)
		}
	}
	var out []target
	for _, code := range slices.Sorted(maps.Keys(holders)) {
		t := target{code: code, row: holders[code], place: Place{Country: "US", State: state}, supports: map[int]float64{}, counted: len(answers[code]) > 0}
		if fips := heaviest(rows[code]); fips != "" {
			t.row = byFIPS[fips]
			t.place = r.placeOf(fips)
		}
		t.belief = inState * (beliefs[code].belief + even)
		if len(answers) > 0 && len(answers[code]) == 0 {
			t.belief = inState * even
		}
		for _, c := range answers[code] {
			t.supports[c.index] = r.weights[c.index].country * r.weights[c.index].state * c.weight
		}
		for _, c := range stateSignals {
			if _, ok := t.supports[c.index]; !ok && !r.countyKnown(c.index, state) {
				t.supports[c.index] = r.weights[c.index].country * c.weight / float64(max(len(holders), 1))
			}
		}
		out = append(out, t)
	}
	return out
}

// placeOf gives the place with this county as the weightiest signal named it.
func (r *reasoning) placeOf(fips string) Place {
	place, most := Place{}, -1.0
	for i, e := range r.d.Evidence {
		for _, p := range e.Signal.Places {
			if v := r.weights[i].county * p.Share; p.FIPS == fips && (v > most || v == most && p.City < place.City) {
				place, most = Place{Country: p.Country, State: p.State, FIPS: p.FIPS, County: p.County, City: p.City}, v
			}
		}
	}
	return place
}

// countyKnown reports whether a signal names a county of the state, with a
// weight that lets it count.
func (r *reasoning) countyKnown(index int, state string) bool {
	return r.weights[index].county > 0 && slices.ContainsFunc(r.d.Evidence[index].Signal.Places, func(p Place) bool {
		return p.Country == "US" && p.State == state && p.FIPS != ""
	})
}
