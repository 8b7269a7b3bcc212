package casefile

import (
	"github.com/google/uuid"

	"reeve/models/store"
)

// ElsewhereLimit is how far other reports with the same file are counted.
const ElsewhereLimit = 50

// elsewhere counts, for each file of a report, the other reports with the very same
// bytes, by an index and among two hundred of its copies at most.
const elsewhere = `
select f.id, (select count(distinct o.report_id) from (
         select x.report_id from files x where x.sha256 = f.sha256 and x.report_id <> f.report_id limit 200) o) as n
  from (select id, report_id, sha256 from files where report_id = ? order by id limit 501) f`

// readElsewhere is for the clearinghouse's staff alone: an agency does not learn what
// others hold.
func (g *gathered) readElsewhere(tx *store.Tx) error {
	if g.own != nil || len(g.files) == 0 {
		return nil
	}
	var rows []struct {
		ID uuid.UUID
		N  int
	}
	if err := tx.Raw(elsewhere, g.report.ID).Scan(&rows).Error; err != nil {
		return err
	}
	g.elsewhere = make(map[uuid.UUID]int, len(rows))
	for _, r := range rows {
		g.elsewhere[r.ID] = r.N
	}
	return nil
}
