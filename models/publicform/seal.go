package publicform

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// sealed is what a draft holds, encrypted under the cookie's secret.
type sealed struct {
	Answers Answers `json:"answers,omitempty"`
	Hurried bool    `json:"hurried,omitempty"` // was asked to look once more
	Number  int64   `json:"number,omitempty"`  // once sent, for the page that shows it
	Code    string  `json:"code,omitempty"`
}

// newSecret makes what a draft's cookie holds.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is what the database knows of a secret.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte("reeve.public.draft\x00" + secret))
	return sum[:]
}

func seal(secret string, in sealed) ([]byte, error) {
	plain, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("sealing a draft: %w", err)
	}
	box, err := boxOf(secret)
	if err != nil {
		return nil, err
	}
	return box.Seal(nil, nil, plain, hashOf(secret)), nil
}

func unseal(secret string, b []byte) (out sealed, err error) {
	box, err := boxOf(secret)
	if err != nil {
		return out, err
	}
	plain, err := box.Open(nil, nil, b, hashOf(secret))
	if err != nil {
		return out, errors.New("a draft does not open with its own secret")
	}
	if err := json.Unmarshal(plain, &out); err != nil {
		return out, fmt.Errorf("reading a draft: %w", err)
	}
	if out.Answers == nil {
		out.Answers = Answers{}
	}
	return out, nil
}

func boxOf(secret string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "reeve public draft", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
