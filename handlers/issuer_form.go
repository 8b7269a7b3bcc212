package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/views/components"
	"reeve/views/pages"
)

// issuerFields is the order of the form's fields, for what is wrong with them.
var issuerFields = []string{"url", "client_id", "name", "scopes", "method", "secret", "mfa", "amr", "acr", "mfa_note", "domains", "roles_claim", "role_map"}

// IssuerForm is the form of sign-in settings. The table of roles has numbered
// fields and is read from the form's values.
type IssuerForm struct {
	Agency     string   `form:"agency"`
	Issuer     string   `form:"issuer"`
	Version    string   `form:"version"`
	URL        string   `form:"url"`
	Name       string   `form:"name"`
	ClientID   string   `form:"client_id"`
	Method     string   `form:"method"`
	Secret     string   `form:"secret"`
	NewKey     string   `form:"new_key"`
	Scopes     string   `form:"scopes"`
	MFA        string   `form:"mfa"`
	MFANote    string   `form:"mfa_note"`
	AMR        string   `form:"amr"`
	ACR        string   `form:"acr"`
	Domains    []string `form:"domains"`
	RolesClaim string   `form:"roles_claim"`

	Rows []pages.IssuerRoleRow `form:"-"`
}

// roleRows is how many lines of the table of roles are read: more than are kept, so
// that too many are said to be too many.
const roleRows = 60

func readIssuerForm(c echo.Context) (IssuerForm, error) {
	f, err := BindForm[IssuerForm](c)
	if err != nil {
		return f, err
	}
	values := c.Request().PostForm
	for i := range roleRows {
		n := strconv.Itoa(i)
		row := pages.IssuerRoleRow{Value: strings.TrimSpace(values.Get("role_value_" + n)), Roles: values["role_roles_"+n]}
		if row.Value != "" || len(row.Roles) > 0 {
			f.Rows = append(f.Rows, row)
		}
	}
	return f, nil
}

// Validate answers the form as the use case takes it, and what cannot be read.
func (f IssuerForm) Validate() (issuers.Settings, map[string]string) {
	wrong := map[string]string{}
	in := issuers.Settings{URL: f.URL, Name: f.Name, ClientID: f.ClientID, Method: models.AuthMethod(f.Method), Secret: f.Secret, NewKey: f.NewKey != "",
		Scopes: strings.Fields(f.Scopes), RolesClaim: f.RolesClaim, RoleMap: models.RoleMap{}, Silent: f.MFA == "silent", MFANote: f.MFANote,
		ACR: strings.Fields(f.ACR), AMR: strings.Fields(f.AMR), Domains: f.Domains}
	if f.MFA != "says" && f.MFA != "silent" {
		wrong["mfa"] = "Choose how it is known that a second factor was given."
	}
	for _, r := range f.Rows {
		if _, twice := in.RoleMap[r.Value]; twice {
			wrong["role_map"] = "The value " + strconv.Quote(r.Value) + " stands there twice."
		}
		in.RoleMap[r.Value] = r.Roles
	}
	return in, wrong
}

// filledIn is a form as the settings stand, before anybody typed.
func filledIn(in issuers.Settings) IssuerForm {
	f := IssuerForm{URL: in.URL, Name: in.Name, ClientID: in.ClientID, Method: string(in.Method), Scopes: strings.Join(in.Scopes, " "), MFA: "says", MFANote: in.MFANote,
		AMR: strings.Join(in.AMR, " "), ACR: strings.Join(in.ACR, " "), Domains: in.Domains, RolesClaim: in.RolesClaim}
	if in.Silent {
		f.MFA = "silent"
	}
	var values []string
	for v := range in.RoleMap {
		values = append(values, v)
	}
	slices.Sort(values)
	for _, v := range values {
		f.Rows = append(f.Rows, pages.IssuerRoleRow{Value: v, Roles: in.RoleMap[v]})
	}
	return f
}

// New is the form of a new draft: of a new provider, or of a change to a live one.
func (h *Issuers) New(c echo.Context) error {
	issuer, err := issuerParam(c.QueryParam("issuer"))
	if err != nil {
		return err
	}
	form, err := h.Settings.FormFor(c.Request().Context(), h.Actor(c), c.QueryParam("agency"), issuer)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.IssuerForm(h.formView(c, form, filledIn(form.Values), nil)))
}

func issuerParam(text string) (*uuid.UUID, error) {
	if text == "" {
		return nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, models.NotFoundf("This provider does not exist, or not for you.")
	}
	return &id, nil
}

// Create keeps a new draft.
func (h *Issuers) Create(c echo.Context) error {
	f, err := readIssuerForm(c)
	if err != nil {
		return err
	}
	issuer, err := issuerParam(f.Issuer)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), h.Actor(c)
	in, wrong := f.Validate()
	if len(wrong) > 0 {
		err = &models.Error{Kind: models.Invalid, Fields: wrong}
	} else {
		var id uuid.UUID
		if id, err = h.Settings.Create(ctx, actor, f.Agency, issuer, in); err == nil {
			h.Flash(c, session.Done, "The draft is kept. Nothing is live yet: register Reeve at the provider, look at it, and test.")
			return h.Redirect(c, draftPath(id))
		}
	}
	kind := models.KindOf(err)
	if kind != models.Invalid && kind != models.Conflict {
		return err
	}
	form, ferr := h.Settings.FormFor(ctx, actor, f.Agency, issuer)
	if ferr != nil {
		return ferr
	}
	return h.again(c, form, f, err)
}

// Edit is the form of a draft that there is.
func (h *Issuers) Edit(c echo.Context) error {
	id, err := idOf(c, "This draft")
	if err != nil {
		return err
	}
	form, err := h.Settings.FormOf(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.IssuerForm(h.formView(c, form, filledIn(form.Values), nil)))
}

// Save changes a draft.
func (h *Issuers) Save(c echo.Context) error {
	id, err := idOf(c, "This draft")
	if err != nil {
		return err
	}
	f, err := readIssuerForm(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), h.Actor(c)
	in, wrong := f.Validate()
	if len(wrong) > 0 {
		err = &models.Error{Kind: models.Invalid, Fields: wrong}
	} else if err = h.Settings.Save(ctx, actor, id, versionOf(f.Version), in); err == nil {
		h.Flash(c, session.Done, "The draft is kept. Nothing is live yet.")
		return h.Redirect(c, draftPath(id))
	}
	kind := models.KindOf(err)
	if kind != models.Invalid && kind != models.Conflict {
		return err
	}
	form, ferr := h.Settings.FormOf(ctx, actor, id)
	if ferr != nil {
		return ferr
	}
	return h.again(c, form, f, err)
}

// again shows the form with what was typed, except the secret, which no page shows.
func (h *Issuers) again(c echo.Context, form *issuers.Form, f IssuerForm, err error) error {
	wrong := models.FieldsOf(err)
	if f.Secret != "" && wrong["secret"] == "" && len(wrong) > 0 {
		wrong["secret"] = "Type the client secret again: no page shows it."
	}
	v := h.formView(c, form, f, wrong)
	if models.KindOf(err) == models.Conflict {
		v.Conflict = models.MessageOf(err) + " What you typed is still below, except a secret."
		return h.Render(c, http.StatusConflict, pages.IssuerForm(v))
	}
	return h.Render(c, http.StatusUnprocessableEntity, pages.IssuerForm(v))
}

func (h *Issuers) formView(c echo.Context, form *issuers.Form, f IssuerForm, wrong map[string]string) pages.IssuerFormView {
	code := h.elsewhere(c, form.Agency)
	v := pages.IssuerFormView{URL: f.URL, Name: f.Name, ClientID: f.ClientID, Method: f.Method, Scopes: f.Scopes, RolesClaim: f.RolesClaim, ACR: f.ACR, AMR: f.AMR, MFA: f.MFA, MFANote: f.MFANote,
		NewKey: f.NewKey != "", Rows: append(slices.Clone(f.Rows), make([]pages.IssuerRoleRow, 3)...), Roles: rolesOffered(form.Roles), NoteLimit: issuers.NoteLimit,
		Problems: problems(wrong, issuerFields...), Title: "A new provider", Lead: "A draft: nothing goes live before it was tested.", Action: signInPath + "/drafts", Back: of(signInPath, code)}
	source := form.Live
	switch {
	case form.Draft != nil:
		d := form.Draft
		issuer := d.Issuer()
		source = &issuer
		v.Title, v.Action, v.Back = "Change a draft", draftPath(d.ID), draftPath(d.ID)
		v.Lead = "Nothing goes live before it was tested. Whatever was tested before is void when you change something."
		v.Hidden = []components.Pair{{Name: "version", Value: strconv.Itoa(d.Version)}}
		if form.Live != nil && d.IssuerVersion != nil && *d.IssuerVersion != form.Live.Version {
			v.Moved = form.Live.ChangedByName + " changed the live settings after this draft was begun. Compare them on the sign-in page; saving says that you have."
		}
	case form.Live != nil:
		v.Title, v.Hidden = "Change "+issuers.NameOf(*form.Live), []components.Pair{{Name: "issuer", Value: form.Live.ID.String()}}
		v.Lead = "This makes a draft. What is live stays as it is until the draft was tested and switched on."
	}
	if form.Draft == nil && code != "" {
		v.Hidden = append(v.Hidden, components.Pair{Name: "agency", Value: code})
	}
	if source != nil {
		v.HasSecret, v.HasKey = len(source.ClientSecret) > 0, len(source.PrivateKey) > 0
	}
	names := map[uuid.UUID]string{}
	for _, p := range form.Providers {
		names[p.ID] = issuers.NameOf(p.Issuer)
	}
	for _, d := range form.Domains {
		choice := components.Choice{Value: d.Domain, Label: d.Domain, Checked: slices.Contains(f.Domains, d.Domain)}
		switch {
		case d.IssuerID == nil:
			choice.Help = "leads nowhere yet"
		case source == nil || source.ID != *d.IssuerID:
			choice.Help = "leads to " + names[*d.IssuerID] + " now, and comes over with its people"
		}
		v.Domains = append(v.Domains, choice)
	}
	v.NoDomains = "No e-mail domain is approved for this agency yet. Save the draft without one, and ask for a domain on the sign-in page."
	if form.Waiting > 0 {
		v.NoDomains = "The clearinghouse has not decided yet about the domain that was asked for. Save the draft without one, and add it then."
	}
	v.Frame = h.Frame(c, v.Title)
	v.Frame.Breadcrumbs = h.crumbs(c, form.Agency, components.Crumb{Label: v.Title})
	return v
}
