package casefile

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// DocumentBody is a received document, verbatim.
type DocumentBody struct {
	Document
	Number int64
	Body   []byte
}

// Document answers one received document of a report, as the provider sent it,
// byte for byte. A document of another report is NotFound; one whose bytes were
// erased is Conflict and says that its hash remains.
func (s *Service) Document(ctx context.Context, a auth.Actor, number int64, docID uuid.UUID) (*DocumentBody, error) {
	line := audit.Event{Action: "report.document", Words: "Downloaded a document as the provider sent it.", Subject: "document " + docID.String()}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.ReadReport, refused, askReport); err != nil {
		return nil, err
	}
	var doc models.ReportDocument
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		id, concerned, err := findReport(tx, number)
		if err != nil {
			return err
		}
		doc = models.ReportDocument{}
		if err := tx.Where("report_id = ? and id = ?", id, docID).Take(&doc).Error; err != nil {
			return store.Translate(err, fmt.Sprintf("This document of report %d", number))
		}
		if doc.Body == nil {
			return models.Conflictf("The bytes of this document were erased, as the retention rule demands; its SHA-256 remains: %x.", doc.SHA256)
		}
		line.ReportID, line.Number, line.Concerns = id, number, concerned
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, number, err)
	}
	return &DocumentBody{Number: number, Body: doc.Body, Document: Document{ID: doc.ID, Kind: doc.Kind, FileID: doc.FileID,
		Size: doc.Size, SHA256: doc.SHA256, ReceivedAt: doc.ReceivedAt}}, nil
}
