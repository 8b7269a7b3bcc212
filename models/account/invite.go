package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// New is a person to invite.
type New struct {
	AgencyID   uuid.UUID
	Email      string
	Name       string
	Title      string
	Sworn      *bool
	Roles      []auth.Role
	Source     models.UserSource
	ExternalID *string
	Approved   bool // a commander has said yes already
}

// Invite makes an account that the person's first sign-in will bind, or brings a
// removed one back as if it were new. The address must be of a domain that leads
// to an identity provider of that very agency. An account that exists is Conflict.
func Invite(tx *store.Tx, n New) (*models.User, error) {
	email, err := Email(n.Email)
	if err != nil {
		return nil, err
	}
	name, err := Name(n.Name)
	if err != nil {
		return nil, err
	}
	title, err := Title(n.Title)
	if err != nil {
		return nil, err
	}
	roles, err := rolesFor(tx, n.AgencyID, n.Roles)
	if err != nil {
		return nil, err
	}
	issuer, err := issuerFor(tx, n.AgencyID, email)
	if err != nil {
		return nil, err
	}
	at := tx.Now
	u := models.User{ID: store.NewID(), AgencyID: n.AgencyID, IssuerID: issuer, Email: email, Name: name, Title: title, Sworn: n.Sworn, Roles: roles,
		State: models.UserInvited, StateAt: &at, Source: n.Source, ExternalID: n.ExternalID, InvitedByName: tx.Actor.Name, CreatedAt: at, Version: 1}
	if tx.Actor.UserID != uuid.Nil {
		id := tx.Actor.UserID
		u.InvitedBy = &id
	}
	if n.Approved {
		u.ApprovedAt, u.ApprovedByName, u.ApprovedBy = &at, tx.Actor.Name, u.InvitedBy
	}
	var old models.User
	err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("issuer_id = ? and email = ?", issuer, email).Take(&old).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		err := tx.Create(&u).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, models.Conflictf("Somebody invited %s in this very moment. Look at the list.", email)
		}
		if err != nil {
			return nil, fmt.Errorf("making the account: %w", err)
		}
		return &u, nil
	case err != nil:
		return nil, fmt.Errorf("looking for the account: %w", err)
	case old.State != models.UserRemoved:
		return nil, models.Conflictf("%s has an account already; it is %s.", email, StateInWords(old.State))
	}
	u.ID, u.Version = old.ID, old.Version+1
	res := tx.Model(&models.User{}).Where("id = ?", u.ID).Updates(map[string]any{
		"subject": nil, "name": u.Name, "title": u.Title, "sworn": u.Sworn, "roles": u.Roles, "state": u.State, "state_at": u.StateAt, "state_why": "",
		"source": u.Source, "external_id": u.ExternalID, "invited_by": u.InvitedBy, "invited_by_name": u.InvitedByName,
		"approved_at": u.ApprovedAt, "approved_by": u.ApprovedBy, "approved_by_name": u.ApprovedByName,
		"recertified_at": tx.Now, "recertified_by_name": tx.Actor.Name, "version": u.Version,
	})
	if res.Error != nil {
		return nil, fmt.Errorf("inviting again: %w", res.Error)
	}
	// None is open since the removal, but for one that was being made in that moment.
	if _, err := EndSessions(tx, u.ID); err != nil {
		return nil, err
	}
	return &u, nil
}

// issuerFor finds the agency's own identity provider for the address.
func issuerFor(tx *store.Tx, agency uuid.UUID, email string) (id uuid.UUID, err error) {
	_, domain, _ := strings.Cut(email, "@")
	var ids []uuid.UUID
	err = tx.Raw("select i.id from issuers i join issuer_domains d on d.issuer_id = i.id where i.agency_id = ? and d.domain = ?", agency, domain).Scan(&ids).Error
	if err != nil {
		return id, fmt.Errorf("looking for the identity provider: %w", err)
	}
	if len(ids) == 0 {
		return id, models.InvalidField("email", fmt.Sprintf("The agency has no sign-in for addresses ending in @%s. An admin sets it up under Sign-in.", domain))
	}
	return ids[0], nil
}

// rolesFor checks that the roles are of the agency's kind, and answers them sorted
// in the matrix's order, each once.
func rolesFor(tx *store.Tx, agency uuid.UUID, roles []auth.Role) (models.TextList, error) {
	var kind models.AgencyKind
	if err := tx.Raw("select kind from agencies where id = ? and closed_at is null", agency).Row().Scan(&kind); err != nil {
		return nil, models.NotFoundf("This agency does not exist or is closed.")
	}
	may := auth.AgencyRoles()
	if kind == models.KindClearinghouse {
		may = auth.ClearinghouseRoles()
	}
	list := models.TextList{}
	for _, r := range may {
		if slices.Contains(roles, r) {
			list = append(list, string(r))
		}
	}
	for _, r := range roles {
		if !slices.Contains(may, r) {
			return nil, models.InvalidField("roles", fmt.Sprintf("%q is no role that this agency's people can have.", r))
		}
	}
	// A directory makes a person known before it puts them into a group; until then
	// they may do nothing.
	if len(list) == 0 && !tx.Actor.Has(auth.Directory) {
		return nil, models.InvalidField("roles", "Choose at least one role.")
	}
	return list, nil
}
