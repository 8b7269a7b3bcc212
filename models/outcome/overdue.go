package outcome

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// When a referral is overdue: nobody at the agency opened it or did anything about
// it for UnheardAfter (UnheardUrgentAfter when urgent), or after the last word the
// agency was silent for SilentAfter.
const (
	UnheardAfter       = 7 * 24 * time.Hour
	UnheardUrgentAfter = 24 * time.Hour
	SilentAfter        = 90 * 24 * time.Hour
)

// overdueRules are the three ways to be overdue, each by an index of its own.
var overdueRules = []struct {
	where, order string
	after        time.Duration
}{
	{"heard_at is null and urgent and referred_at <= ?", "referred_at, id", UnheardUrgentAfter},
	{"heard_at is null and referred_at <= ?", "referred_at, id", UnheardAfter},
	{"heard_at is not null and heard_at <= ?", "heard_at, id", SilentAfter},
}

// overdueBatch is how many referrals one transaction marks; overdueBatches how many
// transactions one call makes. What is left goes with the next call.
const (
	overdueBatch   = 200
	overdueBatches = 50
)

// MarkOverdue marks the referrals that became overdue and answers how many. It is
// the worker's, called every few minutes; any word from the agency takes the mark
// away. Rows that somebody is working on at the moment are left for the next call.
func (s *Service) MarkOverdue(ctx context.Context) (int, error) {
	total := 0
	for _, rule := range overdueRules {
		for range overdueBatches {
			n := 0
			err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) (err error) {
				n, err = markOverdue(tx, rule.where, rule.order, tx.Now.Add(-rule.after))
				return err
			})
			if err != nil {
				return total, err
			}
			total += n
			if n < overdueBatch {
				break
			}
		}
	}
	return total, nil
}

func markOverdue(tx *store.Tx, where, order string, cut time.Time) (int, error) {
	var rows []models.Referral
	err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
		Where("state in ('new', 'taken', 'working') and not overdue and "+where, cut).Order(order).Limit(overdueBatch).Find(&rows).Error
	if err != nil {
		return 0, fmt.Errorf("looking for overdue referrals: %w", err)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	for i := range rows {
		if err := referral.MarkOverdue(tx, &rows[i]); err != nil {
			return 0, err
		}
	}
	return len(rows), audit.Record(tx, audit.Event{Action: "referral.overdue", Words: fmt.Sprintf("Marked %d referrals as overdue.", len(rows)),
		Detail: map[string]any{"count": len(rows)}})
}
