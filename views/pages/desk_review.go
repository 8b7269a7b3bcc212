package pages

import (
	"strings"
	"time"

	"reeve/models"
	"reeve/views/components"
)

// DeskReviewView is one report at the desk: what it is, how urgent, who gets it.
type DeskReviewView struct {
	Body    ReportView // what the report holds, drawn as on its own page
	Figures DeskFigures
	Beside  []DeskQueueRow // the next of the queue
	ListURL string         // the list that it came from
	Hidden  []components.Pair
	CanTake bool // the reader decides; else they only look
	Free    bool // there is a next one to take

	Conflict  string // why a deed was not done; empty: none was tried
	Waiting   bool
	Holder    string // empty: nobody
	Mine      bool
	HeldUntil time.Time
	Note      string
	HandedBy  string
	Skips     []DeskSkip
	Decided   DeskDecided
	DeskWhy   string

	Class, ClassWhy string // as proposed, in words
	Points          int
	PriorityRules   string
	RoutingRules    string
	Pool            string // in which it lies or would lie, by name
	PoolWhy         string
	Elsewhere       []string // agencies that have it

	Form   DeskForm
	Hand   DeskHandOver
	New    []ReportFile
	Known  []DeskKnownFile
	Labels []components.BadgeArgs // of the report as a whole
	Events []components.TimelineEvent
	More   int // events that are only on the report's own page
}

// DeskSkip is somebody's passing the report by.
type DeskSkip struct {
	Who, Why string
	Times    int
}

// DeskDecided is the latest decision; without a name there is none.
type DeskDecided struct {
	By, Why string
	At      time.Time
}

// DeskForm is the decision as the form shows it.
type DeskForm struct {
	Version                         int
	Class, Priority                 string
	Urgent                          bool
	ProposedClass                   string
	ProposedPriority                string
	ProposedUrgent                  bool
	Options                         []DeskOption
	Other                           string
	Agencies                        []components.Option
	Else                            string
	Elses                           []components.Option
	Reason                          string
	ClassError, PriorityError       string
	ToError, ElseError, ReasonError string
}

// DeskOption is an agency that routing names.
type DeskOption struct {
	Code, Name, Capacity, Confidence, Why, Place, Has string
	Uncertain, Checked                                bool
}

// DeskHandOver is the form that gives the report to a colleague.
type DeskHandOver struct {
	People                    []components.Option
	Colleague, Note           string
	ColleagueError, NoteError string
	SkipWhy, SkipError        string
}

// DeskKnownFile is a file that known material lists.
type DeskKnownFile struct {
	Name   string
	Words  string // how it is known
	Labels []components.BadgeArgs
}

func (v DeskReviewView) number() string { return v.Body.number() }

func (v DeskReviewView) url(deed string) string { return "/desk/reports/" + v.number() + deed }

// heldByOther says that a colleague works on it.
func (v DeskReviewView) heldByOther() bool { return v.Holder != "" && !v.Mine }

// acts says that the reader may decide about it now.
func (v DeskReviewView) acts() bool { return v.CanTake && !v.heldByOther() }

func (v DeskReviewView) lead() string { return v.Body.Head.Type + ", sent by " + v.Body.Head.Provider }

// standing says where the report stands at the desk, in one sentence.
func (v DeskReviewView) standing() string {
	switch {
	case v.Waiting:
		return v.DeskWhy
	case v.Decided.By != "":
		return strings.TrimSuffix(v.DeskWhy, ".") + "."
	}
	return "Released by rule: " + v.DeskWhy
}

func (f DeskForm) errors() []components.FieldError {
	var out []components.FieldError
	for _, e := range []components.FieldError{{ID: "f-verdict", Message: f.ClassError}, {ID: "f-priority", Message: f.PriorityError}, {ID: "f-agencies", Message: f.ToError},
		{ID: "f-else", Message: f.ElseError}, {ID: "f-reason", Message: f.ReasonError}} {
		if e.Message != "" {
			out = append(out, e)
		}
	}
	return out
}

func (f DeskForm) classes() components.ChoicesArgs {
	choice := func(value, label, key string) components.Choice {
		if value == f.ProposedClass {
			label += ", as proposed"
		}
		return components.Choice{Value: value, Label: label, Key: key, Checked: f.Class == value}
	}
	return components.ChoicesArgs{Label: "Class", Name: "verdict", Error: f.ClassError, Choices: []components.Choice{choice("referral", "Referral", "r"), choice("informational", "Informational", "i")}}
}

func (f DeskForm) priorities() components.ChoicesArgs {
	choice := func(value, label string) components.Choice {
		if value == f.ProposedPriority {
			label += ", as proposed"
		}
		return components.Choice{Value: value, Label: label, Key: value, Checked: f.Priority == value}
	}
	return components.ChoicesArgs{Label: "Priority", Name: "priority", Error: f.PriorityError, Choices: []components.Choice{choice("1", "1 · imminent"), choice("2", "2 · near"), choice("3", "3 · past or unclear")}}
}

// urgent is the flag beside the priority, a group of one so that its key stands there.
func (f DeskForm) urgent() components.ChoicesArgs {
	label := "Urgent"
	if f.ProposedUrgent {
		label = "Urgent, as proposed"
	}
	return components.ChoicesArgs{Label: "Flag", Name: "flag", Choices: []components.Choice{{Value: "yes", Label: label, Key: "u", Checked: f.Urgent}}}
}

// agenciesURL leads the key g to the first thing that can be chosen.
func (f DeskForm) agenciesURL() string {
	for i := range f.Options {
		if f.Options[i].Has == "" {
			return "#to-" + itoa(i+1)
		}
	}
	return "#f-other"
}

func (o DeskOption) help() string {
	return joined(" · ", joined(", ", o.Confidence, o.Capacity), joined(": ", o.Place, o.Why))
}

// fileMark says how a file is known.
func fileMark(m models.FileMark) string {
	if m.How == models.MarkNear && m.Distance != nil {
		return "Nearly the same as a listed picture (" + itoa(int(*m.Distance)) + " of 256 bits differ)"
	}
	return "Its bytes are listed"
}

// KnownInWords says how a file is known, by which set and as what.
func KnownInWords(m models.FileMark) string {
	return joined(" · ", fileMark(m), m.SetName, m.Category, m.Series)
}

func (v DeskReviewView) acceptLabel() string {
	if v.Waiting {
		return "Accept all and next"
	}
	return "Change and next"
}

func (v DeskReviewView) decideLabel() string {
	if v.Waiting {
		return "Decide and next"
	}
	return "Change and next"
}

func (v DeskReviewView) decidedReason() string {
	if v.Decided.Why == "" {
		return ""
	}
	return "Reason: " + strings.TrimSuffix(v.Decided.Why, ".") + "."
}

// poolHelp says where routing would leave it.
func (v DeskReviewView) poolHelp() string {
	if v.Pool == "" {
		return ""
	}
	return joined(": ", v.Pool, v.PoolWhy)
}

func (v DeskReviewView) moreEvents() string {
	if v.More > 0 {
		return "The whole timeline: " + plural(v.More, "further event", "further events")
	}
	return "The timeline on the report's page"
}

// subject is the first subject's name as its card has it.
func (v ReportView) subject() string {
	for _, g := range v.People {
		for _, p := range g.People {
			if !g.Apart {
				return p.Name
			}
		}
	}
	return ""
}

func orWords(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
