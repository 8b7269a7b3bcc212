package handlers

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/views/components"
	"reeve/views/pages"
)

// Domains is the clearinghouse's list of e-mail domains to decide about.
func (h *Issuers) Domains(c echo.Context) error {
	return h.domains(c, http.StatusOK, DecideForm{}, nil)
}

// DecideForm decides about one domain.
type DecideForm struct {
	Agency   string `form:"agency"`
	Domain   string `form:"domain"`
	Asked    string `form:"asked"`
	Decision string `form:"decision"`
	Answer   string `form:"answer"`
}

// Decide approves or refuses a domain.
func (h *Issuers) Decide(c echo.Context) error {
	f, err := BindForm[DecideForm](c)
	if err != nil {
		return err
	}
	if f.Decision != "approve" && f.Decision != "refuse" {
		return models.InvalidField("decision", "Approve the domain or refuse it, by one of the two buttons.")
	}
	asked, perr := strconv.ParseInt(f.Asked, 10, 64)
	if perr != nil {
		asked = -1 // fits no request, so that a damaged form decides nothing
	}
	err = h.Settings.Decide(c.Request().Context(), h.Actor(c), f.Agency, f.Domain, asked, f.Decision == "approve", f.Answer)
	switch models.KindOf(err) {
	case models.Invalid:
		return h.domains(c, http.StatusUnprocessableEntity, f, err)
	case models.Conflict:
		return h.domains(c, http.StatusConflict, f, err)
	}
	if err != nil {
		return err
	}
	if f.Decision == "approve" {
		h.Flash(c, session.Done, f.Domain+" is approved. The agency can lead it to a provider now.")
	} else {
		h.Flash(c, session.Done, f.Domain+" is refused. The agency reads your answer on its sign-in page.")
	}
	return h.Redirect(c, domainsPath)
}

func (h *Issuers) domains(c echo.Context, status int, f DecideForm, problem error) error {
	cursor := c.QueryParam("cursor")
	u, err := h.Settings.Undecided(c.Request().Context(), h.Actor(c), cursor)
	if models.KindOf(err) == models.Invalid {
		return h.damaged(c, err, domainsPath)
	}
	if err != nil {
		return err
	}
	v := pages.DomainsView{Frame: h.Frame(c, "E-mail domains"), Action: domainsPath, NoteLimit: issuers.NoteLimit}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: allPath}, {Label: "E-mail domains"}}
	if models.KindOf(problem) == models.Conflict {
		v.Conflict = models.MessageOf(problem)
	}
	if u.Next != nil {
		v.NextURL = domainsPath + "?cursor=" + u.Next.String()
	}
	if !u.First {
		v.FirstURL = domainsPath
	}
	for i, r := range u.Rows {
		d := pages.DomainRequest{ID: fmt.Sprintf("request-%d", i+1), Domain: r.Domain, Agency: r.AgencyName, AgencyURL: of(signInPath, r.AgencyCode), By: r.AskedByName, At: h.Local(c, r.AskedAt),
			Note: r.Note, Holder: r.Holder, Near: r.Near, Hidden: []components.Pair{{Name: "agency", Value: r.AgencyCode}, {Name: "domain", Value: r.Domain}, {Name: "asked", Value: strconv.FormatInt(r.AskedAt.UnixMicro(), 10)}}}
		if r.Domain == f.Domain && r.AgencyCode == f.Agency {
			d.Answer, d.AnswerBad = f.Answer, models.FieldsOf(problem)["answer"]
		}
		v.Requests = append(v.Requests, d)
	}
	for _, d := range u.Silent {
		v.Silent = append(v.Silent, pages.SilentDraft{Name: issuers.NameOf(d.Issuer()), URL: draftPath(d.ID), Agency: d.AgencyName, By: d.MadeByName, Note: d.MFANote, At: h.Local(c, d.MadeAt)})
	}
	for _, r := range u.Last {
		d := pages.DomainDecision{Domain: r.Domain, Agency: r.AgencyName, By: r.DecidedByName, Answer: r.Answer, State: domainState(r.AgencyDomain)}
		if r.DecidedAt != nil {
			d.At = h.Local(c, *r.DecidedAt)
		}
		v.Decided = append(v.Decided, d)
	}
	return h.Render(c, status, pages.Domains(v))
}
