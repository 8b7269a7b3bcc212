package handlers

import (
	"context"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/views/components"
	"reeve/views/pages"
)

// AgencyTree is what the pages about agencies need of models/agencies.
type AgencyTree interface {
	Settings(ctx context.Context, a auth.Actor, code string) (*agencies.Settings, error)
	Save(ctx context.Context, a auth.Actor, code string, in agencies.Input) (*agencies.Saved, error)
	Tree(ctx context.Context, a auth.Actor, code, cursor string) (*agencies.Tree, error)
	PlaceFor(ctx context.Context, a auth.Actor, parent string) (*agencies.Place, error)
	Add(ctx context.Context, a auth.Actor, in agencies.Draft) (*models.Agency, error)
	AskMove(ctx context.Context, a auth.Actor, code string) (*agencies.Moving, error)
	Move(ctx context.Context, a auth.Actor, code, to string, version int) (*agencies.Moved, error)
	AskClose(ctx context.Context, a auth.Actor, code string) (*agencies.Closing, error)
	Close(ctx context.Context, a auth.Actor, code, why string, version int) (int, error)
	Reopen(ctx context.Context, a auth.Actor, code string, version int) (*models.Agency, error)
	List(ctx context.Context, a auth.Actor, f agencies.Filter, cursor string) (*agencies.List, error)
	Show(ctx context.Context, a auth.Actor, code string) (*agencies.Profile, error)
}

// Agencies is the tree of agencies: settings of one's own and of those below, and the
// clearinghouse's list of all.
type Agencies struct {
	*Pages
	Tree AgencyTree
	// Renamed is told of every change, so that names shown elsewhere are read anew.
	Renamed func()
}

// Addresses of the pages.
const (
	settingsPath = "/agency/settings"
	treePath     = "/agency/agencies"
	allPath      = "/desk/agencies"
	rolesPath    = "/desk/agencies/roles"
	peoplePath   = "/agency/users"
	signInPath   = "/agency/sign-in"
	domainsPath  = "/desk/agencies/domains"
)

// inMinute is added where a name may still be the old one elsewhere: names are kept
// in memory for a minute.
const inMinute = " Lists elsewhere show it within a minute."

// of is the address of a page for an agency; for one's own it needs no code.
func of(path, code string) string {
	if code == "" {
		return path
	}
	return path + "?" + url.Values{"agency": {code}}.Encode()
}

// below is an address of the tree about one agency: /agency/agencies/CODE/move.
func below(code, verb string) string { return treePath + "/" + url.PathEscape(code) + "/" + verb }

// may answers the address if the actor may open it and it is served, else nothing.
func (h *Agencies) may(c echo.Context, p auth.Permission, path, address string) string {
	if h.Actor(c).Can(p) && h.Exists(path) {
		return address
	}
	return ""
}

// home is where one goes back to from an agency: the clearinghouse to its page, an
// agency's admin to the tree.
func (h *Agencies) home(c echo.Context, code string) string {
	if h.Actor(c).Side == auth.SideClearinghouse {
		if code == "" {
			return allPath
		}
		return allPath + "/" + url.PathEscape(code)
	}
	return treePath
}

// place is an agency with the ways that lead from it.
func (h *Agencies) place(c echo.Context, g *models.Agency, above string) pages.AgencyPlace {
	a := h.Actor(c)
	p := pages.AgencyPlace{Name: g.Name, Code: g.Code, Above: above, Version: strconv.Itoa(g.Version), TreeURL: h.home(c, "")}
	if g.Kind != models.KindPool {
		p.PeopleURL = h.may(c, auth.ReadUsers, peoplePath, of(peoplePath, g.Code))
		p.SignInURL = h.may(c, auth.ManageSignIn, signInPath, of(signInPath, g.Code))
	}
	if g.Kind != models.KindAgency || !a.Can(auth.ManageAgency) {
		return p
	}
	if g.ClosedAt == nil {
		p.AddURL = treePath + "/new?" + url.Values{"below": {g.Code}}.Encode()
	}
	if g.ID == a.AgencyID || g.ParentID == nil && !a.Can(auth.ManageAgencies) {
		return p
	}
	p.MoveURL = below(g.Code, "move")
	if g.ClosedAt == nil {
		p.CloseURL = below(g.Code, "close")
	} else {
		p.ReopenURL = below(g.Code, "reopen")
	}
	return p
}

// tabs leads between the pages of an agency's admin.
func (h *Agencies) tabs(c echo.Context, at string) []components.Tab {
	if h.Actor(c).Side == auth.SideClearinghouse {
		return nil // the clearinghouse has its list of all
	}
	return []components.Tab{
		{Label: "Settings", URL: settingsPath, Current: at == settingsPath},
		{Label: "Agencies below", URL: treePath, Current: at == treePath},
		{Label: "Who may do what", URL: rolesPath, Current: at == rolesPath},
	}
}

// zoneOptions are the time zones to choose from, and the one that is set if it is
// none of them.
func zoneOptions(set string) []components.Option {
	var list []components.Option
	found := set == ""
	for _, z := range agencies.Zones() {
		list = append(list, components.Option{Value: z.Name, Label: z.Label, Group: z.Group})
		found = found || z.Name == set
	}
	if !found {
		list = append([]components.Option{{Value: set, Label: set, Group: "Set now"}}, list...)
	}
	return list
}

// capped writes a count that was stopped past most: "100+".
func capped(n, most int) string {
	if n > most {
		return components.Group(most) + "+"
	}
	return components.Group(n)
}

// some is capped, and empty for none.
func some(n, most int) string {
	if n == 0 {
		return ""
	}
	return capped(n, most)
}
