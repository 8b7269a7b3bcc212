package referral

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/models"
	"reeve/models/store"
)

// Reprioritise copies a report's class-dependent words, priority and urgency onto all
// its referrals, open or not, and answers whose they are. Like a first reading it is no
// deed of the agency's and raises no version: a colleague's form stays good, since no
// deed of an agency writes these columns.
func Reprioritise(tx *store.Tx, rep *models.Report, why string) ([]uuid.UUID, error) {
	var changed []models.Referral
	err := tx.Model(&changed).Clauses(clause.Returning{Columns: []clause.Column{{Name: "agency_id"}}}).Where("report_id = ?", rep.ID).
		Updates(map[string]any{"priority": rep.Priority, "urgent": rep.Urgent, "urgency": rep.Urgency, "priority_why": why}).Error
	if err != nil {
		return nil, fmt.Errorf("copying the priority of report %d to its referrals: %w", rep.Number, err)
	}
	ids := make([]uuid.UUID, len(changed))
	for i := range changed {
		ids[i] = changed[i].AgencyID
	}
	return ids, nil
}
