package outcome

import (
	"context"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/names"
	"reeve/models/store"
)

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	names *names.Names
}

// New makes the service: on the web's store for people, on the worker's for
// SendReturn, SendDueReturns, Fold and MarkOverdue, on the owner's for Rebuild.
func New(s *store.Store, n *names.Names) *Service { return &Service{store: s, names: n} }

// may answers nil when the actor's role grants the permission; see audit.May.
func (s *Service) may(ctx context.Context, a auth.Actor, p auth.Permission, e audit.Event, ask string) error {
	return audit.May(ctx, s.store, a, p, e, ask)
}

// unseen writes the line of a report that was asked for and not found; see audit.Unseen.
func (s *Service) unseen(ctx context.Context, a auth.Actor, action string, number int64, err error) error {
	return audit.Unseen(ctx, s.store, a, action, number, err)
}

// What a person is told whose role does not allow a deed.
const (
	askWork  = "Recording what became of a report is for investigators and supervisors. Ask your agency's admin for that role."
	askBoard = "The feedback board is for the clearinghouse's supervisors and admins. Ask the clearinghouse's admin for that role."
)
