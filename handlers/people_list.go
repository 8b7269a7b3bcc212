package handlers

import (
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/people"
	"reeve/views/components"
	"reeve/views/pages"
)

func (h *People) listView(c echo.Context, f people.Filter, page *people.Page) (pages.PeopleView, error) {
	a, code := h.Actor(c), h.codeOf(c, page.Agency)
	f.Agency = code
	words := listWords[f.View]
	v := pages.PeopleView{Frame: h.Frame(c, "People"), Agency: page.Agency.Name, Other: h.otherAgency(c, page.Agency), Title: words[0], Note: words[1],
		Choosing: code, Back: listPath(f)}
	var err error
	if v.Chooser, err = h.choices(c); err != nil {
		return v, err
	}
	v.Lists = listTabs(f, page.Counts)
	v.Search = searchForm(f, page.Agency)
	if a.Can(auth.ManageUsers) {
		v.InviteURL, v.ImportURL = of(peoplePath+"/invite", code), of(peoplePath+"/import", code)
		v.ExportURL = peopleAddress(peoplePath+"/export.csv", people.Filter{Agency: code, View: f.View, Search: f.Search, Role: f.Role})
		if f.View == people.ToReview && len(page.Rows) > 0 {
			v.Confirm = peoplePath + "/recertify"
		}
	}
	for _, r := range page.Rows {
		v.Rows = append(v.Rows, h.listRow(c, f, r, v))
	}
	h.turns(&v, f, page)
	v.Empty = nobodyListed(f)
	return v, nil
}

// listTabs are the worklists with their counts, then the other lists.
func listTabs(f people.Filter, n people.Counts) []components.Tab {
	counts := map[people.View]int{people.ToApprove: n.ToApprove, people.ToReview: n.ToReview, people.Idle: n.Idle, people.Leavers: n.Leavers}
	var tabs []components.Tab
	for _, view := range people.Views() {
		tabs = append(tabs, components.Tab{Label: listWords[view][0], URL: listPath(people.Filter{Agency: f.Agency, View: view}),
			Count: components.Capped(counts[view], people.CountUpTo), Current: view == f.View})
	}
	return tabs
}

func searchForm(f people.Filter, g models.Agency) pages.PeopleSearch {
	s := pages.PeopleSearch{Words: f.Search, Role: string(f.Role)}
	for _, r := range people.RolesOf(g) {
		s.Roles = append(s.Roles, components.Option{Value: string(r), Label: RolesInWords([]auth.Role{r})})
	}
	if f.Agency != "" {
		s.Hidden = append(s.Hidden, components.Pair{Name: "agency", Value: f.Agency})
	}
	if f.View != people.Everybody {
		s.Hidden = append(s.Hidden, components.Pair{Name: "view", Value: string(f.View)})
	}
	if f.Search != "" || f.Role != "" {
		s.ClearURL = listPath(people.Filter{Agency: f.Agency, View: f.View})
	}
	return s
}

func (h *People) listRow(c echo.Context, f people.Filter, r people.Row, v pages.PeopleView) pages.PeopleRow {
	row := pages.PeopleRow{ID: r.ID.String(), URL: personPath(r.ID), Name: r.Name, Second: r.Email, Roles: RolesInWords(rolesOfUser(r.User)), Strength: strength(r.User),
		State: accountState(r.User), Open: openWork(r.Open)}
	if r.Title != "" {
		row.Second = r.Title + " · " + r.Email
	}
	if r.LastSignInAt != nil {
		row.SignIn = h.Local(c, *r.LastSignInAt)
	}
	if r.State != models.UserRemoved {
		row.Due = h.Local(c, r.RecertifyDue())
		row.DueWord, row.DueTone = due(r.User, h.Now())
	}
	if row.Open != "" {
		row.OpenURL = personPath(r.ID) + "#work"
	}
	self := r.ID == h.Actor(c).UserID
	switch {
	case v.Confirm == "":
	case self:
		row.NoTick = "Your own access is reviewed by another admin."
	case account.May(account.Recertify, r.User):
		row.Tick = r.ID.String() + "." + strconv.Itoa(r.Version)
	}
	row.Deed = rowDeed(h.Actor(c), f.View, r.User, self, v.Back)
	return row
}

// rowDeed is what a worklist is for, as a button in each row.
func rowDeed(a auth.Actor, view people.View, u models.User, self bool, back string) *pages.PeopleDeed {
	if self {
		return nil
	}
	d := pages.PeopleDeed{Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(u.Version)}, {Name: "return", Value: back}}}
	switch {
	case view == people.ToApprove && a.Can(auth.ApproveUsers) && account.May(account.Approve, u):
		d.Label, d.Action = "Approve", personPath(u.ID)+"/approve"
	case view == people.ToReview && a.Can(auth.ManageUsers) && account.May(account.Suspend, u):
		d.Label, d.Action, d.Danger = "Suspend", personPath(u.ID)+"/suspend", true
		d.Hidden = append(d.Hidden, components.Pair{Name: "why", Value: "Not needed any longer, as the yearly review found."})
	case view == people.Idle && a.Can(auth.ManageUsers) && account.May(account.Suspend, u):
		d.Label, d.Action, d.Danger = "Suspend", personPath(u.ID)+"/suspend", true
		d.Hidden = append(d.Hidden, components.Pair{Name: "why", Value: "No sign-in for 90 days."})
	case view == people.Leavers && a.Can(auth.ManageUsers):
		d.Label, d.Action, d.Link = "Hand over", personPath(u.ID)+"#work", true
	default:
		return nil
	}
	return &d
}

// turns says how much is shown and links to both sides.
func (h *People) turns(v *pages.PeopleView, f people.Filter, page *people.Page) {
	first := f
	first.After, first.Before = uuid.Nil, uuid.Nil
	shown := components.Group(len(page.Rows)) + " people, by name"
	if len(page.Rows) == 1 {
		shown = "1 person"
	}
	v.Pages = components.PaginationArgs{Newer: "Before", Older: "After", Shown: shown}
	if page.Before != uuid.Nil {
		to := first
		to.Before = page.Before
		v.Pages.NewerURL = listPath(to)
	}
	if page.After != uuid.Nil {
		to := first
		to.After = page.After
		v.Pages.OlderURL = listPath(to)
	}
	if len(page.Rows) == 0 && (f.After != uuid.Nil || f.Before != uuid.Nil) {
		v.First = listPath(first)
	}
}

// nobodyListed says why nobody is listed.
func nobodyListed(f people.Filter) components.EmptyArgs {
	e := components.EmptyArgs{Icon: components.IconPeople, Title: "Nobody."}
	switch {
	case f.After != uuid.Nil || f.Before != uuid.Nil:
		e.Title = "The list ends before here."
	case f.Search != "" || f.Role != "":
		e.Title, e.Text = "Nobody fits.", "Search in “Everybody” or “Removed” if you expected somebody here."
		if f.View == people.Everybody {
			e.Text = "Nobody who is here fits. Whoever left stands under “Removed”."
		}
	case f.View == people.ToApprove:
		e.Title, e.Text = "Nobody waits.", "Whoever is invited stands here until a commander says yes."
	case f.View == people.ToReview:
		e.Title, e.Text = "No review is due.", "People stand here from 30 days before a year has passed since their last review."
	case f.View == people.Idle:
		e.Title = "Everybody has signed in within the last 90 days."
	case f.View == people.Leavers:
		e.Title, e.Text = "No work lies idle.", "No open report stands under the name of somebody who is suspended or removed."
	case f.View == people.Everybody:
		e.Title, e.Text = "Nobody has an account here yet.", "Invite the first person; make them an admin, so that they invite the others."
	default:
		e.Title = "Nobody is " + strings.ToLower(listWords[f.View][0]) + "."
	}
	return e
}
