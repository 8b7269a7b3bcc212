package web

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/handlers"
)

// isQuestion reports a page's own question how long its session lasts, which is no
// sign of life: a page left open would else keep its person signed in for ever.
func isQuestion(r *http.Request) bool { return r.URL.Path == "/account/session" }

// careful asks for a fresh and strong proof of who somebody is where the route wants
// one, and lets a form that was kept be sent once.
func (s *Server) careful(r Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		reads := c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead
		id := keptID(c)
		if r.Fresh && !session.ProofFrom(c.Request().Context()).Fresh(s.deps.Store.Now()) {
			return s.stepUp(c, r, reads, id)
		}
		if reads || id == uuid.Nil {
			return r.Handler(c)
		}
		return s.sendKept(c, r, id)
	}
}

// stepUp leads to the page that asks for a new proof. A form is kept on the way.
func (s *Server) stepUp(c echo.Context, r Route, reads bool, id uuid.UUID) error {
	back := c.Request().URL.RequestURI()
	switch {
	case reads && r.Stream:
		// A file leaves the browser on the page before, which would be the provider's.
		back = handlers.PageOf(c.Request())
	case reads:
	case id != uuid.Nil: // it is kept already, if it still is
		if _, err := s.pages.Sessions.Form(c.Request().Context(), id); err != nil {
			return err
		}
		back = handlers.ResumePath(id)
	default:
		kept, err := s.pages.KeepForm(c, r.Name)
		if err != nil {
			return err
		}
		if kept == "" {
			return s.pages.Unkept(c, r.Name)
		}
		back = kept
	}
	return s.pages.Redirect(c, handlers.AgainPath(back, r.Name))
}

// sendKept carries out a form that was kept, once: whoever sends it takes it. One
// that fails without a page of its own is kept again.
func (s *Server) sendKept(c echo.Context, r Route, id uuid.UUID) error {
	ctx := c.Request().Context()
	f, err := s.pages.Sessions.Take(ctx, id, c.Request().URL.Path)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if done {
			return
		}
		if err := s.pages.Sessions.PutBack(ctx, f); err != nil {
			s.deps.Log.WarnContext(ctx, "a kept form is lost", "request", handlers.RequestID(c), "err", err)
			return
		}
		s.pages.Flash(c, session.Note, "What you typed is still kept: you find it under your account.")
	}()
	if err := r.Handler(c); err != nil {
		return err
	}
	done = true
	return nil
}

// keptID is the kept form that the request says it is.
func keptID(c echo.Context) uuid.UUID {
	id, err := uuid.Parse(c.QueryParam(handlers.KeptParam))
	if err != nil {
		return uuid.Nil
	}
	return id
}

// tooLate keeps the form of a page whose session has ended by itself, for the person
// whose session that was, and answers the page where they find it again. done says
// that the answer is written already. Where nothing was sent along, nothing is lost.
func (s *Server) tooLate(c echo.Context) (kept string, done bool, err error) {
	r := c.Request()
	route, known := s.route(c)
	if _, was := session.WasFrom(r.Context()); !was || r.Method != http.MethodPost || !known || route.Needs == auth.Public || r.ContentLength == 0 {
		return "", false, nil
	}
	if id := keptID(c); id != uuid.Nil { // follows its person to the next session
		return handlers.ResumePath(id), false, nil
	}
	if kept, err = s.pages.KeepForm(c, route.Name); err != nil || kept != "" {
		return kept, false, err
	}
	return "", true, s.pages.Unkept(c, route.Name)
}
