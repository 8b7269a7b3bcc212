package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// The limits of a session unless Options say otherwise. An agency may set lower
// ones for its people.
const (
	DefaultIdle     = 30 * time.Minute
	DefaultAbsolute = 12 * time.Hour
)

// Options says how sessions are kept.
type Options struct {
	Store    *store.Store // as reeve_web
	BaseURL  *url.URL     // the portal's address; names the cookie and decides whether it is Secure
	Idle     time.Duration
	Absolute time.Duration
	// Unseen reports requests that are no sign of life of their person, such as a
	// page's own question how long the session lasts; nil: there are none.
	Unseen func(*http.Request) bool
}

// Manager keeps sessions.
type Manager struct {
	scs    *scs.SessionManager
	store  *store.Store
	unseen func(*http.Request) bool
}

// New answers a manager. It refuses a base URL without https unless the host is
// this machine: a session cookie must not cross a network in the clear.
func New(o Options) (*Manager, error) {
	if o.Store == nil || o.BaseURL == nil {
		return nil, errors.New("session: a store and a base URL are needed")
	}
	secure := o.BaseURL.Scheme == "https"
	if !secure && !(o.BaseURL.Scheme == "http" && Loopback(o.BaseURL.Hostname())) {
		return nil, fmt.Errorf("session: the base URL %s must be https (plain http is for this machine only)", o.BaseURL)
	}
	if o.Idle == 0 {
		o.Idle = DefaultIdle
	}
	if o.Absolute == 0 {
		o.Absolute = DefaultAbsolute
	}
	m := scs.New()
	m.IdleTimeout = 0 // ours, in table; scs would write on every request
	m.Lifetime = o.Absolute
	m.Store = &table{store: o.Store, idle: o.Idle, absolute: o.Absolute}
	m.Codec = codec{}
	m.Cookie = scs.SessionCookie{
		Name: CookieName(o.BaseURL), Path: "/", HttpOnly: true, Secure: secure,
		// Strict would drop the cookie on the way back from the identity provider.
		SameSite: http.SameSiteLaxMode,
		Persist:  false, // ends with the browser, at the latest
	}
	return &Manager{scs: m, store: o.Store, unseen: o.Unseen}, nil
}

// CookieName names the session cookie of the portal at the address. Browsers do
// not tell ports apart in cookies, so the name does: two portals on one host must
// not sign each other out. Over https the name carries __Host-, by which the
// browser refuses the cookie from any other host or path (RFC 6265bis 4.1.3.2).
func CookieName(base *url.URL) string {
	sum := sha256.Sum256([]byte(base.Scheme + "://" + base.Host))
	name := "reeve-" + hex.EncodeToString(sum[:4])
	if base.Scheme == "https" {
		return "__Host-" + name
	}
	return name
}

// Loopback reports whether a host name means this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// The names of values in a session.
const (
	keyIssuerID = "issuer_id"
	keyOrigin   = "issuer_origin"
	keyIDToken  = "id_token"
	keyFlash    = "flash"
)

// Origin is by whom the person was vouched for; signing out goes back there.
type Origin struct {
	IssuerID uuid.UUID
	URL      string // the issuer's origin: scheme, host, port
	IDToken  string
	Subject  string    // the person at the issuer
	SID      string    // the issuer's name of its own session; may be empty
	AuthAt   time.Time // when the person last proved who they are (auth_time)
	Strong   bool      // the proof met what the issuer must give (acr, amr)
	ACR      string
	AMR      []string // authentication methods (RFC 8176)
}

// SignIn makes the request's session the person's own. The secret changes and
// what was kept before sign-in is dropped, except for messages and for forms that
// this very person sent in this browser.
func (m *Manager) SignIn(ctx context.Context, user uuid.UUID, o Origin) error {
	cur := currentFrom(ctx)
	if cur == nil {
		return errors.New("session: no request in this context")
	}
	flash := m.scs.GetString(ctx, keyFlash)
	if err := m.scs.Clear(ctx); err != nil {
		return err
	}
	if err := m.scs.RenewToken(ctx); err != nil {
		return err
	}
	cur.userID, cur.hash, cur.ended, cur.person, cur.was, cur.origin = user, nil, false, nil, nil, o
	if flash != "" {
		m.scs.Put(ctx, keyFlash, flash)
	}
	m.putOrigin(ctx, o)
	return nil
}

func (m *Manager) putOrigin(ctx context.Context, o Origin) {
	m.scs.Put(ctx, keyIssuerID, o.IssuerID.String())
	m.scs.Put(ctx, keyOrigin, o.URL)
	m.scs.Put(ctx, keyIDToken, o.IDToken)
}

// Renew notes that the signed-in person has proved anew who they are (step-up):
// user is who the provider vouched for. The secret changes; the session, what it
// holds and when it ends at the latest stay. Another person's proof renews nothing
// and is Forbidden, which the audit log notes. A session that was ended meanwhile
// is not brought back: Save answers Conflict.
func (m *Manager) Renew(ctx context.Context, a auth.Actor, user uuid.UUID, o Origin) error {
	cur := currentFrom(ctx)
	if cur == nil || cur.person == nil || cur.userID != a.UserID {
		return errors.New("session: nobody is signed in whose proof could be renewed")
	}
	if user != cur.userID {
		err := audit.Refused(ctx, m.store, a, audit.Event{Action: "session.proved", Subject: "session", Words: "Asked to confirm who they are, another person signed in at the identity provider; nothing was changed.",
			Detail: map[string]string{"other": user.String()}})
		if err != nil {
			return err
		}
		return models.Forbiddenf("Somebody else signed in at your agency's provider, so nothing was changed here. Sign out there, then confirm again as yourself.")
	}
	if o.AuthAt.IsZero() {
		o.AuthAt = m.store.Now()
	}
	cur.origin, cur.renews = o, cur.hash
	if err := m.scs.RenewToken(ctx); err != nil {
		return err
	}
	m.putOrigin(ctx, o)
	return nil
}

// Extend notes now, whenever it was noted last, that the signed-in person is there.
func (m *Manager) Extend(ctx context.Context) error {
	cur := currentFrom(ctx)
	if cur == nil || cur.person == nil {
		return errors.New("session: nobody is signed in who could stay so")
	}
	return m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		cur.until = cur.limits.end(cur.since, tx.Now)
		return tx.Exec("update sessions set expires_at = ?, seen_at = ? where token_hash = ?", cur.until, tx.Now, cur.hash).Error
	})
}

// SignOut ends the request's session at once.
func (m *Manager) SignOut(ctx context.Context) error {
	cur := currentFrom(ctx)
	if cur == nil {
		return errors.New("session: no request in this context")
	}
	if err := m.forgetForms(ctx, cur); err != nil {
		return err
	}
	if err := m.scs.Destroy(ctx); err != nil {
		return err
	}
	cur.userID, cur.hash, cur.person, cur.token = uuid.Nil, nil, nil, ""
	return nil
}

// Origin answers by whom the signed-in person was vouched for.
func (m *Manager) Origin(ctx context.Context) Origin {
	if currentFrom(ctx) == nil {
		return Origin{}
	}
	id, _ := uuid.Parse(m.scs.GetString(ctx, keyIssuerID))
	return Origin{IssuerID: id, URL: m.scs.GetString(ctx, keyOrigin), IDToken: m.scs.GetString(ctx, keyIDToken)}
}

// Put keeps a small text in the session under a name. Where no session was read
// (an error before it, a door without sessions) nothing is kept.
func (m *Manager) Put(ctx context.Context, name, value string) { m.put(ctx, "x_"+name, value) }

// Get answers the text kept under a name, or an empty one.
func (m *Manager) Get(ctx context.Context, name string) string { return m.get(ctx, "x_"+name) }

// Remove forgets the text kept under a name.
func (m *Manager) Remove(ctx context.Context, name string) {
	if m.get(ctx, "x_"+name) != "" {
		m.scs.Remove(ctx, "x_"+name)
	}
}

func (m *Manager) put(ctx context.Context, key, value string) {
	if currentFrom(ctx) != nil {
		m.scs.Put(ctx, key, value)
	}
}

func (m *Manager) get(ctx context.Context, key string) string {
	if currentFrom(ctx) == nil {
		return ""
	}
	return m.scs.GetString(ctx, key)
}
