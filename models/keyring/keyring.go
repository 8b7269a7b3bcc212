package keyring

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Purpose is what a derived key is for. Keys of different purposes have nothing to do
// with each other.
type Purpose string

// The purposes.
const (
	Match   Purpose = "match"
	File    Purpose = "file"
	Secret  Purpose = "secret"
	Cursor  Purpose = "cursor"
	Session Purpose = "session"
	Public  Purpose = "public" // codes of reports by the public's form
)

// Size is the length in bytes of the master key and of every derived key.
const Size = 32

// What can be wrong with a key. Test with errors.Is.
var (
	ErrMissing   = errors.New("keyring: there is no master key")
	ErrMalformed = errors.New("keyring: the master key cannot be read")
	ErrVersion   = errors.New("keyring: this version of the master key is not given")
)

// Ring holds every given version of the master key. It is safe for concurrent use.
type Ring struct {
	masters map[uint8][]byte
	current uint8
}

// Parse reads a key text: one or more "VERSION:KEY" or a single "KEY", each key as 64
// hexadecimal digits or as base64 of 32 bytes. No error of it shows any of the text.
func Parse(text string) (*Ring, error) {
	r := &Ring{masters: map[uint8][]byte{}}
	for i, part := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t' }) {
		version, key := "1", part
		if v, k, found := strings.Cut(part, ":"); found {
			version, key = v, k
		}
		n, err := strconv.ParseUint(version, 10, 8)
		if err != nil || n == 0 {
			return nil, fmt.Errorf("%w: entry %d has no version between 1 and 255", ErrMalformed, i+1)
		}
		secret, ok := decode(key)
		if !ok {
			return nil, fmt.Errorf("%w: entry %d is neither 64 hexadecimal digits nor base64 of 32 bytes", ErrMalformed, i+1)
		}
		if slices.Max(secret) == slices.Min(secret) {
			return nil, fmt.Errorf("%w: entry %d repeats one byte, which is no secret", ErrMalformed, i+1)
		}
		if r.masters[uint8(n)] != nil {
			return nil, fmt.Errorf("%w: version %d is given twice", ErrMalformed, n)
		}
		r.masters[uint8(n)] = secret
		r.current = max(r.current, uint8(n))
	}
	if r.current == 0 {
		return nil, ErrMissing
	}
	return r, nil
}

func decode(s string) ([]byte, bool) {
	if b, err := hex.DecodeString(s); err == nil && len(b) == Size {
		return b, true
	}
	s = strings.TrimRight(s, "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(s); err == nil && len(b) == Size {
			return b, true
		}
	}
	return nil, false
}

// Current is the version that new work uses.
func (r *Ring) Current() uint8 { return r.current }

// Versions lists the given versions, newest first.
func (r *Ring) Versions() []uint8 {
	v := slices.Sorted(maps.Keys(r.masters))
	slices.Reverse(v)
	return v
}

// Derive answers the 32-byte key of a purpose under a version of the master key:
// always the same for the same three. ErrVersion if that version is not given.
func (r *Ring) Derive(p Purpose, version uint8) ([]byte, error) {
	master := r.masters[version]
	if master == nil {
		return nil, fmt.Errorf("%w: %d", ErrVersion, version)
	}
	key, err := hkdf.Key(sha256.New, master, []byte("reeve.keyring"), fmt.Sprintf("%s/%d", p, version), Size)
	if err != nil {
		return nil, fmt.Errorf("keyring: derive %s: %w", p, err)
	}
	return key, nil
}

// DeriveAll answers the keys of a purpose for every given version.
func (r *Ring) DeriveAll(p Purpose) (map[uint8][]byte, error) {
	keys := make(map[uint8][]byte, len(r.masters))
	for v := range r.masters {
		key, err := r.Derive(p, v)
		if err != nil {
			return nil, err
		}
		keys[v] = key
	}
	return keys, nil
}

// Generate makes a new key as text.
func Generate() string {
	b := make([]byte, Size)
	rand.Read(b)
	return base64.RawStdEncoding.EncodeToString(b)
}

// String never shows a key, wherever a Ring is printed.
func (r *Ring) String() string {
	return fmt.Sprintf("master key, %d versions, current %d", len(r.masters), r.current)
}

// GoString is String.
func (r *Ring) GoString() string { return r.String() }
