package session

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// touchEvery is how stale the note of a person's last request may be.
const touchEvery = time.Minute

// table is the sessions table as scs sees it. It reads and writes as the system
// actor for sessions, and keeps what it found in the request's context.
type table struct {
	store          *store.Store
	idle, absolute time.Duration
}

// hash is what the database knows of a token. The token has 256 random bits, so
// a plain digest is enough; there is nothing to guess.
func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// FindCtx implements scs.CtxStore.
func (t *table) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	cur := currentFrom(ctx)
	if cur == nil {
		return nil, false, errors.New("session: no request in this context")
	}
	var r row
	var l limits
	key, live := hash(token), false
	var was *uuid.UUID
	err := t.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		r, live, was = row{}, false, nil
		res := tx.Raw(findQuery, key).Scan(&r)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 { // perhaps swept already
			var whose []uuid.UUID
			if err := tx.Raw(endedQuery, tx.Now.Add(-keepEnded), key).Scan(&whose).Error; err != nil {
				return err
			}
			if len(whose) > 0 {
				was = &whose[0]
			}
			return nil
		}
		if r.UserID != nil && !r.mayComeIn() {
			return tx.Exec("delete from sessions where token_hash = ?", key).Error
		}
		l = t.limitsOf(r)
		r.ExpiresAt = earlier(r.ExpiresAt, l.end(r.CreatedAt, r.SeenAt))
		if !tx.Now.Before(r.ExpiresAt) {
			if was = r.UserID; was == nil {
				was = r.WasUser
			}
			return nil
		}
		live = true
		if cur.unseen || tx.Now.Sub(r.SeenAt) <= touchEvery {
			return nil
		}
		r.ExpiresAt = l.end(r.CreatedAt, tx.Now)
		return tx.Exec("update sessions set expires_at = ?, seen_at = ?, ip = ?, agent = ? where token_hash = ?", r.ExpiresAt, tx.Now, cur.ip, cur.agent, key).Error
	})
	if err != nil {
		return nil, false, fmt.Errorf("reading the session: %w", err)
	}
	cur.token, cur.was, cur.limits = token, was, l
	if !live {
		cur.ended = true
		return nil, false, nil
	}
	cur.hash, cur.since, cur.until = key, r.CreatedAt, r.ExpiresAt
	if r.UserID != nil {
		cur.userID, cur.sessionID = *r.UserID, r.ID
		cur.person, cur.proof = r.person(l), r.proof()
	} else {
		cur.was = r.WasUser
	}
	return r.Data, true, nil
}

// CommitCtx implements scs.CtxStore. The expiry that scs proposes is not used:
// scs has the machine's clock, and the store's may be another. A session that was
// found is updated and never made anew, so that one ended meanwhile stays ended.
func (t *table) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	cur := currentFrom(ctx)
	if cur == nil {
		return errors.New("session: no request in this context")
	}
	key := hash(token)
	err := t.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		if string(key) == string(cur.hash) {
			return tx.Exec("update sessions set data = ? where token_hash = ?", data, key).Error
		}
		if err := t.write(tx, cur, key, data); err != nil {
			return err
		}
		return moveForms(tx, cur, token)
	})
	if err != nil {
		return fmt.Errorf("writing the session: %w", err)
	}
	cur.hash, cur.token = key, token
	return nil
}

// write makes a session, or gives the one of a step-up its new secret. A time
// comes first: gorm spreads a list that follows a parenthesis, and bytes are a
// list to it.
func (t *table) write(tx *store.Tx, cur *current, key, data []byte) error {
	o := cur.origin
	if cur.renews != nil {
		res := tx.Exec(`update sessions set auth_at = ?, seen_at = ?, expires_at = ?, token_hash = ?, data = ?, strong = ?, sid = ?, ip = ?, agent = ?
			where token_hash = ?`, o.AuthAt, tx.Now, cur.limits.end(cur.since, tx.Now), key, data, o.Strong, orNull(o.SID), cur.ip, cur.agent, cur.renews)
		if res.Error == nil && res.RowsAffected == 0 {
			return errEndedMeanwhile
		}
		return res.Error
	}
	var user, issuer, was *uuid.UUID
	var authAt *time.Time
	if cur.userID != uuid.Nil {
		user = &cur.userID
		if o.IssuerID != uuid.Nil {
			issuer = &o.IssuerID
		}
		if authAt = &o.AuthAt; o.AuthAt.IsZero() {
			authAt = &tx.Now // a provider that does not say: the person comes from there just now
		}
	} else {
		was = cur.was
	}
	all := limits{t.idle, t.absolute} // the agency's are counted from at the next request
	return tx.Exec(`insert into sessions (created_at, seen_at, expires_at, auth_at, user_id, was_user, issuer_id, subject, sid, strong, ip, agent, token_hash, data)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Now, tx.Now, all.end(tx.Now, tx.Now), authAt, user, was, issuer, orNull(o.Subject), orNull(o.SID), o.Strong, cur.ip, cur.agent, key, data).Error
}

// errEndedMeanwhile is a step-up of a session that somebody ended on the way.
var errEndedMeanwhile = &models.Error{Kind: models.Conflict, Message: "Your session was ended meanwhile. Sign in again."}

// DeleteCtx implements scs.CtxStore. The session of a step-up stays: its row gets
// the new secret when it is written.
func (t *table) DeleteCtx(ctx context.Context, token string) error {
	key := hash(token)
	if cur := currentFrom(ctx); cur != nil && cur.renews != nil && string(cur.renews) == string(key) {
		return nil
	}
	err := t.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		return tx.Exec("delete from sessions where token_hash = ?", key).Error
	})
	if err != nil {
		return fmt.Errorf("ending the session: %w", err)
	}
	return nil
}

// Find, Commit and Delete complete scs.Store; scs calls the ones with a context.
func (t *table) Find(token string) ([]byte, bool, error) {
	return t.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (t *table) Commit(token string, b []byte, expiry time.Time) error {
	return t.CommitCtx(context.Background(), token, b, expiry)
}

// Delete implements scs.Store.
func (t *table) Delete(token string) error { return t.DeleteCtx(context.Background(), token) }

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
