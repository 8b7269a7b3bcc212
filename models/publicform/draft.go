package publicform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Draft is what somebody has written so far.
type Draft struct {
	Secret  string // of the cookie
	Answers Answers
	Fresh   bool // made by this very request: the cookie must be set
	Sent    bool
	Number  int64 // once sent
	Code    string
	Touched time.Time
}

// Open answers the draft of a secret; ErrGone when there is none, or it is too old.
func (s *Service) Open(ctx context.Context, a auth.Actor, secret string) (*Draft, error) {
	if err := only(a); err != nil {
		return nil, err
	}
	var d *Draft
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		row, in, err := read(tx, secret)
		if err != nil {
			return err
		}
		d = drawn(secret, row, in)
		if tx.Now.Sub(row.TouchedAt) < time.Minute {
			return nil
		}
		return tx.Model(&models.PublicDraft{}).Where("token_hash = ?", row.TokenHash).Update("touched_at", tx.Now).Error
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func drawn(secret string, row *models.PublicDraft, in sealed) *Draft {
	return &Draft{Secret: secret, Answers: in.Answers, Sent: row.Sent, Number: in.Number, Code: in.Code, Touched: row.TouchedAt}
}

// read finds a draft by its secret, locked.
func read(tx *store.Tx, secret string) (*models.PublicDraft, sealed, error) {
	if secret == "" || len(secret) > 100 {
		return nil, sealed{}, ErrGone
	}
	hash := hashOf(secret)
	if err := hold(tx, hash); err != nil {
		return nil, sealed{}, err
	}
	var row models.PublicDraft
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("token_hash = ? and touched_at > ?", hash, tx.Now.Add(-IdleFor)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, sealed{}, ErrGone
	}
	if err != nil {
		return nil, sealed{}, fmt.Errorf("reading a draft: %w", err)
	}
	in, err := unseal(secret, row.Sealed)
	return &row, in, err
}

func write(tx *store.Tx, secret string, row *models.PublicDraft, in sealed) error {
	b, err := seal(secret, in)
	if err != nil {
		return err
	}
	err = tx.Model(&models.PublicDraft{}).Where("token_hash = ?", row.TokenHash).
		Updates(map[string]any{"sealed": b, "sent": row.Sent, "touched_at": tx.Now}).Error
	if err != nil {
		return fmt.Errorf("keeping a draft: %w", err)
	}
	return nil
}

// Save keeps a page's answers. Without a draft, or with one that is gone, it begins a
// new one with them: what was just typed is not lost. ErrSent when the report was sent
// already; ErrElsewhere, with the answers that stand there now, when another tab wrote
// others since was, the Mark that the page had.
func (s *Service) Save(ctx context.Context, a auth.Actor, secret string, step Step, answers Answers, was string) (*Draft, error) {
	if err := only(a); err != nil {
		return nil, err
	}
	var d *Draft
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		row, in, err := read(tx, secret)
		if errors.Is(err, ErrGone) {
			d, err = begin(tx, answers)
			return err
		}
		if err != nil {
			return err
		}
		d = drawn(secret, row, in)
		if row.Sent {
			return ErrSent
		}
		if now := step.Mark(in.Answers); was != "" && now != was && now != step.Mark(answers) {
			return ErrElsewhere
		}
		for _, f := range step.Fields {
			delete(in.Answers, f.Name)
			if v := answers[f.Name]; v != "" {
				in.Answers[f.Name] = v
			}
		}
		return write(tx, secret, row, in)
	})
	if err != nil && !errors.Is(err, ErrElsewhere) && !errors.Is(err, ErrSent) {
		return nil, err
	}
	return d, err
}

// begin makes a draft under a secret of ours, never under one that a cookie brought.
func begin(tx *store.Tx, answers Answers) (*Draft, error) {
	secret := newSecret()
	b, err := seal(secret, sealed{Answers: answers})
	if err != nil {
		return nil, err
	}
	row := models.PublicDraft{TokenHash: hashOf(secret), Sealed: b, StartedAt: tx.Now, TouchedAt: tx.Now}
	if err := hold(tx, row.TokenHash); err != nil {
		return nil, err
	}
	if err := tx.Create(&row).Error; err != nil {
		return nil, fmt.Errorf("beginning a draft: %w", err)
	}
	return &Draft{Secret: secret, Answers: answers, Fresh: true, Touched: tx.Now}, nil
}

// Wipe erases a draft, sent or not. There being none is no error.
func (s *Service) Wipe(ctx context.Context, a auth.Actor, secret string) error {
	if err := only(a); err != nil {
		return err
	}
	if secret == "" {
		return nil
	}
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		hash := hashOf(secret)
		if err := hold(tx, hash); err != nil {
			return err
		}
		return tx.Where("token_hash = ?", hash).Delete(&models.PublicDraft{}).Error
	})
}

// Sweep erases drafts that nobody touched for IdleFor, and answers how many. It is the
// worker's, and harmless to repeat.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var n int64
	err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		res := tx.Where("touched_at <= ?", tx.Now.Add(-IdleFor)).Delete(&models.PublicDraft{})
		n = res.RowsAffected
		return res.Error
	})
	if err != nil {
		return 0, fmt.Errorf("erasing drafts that were left: %w", err)
	}
	return int(n), nil
}
