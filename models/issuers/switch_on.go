package issuers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// SwitchedOn is what switching a draft on did.
type SwitchedOn struct {
	IssuerID uuid.UUID
	Name     string
	Agency   models.Agency
	Effects
	Ended int // sessions of people who were shut out
}

// SwitchOn makes a draft live in one act: the settings, the domains with their
// people, the tester's own account, and what was live before kept for going back.
// A draft that is not proven, and one that would leave the agency without an admin
// who can sign in, is Conflict, and nothing changes.
func (s *Service) SwitchOn(ctx context.Context, a auth.Actor, id uuid.UUID, version int) (*SwitchedOn, error) {
	const action = "issuer.switched-on"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to switch sign-in settings on."); err != nil {
		return nil, err
	}
	var done *SwitchedOn
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, version)
		if err != nil {
			return err
		}
		done = &SwitchedOn{IssuerID: issuerID(*d)}
		if done.Agency, err = agencyByID(tx, d.AgencyID); err != nil {
			return err
		}
		if _, err := activeAdmins(tx, d.AgencyID, true); err != nil {
			return err
		}
		var live *models.Issuer
		if d.IssuerID != nil {
			if live, err = issuerOf(tx, d.AgencyID, *d.IssuerID, true); err != nil {
				return err
			}
		}
		tester, err := testerOf(tx, *d)
		if err != nil {
			return err
		}
		list, err := missing(tx, *d, live, tester)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			return &models.Error{Kind: models.Conflict, Message: list[0], Err: errNotTested}
		}
		before, err := waysIn(tx, d.AgencyID, uuid.Nil)
		if err != nil {
			return err
		}
		if done.Effects, err = effects(tx, *d, live, tester); err != nil {
			return err
		}
		now, err := goLive(tx, *d, live)
		if err != nil {
			return err
		}
		done.Name = NameOf(*now)
		if err := leadDomains(tx, *d, now.ID); err != nil {
			return err
		}
		if done.Ended, err = movePeople(tx, *d, now.ID, tester, done.NewIdentity); err != nil {
			return err
		}
		touched := uuid.Nil
		if live == nil || done.NewIdentity {
			touched = now.ID
		}
		if err := keepsAWayIn(tx, d.AgencyID, touched, before, tester); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: switchedWords(*d, live), Concerns: []uuid.UUID{d.AgencyID},
			Detail: map[string]any{"issuer": now.ID, "client": d.ClientID, "method": string(d.AuthMethod), "domains": []string(d.Domains),
				"acr": []string(d.RequiredACR), "amr": []string(d.RequiredAMR), "bound_anew": done.Rebound, "shut_out": done.ShutOut, "sessions_ended": done.Ended}})
	})
	if err != nil {
		return nil, s.after(ctx, a, action, draftSubject(id), err)
	}
	return done, nil
}

func switchedWords(d models.IssuerDraft, live *models.Issuer) string {
	switch {
	case live == nil:
		return "Switched on a new identity provider after a successful test."
	case d.ReplacedAt != nil:
		return "Went back to earlier sign-in settings after a successful test."
	case d.TestedAt == nil:
		return "Switched sign-in settings on for an agency without an active admin."
	}
	return "Switched changed sign-in settings on after a successful test."
}

// goLive writes the draft's settings as the provider's, and keeps those that they
// replace as a draft for going back.
func goLive(tx *store.Tx, d models.IssuerDraft, live *models.Issuer) (*models.Issuer, error) {
	i := d.Issuer()
	i.ID = issuerID(d)
	at := tx.Now
	i.ChangedAt, i.ChangedByName, i.TestedAt = &at, tx.Actor.Name, d.TestedAt
	var err error
	if live == nil {
		i.CreatedAt, i.Version = tx.Now, 1
		err = tx.Create(&i).Error
	} else {
		i.Version = live.Version + 1
		to := map[string]any{"url": i.URL, "name": i.Name, "client_id": i.ClientID, "client_secret": i.ClientSecret, "auth_method": i.AuthMethod,
			"private_key": i.PrivateKey, "public_key": i.PublicKey, "scopes": i.Scopes, "roles_claim": i.RolesClaim, "role_map": i.RoleMap,
			"required_acr": i.RequiredACR, "required_amr": i.RequiredAMR, "mfa_attested_by": i.MFAAttestedBy, "mfa_attested_at": i.MFAAttestedAt,
			"enabled": true, "changed_at": i.ChangedAt, "changed_by_name": i.ChangedByName, "tested_at": i.TestedAt, "version": i.Version}
		if newIdentity(d, live) {
			to["last_success_at"], to["last_failure_at"], to["last_failure"] = nil, nil, ""
		}
		err = tx.Model(&models.Issuer{}).Where("id = ?", i.ID).Updates(to).Error
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil, models.Conflictf("This client of this provider was registered here meanwhile by somebody else. Register a client of its own for this agency at the provider.")
	}
	if err != nil {
		return nil, fmt.Errorf("switching sign-in settings on: %w", err)
	}
	if err := tx.Where("id = ? or (issuer_id = ? and replaced_at is not null)", d.ID, i.ID).Delete(&models.IssuerDraft{}).Error; err != nil {
		return nil, fmt.Errorf("removing the draft: %w", err)
	}
	if live == nil {
		return &i, nil
	}
	old := models.IssuerDraft{ID: store.NewID(), AgencyID: d.AgencyID, MadeBy: tx.Actor.UserID, MadeByName: tx.Actor.Name, MadeAt: tx.Now, ReplacedAt: &at, Version: 1}
	from(&old, *live)
	old.IssuerVersion = &i.Version
	var domains []string
	if err := tx.Raw("select domain from issuer_domains where issuer_id = ? order by domain", i.ID).Scan(&domains).Error; err != nil {
		return nil, fmt.Errorf("reading the domains: %w", err)
	}
	old.Domains = domains
	if err := tx.Create(&old).Error; err != nil {
		return nil, fmt.Errorf("keeping the earlier settings: %w", err)
	}
	return &i, nil
}

// leadDomains makes exactly the draft's domains lead to the provider.
func leadDomains(tx *store.Tx, d models.IssuerDraft, issuer uuid.UUID) error {
	if err := tx.Exec("delete from issuer_domains where issuer_id = ? and domain <> all (?::text[])", issuer, d.Domains).Error; err != nil {
		return fmt.Errorf("taking domains from the provider: %w", err)
	}
	for _, name := range d.Domains {
		err := tx.Exec("insert into issuer_domains (domain, issuer_id) values (?, ?) on conflict (domain) do update set issuer_id = excluded.issuer_id", name, issuer).Error
		if err != nil {
			return fmt.Errorf("leading a domain to the provider: %w", err)
		}
	}
	return nil
}

// movePeople takes the people of the draft's domains to the provider and forgets
// the identities that no longer hold: a provider's name for a person means nothing
// at another provider, and some name the same person differently to each client.
// People without a way in lose their sessions; it answers how many.
func movePeople(tx *store.Tx, d models.IssuerDraft, issuer uuid.UUID, tester *models.User, anew bool) (ended int, err error) {
	if anew {
		if err := tx.Exec("update users set subject = null where issuer_id = ?", issuer).Error; err != nil {
			return 0, fmt.Errorf("forgetting identities: %w", err)
		}
	}
	err = tx.Exec("update users set issuer_id = ?, subject = null where agency_id = ? and issuer_id <> ? and split_part(email, '@', 2) = any (?::text[])", issuer, d.AgencyID, issuer, d.Domains).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return 0, models.Conflictf("Somebody has two accounts with the same address, one at each provider. Ask the clearinghouse to sort that out first.")
	}
	if err != nil {
		return 0, fmt.Errorf("taking people to the provider: %w", err)
	}
	if tester != nil && tester.AgencyID == d.AgencyID && slices.Contains(d.Domains, domainOf(tester.Email)) {
		err := tx.Exec("update users set subject = ? where id = ? and issuer_id = ?", d.TestedSubject, tester.ID, issuer).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return 0, models.Conflictf("The identity with which you tested belongs to somebody else's account here.")
		}
		if err != nil {
			return 0, fmt.Errorf("binding the tester: %w", err)
		}
	}
	err = tx.Raw("select coalesce(sum(people_end_sessions(u.id)), 0) from users u where u.issuer_id = ? and split_part(u.email, '@', 2) <> all (?::text[])", issuer, d.Domains).Row().Scan(&ended)
	if err != nil {
		return 0, fmt.Errorf("ending sessions: %w", err)
	}
	return ended, nil
}

// keepsAWayIn refuses what leaves no active admin of the agency a way in, or takes
// the tester's.
func keepsAWayIn(tx *store.Tx, agency, touched uuid.UUID, before []uuid.UUID, tester *models.User) error {
	after, err := waysIn(tx, agency, touched)
	if err != nil {
		return err
	}
	if len(before) > 0 && len(after) == 0 {
		return &models.Error{Kind: models.Conflict, Err: errLockout, Message: "No active admin of the agency could sign in any more, so nothing was changed. Keep the domain of an admin's address at a provider that is switched on."}
	}
	if tester != nil && slices.Contains(before, tester.ID) && !slices.Contains(after, tester.ID) {
		return &models.Error{Kind: models.Conflict, Err: errLockout, Message: "The tester's own address would lead nowhere any more, so nothing was changed. Keep its domain at this provider or at another that is switched on."}
	}
	return nil
}
