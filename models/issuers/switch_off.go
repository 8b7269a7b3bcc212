package issuers

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Off is what switching a provider off would do, or did.
type Off struct {
	Agency  models.Agency
	Issuer  models.Issuer
	Domains []string
	People  int // who could sign in there and no longer can
	Ended   int // sessions
	// LastWay says that no active admin of the agency would have a way in. Only the
	// clearinghouse may do that, from outside, to shut out a provider that is no
	// longer to be trusted.
	LastWay    bool
	MayLockOut bool
}

// AboutToSwitchOff answers what switching the provider off would do.
func (s *Service) AboutToSwitchOff(ctx context.Context, a auth.Actor, issuer uuid.UUID) (*Off, error) {
	const action = "issuer.read"
	subject := "provider " + issuer.String()
	if err := s.manages(ctx, a, action, subject, "Tried to look at sign-in settings."); err != nil {
		return nil, err
	}
	var o *Off
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if o, err = offOf(tx, issuer, false); err != nil {
			return err
		}
		var left int
		err = tx.Raw(`select count(*) from users u join issuers i on i.id = u.issuer_id and i.enabled and i.id <> ?
			join issuer_domains d on d.issuer_id = i.id and d.domain = split_part(u.email, '@', 2)
			where u.agency_id = ? and u.state = 'active' and u.roles && array['agency-admin', 'clearinghouse-admin']`, issuer, o.Agency.ID).Row().Scan(&left)
		if err != nil {
			return fmt.Errorf("looking for admins who can sign in: %w", err)
		}
		before, err := waysIn(tx, o.Agency.ID, uuid.Nil)
		o.LastWay = left == 0 && len(before) > 0
		return err
	})
	if err != nil {
		return nil, s.after(ctx, a, action, subject, err)
	}
	return o, nil
}

// SwitchOff takes a provider out of use at once and ends the sessions of its people.
// It is Conflict when no active admin of the agency would have a way in, unless
// lockOut says so and the clearinghouse asks it for another agency.
func (s *Service) SwitchOff(ctx context.Context, a auth.Actor, issuer uuid.UUID, version int, lockOut bool) (*Off, error) {
	const action = "issuer.switched-off"
	subject := "provider " + issuer.String()
	if err := s.manages(ctx, a, action, subject, "Tried to switch an identity provider off."); err != nil {
		return nil, err
	}
	var o *Off
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if o, err = offOf(tx, issuer, true); err != nil {
			return err
		}
		if o.Issuer.Version != version {
			return models.Conflictf("%s changed this provider a moment ago. Look at it again before you switch it off.", orSomebody(o.Issuer.ChangedByName))
		}
		if !o.Issuer.Enabled {
			return models.Conflictf("This provider is switched off already.")
		}
		if _, err := activeAdmins(tx, o.Agency.ID, true); err != nil {
			return err
		}
		before, err := waysIn(tx, o.Agency.ID, uuid.Nil)
		if err != nil {
			return err
		}
		err = tx.Model(&models.Issuer{}).Where("id = ?", issuer).Updates(map[string]any{"enabled": false, "changed_at": tx.Now, "changed_by_name": a.Name, "version": version + 1}).Error
		if err != nil {
			return fmt.Errorf("switching the provider off: %w", err)
		}
		err = keepsAWayIn(tx, o.Agency.ID, uuid.Nil, before, nil)
		if o.LastWay = errors.Is(err, errLockout); err != nil && !(o.LastWay && lockOut && o.MayLockOut) {
			return err
		}
		if err := tx.Raw("select coalesce(sum(people_end_sessions(u.id)), 0) from users u where u.issuer_id = ?", issuer).Row().Scan(&o.Ended); err != nil {
			return fmt.Errorf("ending sessions: %w", err)
		}
		words := "Switched an identity provider off."
		if o.LastWay {
			words = "Switched an identity provider off although no admin of the agency can sign in any more."
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: o.Issuer.URL, Words: words, Concerns: []uuid.UUID{o.Agency.ID},
			Detail: map[string]any{"issuer": issuer, "domains": o.Domains, "shut_out": o.People, "sessions_ended": o.Ended}})
	})
	if err != nil {
		return nil, s.after(ctx, a, action, subject, err)
	}
	return o, nil
}

func offOf(tx *store.Tx, id uuid.UUID, lock bool) (*Off, error) {
	o := &Off{}
	if err := tx.Where("id = ? and app_manages(agency_id)", id).Take(&o.Issuer).Error; err != nil {
		return nil, store.Translate(err, "This provider")
	}
	live, err := issuerOf(tx, o.Issuer.AgencyID, id, lock)
	if err != nil {
		return nil, err
	}
	o.Issuer = *live
	if o.Agency, err = agencyByID(tx, live.AgencyID); err != nil {
		return nil, err
	}
	o.MayLockOut = tx.Actor.Side == auth.SideClearinghouse && tx.Actor.AgencyID != live.AgencyID && tx.Actor.Can(auth.ManageAgencies)
	if err := tx.Raw("select domain from issuer_domains where issuer_id = ? order by domain", id).Scan(&o.Domains).Error; err != nil {
		return nil, fmt.Errorf("listing domains: %w", err)
	}
	err = tx.Raw(`select count(*) from users u join issuer_domains d on d.issuer_id = u.issuer_id and d.domain = split_part(u.email, '@', 2)
		where u.issuer_id = ? and u.state in ('invited', 'waiting', 'active')`, id).Row().Scan(&o.People)
	if err != nil {
		return nil, fmt.Errorf("counting people: %w", err)
	}
	return o, nil
}
