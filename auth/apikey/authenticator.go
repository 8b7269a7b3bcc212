package apikey

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/store"
)

// FreshFor is how long credentials that were read from the database are believed:
// disabling an account, or ending a rotation's overlap, takes effect within it.
const FreshFor = 2 * time.Second

// Regain is how long a wrong password takes to be forgiven. Five may be had at once
// for one user name from one address, so five in fifteen minutes. Another address,
// and a password that is already proven, are not held up by them.
const Regain = 3 * time.Minute

// maxUsername is the longest user name that is looked up, in bytes.
const maxUsername = 255

// Login is one request's credentials and where it comes from.
type Login struct {
	Username, Password string
	IP                 string // the client's address
	RequestID          string // for the audit log
}

// Authenticator finds the provider whose machine a login is. It is safe for
// concurrent use.
type Authenticator struct {
	store    *store.Store
	verifier *Verifier
	log      *slog.Logger

	mu      sync.Mutex
	known   *lru[string, found]
	stamped map[uuid.UUID]time.Time // when last_used_at was last written
	slowed  map[string]time.Time    // when "too many" was last written to the audit log
}

// credential is a row of provider_credentials with its provider's name.
type credential struct {
	ID           uuid.UUID
	ProviderID   uuid.UUID
	Name         string
	PasswordHash string
	ValidUntil   *time.Time
}

type found struct {
	list []credential
	at   time.Time
}

// NewAuthenticator makes an authenticator over a store of role Web. Zero options
// mean five failures and Regain, and the store's clock. A nil log is slog.Default.
func NewAuthenticator(s *store.Store, o Options, log *slog.Logger) *Authenticator {
	if o.Failures == 0 {
		o.Failures = 5
	}
	if o.Regain == 0 {
		o.Regain = Regain
	}
	if o.Now == nil {
		o.Now = s.Now
	}
	if log == nil {
		log = slog.Default()
	}
	v := NewVerifier(o)
	return &Authenticator{store: s, verifier: v, log: log, known: newLRU[string, found](v.o.Remember),
		stamped: map[uuid.UUID]time.Time{}, slowed: map[string]time.Time{}}
}

// RetryAfter is how long a client that got ErrTooMany should wait.
func (a *Authenticator) RetryAfter() time.Duration { return a.verifier.o.Regain }

// Authenticate answers the actor of a login. The error is ErrRefused, ErrTooMany,
// ErrBusy, or the database's or the context's. Refusals are audited, "too many" at
// most once a minute for a user name and address, so that guessing cannot fill the log.
func (a *Authenticator) Authenticate(ctx context.Context, l Login) (auth.Actor, error) {
	from := network(l.IP)
	live, i, err := a.check(ctx, l, from)
	switch {
	case errors.Is(err, ErrRefused):
		return auth.Actor{}, errors.Join(err, a.refuse(ctx, l, "Refused a provider's machine: user name or password is wrong."))
	case errors.Is(err, ErrTooMany):
		if first(a, a.slowed, l.Username+"\x00"+from) {
			err = errors.Join(err, a.refuse(ctx, l, "Refused a provider's machine: too many failed attempts."))
		}
		return auth.Actor{}, err
	case err != nil:
		return auth.Actor{}, err
	}
	if err := a.stamp(ctx, live[i].ID); err != nil {
		// When a credential was last used helps an administrator; no report waits for it.
		a.log.WarnContext(ctx, "noting the use of a credential failed", "err", err)
	}
	actor := auth.Provider(live[i].ProviderID, live[i].Name)
	actor.IP, actor.RequestID = l.IP, l.RequestID
	return actor, nil
}

// check answers the live credentials and which of them fits. A refusal by remembered
// rows is not final: a password that was set this moment must work at once.
func (a *Authenticator) check(ctx context.Context, l Login, from string) ([]credential, int, error) {
	live, asked, err := a.live(ctx, l.Username, FreshFor)
	if err != nil {
		return nil, 0, err
	}
	attempt := Attempt{Username: l.Username, Password: l.Password, From: from, Hashes: hashes(live)}
	i, err := a.verifier.Check(ctx, attempt)
	if asked || !errors.Is(err, ErrRefused) {
		return live, i, err
	}
	again, _, failed := a.live(ctx, l.Username, 0)
	if failed != nil {
		return nil, 0, failed
	}
	if attempt.Hashes = hashes(again); slices.Equal(attempt.Hashes, hashes(live)) {
		return live, i, err
	}
	i, err = a.verifier.Check(ctx, attempt)
	return again, i, err
}

func hashes(list []credential) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.PasswordHash
	}
	return out
}

// live answers the user name's credentials that are valid now, newest first, not
// older than maxAge, and whether the database was asked for them just now.
func (a *Authenticator) live(ctx context.Context, username string, maxAge time.Duration) (live []credential, asked bool, err error) {
	if username == "" || len(username) > maxUsername || !utf8.ValidString(username) || !printable(username) {
		return nil, true, nil // the database would refuse the text; nobody has such a name
	}
	now := a.verifier.o.Now()
	a.mu.Lock()
	f, ok := a.known.get(username)
	a.mu.Unlock()
	if age := now.Sub(f.at); !ok || age < 0 || age >= maxAge {
		f, asked = found{at: now}, true
		err := a.store.As(ctx, auth.System(auth.ForProviderAuth), func(tx *store.Tx) error {
			return tx.Raw(`select c.id, c.provider_id, p.name, c.password_hash, c.valid_until
				from provider_credentials c join providers p on p.id = c.provider_id
				where c.username = ? and c.disabled_at is null order by c.created_at desc, c.id desc`, username).Scan(&f.list).Error
		})
		if err != nil {
			return nil, asked, fmt.Errorf("looking for a provider's credentials: %w", err)
		}
		a.mu.Lock()
		a.known.put(username, f)
		a.mu.Unlock()
	}
	for _, c := range f.list {
		if c.ValidUntil == nil || now.Before(*c.ValidUntil) {
			live = append(live, c)
		}
	}
	return live, asked, nil
}

func printable(s string) bool {
	for _, r := range s {
		if r < 0x20 || r == 0x7f {
			return false
		}
	}
	return true
}

// stamp notes that a credential was used, at most once a minute.
func (a *Authenticator) stamp(ctx context.Context, id uuid.UUID) error {
	if !first(a, a.stamped, id) {
		return nil
	}
	return a.store.As(ctx, auth.System(auth.ForProviderAuth), func(tx *store.Tx) error {
		return tx.Exec("update provider_credentials set last_used_at = ? where id = ?", tx.Now, id).Error
	})
}

// first reports whether the key was not seen within the last minute, and notes it.
func first[K comparable](a *Authenticator, seen map[K]time.Time, key K) bool {
	now := a.verifier.o.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, ok := seen[key]; ok && now.Sub(at) < time.Minute {
		return false
	}
	if len(seen) >= 10_000 { // an attacker's many names; forgetting costs a few more lines
		clear(seen)
	}
	seen[key] = now
	return true
}

// refuse writes the audit line of a refusal. The user name stands in it as given,
// cut short: it is what an administrator looks for.
func (a *Authenticator) refuse(ctx context.Context, l Login, words string) error {
	name := l.Username
	if !utf8.ValidString(name) || !printable(name) {
		name = "(not a user name)"
	}
	if r := []rune(name); len(r) > 64 {
		name = string(r[:64])
	}
	actor := auth.System(auth.ForProviderAuth)
	actor.IP, actor.RequestID = l.IP, l.RequestID
	return audit.Refused(ctx, a.store, actor, audit.Event{Action: "provider.signed-in", Subject: name, Words: words})
}
