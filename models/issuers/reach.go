package issuers

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// Effects is what switching a draft on does to people.
type Effects struct {
	NewIdentity bool // the provider or the client is another: everybody is somebody new there
	Rebound     int  // people who are bound anew at their next sign-in; the tester is bound at once
	Moves       []Move
	Dropped     []string // domains that led here and will lead nowhere
	ShutOut     int      // people who could sign in and no longer can
}

// Move is a domain that comes over from another provider of the agency.
type Move struct {
	Domain string
	From   string // the provider's name or host
	People int
}

// crowd is how many people of one domain sign in at one provider.
type crowd struct {
	Domain   string
	IssuerID uuid.UUID
	N        int // all but removed
	Bound    int // with an identity
	Open     int // not suspended either
}

func crowds(tx *store.Tx, agency uuid.UUID) ([]crowd, error) {
	var list []crowd
	err := tx.Raw(`select split_part(email, '@', 2) as domain, issuer_id, count(*) as n, count(subject) as bound,
		count(*) filter (where state <> 'suspended') as open from users where agency_id = ? and state <> 'removed' group by 1, 2`, agency).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("counting people: %w", err)
	}
	return list, nil
}

// issuerID is the provider that a draft changes or would be.
func issuerID(d models.IssuerDraft) uuid.UUID {
	if d.IssuerID != nil {
		return *d.IssuerID
	}
	return d.ID
}

func newIdentity(d models.IssuerDraft, live *models.Issuer) bool {
	return live != nil && (live.URL != d.URL || live.ClientID != d.ClientID)
}

func effects(tx *store.Tx, d models.IssuerDraft, live *models.Issuer, tester *models.User) (Effects, error) {
	e := Effects{NewIdentity: newIdentity(d, live)}
	people, err := crowds(tx, d.AgencyID)
	if err != nil {
		return e, err
	}
	providers, err := providersOf(tx, d.AgencyID)
	if err != nil {
		return e, err
	}
	self := issuerID(d)
	for _, p := range providers {
		for _, name := range p.Domains {
			takes := slices.Contains(d.Domains, name)
			switch {
			case takes && p.ID != self:
				m := Move{Domain: name, From: NameOf(p.Issuer)}
				for _, c := range people {
					if c.Domain == name {
						m.People += c.N
					}
				}
				e.Moves = append(e.Moves, m)
			case !takes && p.ID == self:
				e.Dropped = append(e.Dropped, name)
				for _, c := range people {
					if c.Domain == name && c.IssuerID == self && p.Enabled {
						e.ShutOut += c.Open
					}
				}
			}
		}
	}
	for _, c := range people {
		if c.IssuerID == self && e.NewIdentity || c.IssuerID != self && slices.Contains(d.Domains, c.Domain) {
			e.Rebound += c.Bound
		}
	}
	if tester != nil && tester.AgencyID == d.AgencyID && tester.Subject != nil && slices.Contains(d.Domains, domainOf(tester.Email)) && (e.NewIdentity || tester.IssuerID != self) && e.Rebound > 0 {
		e.Rebound--
	}
	return e, nil
}

// NameOf names a provider for a person: its name, or else its host.
func NameOf(i models.Issuer) string {
	if i.Name != "" {
		return i.Name
	}
	return hostOf(i.URL)
}

// waysIn are the agency's active admins who have a way in: an address whose domain
// leads to their own provider, which is switched on. At the provider touched, only
// those count who are bound to an identity there: the others must yet be found by
// their address.
func waysIn(tx *store.Tx, agency, touched uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Raw(`select u.id from users u
		join issuers i on i.id = u.issuer_id and i.enabled
		join issuer_domains d on d.issuer_id = i.id and d.domain = split_part(u.email, '@', 2)
		where u.agency_id = ? and u.state = 'active' and u.roles && array['agency-admin', 'clearinghouse-admin'] and (u.subject is not null or u.issuer_id <> ?)`,
		agency, touched).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("looking for admins who can sign in: %w", err)
	}
	return ids, nil
}
