package pages

import (
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// DeskView is one list of the desk.
type DeskView struct {
	Frame   layout.PageArgs
	Title   string // the list's name
	Lead    string
	Tabs    []components.Tab
	Figures DeskFigures
	Filter  components.FilterBarArgs
	Fields  DeskFields
	Rows    []DeskQueueRow
	Waiting bool // the list of what waits
	Decided bool // the list of what the reader decided
	// ByUrgency says that the list begins with the most urgent, else with the newest.
	ByUrgency bool
	Next      string // address of the page after this one; empty on the last
	First     string // address of the first page; empty on it
	Looked    string // how far a filter looked; empty: through all
	Empty     InboxEmpty
	CanTake   bool // the reader may take reports
	Free      bool // there is one to take
	Hidden    []components.Pair
	PoolsURL  string
}

// DeskFigures are what stands on every page of the desk.
type DeskFigures struct {
	Waiting, Urgent, Mine, Others          int // counted up to WaitingCap + 1
	ListURL, UrgentURL, MineURL, OthersURL string
	Oldest                                 time.Time // zero: nothing waits
	OldestURL                              string
}

// DeskFields are the filters as a form shows them.
type DeskFields struct {
	Urgent, Class, Type, Provider string
	Types                         []components.Option
	ProviderError                 string
	ProvidersHere                 []string // names that the page proposes
}

// DeskQueueRow is one report on a list of the desk.
type DeskQueueRow struct {
	Number, URL       string
	Priority          components.PriorityArgs
	Type              string
	Provider, Subject string
	Class             string // in words; empty for the ordinary one
	Why               string // why it waits, or where it went
	Files             string
	Received          time.Time
	Skipped           int
	StandsFor         int    // how many other reports of a bundle wait behind it
	Holder            string // empty: nobody
	Mine              bool
	Free              time.Time // when the hold ends unless the holder goes on
	Note, HandedBy    string
	Decided           string // the analyst's reason
	DecidedAt         time.Time
	Current           bool // the report beside the list
}

// marks are what stands out about a row.
func (r DeskQueueRow) marks() []components.BadgeArgs {
	var out []components.BadgeArgs
	if r.Class != "" {
		out = append(out, components.BadgeArgs{Label: r.Class})
	}
	if r.StandsFor > 0 {
		out = append(out, components.BadgeArgs{Label: "Stands for " + components.Group(r.StandsFor+1), Icon: components.IconLink, Title: "One widely spread file: this row stands for " + plural(r.StandsFor+1, "report", "reports") + ", itself among them"})
	}
	if r.Skipped > 0 {
		out = append(out, components.BadgeArgs{Label: "Skipped " + itoa(r.Skipped), Tone: components.ToneWarn, Icon: components.IconRight, Title: "Passed by " + plural(r.Skipped, "time", "times")})
	}
	if r.HandedBy != "" {
		out = append(out, components.BadgeArgs{Label: "From " + r.HandedBy, Tone: components.ToneInfo, Icon: components.IconShare, Title: "Handed over by " + r.HandedBy})
	}
	return out
}

// second is what stands below why it waits.
func (r DeskQueueRow) second(now time.Time) string {
	var parts []string
	switch {
	case r.Mine:
		parts = append(parts, "held by you, free "+components.Ago(r.Free, now))
	case r.Holder != "":
		parts = append(parts, "held by "+r.Holder+", free "+components.Ago(r.Free, now))
	}
	if r.Note != "" {
		parts = append(parts, "note: "+r.Note)
	}
	if r.Decided != "" {
		parts = append(parts, "reason: "+r.Decided)
	}
	return strings.Join(parts, " · ")
}

func (f DeskFigures) list() []components.FigureArgs {
	n := func(n int) string { return orWords(components.Capped(n, WaitingCap), "0") }
	return []components.FigureArgs{
		{Label: "Waiting", Value: n(f.Waiting), URL: f.ListURL, Note: "and nobody holds them"},
		{Label: "Urgent", Value: n(f.Urgent), URL: f.UrgentURL, Note: "of all that wait, held or not"},
		{Label: "Yours", Value: n(f.Mine), URL: f.MineURL, Note: "you hold them"},
		{Label: "Held by others", Value: n(f.Others), URL: f.OthersURL, Note: "a colleague works on them"},
	}
}

// oldest is the figure that nothing urgent may hide.
func (f DeskFigures) oldest(now time.Time) components.FigureArgs {
	if f.Oldest.IsZero() {
		return components.FigureArgs{Label: "Oldest waiting", Value: "none", Note: "nothing waits"}
	}
	return components.FigureArgs{Label: "Oldest waiting", Value: components.Span(now.Sub(f.Oldest)), URL: f.OldestURL, Note: "since " + components.ExactMinute(f.Oldest)}
}

func (v DeskView) pagination() components.PaginationArgs {
	a := components.PaginationArgs{Label: "Pages of the desk", NewerURL: v.First, Newer: "First page", OlderURL: v.Next, Older: "Older", Shown: plural(len(v.Rows), "report", "reports") + " on this page"}
	if v.ByUrgency {
		a.Older = "Less urgent"
	}
	if v.Looked != "" {
		a.Older = "Further"
	}
	return a
}

// whyLabel heads the column that says why a report is in this list.
func (v DeskView) whyLabel() string {
	if v.Waiting {
		return "Why it waits"
	}
	return "Where it stands"
}

// whenLabel heads the column of times.
func (v DeskView) whenLabel() string {
	if len(v.Rows) > 0 && v.Rows[0].decidedList(v) {
		return "Decided"
	}
	return "Received"
}

func (r DeskQueueRow) decidedList(v DeskView) bool { return v.Decided && !r.DecidedAt.IsZero() }

func (r DeskQueueRow) when(v DeskView) time.Time {
	if r.decidedList(v) {
		return r.DecidedAt
	}
	return r.Received
}

// deskNothingFree says why the next cannot be taken.
func deskNothingFree(free bool) string {
	if free {
		return ""
	}
	return "Nothing is free"
}
