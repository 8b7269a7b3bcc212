package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/triage"
	"reeve/views/pages"
)

// VerdictForm is an analyst's decision as it is sent.
type VerdictForm struct {
	DeskForm
	Version  string   `form:"version"`
	Verdict  string   `form:"verdict"` // class
	Priority string   `form:"priority"`
	Flag     string   `form:"flag"` // urgent
	To       []string `form:"to"`
	Other    string   `form:"other"`
	Else     string   `form:"else"` // what happens if no agency is ticked
	Reason   string   `form:"reason"`
	Then     string   `form:"then"`
}

// decision reads the form as a decision.
func (f VerdictForm) decision() (triage.Decision, error) {
	n, err := strconv.ParseInt(f.Priority, 10, 16)
	if err != nil {
		n = 0 // which no priority is
	}
	d := triage.Decision{Class: f.Verdict, Priority: int16(n), Urgent: f.Flag != "", Agencies: slices.Clone(f.To), Reason: f.Reason, Version: versionOf(f.Version)}
	if f.Other != "" {
		d.Agencies = append(d.Agencies, f.Other)
	}
	pool, isPool := strings.CutPrefix(f.Else, poolChoice)
	switch {
	case len(d.Agencies) > 0 && f.Else == string(triage.ToNobody):
		return d, models.InvalidField("go", "An agency is ticked, and it is to be kept here. Untick the agency, or choose otherwise.")
	case len(d.Agencies) > 0:
		d.To = triage.ToAgencies
	case isPool:
		d.To, d.Pool = triage.ToPool, pool
	case f.Else == "":
		d.To = triage.ToAgencies // which then lacks its agencies, and is told so
	default:
		d.To = triage.Destination(f.Else)
	}
	return d, nil
}

// again puts what was sent back into the form.
func (f VerdictForm) again(v *pages.DeskReviewView) {
	form := &v.Form
	form.Class, form.Priority, form.Urgent = f.Verdict, f.Priority, f.Flag != ""
	form.Other, form.Else, form.Reason = f.Other, f.Else, f.Reason
	for i := range form.Options {
		form.Options[i].Checked = form.Options[i].Has == "" && slices.Contains(f.To, form.Options[i].Code)
	}
}

// DecideReport carries out a decision and opens the next report, or stays.
func (h *DeskWork) DecideReport(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[VerdictForm](c)
	if err != nil {
		return err
	}
	k, err := h.asked(c, f.get)
	if err != nil {
		return err
	}
	var done string
	in, err := f.decision()
	if err == nil {
		done, err = h.Decide.Decide(c.Request().Context(), h.Actor(c), number, in)
	}
	switch models.KindOf(err) {
	case models.Invalid:
		return h.show(c, http.StatusUnprocessableEntity, number, k, func(v *pages.DeskReviewView) {
			f.again(v)
			v.Form.Version = in.Version // a change meanwhile is still found
			at := models.FieldsOf(err)
			v.Form.ClassError, v.Form.PriorityError, v.Form.ReasonError = at["class"], at["priority"], at["reason"]
			v.Form.ToError, v.Form.ElseError = at["to"]+at["agency"], at["go"]+at["pool"]
		})
	case models.Conflict:
		return h.show(c, http.StatusConflict, number, k, func(v *pages.DeskReviewView) {
			f.again(v)
			v.Conflict = models.MessageOf(err)
		})
	}
	if err != nil {
		return err
	}
	said := fmt.Sprintf("Report %d is decided. %s", number, done)
	if f.Then == "stay" {
		h.Flash(c, session.Done, said)
		return h.Redirect(c, k.filter.report(number))
	}
	return h.onward(c, k, said)
}
