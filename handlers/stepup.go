package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth/oidc"
	"reeve/auth/session"
	"reeve/views/pages"
)

// AgainPath is the page that asks a signed-in person to prove anew who they are,
// before the named route and on the way to an address of ours.
func AgainPath(to, route string) string {
	q := url.Values{}
	if to = safeReturn(to); to != "" {
		q.Set("return", to)
	}
	if route != "" {
		q.Set("for", route)
	}
	if len(q) == 0 {
		return "/login/again"
	}
	return "/login/again?" + q.Encode()
}

// Again says why a new proof is asked for, with one button that leads to the
// person's provider. Whoever's proof is fresh goes on at once.
func (h *Session) Again(c echo.Context) error {
	to := safeReturn(c.QueryParam("return"))
	if session.ProofFrom(c.Request().Context()).Fresh(h.Now()) {
		if to == "" {
			to = "/account"
		}
		return h.Redirect(c, to)
	}
	return h.Render(c, http.StatusOK, pages.Again(h.again(c, to, c.QueryParam("for"))))
}

func (h *Session) again(c echo.Context, to, route string) pages.AgainView {
	v := againView(h.Pages, c, route)
	v.Return, v.Kept = to, strings.HasPrefix(to, resumePrefix)
	return v
}

// againView is the page's part that does not depend on the way back.
func againView(p *Pages, c echo.Context, route string) pages.AgainView {
	ctx := c.Request().Context()
	if _, known := session.PersonFrom(ctx); !known {
		return pages.AgainView{Public: p.Public(c, "Your session has ended")}
	}
	v := pages.AgainView{SignedIn: true, Frame: p.Frame(c, "Confirm who you are"), Provider: hostOf(p.Sessions.Origin(ctx).URL), Agency: p.Person(c).Agency.Name, Strong: session.ProofFrom(ctx).Demanded}
	if routeWords[route] != "" {
		v.Deed = deedInWords(route)
	}
	v.Frame.Width = "reading"
	return v
}

// Unkept answers a form that came without a fresh proof, or after its session had
// ended, and cannot be kept. It is the answer to the form itself, so that the
// browser can send it again.
func (p *Pages) Unkept(c echo.Context, route string) error {
	v := againView(p, c, route)
	v.Unkept = true
	return p.Render(c, http.StatusForbidden, pages.Again(v))
}

// AgainForm is the form of that page.
type AgainForm struct {
	Return string `form:"return"`
}

// StepUp sends the signed-in person to their provider, who must ask them anew.
func (h *Session) StepUp(c echo.Context) error {
	f, err := BindForm[AgainForm](c)
	if err != nil {
		return err
	}
	ctx, p := c.Request().Context(), h.Person(c)
	a, to, err := h.SignIn.Begin(ctx, client(c), oidc.Ask{Fresh: true, Person: p.UserID, Issuer: h.Sessions.Origin(ctx).IssuerID, Email: p.Email, Return: safeReturn(f.Return)})
	if err != nil {
		return h.refused(c, err, p.Email)
	}
	return h.Depart(c, a, to)
}

// confirmed notes a new proof of the signed-in person and leads on.
func (h *Session) confirmed(c echo.Context, in oidc.SignedIn) error {
	if err := h.Sessions.Renew(c.Request().Context(), h.Actor(c), in.User.ID, in.Origin); err != nil {
		return err
	}
	to := safeReturn(in.Return)
	if to == "" {
		to = "/account"
	}
	if !strings.HasPrefix(to, resumePrefix) { // that page says what is next
		h.Flash(c, session.Done, "Confirmed. For ten minutes you are not asked again.")
	}
	return h.Redirect(c, to)
}
