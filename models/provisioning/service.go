package provisioning

import (
	"context"
	"fmt"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	noted notes // refusals of tokens that were written a moment ago
}

// New makes the use cases on a store of role reeve_web.
func New(s *store.Store) *Service { return &Service{store: s} }

// askAdmin says whom to ask who may not manage tokens.
const askAdmin = "Tokens of the directory are managed by an admin of your agency. Ask one of them."

// directory refuses whoever is no directory.
func (s *Service) directory(ctx context.Context, a auth.Actor, action string) error {
	return audit.May(ctx, s.store, a, auth.ProvisionUsers, audit.Event{Action: action, Words: "Tried to act as an agency's directory."},
		"Only an agency's directory may do this, with its token.")
}

// refuse writes the line of a deed that a rule forbade, and answers err as it is.
// What went wrong on our side is no refusal and writes nothing.
func (s *Service) refuse(ctx context.Context, a auth.Actor, line audit.Event, err error) error {
	if kind := models.KindOf(err); kind == models.Internal || kind == models.Unavailable {
		return err
	}
	line.Words, line.Detail = "The agency's directory was refused: "+models.MessageOf(err), nil
	if failed := audit.Refused(ctx, s.store, a, line); failed != nil {
		return fmt.Errorf("%w (after: %w)", failed, err)
	}
	return err
}
