package handlers

import (
	"context"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/oidc"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/views/components"
	"reeve/views/pages"
)

// IssuerSettings is what the pages of an agency's own sign-in need of models/issuers.
type IssuerSettings interface {
	Overview(ctx context.Context, a auth.Actor, code string) (*issuers.Overview, error)
	FormFor(ctx context.Context, a auth.Actor, code string, issuer *uuid.UUID) (*issuers.Form, error)
	FormOf(ctx context.Context, a auth.Actor, id uuid.UUID) (*issuers.Form, error)
	Create(ctx context.Context, a auth.Actor, code string, issuer *uuid.UUID, in issuers.Settings) (uuid.UUID, error)
	Save(ctx context.Context, a auth.Actor, id uuid.UUID, version int, in issuers.Settings) error
	Discard(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error
	Draft(ctx context.Context, a auth.Actor, id uuid.UUID) (*issuers.DraftView, error)
	ToLookAt(ctx context.Context, a auth.Actor, id uuid.UUID) (models.Issuer, int, error)
	LookedAt(ctx context.Context, a auth.Actor, id uuid.UUID, version int, r models.SignInTest) error
	BeginTest(ctx context.Context, a auth.Actor, id uuid.UUID) error
	Tested(ctx context.Context, a auth.Actor, draft uuid.UUID, r models.SignInTest) error
	Attest(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error
	SwitchOn(ctx context.Context, a auth.Actor, id uuid.UUID, version int) (*issuers.SwitchedOn, error)
	AboutToSwitchOff(ctx context.Context, a auth.Actor, issuer uuid.UUID) (*issuers.Off, error)
	SwitchOff(ctx context.Context, a auth.Actor, issuer uuid.UUID, version int, lockOut bool) (*issuers.Off, error)
	Ask(ctx context.Context, a auth.Actor, code, domain, note string) (string, error)
	Withdraw(ctx context.Context, a auth.Actor, code, domain string) error
	Decide(ctx context.Context, a auth.Actor, code, domain string, asked int64, approve bool, answer string) error
	Undecided(ctx context.Context, a auth.Actor, cursor string) (*issuers.Undecided, error)
}

// IssuerProbe is what they need of auth/oidc.
type IssuerProbe interface {
	Begin(ctx context.Context, c oidc.Client, ask oidc.Ask) (oidc.Attempt, string, error)
	Probe(ctx context.Context, i models.Issuer) models.SignInTest
	Changed()
}

// Issuers is an agency's own sign-in: its providers, drafts of their settings, and
// its e-mail domains.
type Issuers struct {
	*Pages
	Settings IssuerSettings
	Probe    IssuerProbe
	// Depart keeps a sign-in on its way and sends the browser to the provider.
	Depart func(c echo.Context, a oidc.Attempt, to string) error
	Base   *url.URL // the portal's address, for what is registered at a provider
}

// Show is an agency's sign-in as it stands.
func (h *Issuers) Show(c echo.Context) error {
	return h.show(c, http.StatusOK, c.QueryParam("agency"), AskForm{}, nil)
}

func (h *Issuers) show(c echo.Context, status int, code string, f AskForm, wrong map[string]string) error {
	o, err := h.Settings.Overview(c.Request().Context(), h.Actor(c), code)
	if err != nil {
		return err
	}
	return h.Render(c, status, pages.Issuers(h.overview(c, o, f, wrong)))
}

// AskForm is the form that asks for a domain, and the one that takes one back.
type AskForm struct {
	Agency string `form:"agency"`
	Domain string `form:"domain"`
	Note   string `form:"note"`
}

// Ask asks the clearinghouse for an e-mail domain.
func (h *Issuers) Ask(c echo.Context) error {
	f, err := BindForm[AskForm](c)
	if err != nil {
		return err
	}
	domain, err := h.Settings.Ask(c.Request().Context(), h.Actor(c), f.Agency, f.Domain, f.Note)
	switch models.KindOf(err) {
	case models.Invalid:
		return h.show(c, http.StatusUnprocessableEntity, f.Agency, f, models.FieldsOf(err))
	case models.Conflict:
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, of(signInPath, f.Agency))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Asked for "+domain+". The clearinghouse decides; its answer stands below.")
	return h.Redirect(c, of(signInPath, f.Agency))
}

// Withdraw takes a domain back.
func (h *Issuers) Withdraw(c echo.Context) error {
	f, err := BindForm[AskForm](c)
	if err != nil {
		return err
	}
	err = h.Settings.Withdraw(c.Request().Context(), h.Actor(c), f.Agency, f.Domain)
	switch {
	case models.KindOf(err) == models.Conflict:
		h.Flash(c, session.Problem, models.MessageOf(err))
	case err != nil:
		return err
	default:
		h.Flash(c, session.Done, f.Domain+" was taken back.")
	}
	return h.Redirect(c, of(signInPath, f.Agency))
}

// elsewhere is the agency's code if it is not the reader's own, for addresses.
func (h *Issuers) elsewhere(c echo.Context, a models.Agency) string {
	if a.ID == h.Actor(c).AgencyID {
		return ""
	}
	return a.Code
}

// crumbs lead back to the agency's sign-in.
func (h *Issuers) crumbs(c echo.Context, a models.Agency, rest ...components.Crumb) []components.Crumb {
	code := h.elsewhere(c, a)
	label := "Sign-in"
	if code != "" {
		label = "Sign-in of " + a.Name
	}
	return append([]components.Crumb{{Label: label, URL: of(signInPath, code)}}, rest...)
}

func (h *Issuers) register() pages.IssuerRegister {
	login := h.Base.JoinPath("login").String()
	return pages.IssuerRegister{Redirect: login + "/callback", SignedOut: login, BackChannel: login + "/backchannel"}
}

func draftPath(id uuid.UUID) string { return signInPath + "/drafts/" + id.String() }

func issuerPath(id uuid.UUID) string { return signInPath + "/issuers/" + id.String() }

// idOf reads an id from the address; what is none is a thing that does not exist.
func idOf(c echo.Context, what string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return uuid.Nil, models.NotFoundf("%s does not exist, or not for you.", what)
	}
	return id, nil
}
