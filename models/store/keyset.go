package store

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/models"
)

// Cursor is where a page of an ordered list ends: the sort key of its last row.
// It travels in addresses as opaque text (base64url of a fixed form). It grants
// nothing: it only says where to go on in rows that the reader may see anyway, so
// it is checked for form and range and not signed.
type Cursor struct {
	Order byte      // which order the list has; a cursor of one order is no use in another
	Back  bool      // towards the beginning of the list
	Rank  int64     // the first sort column, where the order has one besides time
	At    time.Time // microseconds, as the database keeps them
	ID    uuid.UUID
}

// cursorForm is the first byte of every cursor, so that its form can change.
const cursorForm = 1

const cursorSize = 1 + 1 + 1 + 8 + 8 + 16

// String is the cursor as an address carries it.
func (c Cursor) String() string {
	b := make([]byte, 0, cursorSize)
	b = append(b, cursorForm, c.Order, 0)
	if c.Back {
		b[2] = 1
	}
	b = binary.BigEndian.AppendUint64(b, uint64(c.Rank))
	b = binary.BigEndian.AppendUint64(b, uint64(c.At.UnixMicro()))
	b = append(b, c.ID[:]...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Times beyond these are no times of a report and would be refused by Postgres.
var (
	cursorFirst = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	cursorLast  = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// ParseCursor reads a cursor of the order. An empty text answers nil: the first
// page. Anything that String did not write is Invalid.
func ParseCursor(text string, order byte) (*Cursor, error) {
	if text == "" {
		return nil, nil
	}
	damaged := models.InvalidField("cursor", "This page's address is damaged or belongs to another list. Start again from the first page.")
	if len(text) != base64.RawURLEncoding.EncodedLen(cursorSize) {
		return nil, damaged
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != cursorSize || b[0] != cursorForm || b[1] != order || b[2] > 1 {
		return nil, damaged
	}
	at := int64(binary.BigEndian.Uint64(b[11:19]))
	if at < cursorFirst || at > cursorLast {
		return nil, damaged
	}
	c := &Cursor{Order: order, Back: b[2] == 1, Rank: int64(binary.BigEndian.Uint64(b[3:11])), At: time.UnixMicro(at).UTC()}
	copy(c.ID[:], b[19:])
	return c, nil
}

// InOrder makes the rest of the transaction read lists in the order of an index,
// never by collecting and sorting. A list's first rows are a short stretch of the
// index made for it; where the planner takes conditions for independent that are
// not (who holds a report, and at which agency), it expects a handful of rows and
// would sort what are in truth thousands. A sort that no index spares is still done.
func (tx *Tx) InOrder() error {
	err := tx.Exec("select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)").Error
	if err != nil {
		return fmt.Errorf("asking for ordered reading: %w", err)
	}
	return nil
}
