package oidc

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Config says how to sign people in.
type Config struct {
	Store   *store.Store // as reeve_web
	BaseURL *url.URL     // the portal's; the redirect is exactly {base}/login/callback
	// Unseal opens an issuer's client secret or private key. Nil: only public clients
	// can be used.
	Unseal func(sealed []byte) ([]byte, error)
	// LoopbackOnly refuses to speak to any host but this machine. On in the
	// demonstration and in tests.
	LoopbackOnly bool
	// Clock is compared with the times in tokens, which providers stamp with the
	// world's clock; nil: time.Now. The times of attempts go by the store's.
	Clock func() time.Time
	// Patience is how long a provider may take to answer; 0: ten seconds.
	Patience time.Duration
	// PerMinute is how many sign-ins may be begun under one e-mail address; 0: thirty.
	PerMinute int
	Log       *slog.Logger // nil: slog.Default()
}

// Service signs people in.
type Service struct {
	Config
	redirect string

	mu        sync.Mutex
	providers map[uuid.UUID]*slot
	origins   originCache
	names     names
	bursts    bursts
}

// New answers a service. It contacts nobody: each provider is asked for its
// description when the first of its people signs in.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.BaseURL == nil {
		return nil, errors.New("oidc: a store and a base URL are needed")
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Patience == 0 {
		c.Patience = 10 * time.Second
	}
	if c.PerMinute == 0 {
		c.PerMinute = 30
	}
	return &Service{Config: c, redirect: strings.TrimSuffix(c.BaseURL.String(), "/") + "/login/callback", providers: map[uuid.UUID]*slot{},
		names: names{perMinute: c.PerMinute, seen: map[string]*account{}}, bursts: bursts{seen: map[string]*burst{}, lines: map[string]*rate.Limiter{}}}, nil
}

// Redirect is the address that an agency registers at its provider: where codes go.
func (s *Service) Redirect() string { return s.redirect }

// Client is from where a request came, for audit lines.
type Client struct {
	RequestID string
	IP        string
}

// actor is the system actor for sign-in, on behalf of a request.
func (c Client) actor() auth.Actor { return c.as(auth.ForLogin) }

func (c Client) as(p auth.Purpose) auth.Actor {
	a := auth.System(p)
	a.RequestID, a.IP = c.RequestID, c.IP
	return a
}

// issuer is an issuer with the agency that it vouches for.
type issuer struct {
	models.Issuer
	Agency models.Agency
}

// Host names the provider for a person: "login.bay.example".
func (i issuer) Host() string {
	u, err := url.Parse(i.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Origin is scheme, host and port of the provider.
func (i issuer) Origin() string {
	u, err := url.Parse(i.URL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Domain answers the part of an e-mail address after @, in lower case, or an
// empty text if it is no address. One that could break out of a header or a query
// is no address.
func Domain(email string) string {
	email = strings.TrimSpace(email)
	at := strings.LastIndexByte(email, '@')
	if at < 1 || at == len(email)-1 || len(email) > 254 || !utf8.ValidString(email) || strings.ContainsAny(email, "<>,;\"") ||
		strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
		return ""
	}
	domain := lower(strings.TrimSuffix(email[at+1:], "."))
	if strings.ContainsFunc(domain, func(r rune) bool { return r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return ""
	}
	return domain
}

// byDomain finds the enabled issuer whose people have addresses in the domain.
func (s *Service) byDomain(ctx context.Context, domain string) (issuer, error) {
	return s.find(ctx, "id = (select issuer_id from issuer_domains where domain = ?)", domain)
}

// byID finds an enabled issuer.
func (s *Service) byID(ctx context.Context, id uuid.UUID) (issuer, error) {
	return s.find(ctx, "id = ?", id)
}

func (s *Service) find(ctx context.Context, where string, arg any) (issuer, error) {
	var out issuer
	err := s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		out = issuer{}
		if err := tx.Where("enabled").Where(where, arg).Take(&out.Issuer).Error; err != nil {
			return store.Translate(err, "This sign-in")
		}
		return tx.Where("id = ?", out.AgencyID).Take(&out.Agency).Error
	})
	return out, err
}
