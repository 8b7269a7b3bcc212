package triage

import (
	"sync/atomic"

	"reeve/models/routing"
	"reeve/models/store"
)

// Service is triage's use cases.
type Service struct {
	store *store.Store
	geo   routing.GeoLookup // nil: no location database is configured
	read  atomic.Pointer[directory]
	book  atomic.Pointer[rulebook]
}

// New makes the service over the worker's store (Route) or the web's (the desk).
// geo may be nil; decisions then say that no location database is configured.
func New(s *store.Store, geo routing.GeoLookup) *Service { return &Service{store: s, geo: geo} }
