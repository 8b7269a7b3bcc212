package audit

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/note"

	"reeve/auth"
	"reeve/models/store"
)

const (
	// sealEvery is the pause between passes: it bounds how long a committed line
	// stays unsealed, and with it what could be altered unseen.
	sealEvery = 150 * time.Millisecond
	// sealBatch is how many lines one pass appends, in one transaction.
	sealBatch = 4096
	// sealWaitMax is the longest pause after failures.
	sealWaitMax = 5 * time.Second
	// exportEvery is how often a checkpoint is copied out of the database.
	exportEvery = time.Minute
	// sealLock lets one worker seal at a time; the others find nothing to do.
	sealLock = 0x5265657665_5e41
)

// Sealer appends committed lines to the Merkle tree and signs its head.
//
// It reads lines in the order (transaction id, id) and only those whose
// transaction id is below the oldest transaction still running, so that a line
// can never commit behind it. Lines of one pass, their leaves and the checkpoint
// commit together or not at all.
type Sealer struct {
	store  *store.Store
	key    note.Signer
	log    *slog.Logger
	batch  int
	export *ExportFile

	exported   int64 // size of the newest checkpoint copied out
	exportNext time.Time
	sweep      sweep
}

// NewSealer answers a sealer on a store of the worker's role.
func NewSealer(s *store.Store, key note.Signer, log *slog.Logger) *Sealer {
	if log == nil {
		log = slog.Default()
	}
	return &Sealer{store: s, key: key, log: log, batch: sealBatch}
}

// ExportTo has a copy of the newest checkpoint appended to the file once a minute
// while the log grows, and when Run ends. Call it before Run.
func (s *Sealer) ExportTo(f *ExportFile) { s.export = f }

// Run seals until the context ends, then once more, so that a worker that is
// stopped leaves nothing behind. A pass that fails is logged and tried again
// after a growing pause of at most five seconds.
func (s *Sealer) Run(ctx context.Context) {
	wait := sealEvery
	for {
		n, err := s.SealOnce(ctx)
		switch {
		case ctx.Err() != nil:
			s.runOut(ctx)
			return
		case err != nil:
			wait = min(wait*2, sealWaitMax)
			s.log.ErrorContext(ctx, "sealing the audit log failed; it will be tried again", "error", err, "in", wait.String())
		default:
			wait = sealEvery
			if n >= s.batch {
				continue // there is more
			}
			s.exportIfDue(ctx, false)
		}
		select {
		case <-ctx.Done():
			s.runOut(ctx)
			return
		case <-time.After(wait):
		}
	}
}

// runOut is the last pass of a sealer that is being stopped.
func (s *Sealer) runOut(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if _, err := s.SealOnce(ctx); err != nil {
		s.log.WarnContext(ctx, "the audit log's newest lines wait for the next worker to be sealed", "error", err)
	}
	s.exportIfDue(ctx, true)
}

// SealOnce does one pass and answers how many lines it sealed. It answers 0 at
// once when another worker is sealing. A tree that does not agree with its last
// signed checkpoint is not continued: that is an error until an administrator has
// looked ("reeve audit verify" says where).
func (s *Sealer) SealOnce(ctx context.Context) (sealed int, err error) {
	var sw sweep
	err = s.store.As(ctx, auth.System(auth.ForSealing), func(tx *store.Tx) error {
		sw = s.sweep // anew in each attempt
		p := pass{Tx: tx, key: s.key, limit: s.batch}
		var err error
		sealed, err = p.run(&sw)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sealing the audit log: %w", err)
	}
	s.sweep = sw
	return sealed, nil
}

// exportIfDue copies the newest checkpoint out of the database. A failure is
// logged only: the next checkpoint covers all that this one would have.
func (s *Sealer) exportIfDue(ctx context.Context, now bool) {
	if s.export == nil || !now && s.store.Now().Before(s.exportNext) {
		return
	}
	head, err := ReadHead(ctx, s.store)
	if err == nil && head.Size > s.exported {
		err = s.export.Append(head.Note)
	}
	if err != nil {
		s.log.ErrorContext(ctx, "a checkpoint of the audit log could not be copied out of the database", "error", err)
		return
	}
	s.exported, s.exportNext = head.Size, s.store.Now().Add(exportEvery)
}
