package handlers

import (
	"cmp"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/components"
	"reeve/views/pages"
)

// table is the table of the chosen tab, and the bars above it if it has any.
func (h *Board) table(c echo.Context, b *outcome.Board, k boardScopes, a boardAddress) (pages.BoardTable, components.ChartArgs) {
	switch a.tab {
	case tabProviders:
		t := ranking(a, b.Filter.ProviderBy, b.NextProvider, len(b.Providers))
		t.ID, t.Caption, t.Empty = "by-provider", "What became of referrals, by provider", "No provider's report was referred yet"
		t.Columns[0].Label = "Provider"
		for i := range b.Providers {
			t.Rows = append(t.Rows, boardLine(&b.Providers[i], k.value(b.Providers[i].ID), a.tab))
		}
		return t, components.ChartArgs{}
	case tabOutcomes:
		return byOutcome(b, a.of), components.ChartArgs{}
	case tabStates:
		return byState(b, a.of)
	}
	t := ranking(a, b.Filter.AgencyBy, b.NextAgency, len(b.Agencies))
	t.ID, t.Caption, t.Empty = "by-agency", "What became of referrals, by agency", "Nothing was referred to an agency yet"
	t.Columns[0].Label = "Agency"
	t.Columns = append(t.Columns, components.Column{Label: "Last heard", Width: "narrow"})
	for i := range b.Agencies {
		r := &b.Agencies[i]
		line := boardLine(r, ofAgency+r.Code, a.tab)
		line.HasHeard = true
		if r.LastHeard != nil {
			line.Heard = h.Local(c, *r.LastHeard)
		}
		t.Rows = append(t.Rows, line)
	}
	return t, components.ChartArgs{}
}

// ranking is a table ordered by one of its figures, the largest first.
func ranking(a boardAddress, by, next string, rows int) pages.BoardTable {
	t := pages.BoardTable{Columns: []components.Column{{Width: "wide"}}, Note: overdueRule + " Shares are of those sent."}
	if a.of != "" {
		t.Note = "Of all referrals, whatever the filter above. " + t.Note
	}
	for _, l := range headlines {
		col := components.Column{Label: l.words, Numeric: true, SortURL: boardAddress{of: a.of, tab: a.tab, by: l.key}.anchored()}
		if l.key == by {
			col.Sort = "descending"
		}
		t.Columns = append(t.Columns, col)
	}
	if next != "" || a.after != "" {
		t.Pages = components.PaginationArgs{Shown: countWords(int64(rows), "row") + " shown", Newer: "First", Older: "Next", Label: "Pages of the table"}
		if a.after != "" {
			t.Pages.NewerURL = boardAddress{of: a.of, tab: a.tab, by: a.by}.anchored()
		}
		if next != "" {
			t.Pages.OlderURL = boardAddress{of: a.of, tab: a.tab, by: a.by, after: next}.anchored()
		}
	}
	return t
}

func boardLine(r *outcome.BoardRow, of, tab string) pages.BoardLine {
	line := pages.BoardLine{Name: cmp.Or(r.Name, r.Code, r.ID.String())}
	if of != "" && (r.ID != uuid.Nil || of == ofPublic) {
		line.URL = boardAddress{of: of, tab: tab}.url()
	}
	for _, l := range headlines {
		line.Cells = append(line.Cells, boardCell(l.words, of, l.key, r.Figures[l.key], r.Figures.Received()))
	}
	return line
}

// boardCell is a number, its share of those sent and the way to its rows; what is
// nothing leads nowhere.
func boardCell(label, of, key string, n, sent int64) pages.BoardCell {
	cell := pages.BoardCell{Label: label, Text: components.Group(int(n))}
	if n > 0 {
		cell.URL = rowsAddress(of, key)
		cell.Warn = key == outcome.KeyOverdue
	}
	if key != outcome.KeyReceived {
		cell.Share = shareOf(n, sent)
	}
	return cell
}

func byOutcome(b *outcome.Board, of string) pages.BoardTable {
	t := pages.BoardTable{ID: "by-outcome", Caption: "Referrals by their latest outcome", Narrow: true,
		Note:    "A referral counts once, under its latest outcome. Shares are of those sent.",
		Columns: []components.Column{{Label: "Outcome", Width: "wide"}, {Label: "Referrals", Numeric: true, Width: "narrow"}}}
	if b.Totals.Received() == 0 {
		return t
	}
	for _, o := range b.Outcomes {
		line := pages.BoardLine{Name: o.Words, Cells: []pages.BoardCell{boardCell("Referrals", of, outcome.KeyOutcome(o.Code), o.N, b.Totals.Received())}}
		if o.Group != "Returned" {
			line.Second = o.Group
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func byState(b *outcome.Board, of string) (pages.BoardTable, components.ChartArgs) {
	t := pages.BoardTable{ID: "by-state", Caption: "Referrals by state", Narrow: true, Note: "Shares are of those sent.",
		Columns: []components.Column{{Label: "State", Width: "wide"}, {Label: "Referrals", Numeric: true, Width: "narrow"}}}
	chart := components.ChartArgs{ID: "states-chart", Title: "Where the referrals stand now", Head: "State", Unit: "Referrals"}
	if b.Totals.Received() == 0 {
		return t, chart
	}
	for _, s := range b.States {
		key := outcome.KeyState(s.State)
		t.Rows = append(t.Rows, pages.BoardLine{Name: s.State.Words(), Second: stateMeans[s.State], Cells: []pages.BoardCell{boardCell("Referrals", of, key, s.N, b.Totals.Received())}})
		bar := components.Bar{Label: s.State.Words(), Value: int(s.N)}
		if s.N > 0 {
			bar.URL = rowsAddress(of, key)
		}
		if strings.HasPrefix(string(s.State), "return") {
			bar.Tone = components.ToneWarn
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return t, chart
}

var stateMeans = map[models.ReferralState]string{
	models.ReferralNew:       "Nobody at the agency has taken it",
	models.ReferralTaken:     "Somebody has taken it and not begun",
	models.ReferralWorking:   "An investigation is under way",
	models.ReferralClosed:    "An outcome closed it",
	models.ReferralReturning: "Goes back when its ten minutes are over",
	models.ReferralReturned:  "Went back and was routed anew",
}
