package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/views/components"
	"reeve/views/pages"
)

// Show is one agency to the clearinghouse.
func (h *Agencies) Show(c echo.Context) error {
	p, err := h.Tree.Show(c.Request().Context(), h.Actor(c), c.Param("code"))
	if err != nil {
		return err
	}
	g, f := &p.Agency, p.Figures
	above := ""
	if p.Above != nil {
		above = p.Above.Name
	}
	v := pages.AgencyProfileView{Frame: h.Frame(c, g.Name), Agency: h.place(c, g, above), Kind: kindNames[g.Kind], MoreAreas: p.MoreAreas, People: g.Kind != models.KindPool}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: allPath}, {Label: g.Name}}
	if p.Above != nil {
		v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: allPath}, {Label: above, URL: allPath + "/" + url.PathEscape(p.Above.Code)}, {Label: g.Name}}
	}
	if v.People {
		v.Agency.SettingsURL = h.may(c, auth.ManageAgency, settingsPath, of(settingsPath, g.Code))
	}
	if g.ClosedAt != nil {
		v.Alerts = append(v.Alerts, components.AlertArgs{Tone: components.ToneWarn, Static: true, Title: "This agency is closed",
			Text: "Since " + components.ExactMinute(h.Local(c, *g.ClosedAt)) + ". Its people cannot sign in, and nothing is referred to it."})
	} else if g.Kind == models.KindAgency && !f.Admin && !f.AdminInvited {
		v.InviteURL = h.may(c, auth.ManageUsers, peoplePath, of(peoplePath, g.Code))
	}
	v.Contact, v.Figures = contactTerms(p), h.figureTerms(c, p)
	if f.AskedDomains {
		v.AskedDomains = true
		v.DomainsURL = h.may(c, auth.ManageAgencies, domainsPath, domainsPath)
	}
	for _, u := range p.Admins {
		v.Admins = append(v.Admins, h.adminRow(c, u))
	}
	for _, t := range p.Areas {
		v.Areas = append(v.Areas, areaRow(t, h.Now()))
	}
	for i := range p.Below {
		row := h.row(c, &p.Below[i])
		row.URL = allPath + "/" + url.PathEscape(row.Code)
		v.Below = append(v.Below, row)
	}
	if len(p.Below) > 0 {
		v.TreeURL = h.may(c, auth.ManageAgency, treePath, of(treePath, g.Code))
	}
	return h.Render(c, http.StatusOK, pages.AgencyProfile(v))
}

func contactTerms(p *agencies.Profile) []components.Term {
	g := &p.Agency
	list := []components.Term{
		{Term: "Code", Text: g.Code, Mono: true},
		{Term: "Desk", Text: g.ContactName, Missing: "not named"},
		{Term: "E-mail", Text: g.ContactEmail, Missing: "none"},
		{Term: "Telephone", Text: g.ContactPhone, Missing: "none"},
		{Term: "Time zone", Text: g.Zone},
	}
	if g.Kind == models.KindPool {
		return list[:1]
	}
	return append(list, components.Term{Term: "ORI", Text: g.ORI, Mono: true, Missing: "none"},
		components.Term{Term: "Session limits", Text: limits(g)})
}

func limits(g *models.Agency) string {
	idle, hours := agencies.MostIdle, agencies.MostHours
	if g.IdleMinutes != nil {
		idle = int(*g.IdleMinutes)
	}
	if g.AbsoluteHours != nil {
		hours = int(*g.AbsoluteHours)
	}
	return strconv.Itoa(idle) + " minutes without a request, " + strconv.Itoa(hours) + " hours after sign-in"
}

func (h *Agencies) figureTerms(c echo.Context, p *agencies.Profile) []components.Term {
	f := p.Figures
	open := components.Term{Term: "Open work", Text: capped(f.Open, agencies.MostOpen), Note: "reports that are not closed or returned"}
	if p.Agency.Kind == models.KindPool {
		return []components.Term{open}
	}
	last := components.Term{Term: "Last sign-in", Missing: "never"}
	if f.LastSignIn != nil {
		last.Text = components.Ago(*f.LastSignIn, h.Now())
		last.Note = components.ExactMinute(h.Local(c, *f.LastSignIn))
	}
	return []components.Term{
		{Term: "People", Text: capped(f.Active, agencies.MostCounted) + " active", Note: waitingWords(f)},
		{Term: "Due for review", Text: capped(f.Due, agencies.MostCounted)},
		open, last,
		{Term: "Sign-in", Text: signInState(f.SignIn).Words},
		{Term: "Agencies below", Text: capped(f.Children, agencies.MostCounted), Note: "open, directly below"},
	}
}

func waitingWords(f agencies.Figures) string {
	var parts []string
	if f.Waiting > 0 {
		parts = append(parts, capped(f.Waiting, agencies.MostCounted)+" waiting for approval")
	}
	if f.Invited > 0 {
		parts = append(parts, capped(f.Invited, agencies.MostCounted)+" invited")
	}
	return strings.Join(parts, ", ")
}

func (h *Agencies) adminRow(c echo.Context, u models.User) pages.AgencyAdminRow {
	r := pages.AgencyAdminRow{Name: u.Name, Email: u.Email, State: "Active", Tone: components.ToneGood}
	switch u.State {
	case models.UserInvited:
		r.State, r.Tone = "Invited", components.ToneInfo
	case models.UserWaiting:
		r.State, r.Tone = "Waiting for approval", components.ToneWarn
	case models.UserSuspended:
		r.State, r.Tone = "Suspended", components.ToneBad
	}
	var roles []auth.Role
	for _, role := range auth.Roles() {
		if slices.Contains(u.Roles, string(role)) {
			roles = append(roles, role)
		}
	}
	r.Roles = RolesInWords(roles)
	if u.LastSignInAt != nil {
		r.LastSignIn = h.Local(c, *u.LastSignInAt)
	}
	return r
}

var certaintyTones = map[string]components.Tone{"high": components.ToneGood, "medium": components.ToneInfo, "low": components.ToneWarn}

// areaRow is a territory row as a reader takes it in.
func areaRow(t models.Territory, now time.Time) pages.AreaRow {
	r := pages.AreaRow{Certainty: upperFirst(t.Certainty), Tone: certaintyTones[t.Certainty], Source: t.Source}
	// The file's note often begins with the certainty and ends with the source.
	note := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(t.CertaintyNote), t.Certainty))
	note = strings.TrimSpace(strings.TrimLeft(note, ":;,. "))
	if note == t.Source {
		note = ""
	}
	for _, part := range []string{t.Basis, note} {
		if part != "" && r.Basis != "" {
			r.Basis += ": "
		}
		r.Basis += part
	}
	if r.Basis != "" {
		r.Basis = upperFirst(r.Basis)
	}
	county := t.County
	if county == "*" {
		county = "all counties that nobody else is named for"
	}
	var parts []string
	for _, p := range []string{t.Country, t.State, county} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	switch {
	case t.Country == "":
		r.Area = "no area of its own"
	case t.Country == "--":
		r.Area = "the rest of the world"
	default:
		r.Area = strings.Join(parts, ", ")
	}
	if t.ValidFrom != nil {
		r.From, r.Over = t.ValidFrom.Format(time.DateOnly), t.ValidFrom.After(now)
	}
	if t.ValidTo != nil {
		r.To, r.Over = t.ValidTo.Format(time.DateOnly), r.Over || t.ValidTo.AddDate(0, 0, 1).Before(now)
	}
	return r
}
