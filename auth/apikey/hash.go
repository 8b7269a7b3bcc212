package apikey

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// params are the costs of Argon2id (RFC 9106).
type params struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// The costs of new hashes: 19 MiB and two passes, the smallest setting in common
// recommendation. Providers' passwords are made by us with over 100 bits, so the cost
// need not make up for weak ones, and a low memory lets several be checked at once.
var current = params{memory: 19 << 10, passes: 2, threads: 1}

// The highest costs that a stored hash may ask for, so that a changed row in the
// database cannot exhaust the machine.
var highest = params{memory: 256 << 10, passes: 16, threads: 16}

const (
	saltSize  = 16
	keySize   = 32
	maxLength = 1024 // of a password, in bytes; longer ones are refused
)

// Hash makes the stored form of a password: "$argon2id$v=19$m=…,t=…,p=…$salt$key".
func Hash(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails: the program ends instead
	return encode(current, salt, current.key(password, salt, keySize))
}

// derivations counts keys derived, so that a test can see that unknown user names
// cost as many as known ones without measuring time.
var derivations atomic.Int64

func (p params) key(password string, salt []byte, size int) []byte {
	derivations.Add(1)
	return argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.threads, uint32(size))
}

func encode(p params, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

var errFormat = errors.New("apikey: not an Argon2id hash in PHC text")

func decode(encoded string) (p params, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errFormat
	}
	var rest string
	if n, _ := fmt.Sscanf(parts[3]+" ", "m=%d,t=%d,p=%d%s", &p.memory, &p.passes, &p.threads, &rest); n != 3 {
		return p, nil, nil, errFormat
	}
	if p.memory < 8*uint32(p.threads) || p.memory > highest.memory || p.passes < 1 || p.passes > highest.passes || p.threads < 1 || p.threads > highest.threads {
		return p, nil, nil, errFormat
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, errFormat
	}
	return p, salt, key, nil
}

// Verify says whether the password is the one whose hash this is. The comparison takes
// the same time wherever the two differ; a hash that cannot be read fits no password
// and costs as much as one that can. An empty password never fits.
func Verify(encoded, password string) bool {
	p, salt, want, err := decode(encoded)
	if err != nil || password == "" || len(password) > maxLength {
		waste()
		return false
	}
	return subtle.ConstantTimeCompare(p.key(password, salt, len(want)), want) == 1
}

// Outdated says that a hash was made with other costs than new ones are, so that it
// should be made again when the password is next set.
func Outdated(encoded string) bool {
	p, _, _, err := decode(encoded)
	return err != nil || p != current
}

var wastedSalt = sync.OnceValue(func() []byte {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return salt
})

// waste takes as long as verifying a password, for user names that do not exist.
func waste() { current.key("no such user", wastedSalt(), keySize) }
