package provisioning

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

// Person is an account as its agency's directory sees it.
type Person struct {
	ID          uuid.UUID
	UserName    string // as the directory spells it; the e-mail address of one that it never named
	ExternalID  string
	DisplayName string // the account's name
	Formatted   string // the name's parts, as far as the directory gave them
	GivenName   string
	FamilyName  string
	Title       string
	Email       string
	Active      bool // may come in, or will once they have signed in and were approved
	Roles       []auth.Role
	Created     time.Time
	Changed     time.Time
	Version     int
}

// row is an account with what the directory says of it.
type row struct {
	models.User     `gorm:"embedded"`
	ChangedAt       *time.Time
	HasScim         bool
	UserName        string
	OwnEmail        bool
	DisplayName     string
	Formatted       string
	GivenName       string
	FamilyName      string
	ScimSuspendedAt *time.Time `gorm:"column:scim_suspended_at"`
}

// columns are a row's, from users u left join scim_users s.
const columns = `u.*, s.user_id is not null as has_scim, coalesce(s.user_name, u.email) as user_name, coalesce(s.own_email, false) as own_email,
	coalesce(s.display_name, '') as display_name, coalesce(s.formatted, '') as formatted, coalesce(s.given_name, '') as given_name,
	coalesce(s.family_name, '') as family_name, s.suspended_at as scim_suspended_at`

const fromUsers = ` from users u left join scim_users s on s.user_id = u.id where u.agency_id = ? and u.state <> 'removed'`

func (r row) person() Person {
	p := Person{ID: r.ID, UserName: r.UserName, DisplayName: r.Name, Formatted: r.Formatted, GivenName: r.GivenName, FamilyName: r.FamilyName,
		Title: r.Title, Email: r.Email, Active: r.State != models.UserSuspended, Created: r.CreatedAt, Changed: r.CreatedAt, Version: r.Version}
	if r.ExternalID != nil {
		p.ExternalID = *r.ExternalID
	}
	if r.ChangedAt != nil && r.ChangedAt.After(p.Created) {
		p.Changed = *r.ChangedAt
	}
	for _, name := range r.Roles {
		p.Roles = append(p.Roles, auth.Role(name))
	}
	return p
}

// read answers an account of the directory's own agency. Another agency's, a
// removed one and none at all are the same NotFound.
func read(tx *store.Tx, id uuid.UUID) (*row, error) {
	var r row
	res := tx.Raw("select "+columns+fromUsers+" and u.id = ?", tx.Actor.AgencyID, id).Scan(&r)
	switch {
	case res.Error != nil:
		return nil, fmt.Errorf("reading an account: %w", res.Error)
	case res.RowsAffected == 0:
		return nil, models.NotFoundf("Your agency has no such person here.")
	}
	return &r, nil
}

// readAll is read for some of them, in the order of their ids.
func readAll(tx *store.Tx, ids []uuid.UUID) ([]row, error) {
	var rows []row
	err := tx.Raw("select "+columns+fromUsers+" and u.id = any (?::uuid[])", tx.Actor.AgencyID, models.IDList(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("reading accounts: %w", err)
	}
	slices.SortFunc(rows, func(x, y row) int { return bytes.Compare(x.ID[:], y.ID[:]) })
	return rows, nil
}

// lock is read for a row that will be changed. Whoever changes another account of
// the agency waits meanwhile.
func lock(tx *store.Tx, id uuid.UUID) (*row, error) {
	if _, err := read(tx, id); err != nil {
		return nil, err // asked first, so that another agency's account is never locked
	}
	if _, err := account.Lock(tx, id, 0); err != nil {
		return nil, err
	}
	return read(tx, id)
}
