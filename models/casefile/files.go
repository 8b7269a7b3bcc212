package casefile

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/gate"
	"reeve/models/store"
)

// FilesPage is a part of a report's files, in the order of their upload.
type FilesPage struct {
	Number int64
	Files  []File
	Marks  []models.FileMark // of these files
	Next   uuid.UUID         // of the last file shown; nil: no more
}

// Files answers a report's files after the given one (nil: from the first), fileLimit
// at a time, each with its gate in words. No content is opened.
func (s *Service) Files(ctx context.Context, a auth.Actor, number int64, after uuid.UUID) (*FilesPage, error) {
	line := audit.Event{Action: "report.files", Words: "Read the list of the report's files."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.ReadReport, refused, askReport); err != nil {
		return nil, err
	}
	page := &FilesPage{Number: number}
	var files []models.File
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		files = nil
		id, concerned, err := findReport(tx, number)
		if err != nil {
			return err
		}
		if err := tx.Where("report_id = ? and id > ?", id, after).Order("id").Limit(fileLimit + 1).Find(&files).Error; err != nil {
			return fmt.Errorf("reading the files of report %d: %w", number, err)
		}
		ids := make([]uuid.UUID, len(files))
		for i := range files {
			ids[i] = files[i].ID
		}
		page.Marks = nil
		if err := tx.Where("report_id = ? and file_id in ?", id, ids).Order("id").Limit(markLimit).Find(&page.Marks).Error; err != nil {
			return fmt.Errorf("reading the marks of files of report %d: %w", number, err)
		}
		line.ReportID, line.Number, line.Concerns = id, number, concerned
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, number, err)
	}
	var more bool
	if page.Files, more = drawFiles(files); more {
		page.Next = page.Files[len(page.Files)-1].ID
	}
	return page, nil
}

// drawFiles decides each file's gate, under the strict rule and with no authority
// offered: what a person sees before doing anything.
func drawFiles(files []models.File) (out []File, more bool) {
	if len(files) > fileLimit {
		files, more = files[:fileLimit], true
	}
	for i := range files {
		f := &files[i]
		facts := gate.File{Viewed: f.Viewed, EXIFViewed: f.EXIFViewed, PubliclyAvailable: f.PubliclyAvailable, Gone: f.ErasedAt != nil}
		out = append(out, File{File: *f, Gate: gate.Decide(facts, gate.Strict(), nil)})
	}
	return out, more
}

// findReport answers a report's id, and for a reader who is not the agency's own
// the agencies to which it was referred.
func findReport(tx *store.Tx, number int64) (uuid.UUID, []uuid.UUID, error) {
	var r models.Report
	err := tx.Select("id").Where("id = (select report_id from report_numbers where number = ?)", number).Take(&r).Error
	if err != nil {
		return uuid.Nil, nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	if tx.Actor.Side == auth.SideAgency {
		return r.ID, nil, nil
	}
	var concerned []uuid.UUID
	if err := tx.Model(&models.Referral{}).Where("report_id = ?", r.ID).Order("agency_id").Limit(listLimit).Pluck("agency_id", &concerned).Error; err != nil {
		return uuid.Nil, nil, fmt.Errorf("reading where report %d was sent: %w", number, err)
	}
	return r.ID, concerned, nil
}
