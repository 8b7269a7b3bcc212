package provisioning

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"reeve/models"
	"reeve/models/store"
)

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
