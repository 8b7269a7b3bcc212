package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
)

// Middleware finds the request's session and puts who is signed in, as an
// auth.Actor, into the request's context. Without a session the actor stays
// nobody. requestID names the request in audit lines.
//
// A handler that changed the session calls Save before it writes, so that a
// failure can still be answered; what nobody saved is saved just before the
// header goes out.
func (m *Manager) Middleware(requestID func(echo.Context) string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			req := c.Request()
			cur := &current{ip: c.RealIP(), agent: clip(req.UserAgent(), 300), unseen: m.unseen != nil && m.unseen(req)}
			ctx, err := m.scs.Load(context.WithValue(req.Context(), currentKey{}, cur), m.token(req))
			if err != nil {
				return &models.Error{Kind: models.Unavailable, Message: "Reeve cannot read its sessions just now. Try again in a minute.", Err: err}
			}
			if cur.person != nil {
				ctx = auth.WithActor(ctx, cur.person.Actor(requestID(c), c.RealIP()))
			}
			c.SetRequest(req.WithContext(ctx))
			c.Response().Before(func() {
				if err := m.Save(c); err != nil {
					slog.ErrorContext(ctx, "session not saved", "err", err)
				}
			})
			return next(c)
		}
	}
}

func (m *Manager) token(r *http.Request) string {
	cookie, err := r.Cookie(m.scs.Cookie.Name)
	if err != nil || len(cookie.Value) > 100 { // ours has 43 characters
		return ""
	}
	return cookie.Value
}

// Save writes the session if the request changed it, and its cookie if the
// secret is new. It is tried once per request.
func (m *Manager) Save(c echo.Context) error {
	ctx := c.Request().Context()
	cur := currentFrom(ctx)
	if cur == nil || cur.saved {
		return nil
	}
	// Also when it fails: the page that says so must not fail the same way.
	cur.saved = true
	h := c.Response()
	switch m.scs.Status(ctx) {
	case scs.Modified:
		before := string(cur.hash)
		// The deed is done and the answer on its way: a person who closes the tab
		// must not leave half a session behind.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		token, expiry, err := m.scs.Commit(detached)
		if err != nil {
			if errors.Is(err, errEndedMeanwhile) {
				return errEndedMeanwhile
			}
			return &models.Error{Kind: models.Unavailable, Message: "Reeve cannot write its sessions just now. Try again in a minute.", Err: err}
		}
		if string(cur.hash) != before {
			m.scs.WriteSessionCookie(ctx, h, token, expiry)
		}
	case scs.Destroyed:
		m.scs.WriteSessionCookie(ctx, h, "", time.Time{})
	default:
		// The secret of a session that ended by itself stays: it signs nobody in, and
		// it says whose form another page in this browser still sends.
		if cur.ended && cur.was == nil {
			m.scs.WriteSessionCookie(ctx, h, "", time.Time{})
		}
	}
	return nil
}

// clip cuts a header's text to what is worth keeping.
func clip(s string, most int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}
