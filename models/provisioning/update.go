package provisioning

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

// Update is what a directory says of a person. A nil field was not said; an empty
// text takes the attribute away.
type Update struct {
	UserName, ExternalID, DisplayName, Formatted, GivenName, FamilyName, Title, Email *string

	Active *bool
	Roles  []RoleChange // in their order
}

// Op is what a directory does to a list.
type Op int

// The operations.
const (
	Set Op = iota
	Add
	Take
)

// RoleChange changes a person's roles.
type RoleChange struct {
	Op    Op
	Roles []auth.Role
}

// ErrChanged is a version that is no longer the account's.
var ErrChanged = errors.New("provisioning: the account has another version by now")

// taken is a name, address or identifier that another account has. Fields tell it
// apart from a Conflict of states.
func taken(message string) error {
	return &models.Error{Kind: models.Conflict, Message: message, Fields: map[string]string{"userName": message}}
}

// unique turns the database's "twice" into one for the directory.
func unique(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return taken("Another account of your agency has this userName, e-mail address or externalId already. Look it up and change that one.")
	}
	return err
}

// take brings the row to what the directory says and answers the names of the
// attributes that changed. Roles and active are not among them.
func (r *row) take(in Update) ([]string, error) {
	was := *r
	if err := r.takeTexts(in); err != nil {
		return nil, err
	}
	if err := r.takeEmail(in, was.Email); err != nil {
		return nil, err
	}
	var changed []string
	for _, d := range []struct {
		name string
		same bool
	}{
		{"userName", was.UserName == r.UserName}, {"externalId", equal(was.ExternalID, r.ExternalID)}, {"name", was.Name == r.Name},
		{"displayName", was.DisplayName == r.DisplayName}, {"name.formatted", was.Formatted == r.Formatted}, {"name.givenName", was.GivenName == r.GivenName},
		{"name.familyName", was.FamilyName == r.FamilyName}, {"title", was.Title == r.Title}, {"email", was.Email == r.Email && was.OwnEmail == r.OwnEmail},
	} {
		if !d.same {
			changed = append(changed, d.name)
		}
	}
	return changed, nil
}

func (r *row) takeTexts(in Update) error {
	var external string
	if r.User.ExternalID != nil {
		external = *r.User.ExternalID
	}
	for _, t := range []struct {
		said        *string
		into        *string
		name        string
		least, most int
	}{
		{in.UserName, &r.UserName, "userName", 1, 254}, {in.ExternalID, &external, "externalId", 0, 255}, {in.DisplayName, &r.DisplayName, "displayName", 0, 120},
		{in.Formatted, &r.Formatted, "name.formatted", 0, 120}, {in.GivenName, &r.GivenName, "name.givenName", 0, 80}, {in.FamilyName, &r.FamilyName, "name.familyName", 0, 80},
		{in.Title, &r.Title, "title", 0, 80}, // and not what a spreadsheet would run; see below
	} {
		if t.said == nil {
			continue
		}
		text, err := account.Line(t.name, *t.said, t.least, t.most)
		if err != nil {
			return err
		}
		*t.into = text
	}
	r.User.ExternalID = nil
	if external != "" {
		r.User.ExternalID = &external
	}
	parts := in.GivenName != nil || in.FamilyName != nil
	if parts && in.Formatted == nil {
		r.Formatted = "" // was made of the old parts
	}
	// A name that an admin corrected here stays until the directory speaks of names.
	if parts || in.DisplayName != nil || in.Formatted != nil || r.Name == "" {
		r.Name = cmp.Or(r.DisplayName, r.Formatted, strings.TrimSpace(r.GivenName+" "+r.FamilyName), r.Name, r.UserName)
	}
	var err error
	if r.Name, err = account.Name(r.Name); err != nil {
		return err
	}
	r.Title, err = account.Title(r.Title)
	return err
}

// takeEmail decides the account's address: the one that the directory gives, else
// its user name if that is an address, else the one that it has.
func (r *row) takeEmail(in Update, was string) (err error) {
	given := in.Email != nil && *in.Email != ""
	switch {
	case given:
		r.Email, err = account.Email(*in.Email)
		r.OwnEmail = true
		return err
	case in.Email != nil, in.UserName != nil && !r.OwnEmail:
		address, err := account.Email(r.UserName)
		if err == nil {
			r.Email, r.OwnEmail = address, false
			return nil
		}
		if was == "" {
			return models.InvalidField("emails", "Give a work e-mail address, or an e-mail address as userName: by it the person is known at the first sign-in.")
		}
		r.OwnEmail = true
	}
	return nil
}

// check refuses an address that leads to no sign-in of the account's own issuer, and
// a user name that is another account's address.
func (r *row) check(tx *store.Tx, was row) error {
	if r.Email != was.Email {
		_, domain, _ := strings.Cut(r.Email, "@")
		var fits bool
		err := tx.Raw("select exists (select 1 from issuer_domains where issuer_id = ? and domain = ?)", r.IssuerID, domain).Row().Scan(&fits)
		if err != nil {
			return fmt.Errorf("looking for the address's sign-in: %w", err)
		}
		if !fits {
			return models.InvalidField("emails", fmt.Sprintf("This person's sign-in takes no addresses ending in @%s. Add the domain under Sign-in, or delete the person and create them again.", domain))
		}
	}
	if r.UserName != was.UserName {
		return nameFree(tx, r)
	}
	return nil
}

func nameFree(tx *store.Tx, r *row) error {
	var held bool
	err := tx.Raw(`select exists (select 1 from users x where x.agency_id = ? and x.email = lower(?) and x.id <> ? and x.state <> 'removed'
		and not exists (select 1 from scim_users y where y.user_id = x.id))`, tx.Actor.AgencyID, r.UserName, r.ID).Row().Scan(&held)
	if err != nil {
		return fmt.Errorf("looking for the user name: %w", err)
	}
	if held {
		return taken("Another account of your agency has this userName already. Look it up and change that one.")
	}
	return nil
}

// forget takes the names of removed accounts away where the row needs them: who is
// gone stands in nobody's way.
func forget(tx *store.Tx, r *row) error {
	err := tx.Exec(`delete from scim_users s using users u where s.agency_id = ? and s.user_name_key = lower(?) and u.id = s.user_id and u.state = 'removed'`,
		tx.Actor.AgencyID, r.UserName).Error
	if err == nil && r.User.ExternalID != nil {
		err = tx.Exec("update users set external_id = null where agency_id = ? and external_id = ? and state = 'removed'", tx.Actor.AgencyID, *r.User.ExternalID).Error
	}
	if err != nil {
		return fmt.Errorf("forgetting names of removed accounts: %w", err)
	}
	return nil
}

// keep writes how the directory spells the person.
func (r *row) keep(tx *store.Tx) error {
	err := tx.Exec(`insert into scim_users (user_id, agency_id, user_name, own_email, display_name, formatted, given_name, family_name, suspended_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (user_id) do update set user_name = excluded.user_name, own_email = excluded.own_email,
		display_name = excluded.display_name, formatted = excluded.formatted, given_name = excluded.given_name, family_name = excluded.family_name, suspended_at = excluded.suspended_at`,
		r.ID, tx.Actor.AgencyID, r.UserName, r.OwnEmail, r.DisplayName, r.Formatted, r.GivenName, r.FamilyName, r.ScimSuspendedAt).Error
	if err != nil {
		return fmt.Errorf("keeping how the directory names a person: %w", unique(err))
	}
	return nil
}

// after answers the roles once the changes are made, in the matrix's order.
func after(has []auth.Role, changes []RoleChange) []auth.Role {
	now := slices.Clone(has)
	for _, c := range changes {
		switch c.Op {
		case Set:
			now = slices.Clone(c.Roles)
		case Add:
			now = append(now, c.Roles...)
		case Take:
			now = slices.DeleteFunc(now, func(r auth.Role) bool { return slices.Contains(c.Roles, r) })
		}
	}
	out := []auth.Role{}
	for _, r := range now {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	order := auth.Roles()
	slices.SortFunc(out, func(x, y auth.Role) int { return cmp.Compare(slices.Index(order, x), slices.Index(order, y)) })
	return out
}

func equal(x, y *string) bool {
	if x == nil || y == nil {
		return x == y
	}
	return *x == *y
}
