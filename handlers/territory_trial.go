package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/territory"
	"reeve/views/components"
	"reeve/views/pages"
)

// trialInput reads how to try from an address. What is no number is refused as one
// that is out of range.
func trialInput(q url.Values) territory.TrialInput {
	in := territory.TrialInput{Day: q.Get("day"), All: q.Get("all") != ""}
	if text := strings.TrimSpace(q.Get("reports")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n == 0 {
			n = -1
		}
		in.Reports = n
	}
	return in
}

// Preview tries a draft on the newest reports.
func (h *Territory) Preview(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	q := c.QueryParams()
	s, t, err := h.Keeper.Preview(c.Request().Context(), h.Actor(c), id, trialInput(q))
	fields := models.FieldsOf(err)
	if err != nil && len(fields) == 0 {
		return err
	}
	at := draftURL(id)
	v := pages.TerritoryPreviewView{Frame: h.Frame(c, "Preview"), At: at + "/preview", Back: at, Reports: q.Get("reports"), Day: q.Get("day"), All: q.Get("all") != "",
		Errors: fields, Problems: problems(fields, "reports", "day")}
	v.Name = s.Draft.Name
	v.Findings = findingsView(s.Findings)
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb(s.Draft.Name, at), crumb("Preview", "")}
	if v.Reports == "" {
		v.Reports = strconv.Itoa(territory.UsualTried)
	}
	status := http.StatusUnprocessableEntity
	if t != nil {
		status = http.StatusOK
		v.Day = t.Day.Format("2006-01-02")
		v.Lead = fmt.Sprintf("Where the newest %s would go, under the territory as it is and under this draft, both on %s, by the rules %s.", plainCount(t.Reports, "report", "reports"), v.Day, t.Rules)
		if len(s.Findings) == 0 && len(s.Changes) > 0 {
			v.Publish = at + "/publish"
		}
		v.Trial = h.trialView(c, t)
	}
	return h.Render(c, status, pages.TerritoryPreview(v))
}

func (h *Territory) trialView(c echo.Context, t *territory.Trial) *pages.TerritoryTrial {
	v := &pages.TerritoryTrial{Empty: "No report would be placed otherwise."}
	if t.Reports == 0 {
		v.Empty = "There is no report to try it on yet."
	}
	total := int64(t.Reports)
	for _, f := range []struct {
		label string
		n     int
		tone  components.Tone
	}{{"Reports tried", t.Reports, ""}, {"Would go elsewhere", t.Elsewhere, components.ToneWarn}, {"Same place, surer", t.Surer, ""}, {"Same place, less sure", t.LessSure, ""}, {"As before", t.Same, ""}, {"Would wait for an analyst, went by rule", t.Held, ""}, {"Would go by rule, waited", t.Released, ""}} {
		fig := components.FigureArgs{Label: f.label, Value: components.Group(f.n)}
		if f.label != "Reports tried" && total > 0 {
			fig.Note = shareOf(int64(f.n), total) + " of those tried"
		}
		v.Figures = append(v.Figures, fig)
	}
	for _, f := range t.Flows {
		v.Flows = append(v.Flows, pages.TerritoryFlow{N: components.Group(f.N), From: f.From, To: f.To})
	}
	for _, r := range t.Rows {
		v.Rows = append(v.Rows, pages.TerritoryMoved{Number: number(r.Number), URL: reportAddress(r.Number), Victim: r.Victim, At: h.Local(c, r.ReceivedAt),
			Before: homeView(r.Before), After: homeView(r.After), Elsewhere: r.Elsewhere})
	}
	v.Note = "Those that change, newest first."
	if t.All {
		v.Note = "Those that change first, then the others."
	}
	if t.Left > 0 {
		v.Note += fmt.Sprintf(" %s of %s are listed; the figures are of all.", components.Group(len(t.Rows)), components.Group(len(t.Rows)+t.Left))
	}
	return v
}

func homeView(x territory.Home) pages.TerritoryHome {
	v := pages.TerritoryHome{Name: x.Name, Place: x.Place, Confidence: fmt.Sprintf("%.3f", x.Confidence), Pool: x.Pool}
	switch {
	case x.Code == "":
		v.Name, v.Confidence = "nobody", ""
	case x.Pool && x.Place == "":
		v.Place = x.Why
	}
	return v
}
