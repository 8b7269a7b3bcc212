package issuers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Create begins a draft for the agency with the code, the actor's own when it is
// empty: of a new provider, or of a change to the live one when issuer is given.
func (s *Service) Create(ctx context.Context, a auth.Actor, code string, issuer *uuid.UUID, in Settings) (uuid.UUID, error) {
	const action = "issuer.draft-made"
	if err := s.manages(ctx, a, action, subjectOf(code), "Tried to prepare sign-in settings."); err != nil {
		return uuid.Nil, err
	}
	id := store.NewID()
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		agency, err := agencyFor(tx, code)
		if err != nil {
			return err
		}
		var n int
		if err := tx.Raw("select count(*) from issuer_drafts where agency_id = ? and replaced_at is null", agency.ID).Row().Scan(&n); err != nil {
			return fmt.Errorf("counting drafts: %w", err)
		}
		if n >= maxDrafts {
			return models.Conflictf("The agency has %d drafts already. Throw one away first.", n)
		}
		d := models.IssuerDraft{ID: id, AgencyID: agency.ID, MadeBy: a.UserID, MadeByName: a.Name, MadeAt: tx.Now, Version: 1}
		if issuer != nil {
			live, err := issuerOf(tx, agency.ID, *issuer, false)
			if err != nil {
				return err
			}
			from(&d, *live)
		}
		if err := s.fill(tx, agency, &d, in); err != nil {
			return err
		}
		if err := tx.Create(&d).Error; err != nil {
			return fmt.Errorf("keeping the draft: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Prepared sign-in settings. Nothing is live yet.", Detail: detail(d), Concerns: []uuid.UUID{agency.ID}})
	})
	if err != nil {
		return uuid.Nil, s.after(ctx, a, action, subjectOf(code), err)
	}
	return id, nil
}

// Save changes a draft. Whatever was tested before is void then, unless nothing
// changed. A draft that somebody else changed meanwhile is Conflict.
func (s *Service) Save(ctx context.Context, a auth.Actor, id uuid.UUID, version int, in Settings) error {
	const action = "issuer.draft-changed"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to change a draft of sign-in settings."); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, version)
		if err != nil {
			return err
		}
		agency, err := agencyByID(tx, d.AgencyID)
		if err != nil {
			return err
		}
		before := *d
		if err := s.fill(tx, agency, d, in); err != nil {
			return err
		}
		if d.IssuerID != nil {
			// Saving again is how an admin says that they have seen what is live now.
			live, err := issuerOf(tx, d.AgencyID, *d.IssuerID, false)
			if err != nil {
				return err
			}
			d.IssuerVersion = &live.Version
		}
		if sameSettings(before, *d) {
			return nil
		}
		untested(d)
		d.MadeBy, d.MadeByName, d.MadeAt = a.UserID, a.Name, tx.Now
		if err := saveDraft(tx, d); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Changed a draft of sign-in settings. Nothing is live yet.", Detail: detail(*d), Concerns: []uuid.UUID{d.AgencyID}})
	})
	return s.after(ctx, a, action, draftSubject(id), err)
}

// Discard throws a draft away with the secret in it.
func (s *Service) Discard(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error {
	const action = "issuer.draft-discarded"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to throw away a draft of sign-in settings."); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, version)
		if err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Delete(&models.IssuerDraft{}).Error; err != nil {
			return fmt.Errorf("throwing the draft away: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Threw away a draft of sign-in settings.", Concerns: []uuid.UUID{d.AgencyID}})
	})
	return s.after(ctx, a, action, draftSubject(id), err)
}

// fill puts the settings into the draft. A secret or key is kept only while it goes
// to the host that it was given for: a changed address must not carry it elsewhere.
func (s *Service) fill(tx *store.Tx, agency models.Agency, d *models.IssuerDraft, in Settings) error {
	domains, err := domainsOf(tx, agency.ID)
	if err != nil {
		return err
	}
	in, err = in.check(rolesOf(agency), approvedOf(domains))
	if err != nil {
		return err
	}
	self := d.ID
	if d.IssuerID != nil {
		self = *d.IssuerID
	}
	var taken bool
	if err := tx.Raw("select sign_in_client_taken(?, ?, ?)", self, in.URL, in.ClientID).Row().Scan(&taken); err != nil {
		return fmt.Errorf("asking whether the client is free: %w", err)
	}
	if taken {
		var own models.Issuer
		err := tx.Where("agency_id = ? and url = ? and client_id = ?", agency.ID, in.URL, in.ClientID).Take(&own).Error
		if err == nil {
			return models.InvalidField("client_id", "This is the client of "+NameOf(own)+", a provider of this agency. Begin a change of that one instead; it can be switched on again that way.")
		}
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return fmt.Errorf("looking whose client it is: %w", err)
		}
		return models.InvalidField("client_id", "This client of this provider is registered here already. Register a client of its own for this agency at the provider.")
	}
	elsewhere := d.URL != "" && origin(d.URL) != origin(in.URL)
	if elsewhere {
		d.ClientSecret, d.PrivateKey, d.PublicKey = nil, nil, nil
	}
	switch in.Method {
	case models.AuthSecret:
		d.PrivateKey, d.PublicKey = nil, nil
		switch {
		case in.Secret != "":
			if d.ClientSecret, err = s.seal([]byte(in.Secret)); err != nil {
				return err
			}
		case elsewhere:
			return models.InvalidField("secret", "The address leads to another host now. Type the client secret of that provider; the old one is not sent there.")
		case len(d.ClientSecret) == 0:
			return models.InvalidField("secret", "Type the client secret that the provider gave you.")
		}
	case models.AuthPrivateKey:
		d.ClientSecret = nil
		if in.NewKey || len(d.PrivateKey) == 0 {
			if d.PrivateKey, d.PublicKey, err = s.newKey(); err != nil {
				return err
			}
		}
	default:
		d.ClientSecret, d.PrivateKey, d.PublicKey = nil, nil, nil
	}
	// Accepted was this provider for this client, and no other.
	if !in.Silent || d.URL != in.URL || d.ClientID != in.ClientID {
		d.MFAAttestedBy, d.MFAAttestedAt = "", nil
	}
	d.URL, d.Name, d.ClientID, d.AuthMethod = in.URL, in.Name, in.ClientID, in.Method
	d.Scopes, d.RolesClaim, d.RoleMap, d.RequiredACR, d.RequiredAMR, d.Domains = in.Scopes, in.RolesClaim, in.RoleMap, in.ACR, in.AMR, in.Domains
	d.MFASilent, d.MFANote = in.Silent, in.MFANote
	return nil
}

// from begins a draft with what is live.
func from(d *models.IssuerDraft, live models.Issuer) {
	id, version := live.ID, live.Version
	d.IssuerID, d.IssuerVersion = &id, &version
	d.URL, d.Name, d.ClientID, d.AuthMethod = live.URL, live.Name, live.ClientID, live.AuthMethod
	d.ClientSecret, d.PrivateKey, d.PublicKey = live.ClientSecret, live.PrivateKey, live.PublicKey
	d.Scopes, d.RolesClaim, d.RoleMap, d.RequiredACR, d.RequiredAMR = live.Scopes, live.RolesClaim, live.RoleMap, live.RequiredACR, live.RequiredAMR
	d.MFASilent = !live.AsksForMFA() && live.MFAAttestedBy != ""
	d.MFAAttestedBy, d.MFAAttestedAt = live.MFAAttestedBy, live.MFAAttestedAt
}

// untested makes every proof void.
func untested(d *models.IssuerDraft) {
	d.TestedAt, d.TestedBy, d.TestedSubject, d.TestedEmail, d.TestReport = nil, nil, "", "", nil
	d.TestingVersion, d.TestingBy, d.LookReport = nil, nil, nil
}

func sameSettings(a, b models.IssuerDraft) bool {
	based := a.IssuerVersion == nil && b.IssuerVersion == nil || a.IssuerVersion != nil && b.IssuerVersion != nil && *a.IssuerVersion == *b.IssuerVersion
	return based && a.URL == b.URL && a.Name == b.Name && a.ClientID == b.ClientID && a.AuthMethod == b.AuthMethod &&
		bytes.Equal(a.ClientSecret, b.ClientSecret) && bytes.Equal(a.PrivateKey, b.PrivateKey) &&
		slices.Equal(a.Scopes, b.Scopes) && a.RolesClaim == b.RolesClaim && maps.EqualFunc(a.RoleMap, b.RoleMap, slices.Equal) &&
		slices.Equal(a.RequiredACR, b.RequiredACR) && slices.Equal(a.RequiredAMR, b.RequiredAMR) && slices.Equal(a.Domains, b.Domains) &&
		a.MFASilent == b.MFASilent && a.MFANote == b.MFANote && a.MFAAttestedBy == b.MFAAttestedBy
}

// lockDraft reads a draft for update; version, when not zero, must still be its.
func lockDraft(tx *store.Tx, id uuid.UUID, version int) (*models.IssuerDraft, error) {
	var d models.IssuerDraft
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&d).Error; err != nil {
		return nil, store.Translate(err, "This draft")
	}
	if version != 0 && d.Version != version {
		return nil, models.Conflictf("%s changed this draft a moment ago. Look at it again before you go on.", d.MadeByName)
	}
	return &d, nil
}

// saveDraft writes the draft whole and raises its version.
func saveDraft(tx *store.Tx, d *models.IssuerDraft) error {
	d.Version++
	if err := tx.Select("*").Omit("id", "agency_id").Where("id = ?", d.ID).Updates(d).Error; err != nil {
		return fmt.Errorf("keeping the draft: %w", err)
	}
	return nil
}

// issuerOf reads a provider of the agency.
func issuerOf(tx *store.Tx, agency, id uuid.UUID, lock bool) (*models.Issuer, error) {
	var i models.Issuer
	q := tx.DB
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	err := q.Where("id = ? and agency_id = ?", id, agency).Take(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, store.Translate(err, "This provider")
	}
	return &i, err
}

func draftSubject(id uuid.UUID) string { return "draft " + id.String() }

// detail is what the audit log says of settings: never a secret.
func detail(d models.IssuerDraft) map[string]any {
	return map[string]any{"client": d.ClientID, "method": string(d.AuthMethod), "domains": []string(d.Domains), "acr": []string(d.RequiredACR), "amr": []string(d.RequiredAMR), "roles_claim": d.RolesClaim}
}
