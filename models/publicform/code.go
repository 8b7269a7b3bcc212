package publicform

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// codeLetters have no vowels, so that no code is a word, and no two that look alike.
const codeLetters = "BCDFGHJKLMNPQRSTWXZ"

const codeLength = 16 // 68 bits

// newCode makes the code of a report: four groups of four letters.
func newCode() string {
	var b strings.Builder
	for b.Len() < codeLength {
		one := make([]byte, 1)
		_, _ = rand.Read(one)                                            // never fails: crypto/rand ends the program instead
		if n := int(one[0]); n < 256/len(codeLetters)*len(codeLetters) { // each letter as likely as the others
			b.WriteByte(codeLetters[n%len(codeLetters)])
		}
	}
	return Grouped(b.String())
}

// Grouped writes a code in groups of four, as it is shown.
func Grouped(code string) string {
	var parts []string
	for len(code) > 4 {
		parts, code = append(parts, code[:4]), code[4:]
	}
	return strings.Join(append(parts, code), "-")
}

// plainCode reads a code as somebody typed it from paper: either case, any spacing.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

// proofOf is the keyed hash under which a number with its code is known.
func proofOf(key []byte, number int64, code string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("reeve.public.proof\x00"))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(number)))
	mac.Write([]byte(plainCode(code)))
	return mac.Sum(nil)
}

// newest is the version of the key that new hashes are made with.
func (s *Service) newest() uint8 { return slices.Max(slices.Collect(maps.Keys(s.keys))) }

// textKey stands for a text, so that the very same one is found again.
func (s *Service) textKey(text string) []byte {
	mac := hmac.New(sha256.New, s.keys[s.newest()])
	mac.Write([]byte("reeve.public.text\x00"))
	mac.Write([]byte(strings.ToLower(strings.Join(strings.Fields(text), " "))))
	return mac.Sum(nil)
}
