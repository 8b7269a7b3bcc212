package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"reeve/auth"
	"reeve/models/store"
)

// Head is the newest checkpoint. The zero Head is a log in which nothing is sealed.
type Head struct {
	Size int64     // sealed lines
	At   time.Time // when they were sealed
	Note string    // the signed checkpoint
}

// ReadHead answers the newest checkpoint. Every role of the database may ask.
func ReadHead(ctx context.Context, s *store.Store) (h Head, err error) {
	err = s.As(ctx, auth.System(auth.ForSealing), func(tx *store.Tx) error {
		return tx.Raw("select size, at, note from audit_checkpoints order by size desc limit 1").Row().Scan(&h.Size, &h.At, &h.Note)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Head{}, nil
	}
	if err != nil {
		return Head{}, fmt.Errorf("reading the audit log's head: %w", err)
	}
	return h, nil
}

// Backlog is what is written and not yet sealed.
type Backlog struct {
	Lines  int64     // counted up to 10,000
	Oldest time.Time // when the oldest of them was written; zero when there is none
}

// Backlog answers how far the sealer is behind, for the worker's metrics. A
// backlog whose oldest line grows old means a transaction that will not end,
// somewhere in the Postgres cluster, or a sealer that is refused.
func (s *Sealer) Backlog(ctx context.Context) (b Backlog, err error) {
	err = s.store.As(ctx, auth.System(auth.ForSealing), func(tx *store.Tx) error {
		var oldest sql.NullTime
		err := tx.Raw(`select count(*), min(at) from (select e.at from audit_events e
			where (e.txid, e.id) > (select c.txid, c.event_id from audit_cursor c)
			  and not coalesce((select true from audit_leaves l where l.event_id = e.id), false)
			order by e.txid, e.id limit 10000) unsealed`).Row().Scan(&b.Lines, &oldest)
		b.Oldest = oldest.Time
		return err
	})
	if err != nil {
		return Backlog{}, fmt.Errorf("looking at what of the audit log is not sealed: %w", err)
	}
	return b, nil
}
