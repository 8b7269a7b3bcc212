package handlers

import (
	"context"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/people"
	"reeve/views/components"
	"reeve/views/pages"
)

// PeopleKeeper is what the pages about people need of models/people.
type PeopleKeeper interface {
	List(ctx context.Context, a auth.Actor, f people.Filter) (*people.Page, error)
	Person(ctx context.Context, a auth.Actor, id uuid.UUID) (*people.Person, error)
	Leaving(ctx context.Context, a auth.Actor, id uuid.UUID) (*people.Person, error)
	Approve(ctx context.Context, a auth.Actor, t people.Target) (*people.Done, error)
	SetRoles(ctx context.Context, a auth.Actor, t people.Target, roles []auth.Role) (*people.Done, error)
	Suspend(ctx context.Context, a auth.Actor, t people.Target, why string) (*people.Done, error)
	Reactivate(ctx context.Context, a auth.Actor, t people.Target) (*people.Done, error)
	Recertify(ctx context.Context, a auth.Actor, t people.Target) (*people.Done, error)
	RecertifyMany(ctx context.Context, a auth.Actor, targets []people.Target) (int, error)
	Remove(ctx context.Context, a auth.Actor, t people.Target, why string, w people.Work) (*people.Done, error)
	HandOver(ctx context.Context, a auth.Actor, id uuid.UUID, w people.Work) (*people.Done, error)
	EndSessions(ctx context.Context, a auth.Actor, id, session uuid.UUID) (*people.Done, error)
	InviteForm(ctx context.Context, a auth.Actor, code string) (*people.InviteForm, error)
	Invite(ctx context.Context, a auth.Actor, in people.Invitation) (*models.User, error)
	Import(ctx context.Context, a auth.Actor, code, text string, apply, approve bool) (*people.Sheet, error)
	Export(ctx context.Context, a auth.Actor, f people.Filter) (*people.Export, error)
}

// AgencyList names agencies, for choosing among those that one manages.
type AgencyList interface {
	Agencies(ctx context.Context) ([]models.Agency, error)
	Agency(ctx context.Context, id uuid.UUID) (models.Agency, bool, error)
}

// People is an agency's people: lists and worklists, a person's page and what is
// done there, invitations, files in and out.
type People struct {
	*Pages
	People   PeopleKeeper
	Agencies AgencyList
	SignIn   string // the whole address of the sign-in page, to be told to people
}

// List is a page of an agency's people.
func (h *People) List(c echo.Context) error {
	f, err := readPeopleFilter(c.QueryParams())
	if err != nil {
		return err
	}
	page, err := h.People.List(c.Request().Context(), h.Actor(c), f)
	if models.KindOf(err) == models.Invalid {
		return h.badList(c, f, err)
	}
	if err != nil {
		return err
	}
	v, err := h.listView(c, f, page)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.PeopleList(v))
}

// badList says what is wrong with a filter, above the list without it.
func (h *People) badList(c echo.Context, f people.Filter, wrong error) error {
	page, err := h.People.List(c.Request().Context(), h.Actor(c), people.Filter{Agency: f.Agency})
	if err != nil {
		return err
	}
	v, err := h.listView(c, people.Filter{Agency: f.Agency}, page)
	if err != nil {
		return err
	}
	fields := models.FieldsOf(wrong)
	v.Problems = problems(fields, "q", "role")
	v.Search.Words, v.Search.WordsErr, v.Search.RoleE, v.Search.ClearURL = f.Search, fields["q"], fields["role"], listPath(people.Filter{Agency: f.Agency})
	return h.Render(c, http.StatusUnprocessableEntity, pages.PeopleList(v))
}

// readPeopleFilter reads the query string, which is the list's whole state. A place
// in the list that is none is Invalid.
func readPeopleFilter(q url.Values) (people.Filter, error) {
	f := people.Filter{Agency: q.Get("agency"), View: people.View(q.Get("view")), Search: q.Get("q"), Role: auth.Role(q.Get("role"))}
	for name, into := range map[string]*uuid.UUID{"after": &f.After, "before": &f.Before} {
		if text := q.Get(name); text != "" {
			id, err := uuid.Parse(text)
			if err != nil {
				return f, models.InvalidField(name, "This page's address is damaged. Start again from the first page.")
			}
			*into = id
		}
	}
	return f, nil
}

// listPath is the address of the list that a filter describes.
func listPath(f people.Filter) string { return peopleAddress(peoplePath, f) }

func peopleAddress(path string, f people.Filter) string {
	q := url.Values{}
	for name, text := range map[string]string{"agency": f.Agency, "view": string(f.View), "q": f.Search, "role": string(f.Role)} {
		if text != "" {
			q.Set(name, text)
		}
	}
	if f.After != uuid.Nil {
		q.Set("after", f.After.String())
	}
	if f.Before != uuid.Nil {
		q.Set("before", f.Before.String())
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func personPath(id uuid.UUID) string { return peoplePath + "/" + id.String() }

// codeOf is an agency's code as addresses carry it: none for one's own.
func (h *People) codeOf(c echo.Context, g models.Agency) string {
	if g.ID == h.Actor(c).AgencyID {
		return ""
	}
	return g.Code
}

// otherAgency says that these are people of an agency that is not one's own.
func (h *People) otherAgency(c echo.Context, g models.Agency) string {
	switch {
	case g.ID == h.Actor(c).AgencyID:
		return ""
	case h.Actor(c).Side == auth.SideClearinghouse:
		return "You act here for " + g.Name + ", as the clearinghouse. The agency reads what you do in its audit log."
	}
	return "You act here for " + g.Name + ", an agency below yours. It reads what you do in its audit log."
}

// crumbs lead from the list of the agency's people.
func (h *People) crumbs(c echo.Context, g models.Agency, last ...components.Crumb) []components.Crumb {
	return append([]components.Crumb{crumb("People", listPath(people.Filter{Agency: h.codeOf(c, g)}))}, last...)
}

// choices are the agencies whose people one manages, one's own first. They are shown
// to choose from; what is chosen is asked of the rows again.
func (h *People) choices(c echo.Context) ([]components.Option, error) {
	a := h.Actor(c)
	all, err := h.Agencies.Agencies(c.Request().Context())
	if err != nil {
		return nil, err
	}
	mine := map[uuid.UUID]bool{a.AgencyID: true}
	for grown := true; grown; { // by name, so that a child may stand before its parent
		grown = false
		for _, g := range all {
			if !mine[g.ID] && (a.Side == auth.SideClearinghouse || g.ParentID != nil && mine[*g.ParentID]) {
				mine[g.ID], grown = true, true
			}
		}
	}
	var list []components.Option
	for _, g := range all {
		switch {
		case !mine[g.ID] || g.Kind == models.KindPool:
		case g.ID == a.AgencyID:
			list = append([]components.Option{{Value: "", Label: g.Name}}, list...)
		default:
			list = append(list, components.Option{Value: g.Code, Label: g.Name})
		}
	}
	return list, nil
}

// accountState says where an account stands, in words and with its mark.
func accountState(u models.User) components.StateArgs {
	s := components.StateArgs{Label: upperFirst(account.StateInWords(u.State))}
	switch u.State {
	case models.UserActive:
		s.Tone, s.Icon = components.ToneGood, components.IconCheck
	case models.UserInvited:
		s.Tone, s.Icon = components.ToneInfo, components.IconMail
	case models.UserWaiting:
		s.Label, s.Tone, s.Icon = "Waits for approval", components.ToneWarn, components.IconClock
	case models.UserSuspended:
		s.Tone, s.Icon = components.ToneBad, components.IconLock
	case models.UserRemoved:
		s.Icon = components.IconCross
	}
	return s
}
