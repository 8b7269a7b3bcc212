package labelling

import "reeve/models/store"

// Service holds the use cases.
type Service struct{ store *store.Store }

// New makes the use cases on a store: the web's, or the worker's.
func New(s *store.Store) *Service { return &Service{store: s} }
