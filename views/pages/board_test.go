package pages

import (
	"strings"
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

func boardView() BoardView {
	return BoardView{Frame: layout.PageArgs{Title: "Feedback", Now: now}, Title: "Feedback", At: now,
		Filter:  BoardFilterView{Bar: components.FilterBarArgs{Lead: "All referrals", Action: "/desk/feedback"}, Scopes: []components.Option{{Value: "agency:bay", Label: "Bay Region", Group: "Agencies"}}},
		Figures: []components.FigureArgs{{Label: "Sent", Value: components.Group(10482), URL: "/desk/feedback/rows?key=received"}, {Label: "Opened", Value: "0", Note: "0 % of those sent"}},
		Tabs:    []components.Tab{{Label: "By agency", URL: "/desk/feedback#tables", Current: true}, {Label: "By state", URL: "/desk/feedback?tab=states#tables"}},
		Table: BoardTable{ID: "by-agency", Caption: "By agency", At: now, Note: "Shares are of those sent.", Columns: []components.Column{{Label: "Agency"}, {Label: "Sent", Numeric: true, Sort: "descending", SortURL: "/desk/feedback?by=received"}, {Label: "Overdue", Numeric: true}, {Label: "Last heard"}},
			Rows: []BoardLine{
				{Name: "Bay Region", URL: "/desk/feedback?of=agency%3Abay", Cells: []BoardCell{{Label: "Sent", Text: components.Group(10482), URL: "/desk/feedback/rows"}, {Label: "Overdue", Text: "7", Share: "<1 %", URL: "/desk/feedback/rows?key=overdue", Warn: true}}, HasHeard: true, Heard: now.Add(-3 * time.Hour)},
				{Name: strings.Repeat("A very long name of an agency ", 6), Cells: []BoardCell{{Label: "Sent", Text: "1"}, {Label: "Overdue", Text: "0", Share: "0 %"}}, HasHeard: true},
			}, Pages: components.PaginationArgs{Shown: "2 rows shown", OlderURL: "/desk/feedback?after=x"}}}
}

func TestBoardPages(t *testing.T) {
	t.Parallel()
	full := boardView()
	full.Funnel = components.ChartArgs{ID: "f", Title: "From sent to closed", Bars: []components.Bar{{Label: "Sent", Value: 10482, URL: "/desk/feedback/rows"}, {Label: "Opened"}}}
	full.Months = components.ChartArgs{ID: "m", Title: "Referrals sent", Bars: []components.Bar{{Label: "Feb 2026", Value: 0}, {Label: "Mar 2026", Value: 3}}}
	full.Codes = components.ChartArgs{ID: "c", Title: "Latest outcome", Bars: []components.Bar{{Label: "Arrest", Value: 3, URL: "/desk/feedback/rows?key=outcome%3Aclosed.arrest"}}}
	checkMain(t, "board", Board(full))
	quiet := boardView()
	quiet.Quiet = &BoardQuiet{"No outcomes yet", "42 referrals were sent, all since the beginning of February 2026."}
	checkMain(t, "board-quiet", Board(quiet))
	empty := boardView()
	empty.Table.Rows, empty.Table.Empty, empty.Quiet = nil, "Nothing was referred to an agency yet", &BoardQuiet{"Nothing was sent yet", "Once reports are referred, this page shows what became of them."}
	checkMain(t, "board-empty", Board(empty))
}

func TestBoardRowsPages(t *testing.T) {
	t.Parallel()
	v := BoardRowsView{Frame: layout.PageArgs{Title: "Returned", Now: now}, Title: "Returned", All: "/desk/feedback/rows", Empty: BoardQuiet{"No such referrals", "Since the board counted, they may have moved on."},
		Filter: BoardFilterView{KeyName: "Figure", Key: "overdue", Keys: []components.Option{{Value: "overdue", Label: "Overdue"}}, Bar: components.FilterBarArgs{Lead: "Referrals", Tail: "newest first", Action: "/desk/feedback/rows"}}}
	checkMain(t, "board-rows-none", BoardRows(v))
	v.Looked = "This page looked at 2 000 referrals and found 2 that fit."
	v.Pages = components.PaginationArgs{Shown: "2 referrals shown", OlderURL: "/desk/feedback/rows?cursor=x"}
	v.Rows = []BoardRow{
		{Number: "482910377", URL: "/reports/482910377", Agency: "Bay Region", Provider: "Example Chat", Type: "Online enticement", Place: "Santa Clara County", Priority: 1, Urgent: true, State: "New", Overdue: true, Referred: now.AddDate(0, 0, -8)},
		{Number: "482910378", Agency: "\u0644\u064a\u0644\u0649", Provider: "Public form", Type: "Other", Priority: 3, State: "Returned", StateTone: components.ToneWarn, Outcome: "Returned: wrong jurisdiction", Useful: "of some use",
			OutcomeAt: now.Add(-time.Hour), Referred: now.AddDate(0, -3, 0), LastHeard: now.Add(-time.Hour), ReturnWhy: strings.Repeat("It belongs elsewhere. ", 20)},
	}
	checkMain(t, "board-rows", BoardRows(v))
}
