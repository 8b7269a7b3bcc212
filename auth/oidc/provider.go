package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	describeEvery = time.Hour        // how long a provider's description is believed
	failureRest   = 10 * time.Second // how long a provider that failed is left alone
)

// provider is an issuer as it described itself.
type provider struct {
	issuer     issuer
	oauth      oauth2.Config
	verifier   *gooidc.IDTokenVerifier
	client     *http.Client
	endSession string
	sendsISS   bool // it promised the iss parameter of RFC 9207
}

// slot holds one issuer's description; its lock lets one request ask at a time.
type slot struct {
	mu  sync.Mutex
	p   *provider
	at  time.Time
	err error
}

// provider answers the issuer's description, asking for it when there is none or
// it has grown old. One that has grown old is still used when asking fails.
func (s *Service) provider(i issuer) (*provider, error) {
	s.mu.Lock()
	sl := s.providers[i.ID]
	if sl == nil {
		sl = &slot{}
		s.providers[i.ID] = sl
	}
	s.mu.Unlock()

	sl.mu.Lock()
	defer sl.mu.Unlock()
	same := sl.p != nil && sl.p.issuer.URL == i.URL && sl.p.issuer.ClientID == i.ClientID && string(sl.p.issuer.ClientSecret) == string(i.ClientSecret)
	age := time.Since(sl.at)
	switch {
	case same && age < describeEvery:
		return sl.p, nil
	case sl.p == nil && sl.err != nil && age < failureRest:
		return nil, sl.err
	}
	p, err := s.describe(i)
	sl.at = time.Now()
	if err != nil {
		if same {
			s.Log.Warn("identity provider's description is old and cannot be renewed", "issuer", i.URL, "err", err)
			sl.at = sl.at.Add(failureRest - describeEvery) // ask again after a rest
			return sl.p, nil
		}
		sl.p, sl.err = nil, err
		return nil, err
	}
	sl.p, sl.err = p, nil
	return p, nil
}

// describe asks the provider how it works and refuses one that would have us, or
// the person's browser, go elsewhere than to the issuer's own host.
func (s *Service) describe(i issuer) (*provider, error) {
	base, err := url.Parse(i.URL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("issuer %q is no address", i.URL)
	}
	if err := s.mayContact(base); err != nil {
		return nil, err
	}
	client := s.client(base)
	// The context is kept for fetching keys later: never a request's.
	ctx := gooidc.ClientContext(context.Background(), client)
	p, err := gooidc.NewProvider(ctx, i.URL)
	if err != nil {
		return nil, fmt.Errorf("asking %s how it works: %w", i.URL, err)
	}
	var more struct {
		JWKS       string   `json:"jwks_uri"`
		EndSession string   `json:"end_session_endpoint"`
		ISS        bool     `json:"authorization_response_iss_parameter_supported"`
		AuthStyles []string `json:"token_endpoint_auth_methods_supported"`
		Challenges []string `json:"code_challenge_methods_supported"`
	}
	if err := p.Claims(&more); err != nil {
		return nil, fmt.Errorf("reading the description of %s: %w", i.URL, err)
	}
	endpoint := p.Endpoint()
	for what, address := range map[string]string{
		"authorization_endpoint": endpoint.AuthURL, "token_endpoint": endpoint.TokenURL, "jwks_uri": more.JWKS, "end_session_endpoint": more.EndSession,
	} {
		if address == "" && what == "end_session_endpoint" {
			continue
		}
		if u, err := url.Parse(address); err != nil || u.Scheme != base.Scheme || u.Host != base.Host {
			return nil, fmt.Errorf("%s of %s is %q, not at the issuer's own host", what, i.URL, address)
		}
	}
	if len(more.Challenges) > 0 && !slices.Contains(more.Challenges, "S256") {
		return nil, fmt.Errorf("%s does not know PKCE with S256", i.URL)
	}
	secret := ""
	endpoint.AuthStyle = oauth2.AuthStyleInParams // a public client names itself in the form
	if i.ClientSecret != nil {
		if s.Unseal == nil {
			return nil, errors.New("the client secret of " + i.URL + " is sealed and no key is at hand")
		}
		b, err := s.Unseal(i.ClientSecret)
		if err != nil {
			return nil, fmt.Errorf("opening the client secret of %s: %w", i.URL, err)
		}
		secret = string(b)
		// Decided here: trying both ways, as oauth2 would, can spend the code.
		if len(more.AuthStyles) == 0 || slices.Contains(more.AuthStyles, "client_secret_basic") {
			endpoint.AuthStyle = oauth2.AuthStyleInHeader
		}
	}
	return &provider{
		issuer: i, client: client, endSession: more.EndSession, sendsISS: more.ISS,
		oauth: oauth2.Config{ClientID: i.ClientID, ClientSecret: secret, Endpoint: endpoint, RedirectURL: s.redirect, Scopes: []string{gooidc.ScopeOpenID, "email", "profile"}},
		// Expiry is checked in token.go, with leeway and together with the time of issue.
		verifier: p.VerifierContext(ctx, &gooidc.Config{ClientID: i.ClientID, SkipExpiryCheck: true}),
	}, nil
}
