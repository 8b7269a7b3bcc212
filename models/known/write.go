package known

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

const (
	batchSize = 10_000
	writers   = 2 // at a time: one waits for the disk while the other sorts
)

// writer carries records from a file into the database. Reading and writing go on at
// the same time, a few batches apart.
type writer struct {
	store    *store.Store
	actor    auth.Actor
	set      *models.KnownSet
	src      *source
	progress func(int, int64)

	format            Format
	entries, pictures int
}

// batch is so many records, a slice for each column as Postgres takes them.
type batch struct {
	n                      []int32
	flags                  []int16
	victim                 []*bool
	md5, sha1, sha256, pdq [][]byte
	category, series       []*string
	pictures               int
	bytes, lines           int64 // read of the file when it was full
}

func (b *batch) add(n int, r *Record) {
	b.n, b.flags, b.victim = append(b.n, int32(n)), append(b.flags, r.Flags), append(b.victim, truth(r.Victim)) //nolint:gosec // see run
	b.md5, b.sha1, b.sha256, b.pdq = append(b.md5, r.MD5), append(b.sha1, r.SHA1), append(b.sha256, r.SHA256), append(b.pdq, r.PDQ)
	b.category, b.series = append(b.category, text(r.Category)), append(b.series, text(r.Series))
	if r.PDQ != nil {
		b.pictures++
	}
}

func truth(t models.Truth) *bool {
	if t == models.NotStated {
		return nil
	}
	yes := t == models.Yes
	return &yes
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// maxEntries is how many a set may have; their numbers are 32 bits wide.
const maxEntries = 1<<31 - 1

func (w *writer) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	full := make(chan *batch)
	group.Go(func() error {
		defer close(full)
		b := &batch{}
		send := func() error {
			b.bytes, b.lines = w.src.bytes, w.src.lines
			select {
			case full <- b:
				if w.progress != nil {
					w.progress(w.entries, w.src.bytes)
				}
				b = &batch{}
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		err := parse(w.src, w.begun(ctx), func(r *Record) error {
			if w.entries == maxEntries {
				return &Broken{Line: w.src.lines + 1, Column: 1, Offset: w.src.bytes, Record: w.entries, Reason: "a set may have two thousand million entries at most. Split the file."}
			}
			w.entries++
			if r.PDQ != nil {
				w.pictures++
			}
			if b.add(w.entries, r); len(b.n) == batchSize {
				return send()
			}
			return nil
		})
		if err == nil && len(b.n) > 0 {
			err = send()
		}
		return err
	})
	for range writers {
		group.Go(func() error {
			for b := range full {
				if err := w.write(ctx, b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (w *writer) begun(ctx context.Context) func(Format) error {
	return func(f Format) error {
		w.format = f
		return w.store.As(ctx, w.actor, func(tx *store.Tx) error {
			return tx.Exec("update known_sets set format = ? where id = ? and state = 'importing'", string(f), w.set.ID).Error
		})
	}
}

// COPY is not possible where row policies hold; an insert of whole columns comes near.
const insertBatch = `insert into known_hashes (set_no, n, flags, victim_identified, md5, sha1, sha256, pdq, category, series)
	select $1, * from unnest($2::integer[], $3::smallint[], $4::boolean[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[], $9::text[], $10::text[])`

// write stores a batch. The set's row is changed last, so that writers hardly wait for
// each other, and only if it is still being imported: what was cancelled meanwhile
// takes the batch back.
func (w *writer) write(ctx context.Context, b *batch) error {
	return w.store.As(ctx, w.actor, func(tx *store.Tx) error {
		_, err := tx.Statement.ConnPool.ExecContext(ctx, insertBatch, w.set.Number, b.n, b.flags, b.victim, b.md5, b.sha1, b.sha256, b.pdq, b.category, b.series)
		if err != nil {
			return fmt.Errorf("storing hashes of set %q: %w", w.set.Name, err)
		}
		q := tx.Exec(`update known_sets set entries = entries + ?, pictures = pictures + ?, bytes = greatest(bytes, ?), lines = greatest(lines, ?), beat_at = ?
			where id = ? and state = 'importing'`, len(b.n), b.pictures, b.bytes, b.lines, tx.Now, w.set.ID)
		if q.Error != nil {
			return fmt.Errorf("noting the progress of set %q: %w", w.set.Name, q.Error)
		}
		if q.RowsAffected == 0 {
			return errCancelled
		}
		return nil
	})
}
