package handlers

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/names"
	"reeve/views/components"
	"reeve/views/pages"
)

// Audit is the reading of the audit log.
type Audit struct {
	*Pages
	Audit *audit.Service
	Names *names.Names
	Head  func(context.Context) (audit.Head, error) // the newest checkpoint
}

const auditURL = "/audit"

// sealLate is how long a line may wait for its seal before the page says so.
const sealLate = time.Minute

// Show is a page of the log, as far as the reader may see it.
func (h *Audit) Show(c echo.Context) error {
	ctx, actor := c.Request().Context(), h.Actor(c)
	f := readAuditFilter(c.QueryParams(), h.Person(c).Agency.Zone, actor.Side == auth.SideAgency)
	v := pages.AuditView{Frame: h.Frame(c, "Audit"), Scope: "Everything that anybody did or tried, at every agency and provider."}
	if actor.Side != auth.SideClearinghouse {
		v.Scope = "What people of " + h.Person(c).Agency.Name + " did or tried, and what others did that concerns it."
		v.Views = []components.Tab{{Label: "Everything", URL: f.without("outside"), Current: !f.query.Outside},
			{Label: "By people outside your agency", URL: f.outside(), Current: f.query.Outside}}
	}
	v.Fields = f.fields()
	status := http.StatusUnprocessableEntity
	var page audit.Page
	if len(f.errors) == 0 {
		var err error
		if page, err = h.Audit.List(ctx, actor, f.query, f.cursor); err != nil {
			return h.damaged(c, err, f.url())
		}
		status = http.StatusOK
	}
	head, err := h.Head(ctx)
	if err != nil {
		return err
	}
	v.Filter = f.bar(personIn(page, f.query.Person))
	if page.Next != "" {
		v.Next = f.with("cursor", page.Next)
	}
	if f.cursor != "" {
		v.First = f.url()
	}
	for _, e := range page.Lines {
		line, err := h.line(c, f, e)
		if err != nil {
			return err
		}
		v.Lines = append(v.Lines, line)
		v.Sealed.Late = v.Sealed.Late || e.At.After(head.At) && h.Now().Sub(e.At) > sealLate
	}
	if head.Size > 0 {
		v.Sealed.At = h.Local(c, head.At)
		if actor.Side == auth.SideClearinghouse {
			v.Sealed.Lines = components.Group(int(head.Size)) // how busy all agencies are is none of one agency's business
		}
	}
	return h.Render(c, status, pages.Audit(v))
}

func (h *Audit) line(c echo.Context, f auditFilter, e models.AuditEvent) (pages.AuditLine, error) {
	actor := h.Actor(c)
	l := pages.AuditLine{ID: e.ID.String(), At: h.Local(c, e.At), Who: e.ActorName, Words: e.Words, Refused: e.Refused, About: e.Subject, RequestID: e.RequestID}
	own := e.ActorAgency != nil && *e.ActorAgency == actor.AgencyID
	if e.ActorAgency != nil && !own {
		agency, _, err := h.Names.Agency(c.Request().Context(), *e.ActorAgency)
		if err != nil {
			return l, err
		}
		l.Agency = agency.Name
	}
	if e.ActorID != nil && *e.ActorID != f.query.Person && (own || actor.Side == auth.SideClearinghouse) {
		l.WhoURL = f.with("person", e.ActorID.String())
	}
	if own || actor.Side == auth.SideClearinghouse {
		l.Details = detailWords(e.Detail)
	}
	if e.ReportNumber != nil {
		l.Report = number(*e.ReportNumber)
		if actor.Can(auth.ReadReport) && h.Exists("/reports/:number") {
			l.ReportURL = reportAddress(*e.ReportNumber)
		}
	}
	return l, nil
}

// personIn answers how the log itself names a person, for the words of a filter.
func personIn(page audit.Page, id uuid.UUID) string {
	for _, e := range page.Lines {
		if e.ActorID != nil && *e.ActorID == id {
			return e.ActorName
		}
	}
	return "one person"
}

// url is the list with the filter and without a place in it.
func (f auditFilter) url() string { return auditAddress(f.values()) }

// with is the list with one condition more or replaced; cursor is a condition too.
func (f auditFilter) with(name, value string) string {
	v := f.values()
	v.Set(name, value)
	return auditAddress(v)
}

// outside is the list of what people outside the agency did; nobody of one's own
// is among them.
func (f auditFilter) outside() string {
	v := f.values()
	v.Del("person")
	v.Set("outside", "1")
	return auditAddress(v)
}

// without is the list without one condition.
func (f auditFilter) without(name string) string {
	v := f.values()
	v.Del(name)
	return auditAddress(v)
}

func auditAddress(v url.Values) string {
	if len(v) == 0 {
		return auditURL
	}
	return auditURL + "?" + v.Encode()
}
