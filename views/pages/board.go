package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// BoardView is the clearinghouse's feedback board: what became of what it sent.
type BoardView struct {
	Frame layout.PageArgs
	Title string
	At    time.Time // of which moment all figures are

	Filter BoardFilterView

	Figures []components.FigureArgs // five
	Quiet   *BoardQuiet             // instead of charts, while there are no outcomes
	Funnel  components.ChartArgs
	Codes   components.ChartArgs // by outcome
	Months  components.ChartArgs
	Tabs    []components.Tab
	Table   BoardTable
	// Bars is drawn above the table: the states. It has no bars in other tabs.
	Bars components.ChartArgs
}

// BoardQuiet says that nothing came back yet and why that need not worry.
type BoardQuiet struct{ Title, Text string }

// BoardFilterView is the filter as a sentence, and its fields.
type BoardFilterView struct {
	Bar     components.FilterBarArgs
	Of      string // the chosen scope's value
	Scopes  []components.Option
	Key     string // only where rows are asked for
	Keys    []components.Option
	KeyName string // label of the keys' field; empty: no such field
}

// BoardTable is the table of one tab.
type BoardTable struct {
	ID, Caption, Note string
	Columns           []components.Column
	Rows              []BoardLine
	Pages             components.PaginationArgs
	Empty             string    // why there are no rows; empty: said elsewhere on the page
	Narrow            bool      // two columns only: no wider than they need
	At                time.Time // from which ages are counted
}

// BoardLine is one agency, provider, outcome or state.
type BoardLine struct {
	Name, Second, URL string // URL narrows the board to it
	Cells             []BoardCell
	// Heard is when the agency last did or said anything; HasHeard says that the
	// table has that column.
	Heard    time.Time
	HasHeard bool
}

// BoardCell is one number and the way to its rows.
type BoardCell struct {
	Label, Text, Share, URL string
	Warn                    bool // of what should not be
}

// heads are the labels of the columns, for stacked rows.
func (t BoardTable) first() string { return t.Columns[0].Label }

func (t BoardTable) last() string { return t.Columns[len(t.Columns)-1].Label }

// BoardRowsView is the referrals behind one figure.
type BoardRowsView struct {
	Frame  layout.PageArgs
	Title  string
	Filter BoardFilterView
	Rows   []BoardRow
	Pages  components.PaginationArgs
	Looked string // how far was looked when that was not all
	Empty  BoardQuiet
	All    string // the address of all referrals
}

// BoardRow is one referral as the clearinghouse sees it.
type BoardRow struct {
	Number                         string
	URL                            string // empty: the reader may not open reports
	Agency, Provider, Type, Place  string
	Priority                       int
	Urgent                         bool
	State                          string
	StateTone                      components.Tone
	Outcome, Useful                string
	OutcomeAt, Referred, LastHeard time.Time
	Overdue                        bool
	ReturnWhy                      string
}
