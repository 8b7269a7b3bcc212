package oidc

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"reeve/models"
)

const (
	describeEvery = time.Hour        // how long a provider's description is believed
	failureRest   = 10 * time.Second // how long a provider that failed is left alone
)

// provider is an issuer as it described itself, ready to be spoken to.
type provider struct {
	settings   models.Issuer
	oauth      oauth2.Config // without scopes: those are the issuer's of the moment
	signer     *clientKey    // for private_key_jwt; else nil
	algorithms []string
	keys       *keySet
	tokens     *gooidc.IDTokenVerifier // of tokens that the provider gives us itself
	logouts    *gooidc.IDTokenVerifier // of those that anybody can post
	client     *http.Client
	endSession string
	sendsISS   bool // it promised the iss parameter of RFC 9207
}

// fits reports whether the provider was made from these settings. Scopes, roles and
// demands on strength are read from the issuer at each sign-in and change nothing.
func (p *provider) fits(i models.Issuer) bool {
	return p != nil && sameSettings(p.settings, i)
}

func sameSettings(a, b models.Issuer) bool {
	method := func(i models.Issuer) models.AuthMethod { return cmp.Or(i.AuthMethod, models.AuthNone) }
	return a.URL == b.URL && a.ClientID == b.ClientID && method(a) == method(b) &&
		bytes.Equal(a.ClientSecret, b.ClientSecret) && bytes.Equal(a.PrivateKey, b.PrivateKey)
}

// base is the issuer's address, taken apart.
func (p *provider) base() *url.URL {
	u, err := url.Parse(p.settings.URL)
	if err != nil {
		return &url.URL{}
	}
	return u
}

// slot holds one issuer's description; its lock lets one request ask at a time.
type slot struct {
	mu       sync.Mutex
	p        *provider
	at       time.Time // of the description, or of the failure
	err      error     // why there is none
	tried    models.Issuer
	renewing bool
}

// provider answers the issuer's description, asking for it when there is none. One
// that has grown old is used while a new one is fetched beside, so that a slow
// provider keeps nobody waiting; and one that failed is left alone for a while.
func (s *Service) provider(ctx context.Context, i issuer) (*provider, error) {
	s.mu.Lock()
	sl := s.providers[i.ID]
	if sl == nil {
		sl = &slot{}
		s.providers[i.ID] = sl
	}
	s.mu.Unlock()

	sl.mu.Lock()
	defer sl.mu.Unlock()
	age := s.Clock().Sub(sl.at)
	switch {
	case sl.p.fits(i.Issuer):
		if age >= describeEvery && !sl.renewing {
			sl.renewing = true
			go s.renew(context.WithoutCancel(ctx), sl, i)
		}
		return sl.p, nil
	case sl.err != nil && age < failureRest && sameSettings(sl.tried, i.Issuer):
		return nil, sl.err
	}
	// A person who turns away does not stop it: others wait for the same answer.
	p, err := s.describe(context.WithoutCancel(ctx), i.Issuer)
	sl.p, sl.err, sl.at, sl.tried = p, err, s.Clock(), i.Issuer
	return p, err
}

// renew replaces a description that has grown old, unless the settings changed
// meanwhile. One that cannot be renewed is used on, and asked for after a rest.
func (s *Service) renew(ctx context.Context, sl *slot, i issuer) {
	p, err := s.describe(ctx, i.Issuer)
	if err != nil {
		s.Log.WarnContext(ctx, "identity provider's description is old and cannot be renewed", "issuer", i.URL, "err", err)
		s.failed(ctx, i, err)
	}
	sl.mu.Lock()
	defer sl.mu.Unlock()
	sl.renewing = false
	switch {
	case !sl.p.fits(i.Issuer):
	case err != nil:
		sl.at = s.Clock().Add(failureRest - describeEvery)
	default:
		sl.p, sl.at = p, s.Clock()
	}
}

// describe asks the provider how it works.
func (s *Service) describe(ctx context.Context, i models.Issuer) (*provider, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	p, _, err := s.survey(ctx, i, nil)
	return p, err
}

// prepare makes what is needed to speak to a provider that described itself well.
func (s *Service) prepare(i models.Issuer, d *description, client *http.Client) (*provider, error) {
	endpoint := oauth2.Endpoint{AuthURL: d.Auth, TokenURL: d.Token, AuthStyle: oauth2.AuthStyleInParams} // a public client names itself in the form
	p := &provider{settings: i, client: client, endSession: d.EndSession, sendsISS: d.ISS, algorithms: d.algorithms()}
	i.AuthMethod = cmp.Or(i.AuthMethod, models.AuthNone)
	p.settings.AuthMethod = i.AuthMethod
	secret := ""
	switch i.AuthMethod {
	case models.AuthNone:
	case models.AuthSecret:
		b, err := s.unseal(i.ClientSecret, "client secret")
		if err != nil {
			return nil, err
		}
		secret = string(b)
		basic, post := slices.Contains(d.AuthStyles, "client_secret_basic"), slices.Contains(d.AuthStyles, "client_secret_post")
		if len(d.AuthStyles) > 0 && !basic && !post {
			return nil, &trouble{step: stepClient, reason: Unreachable, text: "The provider takes no client secret. Choose another way for Reeve to prove itself there."}
		}
		// Decided here: trying both ways, as oauth2 would, can spend the code.
		if basic || len(d.AuthStyles) == 0 {
			endpoint.AuthStyle = oauth2.AuthStyleInHeader
		}
	case models.AuthPrivateKey:
		b, err := s.unseal(i.PrivateKey, "private key")
		if err != nil {
			return nil, err
		}
		if p.signer, err = newClientKey(b); err != nil {
			return nil, &trouble{step: stepClient, reason: Unreachable, text: "Reeve's key for this provider cannot be read. Make a new one and give its public half to the provider.", err: err}
		}
		if len(d.AuthStyles) > 0 && !slices.Contains(d.AuthStyles, string(models.AuthPrivateKey)) {
			return nil, &trouble{step: stepClient, reason: Unreachable, text: "The provider takes no signed assertions (private_key_jwt). Use a client secret there, or switch signed assertions on."}
		}
	default:
		return nil, fmt.Errorf("issuer %s: no such way to prove oneself: %q", i.URL, i.AuthMethod)
	}
	p.oauth = oauth2.Config{ClientID: i.ClientID, ClientSecret: secret, Endpoint: endpoint, RedirectURL: s.redirect}
	p.keys = &keySet{url: d.JWKS, client: client, now: s.Clock}
	// Expiry is checked in token.go and backchannel.go, with leeway and together with
	// the time of issue.
	config := &gooidc.Config{ClientID: i.ClientID, SupportedSigningAlgs: p.algorithms, SkipExpiryCheck: true}
	p.tokens = gooidc.NewVerifier(i.URL, view{p.keys, false}, config)
	p.logouts = gooidc.NewVerifier(i.URL, view{p.keys, true}, config)
	return p, nil
}

// unseal opens what an issuer's row keeps sealed.
func (s *Service) unseal(sealed []byte, what string) ([]byte, error) {
	bad := &trouble{step: stepClient, reason: Unreachable, text: "Reeve's " + what + " for this provider is missing or cannot be opened. Set it again."}
	if s.Unseal == nil || len(sealed) == 0 {
		return nil, bad
	}
	b, err := s.Unseal(sealed)
	if err != nil {
		bad.err = fmt.Errorf("opening the %s: %w", what, err)
		return nil, bad
	}
	return b, nil
}
