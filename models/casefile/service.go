package casefile

import (
	"context"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/names"
	"reeve/models/selector"
	"reeve/models/store"
)

// Keyer makes the keyed hash under which an identifier is looked up;
// *selector.Keyer is one.
type Keyer interface {
	Key(kind selector.Kind, value string) selector.Key
	Keys(kind selector.Kind, values []string) []selector.Key
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	names *names.Names
	keys  Keyer
}

// New makes the service for the web process.
func New(s *store.Store, n *names.Names, k Keyer) *Service {
	return &Service{store: s, names: n, keys: k}
}

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
	askInbox  = "The inbox is for an agency's investigators and supervisors. Ask your agency's admin for that role."
	askReport = "Reading reports is not part of your role. Ask your agency's admin for a role that reads reports."
	askWork   = "Working on reports is for investigators and supervisors. Ask your agency's admin for that role."
	askSearch = "Searching reports is not part of your role. Ask your agency's admin for a role that reads reports."
)
