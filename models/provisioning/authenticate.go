package provisioning

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/store"
)

// Prefix begins every token, so that scanners for leaked secrets and people know
// what they look at.
const Prefix = "reeve_scim_"

// secretBytes is how many random bytes follow: 256 bits, so that there is nothing
// to guess and a plain digest is enough to keep.
const secretBytes = 32

// stampEvery is how stale the note of a token's last use may be.
const stampEvery = time.Minute

// ErrToken is a token that lets nobody in: unknown, expired, revoked, or of an
// agency that is closed. A caller is not told which.
var ErrToken = errors.New("provisioning: the token lets nobody in")

// Caller is whose directory a token is.
type Caller struct {
	TokenID uuid.UUID
	Actor   auth.Actor
}

// Asked is where a request with a token comes from.
type Asked struct{ IP, RequestID string }

// Plausible reports whether a text has the form of a token at all.
func Plausible(token string) bool {
	secret, ok := strings.CutPrefix(token, Prefix)
	if !ok || len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return err == nil
}

func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Authenticate answers the directory whose token it is, and notes the use at most
// once a minute. The error is ErrToken or the database's. A token that was good
// once is a line in its agency's log, at most one a minute for each token and
// address; one that never was, a line in the clearinghouse's.
func (s *Service) Authenticate(ctx context.Context, token string, from Asked) (Caller, error) {
	if !Plausible(token) {
		return Caller{}, ErrToken
	}
	type found struct {
		ID, AgencyID uuid.UUID
		Name         string
		ExpiresAt    time.Time
		RevokedAt    *time.Time
		LastUsedAt   *time.Time
		ClosedAt     *time.Time
	}
	var f found
	var good bool
	sys := auth.System(auth.ForDirectory)
	sys.IP, sys.RequestID = from.IP, from.RequestID
	err := s.store.As(ctx, sys, func(tx *store.Tx) error {
		f, good = found{}, false
		res := tx.Raw(`select t.id, t.agency_id, t.name, t.expires_at, t.revoked_at, t.last_used_at, a.closed_at
			from scim_tokens t join agencies a on a.id = t.agency_id where t.token_hash = ?`, digest(token)).Scan(&f)
		if res.Error != nil {
			return fmt.Errorf("looking for a directory's token: %w", res.Error)
		}
		good = res.RowsAffected == 1 && f.RevokedAt == nil && f.ClosedAt == nil && tx.Now.Before(f.ExpiresAt)
		if !good || f.LastUsedAt != nil && tx.Now.Sub(*f.LastUsedAt) < stampEvery {
			return nil
		}
		err := tx.Exec("update scim_tokens set last_used_at = ?, last_used_ip = ? where id = ?", tx.Now, from.IP, f.ID).Error
		if err != nil {
			return fmt.Errorf("noting the use of a directory's token: %w", err)
		}
		return nil
	})
	if err != nil {
		return Caller{}, err
	}
	if good {
		a := auth.ByDirectory(f.AgencyID, f.Name)
		a.IP, a.RequestID = from.IP, from.RequestID
		return Caller{TokenID: f.ID, Actor: a}, nil
	}
	if !s.noted.first(f.ID.String()+" "+from.IP, s.store.Now()) {
		return Caller{}, ErrToken
	}
	line := audit.Event{Action: "directory.refused", Words: "Refused a directory's token that is not known."}
	switch {
	case f.ID == uuid.Nil:
	case f.RevokedAt != nil:
		line.Words = "Refused a directory's token that was revoked."
	case f.ClosedAt != nil:
		line.Words = "Refused a directory's token of an agency that is closed."
	default:
		line.Words = "Refused a directory's token that has expired."
	}
	if f.ID != uuid.Nil {
		line.Subject, line.Concerns = f.Name, []uuid.UUID{f.AgencyID}
	}
	return Caller{}, errors.Join(ErrToken, audit.Refused(ctx, s.store, sys, line))
}

// notes remembers what was written in the last minute, so that guessing cannot
// fill the log.
type notes struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

// mostNotes bounds the memory; above it nothing further is written for a minute.
const mostNotes = 10_000

func (n *notes) first(key string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if at, ok := n.seen[key]; ok && now.Sub(at) < time.Minute {
		return false
	}
	if len(n.seen) >= mostNotes {
		for k, at := range n.seen {
			if now.Sub(at) >= time.Minute {
				delete(n.seen, k)
			}
		}
		if len(n.seen) >= mostNotes {
			return false
		}
	}
	if n.seen == nil {
		n.seen = map[string]time.Time{}
	}
	n.seen[key] = now
	return true
}
