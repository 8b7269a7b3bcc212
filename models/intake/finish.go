package intake

import (
	"context"
	"encoding/hex"
	"fmt"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/gate"
	"reeve/models/selector"
	"reeve/models/store"
)

// Finish completes a report and answers the ids of its files, in the order in
// which they came. It is one transaction: when it answers without error, the
// report, its identifiers and the job that routes it are durable together.
func (s *Service) Finish(ctx context.Context, a auth.Actor, number int64) ([]string, error) {
	if !a.Can(auth.SubmitReport) {
		return nil, models.Forbiddenf("Only a provider's account may finish reports.")
	}
	var ids []string
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, number, true)
		if err != nil {
			return err
		}
		var files []models.File
		if err := tx.Where("report_id = ?", rep.ID).Order("id").Find(&files).Error; err != nil {
			return fmt.Errorf("reading a report's files: %w", err)
		}
		if rep.Batched && len(files) > 1 {
			return models.InvalidField("files", fmt.Sprintf("A batched report may have at most one file; this one has %d. Retract it and submit it again.", len(files)))
		}
		ids = make([]string, len(files))
		for i, f := range files {
			ids[i] = f.PublicID
			if gate.Decide(gate.File{Viewed: f.Viewed, EXIFViewed: f.EXIFViewed, PubliclyAvailable: f.PubliclyAvailable}, gate.Strict(), nil).State != gate.Open {
				rep.FilesLocked++
			}
			if f.Reported != nil {
				rep.Newer += len(f.Reported.Newer)
			}
		}
		if err := s.readIdentifiers(tx, rep, files); err != nil {
			return err
		}
		// One year from submission (18 U.S.C. 2258A(h) as amended by Pub. L. 118-59).
		until := tx.Now.AddDate(1, 0, 0)
		err = tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(map[string]any{
			"state": models.ReportFinished, "finished_at": tx.Now, "modified_at": tx.Now, "preserve_until": until,
			"files_total": len(files), "files_locked": rep.FilesLocked, "newer": rep.Newer,
			"subject_label": rep.SubjectLabel, "subject_key": rep.SubjectKey, "version": rep.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("finishing report %d: %w", number, err)
		}
		if err := tx.Enqueue(models.RouteReport{ReportID: rep.ID, Round: 1}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "report.finished", ReportID: rep.ID, Number: number,
			Words: "Finished the report.", Detail: map[string]int{"files": len(files)}})
	})
	if err != nil {
		return nil, s.refused(ctx, a, "report.finished", number, err)
	}
	return ids, nil
}

// readIdentifiers reads every identifier out of the report, once, and keys those
// that may be matched.
func (s *Service) readIdentifiers(tx *store.Tx, rep *models.Report, files []models.File) error {
	facts := make([]selector.FileFacts, len(files))
	for i, f := range files {
		facts[i] = selector.FileFacts{MD5: hex.EncodeToString(f.MD5), SHA1: hex.EncodeToString(f.SHA1), SHA256: hex.EncodeToString(f.SHA256)}
		if f.Reported != nil {
			facts[i].ReportedFile = *f.Reported
		}
	}
	var provider models.Provider
	if err := tx.Where("id = ?", rep.ProviderID).Take(&provider).Error; err != nil {
		return fmt.Errorf("reading the provider: %w", err)
	}
	found := selector.Extract(*rep.Reported, facts, provider.Code)
	rows := make([]models.Identifier, 0, len(found))
	for _, id := range found {
		rows = append(rows, s.keyer.Row(store.NewID(), rep.ID, id))
	}
	if len(rows) > 0 {
		if err := tx.CreateInBatches(&rows, 500).Error; err != nil {
			return fmt.Errorf("storing identifiers: %w", err)
		}
	}
	label, subject, ok := selector.StrongestSubject(found)
	// A report whose subject nothing identifies is a subject of its own.
	rep.SubjectKey = s.keyer.Key(selector.ProviderUser, rep.ID.String()).Prefix()
	if ok {
		rep.SubjectLabel = clip(label, 200)
		rep.SubjectKey = s.keyer.Key(subject.Kind, subject.Value).Prefix()
	}
	return nil
}

// Retract takes an open report back. Its content is erased soon after; a
// tombstone stays.
func (s *Service) Retract(ctx context.Context, a auth.Actor, number int64) error {
	if !a.Can(auth.SubmitReport) {
		return models.Forbiddenf("Only a provider's account may retract reports.")
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, number, true)
		if err != nil {
			return err
		}
		err = tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(map[string]any{
			"state": models.ReportRetracted, "ended_at": tx.Now, "modified_at": tx.Now}).Error
		if err != nil {
			return fmt.Errorf("retracting report %d: %w", number, err)
		}
		return audit.Record(tx, audit.Event{Action: "report.retracted", ReportID: rep.ID, Number: number, Words: "Retracted the report."})
	})
	return s.refused(ctx, a, "report.retracted", number, err)
}
