package routing

import (
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
	r := &reasoning{book: book, cov: cov, at: at.UTC(), d: &d, weights: make([]weight, len(signals)), established: opts.Established}
	for i, s := range signals {
		w, reasons := book.of(s)
		if len(s.Places) == 0 {
			w, reasons = weight{}, []string{s.Problem}
		}
		s.Places = shared(s.Places)
		d.Evidence[i] = Evidence{Signal: s, Country: round(w.country), State: round(w.state), County: round(w.county), Reasons: reasons, Text: sentence(&s)}
		r.weights[i] = w
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
	holders []stateHolders // of the states met so far

	established bool // see Options
}

type stateHolders struct {
	state string
	rows  []Territory
}

// holdersIn is Coverage.HoldersIn, asked once for each state.
func (r *reasoning) holdersIn(state string) []Territory {
	for _, h := range r.holders {
		if h.state == state {
			return h.rows
		}
	}
	rows := r.cov.HoldersIn(state, r.at)
	r.holders = append(r.holders, stateHolders{state, rows})
	return rows
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
	supports []support
	counted  bool
}

// support is one signal's part in a target.
type support struct {
	index  int
	weight float64
}

func (r *reasoning) counts(s *Signal, c Capacity) bool {
	if c == CapacityVictim {
		return s.Whose == Victim
	}
	return s.Whose == Subject || s.Whose == WhoseUnknown
}

// capacity reasons down from country to state to holder.
func (r *reasoning) capacity(capacity Capacity) conclusion {
	countries := question{level: "country"}
	for i := range r.d.Evidence {
		s := &r.d.Evidence[i].Signal
		if !r.counts(s, capacity) {
			continue
		}
		for j, p := range s.Places {
			if p.Country == "" || slices.ContainsFunc(s.Places[:j], func(o Place) bool { return o.Country == p.Country }) {
				continue
			}
			share := 0.0
			for _, o := range s.Places[j:] {
				if o.Country == p.Country {
					share += o.Share
				}
			}
			r.add(&countries, p.Country, i, r.weights[i].country*share)
		}
	}
	con := conclusion{}
	if len(countries.answers) == 0 {
		return con
	}
	r.book.combine(&countries)
	r.conflict(capacity, &countries)
	var targets []target
	con.country, con.inCountry = countries.best()
	for k := range countries.answers {
		a := &countries.answers[k]
		if a.key != "US" {
			targets = append(targets, r.abroad(a))
			continue
		}
		states, ts := r.withinUS(capacity, a.belief)
		targets = append(targets, ts...)
		if con.country == "US" {
			con.state, con.inState = states.best()
			con.inState *= con.inCountry
		}
	}
	con.divided = con.state != "" && len(r.holdersIn(con.state)) > 1
	for i := range targets {
		t := &targets[i]
		here := t.place.Country == con.country && (con.country != "US" || t.place.State == con.state)
		if here && (t.belief > con.inHolder || con.holder == "") {
			con.holder, con.inHolder, con.place, con.counted = t.code, t.belief, t.place, t.counted
		}
	}
	con.candidates = r.candidates(capacity, targets)
	return con
}

func (r *reasoning) abroad(a *answer) target {
	place := Place{Country: a.key}
	row, ok := r.cov.Holder(place, r.at)
	if !ok {
		row = Territory{Code: PoolForeign, Name: r.cov.Name(PoolForeign), Kind: KindPool, Country: a.key, Certainty: High}
	}
	t := target{code: row.Code, row: row, place: place, belief: a.belief, supports: make([]support, 0, len(a.cs)), counted: true}
	for _, c := range a.cs {
		t.supports = append(t.supports, support{c.index, c.weight})
	}
	return t
}

func (r *reasoning) add(q *question, key string, index int, v float64) {
	if v <= 0 || key == "" {
		return
	}
	e := &r.d.Evidence[index]
	e.Used = true
	q.add(key, contribution{index, e.Signal.Kind, onNetwork(&e.Signal), math.Min(v, 0.999)})
}
