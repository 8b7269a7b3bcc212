package labelling

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// findReport answers a report that the actor may see, or NotFound.
func findReport(tx *store.Tx, number int64) (*models.Report, error) {
	var r models.Report
	err := tx.Where("id = (select report_id from report_numbers where number = ?)", number).Take(&r).Error
	if err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	return &r, nil
}

// find answers a label of the report that the actor may see, or NotFound. With lock,
// nobody else changes it meanwhile.
func find(tx *store.Tx, report, id uuid.UUID, lock bool) (*models.Label, error) {
	q := tx.DB
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var l models.Label
	if err := q.Where("id = ? and report_id = ?", id, report).Take(&l).Error; err != nil {
		return nil, store.Translate(err, "This label")
	}
	return &l, nil
}

// own reports whether the actor's agency set the label. What machines and providers
// said is nobody's to withdraw.
func own(a auth.Actor, l *models.Label) bool {
	return l.Source == models.LabelByPerson && l.AgencyID != nil && *l.AgencyID == a.AgencyID
}

// concerned are the agencies besides the actor's own that a deed on a label concerns.
// The clearinghouse's and a machine's labels are seen by all that hold the report; an
// agency's concern that agency alone, so that no other learns of it.
func concerned(tx *store.Tx, report uuid.UUID, side models.LabelSide, agency *uuid.UUID) ([]uuid.UUID, error) {
	switch {
	case side == models.LabelOfAgency && agency != nil:
		return []uuid.UUID{*agency}, nil
	case side == models.LabelOfAgency || tx.Actor.Side != auth.SideClearinghouse:
		return nil, nil
	}
	var ids []uuid.UUID
	if err := tx.Model(&models.Referral{}).Where("report_id = ?", report).Order("agency_id").Limit(200).Pluck("agency_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("reading where the report was sent: %w", err)
	}
	return ids, nil
}

// remove withdraws a label and keeps it.
func remove(tx *store.Tx, l *models.Label, why string) error {
	l.RemovedAt, l.RemovedByName, l.RemovedWhy = &tx.Now, tx.Actor.Name, why
	return save(tx, l, map[string]any{"removed_at": l.RemovedAt, "removed_by_name": l.RemovedByName, "removed_why": l.RemovedWhy})
}

// save writes fields of a label if nobody changed it since it was read.
func save(tx *store.Tx, l *models.Label, fields map[string]any) error {
	fields["version"] = l.Version + 1
	res := tx.Model(&models.Label{}).Where("id = ? and version = ?", l.ID, l.Version).Updates(fields)
	if res.Error != nil {
		return fmt.Errorf("changing a label: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return changed()
	}
	l.Version++
	return nil
}

func changed() error {
	return models.Conflictf("Somebody changed this label since you opened the page. Nothing of yours was saved; look at it, then decide again.")
}

// reassess asks for class and priority to be proposed anew. An agency's labels do not:
// they are that agency's own, and a priority that moved would tell the others of them.
func (s *Service) reassess(tx *store.Tx, report uuid.UUID) error {
	if tx.Actor.Side != auth.SideClearinghouse {
		return nil
	}
	return tx.Enqueue(models.ReassessReport{ReportID: report})
}
