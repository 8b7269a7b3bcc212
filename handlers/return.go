package handlers

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/components"
	"reeve/views/pages"
)

// ReturnForm is the form of a return as wrong jurisdiction.
type ReturnForm struct {
	Agency  string `form:"right_agency"`
	Place   string `form:"right_place"`
	Note    string `form:"note"`
	When    string `form:"when"` // "now": without waiting
	Version string `form:"version"`
	Seen
}

// KeepForm is the form that keeps a report after all.
type KeepForm struct {
	Version string `form:"version"`
}

// AskReturn is the return's form; for a report that is being returned, the page
// that says until when it can be kept.
func (h *Outcome) AskReturn(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	form, err := h.Outcomes.Form(c.Request().Context(), h.Actor(c), number)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Return(h.returnView(c, form, ReturnForm{}, nil)))
}

// Return hands the report back and goes to it.
func (h *Outcome) Return(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[ReturnForm](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), h.Actor(c)
	in := outcome.ReturnInput{RightAgencyCode: f.Agency, RightPlace: f.Place, Note: f.Note, SendNow: f.When == "now", Version: versionOf(f.Version)}
	done, err := h.Outcomes.Return(ctx, actor, number, in)
	if err == nil {
		if in.SendNow {
			h.Flash(c, session.Done, "The report is being sent back and routed anew.")
		} else {
			h.Flash(c, session.Done, "The report is returned at "+h.Local(c, done.DueAt).Format("15:04:05 MST")+". Until then it can be kept after all.")
		}
		return h.Redirect(c, reportPath(number))
	}
	kind := models.KindOf(err)
	if kind != models.Invalid && kind != models.Conflict {
		return err
	}
	form, ferr := h.Outcomes.Form(ctx, actor, number)
	if ferr != nil {
		return ferr
	}
	v := h.returnView(c, form, f, models.FieldsOf(err))
	status := http.StatusUnprocessableEntity
	if kind == models.Conflict {
		status = http.StatusConflict
		v.Conflict = h.meanwhile(c, &form.Referral, f.Seen, in.Version, err)
		if v.Returning == nil && v.NotReturned == "" {
			v.Conflict.Tried = "Returned: wrong jurisdiction"
		}
	}
	return h.Render(c, status, pages.Return(v))
}

// Keep takes a return back while it waits. When it cannot be taken back any more,
// the return's page says why.
func (h *Outcome) Keep(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[KeepForm](c)
	if err != nil {
		return err
	}
	err = h.Outcomes.KeepAfterAll(c.Request().Context(), h.Actor(c), number, versionOf(f.Version))
	switch {
	case models.KindOf(err) == models.Conflict:
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, reportPath(number)+"/return")
	case err != nil:
		return err
	}
	h.Flash(c, session.Done, "Kept. The report is as it was before the return.")
	return h.Redirect(c, reportPath(number))
}

func (h *Outcome) returnView(c echo.Context, form *outcome.Form, f ReturnForm, wrong map[string]string) pages.ReturnView {
	r, base := &form.Referral, reportPath(form.Number)
	v := pages.ReturnView{Frame: h.Frame(c, "Return report "+strconv.FormatInt(form.Number, 10)), Report: h.reportLine(r), Action: base + "/return",
		Values:   pages.ReturnValues{Agency: f.Agency, Place: f.Place, Note: f.Note, Now: f.When == "now"},
		Problems: problems(wrong, "right_agency", "right_place", "note"),
		Hidden:   seenOf(r).hidden(r.Version), NoteLimit: outcome.NoteLimit, PlaceLimit: outcome.PlaceLimit}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Inbox", URL: "/inbox"}, {Label: "Report " + strconv.FormatInt(form.Number, 10), URL: base}, {Label: "Return"}}
	for _, a := range form.ReturnTo {
		v.Agencies = append(v.Agencies, components.Option{Value: a.Code, Label: a.Name})
	}
	switch {
	case r.State == models.ReferralReturning:
		w := pages.ReturningView{Now: h.Local(c, h.Now()), By: r.UpdatedBy, Why: r.ReturnWhy}
		if r.ReturnDueAt != nil {
			w.Due = h.Local(c, *r.ReturnDueAt)
		}
		if form.MayKeep {
			w.Action, w.Hidden = base+"/return/keep", []components.Pair{{Name: "version", Value: strconv.Itoa(r.Version)}}
		}
		v.Returning = &w
	case r.State == models.ReferralReturned:
		v.NotReturned = "It was returned already and is being handled by another agency."
	case !form.MayReturn:
		v.NotReturned = "It is " + r.State.Words() + ". Reopen it first, then return it."
	}
	return v
}
