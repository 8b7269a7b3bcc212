package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models"
)

// headers tell the browser what our pages never do, so that it refuses whatever
// an attacker adds. Pages are never kept by a cache: they hold personal data.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	secure := s.config.BaseURL.Scheme == "https"
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY") // for browsers older than frame-ancestors
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", policy(nil))
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		if at(c) == pageDoor {
			// Set when the header goes out, since who is signed in is known only then.
			c.Response().Before(func() {
				if t := h.Get(echo.HeaderContentType); h.Get("Content-Security-Policy") == policy(nil) && strings.HasPrefix(t, echo.MIMETextHTML) {
					h.Set("Content-Security-Policy", policy(s.formTargets(c)))
				}
			})
		}
		return next(c)
	}
}

// policy is the content security policy. Nothing is loaded from elsewhere and
// nothing stands inline, so there is no nonce. forms are origins besides our own
// at which a form may end.
func policy(forms []string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'; form-action " + strings.Join(append([]string{"'self'"}, forms...), " ")
}

// formTargets are the identity providers at which a form of this page may end.
// Chromium holds a form to form-action also along redirects, and both signing in
// and signing out are forms whose answer leads to a provider: to any before
// sign-in, to the person's own afterwards, and to one whose settings they test.
func (s *Server) formTargets(c echo.Context) []string {
	ctx := c.Request().Context()
	if o := s.pages.Sessions.Origin(ctx); o.URL != "" {
		return append([]string{o.URL}, s.pages.FormTargets(ctx)...)
	}
	if strings.HasPrefix(c.Request().URL.Path, "/login") {
		return s.deps.SignIn.Origins(ctx)
	}
	return nil
}

// sameOrigin refuses deeds that another site's page asks for, by what the browser
// says of their origin. SameSite=Lax on the cookie is the second lock. A form
// whose browser says nothing of its origin is refused too: every browser that we
// support says it, and a program should use the API.
func (s *Server) sameOrigin() echo.MiddlewareFunc {
	guard := http.NewCrossOriginProtection()
	// Behind a proxy that changes Host, the public address is still ours.
	_ = guard.AddTrustedOrigin(s.config.BaseURL.Scheme + "://" + s.config.BaseURL.Host)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			switch r.Method {
			case http.MethodGet, http.MethodHead:
				return next(c)
			case http.MethodOptions:
				// No other site may ask anything, and echo's own answer would tell
				// somebody without a session which paths exist.
				return echo.ErrMethodNotAllowed
			}
			silent := r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == ""
			if err := guard.Check(r); err != nil || silent {
				return &models.Error{Kind: models.Forbidden, Err: err,
					Message: "This request did not come from a page of this portal, so nothing was done. Open the page here and try again."}
			}
			return next(c)
		}
	}
}
