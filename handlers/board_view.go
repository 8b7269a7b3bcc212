package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/components"
	"reeve/views/pages"
)

// headlines are the figures of the tables' columns and, but for the returned, of
// the top line.
var headlines = []struct{ key, words string }{
	{outcome.KeyReceived, "Sent"},
	{outcome.KeyOpened, "Opened"},
	{outcome.KeyActed, "Acted on"},
	{outcome.KeyState(models.ReferralClosed), "Closed"},
	{outcome.KeyOutcome(models.OutcomeReturned), "Returned"},
	{outcome.KeyOverdue, "Overdue"},
}

// overdueRule says when a referral is overdue, where the word stands.
const overdueRule = "Overdue: not opened within 7 days, 1 day when urgent; or opened and then silent for 90 days."

// codesShown is how many outcomes the chart has; the tab has them all.
const codesShown = 10

func (h *Board) boardView(c echo.Context, b *outcome.Board, k boardScopes, a boardAddress) pages.BoardView {
	v := pages.BoardView{Frame: h.Frame(c, "Feedback"), Title: "Feedback", At: h.Local(c, b.At), Filter: k.filter(a, b)}
	f := b.Totals
	for _, l := range headlines {
		if l.key == outcome.KeyOutcome(models.OutcomeReturned) {
			continue
		}
		v.Figures = append(v.Figures, headline(b, a.of, l.key, l.words))
	}
	if b.Totals.Received() > 0 {
		v.Funnel = components.ChartArgs{ID: "funnel-chart", Title: "From sent to closed", Head: "Step", Unit: "Referrals",
			Desc: "Each step with its share of all that were sent."}
		for _, key := range []int{0, 1, 2, 3} {
			l := headlines[key]
			bar := components.Bar{Label: l.words, Value: int(f[l.key])}
			if bar.Value > 0 {
				bar.URL = rowsAddress(a.of, l.key)
			}
			v.Funnel.Bars = append(v.Funnel.Bars, bar)
		}
		v.Months = monthChart(b)
	}
	v.Codes = codeChart(b, a.of)
	if len(v.Codes.Bars) == 0 {
		v.Quiet = boardQuiet(b)
	}
	v.Tabs = boardTabs(a)
	v.Table, v.Bars = h.table(c, b, k, a)
	v.Table.At = v.At
	return v
}

// headline is one of the five figures. A month's are set beside the month before.
func headline(b *outcome.Board, of, key, words string) components.FigureArgs {
	n, sent := b.Totals[key], b.Totals.Received()
	g := components.FigureArgs{Label: words, Value: components.Group(int(n))}
	if n > 0 {
		g.URL = rowsAddress(of, key)
	}
	if key != outcome.KeyReceived && sent > 0 {
		g.Note = shareOf(n, sent) + " of those sent"
	}
	if key == outcome.KeyOverdue && n > 0 {
		g.Tone = components.ToneWarn
	}
	month, err := time.Parse("2006-01", b.Filter.Month)
	if err != nil {
		return g
	}
	before := month.AddDate(0, -1, 0)
	for _, m := range b.Months {
		if m.Month != before.Format("2006-01") {
			continue
		}
		g.Trend = before.Format("January") + ": " + components.Group(int(m.Figures[key]))
		if key != outcome.KeyReceived {
			g.Trend += " (" + shareOf(m.Figures[key], m.Figures.Received()) + ")"
		}
	}
	return g
}

// monthChart always shows at least a year, so that one busy month does not fill
// the page.
func monthChart(b *outcome.Board) components.ChartArgs {
	chart := components.ChartArgs{ID: "months-chart", Title: "Referrals sent", Head: "Month", Unit: "Referrals", Desc: "All agencies and providers."}
	months := map[string]int{}
	last := time.Date(b.At.Year(), b.At.Month(), 1, 0, 0, 0, 0, time.UTC)
	first := last.AddDate(0, -11, 0)
	for _, m := range b.Months {
		months[m.Month] = int(m.Figures.Received())
		if t, err := time.Parse("2006-01", m.Month); err == nil && t.Before(first) {
			first = t
		}
	}
	for t := first; !t.After(last); t = t.AddDate(0, 1, 0) {
		month := t.Format("2006-01")
		bar := components.Bar{Label: t.Format("Jan 2006"), Value: months[month]}
		if bar.Value > 0 {
			bar.URL = rowsAddress(ofMonth+month, "")
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return chart
}

// codeChart shows the outcomes that there are, the most frequent first.
func codeChart(b *outcome.Board, of string) components.ChartArgs {
	chart := components.ChartArgs{ID: "codes-chart", Title: "Latest outcome of each referral", Head: "Outcome", Unit: "Referrals"}
	found := slices.DeleteFunc(slices.Clone(b.Outcomes), func(o outcome.OutcomeFigure) bool { return o.N <= 0 })
	slices.SortStableFunc(found, func(x, y outcome.OutcomeFigure) int { return cmp.Compare(y.N, x.N) })
	if len(found) > codesShown {
		chart.Desc = fmt.Sprintf("The %d most frequent of %d; the tab \u201cBy outcome\u201d has all.", codesShown, len(found))
		found = found[:codesShown]
	}
	for _, o := range found {
		bar := components.Bar{Label: o.Words, Value: int(o.N), URL: rowsAddress(of, outcome.KeyOutcome(o.Code))}
		if o.Code == models.OutcomeReturned {
			bar.Tone = components.ToneWarn
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return chart
}

// boardQuiet says that nothing came back yet, and how long ago the sending began.
func boardQuiet(b *outcome.Board) *pages.BoardQuiet {
	sent := b.Totals.Received()
	if sent == 0 && b.Of != "" {
		return &pages.BoardQuiet{Title: "No referrals here", Text: "Nothing was referred that fits the filter."}
	}
	if sent == 0 {
		return &pages.BoardQuiet{Title: "Nothing was sent yet", Text: "Once reports are referred to agencies, this page shows what became of them."}
	}
	q := &pages.BoardQuiet{Title: "No outcomes yet"}
	var young, all int64
	from := b.At.AddDate(0, 0, -30).Format("2006-01")
	for _, m := range b.Months {
		all += m.Figures.Received()
		if m.Month >= from {
			young += m.Figures.Received()
		}
	}
	switch {
	case b.Of != "":
		q.Text = fmt.Sprintf("%s %s.", countWords(sent, "referral"), wasSent(sent))
	case young == all:
		q.Text = fmt.Sprintf("%s %s, all since the beginning of %s.", countWords(sent, "referral"), wasSent(sent), monthWords(from))
	default:
		q.Text = fmt.Sprintf("%s %s, %s of them since the beginning of %s.", countWords(sent, "referral"), wasSent(sent), components.Group(int(young)), monthWords(from))
	}
	return q
}

func wasSent(n int64) string {
	if n == 1 {
		return "was sent"
	}
	return "were sent"
}

// countWords writes "1 referral", "42 referrals".
func countWords(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return components.Group(int(n)) + " " + what
}

// shareOf writes a part of a whole in per cent, rounded down, so that only all is
// 100 %; "<1 %" for what is there but small.
func shareOf(part, whole int64) string {
	switch {
	case whole <= 0 || part <= 0:
		return "0\u202f%"
	case part*100 < whole:
		return "<1\u202f%"
	}
	return strconv.FormatInt(part*100/whole, 10) + "\u202f%"
}

func boardTabs(a boardAddress) []components.Tab {
	var list []components.Tab
	for _, t := range []struct{ tab, label string }{{tabAgencies, "By agency"}, {tabProviders, "By provider"}, {tabOutcomes, "By outcome"}, {tabStates, "By state"}} {
		list = append(list, components.Tab{Label: t.label, URL: boardAddress{of: a.of, tab: t.tab}.anchored(), Current: t.tab == a.tab})
	}
	return list
}

func (k boardScopes) filter(a boardAddress, b *outcome.Board) pages.BoardFilterView {
	f := pages.BoardFilterView{Of: a.of, Scopes: k.options(a.of, b.At)}
	f.Bar = components.FilterBarArgs{Lead: "All referrals", Action: boardPath}
	if a.tab != "" {
		f.Bar.Hidden = []components.Pair{{Name: "tab", Value: a.tab}}
	}
	if words := k.words(a.of); words != "" {
		f.Bar.Lead = "Referrals"
		f.Bar.ClearURL = boardAddress{tab: a.tab}.url()
		f.Bar.Chips = []components.FilterChip{{Text: words, RemoveURL: f.Bar.ClearURL}}
	}
	return f
}
