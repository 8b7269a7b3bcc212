package issuers

import (
	"context"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Form is what the form of sign-in settings needs.
type Form struct {
	Agency    models.Agency
	Draft     *models.IssuerDraft // nil: one to be made
	Live      *models.Issuer      // what it would change; nil: a new provider
	Values    Settings
	Domains   []Domain // the approved ones
	Providers []Provider
	Roles     []auth.Role // that the agency's people can have
	Waiting   int         // domains that are asked for and undecided
}

// FormFor answers the form of a new draft, begun with what is live when issuer is
// given.
func (s *Service) FormFor(ctx context.Context, a auth.Actor, code string, issuer *uuid.UUID) (*Form, error) {
	const action = "issuer.read"
	if err := s.manages(ctx, a, action, subjectOf(code), "Tried to look at sign-in settings."); err != nil {
		return nil, err
	}
	f := &Form{}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*f = Form{Values: defaults()}
		agency, err := agencyFor(tx, code)
		if err != nil {
			return err
		}
		if err := f.surround(tx, agency); err != nil {
			return err
		}
		if issuer == nil {
			return nil
		}
		if f.Live, err = issuerOf(tx, agency.ID, *issuer, false); err != nil {
			return err
		}
		f.Values = settingsOf(*f.Live, f.domainsAt(f.Live.ID))
		f.Values.demand()
		return nil
	})
	if err != nil {
		return nil, s.after(ctx, a, action, subjectOf(code), err)
	}
	return f, nil
}

// FormOf answers the form of a draft that there is.
func (s *Service) FormOf(ctx context.Context, a auth.Actor, id uuid.UUID) (*Form, error) {
	const action = "issuer.read"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to look at sign-in settings."); err != nil {
		return nil, err
	}
	f := &Form{}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*f = Form{}
		var d models.IssuerDraft
		if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
			return store.Translate(err, "This draft")
		}
		agency, err := agencyByID(tx, d.AgencyID)
		if err != nil {
			return err
		}
		if err := f.surround(tx, agency); err != nil {
			return err
		}
		f.Draft, f.Values = &d, settingsOf(d.Issuer(), d.Domains)
		f.Values.Silent, f.Values.MFANote = d.MFASilent, d.MFANote
		f.Values.demand()
		if d.IssuerID != nil {
			f.Live, err = issuerOf(tx, agency.ID, *d.IssuerID, false)
		}
		return err
	})
	if err != nil {
		return nil, s.after(ctx, a, action, draftSubject(id), err)
	}
	return f, nil
}

// demand proposes the usual sign of a second factor where settings from before one
// was asked for demand none.
func (in *Settings) demand() {
	if !in.Silent && len(in.ACR)+len(in.AMR) == 0 {
		in.AMR = defaults().AMR
	}
}

func (f *Form) surround(tx *store.Tx, agency models.Agency) error {
	f.Agency, f.Roles = agency, rolesOf(agency)
	all, err := domainsOf(tx, agency.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		switch {
		case d.Approved == nil:
			f.Waiting++
		case *d.Approved:
			f.Domains = append(f.Domains, d)
		}
	}
	f.Providers, err = providersOf(tx, agency.ID)
	return err
}

func (f *Form) domainsAt(issuer uuid.UUID) []string {
	for _, p := range f.Providers {
		if p.ID == issuer {
			return p.Domains
		}
	}
	return nil
}
