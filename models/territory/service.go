package territory

import (
	"context"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/store"
)

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	geo   routing.GeoLookup // nil: no location database is configured
}

// New makes the service on the web's store for people and on the worker's for Fold.
// geo is the worker's location database, so that a trial sees what routing would; it
// may be nil.
func New(s *store.Store, geo routing.GeoLookup) *Service { return &Service{store: s, geo: geo} }

// Whom to ask when a role may not.
const (
	askRead   = "Territory is for the clearinghouse's analysts to read."
	askManage = "Territory is for the desk's supervisors to change. Ask one of them."
)

// read and manage answer nil when the actor's role allows it, and else write the refusal.
func (s *Service) read(ctx context.Context, a auth.Actor, e audit.Event) error {
	return audit.May(ctx, s.store, a, auth.ReadDesk, e, askRead)
}

func (s *Service) manage(ctx context.Context, a auth.Actor, e audit.Event) error {
	return audit.May(ctx, s.store, a, auth.ManageRules, e, askManage)
}

// unseen writes the line of a draft or version that does not exist.
func (s *Service) unseen(ctx context.Context, a auth.Actor, e audit.Event, err error) error {
	return audit.UnseenThing(ctx, s.store, a, e.Action, e.Subject, "Asked for something of territory that does not exist.", err)
}

// invalid is one field's error.
func invalid(field, words string) error { return models.InvalidField(field, words) }
