package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/handlers/scim"
)

// HeaderProviderRequestID is the request's number in the provider protocol.
const HeaderProviderRequestID = "Request-ID"

// observe writes one line per request and counts it. The line names the route,
// not the address: addresses and queries hold report numbers and searches.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		// Written here, inside, so that the status is known.
		if err := next(c); err != nil {
			c.Error(err)
		}
		name := "unknown"
		if r, ok := s.route(c); ok {
			name = r.Name
		}
		took, res := time.Since(start), c.Response()
		s.deps.Metrics.observe(name, res.Status, took)
		level := slog.LevelInfo
		switch {
		case res.Status >= 500:
			level = slog.LevelError
		case name == "static" || name == "health.alive" || name == "health.ready":
			level = slog.LevelDebug
		}
		s.deps.Log.LogAttrs(c.Request().Context(), level, "request",
			slog.String("method", c.Request().Method), slog.String("route", name), slog.Int("status", res.Status),
			slog.Int64("ms", took.Milliseconds()), slog.Int64("bytes", res.Size), slog.String("request", res.Header().Get(echo.HeaderXRequestID)))
		return nil
	}
}

// recover turns a panic into an error with a stack in the log. The panic's text
// is logged and never shown.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler { // a deliberate way to break a connection off
					panic(r)
				}
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// requestID numbers the request. The number is ours: a client's own would let it
// write into the audit log.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := uuid.Must(uuid.NewV7()).String()
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		if at(c) == providerDoor {
			c.Response().Header().Set(HeaderProviderRequestID, id)
		}
		return next(c)
	}
}

// needs puts the route's permission before its handler, and behind it what a deed
// of a person asks besides.
func (s *Server) needs(r Route) echo.HandlerFunc {
	inside := r.Handler
	if doorOf(r.Path) == pageDoor {
		inside = s.careful(r)
	}
	check := func(c echo.Context) error {
		actor := auth.ActorFrom(c.Request().Context())
		switch {
		case r.Needs == auth.Public:
		case !actor.Known():
			return errNobody
		case !actor.Can(r.Needs):
			return errRole
		}
		return inside(c)
	}
	if doorOf(r.Path) == providerDoor && s.deps.Provider != nil {
		return s.deps.Provider.Authenticate(check)
	}
	if scim.Serves(r.Path) {
		return s.scim.Authenticate(check)
	}
	return check
}
