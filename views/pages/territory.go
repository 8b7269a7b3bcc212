package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// TerritoryView is the territory on a day.
type TerritoryView struct {
	Frame        layout.PageArgs
	Lead         string
	Tabs         []components.Tab
	At           string // address of this page
	Day, Search  string
	Problems     []components.FieldError
	Places       []TerritoryPlace
	Unplaced     []TerritoryHolding
	Wrong        []string // gaps and overlaps, in words
	Drafts       []TerritoryDraftLine
	Versions     []TerritoryVersionLine
	NewURL       string // empty: the reader may not change territory
	ElsewhereURL string
	RulesURL     string // empty: there is no such page
	Holder       TerritoryAsk
}

// TerritoryPlace is a state or a country with who holds it.
type TerritoryPlace struct {
	Name     string
	Holdings []TerritoryHolding
}

// TerritoryHolding is what one agency holds of a place.
type TerritoryHolding struct {
	Holder, Code string
	Lead         string
	Pool         bool
	Area         string   // when there is one
	Areas        []string // when there are several
	Many         string   // "58 counties"
	From, Until  string
	Certainty    components.StateArgs
	Note         string
	Source       string
}

// TerritoryDraftLine is a draft in a list.
type TerritoryDraftLine struct {
	Name, URL string
	Note      string
	By        string
	At        time.Time
}

// TerritoryVersionLine is a published version in a list.
type TerritoryVersionLine struct {
	Number, Name, URL string
	Note              string
	Counts            string
	By                string
	At                time.Time
}

// TerritoryAsk is the question who holds a place on a day.
type TerritoryAsk struct {
	Action                      string
	State, County, Country, Day string
	States                      []components.Option
	Problems                    map[string]string
}

func (a TerritoryAsk) field(name, label, value string) components.FieldArgs {
	return components.FieldArgs{ID: "ask-" + name, Label: label, Name: name, Value: value, Error: a.Problems[name], Autocomplete: "off"}
}

// TerritoryAnswerView answers it.
type TerritoryAnswerView struct {
	Frame    layout.PageArgs
	Ask      TerritoryAsk
	Asked    bool
	Title    string
	Why      string
	Held     bool
	Holding  TerritoryHolding
	Added    string // by which version the row was added
	AddedURL string
	Others   []TerritoryHolding
	Withdrew []TerritoryHolding
}

// TerritoryDraftView is a draft with its changes.
type TerritoryDraftView struct {
	Frame      layout.PageArgs
	Name, Lead string
	State      components.StateArgs
	Facts      []components.Term
	Findings   []TerritoryFinding
	Changes    []TerritoryChange
	Deeds      []components.LinkButtonArgs
	Add        []components.LinkButtonArgs
	Effect     string
	Describe   TerritoryFormView
	Open       bool // it is a draft, and the reader may change it
}

// TerritoryFinding is why something is refused, with an example.
type TerritoryFinding struct{ Where, Words string }

// TerritoryChange is one change of a draft.
type TerritoryChange struct {
	Words  string
	By     string
	At     time.Time
	Line   string // "line 12 of the file"
	Remove string // where it is taken out; empty: it cannot be
	Hidden []components.Pair
}

// TerritoryFormView is a form about a draft.
type TerritoryFormView struct {
	Frame    layout.PageArgs
	Title    string
	Kicker   string
	Lead     string
	Deed     string // give, end, amend, lead, import, begin
	Action   string
	Back     string
	Submit   string
	Hidden   []components.Pair
	Problems []components.FieldError
	Conflict string
	Findings []TerritoryFinding // of a file

	Values   map[string]string
	Errors   map[string]string
	Agencies []components.Option
	Rows     []components.Option
	More     string // there are more rows than are offered
	Search   string
	SearchAt string
	States   []components.Option
	Columns  string // of a file
	Limit    string
}

func (v TerritoryFormView) field(name, label string) components.FieldArgs {
	return components.FieldArgs{Label: label, Name: name, Value: v.Values[name], Error: v.Errors[name], Autocomplete: "off"}
}

func (v TerritoryFormView) day(name, label, help string, required bool) components.FieldArgs {
	a := v.field(name, label)
	a.Type, a.Width, a.Help, a.Required = "date", "short", help, required
	return a
}

func (v TerritoryFormView) help(a components.FieldArgs, help string, required bool) components.FieldArgs {
	a.Help, a.Required = help, required
	return a
}

func (v TerritoryFormView) certainties() components.SelectArgs {
	return components.SelectArgs{FieldArgs: v.help(v.field("certainty", "Certainty"), "Routing is a little less sure of a report where this is lower.", true), Options: []components.Option{
		{Value: "high", Label: "High: listed by a public source or agreed in writing"}, {Value: "medium", Label: "Medium: described, not listed"},
		{Value: "low", Label: "Low: inferred, or from memory"}, {Value: "unknown", Label: "Unknown: the area is not known; nothing is routed by it"},
	}}
}

// TerritoryConfirmView asks before a draft is published or dropped.
type TerritoryConfirmView struct {
	Frame    layout.PageArgs
	Name     string
	Title    string
	Action   string
	Back     string
	Submit   string
	Danger   bool
	Hidden   []components.Pair
	Points   []string // what will be
	Changes  []string
	More     string // "and 120 more"
	Findings []TerritoryFinding
	Conflict string
	Preview  string // address of the preview; empty: none
	Note     string
	NoteBad  string
	AskNote  bool
}

func territoryNarrow(a components.FieldArgs) components.FieldArgs {
	a.Width, a.MaxLength = "short", 2
	return a
}

func territoryDate(a components.FieldArgs) components.FieldArgs {
	a.Type, a.Width = "date", "short"
	return a
}
