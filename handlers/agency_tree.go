package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/views/components"
	"reeve/views/pages"
)

// Below is the tree at and below one's own agency, or below one of those. The
// clearinghouse has its own list of all.
func (h *Agencies) Below(c echo.Context) error {
	code, cursor := c.QueryParam("agency"), c.QueryParam("cursor")
	if code == "" && h.Actor(c).Side == auth.SideClearinghouse {
		return h.Redirect(c, allPath)
	}
	t, err := h.Tree.Tree(c.Request().Context(), h.Actor(c), code, cursor)
	if err != nil {
		return h.damaged(c, err, of(treePath, code))
	}
	v := pages.AgencyTreeView{Frame: h.Frame(c, "Agencies below "+t.Top.Name), Title: "Agencies below " + t.Top.Name, Top: h.place(c, &t.Top, ""), Alone: t.First && len(t.Nodes) == 1}
	v.Top.TreeURL, v.AddURL = of(treePath, code), v.Top.AddURL
	if code == "" {
		v.Tabs = h.tabs(c, treePath)
	} else {
		v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: h.home(c, "")}, {Label: t.Top.Name}}
	}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		row := h.row(c, n)
		row.Depth, row.URL = n.Depth, of(settingsPath, n.Code)
		if row.Own {
			row.URL = settingsPath
		}
		if !t.First && i == 0 {
			row.Above = n.Above // its parent may stand on the page before
		}
		v.Rows = append(v.Rows, row)
	}
	if t.Next != "" || cursor != "" {
		v.Pages = agencyPages(len(t.Nodes), of(treePath, code), cursor, t.Next)
	}
	return h.Render(c, http.StatusOK, pages.AgencyTree(v))
}

// agencyPages links to the first page and to the next one; list may have a query.
func agencyPages(n int, list, cursor, next string) components.PaginationArgs {
	p := components.PaginationArgs{Shown: components.Group(n) + " shown", Newer: "First page", Older: "Next"}
	if next != "" {
		at, _ := url.Parse(list) // one of ours
		q := at.Query()
		q.Set("cursor", next)
		at.RawQuery = q.Encode()
		p.OlderURL = at.String()
	}
	if cursor != "" {
		p.NewerURL = list
	}
	return p
}

// row is an agency of a list with its figures.
func (h *Agencies) row(c echo.Context, n *agencies.Node) pages.AgencyRow {
	f := n.Figures
	r := pages.AgencyRow{Name: n.Name, Code: n.Code, Own: n.ID == h.Actor(c).AgencyID, Closed: n.ClosedAt != nil,
		Active: capped(f.Active, agencies.MostCounted), Waiting: some(f.Waiting, agencies.MostCounted), Invited: some(f.Invited, agencies.MostCounted), Due: some(f.Due, agencies.MostCounted),
		Open: capped(f.Open, agencies.MostOpen), NoAdmin: !f.Admin, AdminInvited: f.AdminInvited, AskedDomains: f.AskedDomains}
	if f.LastSignIn != nil {
		r.LastSignIn = h.Local(c, *f.LastSignIn)
	}
	switch n.Kind {
	case models.KindPool:
		r.NoPeople, r.Kind = true, "pool"
		return r
	case models.KindClearinghouse:
		r.Kind = "the clearinghouse"
	}
	r.PeopleURL = h.may(c, auth.ReadUsers, peoplePath, of(peoplePath, n.Code))
	r.SignIn = signInState(f.SignIn)
	r.SignIn.URL = h.may(c, auth.ManageSignIn, signInPath, of(signInPath, n.Code))
	return r
}

func signInState(s agencies.SignIn) pages.AgencySignIn {
	switch s {
	case agencies.SignInOn:
		return pages.AgencySignIn{Words: "On", Tone: components.ToneGood}
	case agencies.SignInFailing:
		return pages.AgencySignIn{Words: "Failing", Tone: components.ToneBad}
	case agencies.SignInOff:
		return pages.AgencySignIn{Words: "Switched off", Tone: components.ToneWarn}
	case agencies.SignInDraft:
		return pages.AgencySignIn{Words: "Being set up"}
	}
	return pages.AgencySignIn{Words: "Not set up", Tone: components.ToneWarn}
}

// AgencyForm is the form for a new agency.
type AgencyForm struct {
	Below        string `form:"below"`
	Name         string `form:"name"`
	Code         string `form:"code"`
	Zone         string `form:"zone"`
	ContactName  string `form:"contact_name"`
	ContactEmail string `form:"contact_email"`
	ContactPhone string `form:"contact_phone"`
}

// New asks for an agency below another, or for the clearinghouse a root.
func (h *Agencies) New(c echo.Context) error {
	f := AgencyForm{Below: c.QueryParam("below")}
	p, err := h.Tree.PlaceFor(c.Request().Context(), h.Actor(c), f.Below)
	if err != nil {
		return h.notNow(c, err, h.home(c, f.Below))
	}
	f.Zone = p.Zone
	return h.Render(c, http.StatusOK, pages.AgencyForm(h.formView(c, p, f, nil)))
}

// Add adds the agency and goes to it.
func (h *Agencies) Add(c echo.Context) error {
	f, err := BindForm[AgencyForm](c)
	if err != nil {
		return err
	}
	ctx, a := c.Request().Context(), h.Actor(c)
	g, err := h.Tree.Add(ctx, a, agencies.Draft{ParentCode: f.Below, Name: f.Name, Code: f.Code, Zone: f.Zone,
		ContactName: f.ContactName, ContactEmail: f.ContactEmail, ContactPhone: f.ContactPhone})
	if models.KindOf(err) == models.Invalid {
		p, perr := h.Tree.PlaceFor(ctx, a, f.Below)
		if perr != nil {
			return perr
		}
		return h.Render(c, http.StatusUnprocessableEntity, pages.AgencyForm(h.formView(c, p, f, models.FieldsOf(err))))
	}
	if err != nil {
		return h.notNow(c, err, h.home(c, f.Below))
	}
	h.Renamed()
	h.Flash(c, session.Done, g.Name+" was added. It covers no territory yet. Next: set up its sign-in, then invite its first admin."+inMinute)
	return h.Redirect(c, h.home(c, g.Code))
}

func (h *Agencies) formView(c echo.Context, p *agencies.Place, f AgencyForm, wrong map[string]string) pages.AgencyFormView {
	v := pages.AgencyFormView{Frame: h.Frame(c, "Add an agency"), Action: treePath, Cancel: h.home(c, f.Below), Errors: wrong, Zones: zoneOptions(f.Zone),
		Problems: problems(wrong, "name", "code", "zone", "contact_name", "contact_email", "contact_phone"),
		Values:   pages.AgencyFormValues{Name: f.Name, Code: f.Code, Zone: f.Zone, ContactName: f.ContactName, ContactEmail: f.ContactEmail, ContactPhone: f.ContactPhone}}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: h.home(c, "")}, {Label: "Add an agency"}}
	if p.Parent != nil {
		v.Above, v.Hidden = p.Parent.Name, []components.Pair{{Name: "below", Value: p.Parent.Code}}
	} else {
		v.Action = allPath
	}
	return v
}

// notNow shows what the state forbids on the page where one came from; every other
// error passes.
func (h *Agencies) notNow(c echo.Context, err error, to string) error {
	if models.KindOf(err) != models.Conflict {
		return err
	}
	h.Flash(c, session.Problem, models.MessageOf(err))
	return h.Redirect(c, to)
}
