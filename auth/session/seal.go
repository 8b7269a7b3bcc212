package session

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/google/uuid"
)

// seal encrypts what was typed under a key that the cookie's secret gives. The
// database knows only the secret's hash, so a copy of it does not tell what was
// typed, which may be a provider's client secret. The form's id is bound in.
func seal(token string, id uuid.UUID, plain []byte) ([]byte, error) {
	box, err := boxOf(token)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return box.Seal(nonce, nonce, plain, id[:]), nil
}

func unseal(token string, id uuid.UUID, sealed []byte) ([]byte, error) {
	box, err := boxOf(token)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, errors.New("session: a kept form is cut off")
	}
	return box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], id[:])
}

func boxOf(token string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(token), nil, "reeve kept form", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
