package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// RulesView is the list of versions of one kind of rules.
type RulesView struct {
	Frame        layout.PageArgs
	Tabs         []components.Tab
	Unread       string // why the published version cannot be used; empty: it can
	Rows         []RulesRow
	Pages        components.PaginationArgs
	StartURL     string // empty: the person may not begin drafts
	Completeness string // the page of what providers leave out
}

// RulesRow is one version.
type RulesRow struct {
	ID, Name, URL string
	State         components.StateArgs
	At            time.Time // zero: it came with the program
	By            string
	Note          string
	Based         string
	Trial         string
}

// RulesVersionView is one version with its tables.
type RulesVersionView struct {
	Frame    layout.PageArgs
	Title    string
	Lead     string
	Deeds    []components.LinkButtonArgs
	Alerts   []components.AlertArgs
	Problems []components.FieldError
	Facts    []components.Term
	ID       string
	StartURL string // begins a draft from this version; empty: the person may not
	Hidden   []components.Pair

	Draft            bool // and the person may edit it
	Tried            string
	TrialURL, TryURL string
	N, NProblem      string
	Against          string
	Changes          []RulesChange
	Tables           []RulesTable
}

// RulesChange is one field that differs.
type RulesChange struct{ Table, Key, Column, Before, After string }

// RulesTable is one table of a version as it is read.
type RulesTable struct {
	ID, Title, Note string
	Columns         []components.Column
	Labels          []string
	Rows            [][]string
	Numeric         []bool
	Download        string
	Upload          string // empty: it cannot be replaced
}

// RulesEditView is the form of a draft.
type RulesEditView struct {
	Frame                 layout.PageArgs
	Title, Lead, Conflict string
	Problems              []components.FieldError
	Action, Back          string
	Hidden                []components.Pair
	Tables                []RulesEditTable
}

// RulesEditTable is one table of the form.
type RulesEditTable struct {
	ID, Title, Note string
	Columns         []components.Column
	Rows            []RulesEditRow
	Open            []RulesOpen
	Name            string
	Count           string
}

// RulesOpen is a beginning of keys under which rows may be added.
type RulesOpen struct{ Begins, Example, Means string }

// RulesEditRow is one row of the form.
type RulesEditRow struct {
	Label string
	Cells []RulesCell
}

// RulesCell is one field of a row.
type RulesCell struct {
	Kind        string // fixed, number, check or text
	Name, Label string
	Column      string
	Value       string
	Error       string
	Head        bool
}

func (c RulesCell) id() string { return "f-" + c.Name }

func (c RulesCell) field() components.FieldArgs {
	a := components.FieldArgs{ID: c.id(), Name: c.Name, Label: c.Label, HideLabel: true, Value: c.Value, Error: c.Error, Autocomplete: "off", Mono: c.Kind == "number"}
	if c.Kind == "number" {
		a.InputMode, a.Width = "text", "short"
	}
	return a
}

// RulesTrialView is what a trial found.
type RulesTrialView struct {
	Frame       layout.PageArgs
	Title, Lead string
	Stale       bool
	None        bool // it was never tried
	Back        string
	Tabs        []components.Tab
	Froms, Tos  []string
	Counts      [][]string
	Rows        []RulesTrialRow
	Pages       components.PaginationArgs
	Empty       string
}

// RulesTrialRow is one report under both versions.
type RulesTrialRow struct {
	Number, URL, Before, After string
	Why                        []string
	Changed                    bool
}

// RulesPublishView asks before rules are published or dropped.
type RulesPublishView struct {
	Frame           layout.PageArgs
	Title, Lead     string
	Conflict, Not   string
	Problems        []components.FieldError
	Tried           components.AlertArgs
	Against         string
	Changes         []RulesChange
	Note, NoteError string
	NoteLimit       int
	Action, Back    string
	Hidden          []components.Pair
	Name            string
}

// RulesGapsView is the list of providers with how complete their reports are.
type RulesGapsView struct {
	Frame layout.PageArgs
	Rows  []RulesGapsRow
	Pages components.PaginationArgs
}

// RulesGapsRow is one provider.
type RulesGapsRow struct{ Name, URL, Reports, Mean string }

// RulesProviderGapsView is what one provider's reports lack.
type RulesProviderGapsView struct {
	Frame      layout.PageArgs
	Name       string
	AccountURL string // empty: the person may not see accounts
	Reports    int
	Figures    []components.FigureArgs
	Gaps       []RulesGap
}

// RulesGap is one thing that reports lack.
type RulesGap struct{ Text, Times, Share, Cost string }
