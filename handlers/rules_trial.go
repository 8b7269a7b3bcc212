package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// triedShown is how many reports of a trial a page shows.
const triedShown = 100

// Try tries a draft on the newest reports.
func (h *Rules) Try(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	f, err := BindForm[struct {
		N string `form:"n"`
	}](c)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(f.N) // what is no number is out of range, and answered so
	t, err := h.Book.TryRules(ctx, h.Actor(c), id, n)
	switch kind := models.KindOf(err); {
	case err == nil:
		h.Flash(c, session.Done, triedWords(&t.TrialHead))
		return h.Redirect(c, ruleURL(id)+"/trial")
	case kind != models.Invalid && kind != models.Conflict:
		return err
	}
	v, rerr := h.Book.Version(ctx, h.Actor(c), id)
	if rerr != nil {
		return rerr
	}
	view := h.versionView(c, v)
	view.N, view.NProblem = f.N, models.FieldsOf(err)["n"]
	if models.KindOf(err) == models.Conflict {
		view.Alerts = append(view.Alerts, components.AlertArgs{Tone: components.ToneWarn, Title: "Nothing was tried", Text: models.MessageOf(err)})
		return h.Render(c, http.StatusConflict, pages.RulesVersion(view))
	}
	view.Problems = []components.FieldError{{ID: "f-n", Message: view.NProblem}}
	return h.Render(c, http.StatusUnprocessableEntity, pages.RulesVersion(view))
}

// Trial is what the last trial of a version found.
func (h *Rules) Trial(c echo.Context) error {
	v, t, err := h.Book.LastTrial(c.Request().Context(), h.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	at := ruleURL(v.ID) + "/trial"
	view := pages.RulesTrialView{Frame: h.Frame(c, "Trial of "+v.Name), Title: "Trial of " + v.Name, Back: ruleURL(v.ID), None: t == nil}
	view.Frame.Breadcrumbs = rulesCrumbs(v.Kind, components.Crumb{Label: v.Name, URL: view.Back}, components.Crumb{Label: "Trial"})
	if t == nil {
		return h.Render(c, http.StatusOK, pages.RulesTrial(view))
	}
	view.Stale = t.Stale
	view.Lead = fmt.Sprintf("Of the newest %s, %s. Tried %s by %s against %s. Both sides are reckoned from what is known of each report today, whatever was decided.",
		plainCount(t.Reports, "report", "reports"), changesWords(t.Changed), components.ExactMinute(h.Local(c, t.At)), t.By, t.Against)
	all := c.QueryParam("show") == "all"
	view.Tabs = []components.Tab{{Label: "Only those that change", URL: at, Count: strconv.Itoa(t.Changed), Current: !all}, {Label: "All", URL: at + "?show=all", Count: strconv.Itoa(t.Reports), Current: all}}
	view.Froms, view.Tos, view.Counts = matrix(t.Moves)
	rows := t.Rows
	view.Empty = "There are no reports yet."
	if !all {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r triage.TrialRow) bool { return !r.Changed })
		view.Empty = "No report changes."
	}
	from, _ := strconv.Atoi(c.QueryParam("from")) // what is no number begins at the newest
	from = min(max(from, 0), len(rows))
	page := func(n int) string {
		u := at + "?from=" + strconv.Itoa(n)
		if all {
			u += "&show=all"
		}
		return u
	}
	end := min(from+triedShown, len(rows))
	view.Pages.Shown = fmt.Sprintf("%d to %d of %d", from+1, end, len(rows))
	if from > 0 {
		view.Pages.NewerURL = page(max(from-triedShown, 0))
	}
	if end < len(rows) {
		view.Pages.OlderURL = page(end)
	}
	for _, r := range rows[from:end] {
		number := strconv.FormatInt(r.Number, 10)
		view.Rows = append(view.Rows, pages.RulesTrialRow{Number: number, URL: "/reports/" + number, Before: r.Before, After: r.After, Why: r.Why, Changed: r.Changed})
	}
	return h.Render(c, http.StatusOK, pages.RulesTrial(view))
}

// matrix lays the counts of moves out: where reports stand now against where the
// draft would have them.
func matrix(moves []triage.TrialMove) (froms, tos []string, counts [][]string) {
	for _, m := range moves {
		if !slices.Contains(froms, m.Before) {
			froms = append(froms, m.Before)
		}
		if !slices.Contains(tos, m.After) {
			tos = append(tos, m.After)
		}
	}
	slices.Sort(froms)
	slices.Sort(tos)
	for _, from := range froms {
		row := make([]string, len(tos))
		for _, m := range moves {
			if m.Before == from {
				row[slices.Index(tos, m.After)] = components.Group(m.N)
			}
		}
		counts = append(counts, row)
	}
	return froms, tos, counts
}
