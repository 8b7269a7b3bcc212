package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/views/pages"
)

// Styleguide shows every component in every state. It is served in the
// demonstration and in tests only.
func (p *Pages) Styleguide(c echo.Context) error {
	return p.Render(c, http.StatusOK, pages.StyleguidePage(pages.NewStyleguide(RequestID(c))))
}
