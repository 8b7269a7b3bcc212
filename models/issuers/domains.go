package issuers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Ask asks the clearinghouse for an e-mail domain, with a note on how it can check
// whose it is. One that was refused may be asked for again. A domain at which anybody
// can have an address, and one that another agency has, is Invalid.
func (s *Service) Ask(ctx context.Context, a auth.Actor, code, domain, note string) (string, error) {
	const action = "domain.asked"
	if err := s.manages(ctx, a, action, subjectOf(code), "Tried to ask for an e-mail domain."); err != nil {
		return "", err
	}
	wrong := map[string]string{}
	name, w := cleanDomain(domain)
	if w != "" {
		wrong["domain"] = w
	}
	note = strings.TrimSpace(note)
	switch n := len([]rune(note)); {
	case n == 0:
		wrong["note"] = "Say how the clearinghouse can check that the domain is your agency's: a web page, a public record, whom to call."
	case n > NoteLimit:
		wrong["note"] = fmt.Sprintf("At most %d characters.", NoteLimit)
	}
	if len(wrong) > 0 {
		return "", &models.Error{Kind: models.Invalid, Message: "Something needs correcting.", Fields: wrong}
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		agency, err := agencyFor(tx, code)
		if err != nil {
			return err
		}
		all, err := domainsOf(tx, agency.ID)
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.Domain != name {
				continue
			}
			if d.Approved == nil {
				return models.InvalidField("domain", "This domain is asked for already. The clearinghouse has not decided yet.")
			}
			if *d.Approved {
				return models.InvalidField("domain", "This domain is approved for this agency already.")
			}
		}
		if len(all) >= maxDomains {
			return models.Conflictf("The agency has %d domains already. Take one back that is not needed.", len(all))
		}
		var taken bool
		if err := tx.Raw("select sign_in_domain_taken(?, ?)", agency.ID, name).Row().Scan(&taken); err != nil {
			return fmt.Errorf("asking whether the domain is free: %w", err)
		}
		if taken {
			return models.InvalidField("domain", "Another agency signs in with this domain. If it should be yours, call the clearinghouse.")
		}
		if err := tx.Exec("delete from agency_domains where agency_id = ? and domain = ? and approved = false", agency.ID, name).Error; err != nil {
			return fmt.Errorf("asking again: %w", err)
		}
		row := models.AgencyDomain{AgencyID: agency.ID, Domain: name, AskedByName: a.Name, AskedAt: tx.Now, Note: note}
		if err := tx.Create(&row).Error; err != nil {
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return models.InvalidField("domain", "This domain is asked for already. The clearinghouse has not decided yet.")
			}
			return fmt.Errorf("asking for a domain: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: name, Words: "Asked for an e-mail domain.", Concerns: concerned(agency)})
	})
	return name, s.after(ctx, a, action, subjectOf(code), err)
}

// Withdraw takes a domain back: a request, a refusal, or an approved domain that
// leads nowhere. One that leads to a provider is Conflict.
func (s *Service) Withdraw(ctx context.Context, a auth.Actor, code, domain string) error {
	const action = "domain.withdrawn"
	if err := s.manages(ctx, a, action, subjectOf(code), "Tried to take an e-mail domain back."); err != nil {
		return err
	}
	domain = strings.ToLower(strings.TrimSpace(domain))
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		agency, err := agencyFor(tx, code)
		if err != nil {
			return err
		}
		var used bool
		if err := tx.Raw("select exists (select 1 from issuer_domains where domain = ?)", domain).Row().Scan(&used); err != nil {
			return fmt.Errorf("looking where the domain leads: %w", err)
		}
		if used {
			return models.Conflictf("%s leads to a provider. Take it out of that provider's settings first.", domain)
		}
		res := tx.Exec("delete from agency_domains where agency_id = ? and domain = ?", agency.ID, domain)
		if res.Error != nil {
			return fmt.Errorf("taking a domain back: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return models.NotFoundf("This domain does not exist, or not for you.")
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: domain, Words: "Took an e-mail domain back.", Concerns: concerned(agency)})
	})
	return s.after(ctx, a, action, "domain "+clip(domain, 253), err)
}

// Decide approves or refuses a domain that an agency asked for, once. asked is when
// it was asked for, as the decider saw it: a newer request is another one. A refusal
// needs an answer. A domain that another agency has is Conflict, by name.
func (s *Service) Decide(ctx context.Context, a auth.Actor, code, domain string, asked int64, approve bool, answer string) error {
	action := "domain.refused"
	if approve {
		action = "domain.approved"
	}
	if err := s.decides(ctx, a, action, "domain "+clip(domain, 253), "Tried to decide about an e-mail domain."); err != nil {
		return err
	}
	answer = strings.TrimSpace(answer)
	switch {
	case len([]rune(answer)) > NoteLimit:
		return models.InvalidField("answer", fmt.Sprintf("At most %d characters.", NoteLimit))
	case !approve && answer == "":
		return models.InvalidField("answer", "Say why, so that the agency knows what to do next.")
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		agency, err := agencyFor(tx, code)
		if err != nil {
			return err
		}
		var d models.AgencyDomain
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("agency_id = ? and domain = ?", agency.ID, domain).Take(&d).Error; err != nil {
			return store.Translate(err, "This domain")
		}
		switch {
		case d.AskedAt.UnixMicro() != asked:
			return models.Conflictf("%s was asked for anew a moment ago. Look at what is said now.", domain)
		case d.Approved != nil && *d.Approved:
			return models.Conflictf("%s approved %s already.", d.DecidedByName, domain)
		case d.Approved != nil:
			return models.Conflictf("%s refused %s already. The agency may ask again.", d.DecidedByName, domain)
		}
		if approve {
			if host := mailHost(domain); host != "" {
				return models.Conflictf("Anybody can have an address at %s, so it proves no agency.", host)
			}
			var holder string
			err := tx.Raw("select a.name from agency_domains d join agencies a on a.id = d.agency_id where d.domain = ? and d.approved and d.agency_id <> ?", domain, agency.ID).Row().Scan(&holder)
			switch {
			case err == nil:
				return models.Conflictf("%s has %s. One agency has a domain, also among those above and below each other.", holder, domain)
			case !errors.Is(err, errNoRows):
				return fmt.Errorf("looking who has the domain: %w", err)
			}
		}
		err = tx.Model(&models.AgencyDomain{}).Where("agency_id = ? and domain = ?", agency.ID, domain).
			Updates(map[string]any{"approved": approve, "decided_at": tx.Now, "decided_by_name": a.Name, "answer": answer}).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return models.Conflictf("Another agency got %s a moment ago.", domain)
		}
		if err != nil {
			return fmt.Errorf("deciding about a domain: %w", err)
		}
		words := "Refused an e-mail domain that an agency asked for."
		if approve {
			words = "Approved an e-mail domain: its ownership was checked."
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: domain, Words: words, Detail: map[string]string{"agency": agency.Code, "answer": answer}, Concerns: concerned(agency)})
	})
	return s.after(ctx, a, action, "domain "+clip(domain, 253), err)
}
