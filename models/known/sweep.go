package known

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

const (
	clearAtOnce = 20_000          // hashes removed in a transaction
	silentFor   = 5 * time.Minute // an import that gave no sign of life for so long was killed
)

// clear removes the hashes of a set that ended badly or was withdrawn, a part in each
// transaction, until none is left or enough is done. It answers whether all are gone.
func (s *Service) clear(ctx context.Context, a auth.Actor, set *models.KnownSet, enough context.Context) (bool, error) {
	for enough.Err() == nil {
		done := false
		err := s.store.As(ctx, a, func(tx *store.Tx) error {
			q := tx.Exec(`delete from known_hashes where (set_no, n) in (select set_no, n from known_hashes where set_no = ? order by n limit ?)`, set.Number, clearAtOnce)
			if q.Error != nil {
				return q.Error
			}
			if done = q.RowsAffected < clearAtOnce; !done {
				return nil
			}
			return tx.Exec("update known_sets set cleared = true where id = ? and state in ('failed', 'withdrawn')", set.ID).Error
		})
		if err != nil {
			return false, fmt.Errorf("removing hashes of set %q: %w", set.Name, err)
		}
		if done {
			return true, nil
		}
	}
	return false, nil
}

// Sweep removes what killed imports left behind: their sets fail, and the hashes of
// failed and withdrawn sets go. It is the worker's, and harmless to repeat.
func (s *Service) Sweep(ctx context.Context) error {
	system := auth.System(auth.ForExamining)
	var dead, left []models.KnownSet
	err := s.store.As(ctx, system, func(tx *store.Tx) error {
		dead, left = nil, nil
		if err := tx.Where("state = 'importing' and beat_at < ?", tx.Now.Add(-silentFor)).Order("beat_at").Limit(100).Find(&dead).Error; err != nil {
			return err
		}
		return tx.Where("state in ('failed', 'withdrawn') and not cleared").Order("number").Limit(100).Find(&left).Error
	})
	if err != nil {
		return fmt.Errorf("looking for imports that broke off: %w", err)
	}
	for i := range dead {
		if err := s.fail(ctx, system, &dead[i], "Its import broke off: the program that read the file was ended. Import the file again.", nil); err != nil {
			return err
		}
	}
	var failed error
	for i := range left {
		_, err := s.clear(ctx, system, &left[i], ctx)
		failed = errors.Join(failed, err)
	}
	return failed
}

// Cancel ends an import that somebody else's request, or another window, is carrying
// out. What it has written is removed. One that is not under way is Conflict.
func (s *Service) Cancel(ctx context.Context, a auth.Actor, id string) (*models.KnownSet, error) {
	const action = "known.cancelled"
	line := audit.Event{Action: action, Subject: "hash set " + id, Words: "Tried to cancel the import of a hash set."}
	if err := audit.May(ctx, s.store, a, auth.ManageKnown, line, ask); err != nil {
		return nil, err
	}
	var set *models.KnownSet
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if set, err = find(tx, id); err != nil {
			return err
		}
		q := tx.Exec("update known_sets set state = 'failed', problem = ?, ended_at = ?, version = version + 1 where id = ? and state = 'importing'", "It was cancelled by "+a.Name+".", tx.Now, set.ID)
		if q.Error != nil {
			return fmt.Errorf("cancelling the import of %q: %w", set.Name, q.Error)
		}
		if q.RowsAffected == 0 {
			return models.Conflictf("This import is not under way any more, so there is nothing to cancel.")
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: set.Name, Words: "Cancelled the import of a hash set; nothing of its file was kept.", Detail: map[string]any{"set": set.ID}})
	})
	if err != nil {
		return nil, audit.UnseenThing(ctx, s.store, a, action, "hash set "+id, "Asked for a hash set that does not exist.", err)
	}
	return set, nil
}
