package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// giveBack returns the jobs of a worker that no longer lives to the queue. A
// worker that is killed leaves its jobs marked as running, and the queue's own
// rescue waits longer than any job may take; an agency should not.
//
// A worker holds an advisory lock on its name for as long as its connection lives:
// whoever can take the lock knows that it is gone. Should a living worker lose
// that connection, its jobs run a second time, which every use case bears.
const giveBack = `update river_job set state = 'available', scheduled_at = now()
	where state = 'running' and attempt < max_attempts
		and pg_try_advisory_xact_lock(hashtextextended('reeve worker ' || attempted_by[array_upper(attempted_by, 1)], 0))`

// holdName takes the lock on a worker's name and keeps it until the answered
// function is called.
func holdName(ctx context.Context, pool *pgxpool.Pool, name string) (release func(), err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtextextended('reeve worker ' || $1, 0))", name); err != nil {
		conn.Release()
		return nil, err
	}
	return func() {
		// Closed, not handed back: the lock belongs to the connection.
		raw := conn.Hijack()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = raw.Close(ctx)
	}, nil
}

// adopt looks for jobs of dead workers at once and then every few seconds.
func adopt(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		tag, err := pool.Exec(ctx, giveBack)
		switch {
		case err != nil && ctx.Err() == nil:
			log.ErrorContext(ctx, "looking for jobs of workers that were killed", "error", err)
		case err == nil && tag.RowsAffected() > 0:
			log.WarnContext(ctx, "a worker was killed; its jobs are done again", "jobs", tag.RowsAffected())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
