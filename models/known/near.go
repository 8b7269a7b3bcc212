package known

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/hashindex"
	"reeve/models/pdq"
	"reeve/models/store"
)

// Near finds listed pictures that are nearly the same as a given one. It is a copy in
// memory of the PDQ hashes of all active sets and follows the table, which remains the
// truth. A snapshot carries it over a restart; one that is missing, damaged or does not
// fit is made again from the table.
type Near struct {
	store *store.Store
	path  string // of the snapshot; empty: none is kept
	log   *slog.Logger

	turn   chan struct{} // whose turn it is to change what follows; a mutex that a context can leave
	index  atomic.Pointer[hashindex.Index]
	change int64              // up to which the index has followed
	sets   map[int32]loadedAs // that are in the index
	saved  int64              // up to which the snapshot has followed
}

// loadedAs tells a set from another that has its number after a database was restored.
type loadedAs struct {
	ID     uuid.UUID
	Change int64
}

// NewNear makes the index of a worker's store; nothing is read yet. The snapshot is
// kept at the path, if that is not empty.
func NewNear(s *store.Store, path string, log *slog.Logger) *Near {
	return &Near{store: s, path: path, log: log, turn: make(chan struct{}, 1)}
}

// Match is a listed picture within the radius.
type Match struct {
	Set      int32 // known_sets.number
	N        int32 // the record of that set
	Distance int
}

// firstOf is the number in the index of a set's record 0; all of the set's follow it.
func firstOf(set int32) uint64 { return uint64(uint32(set)) << 32 } //nolint:gosec // numbers of sets are positive

func lastOf(set int32) uint64 { return firstOf(set+1) - 1 }

// Search answers, of each set that lists pictures within the radius, the nearest one,
// the nearest first. Follow must have been called.
func (n *Near) Search(h pdq.Hash256, radius int) []Match {
	x := n.index.Load()
	if x == nil {
		return nil
	}
	const usual, most = 256, 1 << 20
	found, all := x.Search(hashindex.Hash(h), radius, usual)
	if all > usual { // a crowd, in which other sets' nearest may be hidden
		found, _ = x.Search(hashindex.Hash(h), radius, min(all, most))
	}
	var out []Match
	seen := map[int32]bool{}
	for _, f := range found {
		set := int32(f.ID >> 32) //nolint:gosec // made by firstOf
		if !seen[set] {
			seen[set] = true
			out = append(out, Match{Set: set, N: int32(uint32(f.ID)), Distance: f.Distance}) //nolint:gosec // the lower half
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int { return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Set, b.Set)) })
	return out
}

// Len is how many pictures are in the index.
func (n *Near) Len() int {
	if x := n.index.Load(); x != nil {
		return x.Len()
	}
	return 0
}

// Follow takes up every set that was activated or withdrawn before it was called. The
// first call loads everything; calls meanwhile wait for it.
func (n *Near) Follow(ctx context.Context) error {
	select {
	case n.turn <- struct{}{}:
		defer func() { <-n.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if n.index.Load() == nil {
		return n.load(ctx)
	}
	var changed []models.KnownSet
	err := n.read(ctx, func(tx *store.Tx) error {
		return tx.Where("change > ?", n.change).Order("change").Find(&changed).Error
	})
	if err != nil {
		return fmt.Errorf("looking for changes of hash sets: %w", err)
	}
	x := n.index.Load()
	for _, s := range changed {
		if err := n.take(ctx, x, n.sets, s); err != nil {
			return err
		}
		n.change = s.Change
	}
	return nil
}

// take brings the index in line with a set.
func (n *Near) take(ctx context.Context, x *hashindex.Index, sets map[int32]loadedAs, s models.KnownSet) error {
	as := loadedAs{s.ID, s.Change}
	if sets[s.Number] == as {
		return nil
	}
	// Also where it should hold nothing of the set: a load that broke off left a part.
	x.DeleteRange(firstOf(s.Number), lastOf(s.Number))
	delete(sets, s.Number)
	if s.State != models.KnownActive {
		return nil
	}
	if err := n.fill(ctx, x, s.Number); err != nil {
		return fmt.Errorf("reading the pictures of hash set %q: %w", s.Name, err)
	}
	sets[s.Number] = as
	return nil
}

// fill adds all pictures of a set.
func (n *Near) fill(ctx context.Context, x *hashindex.Index, set int32) error {
	const atOnce = 50_000
	last := int32(0)
	entries := make([]hashindex.Entry, 0, atOnce)
	for {
		entries = entries[:0]
		err := n.read(ctx, func(tx *store.Tx) error {
			rows, err := tx.Statement.ConnPool.QueryContext(ctx, "select n, pdq from known_hashes where set_no = $1 and n > $2 and pdq is not null order by n limit $3", set, last, atOnce)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var at int32
				var b []byte
				if err := rows.Scan(&at, &b); err != nil {
					return err
				}
				h, err := pdq.FromBytes(b)
				if err != nil {
					return err
				}
				entries, last = append(entries, hashindex.Entry{ID: firstOf(set) | uint64(uint32(at)), Hash: hashindex.Hash(h)}), at //nolint:gosec // n is positive
			}
			return rows.Err()
		})
		if err != nil {
			return err
		}
		if err := x.Add(entries...); err != nil {
			return err
		}
		if len(entries) < atOnce {
			return nil
		}
	}
}

func (n *Near) read(ctx context.Context, fn func(*store.Tx) error) error {
	return n.store.As(ctx, auth.System(auth.ForExamining), fn)
}

// load fills the index for the first time: from the snapshot and what changed since,
// or from the table alone.
func (n *Near) load(ctx context.Context) error {
	x, sets, err := n.open()
	if err != nil {
		n.log.WarnContext(ctx, "the snapshot of known pictures cannot be used; the index is made of the table", "reason", err.Error())
	}
	if x != nil {
		change, want, err := n.bring(ctx, x, sets)
		if err != nil {
			return err
		}
		if x.Len() == want {
			n.change, n.sets = change, sets
			n.index.Store(x)
			return nil
		}
		n.log.WarnContext(ctx, "the snapshot of known pictures does not fit; the index is made of the table", "has", x.Len(), "should have", want)
	}
	x, sets = &hashindex.Index{}, map[int32]loadedAs{}
	change, _, err := n.bring(ctx, x, sets)
	if err != nil {
		return err
	}
	// Sets that changed while they were read are put right by following them.
	n.change, n.sets = change, sets
	n.index.Store(x)
	return nil
}

// bring brings an index in line with the table. It answers up to which change, and how
// many pictures there should be.
func (n *Near) bring(ctx context.Context, x *hashindex.Index, sets map[int32]loadedAs) (change int64, want int, err error) {
	var all []models.KnownSet
	err = n.read(ctx, func(tx *store.Tx) error { return tx.Where("change > 0").Order("change").Find(&all).Error })
	if err != nil {
		return 0, 0, fmt.Errorf("reading the hash sets: %w", err)
	}
	there := map[int32]bool{}
	for _, s := range all {
		there[s.Number], change = true, s.Change
		if s.State == models.KnownActive {
			want += s.Pictures
		}
		if err := n.take(ctx, x, sets, s); err != nil {
			return 0, 0, err
		}
	}
	for number := range sets {
		if !there[number] { // an older database was restored
			x.DeleteRange(firstOf(number), lastOf(number))
			delete(sets, number)
		}
	}
	x.Settle()
	return change, want, nil
}
