package provisioning

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
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
