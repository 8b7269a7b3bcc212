package ispws

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/handlers/ispws/wire"
)

// Authenticate finds the provider by HTTP Basic (RFC 7617) and puts its actor into
// the request's context.
func (a *API) Authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		user, password, ok := req.BasicAuth()
		if !ok {
			return refuse(wire.AuthRequired, "")
		}
		actor, err := a.credentials.Authenticate(req.Context(), apikey.Login{
			Username: user, Password: password, IP: c.RealIP(), RequestID: c.Response().Header().Get(echo.HeaderXRequestID)})
		switch {
		case errors.Is(err, apikey.ErrRefused):
			return refuse(wire.AuthRequired, "")
		case errors.Is(err, apikey.ErrTooMany):
			return later(c, http.StatusTooManyRequests, a.credentials.RetryAfter(), "Too many failed attempts came from this address; try again later")
		case errors.Is(err, apikey.ErrBusy):
			return later(c, http.StatusServiceUnavailable, time.Second, "The server is busy; try again in a moment")
		case err != nil:
			return err
		}
		c.SetRequest(req.WithContext(auth.WithActor(req.Context(), actor)))
		return next(c)
	}
}

// later asks the client to come back.
func later(c echo.Context, status int, wait time.Duration, words string) error {
	c.Response().Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return &refusal{code: wire.ServerError, status: status, description: words}
}
