package pages

import (
	"strconv"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// LabelPanelView is what is said of a report and its files, with the form that says
// more. It stands on the report's page, on the desk's, and on the labels' own.
type LabelPanelView struct {
	Number int64
	Groups []LabelGroup // the report's first, then those of files that bear labels
	Now    time.Time
	Form   *LabelForm // nil: the reader labels nothing
	AllURL string     // the labels' own page; empty on that page
}

// LabelGroup is what is said of one thing.
type LabelGroup struct {
	Title  string
	Locked bool
	Labels []LabelRow
}

// LabelRow is one label.
type LabelRow struct {
	Scheme, Words string
	Who           string // who says so, in words
	At            time.Time
	URL           string // its own page; empty: a provider's word, about which nothing can be done
	Why           string
	Marks         []components.BadgeArgs
	Gone          string // by whom and why it was withdrawn
	About         string // on pages that list labels of several things
}

// LabelForm is the form that sets labels.
type LabelForm struct {
	Action, Back string
	OnReport     []LabelField
	OnFile       []LabelField
	Files        []components.Choice
	MoreFiles    bool // only the first are listed
	Locked       string
	Why          string
	Ask          bool
	Open         bool // unfolded: something is wrong with it, or it is the page's purpose
	Errors       map[string]string
}

// LabelField is one scheme on the form: a list to choose one from, or boxes.
type LabelField struct {
	ID, Name, Label, Help string
	Several               bool
	Chosen                string
	Options               []components.Option
	Choices               []components.Choice
}

func (f *LabelForm) errors() []components.FieldError {
	var out []components.FieldError
	for _, e := range []struct{ field, id string }{{"label", ""}, {"report_label", "labels-report"}, {"file_label", "labels-file"}, {"file", "f-file"}, {"why", "f-label-why"}} {
		if text := f.Errors[e.field]; text != "" {
			out = append(out, components.FieldError{ID: e.id, Message: text})
		}
	}
	return out
}

func (v LabelPanelView) count() string {
	n := 0
	for _, g := range v.Groups {
		n += len(g.Labels)
	}
	return countOf(n)
}

// LabelsView is the labels' own page: the panel, and everything that was ever said.
type LabelsView struct {
	Frame     layout.PageArgs
	Number    int64
	ReportURL string
	Panel     LabelPanelView
	Ever      []LabelRow
	Pages     components.PaginationArgs
}

// LabelView is the page of one label and its deeds.
type LabelView struct {
	Frame     layout.PageArgs
	ReportURL string
	Label     LabelRow
	Facts     []components.Term
	Asks      []LabelAskRow
	Locked    bool   // the file that it is about may not be opened
	Conflict  string // said when somebody was first
	Back      string
	Deeds     []LabelDeed
	None      string // who else acts on it next; may be empty
}

// LabelAskRow is one request for a second look.
type LabelAskRow struct {
	Who, Agency, Why string
	At               time.Time
}

// LabelDeed is one thing that the reader may do with a label now.
type LabelDeed struct {
	ID, Title, Text, Action, Submit string
	Key                             string
	Variant                         components.Variant
	Version                         int
	Needs                           bool // a reason must be given
	Why, Error                      string
}

// LabelsWaitingView is the worklist of labels that wait for somebody.
type LabelsWaitingView struct {
	Frame      layout.PageArgs
	Disputed   bool
	Tabs       []components.Tab
	Rows       []LabelWaitingRow
	Pages      components.PaginationArgs
	SchemesURL string // empty: not for this reader
	First      string
}

// LabelWaitingRow is one label of the worklist.
type LabelWaitingRow struct {
	Number, URL, Type string
	Label             LabelRow
	Asked             string // who asks for the second look, or who disputed it
	Reason            string
	Since             time.Time
	Yours             bool // set by the reader: another person must look
}

// LabelSchemesView is the page of schemes.
type LabelSchemesView struct {
	Frame   layout.PageArgs
	Schemes []LabelSchemeRow
	New     LabelSchemeForm
}

// LabelSchemeRow is one scheme with its values.
type LabelSchemeRow struct {
	Code, Name, Help, About string
	Several, SecondLook     bool
	Ended                   bool
	Version                 int
	Added                   string
	Values                  []LabelValueRow
	New                     LabelValueForm
	Open                    bool
}

// LabelValueRow is one value of a scheme.
type LabelValueRow struct {
	Code, Words, About, Excludes string
	SecondLook, Ended            bool
	Version                      int
}

// LabelSchemeForm is the form of a new scheme.
type LabelSchemeForm struct {
	Code, Name, Help, About string
	Several, SecondLook     bool
	Errors                  map[string]string
}

// LabelValueForm is the form of a new value.
type LabelValueForm struct {
	Code, Words, Excludes string
	SecondLook            bool
	Errors                map[string]string
}

func (v LabelsView) number() string { return strconv.FormatInt(v.Number, 10) }

func (r LabelSchemeRow) url() string { return "/desk/labels/schemes/" + r.Code }

func (r LabelSchemeRow) note() string {
	note := r.Code + " · " + r.About
	if r.Several {
		note += " · several at a time"
	} else {
		note += " · one at a time"
	}
	if r.SecondLook {
		note += " · always a second look"
	}
	return note
}

func (v LabelsWaitingView) title() string { return "Labels" }

func (v LabelsWaitingView) lead() string {
	if v.Disputed {
		return "A second person disputed these. A supervisor who neither set nor disputed the label settles it."
	}
	return "These wait for a second person, oldest first. Nobody looks a second time at a label of their own."
}
