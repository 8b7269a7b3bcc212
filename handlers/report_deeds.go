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
	"reeve/models/casefile"
	"reeve/views/components"
	"reeve/views/pages"
)

// DeedForm is every small form of a report's page: the version that the page
// showed and, for some, a choice.
type DeedForm struct {
	Version  string `form:"version"`
	Assignee string `form:"assignee"`
	Priority string `form:"priority"`
}

// Take makes the report the reader's own.
func (h *Report) Take(c echo.Context) error {
	return h.deed(c, "The report is yours.", "take it", h.Work.Take)
}

// Start says that an investigation is under way.
func (h *Report) Start(c echo.Context) error {
	return h.deed(c, "Under investigation. Record what comes of it when you know.", "start on it", h.Work.Start)
}

// Release gives the report back to the agency's queue.
func (h *Report) Release(c echo.Context) error {
	return h.deed(c, "Released. The report is nobody's now.", "release it", h.Work.Release)
}

// Reopen takes a closed report up again.
func (h *Report) Reopen(c echo.Context) error {
	return h.deed(c, "Reopened. Its outcomes stay on its list.", "reopen it", h.Work.Reopen)
}

// deed carries out a deed that needs nothing but the version, and leads back to
// the report.
func (h *Report) deed(c echo.Context, done, tried string, do func(context.Context, auth.Actor, int64, int) error) error {
	number, f, err := h.form(c)
	if err != nil {
		return err
	}
	err = do(c.Request().Context(), h.Actor(c), number, versionOf(f.Version))
	return h.after(c, number, done, tried, err)
}

func (h *Report) form(c echo.Context) (int64, DeedForm, error) {
	number, err := reportOf(c)
	if err != nil {
		return 0, DeedForm{}, err
	}
	f, err := BindForm[DeedForm](c)
	return number, f, err
}

// after answers a deed: back to the report when it is done, the page of the other
// change when somebody was first, the error otherwise.
func (h *Report) after(c echo.Context, number int64, done, tried string, err error) error {
	switch {
	case err == nil:
		h.Flash(c, session.Done, done)
		return h.Redirect(c, reportPath(number))
	case models.KindOf(err) == models.Conflict:
		return h.conflict(c, number, tried, err)
	}
	return err
}

// conflict shows what somebody else did since the page was opened: where the
// report stands now and the newest lines of its trail.
func (h *Report) conflict(c echo.Context, number int64, tried string, cause error) error {
	r, err := h.Read.Open(c.Request().Context(), h.Actor(c), number)
	if err != nil {
		return err
	}
	v := pages.ConflictView{Frame: h.Frame(c, "Somebody else was first"), Number: number, Tried: tried, Text: models.MessageOf(cause)}
	v.Frame.Breadcrumbs = append(h.crumbs(c), crumb(strconv.FormatInt(number, 10), reportPath(number)), crumb("Not done", ""))
	if r.Referral != nil {
		v.State = stateArgs(r.Referral.State)
		v.Assignee, v.Mine = r.Referral.Assignee, r.Referral.Mine
	}
	for _, line := range r.Trail {
		if line.Action == "report.read" {
			continue // says only that somebody looked
		}
		v.Trail = append(v.Trail, h.trailItem(c, line))
		if len(v.Trail) == 5 {
			break
		}
	}
	return h.Render(c, http.StatusConflict, pages.Conflict(v))
}

func stateArgs(s models.ReferralState) components.StateArgs {
	tone, icon := stateLook(s)
	return components.StateArgs{Label: s.Words(), Tone: tone, Icon: icon}
}

func (h *Report) trailItem(c echo.Context, l casefile.TrailLine) components.TrailItem {
	item := components.TrailItem{When: h.Local(c, l.At), Who: l.Who, Agency: l.Agency, Deed: l.Words}
	if l.Refused {
		item.Deed = "Was refused: " + l.Words
	}
	return item
}

// Assign gives the report to a colleague.
func (h *Report) Assign(c echo.Context) error {
	number, f, err := h.form(c)
	if err != nil {
		return err
	}
	who, err := uuid.Parse(f.Assignee)
	if err != nil {
		return h.show(c, http.StatusUnprocessableEntity, number, forms{assignError: "Choose a colleague from the list."})
	}
	err = h.Manage.AssignTo(c.Request().Context(), h.Actor(c), number, who, versionOf(f.Version))
	if models.KindOf(err) == models.Invalid {
		return h.show(c, http.StatusUnprocessableEntity, number, forms{assignee: f.Assignee, assignError: models.MessageOf(err)})
	}
	return h.after(c, number, "Assigned.", "assign it", err)
}

// SetPriority sets the agency's own priority, or takes it away.
func (h *Report) SetPriority(c echo.Context) error {
	number, f, err := h.form(c)
	if err != nil {
		return err
	}
	var priority *int16
	done := "Your agency's own priority was taken away; the clearinghouse's counts."
	if f.Priority != "" {
		n, err := strconv.ParseInt(f.Priority, 10, 16)
		if err != nil {
			return h.show(c, http.StatusUnprocessableEntity, number, forms{priorityError: "A priority is 1, 2 or 3."})
		}
		p := int16(n)
		priority, done = &p, fmt.Sprintf("Your agency's priority is %d.", n)
	}
	err = h.Manage.SetAgencyPriority(c.Request().Context(), h.Actor(c), number, priority, versionOf(f.Version))
	if models.KindOf(err) == models.Invalid {
		return h.show(c, http.StatusUnprocessableEntity, number, forms{priority: f.Priority, priorityError: models.MessageOf(err)})
	}
	return h.after(c, number, done, "set its priority", err)
}
