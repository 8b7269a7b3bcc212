package oidc

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models/audit"
	"reeve/models/store"
)

// SignedOut writes the audit line of a person's sign-out. words may say more
// than that it happened, such as how many sessions ended.
func (s *Service) SignedOut(ctx context.Context, a auth.Actor, words string) error {
	return s.Store.As(ctx, a, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Event{Action: "session.signed-out", Subject: "session", Words: words})
	})
}

// EndSessionURL is where the browser goes to sign out at the provider as well
// (OpenID Connect RP-Initiated Logout), or empty if the provider has no such
// place or is not known just now: our own session has ended in any case.
func (s *Service) EndSessionURL(ctx context.Context, o session.Origin) string {
	if o.IssuerID == uuid.Nil {
		return ""
	}
	i, err := s.byID(ctx, o.IssuerID)
	if err != nil {
		return ""
	}
	p, err := s.provider(ctx, i)
	if err != nil || p.endSession == "" {
		return ""
	}
	u, err := url.Parse(p.endSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", i.ClientID)
	q.Set("post_logout_redirect_uri", strings.TrimSuffix(s.redirect, "/callback"))
	if o.IDToken != "" {
		q.Set("id_token_hint", o.IDToken)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// originCache keeps the list of issuers' origins for a minute.
type originCache struct {
	mu   sync.Mutex
	list []string
	at   time.Time
}

// Origins lists scheme, host and port of every enabled issuer, at most a minute
// old. The sign-in page's security policy must name them: browsers hold a form
// to it also where the answer leads on to the provider.
func (s *Service) Origins(ctx context.Context) []string {
	s.origins.mu.Lock()
	defer s.origins.mu.Unlock()
	if !s.origins.at.IsZero() && time.Since(s.origins.at) < time.Minute {
		return s.origins.list
	}
	var urls []string
	err := s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		urls = nil
		return tx.Raw("select url from issuers where enabled order by url").Scan(&urls).Error
	})
	if err != nil {
		s.Log.WarnContext(ctx, "listing issuers", "err", err)
		return s.origins.list
	}
	seen := map[string]bool{}
	s.origins.list = nil
	for _, address := range urls {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"") {
			continue
		}
		if o := u.Scheme + "://" + u.Host; !seen[o] {
			seen[o] = true
			s.origins.list = append(s.origins.list, o)
		}
	}
	s.origins.at = time.Now()
	return s.origins.list
}
