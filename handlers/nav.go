package handlers

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/views/components"
	"reeve/views/layout"
)

// place is one line of the rail: shown to whoever has the permission, if a page
// is served there.
type place struct {
	label string
	path  string
	icon  components.Icon
	needs auth.Permission
	group string
}

// places is the rail from top to bottom. The first that a person may open is
// where they land after sign-in.
var places = []place{
	{"Inbox", "/inbox", components.IconInbox, auth.ReadInbox, ""},
	{"Urgent", urgentPath, components.IconUrgent, auth.ReadInbox, ""},
	{"Cases", "/cases", components.IconCases, auth.ReadInbox, ""},
	{"Deconfliction", "/deconfliction", components.IconLink, auth.ReadDeconfliction, ""},
	{"Desk", "/desk", components.IconDesk, auth.ReadDesk, "Clearinghouse"},
	{"Labels", "/desk/labels", components.IconLabel, auth.ReviewLabels, "Clearinghouse"},
	{"Urgent", deskUrgentPath, components.IconUrgent, auth.ReadUrgent, "Clearinghouse"},
	{"Pools", "/desk/pools", components.IconGlobe, auth.ReadDesk, "Clearinghouse"},
	{"Territory", territoryURL, components.IconRoute, auth.ReadDesk, "Clearinghouse"},
	{"Rules", "/desk/rules", components.IconOutcome, auth.ReadDesk, "Clearinghouse"},
	{"Feedback", "/desk/feedback", components.IconChart, auth.ReadFeedback, "Clearinghouse"},
	{"Agencies", "/desk/agencies", components.IconGlobe, auth.ReadAgencies, "Clearinghouse"},
	{"Providers", "/desk/providers", components.IconDesk, auth.ManageProviders, "Clearinghouse"},
	{"Known material", "/desk/known", components.IconKnown, auth.ManageKnown, "Clearinghouse"},
	{"People", "/agency/users", components.IconPerson, auth.ReadUsers, "Agency"},
	{"Sign-in", "/agency/sign-in", components.IconLock, auth.ManageSignIn, "Agency"},
	{"Directory", "/agency/directory", components.IconLink, auth.ManageSignIn, "Agency"},
	{"On call", onCallPath, components.IconPhone, auth.ManageOnCall, "Agency"},
	{"Settings", "/agency/settings", components.IconAgency, auth.ManageAgency, "Agency"},
	{"Agencies below", "/agency/agencies", components.IconGlobe, auth.ManageAgency, "Agency"},
	{"Search", "/search", components.IconSearch, auth.Search, "Look up"},
	{"Audit", "/audit", components.IconAudit, auth.ReadAudit, "Look up"},
}

// Home is the address of the first page that the actor may open.
func (p *Pages) Home(a auth.Actor) string {
	for _, pl := range places {
		if a.Can(pl.needs) && p.Exists(pl.path) {
			return pl.path
		}
	}
	return "/account"
}

func (p *Pages) nav(c echo.Context) layout.Nav {
	person, actor := p.Person(c), p.Actor(c)
	n := layout.Nav{
		Name: person.Name, Email: person.Email, Agency: person.Agency.Name, Band: layout.Band(person.Agency.Band),
		Role: RolesInWords(person.Roles), SignOutURL: "/logout", HomeURL: "/", SessionsURL: "/account",
	}
	if person.Agency.Kind == models.KindClearinghouse {
		n.Band = layout.BandGraphite
	}
	at := c.Request().URL.Path
	best := ""
	for _, pl := range places {
		if !actor.Can(pl.needs) || !p.Exists(pl.path) || pl.path == treePath && actor.Side == auth.SideClearinghouse {
			continue // the clearinghouse has a list of all agencies instead
		}
		n.Items = append(n.Items, layout.NavItem{Label: pl.label, URL: pl.path, Icon: pl.icon, Group: pl.group})
		if (at == pl.path || strings.HasPrefix(at, pl.path+"/")) && len(pl.path) > len(best) {
			best = pl.path
		}
	}
	for i := range n.Items {
		n.Items[i].Active = n.Items[i].URL == best
	}
	p.markUrgent(c, &n)
	return n
}

// RolesInWords names roles for a reader: "Supervisor, agency admin".
func RolesInWords(roles []auth.Role) string {
	var words []string
	for _, r := range auth.Roles() { // in the matrix's order
		if w := r.Words(); slices.Contains(roles, r) {
			if len(words) > 0 {
				w = strings.ToLower(w[:1]) + w[1:]
			}
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}
