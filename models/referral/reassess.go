package referral

import (
	"fmt"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// reassessOpen copies a report's class and priority to those referrals that are still
// worked on; a closed or returned one keeps what its agency saw. A version stays as it
// is, so that a form that somebody has open stays good.
const reassessOpen = `update referrals set priority = ?, urgent = ?, urgency = ?, priority_why = ?, updated_at = ?, updated_by = ?
 where report_id = ? and open and (priority, urgent, urgency, priority_why) is distinct from (?, ?, ?, ?)
returning agency_id`

// Reassess brings the report's priority, as it is in rep, to the agencies that work on
// it, with the short reason for their lists. It answers whose lists changed; none when
// they said so already.
func Reassess(tx *store.Tx, rep *models.Report, why string) ([]uuid.UUID, error) {
	rows, err := tx.Raw(reassessOpen, rep.Priority, rep.Urgent, rep.Urgency, why, tx.Now, tx.Actor.Name,
		rep.ID, rep.Priority, rep.Urgent, rep.Urgency, why).Rows()
	if err != nil {
		return nil, fmt.Errorf("bringing the priority of report %d to its agencies: %w", rep.Number, err)
	}
	defer rows.Close()
	var told []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("bringing the priority of report %d to its agencies: %w", rep.Number, err)
		}
		told = append(told, id)
	}
	return told, rows.Err()
}
