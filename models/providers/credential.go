package providers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// Limits of the forms.
const (
	MaxOverlapDays = 30  // how long an old password may work on after a rotation
	WhyLimit       = 300 // characters of the reason for disabling
)

// Given is what a person must hand over to the provider with the new password.
type Given struct {
	ProviderID         uuid.UUID
	Provider, Username string
	OldUntil           *time.Time // until when the old password works on; nil: there is none, or no longer
	ContactName        string
	ContactEmail       string
}

// Rotation is a new password for a provider.
type Rotation struct {
	Hash        string // of the new password
	OverlapDays int    // for which the old one works on; 0: it ends now
	Version     int    // of the account that the person saw
}

// Rotate gives the provider a new password under the same user name. With an overlap
// the old one works on for so many days; without one every old one ends now. Where an
// overlap is under way already, another is Conflict: two passwords at a time are
// enough to change over, and each one more is one more to guess.
func (s *Service) Rotate(ctx context.Context, a auth.Actor, id uuid.UUID, in Rotation) (*Given, error) {
	if in.OverlapDays < 0 || in.OverlapDays > MaxOverlapDays {
		return nil, models.InvalidField("overlap", fmt.Sprintf("Write a number of days from 0 to %d.", MaxOverlapDays))
	}
	var out *Given
	err := s.change(ctx, a, id, in.Version, deed{"provider.rotated", "Tried to change a provider's password.", func(tx *store.Tx, l *locked, line *audit.Event) error {
		live := l.live(tx)
		switch {
		case len(live) == 0:
			return models.Conflictf("No password of this provider works, so there is none to change. Enable it with a new one instead.")
		case in.OverlapDays > 0 && len(live) > 1:
			return models.Conflictf("The old password of the last change still works. End that overlap first, or choose 0 days, which ends every old password now.")
		}
		until := tx.Now.AddDate(0, 0, in.OverlapDays)
		line.Words = "Changed a provider's password; the old one ended at once."
		if in.OverlapDays > 0 {
			line.Words = fmt.Sprintf("Changed a provider's password; the old one works until %s UTC.", until.Format("2 Jan 2006, 15:04"))
		}
		for _, c := range live {
			if c.ValidUntil != nil && c.ValidUntil.Before(until) {
				continue
			}
			ended := map[string]any{"valid_until": until}
			if in.OverlapDays == 0 {
				ended["ended_by_name"] = a.Name
			}
			if err := end(tx, c.ID, ended); err != nil {
				return err
			}
		}
		out = l.given(live[0].Username)
		if in.OverlapDays > 0 {
			out.OldUntil = &until
		}
		line.Detail = map[string]any{"username": out.Username, "overlap_days": in.OverlapDays}
		return give(tx, id, out.Username, in.Hash)
	}})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// EndOverlap ends the old password of a rotation now. Where no overlap is under way it
// is Conflict.
func (s *Service) EndOverlap(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error {
	return s.change(ctx, a, id, version, deed{"provider.overlap-ended", "Tried to end a provider's old password.", func(tx *store.Tx, l *locked, line *audit.Event) error {
		old := overlapping(l.live(tx))
		if len(old) == 0 {
			return models.Conflictf("There is no old password to end: at most one password works.")
		}
		for _, c := range old {
			if err := end(tx, c.ID, map[string]any{"valid_until": tx.Now, "ended_by_name": a.Name}); err != nil {
				return err
			}
		}
		line.Words = "Ended a provider's old password before its overlap was over."
		line.Detail = map[string]any{"username": old[0].Username, "would_have_ended": old[0].ValidUntil.Format(time.RFC3339)}
		return nil
	}})
}

// overlapping answers those of the live credentials that a newer one without an end
// has replaced.
func overlapping(live []models.ProviderCredential) (old []models.ProviderCredential) {
	newer := false
	for _, c := range live {
		switch {
		case c.ValidUntil == nil:
			newer = true
		default:
			old = append(old, c)
		}
	}
	if !newer {
		return nil
	}
	return old
}

// Disable ends every credential of the provider at once. The reason may be empty. One
// that is disabled already is Conflict.
func (s *Service) Disable(ctx context.Context, a auth.Actor, id uuid.UUID, why string, version int) error {
	why, err := account.Line("why", why, 0, WhyLimit)
	if err != nil {
		return err
	}
	return s.change(ctx, a, id, version, deed{"provider.disabled", "Tried to disable a provider.", func(tx *store.Tx, l *locked, line *audit.Event) error {
		live := l.live(tx)
		if len(live) == 0 {
			return models.Conflictf("No password of this provider works; it is shut out already.")
		}
		// Also those that wait for their end: nothing of it comes back by itself.
		err := tx.Exec(`update provider_credentials set disabled_at = ?, ended_by_name = ?, ended_why = ?
			where provider_id = ? and disabled_at is null and (valid_until is null or valid_until > ?)`, tx.Now, a.Name, why, id, tx.Now).Error
		if err != nil {
			return fmt.Errorf("disabling %s: %w", l.Name, err)
		}
		line.Words = "Disabled a provider: none of its passwords works any more."
		line.Detail = map[string]any{"username": live[0].Username, "passwords": len(live), "why": why}
		return nil
	}})
}

func (l *locked) given(username string) *Given {
	return &Given{ProviderID: l.Provider.ID, Provider: l.Name, Username: username, ContactName: l.ContactName, ContactEmail: l.ContactEmail}
}

func end(tx *store.Tx, id uuid.UUID, columns map[string]any) error {
	if err := tx.Model(&models.ProviderCredential{}).Where("id = ?", id).Updates(columns).Error; err != nil {
		return fmt.Errorf("ending a password: %w", err)
	}
	return nil
}

// give adds a credential. The database itself refuses a user name that another
// provider took at the same moment.
func give(tx *store.Tx, provider uuid.UUID, username, hash string) error {
	err := tx.Create(&models.ProviderCredential{ID: store.NewID(), ProviderID: provider, Username: username, PasswordHash: hash, CreatedAt: tx.Now, MadeByName: tx.Actor.Name}).Error
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return usernameTaken(username)
	case err != nil:
		return fmt.Errorf("giving a password: %w", err)
	}
	return nil
}
