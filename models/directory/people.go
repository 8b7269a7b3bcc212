package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// NewIssuer is an agency's identity provider, to be registered.
type NewIssuer struct {
	AgencyCode   string
	URL          string
	ClientID     string
	ClientSecret []byte // sealed; nil: a public client
	Domains      []string
}

// SetIssuer registers an agency's identity provider and the e-mail domains whose
// people sign in there, or brings them to what is given: the provider with that
// address, or else the agency's oldest. A domain that the agency's admins have led
// to another of its providers stays there; one that another agency's provider holds
// is Conflict: no issuer vouches for another's people.
func (s *Service) SetIssuer(ctx context.Context, n NewIssuer) error {
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		a, err := agencyByCode(tx, n.AgencyCode)
		if err != nil {
			return err
		}
		var iss models.Issuer
		err = tx.Where("agency_id = ?", a.ID).Order(clause.OrderBy{Expression: clause.Expr{SQL: "url <> ?, created_at, id", Vars: []any{n.URL}}}).Take(&iss).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			iss = models.Issuer{ID: store.NewID(), AgencyID: a.ID, URL: n.URL, ClientID: n.ClientID, ClientSecret: n.ClientSecret, AuthMethod: authMethod(n.ClientSecret), Enabled: true, CreatedAt: tx.Now}
			err = tx.Create(&iss).Error
		case err == nil:
			err = setIssuer(tx, iss, n)
		}
		if err != nil {
			return fmt.Errorf("registering the identity provider of %s: %w", n.AgencyCode, err)
		}
		for _, d := range n.Domains {
			d = strings.ToLower(strings.TrimSpace(d))
			// An administrator at the console has checked whose domain it is, which also
			// decides what the agency may have asked for.
			var elsewhere bool
			if err := tx.Raw("select exists (select 1 from agency_domains where domain = ? and approved and agency_id <> ?)", d, a.ID).Row().Scan(&elsewhere); err != nil {
				return fmt.Errorf("looking who has the domain %s: %w", d, err)
			}
			if elsewhere {
				return models.Conflictf("The e-mail domain %s belongs to another agency.", d)
			}
			if err := tx.Exec(`insert into agency_domains (agency_id, domain, asked_at, asked_by_name, decided_at, decided_by_name, approved) values (?, ?, ?, ?, ?, ?, true)
				on conflict (agency_id, domain) do update set approved = true, decided_at = excluded.decided_at, decided_by_name = excluded.decided_by_name where agency_domains.approved is distinct from true`,
				a.ID, d, tx.Now, tx.Actor.Name, tx.Now, tx.Actor.Name).Error; err != nil {
				return fmt.Errorf("approving the domain %s: %w", d, err)
			}
			if err := tx.Exec("insert into issuer_domains (domain, issuer_id) values (?, ?) on conflict do nothing", d, iss.ID).Error; err != nil {
				return fmt.Errorf("registering the domain %s: %w", d, err)
			}
			var holder uuid.UUID
			if err := tx.Raw("select i.agency_id from issuer_domains d join issuers i on i.id = d.issuer_id where d.domain = ?", d).Row().Scan(&holder); err != nil {
				return fmt.Errorf("reading the domain %s: %w", d, err)
			}
			if holder != a.ID {
				return models.Conflictf("The e-mail domain %s belongs to another agency's identity provider.", d)
			}
		}
		return audit.Record(tx, audit.Event{Action: "issuer.set", Subject: n.URL, Words: "Registered an agency's identity provider.", Concerns: []uuid.UUID{a.ID}})
	})
}

// setIssuer brings a provider that there is to what an administrator gives, and
// switches it on: the console is the way back in when nobody can sign in. With
// another address or client its people are somebody new there and are found again
// by their verified address. What is so already is left alone.
func setIssuer(tx *store.Tx, iss models.Issuer, n NewIssuer) error {
	another := iss.URL != n.URL || iss.ClientID != n.ClientID
	if !another && iss.Enabled && iss.AuthMethod == authMethod(n.ClientSecret) && n.ClientSecret == nil {
		return nil
	}
	err := tx.Model(&models.Issuer{}).Where("id = ?", iss.ID).Updates(map[string]any{"url": n.URL, "client_id": n.ClientID, "client_secret": n.ClientSecret, "auth_method": authMethod(n.ClientSecret),
		"enabled": true, "changed_at": tx.Now, "changed_by_name": tx.Actor.Name, "version": iss.Version + 1}).Error
	if err != nil || !another {
		return err
	}
	return tx.Exec("update users set subject = null where issuer_id = ?", iss.ID).Error
}

// Invite makes an account for a person at an agency whose identity provider is
// registered. Their first sign-in there binds it. Inviting again changes nothing.
func (s *Service) Invite(ctx context.Context, email, name, agencyCode string, roles ...auth.Role) error {
	email = strings.ToLower(strings.TrimSpace(email))
	_, domain, ok := strings.Cut(email, "@")
	if !ok || domain == "" {
		return models.InvalidField("email", fmt.Sprintf("%q is no e-mail address.", email))
	}
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		a, err := agencyByCode(tx, agencyCode)
		if err != nil {
			return err
		}
		var iss models.Issuer
		err = tx.Where("agency_id = ? and id = (select issuer_id from issuer_domains where domain = ?)", a.ID, domain).Take(&iss).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return models.Conflictf("%s has no identity provider for @%s. Register it first: reeve agency issuer %s URL CLIENT_ID %s", a.Name, domain, a.Code, domain)
		}
		if err != nil {
			return fmt.Errorf("looking for the identity provider of %s: %w", agencyCode, err)
		}
		u := models.User{ID: store.NewID(), AgencyID: a.ID, IssuerID: iss.ID, Email: email, Name: name, State: models.UserInvited, CreatedAt: tx.Now}
		for _, r := range roles {
			u.Roles = append(u.Roles, string(r))
		}
		res := tx.Exec(`insert into users (id, agency_id, issuer_id, email, name, roles, state, state_at, source, invited_by_name, approved_at, approved_by_name, recertified_at, created_at)
			values (?, ?, ?, ?, ?, ?, ?, ?, 'console', ?, ?, ?, ?, ?) on conflict (issuer_id, email) do nothing`,
			u.ID, u.AgencyID, u.IssuerID, u.Email, u.Name, u.Roles, u.State, tx.Now, tx.Actor.Name, tx.Now, tx.Actor.Name, tx.Now, u.CreatedAt)
		if res.Error != nil {
			return fmt.Errorf("inviting %s: %w", email, res.Error)
		}
		if res.RowsAffected == 0 {
			return nil
		}
		return audit.Record(tx, audit.Event{Action: "user.invited", Subject: email, Words: "Invited a person.", Concerns: []uuid.UUID{a.ID}, People: []uuid.UUID{u.ID}})
	})
}

// SetContact sets the desk that other agencies are told to call.
func (s *Service) SetContact(ctx context.Context, agencyCode, name, email, phone string) error {
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		a, err := agencyByCode(tx, agencyCode)
		if err != nil {
			return err
		}
		if err := tx.Model(&models.Agency{}).Where("id = ?", a.ID).Updates(map[string]any{"contact_name": name, "contact_email": email, "contact_phone": phone}).Error; err != nil {
			return fmt.Errorf("setting the contact of %s: %w", agencyCode, err)
		}
		return audit.Record(tx, audit.Event{Action: "agency.contact", Subject: agencyCode, Words: "Set an agency's contact.", Concerns: []uuid.UUID{a.ID}})
	})
}

func agencyByCode(tx *store.Tx, code string) (models.Agency, error) {
	var a models.Agency
	err := tx.Where("code = ?", code).Take(&a).Error
	return a, store.Translate(err, "Agency "+code)
}

// authMethod is how Reeve proves itself with what an administrator gave.
func authMethod(secret []byte) models.AuthMethod {
	if secret == nil {
		return models.AuthNone
	}
	return models.AuthSecret
}
