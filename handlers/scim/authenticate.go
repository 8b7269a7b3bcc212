package scim

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models/provisioning"
)

// realm is what clients are told to send a token for (RFC 6750 3).
const realm = `Bearer realm="Reeve SCIM"`

// Authenticate finds the directory by its bearer token (RFC 6750 2.1, the header
// only) and puts its actor into the request's context.
func (a *API) Authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req, h := c.Request(), c.Response().Header()
		kind, token, _ := strings.Cut(req.Header.Get(echo.HeaderAuthorization), " ")
		if token = strings.TrimSpace(token); !strings.EqualFold(kind, "Bearer") || token == "" {
			return &fault{status: http.StatusUnauthorized, detail: meaning(http.StatusUnauthorized)}
		}
		now := a.now()
		if !provisioning.Plausible(token) {
			return a.refused(c, provisioning.ErrToken, now)
		}
		// A token that was good in this process is not held up by others' guesses from
		// the same address: many agencies' directories come from one cloud.
		known := a.known.has(token)
		if wait := a.guesses.left(c.RealIP(), now); !known && wait > 0 {
			return slower(c, wait)
		}
		caller, err := a.provisioning.Authenticate(req.Context(), token, provisioning.Asked{IP: c.RealIP(), RequestID: h.Get(echo.HeaderXRequestID)})
		switch {
		case errors.Is(err, provisioning.ErrToken):
			a.known.drop(token)
			return a.refused(c, err, now)
		case err != nil:
			return err
		}
		a.known.put(token)
		if wait := a.requests.take(caller.TokenID.String(), now); wait > 0 {
			return slower(c, wait)
		}
		c.SetRequest(req.WithContext(auth.WithActor(req.Context(), caller.Actor)))
		return next(c)
	}
}

// refused counts a token that lets nobody in.
func (a *API) refused(c echo.Context, err error, now time.Time) error {
	if wait := a.guesses.take(c.RealIP(), now); wait > 0 {
		return slower(c, wait)
	}
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, realm+`, error="invalid_token"`)
	return err
}

// slower asks the client to come back.
func slower(c echo.Context, wait time.Duration) error {
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return &fault{status: http.StatusTooManyRequests, detail: meaning(http.StatusTooManyRequests)}
}
