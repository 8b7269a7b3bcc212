package casefile

import "reeve/models/store"

// additionLimit is how many additions of a reporter one page shows, the oldest first:
// they are read as a story.
const additionLimit = 100

// readAdditions reads what the reporter of a report by the public's form added later.
func (g *gathered) readAdditions(tx *store.Tx) error {
	if g.report.ProviderID != nil {
		return nil
	}
	return tx.Where("report_id = ?", g.report.ID).Order("id").Limit(additionLimit).Find(&g.additions).Error
}
