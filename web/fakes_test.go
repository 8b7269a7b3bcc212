package web_test

import (
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/views/pages"
	"reeve/web"
)

// fakeProvider is a provider API that knows one credential and answers in XML.
type fakeProvider struct{}

func (fakeProvider) Authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		user, _, ok := c.Request().BasicAuth()
		if ok && user == "panic" {
			panic("the provider's handler broke")
		}
		if !ok || user != "esp" {
			return echo.ErrUnauthorized
		}
		ctx := auth.WithActor(c.Request().Context(), auth.Provider(uuid.New(), user))
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

func (fakeProvider) WriteError(c echo.Context, status int, _ error) error {
	return c.XMLBlob(status, fmt.Appendf(nil, "<reportResponse><responseCode>%d</responseCode></reportResponse>", status))
}

func (fakeProvider) Status(c echo.Context) error {
	return c.XMLBlob(http.StatusOK, []byte("<reportResponse/>"))
}
func (p fakeProvider) Schema(c echo.Context) error { return p.Status(c) }
func (p fakeProvider) Submit(c echo.Context) error { return p.Upload(c) }
func (fakeProvider) Upload(c echo.Context) error {
	n, err := io.Copy(io.Discard, c.Request().Body)
	if err != nil {
		return err
	}
	return c.XMLBlob(http.StatusOK, fmt.Appendf(nil, "<got>%d</got>", n))
}
func (p fakeProvider) FileInfo(c echo.Context) error { return p.Status(c) }
func (p fakeProvider) Finish(c echo.Context) error   { return p.Status(c) }
func (p fakeProvider) Retract(c echo.Context) error  { return p.Status(c) }

func demoAccounts(c *web.Config) {
	c.DemoPassword = "reeve-demo"
	c.DemoAccounts = []pages.DemoAccount{{Email: "dana@bay.example", Name: "Dana", Does: "investigator", Agency: "Bay Region", Provider: "Bay Region's provider"}}
}
