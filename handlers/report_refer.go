package handlers

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/triage"
	"reeve/views/components"
)

// ReferForm is referring a report by hand.
type ReferForm struct {
	Agency  string `form:"agency"`
	Reason  string `form:"reason"`
	Version string `form:"version"`
}

// Refer refers the report to an agency by hand, with a reason that it will read.
func (h *Report) Refer(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[ReferForm](c)
	if err != nil {
		return err
	}
	in := triage.Release{Reason: f.Reason, Version: versionOf(f.Version)}
	if f.Agency != "" {
		in.AgencyCodes = []string{f.Agency}
	}
	err = h.Referrer.Refer(c.Request().Context(), h.Actor(c), number, in)
	switch models.KindOf(err) {
	case models.Invalid, models.Conflict:
		again := forms{agency: f.Agency, reason: f.Reason}
		fields := models.FieldsOf(err)
		again.agencyError, again.reasonError = fields["agency"], fields["reason"]
		if again.agencyError == "" && again.reasonError == "" {
			again.referError = models.MessageOf(err)
		}
		status := http.StatusUnprocessableEntity
		if models.KindOf(err) == models.Conflict {
			status = http.StatusConflict
		}
		return h.show(c, status, number, again)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, fmt.Sprintf("Report %d was referred. The agency has it in its inbox.", number))
	return h.Redirect(c, reportPath(number))
}

// referChoices are the agencies that do not have the report yet, pools after them.
func (h *Report) referChoices(ctx context.Context, r *casefile.ReportView) ([]components.Option, error) {
	all, err := h.Agencies.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	var agencies, pools []components.Option
	for _, a := range all {
		if a.Kind == models.KindClearinghouse || a.ClosedAt != nil || slices.ContainsFunc(r.SentTo, func(s casefile.SentTo) bool { return s.Code == a.Code }) {
			continue
		}
		if a.Kind == models.KindPool {
			pools = append(pools, components.Option{Value: a.Code, Label: a.Name, Group: "Pools"})
			continue
		}
		agencies = append(agencies, components.Option{Value: a.Code, Label: a.Name, Group: "Agencies"})
	}
	return append(agencies, pools...), nil
}
