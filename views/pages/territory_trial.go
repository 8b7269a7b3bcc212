package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// TerritoryTrial is what a change would do to recent reports.
type TerritoryTrial struct {
	Figures []components.FigureArgs
	Flows   []TerritoryFlow
	Rows    []TerritoryMoved
	Note    string // how many are listed, of how many
	Tabs    []components.Tab
	Empty   string
}

// TerritoryFlow counts reports from one home to another.
type TerritoryFlow struct{ N, From, To string }

// TerritoryMoved is one report before and after.
type TerritoryMoved struct {
	Number, URL   string
	Victim        bool
	At            time.Time
	Before, After TerritoryHome
	Elsewhere     bool
}

// TerritoryHome is where a report goes.
type TerritoryHome struct {
	Name, Place, Confidence string
	Pool                    bool
}

// TerritoryPreviewView is the trial of a draft.
type TerritoryPreviewView struct {
	Frame    layout.PageArgs
	Name     string
	Lead     string
	At, Back string
	Publish  string // empty: it cannot be published
	Reports  string
	Day      string
	All      bool
	Problems []components.FieldError
	Errors   map[string]string
	Findings []TerritoryFinding
	Trial    *TerritoryTrial
}

// TerritoryVersionView is a published version.
type TerritoryVersionView struct {
	Frame   layout.PageArgs
	Title   string
	Lead    string
	Facts   []components.Term
	Changes []string
	More    string
	Losing  []Link
	AllURL  string
}

// TerritoryElsewhereView lists open reports that would go elsewhere today.
type TerritoryElsewhereView struct {
	Frame  layout.PageArgs
	Title  string
	Looked string
	Rows   []TerritoryMisplaced
	Next   string
	First  string
	Back   string
}

// TerritoryMisplaced is one of them.
type TerritoryMisplaced struct {
	Number, URL string
	Priority    int
	Urgent      bool
	State       string
	At          time.Time
	Holder, Now TerritoryHome
}

// SignalsView is the table of kinds of signal.
type SignalsView struct {
	Frame    layout.PageArgs
	Tabs     []components.Tab
	Spans    []components.Tab
	Rows     []SignalRow
	Figures  []components.FigureArgs
	Note     string
	RulesURL string
}

// SignalRow is one kind of signal.
type SignalRow struct {
	Key, URL            string
	Words, Lowered      string
	Decisive, Confirmed string
	Returned            string
	Rate, Interval      string // empty: nothing was judged
	Expected            string
	Few                 bool
	Month               string // in the table by month
}

// SignalView is one kind of signal.
type SignalView struct {
	Frame    layout.PageArgs
	Key      string
	Lead     string
	Lowered  string
	Figures  []components.FigureArgs
	Few      bool
	Months   []SignalRow
	Returned []SignalReturned
	Next     string
	First    string
	Proposal []components.Term
	How      string
	TryURL   string // empty: the reader may not, or there is no weight
	NoWeight string // why no weight is proposed
}

// SignalReturned is a report that came back.
type SignalReturned struct {
	Number, URL string
	Agency      string
	Place       string
	Confidence  string
	Why         string
	At          time.Time
}

// SignalWeightView is the trial of another weight.
type SignalWeightView struct {
	Frame    layout.PageArgs
	Key      string
	Lead     string
	At       string
	Back     string
	Values   map[string]string
	Errors   map[string]string
	Problems []components.FieldError
	Refused  string
	Trial    *TerritoryTrial
	Row      string // as the table of weights has it
	RulesURL string // empty: rules are not edited here
	Few      string
}

func (v SignalWeightView) number(name, label string) components.FieldArgs {
	return components.FieldArgs{Label: label, Name: name, Value: v.Values[name], Error: v.Errors[name], Width: "short", InputMode: "decimal", Autocomplete: "off"}
}
