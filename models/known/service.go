package known

import (
	"reeve/models"
	"reeve/models/store"
)

// Service holds the use cases of people: sets are imported, looked at, withdrawn.
type Service struct{ store *store.Store }

// New makes the use cases on a store: the web's, or a console's.
func New(s *store.Store) *Service { return &Service{store: s} }

const ask = "Hash sets of known material are for the clearinghouse's supervisors and admins. Ask the clearinghouse's admin for that role."

// noSet is the answer for one that does not exist.
func noSet() error {
	return models.NotFoundf("There is no such hash set. Look for it in the list of known material.")
}
