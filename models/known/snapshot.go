package known

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"reeve/models/hashindex"
)

// A snapshot begins with one line of JSON, which says up to which change it goes and
// which sets are in it, and the SHA-256 of that line; what follows is hashindex's own,
// with a checksum of its own.
type header struct {
	Form   string             `json:"form"`
	Change int64              `json:"change"`
	Sets   map[int32]loadedAs `json:"sets"`
}

const snapshotForm = "reeve known pictures 1"

// open reads the snapshot. Without one it answers nil; an error says why one cannot be
// used.
func (n *Near) open() (*hashindex.Index, map[int32]loadedAs, error) {
	if n.path == "" {
		return nil, nil, nil
	}
	f, err := os.Open(n.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	size := make([]byte, 8)
	if _, err := io.ReadFull(f, size); err != nil {
		return nil, nil, fmt.Errorf("its beginning: %w", err)
	}
	var length int
	if _, err := fmt.Sscanf(string(size), "%08x", &length); err != nil || length > 64<<20 {
		return nil, nil, errors.New("it does not begin like one")
	}
	text := make([]byte, length+sha256.Size)
	if _, err := io.ReadFull(f, text); err != nil {
		return nil, nil, fmt.Errorf("its list of sets: %w", err)
	}
	if sum := sha256.Sum256(text[:length]); !bytes.Equal(sum[:], text[length:]) {
		return nil, nil, errors.New("its list of sets is damaged")
	}
	var h header
	if err := json.Unmarshal(text[:length], &h); err != nil || h.Form != snapshotForm {
		return nil, nil, errors.New("it was written in another form")
	}
	x, err := hashindex.Load(f)
	if err != nil {
		return nil, nil, err
	}
	if h.Sets == nil {
		h.Sets = map[int32]loadedAs{}
	}
	return x, h.Sets, nil
}

// Save writes the snapshot if anything changed since the last one. A crash in the
// middle leaves the old one. Searches and Follow go on meanwhile.
func (n *Near) Save(ctx context.Context) error {
	if n.path == "" {
		return nil
	}
	select {
	case n.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	x, h := n.index.Load(), header{snapshotForm, n.change, maps.Clone(n.sets)}
	fresh := x == nil || n.saved == n.change
	<-n.turn
	if fresh {
		return nil
	}
	// A set that is taken in from now on may lie in the snapshot without its name. When
	// that is loaded, take removes it before it is read from the table.
	if err := write(n.path, h, x); err != nil {
		return fmt.Errorf("writing the snapshot of known pictures: %w", err)
	}
	n.turn <- struct{}{}
	n.saved = h.Change
	<-n.turn
	return nil
}

func write(path string, h header, x *hashindex.Index) (err error) {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	sum := sha256.Sum256(text)
	_, err = fmt.Fprintf(f, "%08x%s%s", len(text), text, sum[:])
	if err == nil {
		err = x.Snapshot(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
