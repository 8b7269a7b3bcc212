package handlers

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/views/pages"
)

// DeskForm carries the filter under which somebody works at the desk through every
// form, so that the next report comes from the same list.
type DeskForm struct {
	Urgent   string `form:"urgent"`
	Class    string `form:"class"`
	Type     string `form:"type"`
	Provider string `form:"provider"`

	Why       string `form:"why"`
	Colleague string `form:"colleague"`
	Note      string `form:"note"`
}

// get reads the filter out of a form's hidden fields.
func (f DeskForm) get(name string) string {
	switch name {
	case "urgent":
		return f.Urgent
	case "class":
		return f.Class
	case "type":
		return f.Type
	case "provider":
		return f.Provider
	}
	return ""
}

// Next takes the most urgent report that nobody holds and opens it.
func (h *DeskWork) Next(c echo.Context) error {
	f, err := BindForm[DeskForm](c)
	if err != nil {
		return err
	}
	k, err := h.asked(c, f.get)
	if err != nil {
		return err
	}
	if k.problem != "" {
		return models.InvalidField("provider", k.problem)
	}
	return h.next(c, k, "")
}

// next takes the next report within the filter and opens it, or the list when there is
// none. said stands on whatever page follows.
func (h *DeskWork) next(c echo.Context, k deskAsked, said string) error {
	number, err := h.Waits.TakeNext(c.Request().Context(), h.Actor(c), k.query.DeskFilter)
	if err != nil {
		return err
	}
	if number != 0 {
		if said != "" {
			h.Flash(c, session.Done, said)
		}
		return h.Redirect(c, k.filter.report(number))
	}
	if said != "" {
		said += " "
	}
	words := "Nothing further is free at the desk."
	if k.filter.filtered() {
		words = "Nothing further within these filters is free."
	}
	h.Flash(c, session.Note, said+words)
	return h.Redirect(c, k.filter.narrowed().list())
}

// onward opens what the actor holds already, or takes the next.
func (h *DeskWork) onward(c echo.Context, k deskAsked, said string) error {
	number, err := h.Waits.NextHeld(c.Request().Context(), h.Actor(c))
	if err != nil {
		return err
	}
	if number == 0 {
		return h.next(c, k, said)
	}
	h.Flash(c, session.Done, said)
	return h.Redirect(c, k.filter.report(number))
}

// Take takes one report and opens it.
func (h *DeskWork) Take(c echo.Context) error {
	return h.deed(c, func(number int64, _ DeskForm) error {
		return h.Holds.Take(c.Request().Context(), h.Actor(c), number)
	}, nil, func(number int64, k deskAsked) error {
		h.Flash(c, session.Done, "The report is yours.")
		return h.Redirect(c, k.filter.report(number))
	})
}

// Release puts a report back.
func (h *DeskWork) Release(c echo.Context) error {
	return h.deed(c, func(number int64, _ DeskForm) error {
		return h.Holds.Release(c.Request().Context(), h.Actor(c), number)
	}, nil, func(number int64, k deskAsked) error {
		h.Flash(c, session.Done, fmt.Sprintf("Report %d is back in the queue.", number))
		return h.Redirect(c, k.filter.narrowed().list())
	})
}

// Skip passes a report by and opens the next.
func (h *DeskWork) Skip(c echo.Context) error {
	return h.deed(c, func(number int64, f DeskForm) error {
		return h.Holds.Skip(c.Request().Context(), h.Actor(c), number, f.Why)
	}, func(v *pages.DeskReviewView, f DeskForm, err error) {
		v.Hand.SkipWhy, v.Hand.SkipError = f.Why, models.FieldsOf(err)["why"]
	}, func(number int64, k deskAsked) error {
		return h.onward(c, k, fmt.Sprintf("Skipped %d. It does not come to you again for half an hour.", number))
	})
}

// HandOver gives a report to a colleague and leads back to the list.
func (h *DeskWork) HandOver(c echo.Context) error {
	return h.deed(c, func(number int64, f DeskForm) error {
		to, err := uuid.Parse(f.Colleague)
		if err != nil {
			return models.InvalidField("colleague", "Choose a colleague from the list.")
		}
		return h.Holds.HandOver(c.Request().Context(), h.Actor(c), number, to, f.Note)
	}, func(v *pages.DeskReviewView, f DeskForm, err error) {
		v.Hand.Colleague, v.Hand.Note = f.Colleague, f.Note
		v.Hand.ColleagueError, v.Hand.NoteError = models.FieldsOf(err)["colleague"], models.FieldsOf(err)["note"]
	}, func(number int64, k deskAsked) error {
		h.Flash(c, session.Done, fmt.Sprintf("Report %d was handed over.", number))
		return h.Redirect(c, k.filter.narrowed().list())
	})
}

// deed carries out one deed on a report. What is wrong is said at its field, with what
// was typed; somebody else's hold or decision, above the report as it is now.
func (h *DeskWork) deed(c echo.Context, do func(int64, DeskForm) error, again func(*pages.DeskReviewView, DeskForm, error), done func(int64, deskAsked) error) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[DeskForm](c)
	if err != nil {
		return err
	}
	k, err := h.asked(c, f.get)
	if err != nil {
		return err
	}
	switch err = do(number, f); models.KindOf(err) {
	case models.Invalid:
		return h.show(c, http.StatusUnprocessableEntity, number, k, func(v *pages.DeskReviewView) {
			if again != nil {
				again(v, f, err)
			}
		})
	case models.Conflict:
		return h.show(c, http.StatusConflict, number, k, func(v *pages.DeskReviewView) { v.Conflict = models.MessageOf(err) })
	}
	if err != nil {
		return err
	}
	return done(number, k)
}
