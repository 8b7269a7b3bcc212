package routing

import (
	"slices"
	"strings"
)

// withinUS reasons about states and, in divided ones, about holders by county.
func (r *reasoning) withinUS(capacity Capacity, inUS float64) (question, []target) {
	states := question{level: "state"}
	for i := range r.d.Evidence {
		s := &r.d.Evidence[i].Signal
		if !r.counts(s, capacity) {
			continue
		}
		total := sumOf(s.Places, func(p *Place) bool { return p.Country == "US" })
		for j := range s.Places {
			state := s.Places[j].State
			of := func(p *Place) bool { return p.Country == "US" && p.State == state }
			if state == "" || !of(&s.Places[j]) || slices.ContainsFunc(s.Places[:j], func(p Place) bool { return of(&p) }) {
				continue
			}
			r.add(&states, state, i, r.weights[i].state*sumOf(s.Places[j:], of)/total)
		}
	}
	r.book.combine(&states)
	r.conflict(capacity, &states)
	var targets []target
	for k := range states.answers {
		a := &states.answers[k]
		v := inUS * a.belief
		hs := r.holdersIn(a.key)
		if len(hs) > 1 {
			targets = append(targets, r.withinState(capacity, a, v)...)
			continue
		}
		place := Place{Country: "US", State: a.key}
		row, ok := r.cov.Holder(place, r.at)
		if !ok {
			// A state held by one agency in part only, or by none.
			if len(hs) == 1 {
				targets = append(targets, r.withinState(capacity, a, v)...)
				continue
			}
			row = r.nobody(a.key)
		}
		t := target{code: row.Code, row: row, place: place, belief: v, supports: make([]support, 0, len(a.cs)), counted: true}
		for _, c := range a.cs {
			t.supports = append(t.supports, support{c.index, r.weights[c.index].country * c.weight})
		}
		t.place = r.finest(place, t.supports)
		targets = append(targets, t)
	}
	return states, targets
}

// sumOf adds up the shares of some of a signal's places.
func sumOf(places []Place, which func(*Place) bool) float64 {
	total := 0.0
	for i := range places {
		if which(&places[i]) {
			total += places[i].Share
		}
	}
	return max(total, 1e-9)
}

// nobody is the row for a place in the United States that no territory covers.
func (r *reasoning) nobody(state string) Territory {
	return Territory{Code: PoolFederal, Name: r.cov.Name(PoolFederal), Kind: KindPool, Country: "US", State: state, County: "*",
		Certainty: High, CertaintyNote: "no agency's territory covers this place on this day"}
}

// finest finds the place in a state that the weightiest supporting signal
// names, with its county if it has one, for the label.
func (r *reasoning) finest(in Place, supports []support) Place {
	out, most := in, 0.0
	for _, s := range supports {
		for _, p := range r.d.Evidence[s.index].Signal.Places {
			if p.Country != "US" || p.State != in.State {
				continue
			}
			if s.weight > most || s.weight == most && p.FIPS+p.City < out.FIPS+out.City {
				out, most = Place{Country: "US", State: p.State, County: p.County, FIPS: p.FIPS, City: p.City}, s.weight
			}
			break
		}
	}
	return out
}

// held is what the signals say of one holder in a divided state.
type held struct {
	code   string
	byFIPS []heldCounty
}

// heldCounty is a county with the doubt that its signals leave: two weaker
// signals do not outvote a stronger one for another county, and the network,
// being one witness, has no more weight than its strongest event.
type heldCounty struct {
	fips            string
	doubt, strength float64 // without the network; of its strongest event
	row             Territory
}

func (c *heldCounty) weight() float64 { return 1 - c.doubt*(1-c.strength) }

func (c *heldCounty) add(w float64, network bool) {
	if network {
		c.strength = max(c.strength, w)
	} else {
		c.doubt *= 1 - w
	}
}

// withinState reasons about the holders of a divided state. What no signal
// claims for a county is shared out evenly, since the place must lie in one of
// them.
func (r *reasoning) withinState(capacity Capacity, state *answer, inState float64) []target {
	q := question{level: "county"}
	var holders []held
	of := func(code string) *held {
		for i := range holders {
			if holders[i].code == code {
				return &holders[i]
			}
		}
		holders = append(holders, held{code: code})
		return &holders[len(holders)-1]
	}
	for i := range r.d.Evidence {
		s := &r.d.Evidence[i].Signal
		if !r.counts(s, capacity) {
			continue
		}
		here := func(p *Place) bool { return p.Country == "US" && p.State == state.key }
		total := sumOf(s.Places, here)
		var codes []string
		var shares []float64
		for j := range s.Places {
			p := &s.Places[j]
			if !here(p) || p.FIPS == "" {
				continue
			}
			row, ok := r.cov.Holder(*p, r.at)
			if !ok {
				row = r.nobody(state.key)
			}
			k := slices.Index(codes, row.Code)
			if k < 0 {
				k, codes, shares = len(codes), append(codes, row.Code), append(shares, 0)
			}
			shares[k] += p.Share
			h := of(row.Code)
			w := r.weights[i].county * p.Share / total
			c := slices.IndexFunc(h.byFIPS, func(c heldCounty) bool { return c.fips == p.FIPS })
			if c < 0 {
				c, h.byFIPS = len(h.byFIPS), append(h.byFIPS, heldCounty{fips: p.FIPS, doubt: 1, row: row})
			}
			h.byFIPS[c].add(w, onNetwork(s))
		}
		for k, code := range codes {
			r.add(&q, code, i, r.weights[i].county*shares[k]/total)
		}
	}
	r.book.combine(&q)
	r.conflict(capacity, &q)
	rows := slices.Clone(r.holdersIn(state.key))
	even := q.rest
	if len(q.answers) == 0 {
		even = 1
	}
	even /= float64(max(len(rows), 1))
	for _, a := range q.answers {
		if !slices.ContainsFunc(rows, func(t Territory) bool { return t.Code == a.key }) {
			row := r.nobody(state.key)
			row.Code = a.key
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Territory) int { return strings.Compare(a.Code, b.Code) })
	out := make([]target, 0, len(rows))
	for _, row := range rows {
		t := target{code: row.Code, row: row, place: Place{Country: "US", State: state.key}, belief: inState * even}
		if a := q.of(row.Code); a != nil {
			t.counted = true
			t.belief += inState * a.belief
			if c := of(row.Code).heaviest(); c != nil {
				t.row, t.place = c.row, r.placeOf(c.fips)
			}
			for _, c := range a.cs {
				w := r.weights[c.index]
				t.supports = append(t.supports, support{c.index, w.country * w.state * c.weight})
			}
		}
		for _, c := range state.cs {
			if !r.countyKnown(c.index, state.key) && !slices.ContainsFunc(t.supports, func(s support) bool { return s.index == c.index }) {
				t.supports = append(t.supports, support{c.index, r.weights[c.index].country * c.weight / float64(max(len(rows), 1))})
			}
		}
		out = append(out, t)
	}
	return out
}

// heaviest is the county that the signals say most for; on a tie that with the
// lowest number.
func (h *held) heaviest() *heldCounty {
	var best *heldCounty
	for i := range h.byFIPS {
		c := &h.byFIPS[i]
		if best == nil || c.weight() > best.weight()+1e-12 || c.weight() > best.weight()-1e-12 && c.fips < best.fips {
			best = c
		}
	}
	return best
}

// placeOf gives the place with this county as the weightiest signal named it.
func (r *reasoning) placeOf(fips string) Place {
	place, most := Place{}, -1.0
	for i := range r.d.Evidence {
		for _, p := range r.d.Evidence[i].Signal.Places {
			if p.FIPS != fips {
				continue
			}
			if v := r.weights[i].county * p.Share; v > most || v == most && p.City < place.City {
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
