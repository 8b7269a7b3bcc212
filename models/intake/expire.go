package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// An open report is given up at the later of 24 hours after it was opened and one
// hour after it was last changed.
const (
	openFor   = 24 * time.Hour
	idleFor   = time.Hour
	uploadFor = 48 * time.Hour // longer than any upload takes
	batchSize = 200
)

func overdue(r *models.Report, now time.Time) bool {
	return r.OpenedAt.Before(now.Add(-openFor)) && r.ModifiedAt.Before(now.Add(-idleFor))
}

// Expire ends abandoned open reports, a batch in each transaction, and answers
// how many. It is the worker's, and harmless to repeat.
func (s *Service) Expire(ctx context.Context) (int, error) {
	total := 0
	for {
		n := 0
		err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
			var reps []models.Report
			// A report that is being changed this moment is not abandoned.
			err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
				Where("state = 'open' and modified_at < ? and opened_at < ?", tx.Now.Add(-idleFor), tx.Now.Add(-openFor)).
				Order("modified_at, id").Limit(batchSize).Find(&reps).Error
			if err != nil {
				return fmt.Errorf("looking for abandoned reports: %w", err)
			}
			n = len(reps)
			for _, r := range reps {
				if err := tx.Model(&models.Report{}).Where("id = ?", r.ID).Updates(map[string]any{"state": models.ReportExpired, "ended_at": tx.Now}).Error; err != nil {
					return fmt.Errorf("expiring report %d: %w", r.Number, err)
				}
				if err := audit.Record(tx, audit.Event{Action: "report.expired", ReportID: r.ID, Number: r.Number, Words: "The report was abandoned by its provider and expired."}); err != nil {
					return err
				}
			}
			return nil
		})
		total += n
		if err != nil || n < batchSize {
			return total, err
		}
	}
}

// Erase removes the bytes and personal data of retracted and expired reports, and
// answers how many. A tombstone stays: number, provider, times, and the hash of
// what was received. It also removes uploads that a crash left behind. It is the
// worker's, and harmless to repeat; what fails is tried again the next time and
// does not keep the rest waiting.
func (s *Service) Erase(ctx context.Context) (int, error) {
	var failed error
	done := 0
	last := models.Report{EndedAt: &time.Time{}}
	for {
		var reps []models.Report
		err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
			return tx.Where("state in ('retracted', 'expired') and reported is not null and (ended_at, id) > (?, ?)", last.EndedAt, last.ID).
				Order("ended_at, id").Limit(batchSize).Find(&reps).Error
		})
		if err != nil {
			return done, errors.Join(failed, fmt.Errorf("looking for ended reports: %w", err))
		}
		for i := range reps {
			last = reps[i]
			if err := s.erase(ctx, &reps[i]); err != nil {
				failed = errors.Join(failed, err)
				continue
			}
			done++
		}
		if len(reps) < batchSize {
			return done, errors.Join(failed, s.sweepUploads(ctx))
		}
	}
}

// sweepUploads removes uploads that were begun long ago and never attached.
func (s *Service) sweepUploads(ctx context.Context) error {
	return s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		var keys []string
		err := tx.Raw(`delete from uploads where id in (select id from uploads where started_at < ? order by started_at limit ?)
			returning storage_key`, tx.Now.Add(-uploadFor), batchSize).Scan(&keys).Error
		if err != nil {
			return fmt.Errorf("looking for abandoned uploads: %w", err)
		}
		for _, key := range keys {
			if err := s.files.Delete(ctx, key); err != nil {
				return fmt.Errorf("removing an abandoned upload: %w", err)
			}
		}
		return nil
	})
}

func (s *Service) erase(ctx context.Context, r *models.Report) error {
	return s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		var files []models.File
		if err := tx.Where("report_id = ? and erased_at is null", r.ID).Find(&files).Error; err != nil {
			return fmt.Errorf("reading the files of report %d: %w", r.Number, err)
		}
		for _, f := range files {
			// The bytes go first: a row that says "erased" must be true. Deleting what
			// is gone is no error, so a failed transaction can be repeated.
			if err := s.files.Delete(ctx, f.StorageKey); err != nil {
				return fmt.Errorf("erasing a file of report %d: %w", r.Number, err)
			}
		}
		for _, step := range []string{
			"update files set erased_at = @now, reported = null, name = '' where report_id = @id and erased_at is null",
			"update report_documents set body = null where report_id = @id",
			"delete from identifiers where report_id = @id",
			"update reports set reported = null, subject_label = '', subject_key = 0, assessment = null where id = @id",
		} {
			if err := tx.Exec(step, map[string]any{"id": r.ID, "now": tx.Now}).Error; err != nil {
				return fmt.Errorf("erasing report %d: %w", r.Number, err)
			}
		}
		return audit.Record(tx, audit.Event{Action: "report.erased", ReportID: r.ID, Number: r.Number, Words: "Erased the report's content; a tombstone stays."})
	})
}
