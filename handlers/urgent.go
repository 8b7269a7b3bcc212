package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/escalation"
	"reeve/views/components"
	"reeve/views/layout"
	"reeve/views/pages"
)

// UrgentDesk is what the clearinghouse does about urgent reports.
type UrgentDesk interface {
	List(ctx context.Context, a auth.Actor, past bool, cursor string) (*escalation.Page, error)
	Show(ctx context.Context, a auth.Actor, number int64) (*escalation.Row, error)
	CallNext(ctx context.Context, a auth.Actor, number int64, code string, version int) error
	AcknowledgeFor(ctx context.Context, a auth.Actor, number int64, in escalation.OnBehalf) error
	End(ctx context.Context, a auth.Actor, number int64, why string, version int) error
}

// UrgentAnswers is what an agency sees of the calls to it, and how it answers.
type UrgentAnswers interface {
	Own(ctx context.Context, a auth.Actor, cursor string) (*escalation.Own, error)
	Panel(ctx context.Context, a auth.Actor, number int64) (*escalation.Row, error)
	Acknowledge(ctx context.Context, a auth.Actor, line uuid.UUID) error
	AcknowledgeReport(ctx context.Context, a auth.Actor, number int64) error
	LinkWorks(ctx context.Context, secret string) error
	AnswerLink(ctx context.Context, secret string) error
}

// Urgent is the pages of the urgent path.
type Urgent struct {
	*Pages
	Desk    UrgentDesk
	Answers UrgentAnswers
	// House answers the clearinghouse, whose desk an agency may phone.
	House func(ctx context.Context) (models.Agency, error)
}

const (
	urgentPath     = "/urgent"
	deskUrgentPath = "/desk/urgent"
)

func urgentURL(number int64) string { return deskUrgentPath + "/" + strconv.FormatInt(number, 10) }

// markUrgent puts the number of waiting calls into the bar and the rail. A page is
// shown without it rather than not at all.
func (p *Pages) markUrgent(c echo.Context, n *layout.Nav) {
	a := p.Actor(c)
	url := urgentPath
	if a.Side == auth.SideClearinghouse {
		url = deskUrgentPath
	}
	if p.Urgent == nil || !p.Exists(url) || !a.Can(auth.ReadInbox) && !a.Can(auth.ReadUrgent) {
		return
	}
	waiting, err := p.Urgent(c.Request().Context(), a)
	if err != nil {
		c.Logger().Error(err)
		return
	}
	if waiting == 0 {
		return
	}
	n.NoticesURL, n.Notices = url, components.Capped(waiting, 99)
	for i := range n.Items {
		if n.Items[i].URL == url {
			n.Items[i].Count, n.Items[i].CountOf = n.Notices, "waiting"
		}
	}
}

// Banner is what stands on top of an inbox while calls wait.
func (p *Pages) urgentBanner(c echo.Context) pages.UrgentBanner {
	if p.Urgent == nil || !p.Exists(urgentPath) {
		return pages.UrgentBanner{}
	}
	waiting, err := p.Urgent(c.Request().Context(), p.Actor(c))
	if err != nil || waiting == 0 {
		return pages.UrgentBanner{}
	}
	return pages.UrgentBanner{URL: urgentPath, Text: upperFirst(plural(min(waiting, 99), "urgent call from the clearinghouse waits", "urgent calls from the clearinghouse wait")) + " for your agency's answer."}
}

// List is the desk's page of urgent reports.
func (h *Urgent) List(c echo.Context) error {
	past := c.QueryParam("show") == "past"
	page, err := h.Desk.List(c.Request().Context(), h.Actor(c), past, c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	v := pages.UrgentDeskView{Frame: h.Frame(c, "Urgent"), Past: past,
		Tabs: []components.Tab{{Label: "Waiting", URL: deskUrgentPath, Current: !past}, {Label: "Over", URL: deskUrgentPath + "?show=past", Current: past}},
		Figures: []components.FigureArgs{
			{Label: "Reports with open calls", Value: figure(page.Open)},
			{Label: "Agencies silent for 15 minutes", Value: figure(page.Late), Tone: badIf(page.Late > 0)},
			{Label: "Back at the desk", Value: figure(page.AtDesk), Tone: badIf(page.AtDesk > 0)},
		}}
	for i := range page.Rows {
		v.Rows = append(v.Rows, h.row(c, &page.Rows[i]))
	}
	if page.NoLists > 0 && h.Exists(unlistedPath) {
		v.NoLists, v.NoListURL = upperFirst(plural(page.NoLists, "agency has", "agencies have"))+" named nobody whom an urgent report calls.", unlistedPath
	}
	v.Pages = components.PaginationArgs{Shown: plural(len(v.Rows), "report", "reports"), Older: "Further"}
	if page.Next != "" {
		v.Pages.OlderURL = deskUrgentPath + "?cursor=" + page.Next
		if past {
			v.Pages.OlderURL += "&show=past"
		}
	}
	if c.QueryParam("cursor") != "" {
		v.Pages.NewerURL, v.Pages.Newer = v.Tabs[0].URL, "First page"
		if past {
			v.Pages.NewerURL = v.Tabs[1].URL
		}
	}
	return h.Render(c, http.StatusOK, pages.UrgentDesk(v))
}

// figure is a count that may be 0, and is not counted past a thousand.
func figure(n int) string {
	if n == 0 {
		return "0"
	}
	return components.Capped(n, 1000)
}

func badIf(bad bool) components.Tone {
	if bad {
		return components.ToneBad
	}
	return components.ToneNeutral
}

// Show is one report's calls.
func (h *Urgent) Show(c echo.Context) error { return h.show(c, UrgentForm{}, nil) }

// UrgentForm is what the desk's forms send.
type UrgentForm struct {
	Agency  string `form:"agency"`
	Note    string `form:"note"`
	Why     string `form:"why"`
	Version string `form:"version"`
}

func (h *Urgent) show(c echo.Context, f UrgentForm, cause error) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	row, err := h.Desk.Show(c.Request().Context(), h.Actor(c), number)
	if err != nil {
		return err
	}
	wrong := models.FieldsOf(cause)
	v := pages.UrgentReportView{Frame: h.Frame(c, fmt.Sprintf("Urgent report %d", number)), Row: h.row(c, row), Report: reportPath(number), Open: row.State == models.EscalationOpen,
		MayAct: h.Actor(c).Can(auth.RouteReport), Version: row.Version, Problems: problems(wrong, "note", "why"), Code: f.Agency, Text: f.Note, TextErr: wrong["note"], Why: f.Why, WhyErr: wrong["why"]}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Urgent", URL: deskUrgentPath}, {Label: fmt.Sprint(number)}}
	status := http.StatusOK
	switch {
	case models.KindOf(cause) == models.Conflict:
		status, v.Conflict = http.StatusConflict, models.MessageOf(cause)
	case cause != nil:
		status = http.StatusUnprocessableEntity
	}
	return h.Render(c, status, pages.UrgentReport(v))
}

// act does a deed of the desk and leads back to the report's calls.
func (h *Urgent) act(c echo.Context, done string, do func(number int64, f UrgentForm, version int) error) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[UrgentForm](c)
	if err != nil {
		return err
	}
	err = do(number, f, versionOf(f.Version))
	if kind := models.KindOf(err); err != nil && (kind == models.Invalid || kind == models.Conflict) {
		return h.show(c, f, err)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, done)
	return h.Redirect(c, urgentURL(number))
}

// CallNext calls an agency's next contact at once.
func (h *Urgent) CallNext(c echo.Context) error {
	return h.act(c, "The next contact is called.", func(number int64, f UrgentForm, version int) error {
		return h.Desk.CallNext(c.Request().Context(), h.Actor(c), number, f.Agency, version)
	})
}

// AcknowledgeFor notes that an agency answered the desk.
func (h *Urgent) AcknowledgeFor(c echo.Context) error {
	return h.act(c, "Noted. Nobody else of that agency is called.", func(number int64, f UrgentForm, version int) error {
		return h.Desk.AcknowledgeFor(c.Request().Context(), h.Actor(c), number, escalation.OnBehalf{Agency: f.Agency, Note: f.Note, Version: version})
	})
}

// End ends all calls about a report.
func (h *Urgent) End(c echo.Context) error {
	return h.act(c, "All calls are ended, and whoever was called is told so.", func(number int64, f UrgentForm, version int) error {
		return h.Desk.End(c.Request().Context(), h.Actor(c), number, f.Why, version)
	})
}
