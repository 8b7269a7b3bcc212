package handlers

import (
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/models"
)

// BackChannel obeys an identity provider's notice that somebody signed out there
// (OpenID Connect Back-Channel Logout 1.0, section 2.5 to 2.8). It is a machine that
// asks: the answer is 200 without a page, or 400 with an error as OAuth writes it.
// Nothing of the request is believed but the signed token.
func (h *Session) BackChannel(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	r := c.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || kind != echo.MIMEApplicationForm {
		return refusedLogout(c, "Send the logout token as a form field.")
	}
	if err := r.ParseForm(); err != nil {
		return refusedLogout(c, "The form cannot be read.")
	}
	tokens := r.PostForm["logout_token"]
	if len(tokens) != 1 || tokens[0] == "" {
		return refusedLogout(c, "Send one logout_token.")
	}
	if _, err := h.SignIn.BackChannel(r.Context(), client(c), tokens[0]); err != nil {
		if models.KindOf(err) == models.Invalid {
			return refusedLogout(c, models.MessageOf(err))
		}
		return err
	}
	return c.NoContent(http.StatusOK)
}

func refusedLogout(c echo.Context, why string) error {
	return c.JSON(http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": why})
}
