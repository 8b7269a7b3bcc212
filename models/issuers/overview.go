package issuers

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Overview is an agency's sign-in as it stands.
type Overview struct {
	Agency    models.Agency
	Others    []models.Agency // further agencies whose sign-in the actor manages, by name, at most 500
	Providers []Provider
	Domains   []Domain
	Drafts    []models.IssuerDraft // newest first
	Decides   bool                 // the actor decides about domains too
}

// Provider is a live or switched-off identity provider.
type Provider struct {
	models.Issuer
	Domains []string
	People  int // accounts that sign in there: invited, waiting, active or suspended
}

// Domain is an e-mail domain of the agency, with the provider to which it leads.
type Domain struct {
	models.AgencyDomain
	IssuerID *uuid.UUID
}

// Overview answers the sign-in of the agency with the code, the actor's own when
// the code is empty.
func (s *Service) Overview(ctx context.Context, a auth.Actor, code string) (*Overview, error) {
	const action = "issuer.read"
	if err := s.manages(ctx, a, action, subjectOf(code), "Tried to look at sign-in settings."); err != nil {
		return nil, err
	}
	var o *Overview
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		agency, err := agencyFor(tx, code)
		if err != nil {
			return err
		}
		o = &Overview{Agency: agency, Decides: a.Side == auth.SideClearinghouse && a.Can(auth.ManageAgencies)}
		if err := tx.Where("kind = ? and closed_at is null and id <> ? and app_manages(id)", models.KindAgency, agency.ID).Order("name, id").Limit(500).Find(&o.Others).Error; err != nil {
			return fmt.Errorf("listing agencies: %w", err)
		}
		if o.Providers, err = providersOf(tx, agency.ID); err != nil {
			return err
		}
		if o.Domains, err = domainsOf(tx, agency.ID); err != nil {
			return err
		}
		if err := tx.Where("agency_id = ?", agency.ID).Order("made_at desc, id desc").Limit(maxDrafts * 2).Find(&o.Drafts).Error; err != nil {
			return fmt.Errorf("listing drafts: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, s.after(ctx, a, action, subjectOf(code), err)
	}
	return o, nil
}

func subjectOf(code string) string {
	if code == "" {
		return "sign-in of the own agency"
	}
	return "sign-in of agency " + code
}

func providersOf(tx *store.Tx, agency uuid.UUID) ([]Provider, error) {
	var list []models.Issuer
	if err := tx.Where("agency_id = ?", agency).Order("created_at, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("listing providers: %w", err)
	}
	type count struct {
		IssuerID uuid.UUID
		N        int
	}
	var counts []count
	if err := tx.Raw("select issuer_id, count(*) as n from users where agency_id = ? and state <> 'removed' group by issuer_id", agency).Scan(&counts).Error; err != nil {
		return nil, fmt.Errorf("counting people: %w", err)
	}
	var domains []models.IssuerDomain
	if err := tx.Where("issuer_id in (select id from issuers where agency_id = ?)", agency).Order("domain").Find(&domains).Error; err != nil {
		return nil, fmt.Errorf("listing domains: %w", err)
	}
	out := make([]Provider, len(list))
	for i, issuer := range list {
		p := Provider{Issuer: issuer}
		for _, c := range counts {
			if c.IssuerID == issuer.ID {
				p.People = c.N
			}
		}
		for _, d := range domains {
			if d.IssuerID == issuer.ID {
				p.Domains = append(p.Domains, d.Domain)
			}
		}
		out[i] = p
	}
	return out, nil
}

func domainsOf(tx *store.Tx, agency uuid.UUID) ([]Domain, error) {
	var list []models.AgencyDomain
	if err := tx.Where("agency_id = ?", agency).Order("domain").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("listing domains: %w", err)
	}
	var held []models.IssuerDomain
	if err := tx.Where("issuer_id in (select id from issuers where agency_id = ?)", agency).Find(&held).Error; err != nil {
		return nil, fmt.Errorf("listing domains: %w", err)
	}
	out := make([]Domain, len(list))
	for i, d := range list {
		out[i] = Domain{AgencyDomain: d}
		for _, h := range held {
			if h.Domain == d.Domain {
				id := h.IssuerID
				out[i].IssuerID = &id
			}
		}
	}
	return out, nil
}

// approvedOf are the names of the approved ones.
func approvedOf(list []Domain) []string {
	var out []string
	for _, d := range list {
		if d.Approved != nil && *d.Approved {
			out = append(out, d.Domain)
		}
	}
	return out
}
