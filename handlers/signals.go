package handlers

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/routing"
	"reeve/models/territory"
	"reeve/views/components"
	"reeve/views/pages"
)

func signalURL(key string) string {
	return signalsURL + "/one?" + url.Values{"key": {key}}.Encode()
}

// Signals is the table of kinds of signal.
func (h *Territory) Signals(c echo.Context) error {
	months := 12
	if text := c.QueryParam("months"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1
		}
		months = n
	}
	s, err := h.Keeper.Learnt(c.Request().Context(), h.Actor(c), months)
	if models.FieldsOf(err)["months"] != "" {
		return h.Redirect(c, signalsURL)
	}
	if err != nil {
		return err
	}
	v := pages.SignalsView{Frame: h.Frame(c, "What returns teach"), Tabs: h.tabs(signalsURL), RulesURL: h.rules()}
	for _, n := range []struct {
		months int
		label  string
	}{{3, "3 months"}, {12, "12 months"}, {0, "Ever"}} {
		v.Spans = append(v.Spans, components.Tab{Label: n.label, URL: signalsURL + "?months=" + strconv.Itoa(n.months), Current: n.months == months})
	}
	v.Figures = hitFigures(s.Sum)
	for _, l := range s.Lines {
		row := signalRow(l.Hits)
		row.Key, row.URL, row.Words, row.Lowered = l.Key, signalURL(l.Key), l.Words, l.Lowered
		v.Rows = append(v.Rows, row)
	}
	v.Note = "Confirmed: the agency recorded any outcome but wrong jurisdiction; having passed it on says neither. Right: confirmed of those judged, with the 95 % score interval. Was claimed: the confidence with which those judged were sent. Up to date: counts follow each deed."
	return h.Render(c, http.StatusOK, pages.Signals(v))
}

func hitFigures(x territory.Hits) []components.FigureArgs {
	list := []components.FigureArgs{{Label: "Referrals decided by a signal", Value: components.Group(int(x.Decisive))},
		{Label: "Confirmed by an outcome", Value: components.Group(int(x.Confirmed)), Note: shareOf(x.Confirmed, x.Decisive) + " of them"},
		{Label: "Returned", Value: components.Group(int(x.Returned)), Note: shareOf(x.Returned, x.Decisive) + " of them"},
		{Label: "Not judged yet", Value: components.Group(int(x.Decisive - x.Judged()))}}
	if rate, ok := x.Rate(); ok {
		low, high := x.Interval()
		list = append(list, components.FigureArgs{Label: "Right, of those judged", Value: percent(rate), Note: "between " + percent(low) + " and " + percent(high)})
	}
	return list
}

func signalRow(x territory.Hits) pages.SignalRow {
	row := pages.SignalRow{Decisive: components.Group(int(x.Decisive)), Confirmed: components.Group(int(x.Confirmed)), Returned: components.Group(int(x.Returned)), Few: x.Judged() < territory.Small}
	if rate, ok := x.Rate(); ok {
		low, high := x.Interval()
		row.Rate, row.Interval = percent(rate), percent(low)+" to "+percent(high)
		expected, _ := x.Expected()
		row.Expected = percent(expected)
	}
	return row
}

// Signal is one kind of signal.
func (h *Territory) Signal(c echo.Context) error {
	key, cursor := c.QueryParam("key"), c.QueryParam("cursor")
	s, err := h.Keeper.Signal(c.Request().Context(), h.Actor(c), key, cursor)
	if err != nil {
		return h.damaged(c, err, signalURL(key))
	}
	v := pages.SignalView{Frame: h.Frame(c, s.Key), Key: s.Key, Lead: upperFirst(orNone(s.Words)), Lowered: s.Lowered, Figures: hitFigures(s.Sum), Few: s.Sum.Judged() < territory.Small, First: earlier(signalURL(key), cursor)}
	v.Next = agencyPages(0, signalURL(key), cursor, s.Next).OlderURL
	v.Frame.Breadcrumbs = []components.Crumb{crumb("What returns teach", signalsURL), crumb(s.Key, "")}
	for _, m := range s.Months {
		row := signalRow(m.Hits)
		row.Month = m.Month.Format("January 2006")
		v.Months = append(v.Months, row)
	}
	for _, r := range s.Returned {
		v.Returned = append(v.Returned, pages.SignalReturned{Number: number(r.Number), URL: reportAddress(r.Number), Agency: r.Agency, Place: r.Place, Confidence: fmt.Sprintf("%.3f", r.Confidence), Why: r.Why, At: h.Local(c, r.ReceivedAt)})
	}
	switch {
	case !s.Weighed && s.Lowered != "":
		v.NoWeight = "It has no weight of its own: a factor of the rules lowers another one. What is seen here tells of that factor."
	case !s.Weighed:
		v.NoWeight = "The rules have no weight for it."
	case !s.Proposed:
		v.NoWeight = "Nothing was judged yet, so nothing is proposed."
	default:
		p := s.Proposal
		v.Proposal = []components.Term{{Term: "Now", Text: weightWords(p.Now), Note: "in the rules " + s.Rules}, {Term: "Proposed", Text: weightWords(p.Proposed)}}
		v.How = fmt.Sprintf("Those judged were sent with a confidence of %.3f on average; %.3f of them were right. Drawn towards what was expected, as if 40 more had come out so, that is %.3f. The weight is multiplied by the quotient, each level bearing an equal part. Referrals are sent when they are sure, and other signals agreed with this one: the rate flatters it.", p.Expected, p.Rate, p.Shrunken)
		if h.Actor(c).Can(auth.ManageRules) {
			v.TryURL = signalsURL + "/weight?" + url.Values{"key": {key}}.Encode()
		}
	}
	return h.Render(c, http.StatusOK, pages.Signal(v))
}

func orNone(s string) string {
	if s == "" {
		return "The rules say nothing of it."
	}
	return s
}

func weightWords(w routing.WeightRow) string {
	return fmt.Sprintf("country %s, state %s, county %s", decimalOf(w.Country), decimalOf(w.State), decimalOf(w.County))
}

func decimalOf(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Weight tries another weight.
func (h *Territory) Weight(c echo.Context) error {
	q := c.QueryParams()
	in := territory.WeightInput{Key: q.Get("key"), Country: q.Get("country"), State: q.Get("state"), County: q.Get("county"), Trial: trialInput(q)}
	t, err := h.Keeper.TryWeight(c.Request().Context(), h.Actor(c), in)
	fields := models.FieldsOf(err)
	if err != nil && len(fields) == 0 {
		return err
	}
	v := pages.SignalWeightView{Frame: h.Frame(c, "Another weight"), Key: in.Key, At: signalsURL + "/weight", Back: signalURL(in.Key), RulesURL: h.rules(), Errors: fields, Problems: problems(fields, "country", "state", "county", "reports"), Refused: fields["weight"],
		Values: map[string]string{"country": in.Country, "state": in.State, "county": in.County, "reports": q.Get("reports")}}
	v.Frame.Breadcrumbs = []components.Crumb{crumb("What returns teach", signalsURL), crumb(in.Key, v.Back), crumb("Another weight", "")}
	if v.Refused != "" {
		v.Problems = nil
	}
	if v.Values["reports"] == "" {
		v.Values["reports"] = strconv.Itoa(territory.UsualTried)
	}
	status := http.StatusUnprocessableEntity
	if t != nil && t.Sheet != nil {
		v.Lead = "Now " + weightWords(t.Sheet.Proposal.Now) + ", in the rules " + t.Rules + "."
		if t.Sheet.Sum.Judged() < territory.Small {
			v.Few = fmt.Sprintf("Only %s judged: what is proposed rests on little.", plainCount(int(t.Sheet.Sum.Judged()), "referral is", "referrals are"))
		}
		v.Values["country"], v.Values["state"], v.Values["county"] = firstOf(in.Country, decimalOf(t.Tried.Country)), firstOf(in.State, decimalOf(t.Tried.State)), firstOf(in.County, decimalOf(t.Tried.County))
	}
	if err == nil {
		status = http.StatusOK
		v.Trial = h.trialView(c, t.Trial)
		var b strings.Builder
		w := csv.NewWriter(&b)
		_ = w.Write([]string{t.Tried.Key, decimalOf(t.Tried.Country), decimalOf(t.Tried.State), decimalOf(t.Tried.County), t.Tried.Why}) // a builder takes everything
		w.Flush()
		v.Row = strings.TrimSpace(b.String())
	}
	return h.Render(c, status, pages.SignalWeight(v))
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
