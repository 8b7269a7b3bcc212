package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/provisioning"
	"reeve/views/pages"
)

// DirectoryTokens is what the pages of an agency's directory need of
// models/provisioning.
type DirectoryTokens interface {
	Tokens(ctx context.Context, a auth.Actor, code string) (*provisioning.Overview, error)
	Make(ctx context.Context, a auth.Actor, n provisioning.NewToken) (string, *provisioning.Token, error)
	Token(ctx context.Context, a auth.Actor, id uuid.UUID) (*provisioning.Token, *models.Agency, error)
	Revoke(ctx context.Context, a auth.Actor, id uuid.UUID) (*provisioning.Token, *models.Agency, error)
	Approval(ctx context.Context, a auth.Actor) (*provisioning.Approval, error)
	SetApproval(ctx context.Context, a auth.Actor, directory bool) error
}

// Directory is where an admin connects the agency's directory of people.
type Directory struct {
	*Pages
	Tokens   DirectoryTokens
	Portal   string // the portal's address, without a slash at its end
	Endpoint string // what a directory is told to call
}

const directoryPath, directoryApprovalPath = "/agency/directory", "/agency/directory/approval"

// Show is the agency's tokens, and what to enter at its directory.
func (h *Directory) Show(c echo.Context) error {
	return h.show(c, http.StatusOK, TokenForm{Agency: c.QueryParam("agency")}, nil)
}

func (h *Directory) show(c echo.Context, status int, f TokenForm, wrong map[string]string) error {
	o, err := h.Tokens.Tokens(c.Request().Context(), h.Actor(c), f.Agency)
	if err != nil {
		return err
	}
	return h.Render(c, status, pages.Directory(h.view(c, o, f, wrong)))
}

// TokenForm is the form of a new token.
type TokenForm struct {
	Agency string `form:"agency"`
	Name   string `form:"name"`
	Days   string `form:"days"`
}

// Make makes a token and shows it in this very answer: kept for a next page, it
// would stand in the database. Sent again by a reload, the form is refused, since
// two tokens of an agency have two names.
func (h *Directory) Make(c echo.Context) error {
	f, err := BindForm[TokenForm](c)
	if err != nil {
		return err
	}
	days, _ := strconv.Atoi(f.Days) // what is no number is no term
	secret, t, err := h.Tokens.Make(c.Request().Context(), h.Actor(c), provisioning.NewToken{Agency: f.Agency, Name: f.Name, Days: days})
	switch models.KindOf(err) {
	case models.Invalid:
		return h.show(c, http.StatusUnprocessableEntity, f, models.FieldsOf(err))
	case models.Conflict:
		return h.show(c, http.StatusConflict, f, map[string]string{"name": models.MessageOf(err)})
	}
	if err != nil {
		return err
	}
	v := pages.DirectorySecretView{Frame: h.Frame(c, "The token is made"), Agency: t.Agency, Name: t.Name, Base: h.Endpoint, Token: secret,
		Expires: h.Local(c, t.ExpiresAt), BackURL: of(directoryPath, f.Agency)}
	v.Frame.Width = "form"
	return h.Render(c, http.StatusOK, pages.DirectorySecret(v))
}

// AskRevoke asks before a token is revoked.
func (h *Directory) AskRevoke(c echo.Context) error { return h.askRevoke(c, http.StatusOK, "") }

func (h *Directory) askRevoke(c echo.Context, status int, not string) error {
	id, err := tokenOf(c)
	if err != nil {
		return err
	}
	t, g, err := h.Tokens.Token(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	return h.Render(c, status, pages.DirectoryRevoke(h.revokeView(c, t, g, not)))
}

// Revoke shuts a token out.
func (h *Directory) Revoke(c echo.Context) error {
	id, err := tokenOf(c)
	if err != nil {
		return err
	}
	t, g, err := h.Tokens.Revoke(c.Request().Context(), h.Actor(c), id)
	if models.KindOf(err) == models.Conflict {
		return h.askRevoke(c, http.StatusConflict, models.MessageOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "The token "+t.Name+" is revoked. Whatever uses it is refused from now on.")
	return h.Redirect(c, of(directoryPath, h.elsewhere(c, g)))
}

// AskApproval is where a commander decides whether the directory's accounts need
// their yes.
func (h *Directory) AskApproval(c echo.Context) error { return h.askApproval(c, http.StatusOK, "") }

func (h *Directory) askApproval(c echo.Context, status int, conflict string) error {
	a, err := h.Tokens.Approval(c.Request().Context(), h.Actor(c))
	if err != nil {
		return err
	}
	v := pages.DirectoryApprovalView{Frame: h.Frame(c, "Who approves the directory's accounts?"), Agency: h.Person(c).Agency.Name, Approval: h.approval(c, *a), Action: directoryApprovalPath, Conflict: conflict}
	v.Frame.Width = "form"
	if h.Actor(c).Can(auth.ManageSignIn) {
		v.BackURL = directoryPath
	}
	return h.Render(c, status, pages.DirectoryApprove(v))
}

// ApprovalForm is the commander's decision.
type ApprovalForm struct {
	Directory string `form:"directory"`
}

// SetApproval decides.
func (h *Directory) SetApproval(c echo.Context) error {
	f, err := BindForm[ApprovalForm](c)
	if err != nil {
		return err
	}
	if f.Directory != "yes" && f.Directory != "no" {
		return h.askApproval(c, http.StatusUnprocessableEntity, "The form did not say what you decided. Press the button below.")
	}
	err = h.Tokens.SetApproval(c.Request().Context(), h.Actor(c), f.Directory == "yes")
	if models.KindOf(err) == models.Conflict {
		return h.askApproval(c, http.StatusConflict, models.MessageOf(err))
	}
	if err != nil {
		return err
	}
	text := "From now on a commander approves the accounts that the directory makes."
	if f.Directory == "yes" {
		text = "From now on the directory approves the accounts that it makes."
	}
	h.Flash(c, session.Done, text)
	return h.Redirect(c, directoryApprovalPath)
}

// tokenOf reads a token's id from the address. What is no id is no token's.
func tokenOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return uuid.Nil, models.NotFoundf("There is no such token, or not for you.")
	}
	return id, nil
}
