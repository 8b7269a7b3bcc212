package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/pages"
)

// Outcomes is what recording outcomes needs of models/outcome.
type Outcomes interface {
	Form(ctx context.Context, a auth.Actor, number int64) (*outcome.Form, error)
	Record(ctx context.Context, a auth.Actor, number int64, in outcome.Input) (*outcome.Recorded, error)
	Undo(ctx context.Context, a auth.Actor, number int64, outcomeID uuid.UUID) error
	Return(ctx context.Context, a auth.Actor, number int64, in outcome.ReturnInput) (*outcome.Returning, error)
	KeepAfterAll(ctx context.Context, a auth.Actor, number int64, version int) error
}

// Outcome is recording what became of a report, and returning it.
type Outcome struct {
	*Pages
	Outcomes Outcomes
}

// OutcomeForm is the outcome's form. Now is a usual code's own button and goes
// before Code, the choice in the full list. Numbers are texts here, so that what
// was typed can be shown again.
type OutcomeForm struct {
	Now        string   `form:"now"`
	Code       string   `form:"code"`
	Usefulness string   `form:"usefulness"`
	Missing    []string `form:"missing"`
	Count      string   `form:"count"`
	HappenedOn string   `form:"happened_on"`
	Note       string   `form:"note"`
	Version    string   `form:"version"`
	Seen
}

// Validate answers the form as the use case takes it, and what cannot be read.
func (f OutcomeForm) Validate() (outcome.Input, map[string]string) {
	wrong := map[string]string{}
	in := outcome.Input{Code: f.Code, Missing: f.Missing, HappenedOn: strings.TrimSpace(f.HappenedOn), Note: f.Note}
	if f.Now != "" {
		in.Code = f.Now
	}
	switch f.Usefulness {
	case "", "not-said":
	case "0", "1", "2":
		n := int16(f.Usefulness[0] - '0')
		in.Usefulness = &n
	default:
		wrong["usefulness"] = "Usefulness is 0 (none), 1 (some) or 2 (key)."
	}
	if count := strings.TrimSpace(f.Count); count != "" {
		n, err := strconv.Atoi(count)
		if err != nil {
			wrong["count"] = "Write a whole number, or leave it empty."
		}
		in.Count = &n
	}
	in.Version = versionOf(f.Version)
	return in, wrong
}

// versionOf reads the version that a form showed. One that is no number fits none,
// so that a damaged form never overwrites somebody's change.
func versionOf(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// reportOf reads the report's number from the address. What is no number is a
// report that does not exist.
func reportOf(c echo.Context) (int64, error) {
	n, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil || n < 1 {
		return 0, models.NotFoundf("There is no such report, or not for you. A report's number is digits only.")
	}
	return n, nil
}

func reportPath(number int64) string { return "/reports/" + strconv.FormatInt(number, 10) }

// Ask is the form.
func (h *Outcome) Ask(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	form, err := h.Outcomes.Form(c.Request().Context(), h.Actor(c), number)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Outcome(h.outcomeView(c, form, OutcomeForm{}, nil)))
}

// Record records the outcome and goes back to the report. What breaks a rule is
// shown at its field; a change by somebody else is shown with what was typed.
func (h *Outcome) Record(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[OutcomeForm](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), h.Actor(c)
	in, wrong := f.Validate()
	if len(wrong) > 0 {
		err = &models.Error{Kind: models.Invalid, Fields: wrong}
	} else {
		var done *outcome.Recorded
		if done, err = h.Outcomes.Record(ctx, actor, number, in); err == nil {
			return h.recorded(c, number, done.OutcomeID, done.Words)
		}
	}
	kind := models.KindOf(err)
	if kind != models.Invalid && kind != models.Conflict {
		return err
	}
	form, ferr := h.Outcomes.Form(ctx, actor, number)
	if ferr != nil {
		return ferr
	}
	if kind == models.Conflict && h.pressedTwice(form, actor, in) {
		return h.recorded(c, number, form.Undoable.ID, form.Undoable.Words)
	}
	v := h.outcomeView(c, form, f, models.FieldsOf(err))
	status := http.StatusUnprocessableEntity
	if kind == models.Conflict {
		status = http.StatusConflict
		v.Conflict = h.meanwhile(c, &form.Referral, f.Seen, in.Version, err)
		if code, known := models.OutcomeByCode(in.Code); known {
			v.Conflict.Tried = code.Words
		}
	}
	return h.Render(c, status, pages.Outcome(v))
}

// recorded goes back to the report and offers to undo.
func (h *Outcome) recorded(c echo.Context, number int64, id uuid.UUID, words string) error {
	h.FlashDeed(c, "Recorded: "+words+". It can be undone for ten minutes.", "Undo", reportPath(number)+"/outcome/"+id.String()+"/undo")
	return h.Redirect(c, reportPath(number))
}

// pressedTwice reports whether the change in the way is this person's own same
// outcome of a moment ago: the second half of a double click.
func (h *Outcome) pressedTwice(form *outcome.Form, actor auth.Actor, in outcome.Input) bool {
	r, u := &form.Referral, form.Undoable
	code, _ := models.OutcomeByCode(in.Code)
	return u != nil && u.Words == code.Words && r.Outcome == in.Code && r.UpdatedBy == actor.Name &&
		r.Version == in.Version+1 && h.Now().Sub(r.UpdatedAt) < pressAgain
}

// Undo takes an outcome back. When it can no longer be taken back, the form says
// why.
func (h *Outcome) Undo(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("There is no such outcome.")
	}
	err = h.Outcomes.Undo(c.Request().Context(), h.Actor(c), number, id)
	switch {
	case models.KindOf(err) == models.Conflict:
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, reportPath(number)+"/outcome")
	case err != nil:
		return err
	}
	h.Flash(c, session.Done, "Undone. The report is as it was before.")
	return h.Redirect(c, reportPath(number))
}
