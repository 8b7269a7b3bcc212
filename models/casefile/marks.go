package casefile

import "reeve/models/store"

// What one page shows of labels and marks; the rest stands on the labels' own page.
const (
	labelLimit = 1000
	markLimit  = 1000
)

// readMarks reads the labels that stand and what comparing the files with known
// material said. Whose labels those are, the row policies decide.
func (g *gathered) readMarks(tx *store.Tx) error {
	if err := tx.Where("report_id = ? and removed_at is null", g.report.ID).Order("id").Limit(labelLimit).Find(&g.labels).Error; err != nil {
		return err
	}
	return tx.Where("report_id = ?", g.report.ID).Order("id").Limit(markLimit).Find(&g.marks).Error
}
