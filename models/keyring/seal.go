package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrSealed says that sealed bytes do not open: changed, cut, sealed for something
// else, or with another key.
var ErrSealed = errors.New("keyring: the sealed bytes do not open")

// sealFormat is the first byte of everything sealed; the second is the version of the
// master key, then a random nonce and AES-256-GCM.
const sealFormat = 1

// Seal encrypts a short secret for one purpose and one place. aad names the place, such
// as the row and column, so that a sealed value does not open in another; it is not
// stored. The current version of the master key is used.
func (r *Ring) Seal(p Purpose, aad, plaintext []byte) ([]byte, error) {
	aead, err := r.aead(p, r.current)
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte{sealFormat, r.current}, nil, plaintext, associated(p, r.current, aad)), nil
}

// Open answers what was sealed with the same purpose and aad. ErrVersion if the
// version of the master key that it needs is not given, else ErrSealed.
func (r *Ring) Open(p Purpose, aad, sealed []byte) ([]byte, error) {
	if len(sealed) < 2 || sealed[0] != sealFormat {
		return nil, ErrSealed
	}
	version := sealed[1]
	aead, err := r.aead(p, version)
	if err != nil {
		return nil, err
	}
	plaintext, err := aead.Open(nil, nil, sealed[2:], associated(p, version, aad))
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

// Stale says that a sealed value was made under an older version and should be sealed
// again.
func (r *Ring) Stale(sealed []byte) bool { return len(sealed) < 2 || sealed[1] != r.current }

// aead keeps sealing keys apart from the purpose's other keys.
func (r *Ring) aead(p Purpose, version uint8) (cipher.AEAD, error) {
	key, err := r.Derive("seal."+p, version)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return aead, nil
}

func associated(p Purpose, version uint8, aad []byte) []byte {
	b := append([]byte{sealFormat, version}, binary.BigEndian.AppendUint32(nil, uint32(len(p)))...)
	return append(append(b, p...), aad...)
}
