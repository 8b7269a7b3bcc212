package hashindex

import "sync/atomic"

const (
	chunkBits = 16
	chunkSize = 1 << chunkBits
)

// A chunk holds entries where they will stay. A place in it is written once, before
// any view counts it in, and only its mark of deletion changes afterwards; so readers
// need no lock.
type chunk struct {
	hashes [chunkSize]Hash
	ids    [chunkSize]uint64
	dead   [chunkSize / 64]atomic.Uint64
}

func (c *chunk) isDead(i int) bool { return c.dead[i>>6].Load()>>(i&63)&1 != 0 }

// kill marks a place and says whether it was alive.
func (c *chunk) kill(i int) bool {
	bit := uint64(1) << (i & 63)
	return c.dead[i>>6].Or(bit)&bit == 0
}
