package handlers

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/people"
	"reeve/views/pages"
)

// PersonForm is every form of a person's page: the version that the page showed and
// what the deed needs.
type PersonForm struct {
	Version   string   `form:"version"`
	Return    string   `form:"return"` // the list from which a row's button was pressed
	Why       string   `form:"why"`
	Roles     []string `form:"roles"`
	Work      string   `form:"work"` // heir, release or leave
	Heir      string   `form:"heir"`
	HeirEmail string   `form:"heir_email"`
	Session   string   `form:"session"`

	deed  string            // which form it was
	wrong map[string]string // by field
}

// work reads what becomes of open work.
func (f PersonForm) work() (people.Work, error) {
	switch f.Work {
	case "release":
		return people.Work{Release: true}, nil
	case "leave":
		return people.Work{}, nil
	case "heir":
		w := people.Work{HeirEmail: strings.TrimSpace(f.HeirEmail)}
		id, err := uuid.Parse(f.Heir)
		if err == nil {
			w.Heir = id
		}
		if w.Heir == uuid.Nil && w.HeirEmail == "" {
			return w, models.InvalidField("heir", "Choose who takes it over.")
		}
		return w, nil
	}
	return people.Work{}, models.InvalidField("work", "Choose what becomes of the open work.")
}

// step is one deed on a person: done says what to tell when it is done.
type step func(c echo.Context, t people.Target, f PersonForm) (*people.Done, error)

// Approve gives a commander's yes.
func (h *People) Approve(c echo.Context) error {
	return h.deed(c, "approve", func(c echo.Context, t people.Target, _ PersonForm) (*people.Done, error) {
		return h.People.Approve(c.Request().Context(), h.Actor(c), t)
	}, func(d *people.Done) string {
		if d.Person.State == models.UserInvited {
			return d.Person.Name + " is approved, and active after the first sign-in."
		}
		return d.Person.Name + " is approved and may work now."
	})
}

// SetRoles gives exactly the roles that are ticked.
func (h *People) SetRoles(c echo.Context) error {
	return h.deed(c, "roles", func(c echo.Context, t people.Target, f PersonForm) (*people.Done, error) {
		return h.People.SetRoles(c.Request().Context(), h.Actor(c), t, rolesOfTexts(f.Roles))
	}, func(d *people.Done) string {
		return d.Person.Name + " now has: " + RolesInWords(rolesOfUser(d.Person)) + ". It holds from the person's next click on."
	})
}

// Suspend shuts the person out at once.
func (h *People) Suspend(c echo.Context) error {
	return h.deed(c, "suspend", func(c echo.Context, t people.Target, f PersonForm) (*people.Done, error) {
		return h.People.Suspend(c.Request().Context(), h.Actor(c), t, f.Why)
	}, func(d *people.Done) string {
		return d.Person.Name + " is suspended; " + plural(d.Ended, "session", "sessions") + " ended."
	})
}

// Reactivate lets a suspended person back.
func (h *People) Reactivate(c echo.Context) error {
	return h.deed(c, "reactivate", func(c echo.Context, t people.Target, _ PersonForm) (*people.Done, error) {
		return h.People.Reactivate(c.Request().Context(), h.Actor(c), t)
	}, func(d *people.Done) string {
		if d.Person.State == models.UserActive {
			return d.Person.Name + " is active again."
		}
		return d.Person.Name + " is no longer suspended: " + strings.ToLower(accountState(d.Person).Label) + "."
	})
}

// Recertify notes that the person still needs the access.
func (h *People) Recertify(c echo.Context) error {
	return h.deed(c, "recertify", func(c echo.Context, t people.Target, _ PersonForm) (*people.Done, error) {
		return h.People.Recertify(c.Request().Context(), h.Actor(c), t)
	}, func(d *people.Done) string {
		return "Noted that " + d.Person.Name + " still needs the access. The next review is due on " + d.Person.RecertifyDue().UTC().Format("2 Jan 2006") + "."
	})
}

// HandOver gives open work to a colleague or back into the queue.
func (h *People) HandOver(c echo.Context) error {
	return h.deed(c, "hand-over", func(c echo.Context, t people.Target, f PersonForm) (*people.Done, error) {
		w, err := f.work()
		if err != nil {
			return nil, err
		}
		return h.People.HandOver(c.Request().Context(), h.Actor(c), t.ID, w)
	}, func(d *people.Done) string { return workDone(d) })
}

// EndSessions ends one session of the person, or all.
func (h *People) EndSessions(c echo.Context) error {
	return h.deed(c, "sessions", func(c echo.Context, t people.Target, f PersonForm) (*people.Done, error) {
		var one uuid.UUID
		if f.Session != "" {
			id, err := uuid.Parse(f.Session)
			if err != nil {
				return nil, models.NotFoundf("This session has ended already.")
			}
			one = id
		}
		return h.People.EndSessions(c.Request().Context(), h.Actor(c), t.ID, one)
	}, func(d *people.Done) string {
		if d.Ended == 0 {
			return "There was no session left to end."
		}
		return upperFirst(plural(d.Ended, "session", "sessions")) + " of " + d.Person.Name + " ended. The person may sign in again."
	})
}

// workDone says where open work went.
func workDone(d *people.Done) string {
	switch {
	case d.Released > 0:
		return plural(d.Released, "report is", "reports are") + " back in the queue."
	case d.Moved > 0:
		return plural(d.Moved, "open report goes", "open reports go") + " on with the colleague."
	}
	return "There was no open work to hand over."
}

// deed does one deed and leads back: to the list from which it was asked, or to the
// person's page. What was in the way is said on the person's page, where what was
// typed still stands.
func (h *People) deed(c echo.Context, name string, do step, done func(*people.Done) string) error {
	id, err := personOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[PersonForm](c)
	if err != nil {
		return err
	}
	f.deed = name
	d, err := do(c, people.Target{ID: id, Version: versionOf(f.Version)}, f)
	switch kind := models.KindOf(err); {
	case kind == models.Invalid || kind == models.Conflict:
		return h.notDone(c, id, f, err)
	case err != nil:
		return err
	}
	h.Flash(c, session.Done, done(d))
	if strings.HasPrefix(f.Return, peoplePath) && SafeReturn(f.Return) {
		return h.Redirect(c, f.Return)
	}
	return h.Redirect(c, personPath(id))
}

// notDone shows the person's page as it is now, with what was in the way.
func (h *People) notDone(c echo.Context, id uuid.UUID, f PersonForm, cause error) error {
	p, err := h.People.Person(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	status := http.StatusConflict
	if models.KindOf(cause) == models.Invalid {
		status, f.wrong = http.StatusUnprocessableEntity, models.FieldsOf(cause)
	}
	v, err := h.personView(c, p, f)
	if err != nil {
		return err
	}
	if f.wrong == nil {
		v.Conflict = models.MessageOf(cause)
	} else {
		v.Problems = problems(f.wrong, "roles", "why", "work", "heir")
	}
	return h.Render(c, status, pages.Person(v))
}

// AskRemove is the page that says what ends when a person is removed.
func (h *People) AskRemove(c echo.Context) error {
	id, err := personOf(c)
	if err != nil {
		return err
	}
	return h.askRemove(c, id, PersonForm{}, nil)
}

// Remove ends an account for good.
func (h *People) Remove(c echo.Context) error {
	id, err := personOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[PersonForm](c)
	if err != nil {
		return err
	}
	w := people.Work{}
	if f.Work != "" { // without open work nothing is asked
		w, err = f.work()
	}
	var d *people.Done
	if err == nil {
		d, err = h.People.Remove(c.Request().Context(), h.Actor(c), people.Target{ID: id, Version: versionOf(f.Version)}, f.Why, w)
	}
	switch kind := models.KindOf(err); {
	case kind == models.Invalid || kind == models.Conflict:
		return h.askRemove(c, id, f, err)
	case err != nil:
		return err
	}
	words := fmt.Sprintf("%s is removed; %s ended.", d.Person.Name, plural(d.Ended, "session", "sessions"))
	if d.Moved+d.Released > 0 {
		words += " " + upperFirst(workDone(d))
	}
	h.Flash(c, session.Done, words)
	return h.Redirect(c, personPath(id))
}
