package known

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// WhyLimit is how long the reason for a withdrawal may be.
const WhyLimit = 300

// Withdraw ends a set: nothing is compared with it from now on, and the worker takes
// back what it marked. The reason is required. version is the one that the person
// saw; another one, and a set that is not active, is Conflict.
func (s *Service) Withdraw(ctx context.Context, a auth.Actor, id, why string, version int) (*models.KnownSet, error) {
	line := audit.Event{Action: "known.withdrawn", Subject: "hash set " + id, Words: "Tried to withdraw a hash set."}
	if err := audit.May(ctx, s.store, a, auth.ManageKnown, line, ask); err != nil {
		return nil, err
	}
	set, err := s.withdraw(ctx, a, id, why, &version)
	return set, audit.UnseenThing(ctx, s.store, a, line.Action, line.Subject, "Asked for a hash set that does not exist.", err)
}

// WithdrawAtConsole is Withdraw for an administrator at the console.
func (s *Service) WithdrawAtConsole(ctx context.Context, id, why string) (*models.KnownSet, error) {
	return s.withdraw(ctx, auth.System(auth.ForSetup), id, why, nil)
}

func (s *Service) withdraw(ctx context.Context, a auth.Actor, id, why string, version *int) (*models.KnownSet, error) {
	why, err := account.Line("why", why, 1, WhyLimit)
	if err != nil {
		return nil, err
	}
	var set *models.KnownSet
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if err := tx.Exec(inOrder).Error; err != nil {
			return fmt.Errorf("waiting for other hash sets: %w", err)
		}
		if set, err = find(tx, id); err != nil {
			return err
		}
		switch {
		case set.State == models.KnownImporting:
			return models.Conflictf("This set is still being imported. Cancel its import instead.")
		case set.State != models.KnownActive:
			return models.Conflictf("This set is not active any more, so there is nothing to withdraw.")
		case version != nil && set.Version != *version:
			return models.Conflictf("This set was changed since you opened the page. Nothing was done; look at what it is now and decide again.")
		}
		set.State, set.WithdrawnAt, set.WithdrawnByName, set.WithdrawnWhy, set.Version = models.KnownWithdrawn, &tx.Now, a.Name, why, set.Version+1
		if a.UserID != uuid.Nil {
			set.WithdrawnBy = &a.UserID
		}
		err = tx.Exec(`update known_sets set state = 'withdrawn', change = nextval('known_change'), withdrawn_at = ?, withdrawn_by = ?, withdrawn_by_name = ?, withdrawn_why = ?,
			version = version + 1 where id = ?`, set.WithdrawnAt, set.WithdrawnBy, set.WithdrawnByName, why, set.ID).Error
		if err != nil {
			return fmt.Errorf("withdrawing hash set %q: %w", set.Name, err)
		}
		if err := tx.Enqueue(models.ClearKnown{SetID: set.ID}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "known.withdrawn", Subject: set.Name, Words: "Withdrew a hash set; what it marked is taken back.", Detail: map[string]any{"set": set.ID, "why": why, "entries": set.Entries}})
	})
	if err != nil {
		return nil, err
	}
	return set, nil
}

// takeBackAtOnce bounds how many marks one transaction takes back, and so how many
// reports it has examined again.
const takeBackAtOnce = 200

// Clear takes back what a withdrawn set marked, has those reports' files compared
// again, and removes the set's hashes. What takes longer than a job may is gone on
// with by another one. It is the worker's, and harmless to repeat.
func (s *Service) Clear(ctx context.Context, id uuid.UUID) error {
	system := auth.System(auth.ForExamining)
	enough, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	var set models.KnownSet
	for more := true; more; {
		err := s.store.As(ctx, system, func(tx *store.Tx) error {
			if err := tx.Where("id = ?", id).Take(&set).Error; err != nil {
				return store.Translate(err, "This hash set")
			}
			if set.State != models.KnownWithdrawn {
				more = false
				return nil
			}
			var reports []uuid.UUID
			err := tx.Raw(`with gone as (delete from file_marks where id in (select id from file_marks where set_id = ? order by id limit ?) returning report_id)
				select distinct report_id from gone`, id, takeBackAtOnce).Scan(&reports).Error
			if err != nil {
				return fmt.Errorf("taking marks back: %w", err)
			}
			for _, r := range reports {
				err := tx.Exec(`update labels set removed_at = ?, removed_by_name = ?, removed_why = 'The hash set was withdrawn.', version = version + 1 where report_id = ? and set_id = ? and removed_at is null`, tx.Now, tx.Actor.Name, r, id).Error
				if err != nil {
					return fmt.Errorf("taking labels back: %w", err)
				}
				if err := tx.Enqueue(models.ExamineFiles{ReportID: r}); err != nil {
					return err
				}
			}
			if more = len(reports) > 0; !more {
				return nil
			}
			if enough.Err() != nil {
				more = false
				if err := tx.Enqueue(models.ClearKnown{SetID: id}); err != nil {
					return err
				}
			}
			return audit.Record(tx, audit.Event{Action: "known.taken-back", Subject: set.Name,
				Words: fmt.Sprintf("Took back what a withdrawn hash set had marked in %d reports; their files are compared again.", len(reports)), Detail: map[string]any{"set": id}})
		})
		if err != nil {
			return err
		}
	}
	if set.State != models.KnownWithdrawn || set.Cleared {
		return nil
	}
	_, err := s.clear(ctx, system, &set, enough) // the worker's sweep goes on with the rest
	return err
}
