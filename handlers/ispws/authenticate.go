package ispws

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/handlers/ispws/wire"
)

// deniedKey keeps a refused login, so that the answer is counted for the provider
// whose user name it named.
const deniedKey = "ispws.denied"

// Authenticate finds the provider by HTTP Basic (RFC 7617) and puts its actor into
// the request's context. What ends well is counted here; what does not, by WriteError,
// which alone knows the code.
func (a *API) Authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		user, password, ok := req.BasicAuth()
		if !ok {
			return refuse(wire.AuthRequired, "")
		}
		actor, err := a.credentials.Authenticate(req.Context(), apikey.Login{
			Username: user, Password: password, IP: c.RealIP(), RequestID: c.Response().Header().Get(echo.HeaderXRequestID)})
		var denied *apikey.Denied
		if errors.As(err, &denied) {
			c.Set(deniedKey, denied)
		}
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
		if err := next(c); err != nil {
			return err
		}
		a.count(c, wire.Success)
		return nil
	}
}

// count tells how a request ended, if it is known whose it was.
func (a *API) count(c echo.Context, code wire.Code) {
	if a.options.Count == nil {
		return
	}
	answer := apikey.Answer{Code: int(code), IP: c.RealIP()}
	if actor := auth.ActorFrom(c.Request().Context()); actor.ProviderID != uuid.Nil {
		answer.Provider, answer.Proven = actor.ProviderID, true
	} else if denied, ok := c.Get(deniedKey).(*apikey.Denied); ok {
		answer.Provider, answer.Cause = denied.Provider, denied.Cause
	}
	if answer.Provider != uuid.Nil {
		a.options.Count(answer)
	}
}

// later asks the client to come back.
func later(c echo.Context, status int, wait time.Duration, words string) error {
	c.Response().Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return &refusal{code: wire.ServerError, status: status, description: words}
}
