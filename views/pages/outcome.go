package pages

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// OutcomeView is the form that records what became of a report. Everything but
// the code is optional; one click on a usual code records it.
type OutcomeView struct {
	Frame  layout.PageArgs
	Report ReportLine
	Action string // where the form goes

	Common  []OutcomeChoice // the agency's most used codes, one button each
	Groups  []OutcomeGroup  // every code that may be recorded now
	Missing []OutcomeChoice // what can be named as missing

	Values   OutcomeValues
	Problems []components.FieldError // in the order of the form
	Hidden   []components.Pair       // version, and what the form showed

	Earliest, Latest string // days, YYYY-MM-DD
	Zone             string
	NoteLimit        int

	Undo        *OutcomeUndo
	Conflict    *MeanwhileView
	NotRecorded string // why nothing may be recorded now
	ReturnURL   string // the return's page; empty when it cannot be returned or kept
	ReturnWords string
}

// ReportLine says in short which report a form is about.
type ReportLine struct {
	Number   int64
	URL      string
	Type     string
	Subject  string
	State    string
	Assignee string
}

// OutcomeChoice is a code with its words.
type OutcomeChoice struct{ Code, Words string }

// OutcomeGroup is the codes under one heading.
type OutcomeGroup struct {
	Name  string
	Codes []OutcomeChoice
}

// OutcomeValues are the fields as typed.
type OutcomeValues struct {
	Code, Usefulness, Count, HappenedOn, Note string
	Missing                                   []string
}

// OutcomeUndo is the latest outcome while it can be taken back.
type OutcomeUndo struct {
	Words, Action string
	Until         time.Time
}

// MeanwhileView says that somebody changed the report after the form was shown:
// who, when and what. What was typed stays in the form.
type MeanwhileView struct {
	Title   string
	Who     string // empty: only Text is known
	At      time.Time
	Text    string
	Tried   string // what the reader was about to record
	Changes []Change
}

// Change is a fact that is not what it was.
type Change struct{ What, Was, Is string }

func (v OutcomeView) problem(field string) string {
	for _, p := range v.Problems {
		if p.ID == "f-"+field {
			return p.Message
		}
	}
	return ""
}

// moreOpen keeps the full list in sight when the choice is not among the buttons,
// or when none was made.
func (v OutcomeView) moreOpen() bool { return v.Values.Code != "" || v.problem("code") != "" }

func (v OutcomeView) radios(i int) components.ChoicesArgs {
	g := v.Groups[i]
	a := components.ChoicesArgs{ID: "f-code-" + strconv.Itoa(i+1), Label: g.Name, Name: "code"}
	if i == 0 {
		a.ID, a.Error = "f-code", v.problem("code")
	}
	for _, c := range g.Codes {
		a.Choices = append(a.Choices, components.Choice{Value: c.Code, Label: c.Words, Checked: c.Code == v.Values.Code})
	}
	return a
}

func (v OutcomeView) usefulness() components.ChoicesArgs {
	a := components.ChoicesArgs{Label: "How useful was the report?", Name: "usefulness", Inline: true, Error: v.problem("usefulness")}
	for _, c := range []OutcomeChoice{{"", "Not said"}, {"0", "0 · none"}, {"1", "1 · some"}, {"2", "2 · key"}} {
		a.Choices = append(a.Choices, components.Choice{Value: c.Code, Label: c.Words, Checked: c.Code == v.Values.Usefulness})
	}
	a.Choices[0].Value = "not-said"
	return a
}

func (v OutcomeView) missing() components.ChoicesArgs {
	a := components.ChoicesArgs{Label: "What was missing?", Name: "missing", Error: v.problem("missing")}
	for _, c := range v.Missing {
		a.Choices = append(a.Choices, components.Choice{Value: c.Code, Label: c.Words, Checked: slices.Contains(v.Values.Missing, c.Code)})
	}
	return a
}

// lead is the report in one line.
func (l ReportLine) lead() string {
	words := []string{l.Type}
	if l.Subject != "" {
		words = append(words, l.Subject)
	}
	words = append(words, l.State)
	if l.Assignee != "" {
		words = append(words, "with "+l.Assignee)
	}
	return strings.Join(words, " · ")
}

// dayWords writes 2026-03-02 as 2 Mar 2026.
func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 Jan 2006")
}

func (l ReportLine) name() string { return "report " + strconv.FormatInt(l.Number, 10) }

// codes is how many outcomes the full list has.
func (v OutcomeView) codes() string {
	n := 0
	for _, g := range v.Groups {
		n += len(g.Codes)
	}
	return strconv.Itoa(n)
}
