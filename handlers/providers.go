package handlers

import (
	"context"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/providers"
	"reeve/views/components"
	"reeve/views/pages"
)

// ProviderAccounts is what the pages need of models/providers.
type ProviderAccounts interface {
	List(ctx context.Context, a auth.Actor, q providers.Query) (*providers.Page, error)
	Read(ctx context.Context, a auth.Actor, id uuid.UUID) (*providers.Provider, error)
	Add(ctx context.Context, a auth.Actor, in providers.NewProvider) (*providers.Given, error)
	Rotate(ctx context.Context, a auth.Actor, id uuid.UUID, in providers.Rotation) (*providers.Given, error)
	EndOverlap(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error
	Disable(ctx context.Context, a auth.Actor, id uuid.UUID, why string, version int) error
	Enable(ctx context.Context, a auth.Actor, id uuid.UUID, in providers.Enablement) (*providers.Given, error)
	SetAllowed(ctx context.Context, a auth.Actor, id uuid.UUID, in providers.Addresses) error
	SetContact(ctx context.Context, a auth.Actor, id uuid.UUID, in providers.Contact, version int) error
}

// Providers is the clearinghouse's pages of providers' accounts.
type Providers struct {
	*Pages
	Accounts ProviderAccounts
	// Changed is told whose account was changed, so that what this process remembers
	// of its credentials is read anew. nil: nothing is remembered.
	Changed func(provider uuid.UUID)
	Meaning func(code int) string // of a response code of the provider API
	API     string                // address of the provider API
}

const providersURL = "/desk/providers"

func providerURL(id uuid.UUID) string { return providersURL + "/" + id.String() }

// providerOf reads the provider's id from the address. What is no id is a provider
// that does not exist.
func providerOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return id, models.NotFoundf("There is no such provider. Look for it in the list of providers.")
	}
	return id, nil
}

// List is a page of the providers; its filter is the query string.
func (h *Providers) List(c echo.Context) error {
	q := providers.Query{Search: c.QueryParam("q"), Show: providers.Show(c.QueryParam("show")), Sort: providers.Sort(c.QueryParam("sort")), Cursor: c.QueryParam("cursor")}
	page, err := h.Accounts.List(c.Request().Context(), h.Actor(c), q)
	status, problem := http.StatusOK, ""
	if problem = models.FieldsOf(err)["q"]; problem != "" {
		status, page = http.StatusUnprocessableEntity, &providers.Page{Query: providers.Query{Show: q.Show, Sort: q.Sort}}
	} else if err != nil {
		q.Cursor = ""
		return h.damaged(c, err, listAddress(q))
	}
	return h.Render(c, status, pages.Providers(h.listView(c, page, problem)))
}

// listAddress is the address of a list; what is usual is left out of it.
func listAddress(q providers.Query) string {
	v := url.Values{}
	for name, text := range map[string]string{"q": q.Search, "show": string(q.Show), "sort": string(q.Sort), "cursor": q.Cursor} {
		if text != "" {
			v.Set(name, text)
		}
	}
	if q.Sort == usualSort(q.Show) {
		v.Del("sort")
	}
	if len(v) == 0 {
		return providersURL
	}
	return providersURL + "?" + v.Encode()
}

func usualSort(show providers.Show) providers.Sort {
	if show == providers.Failing {
		return providers.ByErrors
	}
	return providers.ByName
}

// Show is one provider's account.
func (h *Providers) Show(c echo.Context) error {
	id, err := providerOf(c)
	if err != nil {
		return err
	}
	p, err := h.Accounts.Read(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Provider(h.providerView(c, p)))
}

// secret answers the page that shows a new password. The answer to the deed itself
// shows it, since anything that could carry it to a further page would keep it.
func (h *Providers) secret(c echo.Context, title string, g *providers.Given, password string, hadOld bool) error {
	h.changed(g.ProviderID)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	v := pages.ProviderSecretView{Frame: h.Frame(c, title), Title: title, Name: g.Provider, Username: g.Username, Password: password, API: h.API,
		Contact: g.ContactName, Email: g.ContactEmail, URL: providerURL(g.ProviderID), OldEnded: hadOld && g.OldUntil == nil}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Providers", URL: providersURL}, {Label: g.Provider, URL: v.URL}, {Label: "Password"}}
	if g.OldUntil != nil {
		v.OldUntil = h.Local(c, *g.OldUntil)
	}
	return h.Render(c, http.StatusOK, pages.ProviderSecret(v))
}

func (h *Providers) changed(provider uuid.UUID) {
	if h.Changed != nil {
		h.Changed(provider)
	}
}
