package people

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// PageSize is how many people a page of the list shows.
const PageSize = 50

// CountUpTo is where worklists stop counting: what a page shows as "99+".
const CountUpTo = 99

// ReviewAhead is how long before a yearly review falls due its account stands in
// the worklist, so that nobody's review is late.
const ReviewAhead = 30 * 24 * time.Hour

// View is one list of people.
type View string

// The views. Everybody is all but those who left.
const (
	Everybody View = ""
	ToApprove View = "approve"   // no commander has said yes yet
	ToReview  View = "recertify" // the yearly review falls due within ReviewAhead, or is late
	Idle      View = "idle"      // active, no sign-in for models.IdleAfter
	Leavers   View = "leavers"   // suspended or removed, with open work
	Invited   View = "invited"   // never signed in
	Suspended View = "suspended"
	Removed   View = "removed"
)

// Views lists every view in the order of the page.
func Views() []View {
	return []View{Everybody, ToApprove, ToReview, Idle, Leavers, Invited, Suspended, Removed}
}

// Filter says which people.
type Filter struct {
	Agency string // code; empty: the actor's own
	View   View
	Search string // the beginning of a word of the name, or of the e-mail address
	Role   auth.Role
	After  uuid.UUID // the person after whom the page begins; nil: the first page
	Before uuid.UUID // the person before whom it ends
}

// Row is one person of the list.
type Row struct {
	models.User
	Open int // open referrals, 100 at most
}

// Counts are the worklists', each up to CountUpTo and one more.
type Counts struct{ ToApprove, ToReview, Idle, Leavers int }

// Page is a part of a list, by name.
type Page struct {
	Agency models.Agency
	Rows   []Row
	Counts Counts
	Before uuid.UUID // where the page before ends; nil on the first
	After  uuid.UUID // where the page after begins; nil on the last
}

// List answers a page of people and the counts of the worklists. A filter that
// cannot be is Invalid on its field; an agency that is not the actor's to see is
// NotFound.
func (s *Service) List(ctx context.Context, a auth.Actor, f Filter) (*Page, error) {
	line := audit.Event{Action: "users.listed", Words: "Looked at the list of people."}
	if err := s.may(ctx, a, auth.ReadUsers, line); err != nil {
		return nil, err
	}
	f, err := f.checked()
	if err != nil {
		return nil, err
	}
	var page *Page
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &Page{}
		if page.Agency, err = agency(tx, f.Agency); err != nil {
			return err
		}
		if page.Counts, err = countWorklists(tx, page.Agency.ID); err != nil {
			return err
		}
		if err := page.read(tx, f); err != nil {
			return err
		}
		line.Concerns = []uuid.UUID{page.Agency.ID}
		line.Subject = "people of " + page.Agency.Code
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, "agency "+asTyped(f.Agency), err)
	}
	return page, nil
}

// checked refuses what no page's address says.
func (f Filter) checked() (Filter, error) {
	known := false
	for _, v := range Views() {
		known = known || v == f.View
	}
	if !known {
		return f, models.InvalidField("view", "There is no such list. Choose one above.")
	}
	sound := utf8.ValidString(f.Search)
	f.Search = strings.ToLower(strings.TrimSpace(f.Search))
	if !sound || strings.ContainsRune(f.Search, 0) || utf8.RuneCountInString(f.Search) > 100 {
		return f, models.InvalidField("q", "Write the beginning of a name or of an e-mail address.")
	}
	if f.Role != "" && !isRole(f.Role) {
		return f, models.InvalidField("role", "There is no such role. Choose one from the list.")
	}
	if f.After != uuid.Nil && f.Before != uuid.Nil {
		return f, models.InvalidField("after", "This page's address is damaged. Start again from the first page.")
	}
	return f, nil
}

func isRole(r auth.Role) bool {
	for _, known := range append(auth.AgencyRoles(), auth.ClearinghouseRoles()...) {
		if known == r {
			return true
		}
	}
	return false
}

// read fills the page's rows and where it leads on.
func (p *Page) read(tx *store.Tx, f Filter) error {
	users, more, err := f.users(tx, p.Agency.ID, PageSize)
	if err != nil {
		return err
	}
	p.Rows, err = withLoad(tx, users)
	if err != nil || len(users) == 0 {
		return err
	}
	first, last := users[0].ID, users[len(users)-1].ID
	if f.Before != uuid.Nil {
		p.After = last
		if more {
			p.Before = first
		}
		return nil
	}
	if f.After != uuid.Nil {
		p.Before = first
	}
	if more {
		p.After = last
	}
	return nil
}

// withLoad adds each person's open work, asked for these rows alone.
func withLoad(tx *store.Tx, users []models.User) ([]Row, error) {
	if len(users) == 0 {
		return nil, nil
	}
	ids := make(models.IDList, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	var loads []struct {
		UserID uuid.UUID
		Open   int
	}
	if err := tx.Raw("select user_id, open from people_load(?::uuid[])", ids).Scan(&loads).Error; err != nil {
		return nil, fmt.Errorf("counting open work: %w", err)
	}
	open := map[uuid.UUID]int{}
	for _, l := range loads {
		open[l.UserID] = l.Open
	}
	rows := make([]Row, len(users))
	for i, u := range users {
		rows[i] = Row{User: u, Open: open[u.ID]}
	}
	return rows, nil
}
