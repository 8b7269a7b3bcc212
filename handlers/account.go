package handlers

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/views/pages"
)

// Account is a person's own account: who they are here, where they are signed in,
// how long they stay so, and what they sent and is not carried out yet.
type Account struct {
	*Pages
}

// Show shows a person who they are here, and where they are signed in.
func (h *Account) Show(c echo.Context) error {
	ctx, p := c.Request().Context(), h.Person(c)
	list, err := h.Sessions.List(ctx, p.UserID)
	if err != nil {
		return err
	}
	kept, err := h.Sessions.Forms(ctx)
	if err != nil {
		return err
	}
	v := pages.AccountView{
		Frame: h.Frame(c, "Your account"), Name: p.Name, Email: p.Email, Agency: p.Agency.Name, Roles: RolesInWords(p.Roles),
		Provider: hostOf(h.Sessions.Origin(ctx).URL), Idle: p.Agency.Idle, Absolute: p.Agency.Absolute,
		Whom: pages.Contact{Name: p.Agency.ContactName, Email: p.Agency.ContactEmail, Phone: p.Agency.ContactPhone},
	}
	v.Frame.Width = "reading"
	for _, s := range list {
		v.Sessions = append(v.Sessions, pages.AccountSession{
			ID: s.ID.String(), Since: h.Local(c, s.Since), Seen: h.Local(c, s.Seen), Until: h.Local(c, s.Until), AuthAt: h.Local(c, s.AuthAt),
			Strong: s.Strong, IP: s.IP, Browser: browserInWords(s.Agent), This: s.This,
		})
	}
	for _, f := range kept {
		v.Kept = append(v.Kept, pages.KeptLine{URL: ResumePath(f.ID), Deed: deedInWords(f.Deed), At: h.Local(c, f.At)})
	}
	return h.Render(c, http.StatusOK, pages.Account(v))
}

// EndOne ends one session of the person, this one or another.
func (h *Account) EndOne(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("This session has ended already, or is not yours.")
	}
	ctx := c.Request().Context()
	this, err := h.Sessions.End(ctx, h.Actor(c), id)
	if err != nil {
		return err
	}
	if this {
		return h.leave(c, "You are signed out here.")
	}
	h.Flash(c, session.Done, "The session is ended. Whoever sits there is signed out at once.")
	return h.Redirect(c, "/account#sessions")
}

// EndOthers ends every session of the person but this one.
func (h *Account) EndOthers(c echo.Context) error {
	n, err := h.Sessions.EndMany(c.Request().Context(), h.Actor(c), session.Others)
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, fmt.Sprintf("Sessions ended: %d. You are still signed in here.", n))
	return h.Redirect(c, "/account#sessions")
}

// EndAll ends every session of the person, this one too: for whoever left a
// machine unlocked somewhere.
func (h *Account) EndAll(c echo.Context) error {
	n, err := h.Sessions.EndMany(c.Request().Context(), h.Actor(c), session.All)
	if err != nil {
		return err
	}
	return h.leave(c, fmt.Sprintf("Signed out everywhere. Sessions ended: %d.", n))
}

// leave drops what the browser holds of a session that is ended, and says so.
func (h *Account) leave(c echo.Context, words string) error {
	if err := h.Sessions.SignOut(c.Request().Context()); err != nil {
		return err
	}
	h.Flash(c, session.Done, words)
	return h.Redirect(c, "/login")
}

// Extend keeps the person signed in: the request itself is the sign of life, and
// this one is noted whenever it comes.
func (h *Account) Extend(c echo.Context) error {
	if err := h.Sessions.Extend(c.Request().Context()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// lasting says how long a session lasts, to a page's script.
type lasting struct {
	Left int    `json:"left"`          // seconds; 0: nobody is signed in
	Who  string `json:"who,omitempty"` // of whom, so that a page notices somebody else
}

// Left answers how many seconds the session lasts if nothing more is heard. Asking
// is no sign of life (see web.New).
func (h *Account) Left(c echo.Context) error {
	return c.JSON(http.StatusOK, lasting{h.left(c), h.who(c)})
}

// ResumePath is the page of a kept form.
func ResumePath(id uuid.UUID) string { return resumePrefix + id.String() }

// hostOf names the host of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
