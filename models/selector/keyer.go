package selector

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// Key stands for one identifier when agencies' reports are compared. Who holds
// keys without the secret can neither read the value nor try guesses.
type Key struct {
	Version uint8 // of the secret
	MAC     [32]byte
}

// Prefix is the first 64 bits, for the index. A hit in the index is only a hint:
// at a thousand million identifiers, two different ones sharing a prefix are to be
// expected, so keys are always compared whole.
func (k Key) Prefix() int64 { return int64(binary.BigEndian.Uint64(k.MAC[:8])) }

// Equal compares two keys whole, in constant time.
func (k Key) Equal(other Key) bool {
	return k.Version == other.Version && subtle.ConstantTimeCompare(k.MAC[:], other.MAC[:]) == 1
}

// KeyFrom reads a key as it is stored.
func KeyFrom(version uint8, mac []byte) (Key, error) {
	k := Key{Version: version}
	if len(mac) != len(k.MAC) {
		return Key{}, errors.New("selector: a match key has 32 bytes")
	}
	copy(k.MAC[:], mac)
	return k, nil
}

// Keyer makes match keys under one secret. It is safe for concurrent use.
type Keyer struct {
	version uint8
	secret  []byte
}

// NewKeyer takes the match secret of 32 bytes and its version. Keys of different
// versions never match; after a rotation the stored ones are made again.
func NewKeyer(version uint8, secret []byte) (*Keyer, error) {
	if len(secret) != 32 {
		return nil, errors.New("selector: the match secret must have 32 bytes")
	}
	return &Keyer{version: version, secret: append([]byte(nil), secret...)}, nil
}

// Version is that of the secret.
func (k *Keyer) Version() uint8 { return k.version }

// Key is HMAC-SHA-256 over a label, the version, the kind, the value's length and
// the value. Each part before the value has a fixed length, so no two inputs can
// give the same bytes.
func (k *Keyer) Key(kind Kind, value string) Key { return k.Keys(kind, []string{value})[0] }

// Keys makes the keys of many values of one kind, in their order.
func (k *Keyer) Keys(kind Kind, values []string) []Key {
	keys := make([]Key, len(values))
	mac := hmac.New(sha256.New, k.secret)
	var message []byte
	for i, value := range values {
		message = append(message[:0], "reeve.match"...)
		message = append(message, k.version)
		message = binary.BigEndian.AppendUint16(message, uint16(kind))
		message = binary.BigEndian.AppendUint64(message, uint64(len(value)))
		message = append(message, value...)
		mac.Reset() // keeps what the secret alone decides
		mac.Write(message)
		keys[i].Version = k.version
		mac.Sum(keys[i].MAC[:0])
	}
	return keys
}
