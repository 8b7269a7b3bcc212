package routing

import (
	"fmt"
	"strings"
	"time"
)

// Capacity says for what an agency is a candidate.
type Capacity string

// The capacities. A report may be due to one agency because the suspect acts
// there and to another because the victim lives there.
const (
	CapacitySuspect Capacity = "suspect"
	CapacityVictim  Capacity = "victim"
)

// Decision is what Infer concluded, with everything it saw, so that it can be
// stored as one row and read years later without the rules at hand.
type Decision struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"` // the day whose territory was used

	// Candidates are the agencies that may have jurisdiction, surest first.
	// Pools are never candidates.
	Candidates []Candidate `json:"candidates"`
	// Confidence is how sure the first home is: that of the best candidate in
	// the suspect's capacity, or that the pool is the right home when Pool is
	// set; 0 when nothing is known of the suspect's place. A victim's
	// candidate carries its own.
	Confidence float64 `json:"confidence"`
	// Pool is the queue that the report belongs in as far as the suspect's
	// place is concerned; empty when an agency is a believable candidate. A
	// report in a pool may still have a candidate in the victim's capacity.
	Pool       string `json:"pool,omitempty"`
	PoolReason string `json:"poolReason,omitempty"`

	Evidence  []Evidence `json:"evidence"`  // every signal, in the order given
	Conflicts []Conflict `json:"conflicts"` // what contradicts what
	Notes     []string   `json:"notes"`     // what the reader must know besides

	Excluded []string `json:"excluded,omitempty"` // agencies that may not be candidates
	Hops     int      `json:"hops,omitempty"`     // how many held it before
}

// Candidate is an agency that may have jurisdiction.
type Candidate struct {
	Code       string    `json:"code"`
	Name       string    `json:"name"`
	Capacity   Capacity  `json:"capacity"`
	Confidence float64   `json:"confidence"` // 0 to 1
	Place      string    `json:"place"`      // "Santa Clara County, California"
	Territory  Territory `json:"territory"`  // the row used, with its certainty
	// Evidence lists what speaks for it, weightiest first, as indexes into the
	// decision's evidence with the weight that each had here.
	Evidence []Support `json:"evidence"`
	Why      string    `json:"why"` // a short sentence for a list
}

// Support is one signal's part in a candidate.
type Support struct {
	Index  int     `json:"index"`  // into Decision.Evidence
	Weight float64 `json:"weight"` // 0 to 1, about this candidate's place
	Text   string  `json:"text"`   // in plain words
}

// Evidence is a signal as it was weighed.
type Evidence struct {
	Signal  Signal   `json:"signal"`
	Country float64  `json:"countryWeight"` // belief by itself, 0 to 1
	State   float64  `json:"stateWeight"`
	County  float64  `json:"countyWeight"`
	Reasons []string `json:"reasons"` // why it weighs what it weighs
	Text    string   `json:"text"`    // the signal in one plain sentence
	Used    bool     `json:"used"`    // whether it counted towards any candidate or pool
}

// Conflict tells of two or more places that the evidence points to at once, or
// of a signal whose own parts disagree.
type Conflict struct {
	Capacity Capacity `json:"capacity"`
	Level    string   `json:"level"`            // country, state, county, or signal
	Places   []string `json:"places,omitempty"` // in words
	Signals  []int    `json:"signals"`          // indexes into Decision.Evidence
	Serious  bool     `json:"serious"`          // two sides are strong; no place stays above the cap of factors.csv
	Text     string   `json:"text"`
}

// Candidate finds an agency's candidacy; its surest one when it is there in
// both capacities.
func (d Decision) Candidate(code string) (Candidate, bool) {
	for _, c := range d.Candidates {
		if c.Code == code {
			return c, true
		}
	}
	return Candidate{}, false
}

// Why says in one short sentence why an agency is a candidate or a pool the
// home: "Subject's home address: San Jose, Santa Clara County". It is empty
// for a code that the decision does not name.
func (d Decision) Why(code string) string {
	if c, ok := d.Candidate(code); ok {
		return c.Why
	}
	if code == d.Pool {
		return d.PoolReason
	}
	return ""
}

// Explain gives the full list of reasons for a code, for a report's page:
// each signal for it, the territory's certainty, and the conflicts.
func (d Decision) Explain(code string) []string {
	var out []string
	for _, c := range d.Candidates {
		if c.Code != code {
			continue
		}
		for _, s := range c.Evidence {
			out = append(out, s.Text)
		}
		out = append(out, territorySentence(c))
	}
	if code == d.Pool && d.PoolReason != "" {
		out = append(out, d.PoolReason)
	}
	if len(out) == 0 {
		return nil
	}
	for _, c := range d.Conflicts {
		out = append(out, c.Text)
	}
	return out
}

// Confident reports whether the decision by itself supports sending the report
// to an agency without a person: a confidence of at least least, and no rule
// that keeps it back.
func (d Decision) Confident(code string, least float64) bool {
	c, ok := d.Candidate(code)
	return ok && c.Confidence >= least
}

func territorySentence(c Candidate) string {
	t := c.Territory
	s := fmt.Sprintf("%s belongs to %s; certainty of the territory: %s", c.Place, c.Name, t.Certainty)
	switch t.Basis {
	case "elimination":
		s += " (by elimination: no other force lists it)"
	case "affiliates":
		s += " (inferred from the force's affiliates)"
	case "complement":
		s += " (the rest of the state)"
	}
	var dates []string
	if !t.ValidFrom.IsZero() {
		dates = append(dates, "from "+t.ValidFrom.Format(time.DateOnly))
	}
	if !t.ValidTo.IsZero() {
		dates = append(dates, "to "+t.ValidTo.Format(time.DateOnly))
	}
	if len(dates) > 0 {
		s += ", " + strings.Join(dates, " ")
	}
	return s + "."
}
