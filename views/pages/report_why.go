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
	Maps       []WhyMap  // where the facts point; empty outside the United States
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

// WhyMap is a state drawn small with the counties to which the facts point.
type WhyMap struct {
	State         string
	Width, Height float64
	Lines         string // the outlines of every county, as SVG path data
	Parts         []WhyMapPart
	Whole         string // how far the state as a whole is pointed to, in words; may be empty
	WholeOnly     bool   // nothing points to one county: the state itself is coloured
}

// WhyMapPart is one county that the facts point to.
type WhyMapPart struct {
	Name   string
	Path   string
	Level  int  // shade of the subject's or incident's facts, 1 to 4; 0: none of those
	Victim bool // a victim's facts point here too: drawn with a thick outline
	Whose  string
	Weight string // in per cent
	Belief float64
}

// mapLabel says in one sentence what the map shows, for those who do not see it.
func (m WhyMap) mapLabel() string {
	if m.WholeOnly {
		return "Map of " + m.State + ". The facts point to the state, and to no county in it."
	}
	text := "Map of " + m.State + ". The facts point to "
	for i, p := range m.Parts {
		if i == mapNamed {
			return text + " and others."
		}
		if i > 0 {
			text += ", "
		}
		text += p.Name
	}
	return text + "."
}

// mapNamed is how many counties a map names beside itself.
const mapNamed = 4

// named are the counties that stand in words beside the map.
func (m WhyMap) named() []WhyMapPart { return m.Parts[:min(len(m.Parts), mapNamed)] }

func (m WhyMap) box() string { return fmt.Sprintf("-2 -2 %g %g", m.Width+4, m.Height+4) }

func (p WhyMapPart) class() string {
	class := fmt.Sprintf("WhyMap-county is-%d", p.Level)
	if p.Victim {
		class += " is-victim"
	}
	return class
}

func (m WhyMap) anyVictim() bool {
	for _, p := range m.Parts {
		if p.Victim {
			return true
		}
	}
	return false
}
