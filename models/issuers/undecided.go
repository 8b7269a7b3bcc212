package issuers

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// pageSize is how many requests stand on a page.
const pageSize = 50

// orderAsked is the order of requests: oldest first.
const orderAsked byte = 'a'

// Undecided is the clearinghouse's list of what agencies wait for with their
// sign-in: e-mail domains, and second factors that no token tells of.
type Undecided struct {
	Rows  []Request
	Next  *store.Cursor // where the list goes on; nil at its end
	First bool
	Last  []Request // the newest decisions, only on the first page
	// Silent are drafts whose provider is said to enforce a second factor without
	// saying so, oldest first, at most 50; only on the first page.
	Silent []Silent
}

// Silent is a draft that waits for the clearinghouse to accept how its provider
// enforces a second factor.
type Silent struct {
	models.IssuerDraft
	AgencyName string
}

// Request is a domain that an agency asked for.
type Request struct {
	models.AgencyDomain
	AgencyCode, AgencyName string
	// Holder is the agency that has the domain already; empty: nobody.
	Holder string `gorm:"-"`
	// Near are agencies that have a domain above or below this one, with it.
	Near []string `gorm:"-"`
}

// Undecided answers the domains to decide about, oldest first.
func (s *Service) Undecided(ctx context.Context, a auth.Actor, cursor string) (*Undecided, error) {
	const action = "domains.read"
	if err := s.decides(ctx, a, action, "domains to decide about", "Tried to look at e-mail domains to decide about."); err != nil {
		return nil, err
	}
	from, err := store.ParseCursor(cursor, orderAsked)
	if err != nil {
		return nil, err
	}
	var u *Undecided
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		u = &Undecided{First: from == nil}
		q := tx.Table("agency_domains d").Joins("join agencies a on a.id = d.agency_id").Select("d.*, a.code as agency_code, a.name as agency_name").Where("d.approved is null")
		if from != nil {
			q = q.Where("(d.asked_at, d.agency_id) > (?, ?)", from.At, from.ID)
		}
		if err := q.Order("d.asked_at, d.agency_id").Limit(pageSize + 1).Scan(&u.Rows).Error; err != nil {
			return fmt.Errorf("listing domains to decide about: %w", err)
		}
		if len(u.Rows) > pageSize {
			u.Rows = u.Rows[:pageSize]
			last := u.Rows[pageSize-1]
			u.Next = &store.Cursor{Order: orderAsked, At: last.AskedAt, ID: last.AgencyID}
		}
		if err := neighbours(tx, u.Rows); err != nil {
			return err
		}
		if !u.First {
			return nil
		}
		err := tx.Table("agency_domains d").Joins("join agencies a on a.id = d.agency_id").Select("d.*, a.code as agency_code, a.name as agency_name").
			Where("d.approved is not null and d.note <> ''").Order("d.decided_at desc, d.domain").Limit(10).Scan(&u.Last).Error
		if err != nil {
			return fmt.Errorf("listing decisions: %w", err)
		}
		err = tx.Table("issuer_drafts d").Joins("join agencies a on a.id = d.agency_id").Select("d.*, a.name as agency_name").
			Where("d.mfa_silent and d.mfa_attested_at is null and d.replaced_at is null").Order("d.made_at, d.id").Limit(pageSize).Scan(&u.Silent).Error
		if err != nil {
			return fmt.Errorf("listing drafts that wait: %w", err)
		}
		return nil
	})
	return u, err
}

// neighbours says who has a requested domain, or one above or below it: whoever
// has agency.example has a say about people.agency.example.
func neighbours(tx *store.Tx, rows []Request) error {
	var names models.TextList
	for _, r := range rows {
		names = append(names, r.Domain)
	}
	var held []struct {
		Asked, Domain, Name string
		AgencyID            uuid.UUID
	}
	err := tx.Raw(`select q.asked, d.domain, a.name, d.agency_id from unnest(?::text[]) q (asked)
		join agency_domains d on d.approved and (d.domain = q.asked or d.domain like '%.' || q.asked or q.asked like '%.' || d.domain)
		join agencies a on a.id = d.agency_id order by d.domain limit 500`, names).Scan(&held).Error
	if err != nil {
		return fmt.Errorf("looking who has the domains: %w", err)
	}
	for i := range rows {
		for _, h := range held {
			switch {
			case h.Asked != rows[i].Domain || h.AgencyID == rows[i].AgencyID:
			case h.Domain == h.Asked:
				rows[i].Holder = h.Name
			default:
				if near := h.Domain + " is " + h.Name + "'s"; !slices.Contains(rows[i].Near, near) && len(rows[i].Near) < 5 {
					rows[i].Near = append(rows[i].Near, near)
				}
			}
		}
	}
	return nil
}

func concerned(a models.Agency) []uuid.UUID { return []uuid.UUID{a.ID} }
