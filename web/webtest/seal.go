package webtest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"reeve/models/publicform"
	"reeve/models/store"
)

var sealMark = []byte("sealed:")

// Seal stands for the master key: what it answers shows nothing of the secret to
// somebody who looks for its text, and Unseal opens it. It keeps no secret.
func Seal(plain []byte) ([]byte, error) {
	return hex.AppendEncode(bytes.Clone(sealMark), plain), nil
}

// Unseal opens what Seal closed.
func Unseal(sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, sealMark)
	if !ok {
		return nil, errors.New("webtest: this was not sealed here")
	}
	return hex.DecodeString(string(rest))
}

// publicForm makes the public form's use cases with a test's key.
func (s *Site) publicForm(t testing.TB, db *store.Store) *publicform.Service {
	t.Helper()
	f, err := publicform.New(db, publicform.Options{Keyer: s.Keys, Keys: map[uint8][]byte{1: []byte("the key of codes of a test, 32 b")}})
	must(t, err)
	return f
}
