package intake

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// AddFile stores an upload of an open report and answers the file. The bytes are
// streamed and durable before any row says that they are there. When the report
// ends during a long upload, the bytes are removed again.
func (s *Service) AddFile(ctx context.Context, a auth.Actor, number int64, name string, r io.Reader) (*models.File, error) {
	if !a.Can(auth.SubmitReport) {
		return nil, models.Forbiddenf("Only a provider's account may upload files.")
	}
	var report uuid.UUID
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, number, false)
		if err != nil {
			return err
		}
		report = rep.ID
		return nil
	})
	if err != nil {
		return nil, err
	}
	f := models.File{ID: store.NewID(), PublicID: newPublicID(), ReportID: report, ProviderID: &a.ProviderID, Name: clip(name, 2056)}
	f.StorageKey = report.String() + "/" + f.ID.String()
	receipt, err := s.files.Put(ctx, f.StorageKey, r)
	if err != nil {
		return nil, fmt.Errorf("storing an upload: %w", err)
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, number, true)
		if err != nil {
			return err
		}
		f.Size, f.ReceivedAt = receipt.Size, tx.Now
		f.MD5, f.SHA1, f.SHA256 = unhex(receipt.MD5), unhex(receipt.SHA1), unhex(receipt.SHA256)
		if err := tx.Create(&f).Error; err != nil {
			return fmt.Errorf("recording an upload: %w", err)
		}
		if err := touch(tx, rep); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "file.uploaded", ReportID: rep.ID, Number: number, Subject: f.PublicID,
			Words: "Uploaded a file.", Detail: map[string]any{"size": f.Size, "sha256": receipt.SHA256}})
	})
	if err != nil {
		if gone := s.files.Delete(context.WithoutCancel(ctx), f.StorageKey); gone != nil {
			return nil, errors.Join(err, gone)
		}
		return nil, err
	}
	return &f, nil
}

// Describe records what the provider says of an uploaded file. It may be said once.
func (s *Service) Describe(ctx context.Context, a auth.Actor, said *models.ReportedFile, document []byte) error {
	if !a.Can(auth.SubmitReport) {
		return models.Forbiddenf("Only a provider's account may describe files.")
	}
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, said.ReportNumber, true)
		if err != nil {
			return err
		}
		var f models.File
		err = tx.Where("report_id = ? and public_id = ?", rep.ID, said.FileID).Take(&f).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return ErrNoFile
		}
		if err != nil {
			return fmt.Errorf("looking for a file: %w", err)
		}
		if f.Reported != nil {
			return models.InvalidField("fileId", "fileId "+said.FileID+" already has details; they are given once and stay as they are.")
		}
		if err := batchAllows(rep, said); err != nil {
			return err
		}
		f.Reported = said
		err = tx.Model(&f).Select("reported", "viewed", "exif_viewed", "publicly_available").
			Updates(&models.File{Reported: said, Viewed: said.Viewed, EXIFViewed: said.EXIFViewed, PubliclyAvailable: said.PubliclyAvailable}).Error
		if err != nil {
			return fmt.Errorf("recording file details: %w", err)
		}
		sum := sha256.Sum256(document)
		doc := models.ReportDocument{ID: store.NewID(), ReportID: rep.ID, ProviderID: &a.ProviderID, FileID: &f.ID, Kind: "fileDetails",
			Body: document, Size: int64(len(document)), SHA256: sum[:], ReceivedAt: tx.Now}
		if err := tx.Create(&doc).Error; err != nil {
			return fmt.Errorf("keeping the file details as received: %w", err)
		}
		if err := touch(tx, rep); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "file.described", ReportID: rep.ID, Number: rep.Number, Subject: f.PublicID, Words: "Gave the details of a file."})
	})
}

// own reads an open report of the acting provider, locked when it is to change.
func own(tx *store.Tx, number int64, lock bool) (*models.Report, error) {
	q := tx.DB
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var r models.Report
	err := q.Where("id = (select report_id from report_numbers where number = ?)", number).Take(&r).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, ErrNoReport
	case err != nil:
		return nil, fmt.Errorf("reading report %d: %w", number, err)
	case r.State == models.ReportFinished:
		return &r, ErrFinished
	case r.State == models.ReportRetracted:
		return &r, ErrRetracted
	case r.State != models.ReportOpen || overdue(&r, tx.Now):
		return &r, ErrNoReport // expired, or about to be
	}
	return &r, nil
}

// touch moves the time from which an abandoned report expires.
func touch(tx *store.Tx, r *models.Report) error {
	if err := tx.Model(&models.Report{}).Where("id = ?", r.ID).Update("modified_at", tx.Now).Error; err != nil {
		return fmt.Errorf("noting a change of report %d: %w", r.Number, err)
	}
	return nil
}

// newPublicID makes a file id of 32 hexadecimal digits whose first is a letter
// other than e: some clients take all digits, and digits around an e, for a number.
func newPublicID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	id := []byte(hex.EncodeToString(b))
	id[0] = "abcdf"[int(b[0])%5]
	return string(id)
}

func unhex(s string) []byte {
	b, _ := hex.DecodeString(s) // evidence's own encoding
	return b
}

// clip cuts a text to at most n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n])
}
