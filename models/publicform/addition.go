package publicform

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/selector"
	"reeve/models/store"
)

// ReadAddition reads identifiers out of what a reporter added, matches those that are
// new to the report, and tells every agency that holds it. It is the worker's; doing it
// again changes nothing.
func (s *Service) ReadAddition(ctx context.Context, id uuid.UUID) error {
	return s.store.As(ctx, auth.System(auth.ForMatching), func(tx *store.Tx) error {
		var add models.PublicAddition
		err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ? and read_at is null", id).Take(&add).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading an addition: %w", err)
		}
		var rep models.Report
		if err := tx.Where("id = ?", add.ReportID).Take(&rep).Error; err != nil {
			return store.Translate(err, "This report")
		}
		fresh, err := s.identifiers(tx, &add)
		if err != nil {
			return err
		}
		var holders []models.Referral
		if err := tx.Where("report_id = ? and state <> ?", rep.ID, models.ReferralReturned).Order("id").Find(&holders).Error; err != nil {
			return fmt.Errorf("looking for who holds report %d: %w", rep.Number, err)
		}
		var told []uuid.UUID
		for _, r := range holders {
			told = append(told, r.AgencyID)
			if fresh == 0 {
				continue
			}
			if err := referral.Link(tx, &rep, r.AgencyID); err != nil {
				return err
			}
			if err := tx.Enqueue(models.MatchReport{ReportID: rep.ID, AgencyID: r.AgencyID}); err != nil {
				return err
			}
		}
		if err := tx.Model(&models.PublicAddition{}).Where("id = ?", id).Update("read_at", tx.Now).Error; err != nil {
			return fmt.Errorf("marking an addition as read: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "report.addition-read", ReportID: rep.ID, Number: rep.Number, Concerns: told,
			Words: "Told whoever holds the report that its reporter added to it.", Detail: map[string]int{"new identifiers": fresh}})
	})
}

// identifiers stores what the addition names and the report does not yet. What the
// report knows already keeps its owner: a child's own account must not become a
// target because somebody wrote it down again.
func (s *Service) identifiers(tx *store.Tx, add *models.PublicAddition) (int, error) {
	found := selector.Extract(models.Reported{Internet: sortLines(add.Links)}, nil, "")
	var have []models.Identifier
	if err := tx.Select("kind", "value").Where("report_id = ?", add.ReportID).Find(&have).Error; err != nil {
		return 0, fmt.Errorf("reading what the report names already: %w", err)
	}
	var rows []models.Identifier
	for _, id := range found {
		id.Source = "added later by the reporter"
		if slices.ContainsFunc(have, func(h models.Identifier) bool { return h.Kind == id.Kind.String() && h.Value == id.Value }) {
			continue
		}
		row := s.keyer.Row(store.NewID(), add.ReportID, id)
		rows, have = append(rows, row), append(have, row)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	if err := tx.CreateInBatches(&rows, 500).Error; err != nil {
		return 0, fmt.Errorf("storing identifiers: %w", err)
	}
	return len(rows), nil
}
