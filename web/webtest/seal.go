package webtest

import (
	"bytes"
	"encoding/hex"
	"errors"
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
