package casefile

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// BulkLimit is how many reports can be taken at once.
const BulkLimit = 200

// Bulk is what came of taking many. Every number asked for stands in one list.
type Bulk struct {
	Taken   []int64
	Already []int64       // the actor held them
	Held    []HeldByOther // a colleague holds them; they stay there
	Past    []int64       // their state does not allow it: under way, closed, returned
	Missing []int64       // no such report for the actor
}

// HeldByOther is a report that a colleague holds.
type HeldByOther struct {
	Number int64
	By     string
}

// TakeMany takes those of the numbers that nobody holds, at most BulkLimit. It
// needs no versions, because it takes nothing from anybody: what a colleague took
// meanwhile is left there and named. Each report taken has its own audit line.
func (s *Service) TakeMany(ctx context.Context, a auth.Actor, numbers []int64) (*Bulk, error) {
	line := audit.Event{Action: "referral.taken", Words: "Took the report, with others at once."}
	if err := s.may(ctx, a, auth.WorkReferral, line, askWork); err != nil {
		return nil, err
	}
	numbers = slices.Clone(numbers)
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	switch {
	case len(numbers) == 0:
		return nil, models.InvalidField("numbers", "Select at least one report.")
	case len(numbers) > BulkLimit:
		return nil, models.InvalidField("numbers", fmt.Sprintf("At most %d reports can be taken at once.", BulkLimit))
	}
	out := &Bulk{}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*out = Bulk{}
		var rows []models.Referral
		// In the order of ids, so that two people who take the same ones at once
		// wait for each other instead of for ever.
		err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).
			Where("report_id in (select report_id from report_numbers where number in ?) and agency_id = ?", numbers, a.AgencyID).
			Order("id").Find(&rows).Error
		if err != nil {
			return fmt.Errorf("locking the reports to take: %w", err)
		}
		seen := make(map[int64]bool, len(rows))
		for i := range rows {
			seen[rows[i].Number] = true
			if err := out.take(tx, &rows[i], line); err != nil {
				return err
			}
		}
		for _, n := range numbers {
			if !seen[n] {
				out.Missing = append(out.Missing, n)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out.Missing) > 0 {
		missing := audit.Event{Action: line.Action, Words: "Asked for reports that do not exist or are not theirs.", Detail: map[string]any{"numbers": out.Missing}}
		if err := audit.Refused(ctx, s.store, a, missing); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *Bulk) take(tx *store.Tx, r *models.Referral, line audit.Event) error {
	switch {
	case holds(r, tx.Actor.UserID) && r.State == models.ReferralTaken:
		b.Already = append(b.Already, r.Number)
		return nil
	case !referral.May(referral.Take, r.State):
		b.Past = append(b.Past, r.Number)
		return nil
	case r.AssigneeID != nil:
		b.Held = append(b.Held, HeldByOther{Number: r.Number, By: r.Assignee})
		return nil
	}
	if err := referral.Do(tx, r, referral.Take, func(r *models.Referral) { assign(r, tx.Actor.UserID, tx.Actor.Name) }); err != nil {
		return err
	}
	b.Taken = append(b.Taken, r.Number)
	line.ReportID, line.Number = r.ReportID, r.Number
	return audit.Record(tx, line)
}
