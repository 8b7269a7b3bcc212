package keyring

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// SignerName names the audit log in its signed checkpoints.
const SignerName = "reeve-audit"

// LoadSigner reads the audit log's Ed25519 signing key from a file that only its owner
// may read, and answers it with the public verifier key, a line of text to hand out.
// With create, a missing file is made; without it, it is ErrMissing.
func LoadSigner(file string, create bool) (signer note.Signer, verifierKey string, err error) {
	text, err := readOrCreate(file, create, func() (string, error) {
		secret, _, err := note.GenerateKey(rand.Reader, SignerName)
		return secret, err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", fmt.Errorf("%w: the audit signing key %s is missing", ErrMissing, file)
	}
	if err != nil {
		return nil, "", err
	}
	text = strings.TrimSpace(text)
	if signer, err = note.NewSigner(text); err != nil {
		return nil, "", fmt.Errorf("%w: %s holds no audit signing key", ErrMalformed, file)
	}
	if verifierKey, err = verifierOf(text); err != nil {
		return nil, "", fmt.Errorf("%s: %w", file, err)
	}
	return signer, verifierKey, nil
}

// verifierOf derives the public key from a note signer's text, which ends in base64 of
// an algorithm byte and the 32-byte seed.
func verifierOf(secret string) (string, error) {
	parts := strings.SplitN(secret, "+", 5) // base64 may hold a plus
	if len(parts) != 5 {
		return "", ErrMalformed
	}
	key, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(key) != 1+ed25519.SeedSize {
		return "", ErrMalformed
	}
	public := ed25519.NewKeyFromSeed(key[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], public)
}
