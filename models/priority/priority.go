package priority

import (
	"cmp"
	"slices"
	"strings"
)

// Priority is the clearinghouse's: smaller is sooner.
type Priority int16

// The three priorities.
const (
	Imminent Priority = 1 // a child may be at risk now
	Near     Priority = 2 // a child may be at risk soon
	Past     Priority = 3 // past, or it cannot be told
)

// String says the priority in a word.
func (p Priority) String() string {
	switch p {
	case Imminent:
		return "imminent"
	case Near:
		return "near"
	default:
		return "past or unclear"
	}
}

// Class says whether there is enough in a report for an agency to act on.
type Class string

// The two classes.
const (
	Referral      Class = "referral"
	Informational Class = "informational"
)

// Reason is one rule that applied.
type Reason struct {
	Key    string `json:"key"`
	Points int    `json:"points"`
	Short  string `json:"short"`  // for a list's row
	Text   string `json:"text"`   // a sentence
	Source string `json:"source"` // the element of the report, or what the portal learnt it from
	// Desk marks what only the clearinghouse may read: it tells of other reports.
	Desk bool `json:"desk,omitempty"`
}

// Missing is something that an investigator would need and the report lacks.
type Missing struct {
	Key  string `json:"key"`
	Text string `json:"text"`
	Cost int    `json:"cost"` // of 100
}

// Completeness says what is missing and how much of what is needed is there.
type Completeness struct {
	Score   int       `json:"score"` // 0 to 100
	Missing []Missing `json:"missing"`
}

// Result is the proposal with all its reasons, to be stored as it is.
type Result struct {
	Version  string   `json:"version"`
	Priority Priority `json:"priority"`
	Urgent   bool     `json:"urgent"`
	Class    Class    `json:"class"`
	ClassWhy string   `json:"classWhy"` // one sentence
	// Urgency is the sort column, bigger first: (4 - priority) * 2, and 1 more
	// when urgent. It lies between 2 and 7.
	Urgency      int16        `json:"urgency"`
	Points       int          `json:"points"`
	Reasons      []Reason     `json:"reasons"` // weightiest first
	Completeness Completeness `json:"completeness"`
}

// UrgencyOf makes the sort column, also for a priority that a person has set.
func UrgencyOf(p Priority, urgent bool) int16 {
	u := (4 - int16(p)) * 2
	if urgent {
		u++
	}
	return u
}

// Score judges a report by the rules, nil being the embedded ones. Equal inputs give
// equal results, whatever the order of files, parties, marks and labels.
func Score(in Input, rules *Rules) Result {
	if rules == nil {
		rules = DefaultRules()
	}
	s := &scoring{book: rules, in: in, seen: map[string]bool{}}
	s.report()
	s.parties()
	s.access()
	s.files()
	s.known()
	s.labels()
	s.prior()
	r := Result{Version: rules.version, Priority: Past, Urgent: s.urgent, Reasons: s.reasons}
	if r.Reasons == nil {
		r.Reasons = []Reason{}
	}
	for _, reason := range r.Reasons {
		r.Points += reason.Points
	}
	switch {
	case r.Points >= s.book.rules[imminent].Points:
		r.Priority, r.Urgent = Imminent, true
	case r.Points >= s.book.rules[near].Points, r.Urgent:
		r.Priority = Near
	}
	r.Completeness = s.completeness()
	r.Class, r.ClassWhy = s.class(r)
	r.Urgency = UrgencyOf(r.Priority, r.Urgent)
	slices.SortFunc(r.Reasons, func(a, b Reason) int {
		if n := cmp.Compare(abs(b.Points), abs(a.Points)); n != 0 {
			return n
		}
		return strings.Compare(a.Key, b.Key)
	})
	return r
}

func abs(n int) int { return max(n, -n) }

// ForAgency is the result as an agency may read it: without what tells of reports
// that others may hold, and without the points of that.
func (r Result) ForAgency() Result {
	reasons := r.Reasons
	r.Reasons = []Reason{}
	for _, reason := range reasons {
		if reason.Desk {
			r.Points -= reason.Points
			continue
		}
		r.Reasons = append(r.Reasons, reason)
	}
	return r
}

// Short gives the shortest reason for an inbox's row: what weighs most in the
// direction that the proposal took and every agency may read.
func (r Result) Short() string {
	if r.Class == Informational {
		for _, reason := range r.Reasons {
			if reason.Points < 0 && !reason.Desk {
				return reason.Short
			}
		}
		return "too little to act on"
	}
	for _, reason := range r.Reasons {
		if reason.Points > 0 && !reason.Desk {
			return reason.Short
		}
	}
	return "nothing stated raises it"
}
