package oidc

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// errMoved says that the account changed between finding and signing in.
var errMoved = errors.New("the account changed while its person signed in")

// admit decides whether a proven identity may come in: the person must be known
// here, the proof strong and new enough, and a role theirs. It binds an account at
// its first sign-in, stamps it, sets the roles if the provider gives them, and
// writes the audit line, all in one transaction.
func (s *Service) admit(ctx context.Context, c Client, i issuer, a Attempt, who claims) (models.User, error) {
	u, reason, err := s.userOf(ctx, i, who)
	if err != nil {
		return models.User{}, err
	}
	var known *models.User
	if u.ID != uuid.Nil {
		known = &u
	}
	refuse := func(r Reason, cause error) (models.User, error) {
		return models.User{}, s.refuse(ctx, c, i, r, known, cause)
	}
	if i.Agency.ClosedAt != nil {
		return refuse(Closed, nil)
	}
	// Before anything is said of the account: half a proof learns nothing.
	if err := tooWeak(i.Issuer, who); err != nil {
		return refuse(TooWeak, err)
	}
	if err := s.tooOld(i, a, who); err != nil {
		s.names.stale(who.Email, s.Clock())
		return refuse(NotFresh, err)
	}
	if a.Fresh && u.ID != a.Person {
		return refuse(OtherPerson, nil)
	}
	if reason != "" {
		return refuse(reason, nil)
	}
	var given models.TextList
	if mapsRoles(i.Issuer) {
		if given, err = mapped(i, who); err != nil {
			return refuse(NoRole, err)
		}
	}
	actor := c.actor()
	actor.UserID, actor.AgencyID, actor.Name = u.ID, u.AgencyID, u.Name
	err = s.Store.As(ctx, actor, func(tx *store.Tx) (err error) {
		u, err = enter(tx, i, a, who, u, given)
		return err
	})
	switch {
	case errors.Is(err, errMoved):
		return refuse(NoAccount, nil)
	case err != nil:
		return models.User{}, err
	case u.State == models.UserWaiting:
		return refuse(Waiting, nil)
	}
	return u, nil
}

// userOf answers the user of an identity, and the reason why they may not sign in,
// if there is one.
func (s *Service) userOf(ctx context.Context, i issuer, who claims) (u models.User, reason Reason, err error) {
	err = s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		u, reason = models.User{}, ""
		err := tx.Where("issuer_id = ? and subject = ?", i.ID, who.Subject).Take(&u).Error
		if err == nil {
			switch u.State {
			case models.UserActive:
			case models.UserWaiting:
				reason = Waiting
			default:
				reason = Suspended
			}
			return nil
		}
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		// Nobody is bound to this identity. An account that waits for one is found by
		// the address, if the provider vouches for it and its domain is the provider's
		// own. That is an invitation, or an account whose agency moved to this provider.
		u = models.User{}
		if who.Email == "" {
			reason = NoAccount
			return nil
		}
		if who.Verified != nil && !*who.Verified {
			reason = Unverified
			return nil
		}
		var domains int64
		if err := tx.Raw("select count(*) from issuer_domains where domain = ? and issuer_id = ?", Domain(who.Email), i.ID).Row().Scan(&domains); err != nil {
			return err
		}
		if domains == 0 {
			reason = NoAccount
			return nil
		}
		err = tx.Where("issuer_id = ? and agency_id = ? and email = ?", i.ID, i.AgencyID, who.Email).Take(&u).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			u, reason = models.User{}, NoAccount
		case err != nil:
			return err
		case u.State == models.UserSuspended || u.State == models.UserRemoved:
			reason = Suspended
		case u.Subject != nil:
			// The address belongs to somebody else's identity at the same provider.
			reason, u = NoAccount, models.User{}
		}
		return nil
	})
	return u, reason, err
}
