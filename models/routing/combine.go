package routing

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"reeve/models"
)

// contribution is one signal's belief in one answer at one level (a country, a
// state within it, a holder within that).
type contribution struct {
	index   int // of the signal
	kind    Kind
	network bool // read off the network; see onNetwork
	weight  float64
}

// answer is one possible answer to a question.
type answer struct {
	key string
	cs  []contribution // strongest first within a kind, once combined

	support  float64 // of the answer alone, as if nothing spoke for another
	strength float64 // the same, with the network's events first weighed among themselves
	belief   float64 // after weighing it against the others

	witnesses, events, odds float64 // on the way there
}

// question is one level with its answers, in the order of their keys once
// combined. There are few, so they are searched one by one.
type question struct {
	level   string // country, state, county
	answers []answer
	rest    float64 // what no signal claims
}

func (q *question) add(key string, c contribution) {
	for i := range q.answers {
		if q.answers[i].key == key {
			q.answers[i].cs = append(q.answers[i].cs, c)
			return
		}
	}
	q.answers = append(q.answers, answer{key: key, cs: []contribution{c}})
}

// of finds an answer; nil when no signal gave it.
func (q *question) of(key string) *answer {
	for i := range q.answers {
		if q.answers[i].key == key {
			return &q.answers[i]
		}
	}
	return nil
}

// best gives the answer most believed in; on a tie the one that comes first in
// the alphabet, so that the result does not depend on order.
func (q *question) best() (string, float64) {
	key, most := "", 0.0
	for _, a := range q.answers {
		if a.belief > most+1e-12 {
			key, most = a.key, a.belief
		}
	}
	return key, most
}

// onNetwork reports whether a signal is read off the network that an account
// uses: an event's address, or an estimate that the provider made, as a rule
// from such addresses, and does not mark as verified.
func onNetwork(s *Signal) bool {
	return s.Kind == IPAddress || s.Kind == EstimatedLocation && s.Verified != models.Yes
}

// combine weighs the answers of one level against each other, as Bayes' rule
// weighs independent witnesses of whom each is right with its weight and else
// names any place at all.
//
// A witness by himself is believed as far as his weight. Witnesses who agree
// are believed much more than each: that two who were both wrong would name the
// same state is a coincidence, and coincidence/... says how rare it is. With a
// coincidence of 1 the rule would be that of A. P. Dempster (1967). Witnesses
// who contradict each other leave each answer what the doubt in the others
// allows, and what no signal claims stays unclaimed.
//
// Signals of one kind are not independent, so each further one of a kind counts
// for a part (again) of the one before, the strongest first. And all that is
// read off the network is one witness, not many. Its events are first weighed
// among themselves, which tells where the account's usual network is shown: one
// event that contradicts four is a journey. That the person is where his
// network is shown is another matter - a relay, an office, a carrier's gateway
// or a wrong database deceive all events alike - and the witness as a whole is
// believed only as far as network/... says.
//
// From this follow three things that the tests enumerate: a further signal for
// an answer never lowers the belief in it, the order of signals does not
// matter, and no number of weak signals of a kind makes certainty.
func (b *Rules) combine(q *question) {
	slices.SortFunc(q.answers, func(x, y answer) int { return strings.Compare(x.key, y.key) })
	level := b.levels[q.level]
	for i := range q.answers {
		a := &q.answers[i]
		slices.SortFunc(a.cs, func(x, y contribution) int {
			if n := strings.Compare(string(x.kind), string(y.kind)); n != 0 {
				return n
			}
			return cmp.Compare(y.weight, x.weight)
		})
		doubt := 1.0
		a.witnesses, a.events = 1, 1
		for j := 0; j < len(a.cs); {
			ofKind, f := 1.0, 1.0
			for kind := a.cs[j].kind; j < len(a.cs) && a.cs[j].kind == kind; j++ {
				c := &a.cs[j]
				doubt *= 1 - c.weight*f
				if c.network {
					a.events *= 1 + c.weight/(1-c.weight)/level.coincidence
				} else {
					ofKind *= 1 - c.weight*f
				}
				f *= b.again
			}
			a.witnesses *= 1 + (1-ofKind)/ofKind/level.coincidence
		}
		a.support = 1 - doubt
	}
	whole := 1.0
	for i := range q.answers {
		whole += level.coincidence * (q.answers[i].events - 1)
	}
	odds := 1.0
	for i := range q.answers {
		a := &q.answers[i]
		if w := level.network * level.coincidence * (a.events - 1) / whole; w > 0 {
			a.witnesses *= 1 + w/(1-w)/level.coincidence
		}
		a.odds = math.Min(level.coincidence*(a.witnesses-1), 1e9)
		a.strength = a.odds / (1 + a.odds)
		odds += a.odds
	}
	q.rest = 1 / odds
	for i := range q.answers {
		a := &q.answers[i]
		a.belief = a.odds / odds
		for j := range q.answers {
			if j != i && q.answers[j].strength >= b.rival {
				a.belief = math.Min(a.belief, b.conflictCap)
			}
		}
	}
}
