package session

import (
	"context"
	"time"

	"reeve/auth"
	"reeve/models/store"
)

// keepEnded is how long after a session ended by itself a form from a page left
// open still finds whose it is: overnight.
const keepEnded = 24 * time.Hour

// Sweep deletes sessions that have ended and answers how many; of those that had
// a person it notes whose they were, for a day. It deletes forms kept for too long.
// It runs in the worker; a session that has ended is refused whether swept or not.
func Sweep(ctx context.Context, work *store.Store) (int64, error) {
	var n int64
	err := work.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		err := tx.Raw(`with gone as (delete from sessions where expires_at <= ? returning token_hash, coalesce(user_id, was_user) as user_id, expires_at),
			noted as (insert into ended_sessions (token_hash, user_id, ended_at) select token_hash, user_id, expires_at from gone where user_id is not null on conflict do nothing)
			select count(*) from gone`, tx.Now).Row().Scan(&n)
		if err != nil {
			return err
		}
		if err := tx.Exec("delete from ended_sessions where ended_at <= ?", tx.Now.Add(-keepEnded)).Error; err != nil {
			return err
		}
		return tx.Exec("delete from kept_forms where kept_at <= ?", tx.Now.Add(-KeptFor)).Error
	})
	return n, err
}
