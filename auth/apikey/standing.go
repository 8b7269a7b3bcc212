package apikey

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// credential is a row of provider_credentials with its provider's name and allowed
// networks.
type credential struct {
	ID           uuid.UUID
	ProviderID   uuid.UUID
	Name         string
	PasswordHash string
	ValidUntil   *time.Time
	DisabledAt   *time.Time
	Allowed      models.TextList `gorm:"type:text[]"`
}

// found is all that is known of a user name, ended and disabled credentials too: a
// provider that is shut out should still be seen to knock.
type found struct {
	list []credential
	at   time.Time
}

// standing is what a user name stands for at one moment.
type standing struct {
	provider uuid.UUID    // whose user name it is or last was; nil if nobody's
	live     []credential // valid now, newest first
	hashes   []string     // of live; none for a call from elsewhere
	strayed  bool         // the call comes from an address that is not allowed
}

// standing reads what the login's user name stands for, from memory not older than
// maxAge, and whether the database was asked for it just now.
func (a *Authenticator) standing(ctx context.Context, l Login, maxAge time.Duration) (st standing, asked bool, err error) {
	list, asked, err := a.credentials(ctx, l.Username, maxAge)
	if err != nil {
		return st, asked, err
	}
	now := a.verifier.o.Now()
	for _, c := range list {
		if c.DisabledAt == nil && (c.ValidUntil == nil || now.Before(*c.ValidUntil)) {
			st.live = append(st.live, c)
		}
	}
	switch {
	case len(st.live) > 0:
		st.provider = st.live[0].ProviderID
		st.strayed = !allowed(st.live[0].Allowed, l.IP)
	case len(list) > 0:
		st.provider = list[0].ProviderID
	}
	if !st.strayed {
		for _, c := range st.live {
			st.hashes = append(st.hashes, c.PasswordHash)
		}
	}
	return st, asked, nil
}

// credentials answers every credential that the user name ever had, newest first,
// not older than maxAge, and whether the database was asked for them just now.
func (a *Authenticator) credentials(ctx context.Context, username string, maxAge time.Duration) (list []credential, asked bool, err error) {
	if username == "" || len(username) > maxUsername || !utf8.ValidString(username) || !printable(username) {
		return nil, true, nil // the database would refuse the text; nobody has such a name
	}
	now := a.verifier.o.Now()
	a.mu.Lock()
	f, ok := a.known.get(username)
	changes := a.changes
	a.mu.Unlock()
	if age := now.Sub(f.at); ok && age >= 0 && age < maxAge {
		return f.list, false, nil
	}
	f = found{at: now}
	err = a.store.As(ctx, auth.System(auth.ForProviderAuth), func(tx *store.Tx) error {
		return tx.Raw(`select c.id, c.provider_id, p.name, c.password_hash, c.valid_until, c.disabled_at, o.allowed::text[] as allowed
			from provider_credentials c join providers p on p.id = c.provider_id left join provider_accounts o on o.provider_id = p.id
			where c.username = ? order by c.created_at desc, c.id desc`, username).Scan(&f.list).Error
	})
	if err != nil {
		return nil, true, fmt.Errorf("looking for a provider's credentials: %w", err)
	}
	a.mu.Lock()
	if changes == a.changes { // else what was read may be what was just changed
		a.known.put(username, f)
	}
	a.mu.Unlock()
	return f.list, true, nil
}

// Forget makes a change of a provider's account take effect at the next request: what
// was read of its user names is read anew. Failures under them are forgiven, so that a
// machine that was just let in need not wait until it may try again.
func (a *Authenticator) Forget(provider uuid.UUID) {
	a.mu.Lock()
	a.changes++
	var names []string
	for username, f := range a.known.all() {
		if slices.ContainsFunc(f.list, func(c credential) bool { return c.ProviderID == provider }) {
			names = append(names, username)
		}
	}
	for _, username := range names {
		a.known.remove(username)
	}
	a.mu.Unlock()
	for _, username := range names {
		a.verifier.Forgive(username)
	}
}

func printable(s string) bool {
	for _, r := range s {
		if r < 0x20 || r == 0x7f {
			return false
		}
	}
	return true
}
