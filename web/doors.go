package web

import (
	"strings"

	"github.com/labstack/echo/v4"
)

// door is the way by which a request comes in.
type door int

const (
	pageDoor     door = iota // a browser with a cookie; also whatever is unknown
	providerDoor             // the provider API: HTTP Basic, XML
	apiDoor                  // agencies' systems: a token, JSON
	machineDoor              // static files, health, and a provider's notice of a sign-out
)

// doorOf tells the doors apart by path alone, so that an error on an unknown path
// also speaks the caller's language.
func doorOf(path string) door {
	switch {
	case path == "/ispws" || strings.HasPrefix(path, "/ispws/"):
		return providerDoor
	case strings.HasPrefix(path, "/api/") || path == "/api", strings.HasPrefix(path, "/scim/") || path == "/scim":
		return apiDoor
	case strings.HasPrefix(path, "/static/"), path == "/healthz", path == "/readyz", path == "/login/backchannel":
		return machineDoor
	}
	return pageDoor
}

func at(c echo.Context) door { return doorOf(c.Request().URL.Path) }

// onPages runs a middleware for pages only: the other doors know no cookies.
func (s *Server) onPages(m echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		inside := m(next)
		return func(c echo.Context) error {
			if at(c) == pageDoor {
				return inside(c)
			}
			return next(c)
		}
	}
}
