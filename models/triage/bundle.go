package triage

import (
	"fmt"

	"reeve/models"
	"reeve/models/store"
)

// What became of a bundle when its head was decided.
const (
	bundleKept  = "kept"  // informational, referred to nobody: so are those it stood for
	bundleApart = "apart" // sent somewhere: each of the others is decided by itself
)

const withHead = "One of many reports of one widely spread file, decided with the one that stood for them."

// settleBundle carries a decision on a bundle's head to the reports that it stood for
// at the desk. Kept as informational, they are so too, by the same person for the same
// reason. Sent anywhere, they come back to the desk: the file is one, but each has a
// subject of its own. A report that heads no bundle changes nothing.
func settleBundle(tx *store.Tx, rep *models.Report, kept bool) error {
	settled := bundleApart
	if kept {
		settled = bundleKept
	}
	res := tx.Exec("update report_bundles set settled = ? where head = ? and settled <> ?", settled, rep.ID, settled)
	if res.Error != nil {
		return fmt.Errorf("settling a bundle: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil
	}
	const stoodFor = ` from report_bundle_members m where m.head = ? and m.left_at is null and m.was_waiting and r.id = m.report_id and r.state = 'finished' and r.desk = 'done'`
	var err error
	if kept {
		err = tx.Exec(`update reports r set class = 'informational', desk_why = ?, decided_by = ?, decided_by_name = ?, decided_at = ?, decided_why = ?, version = r.version + 1`+stoodFor+
			" and r.decided_at is null", withHead, rep.DecidedBy, rep.DecidedByName, rep.DecidedAt, rep.DecidedWhy, rep.ID).Error
	} else {
		err = tx.Exec(`update reports r set desk = 'waiting', desk_why = 'The report that stood for this one was sent on. Decide about this one by itself.', version = r.version + 1`+stoodFor+
			" and r.decided_at is null", rep.ID).Error
	}
	if err != nil {
		return fmt.Errorf("carrying a decision to a bundle: %w", err)
	}
	return nil
}
