package linking

import (
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// A file is popular when more than popularFrom different subjects were reported with it
// in popularDays. The newest popularLook files are counted, so that the cost does not
// follow popularity.
const countSubjects = `select count(distinct r.subject_key) from (
  select report_id from files where sha256 = ? and received_at > ? order by received_at desc limit ?) f join reports r on r.id = f.report_id`

func popularOf(tx *store.Tx, files []models.File) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	for i := range files {
		var n int
		err := tx.Raw(countSubjects, files[i].SHA256, tx.Now.AddDate(0, 0, -popularDays), popularLook).Row().Scan(&n)
		if err != nil {
			return nil, fmt.Errorf("counting a file's subjects: %w", err)
		}
		out[files[i].ID] = n > popularFrom
	}
	return out, nil
}

// memberWhy stands on the report's page, which an agency may read: it names no report.
const memberWhy = "One of many reports of one widely spread file; another stands for them at the desk."

// bundle puts the report into the bundle of its file, and makes the bundle with its
// second report. Only a report with that one file is bundled, and never an urgent or
// imminent one: whatever else a report brings stands for itself.
func bundle(tx *store.Tx, rep *models.Report, files []models.File, popular map[uuid.UUID]bool) error {
	if rep.FilesTotal != 1 || len(files) != 1 || !mayHide(rep) || !rep.Batched && !popular[files[0].ID] {
		return nil
	}
	sum := files[0].SHA256
	// Reports of one file take turns: a batch comes in many at once.
	if err := tx.Exec("select pg_advisory_xact_lock(hashtextextended(?, 23))", hex.EncodeToString(sum)).Error; err != nil {
		return fmt.Errorf("waiting for a bundle: %w", err)
	}
	var b models.ReportBundle
	if err := tx.Where("file_sha256 = ?", sum).Limit(1).Find(&b).Error; err != nil {
		return fmt.Errorf("looking for a bundle: %w", err)
	}
	if b.Head != uuid.Nil {
		if b.Head == rep.ID {
			return nil
		}
		return join(tx, &b, []uuid.UUID{rep.ID})
	}
	var others []models.Report
	err := tx.Raw(`select r.* from (select report_id from files where sha256 = ? and received_at > ? order by received_at desc limit ?) f
		join reports r on r.id = f.report_id
		where r.state = 'finished' and r.files_total = 1 and not r.urgent and r.priority > 1 and r.id <> ? and (r.batched or ?) order by r.id`,
		sum, tx.Now.AddDate(0, 0, -popularDays), popularLook, rep.ID, popular[files[0].ID]).Scan(&others).Error
	if err != nil {
		return fmt.Errorf("looking for reports of the same file: %w", err)
	}
	if len(others) == 0 {
		return nil
	}
	// The oldest that waits stands for all, so that it loses no place in the queue.
	head, members := rep.ID, []uuid.UUID{}
	for _, o := range others {
		if o.Desk == models.DeskWaiting {
			head = o.ID
			break
		}
	}
	for _, o := range append(others, *rep) {
		if o.ID != head {
			members = append(members, o.ID)
		}
	}
	b = models.ReportBundle{Head: head, FileSHA256: sum, MadeAt: tx.Now, Why: "More than 50 different subjects were reported with this file within 90 days."}
	if rep.Batched {
		b.Why = "The provider sent it as a batch of one widely spread file."
	}
	if err := tx.Create(&b).Error; err != nil {
		return fmt.Errorf("making a bundle: %w", err)
	}
	return join(tx, &b, members)
}

func mayHide(rep *models.Report) bool { return !rep.Urgent && rep.Priority > 1 }

// hidesBehind reports whether a head still stands for others at the desk: while it
// waits, and after it was kept as informational. Once it was sent somewhere, a
// newcomer waits for itself, because its subject is another.
func hidesBehind(tx *store.Tx, b *models.ReportBundle) (bool, error) {
	var waits bool
	if err := tx.Raw("select desk = 'waiting' from reports where id = ? for share", b.Head).Row().Scan(&waits); err != nil {
		return false, fmt.Errorf("reading a bundle's head: %w", err)
	}
	return waits || b.Settled == "kept", nil
}

// join puts reports into a bundle, each once: what a person took out stays out.
func join(tx *store.Tx, b *models.ReportBundle, reports []uuid.UUID) error {
	rows := make([]models.ReportBundleMember, 0, len(reports))
	var waiting []uuid.UUID
	err := tx.Raw("select id from reports where id in ? and desk = 'waiting' for update", reports).Scan(&waiting).Error
	if err != nil {
		return fmt.Errorf("reading a bundle's reports: %w", err)
	}
	was := map[uuid.UUID]bool{}
	hides, err := hidesBehind(tx, b)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		was[id] = hides
	}
	for _, id := range reports {
		rows = append(rows, models.ReportBundleMember{ReportID: id, Head: b.Head, JoinedAt: tx.Now, WasWaiting: was[id]})
	}
	joined := 0
	for i := range rows {
		res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows[i])
		if res.Error != nil {
			return fmt.Errorf("joining a bundle: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			continue
		}
		joined++
		if !rows[i].WasWaiting {
			continue
		}
		err := tx.Exec("update reports set desk = 'done', desk_why = ?, version = version + 1 where id = ? and desk = 'waiting'", memberWhy, rows[i].ReportID).Error
		if err == nil && b.Settled == "kept" {
			err = tx.Exec(`update reports r set class = 'informational', decided_by = h.decided_by, decided_by_name = h.decided_by_name, decided_at = ?, decided_why = h.decided_why
				from reports h where h.id = ? and r.id = ? and r.decided_at is null`, tx.Now, b.Head, rows[i].ReportID).Error
		}
		if err != nil {
			return fmt.Errorf("taking a bundled report off the desk: %w", err)
		}
	}
	if joined == 0 {
		return nil
	}
	if err := tx.Exec("update report_bundles set size = size + ? where head = ?", joined, b.Head).Error; err != nil {
		return fmt.Errorf("counting a bundle: %w", err)
	}
	var number int64
	if err := tx.Raw("select number from reports where id = ?", b.Head).Row().Scan(&number); err != nil {
		return fmt.Errorf("reading a bundle's head: %w", err)
	}
	return audit.Record(tx, audit.Event{Action: "report.bundled", ReportID: b.Head, Number: number, Words: "Let the report stand at the desk for others of one widely spread file.", Detail: map[string]any{"joined": joined}})
}
