package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/evidence"
	"reeve/models/store"
)

// nameLength is the longest file name that is kept, in characters: the limit that
// the provider API sets for a file's original name.
const nameLength = 2056

// Upload is a file whose bytes are stored and that belongs to no report yet. It is
// attached or discarded; what a crash leaves behind is swept by Erase.
type Upload struct {
	id      uuid.UUID
	key     string
	name    string
	receipt evidence.Receipt
}

// Receive stores an upload's bytes and answers when they are durable. With a number
// (not 0) it refuses before the first byte when the report is not the provider's or
// not open; without one, Attach decides. Memory does not depend on the size. When it
// fails, r failing included, nothing is left.
func (s *Service) Receive(ctx context.Context, a auth.Actor, number int64, name string, r io.Reader) (*Upload, error) {
	if !a.Can(auth.SubmitReport) {
		return nil, models.Forbiddenf("Only a provider's account may upload files.")
	}
	up := &Upload{id: store.NewID(), name: fileName(name)}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		if number != 0 {
			if _, err := own(tx, number, false); err != nil {
				return err
			}
		}
		// One directory a day: reports come and go by the hundred thousand.
		up.key = tx.Now.Format("2006/01-02/") + up.id.String()
		if err := tx.Create(&models.Upload{ID: up.id, ProviderID: a.ProviderID, StorageKey: up.key, StartedAt: tx.Now}).Error; err != nil {
			return fmt.Errorf("noting an upload: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, s.refused(ctx, a, "file.uploaded", number, err)
	}
	if up.receipt, err = s.files.Put(ctx, up.key, r); err != nil {
		return nil, errors.Join(fmt.Errorf("storing an upload: %w", err), s.Discard(ctx, a, up))
	}
	return up, nil
}

// Attach makes a received upload a file of the open report and answers it. When
// that is refused - the report may have ended meanwhile - the bytes are removed.
func (s *Service) Attach(ctx context.Context, a auth.Actor, number int64, up *Upload) (*models.File, error) {
	f := models.File{ID: up.id, PublicID: newPublicID(), ProviderID: &a.ProviderID, Name: up.name, Size: up.receipt.Size,
		MD5: unhex(up.receipt.MD5), SHA1: unhex(up.receipt.SHA1), SHA256: unhex(up.receipt.SHA256), StorageKey: up.key}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, number, true)
		if err != nil {
			return err
		}
		gone := tx.Exec("delete from uploads where id = ?", up.id)
		if gone.Error != nil {
			return fmt.Errorf("ending an upload: %w", gone.Error)
		}
		if gone.RowsAffected != 1 {
			return errors.New("the upload was swept away before it could be attached")
		}
		f.ReportID, f.ReceivedAt = rep.ID, tx.Now
		if err := tx.Create(&f).Error; err != nil {
			return fmt.Errorf("recording an upload: %w", err)
		}
		if err := touch(tx, rep); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "file.uploaded", ReportID: rep.ID, Number: number, Subject: f.PublicID,
			Words: "Uploaded a file.", Detail: map[string]any{"size": f.Size, "sha256": up.receipt.SHA256}})
	})
	if err != nil {
		return nil, errors.Join(s.refused(ctx, a, "file.uploaded", number, err), s.Discard(ctx, a, up))
	}
	return &f, nil
}

// Discard removes an upload that was not attached. It also works for a request that
// was broken off.
func (s *Service) Discard(ctx context.Context, a auth.Actor, up *Upload) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		gone := tx.Exec("delete from uploads where id = ?", up.id)
		if gone.Error != nil {
			return fmt.Errorf("discarding an upload: %w", gone.Error)
		}
		if gone.RowsAffected == 0 {
			return nil // attached after all (the answer to a commit may be lost), or swept
		}
		if err := s.files.Delete(ctx, up.key); err != nil {
			return fmt.Errorf("discarding an upload: %w", err)
		}
		return nil
	})
}

// AddFile is Receive and Attach for a caller that knows the report beforehand.
func (s *Service) AddFile(ctx context.Context, a auth.Actor, number int64, name string, r io.Reader) (*models.File, error) {
	up, err := s.Receive(ctx, a, number, name, r)
	if err != nil {
		return nil, err
	}
	return s.Attach(ctx, a, number, up)
}

// Batched reports whether an open report of the provider is a batched one, which
// decides what a document about its file may say.
func (s *Service) Batched(ctx context.Context, a auth.Actor, number int64) (bool, error) {
	if !a.Can(auth.SubmitReport) {
		return false, models.Forbiddenf("Only a provider's account may describe files.")
	}
	batched := false
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := own(tx, number, false)
		if err == nil {
			batched = rep.Batched
		}
		return err
	})
	return batched, s.refused(ctx, a, "file.described", number, err)
}

// Describe records what the provider says of an uploaded file. It may be said once.
// What a file of a batched report may say is the document's matter (Batched); the
// mark never changes after Open.
func (s *Service) Describe(ctx context.Context, a auth.Actor, said *models.ReportedFile, document []byte) error {
	if !a.Can(auth.SubmitReport) {
		return models.Forbiddenf("Only a provider's account may describe files.")
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
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
	return s.refused(ctx, a, "file.described", said.ReportNumber, err)
}
