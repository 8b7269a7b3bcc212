package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/views/components"
	"reeve/views/pages"
)

// Roles is the matrix of role and permission, to everybody who is signed in.
func (h *Agencies) Roles(c echo.Context) error {
	actor := h.Actor(c)
	v := pages.RolesView{Frame: h.Frame(c, "Who may do what"), Tables: []pages.RolesTable{
		rolesTable("agency", "People of an agency", auth.AgencyRoles(), actor), rolesTable("clearinghouse", "People of the clearinghouse", auth.ClearinghouseRoles(), actor)}}
	if actor.Can(auth.ManageAgency) {
		v.Tabs = h.tabs(c, rolesPath)
	}
	if actor.Side == auth.SideClearinghouse {
		slices.Reverse(v.Tables)
	}
	for _, r := range auth.Roles() {
		if actor.Has(r) {
			v.Yours = append(v.Yours, r.Words())
		}
	}
	v.Reach = []components.Term{
		{Term: upperFirst(auth.Oneself.Words()), Text: "What is one's own, or nobody's."},
		{Term: upperFirst(auth.OwnAgency.Words()), Text: "What is one's own agency's, and what was sent to it."},
		{Term: upperFirst(auth.AndBelow.Words()), Text: "Also every agency below it, at any depth: accounts, sign-in, settings and figures, never reports."},
		{Term: upperFirst(auth.Everything.Words()), Text: "Every agency's."},
	}
	return h.Render(c, http.StatusOK, pages.Roles(v))
}

// rolesTable is the part of the matrix that concerns the roles: a line for each
// permission that any of them has.
func rolesTable(id, title string, roles []auth.Role, actor auth.Actor) pages.RolesTable {
	t := pages.RolesTable{ID: id, Title: title}
	for _, r := range roles {
		t.Roles = append(t.Roles, pages.RoleHead{Name: r.Words(), Means: r.Means(), Yours: actor.Has(r)})
	}
	for _, p := range auth.Permissions() {
		row, any := pages.RoleRow{Words: p.Words()}, false
		for _, r := range roles {
			reach := auth.ReachOf(r, p)
			row.Cells = append(row.Cells, pages.RoleCell{Role: r.Words(), Reach: reach.Words(), Has: reach != auth.NoReach, Yours: actor.Has(r)})
			any = any || reach != auth.NoReach
		}
		if any && p != auth.Public {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
