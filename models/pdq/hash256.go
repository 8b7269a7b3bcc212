package pdq

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
)

// Digits is how many hexadecimal digits a hash is written with.
const Digits = 64

// Hash256 is a PDQ hash. The first word holds the first sixteen of its hexadecimal
// digits; bit 0, that of the lowest frequency, is the last one written.
type Hash256 [4]uint64

// Parse reads a hash of 64 hexadecimal digits, in small or capital letters, as hash
// lists and providers write it. The error says in words what is wrong with it.
func Parse(s string) (Hash256, error) {
	if len(s) != Digits {
		return Hash256{}, fmt.Errorf("a PDQ hash has %d hexadecimal digits, this has %d characters", Digits, len(s))
	}
	var b [Digits / 2]byte
	if _, err := hex.Decode(b[:], []byte(s)); err != nil {
		return Hash256{}, fmt.Errorf("a PDQ hash is written with the digits 0-9 and a-f only")
	}
	return fromBytes(b[:]), nil
}

// FromBytes reads a hash from the 32 bytes that Bytes made.
func FromBytes(b []byte) (Hash256, error) {
	if len(b) != Digits/2 {
		return Hash256{}, fmt.Errorf("a PDQ hash has %d bytes, this has %d", Digits/2, len(b))
	}
	return fromBytes(b), nil
}

func fromBytes(b []byte) (h Hash256) {
	for i := range h {
		h[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return h
}

// Bytes is the hash as 32 bytes, in the order of its digits.
func (h Hash256) Bytes() []byte {
	b := make([]byte, 0, Digits/2)
	for _, w := range h {
		b = binary.BigEndian.AppendUint64(b, w)
	}
	return b
}

// String is the hash as 64 small hexadecimal digits.
func (h Hash256) String() string { return hex.EncodeToString(h.Bytes()) }

// Distance is in how many of the 256 bits the hashes differ.
func (h Hash256) Distance(o Hash256) int {
	return bits.OnesCount64(h[0]^o[0]) + bits.OnesCount64(h[1]^o[1]) +
		bits.OnesCount64(h[2]^o[2]) + bits.OnesCount64(h[3]^o[3])
}

// set makes bit k one.
func (h *Hash256) set(k int) { h[3-k/64] |= 1 << (k % 64) }
