package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/views/components"
	"reeve/views/pages"
)

// lists are the clearinghouse's lists of agencies, as tabs.
var lists = []struct {
	which agencies.Which
	label string
	empty components.EmptyArgs
}{
	{agencies.Roots, "Top of the tree", components.EmptyArgs{Icon: components.IconAgency, Title: "There are no agencies yet.", Text: "Add the first one, or import them with the territory file."}},
	{agencies.All, "All", components.EmptyArgs{Icon: components.IconAgency, Title: "There are no agencies yet.", Text: "Add the first one, or import them with the territory file."}},
	{agencies.NoAdmin, "Without an admin", components.EmptyArgs{Icon: components.IconCheck, Title: "Every agency has an admin, or one is invited."}},
	{agencies.Closed, "Closed", components.EmptyArgs{Icon: components.IconLock, Title: "No agency is closed."}},
	{agencies.Apart, "Clearinghouse and pools", components.EmptyArgs{Icon: components.IconGlobe, Title: "There is nothing here."}},
}

func listURL(which agencies.Which, words string) string {
	q := url.Values{}
	if which != agencies.Roots {
		q.Set("show", string(which))
	}
	if words != "" {
		q.Set("words", words)
	}
	if len(q) == 0 {
		return allPath
	}
	return allPath + "?" + q.Encode()
}

// List is the clearinghouse's list of all agencies. Its whole state is the query:
// show chooses the list, words search it, cursor goes on in it.
func (h *Agencies) List(c echo.Context) error {
	f := agencies.Filter{Which: agencies.Which(c.QueryParam("show")), Words: strings.TrimSpace(c.QueryParam("words"))}
	cursor := c.QueryParam("cursor")
	l, err := h.Tree.List(c.Request().Context(), h.Actor(c), f, cursor)
	if err != nil {
		return h.damaged(c, err, listURL(f.Which, f.Words))
	}
	v := pages.AgenciesView{Frame: h.Frame(c, "Agencies"), Words: f.Words, Which: string(f.Which), ClearURL: listURL(f.Which, ""),
		Pages: agencyPages(len(l.Nodes), listURL(f.Which, f.Words), cursor, l.Next), AddURL: h.may(c, auth.ManageAgencies, allPath+"/new", allPath+"/new"),
		RolesURL: rolesPath, DomainsURL: h.may(c, auth.ManageAgencies, domainsPath, domainsPath)}
	switch {
	case l.Domains == 1:
		v.Domains = "One e-mail domain waits for a decision: is it the agency's own?"
	case l.Domains > 1:
		v.Domains = capped(l.Domains, agencies.MostCounted) + " e-mail domains wait for a decision: are they the agencies' own?"
	}
	if cursor != "" {
		v.First = listURL(f.Which, f.Words)
	}
	shown := f.Which
	if f.Words != "" && shown == agencies.Roots {
		shown = agencies.All // a search looks everywhere
	}
	for _, list := range lists {
		v.Tabs = append(v.Tabs, components.Tab{Label: list.label, URL: listURL(list.which, ""), Current: list.which == shown})
		if list.which == f.Which {
			v.Empty = list.empty
		}
	}
	switch {
	case cursor != "":
		v.Empty = components.EmptyArgs{Icon: components.IconAgency, Title: "Nothing further is listed."}
	case f.Words != "":
		v.Empty = components.EmptyArgs{Icon: components.IconSearch, Title: "No agency fits.", Text: "Look for a part of its name or code, or its whole ORI."}
	}
	for i := range l.Nodes {
		n := &l.Nodes[i]
		row := h.row(c, n)
		row.URL, row.Above = allPath+"/"+url.PathEscape(n.Code), n.Above
		v.Rows = append(v.Rows, row)
	}
	return h.Render(c, http.StatusOK, pages.Agencies(v))
}

// NewRoot asks for an agency that stands below no other.
func (h *Agencies) NewRoot(c echo.Context) error {
	p, err := h.Tree.PlaceFor(c.Request().Context(), h.Actor(c), "")
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.AgencyForm(h.formView(c, p, AgencyForm{Zone: p.Zone}, nil)))
}

var kindNames = map[models.AgencyKind]string{models.KindAgency: "Agency", models.KindPool: "Pool", models.KindClearinghouse: "The clearinghouse"}
