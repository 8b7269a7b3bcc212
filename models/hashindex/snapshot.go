package hashindex

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A snapshot is its magic, blocks of entries, an empty block, the number of entries,
// and the SHA-256 of all that. A block is the number of its entries and each one's
// number and hash; everything is little-endian. Tables are not in it: sorting takes
// less time than reading them would.
const (
	magic      = "reevehx1"
	entryBytes = 8 + 32
	blockOf    = 4096 // entries
)

// ErrDamaged is what Load's errors wrap when what it read is no snapshot, not all of
// one, or changed.
var ErrDamaged = errors.New("the snapshot of the hash index is damaged")

// Snapshot writes all entries as they are at this moment. Searches, additions and
// deletions go on meanwhile; what is deleted while it writes may be in it.
func (x *Index) Snapshot(w io.Writer) error {
	v := x.view()
	buffered := bufio.NewWriterSize(w, 1<<20)
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(buffered, sum), 1<<16)
	le := binary.LittleEndian
	block := make([]byte, 0, blockOf*entryBytes)
	var total uint64
	// A bufio.Writer keeps its first error and Flush returns it.
	put := func() {
		_, _ = out.Write(le.AppendUint32(nil, uint32(len(block)/entryBytes))) //nolint:gosec // at most blockOf
		_, _ = out.Write(block)
		block = block[:0]
	}
	_, _ = out.WriteString(magic)
	for at := range v.n {
		c, i := v.chunks[at>>chunkBits], at&(chunkSize-1)
		if c.isDead(i) {
			continue
		}
		block = le.AppendUint64(block, c.ids[i])
		for _, word := range c.hashes[i] {
			block = le.AppendUint64(block, word)
		}
		if total++; len(block) == cap(block) {
			put()
		}
	}
	if len(block) > 0 {
		put()
	}
	put()
	_, _ = out.Write(le.AppendUint64(nil, total))
	err := out.Flush()
	if err == nil {
		_, _ = buffered.Write(sum.Sum(nil))
		err = buffered.Flush()
	}
	if err != nil {
		return fmt.Errorf("write a snapshot of the hash index: %w", err)
	}
	return nil
}

// Load makes an index of a snapshot, sorted on all processors. It is there whole, or
// not at all: an error that wraps ErrDamaged says that the snapshot cannot be used
// and the index must be filled from its source; any other is the reader's own.
func Load(r io.Reader) (*Index, error) {
	buffered := bufio.NewReaderSize(r, 1<<20)
	sum := sha256.New()
	in := io.TeeReader(buffered, sum)
	le := binary.LittleEndian
	head := make([]byte, len(magic))
	if err := fill(in, head); err != nil {
		return nil, err
	}
	if string(head) != magic {
		return nil, fmt.Errorf("%w: it does not begin like one", ErrDamaged)
	}
	var v view
	entries := make([]Entry, 0, blockOf)
	block := make([]byte, blockOf*entryBytes)
	for {
		if err := fill(in, head[:4]); err != nil {
			return nil, err
		}
		n := int(le.Uint32(head))
		if n == 0 {
			break
		}
		if n > blockOf || n > maxEntries-v.n {
			return nil, fmt.Errorf("%w: a block of %d entries", ErrDamaged, n)
		}
		if err := fill(in, block[:n*entryBytes]); err != nil {
			return nil, err
		}
		entries = entries[:0]
		for b := block[:n*entryBytes]; len(b) > 0; b = b[entryBytes:] {
			entries = append(entries, Entry{le.Uint64(b), Hash{le.Uint64(b[8:]), le.Uint64(b[16:]), le.Uint64(b[24:]), le.Uint64(b[32:])}})
		}
		v = v.with(entries)
	}
	if err := fill(in, head); err != nil {
		return nil, err
	}
	if le.Uint64(head) != uint64(v.n) { //nolint:gosec // a length
		return nil, fmt.Errorf("%w: it says %d entries and has %d", ErrDamaged, le.Uint64(head), v.n)
	}
	want, got := sum.Sum(nil), make([]byte, sha256.Size)
	if err := fill(buffered, got); err != nil {
		return nil, err
	}
	if !bytes.Equal(got, want) {
		return nil, fmt.Errorf("%w: its checksum is wrong", ErrDamaged)
	}
	x := new(Index)
	x.now.Store(&v)
	x.Settle()
	return x, nil
}

// fill reads all of b.
func fill(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends in the middle", ErrDamaged)
	case err != nil:
		return fmt.Errorf("read a snapshot of the hash index: %w", err)
	}
	return nil
}
