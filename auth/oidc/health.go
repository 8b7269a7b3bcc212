package oidc

import (
	"context"
	"errors"
	"time"

	"reeve/auth"
	"reeve/models/store"
)

// stampEvery is how often an issuer's row says that it worked, or that it did not.
const stampEvery = time.Minute

// failed keeps in plain words why a provider could not be used, for its agency's
// admin. What a person can cause alone is not held against it. It writes at most
// once a minute and never fails a sign-in: the reason is in the log as well.
func (s *Service) failed(ctx context.Context, i issuer, cause error) {
	var t *trouble
	if !errors.As(cause, &t) || t.passing {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		return tx.Exec("update issuers set last_failure_at = ?, last_failure = ? where id = ? and (last_failure_at is null or last_failure_at < ?)",
			tx.Now, t.text, i.ID, tx.Now.Add(-stampEvery)).Error
	})
	if err != nil {
		s.Log.WarnContext(ctx, "noting that an identity provider failed", "issuer", i.URL, "err", err)
	}
}
