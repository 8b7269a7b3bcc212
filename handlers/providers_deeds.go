package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/apikey"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/providers"
	"reeve/views/pages"
)

// ProviderForm is what the forms of providers' accounts send; each deed reads its own
// part of it.
type ProviderForm struct {
	Name         string `form:"name"`
	Username     string `form:"username"`
	ContactName  string `form:"contact_name"`
	ContactEmail string `form:"contact_email"`
	ContactPhone string `form:"contact_phone"`
	Overlap      string `form:"overlap"`
	Why          string `form:"why"`
	Networks     string `form:"networks"`
	Sure         string `form:"sure"`
	Version      string `form:"version"`
}

func (f ProviderForm) contact() providers.Contact {
	return providers.Contact{Name: f.Name, ContactName: f.ContactName, ContactEmail: f.ContactEmail, ContactPhone: f.ContactPhone}
}

// AskAdd is the form of a new provider.
func (h *Providers) AskAdd(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.ProviderAdd(h.addView(c, ProviderForm{}, nil)))
}

// Add adds a provider and shows its password.
func (h *Providers) Add(c echo.Context) error {
	f, err := BindForm[ProviderForm](c)
	if err != nil {
		return err
	}
	password := apikey.NewPassword()
	g, err := h.Accounts.Add(c.Request().Context(), h.Actor(c), providers.NewProvider{Contact: f.contact(), Username: f.Username, Hash: apikey.Hash(password)})
	if models.KindOf(err) == models.Invalid {
		return h.Render(c, http.StatusUnprocessableEntity, pages.ProviderAdd(h.addView(c, f, models.FieldsOf(err))))
	}
	if err != nil {
		return err
	}
	return h.secret(c, "The provider is added", g, password, false)
}

// providerDeed is one deed on one provider: the page that asks for it, and the deed.
type providerDeed struct {
	page func(pages.ProviderFormView) templ.Component
	// view fills in what the page shows of the provider, and of what was typed.
	view func(c echo.Context, p *providers.Provider, f ProviderForm, v *pages.ProviderFormView)
	do   func(c echo.Context, id uuid.UUID, f ProviderForm, version int) error
}

// ask shows a deed's page as a provider stands.
func (h *Providers) ask(c echo.Context, d providerDeed) error {
	id, err := providerOf(c)
	if err != nil {
		return err
	}
	p, err := h.Accounts.Read(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, d.page(h.formView(c, p, d, filled(p), nil)))
}

// act does a deed. What breaks a rule, and what somebody else changed meanwhile, is
// shown on the same page with what was typed.
func (h *Providers) act(c echo.Context, d providerDeed) error {
	id, err := providerOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[ProviderForm](c)
	if err != nil {
		return err
	}
	err = d.do(c, id, f, versionOf(f.Version))
	excludes, kind := providers.IsExcludes(err), models.KindOf(err)
	if err == nil || excludes == nil && kind != models.Invalid && kind != models.Conflict {
		return err
	}
	p, rerr := h.Accounts.Read(c.Request().Context(), h.Actor(c), id)
	if rerr != nil {
		return rerr
	}
	v := h.formView(c, p, d, f, models.FieldsOf(err))
	status := http.StatusUnprocessableEntity
	switch {
	case excludes != nil:
		v.Sure, v.Excludes = excludes.Confirmation(), h.excluded(c, p, excludes.Addresses)
	case kind == models.Conflict:
		status, v.Conflict = http.StatusConflict, models.MessageOf(err)
	}
	return h.Render(c, status, d.page(v))
}

// done goes back to the provider with a message.
func (h *Providers) done(c echo.Context, id uuid.UUID, text string) error {
	h.changed(id)
	h.Flash(c, session.Done, text)
	return h.Redirect(c, providerURL(id))
}

func (h *Providers) rotating() providerDeed {
	return providerDeed{page: pages.ProviderRotate, view: h.rotateView, do: func(c echo.Context, id uuid.UUID, f ProviderForm, version int) error {
		days, err := strconv.Atoi(strings.TrimSpace(f.Overlap))
		if err != nil {
			days = -1 // which is out of range, and answered so
		}
		password := apikey.NewPassword()
		g, err := h.Accounts.Rotate(c.Request().Context(), h.Actor(c), id, providers.Rotation{Hash: apikey.Hash(password), OverlapDays: days, Version: version})
		if err != nil {
			return err
		}
		return h.secret(c, "The new password", g, password, true)
	}}
}

// AskRotate asks for how long the old password works on.
func (h *Providers) AskRotate(c echo.Context) error { return h.ask(c, h.rotating()) }

// Rotate gives a new password and shows it.
func (h *Providers) Rotate(c echo.Context) error { return h.act(c, h.rotating()) }

func (h *Providers) enabling() providerDeed {
	return providerDeed{page: pages.ProviderEnable, view: h.enableView, do: func(c echo.Context, id uuid.UUID, f ProviderForm, version int) error {
		password := apikey.NewPassword()
		g, err := h.Accounts.Enable(c.Request().Context(), h.Actor(c), id, providers.Enablement{Hash: apikey.Hash(password), Username: f.Username, Version: version})
		if err != nil {
			return err
		}
		return h.secret(c, "The provider is enabled", g, password, false)
	}}
}

// AskEnable asks before a provider gets a password again.
func (h *Providers) AskEnable(c echo.Context) error { return h.ask(c, h.enabling()) }

// Enable gives a provider a password that has none, and shows it.
func (h *Providers) Enable(c echo.Context) error { return h.act(c, h.enabling()) }

func (h *Providers) ending() providerDeed {
	return providerDeed{page: pages.ProviderEnd, view: h.endView, do: func(c echo.Context, id uuid.UUID, _ ProviderForm, version int) error {
		if err := h.Accounts.EndOverlap(c.Request().Context(), h.Actor(c), id, version); err != nil {
			return err
		}
		return h.done(c, id, "The old password works no more.")
	}}
}

// AskEnd asks before an old password is ended.
func (h *Providers) AskEnd(c echo.Context) error { return h.ask(c, h.ending()) }

// End ends the old password of a rotation.
func (h *Providers) End(c echo.Context) error { return h.act(c, h.ending()) }

func (h *Providers) disabling() providerDeed {
	return providerDeed{page: pages.ProviderDisable, view: h.disableView, do: func(c echo.Context, id uuid.UUID, f ProviderForm, version int) error {
		if err := h.Accounts.Disable(c.Request().Context(), h.Actor(c), id, f.Why, version); err != nil {
			return err
		}
		return h.done(c, id, "The provider is disabled. None of its passwords works any more.")
	}}
}

// AskDisable asks before a provider is shut out.
func (h *Providers) AskDisable(c echo.Context) error { return h.ask(c, h.disabling()) }

// Disable shuts a provider out.
func (h *Providers) Disable(c echo.Context) error { return h.act(c, h.disabling()) }

func (h *Providers) addressing() providerDeed {
	return providerDeed{page: pages.ProviderAddresses, view: h.addressesView, do: func(c echo.Context, id uuid.UUID, f ProviderForm, version int) error {
		in := providers.Addresses{Text: f.Networks, Sure: f.Sure, Version: version}
		if err := h.Accounts.SetAllowed(c.Request().Context(), h.Actor(c), id, in); err != nil {
			return err
		}
		return h.done(c, id, "Saved. It holds from the next request on.")
	}}
}

// AskAddresses asks from where a provider may call.
func (h *Providers) AskAddresses(c echo.Context) error { return h.ask(c, h.addressing()) }

// SetAddresses changes from where a provider may call.
func (h *Providers) SetAddresses(c echo.Context) error { return h.act(c, h.addressing()) }

func (h *Providers) contacting() providerDeed {
	return providerDeed{page: pages.ProviderContact, view: h.contactView, do: func(c echo.Context, id uuid.UUID, f ProviderForm, version int) error {
		if err := h.Accounts.SetContact(c.Request().Context(), h.Actor(c), id, f.contact(), version); err != nil {
			return err
		}
		return h.done(c, id, "Saved. A new name is on every page within a minute.")
	}}
}

// AskContact asks for a provider's name and whom to call there.
func (h *Providers) AskContact(c echo.Context) error { return h.ask(c, h.contacting()) }

// SetContact changes a provider's name and whom to call there.
func (h *Providers) SetContact(c echo.Context) error { return h.act(c, h.contacting()) }
