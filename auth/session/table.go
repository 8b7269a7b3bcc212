package session

import (
	"context"
	"crypto/sha256"
	"database/sql"
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

// findQuery reads the session, its person and their agency in one statement.
const findQuery = `
select s.data, s.user_id, s.created_at, s.expires_at,
       u.name, u.email, u.roles, u.state,
       a.id as agency_id, a.code, a.name as agency_name, a.kind, a.zone, a.band,
       a.contact_name, a.contact_email, a.contact_phone, a.demonstration
  from sessions s
  left join users u on u.id = s.user_id
  left join agencies a on a.id = u.agency_id
 where s.token_hash = ? and s.expires_at > ?`

type row struct {
	Data          []byte
	UserID        *uuid.UUID
	CreatedAt     time.Time
	ExpiresAt     time.Time
	Name          sql.NullString
	Email         sql.NullString
	Roles         models.TextList
	State         sql.NullString
	AgencyID      *uuid.UUID
	Code          sql.NullString
	AgencyName    sql.NullString
	Kind          sql.NullString
	Zone          sql.NullString
	Band          sql.NullString
	ContactName   sql.NullString
	ContactEmail  sql.NullString
	ContactPhone  sql.NullString
	Demonstration sql.NullBool
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
	key, found, gone := hash(token), false, false
	err := t.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		r, found, gone = row{}, false, false
		res := tx.Raw(findQuery, key, tx.Now).Scan(&r)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		found = true
		if r.UserID != nil && models.UserState(r.State.String) != models.UserActive {
			gone = true
			return tx.Exec("delete from sessions where token_hash = ?", key).Error
		}
		if until := t.until(r.CreatedAt, tx.Now); until.Sub(r.ExpiresAt) > touchEvery {
			return tx.Exec("update sessions set expires_at = ? where token_hash = ?", until, key).Error
		}
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("reading the session: %w", err)
	}
	if !found || gone {
		cur.ended = true
		return nil, false, nil
	}
	cur.hash = key
	if r.UserID != nil {
		cur.userID = *r.UserID
		cur.person = r.person()
	}
	return r.Data, true, nil
}

// until is when a session made at created ends if nothing more is heard of it.
func (t *table) until(created, now time.Time) time.Time {
	idle, absolute := now.Add(t.idle), created.Add(t.absolute)
	if absolute.Before(idle) {
		return absolute
	}
	return idle
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
	var user *uuid.UUID
	if cur.userID != uuid.Nil {
		user = &cur.userID
	}
	err := t.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		if string(key) == string(cur.hash) {
			return tx.Exec("update sessions set data = ?, expires_at = least(created_at + ?::interval, ?) where token_hash = ?",
				data, fmt.Sprintf("%d seconds", int64(t.absolute.Seconds())), tx.Now.Add(t.idle), key).Error
		}
		// A time comes first: gorm spreads a list that follows a parenthesis, and
		// bytes are a list to it.
		return tx.Exec("insert into sessions (created_at, expires_at, user_id, token_hash, data) values (?, ?, ?, ?, ?)",
			tx.Now, t.until(tx.Now, tx.Now), user, key, data).Error
	})
	if err != nil {
		return fmt.Errorf("writing the session: %w", err)
	}
	cur.hash = key
	return nil
}

// DeleteCtx implements scs.CtxStore.
func (t *table) DeleteCtx(ctx context.Context, token string) error {
	err := t.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		return tx.Exec("delete from sessions where token_hash = ?", hash(token)).Error
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

func (r row) person() *Person {
	p := &Person{
		UserID: *r.UserID, Name: r.Name.String, Email: r.Email.String,
		Agency: Agency{
			Code: r.Code.String, Name: r.AgencyName.String, Kind: models.AgencyKind(r.Kind.String), Zone: zone(r.Zone.String), Band: r.Band.String,
			ContactName: r.ContactName.String, ContactEmail: r.ContactEmail.String, ContactPhone: r.ContactPhone.String,
			Demonstration: r.Demonstration.Bool,
		},
	}
	if r.AgencyID != nil {
		p.Agency.ID = *r.AgencyID
	}
	for _, role := range r.Roles {
		p.Roles = append(p.Roles, auth.Role(role))
	}
	return p
}
