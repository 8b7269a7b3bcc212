package audit

import (
	"crypto/rand"
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

var linesMinted atomic.Uint32

// lineID mints the UUIDv7 of a line written at the given time. Its first 48 bits
// are the time's milliseconds and the next twelve the microseconds within, so
// that the primary key orders lines by their own "at" and a time bound is a bound
// on ids. A counter keeps the lines of one transaction in the order of writing;
// the rest is random.
func lineID(at time.Time) uuid.UUID {
	id := firstID(at)
	micro := uint16(at.Nanosecond()/1000%1000) << 2
	binary.BigEndian.PutUint16(id[6:8], 0x7000|micro)
	binary.BigEndian.PutUint32(id[8:12], 0x80000000|linesMinted.Add(1)&0x3fffffff)
	_, _ = rand.Read(id[12:16]) // cannot fail: crypto/rand ends the process instead
	return id
}

// firstID is the least id that a line written at the given time, or later, can have.
func firstID(at time.Time) (id uuid.UUID) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(id[:6], ms[2:])
	return id
}
