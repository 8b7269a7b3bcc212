package publicform

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/selector"
	"reeve/models/store"
)

// IdleFor is how long a draft is kept after it was last touched.
const IdleFor = 2 * time.Hour

// Options are the secrets that the use cases need.
type Options struct {
	Keyer *selector.Keyer  // match keys of identifiers
	Keys  map[uint8][]byte // under which numbers with their codes are hashed, by version
}

// Service holds the use cases.
type Service struct {
	store *store.Store
	keyer *selector.Keyer
	keys  map[uint8][]byte
}

// New makes the use cases on a store: the web's, or the worker's. It answers an error
// when there is no key.
func New(s *store.Store, o Options) (*Service, error) {
	if o.Keyer == nil || len(o.Keys) == 0 {
		return nil, errors.New("publicform: match keys and a key for codes are needed")
	}
	return &Service{store: s, keyer: o.Keyer, keys: o.Keys}, nil
}

// What can stop somebody on the way, each its own value, so that a page can say it in
// the reader's language. Nothing that was typed is lost by any of them.
var (
	ErrGone      = &models.Error{Kind: models.NotFound, Message: "Nothing was found to send. It may have been sent, or erased after two hours without use."}
	ErrSent      = &models.Error{Kind: models.Conflict, Message: "This report was sent already. Use its number and code to add to it."}
	ErrElsewhere = &models.Error{Kind: models.Conflict, Message: "These answers were changed on another page meanwhile."}
	ErrHurried   = &models.Error{Kind: models.Conflict, Message: "That was very quick. Look once more, then press send again."}
	ErrNoFit     = &models.Error{Kind: models.NotFound, Message: "This number and this code do not belong together."}
)

// only refuses whoever is not the public: a person who is signed in uses the form as
// anybody does, and so does everything here.
func only(a auth.Actor) error {
	if !a.Can(auth.Public) || a.Side != auth.SidePublic {
		return models.Forbiddenf("The public's form works for the public alone.")
	}
	return nil
}

// hold says in the transaction what the writer proves to hold; see 0026_public_form.sql.
func hold(tx *store.Tx, key []byte) error {
	if err := tx.Exec("select set_config('app.public_key', ?, true)", hex.EncodeToString(key)).Error; err != nil {
		return fmt.Errorf("scoping the transaction to a secret: %w", err)
	}
	return nil
}
