package directory

import (
	"reeve/auth"
	"reeve/models/store"
)

// Service is the directory's use cases over a store opened as the owner.
type Service struct{ store *store.Store }

// New makes the service.
func New(s *store.Store) *Service { return &Service{store: s} }

func console() auth.Actor {
	a := auth.System(auth.ForSetup)
	a.Name = "Administrator at the console"
	return a
}
