package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// DeskView is the clearinghouse's queue: what needs a person, most urgent first.
type DeskView struct {
	Frame    layout.PageArgs
	Waiting  int // counted up to WaitingCap + 1
	Oldest   time.Time
	Rows     []DeskRow
	Next     string // address of the page after this one; empty on the last
	First    string // address of the first page; empty on it
	PoolsURL string
}

// WaitingCap is up to where lists of the desk count; beyond it they say "1 000+".
const WaitingCap = 1000

// DeskRow is one report that waits, at the desk or in a pool.
type DeskRow struct {
	Number   string
	URL      string
	Priority int // 1 to 3; 0: none yet
	Urgent   bool
	Type     string
	Provider string
	Subject  string
	Why      string // why it waits, in one sentence
	Class    string // in words; empty for the ordinary one
	Files    string // "2, 1 locked"; empty without files
	Received time.Time
}

// lead is the one sentence at the top of the desk.
func (v DeskView) lead() string {
	switch v.Waiting {
	case 0:
		return "Reports that no rule could release come here."
	case 1:
		return "One report waits for a person. Open it to refer it."
	}
	return "These wait for a person, most urgent first. Open one to refer it."
}

func (v DeskView) figures() []components.FigureArgs {
	waiting := components.FigureArgs{Label: "Waiting", Value: components.Capped(v.Waiting, WaitingCap), Note: "for a decision"}
	return []components.FigureArgs{waiting, {Label: "Oldest", Value: components.Span(v.Frame.Now.Sub(v.Oldest)),
		Note: "since " + components.ExactMinute(v.Oldest)}}
}

// deskShown says how much of a list of waiting reports is on the page.
func deskShown(rows, all int) string {
	if all <= 0 || all < rows {
		return components.Group(rows) + " shown"
	}
	return components.Group(rows) + " of " + components.Capped(all, WaitingCap)
}

// deskPages are the links below a list that begins with the most urgent.
func deskPages(rows, all int, first, next string) components.PaginationArgs {
	return components.PaginationArgs{NewerURL: first, Newer: "Most urgent", OlderURL: next, Older: "Less urgent", Shown: deskShown(rows, all)}
}
