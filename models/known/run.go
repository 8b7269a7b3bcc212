package known

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Clear is Service.Clear, as the worker's queue calls it.
func (e *Examiner) Clear(ctx context.Context, set uuid.UUID) error {
	return New(e.store).Clear(ctx, set)
}

// Run follows the sets once a second, and keeps the snapshot and the table tidy, until
// ctx ends.
func (e *Examiner) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var saved, swept time.Time
	for {
		if err := e.near.Follow(ctx); err != nil && ctx.Err() == nil {
			e.log.ErrorContext(ctx, "following the hash sets", "error", err)
		}
		if now := time.Now(); now.Sub(swept) > 30*time.Second {
			swept = now
			if err := New(e.store).Sweep(ctx); err != nil && ctx.Err() == nil {
				e.log.ErrorContext(ctx, "removing hashes of sets that are no more", "error", err)
			}
		}
		if now := time.Now(); now.Sub(saved) > 30*time.Second {
			saved = now
			if err := e.near.Save(ctx); err != nil && ctx.Err() == nil {
				e.log.ErrorContext(ctx, "saving the known pictures", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
