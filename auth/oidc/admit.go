package oidc

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// errMoved says that the account changed between finding and signing in.
var errMoved = errors.New("the account changed while its person signed in")

// admit finds the user of a proven identity, binds an invited one at the first
// sign-in, and writes the audit line in the same transaction.
func (s *Service) admit(ctx context.Context, c Client, i issuer, who claims) (models.User, error) {
	u, reason, err := s.userOf(ctx, i, who)
	if err != nil {
		return models.User{}, err
	}
	if reason != "" {
		var known *models.User
		if u.ID != uuid.Nil {
			known = &u
		}
		return models.User{}, s.refuse(ctx, c, i, reason, known, nil)
	}
	first := u.Subject == nil
	actor := c.actor()
	actor.UserID, actor.AgencyID, actor.Name = u.ID, u.AgencyID, u.Name
	err = s.Store.As(ctx, actor, func(tx *store.Tx) error {
		var res *gorm.DB
		if first {
			res = tx.Exec("update users set subject = ?, state = ?, last_sign_in_at = ? where id = ? and subject is null and state = ?",
				who.Subject, models.UserActive, tx.Now, u.ID, models.UserInvited)
		} else {
			res = tx.Exec("update users set last_sign_in_at = ? where id = ? and state = ?", tx.Now, u.ID, models.UserActive)
		}
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			return errMoved
		}
		e := audit.Event{Action: "session.signed-in", Subject: "sign-in at " + i.Host(), Words: "Signed in."}
		if first {
			e.Words = "Signed in for the first time; the account is now bound to this identity."
		}
		return audit.Record(tx, e)
	})
	if errors.Is(err, errMoved) {
		return models.User{}, s.refuse(ctx, c, i, NoAccount, &u, err)
	}
	return u, err
}

// userOf answers the user of an identity, or the reason why there is none that
// may sign in.
func (s *Service) userOf(ctx context.Context, i issuer, who claims) (u models.User, reason Reason, err error) {
	email := strings.ToLower(strings.TrimSpace(who.Email))
	err = s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		u, reason = models.User{}, ""
		err := tx.Where("issuer_id = ? and subject = ?", i.ID, who.Subject).Take(&u).Error
		if err == nil {
			if u.State != models.UserActive {
				reason = Suspended
			}
			return nil
		}
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		// Nobody is bound to this identity. An invitation is found by the address,
		// if the provider vouches for it and its domain is the provider's own.
		u = models.User{}
		if email == "" {
			reason = NoAccount
			return nil
		}
		if who.Verified != nil && !*who.Verified {
			reason = Unverified
			return nil
		}
		var domains int64
		if err := tx.Raw("select count(*) from issuer_domains where domain = ? and issuer_id = ?", Domain(email), i.ID).Row().Scan(&domains); err != nil {
			return err
		}
		if domains == 0 {
			reason = NoAccount
			return nil
		}
		err = tx.Where("issuer_id = ? and agency_id = ? and email = ?", i.ID, i.AgencyID, email).Take(&u).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			u, reason = models.User{}, NoAccount
		case err != nil:
			return err
		case u.State == models.UserSuspended || u.State == models.UserRemoved:
			reason = Suspended
		case u.Subject != nil || u.State != models.UserInvited:
			// The address belongs to somebody else's identity at the same provider.
			reason, u = NoAccount, models.User{}
		}
		return nil
	})
	return u, reason, err
}
