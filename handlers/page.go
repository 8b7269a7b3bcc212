package handlers

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/views/components"
	"reeve/views/layout"
)

// Pages is what every area of pages shares: the frame, rendering, messages. Areas
// embed it.
type Pages struct {
	Sessions *session.Manager
	Demo     bool             // demonstration data: every page says so
	Now      func() time.Time // the store's clock
	// Exists reports whether a page is served at the path, so that the rail shows
	// no dead links.
	Exists func(path string) bool
	// Urgent counts the urgent calls that wait for the actor, for the bar of every
	// page; nil: none are made.
	Urgent func(ctx context.Context, a auth.Actor) (int, error)
}

// Actor is for whom the request acts: the second argument of every use case.
func (p *Pages) Actor(c echo.Context) auth.Actor { return auth.ActorFrom(c.Request().Context()) }

// Person is who is signed in. Only for the frame and for words on a page; what
// they may do is asked of the Actor.
func (p *Pages) Person(c echo.Context) session.Person {
	person, _ := session.PersonFrom(c.Request().Context())
	return person
}

// Local is the time in the zone in which the signed-in person's agency reads
// times, UTC for nobody.
func (p *Pages) Local(c echo.Context, at time.Time) time.Time {
	if z := p.Person(c).Agency.Zone; z != nil {
		return at.In(z)
	}
	return at.UTC()
}

// Frame is the frame of a signed-in person's page with the title. It takes the
// messages that waited for the next page.
func (p *Pages) Frame(c echo.Context, title string) layout.PageArgs {
	return layout.PageArgs{
		Title: title, Nav: p.nav(c), Flash: p.alerts(c), Demo: p.Demo, RequestID: RequestID(c),
		Now: p.Local(c, p.Now()), Marking: "Law enforcement sensitive", Watch: p.watch(c),
	}
}

// Public is the frame of a page that needs nobody signed in.
func (p *Pages) Public(c echo.Context, title string) layout.PublicArgs {
	return layout.PublicArgs{Title: title, Flash: p.alerts(c), Demo: p.Demo, RequestID: RequestID(c)}
}

// RequestID is the number by which this request is known in logs and audit lines.
func RequestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render draws the page whole and then writes it once: a page that fails halfway
// becomes an error page, never half a page. The session is saved before, for the
// same reason.
func (p *Pages) Render(c echo.Context, status int, page templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() < 1<<20 {
			buffers.Put(b)
		}
	}()
	if err := page.Render(c.Request().Context(), b); err != nil {
		return err
	}
	if err := p.Sessions.Save(c); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// Redirect answers 303 to an address of this portal: what follows every deed.
func (p *Pages) Redirect(c echo.Context, to string) error {
	if !SafeReturn(to) {
		to = "/"
	}
	if err := p.Sessions.Save(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// Flash keeps a message for the next page: "Outcome recorded. Undo within ten minutes."
func (p *Pages) Flash(c echo.Context, tone session.Tone, text string) {
	p.Sessions.AddFlash(c.Request().Context(), session.Flash{Tone: tone, Text: text})
}

// FlashDeed is Flash with a button that posts to a path of this portal: "Undo".
func (p *Pages) FlashDeed(c echo.Context, text, deed, action string) {
	p.Sessions.AddFlash(c.Request().Context(), session.Flash{Tone: session.Done, Text: text, Deed: deed, Action: action})
}

func (p *Pages) alerts(c echo.Context) []components.AlertArgs {
	var list []components.AlertArgs
	for _, f := range p.Sessions.Flashes(c.Request().Context()) {
		a := components.AlertArgs{Text: f.Text, Tone: components.ToneInfo}
		switch f.Tone {
		case session.Done:
			a.Tone = components.ToneGood
		case session.Problem:
			a.Tone = components.ToneBad
		}
		if f.Deed != "" && SafeReturn(f.Action) {
			a.Deed, a.Action = f.Deed, f.Action
		}
		list = append(list, a)
	}
	return list
}

// BindForm reads the request's body into a form's struct by its `form` tags.
// Nothing is taken from the path or the query, so that an address cannot fill in
// a form.
func BindForm[F any](c echo.Context) (F, error) {
	var f F
	err := (&echo.DefaultBinder{}).BindBody(c, &f)
	return f, err
}

// SafeReturn reports whether an address may be gone to after sign-in or a deed:
// a path of this portal and nothing that a browser could read as another host.
func SafeReturn(to string) bool {
	if len(to) == 0 || len(to) > 2000 || to[0] != '/' {
		return false
	}
	// Browsers take a second slash or backslash for a host and drop control characters.
	if strings.HasPrefix(to, "//") || strings.Contains(to, "\\") {
		return false
	}
	return strings.IndexFunc(to, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}
