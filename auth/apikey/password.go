package apikey

import (
	"crypto/rand"
	"encoding/base32"
)

// NewPassword makes a password of 160 random bits that can be read out loud.
func NewPassword() string {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}
