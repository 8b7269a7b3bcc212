package triage

import (
	"fmt"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/priority"
	"reeve/models/store"
)

// learnt is what the portal knows of some reports besides what was sent.
type learnt struct {
	files  map[uuid.UUID][]models.File
	marks  map[uuid.UUID][]models.FileMark
	labels map[uuid.UUID][]models.Label
	prior  map[uuid.UUID]int
}

// earlier counts the earlier reports of each of some reports that name the same
// subject: by at most twenty of the subject's identifiers (an IP address alone names
// nobody), each looked up among the hundred newest before the report, each a short
// stretch of an index. A victim's identifier is no sign of the same subject.
const earlier = `
select w.id, count(distinct l.report_id)
  from unnest(?::uuid[]) w(id)
 cross join lateral (
   select i.prefix, i.mac from identifiers i
    where i.report_id = w.id and i.whose = 'subject' and i.matchable and i.kind <> 'ip'
    group by i.prefix, i.mac order by min(i.id::text) limit 20) mine
 cross join lateral (
   select x.report_id from (
     select i.report_id, i.mac, i.whose from identifiers i
      where i.prefix = mine.prefix and i.report_id < w.id
      order by i.report_id desc limit 100) x
    where x.mac = mine.mac and x.whose = 'subject') l
 group by w.id`

// learn reads what is known of the reports, four statements however many they are.
func learn(tx *store.Tx, reports []uuid.UUID) (*learnt, error) {
	k := &learnt{files: map[uuid.UUID][]models.File{}, marks: map[uuid.UUID][]models.FileMark{}, labels: map[uuid.UUID][]models.Label{}, prior: map[uuid.UUID]int{}}
	var files []models.File
	if err := tx.Where("report_id in ?", reports).Order("report_id, id").Find(&files).Error; err != nil {
		return nil, fmt.Errorf("reading reports' files: %w", err)
	}
	for _, f := range files {
		k.files[f.ReportID] = append(k.files[f.ReportID], f)
	}
	var marks []models.FileMark
	if err := tx.Where("report_id in ?", reports).Order("report_id, id").Find(&marks).Error; err != nil {
		return nil, fmt.Errorf("reading marks of reports' files: %w", err)
	}
	for _, m := range marks {
		k.marks[m.ReportID] = append(k.marks[m.ReportID], m)
	}
	var labels []models.Label
	if err := tx.Where("report_id in ? and removed_at is null", reports).Order("report_id, id").Find(&labels).Error; err != nil {
		return nil, fmt.Errorf("reading labels of reports: %w", err)
	}
	for _, l := range labels {
		k.labels[l.ReportID] = append(k.labels[l.ReportID], l)
	}
	rows, err := tx.Raw(earlier, models.IDList(reports)).Rows()
	if err != nil {
		return nil, fmt.Errorf("counting earlier reports: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("counting earlier reports: %w", err)
		}
		k.prior[id] = min(n, priority.MaxPrior)
	}
	return k, rows.Err()
}

// input is what the priority of one of the reports is reckoned from.
func (k *learnt) input(rep *models.Report) priority.Input {
	files := k.files[rep.ID]
	return priority.Input{Report: *rep.Reported, Files: said(files), Uploaded: len(files),
		Marks: priority.MarksOf(files, k.marks[rep.ID]), Labels: priority.LabelsOf(k.labels[rep.ID]), Prior: k.prior[rep.ID]}
}

// said is what the provider said of files, of those of which it did.
func said(files []models.File) []models.ReportedFile {
	out := make([]models.ReportedFile, 0, len(files))
	for _, f := range files {
		if f.Reported != nil {
			out = append(out, *f.Reported)
		}
	}
	return out
}
