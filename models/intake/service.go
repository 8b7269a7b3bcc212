package intake

import (
	"context"
	"io"

	"reeve/models"
	"reeve/models/evidence"
	"reeve/models/selector"
	"reeve/models/store"
)

// Files is where uploaded bytes go.
type Files interface {
	Put(ctx context.Context, key string, r io.Reader) (evidence.Receipt, error)
	Delete(ctx context.Context, key string) error
}

// Service is intake's use cases.
type Service struct {
	store *store.Store
	files Files
	keyer *selector.Keyer
}

// New makes the service. The worker's, which only expires and erases, needs no keyer.
func New(s *store.Store, f Files, k *selector.Keyer) *Service {
	return &Service{store: s, files: f, keyer: k}
}

// What may be wrong with a call, each its own value so that the protocol can give
// each its own response code. Another provider's report is ErrNoReport.
var (
	ErrNoReport  = &models.Error{Kind: models.NotFound, Message: "The report does not exist, or its time to be completed has passed."}
	ErrNoFile    = &models.Error{Kind: models.NotFound, Message: "The file does not exist in this report."}
	ErrRetracted = &models.Error{Kind: models.Conflict, Message: "The report has already been retracted."}
	ErrFinished  = &models.Error{Kind: models.Conflict, Message: "The report has already been finished; nothing can be added to it or taken back."}
)
