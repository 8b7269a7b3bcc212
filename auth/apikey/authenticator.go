package apikey

import (
	"context"
	"errors"
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
// what another process or the console changes takes effect within it. What a page of
// this process changes takes effect at the next request; see Forget.
const FreshFor = time.Second

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
	changes int                     // how often Forget was called
	stamped map[uuid.UUID]time.Time // when last_used_at was last written
	slowed  map[string]time.Time    // when "too many" was last written to the audit log
	strayed map[string]time.Time    // when a call from elsewhere was last written there
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
		stamped: map[uuid.UUID]time.Time{}, slowed: map[string]time.Time{}, strayed: map[string]time.Time{}}
}

// RetryAfter is how long a client that got ErrTooMany should wait.
func (a *Authenticator) RetryAfter() time.Duration { return a.verifier.o.Regain }

// Authenticate answers the actor of a login. The error is a *Denied of ErrRefused,
// ErrTooMany or ErrBusy, or the database's or the context's. Refusals are audited;
// "too many", and calls from an address that is not allowed, at most once a minute for
// a user name and address, so that neither guessing nor a misplaced machine can fill
// the log.
func (a *Authenticator) Authenticate(ctx context.Context, l Login) (auth.Actor, error) {
	from := network(l.IP)
	st, i, err := a.check(ctx, l, from)
	key := l.Username + "\x00" + from
	switch {
	case errors.Is(err, ErrRefused) && st.strayed:
		err = &Denied{Err: err, Provider: st.provider, Cause: CauseAddress}
		if first(a, a.strayed, key) {
			err = errors.Join(err, a.refuse(ctx, l, "Refused a provider's machine: it called from an address that is not allowed."))
		}
		return auth.Actor{}, err
	case errors.Is(err, ErrRefused):
		return auth.Actor{}, errors.Join(&Denied{Err: err, Provider: st.provider}, a.refuse(ctx, l, "Refused a provider's machine: user name or password is wrong."))
	case errors.Is(err, ErrTooMany):
		err = &Denied{Err: err, Provider: st.provider, Cause: CauseSlowed}
		if first(a, a.slowed, key) {
			err = errors.Join(err, a.refuse(ctx, l, "Refused a provider's machine: too many failed attempts."))
		}
		return auth.Actor{}, err
	case errors.Is(err, ErrBusy):
		return auth.Actor{}, &Denied{Err: err, Provider: st.provider, Cause: CauseBusy}
	case err != nil:
		return auth.Actor{}, err
	}
	c := st.live[i]
	if err := a.stamp(ctx, c.ID); err != nil {
		// When a credential was last used helps an administrator; no report waits for it.
		a.log.WarnContext(ctx, "noting the use of a credential failed", "err", err)
	}
	actor := auth.Provider(c.ProviderID, c.Name)
	actor.IP, actor.RequestID = l.IP, l.RequestID
	return actor, nil
}

// check answers what the user name stands for and which live credential fits. A
// refusal by remembered rows is not final: a password or an address that was allowed
// this moment must work at once.
//
// A call from an address that is not allowed is checked against no credential at all,
// so that its password is never compared, and yet it costs and is slowed down like a
// wrong one: the answer does not tell that there is such a user name.
func (a *Authenticator) check(ctx context.Context, l Login, from string) (standing, int, error) {
	st, asked, err := a.standing(ctx, l, FreshFor)
	if err != nil {
		return st, 0, err
	}
	attempt := Attempt{Username: l.Username, Password: l.Password, From: from, Hashes: st.hashes}
	i, err := a.verifier.Check(ctx, attempt)
	if asked || !errors.Is(err, ErrRefused) {
		return st, i, err
	}
	again, _, failed := a.standing(ctx, l, 0)
	if failed != nil {
		return again, 0, failed
	}
	if slices.Equal(again.hashes, st.hashes) {
		return again, i, err
	}
	attempt.Hashes = again.hashes
	i, err = a.verifier.Check(ctx, attempt)
	return again, i, err
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
