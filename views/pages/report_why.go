package pages

import (
	"fmt"
	"time"
)

// ReportWhy is one routing of the report: the facts, the rule that they met, and
// the agency that followed.
type ReportWhy struct {
	Here     bool   // this routing brought it to the reader
	Sentence string // the short reason
	Round    int
	At       time.Time
	By       string // who decided: a person, or Reeve
	Released string // in words: released by rule, by a person, waiting

	Facts      []WhyFact // what speaks for it, weightiest first
	Rule       string    // which territory the place belongs to, with its certainty
	RuleNote   string    // what is uncertain about that, and where it is from
	Uncertain  bool      // the territory's certainty is not full
	Version    string    // of the rules
	Agency     string    // or the pool
	Capacity   string    // in words: where the subject is, where the victim is
	Confidence string    // "95 %"
	Others     []WhyOther
	Conflicts  []WhyConflict
	Notes      []string
	Unused     []WhyFact // signals that counted for nothing
	Raw        string    // what was stored, when this version cannot read it
}

// WhyFact is one signal in plain words.
type WhyFact struct {
	Text    string
	Weight  string   // "high", in per cent
	Reasons []string // why it weighs that much
}

// WhyOther is another agency that may have jurisdiction.
type WhyOther struct {
	Agency, Capacity, Confidence, Why, Place string
}

// WhyConflict says what contradicts what.
type WhyConflict struct {
	Text    string
	Serious bool
}

func (w ReportWhy) title() string {
	if w.Round > 1 {
		return fmt.Sprintf("Routing %d", w.Round)
	}
	return "Routing"
}
