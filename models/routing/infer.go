package routing

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Options are what besides the report bears on where it may go.
type Options struct {
	// Excluded are the codes of agencies that returned the report as not
	// theirs. They are never candidates again.
	Excluded []string
	// Hops counts the agencies that have held the report so far; at least as
	// many as are excluded. After two, the next hop goes to a pool, so that a
	// report cannot travel in circles.
	Hops int
	// Established says that a person has found out the place since the last return:
	// the hops before no longer keep the report back.
	Established bool
	// Rules are the weights and factors to reckon with; nil: DefaultRules.
	Rules *Rules
}

// Infer concludes from signals which agencies have jurisdiction, by the
// territory that is valid at the given time, and explains it. It is a pure
// function; the order of the signals does not matter to the result, only to
// the indexes in it.
func Infer(signals []Signal, cov Coverage, at time.Time, opts Options) Decision {
	book := opts.Rules
	if book == nil {
		book = DefaultRules()
	}
	d := Decision{
		Version: book.version, At: at.UTC(), Candidates: []Candidate{}, Evidence: make([]Evidence, len(signals)),
		Conflicts: []Conflict{}, Notes: []string{},
		Excluded: slices.Sorted(slices.Values(opts.Excluded)),
		Hops:     max(opts.Hops, len(opts.Excluded)),
	}
	r := &reasoning{book: book, cov: cov, at: at.UTC(), d: &d}
	r.established = opts.Established
	for i, s := range signals {
		w, reasons := r.book.of(s)
		if len(s.Places) == 0 {
			w, reasons = weight{}, []string{s.Problem}
		}
		s.Places = shared(s.Places)
		d.Evidence[i] = Evidence{Signal: s, Country: round(w.country), State: round(w.state), County: round(w.county), Reasons: reasons, Text: sentence(s)}
		r.weights = append(r.weights, w)
	}
	suspect := r.capacity(CapacitySuspect)
	victim := r.capacity(CapacityVictim)
	r.choosePool(suspect)
	for _, c := range slices.Concat(suspect.candidates, victim.candidates) {
		if !slices.Contains(d.Excluded, c.Code) {
			d.Candidates = append(d.Candidates, c)
		}
	}
	r.limitHops()
	slices.SortStableFunc(d.Candidates, func(a, b Candidate) int {
		switch {
		case a.Confidence != b.Confidence:
			if a.Confidence > b.Confidence {
				return -1
			}
			return 1
		case a.Capacity != b.Capacity:
			return strings.Compare(string(a.Capacity), string(b.Capacity))
		default:
			return strings.Compare(a.Code, b.Code)
		}
	})
	if d.Pool == "" {
		for _, c := range d.Candidates {
			if c.Capacity == CapacitySuspect {
				d.Confidence = c.Confidence
				break
			}
		}
	}
	r.notes()
	return d
}

// reasoning carries one inference.
type reasoning struct {
	book    *Rules
	cov     Coverage
	at      time.Time
	weights []weight
	d       *Decision

	established bool // see Options
}

// conclusion is what the signals of one capacity say.
type conclusion struct {
	candidates []Candidate
	country    string // believed most; empty when nothing is known
	inCountry  float64
	state      string
	inState    float64 // belief in the state, the country included
	divided    bool    // the state has several holders
	counted    bool    // some signal reaches down to a county of the state
	holder     string  // code of the agency or pool believed most
	inHolder   float64
	place      Place
}

// target is one possible home: an agency or a pool with the place that leads
// to it.
type target struct {
	code     string
	row      Territory
	place    Place
	belief   float64
	supports map[int]float64
	counted  bool
}

func (r *reasoning) counts(s Signal, c Capacity) bool {
	if c == CapacityVictim {
		return s.Whose == Victim
	}
	return s.Whose == Subject || s.Whose == WhoseUnknown
}

// capacity reasons down from country to state to holder.
func (r *reasoning) capacity(capacity Capacity) conclusion {
	countries := map[string][]contribution{}
	for i, e := range r.d.Evidence {
		if !r.counts(e.Signal, capacity) {
			continue
		}
		for country, share := range shares(e.Signal.Places, func(p Place) string { return p.Country }) {
			r.add(countries, country, i, r.weights[i].country*share)
		}
	}
	byCountry, _ := r.book.combine(countries)
	r.conflict(capacity, "country", countries, byCountry, CountryName)
	var targets []target
	con := conclusion{}
	con.country, con.inCountry = best(byCountry)
	for _, country := range slices.Sorted(maps.Keys(byCountry)) {
		if country != "US" {
			targets = append(targets, r.abroad(country, byCountry[country].belief, countries[country]))
			continue
		}
		states, ts := r.withinUS(capacity, byCountry["US"].belief)
		targets = append(targets, ts...)
		if con.country == "US" {
			con.state, con.inState = best(states)
			con.inState *= con.inCountry
		}
	}
	con.divided = con.state != "" && r.cov.Divided(con.state, r.at)
	for _, t := range targets {
		here := t.place.Country == con.country && (con.country != "US" || t.place.State == con.state)
		if here && (t.belief > con.inHolder || con.holder == "") {
			con.holder, con.inHolder, con.place, con.counted = t.code, t.belief, t.place, t.counted
		}
	}
	con.candidates = r.candidates(capacity, targets)
	return con
}

func (r *reasoning) abroad(country string, v float64, cs []contribution) target {
	place := Place{Country: country}
	row, ok := r.cov.Holder(place, r.at)
	if !ok {
		row = Territory{Code: PoolForeign, Name: r.cov.Name(PoolForeign), Kind: KindPool, Country: country, Certainty: High}
	}
	t := target{code: row.Code, row: row, place: place, belief: v, supports: map[int]float64{}, counted: true}
	for _, c := range cs {
		t.supports[c.index] = c.weight
	}
	return t
}

func (r *reasoning) add(answers map[string][]contribution, key string, index int, v float64) {
	if v <= 0 || key == "" {
		return
	}
	e := &r.d.Evidence[index]
	e.Used = true
	answers[key] = append(answers[key], contribution{index, e.Signal.Kind, math.Min(v, 0.999)})
}
