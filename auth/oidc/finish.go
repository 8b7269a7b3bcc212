package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"reeve/auth/session"
	"reeve/models"
)

// SignedIn is who a provider vouched for, and by whom.
type SignedIn struct {
	User   models.User
	Agency models.Agency
	Origin session.Origin
	Return string
	Fresh  bool               // it was a step-up of the person who is signed in already
	Draft  uuid.UUID          // it was a test of these settings; User is nobody
	Test   *models.SignInTest // what the test found
}

// Finish reads the provider's answer to an attempt and answers who signed in. The
// attempt must be the one kept under the answer's state, taken out of the session
// before this call: it is good for one answer. Any refusal is a *Refusal.
func (s *Service) Finish(ctx context.Context, c Client, a Attempt, answer url.Values) (SignedIn, error) {
	out, err := s.finish(ctx, c, a, answer)
	return out, withReturn(err, a.Return)
}

func (s *Service) finish(ctx context.Context, c Client, a Attempt, answer url.Values) (SignedIn, error) {
	if a.State == "" || !same(answer.Get("state"), a.State) || !s.Open(a) {
		return SignedIn{}, &Refusal{Reason: Stale}
	}
	i, err := s.byID(ctx, a.IssuerID)
	if models.KindOf(err) == models.NotFound { // disabled meanwhile
		return SignedIn{}, &Refusal{Reason: Stale}
	}
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.provider(i)
	if err != nil {
		return SignedIn{}, s.refuse(ctx, c, i, Unreachable, nil, err)
	}
	// RFC 9207: an answer that names another issuer, or none where one was
	// promised, may have been swapped on its way.
	if iss, sent := answer.Get("iss"), answer.Has("iss"); (sent && iss != i.URL) || (!sent && p.sendsISS) {
		return SignedIn{}, s.refuse(ctx, c, i, NotProven, nil, fmt.Errorf("the answer names issuer %q", iss))
	}
	if code := answer.Get("error"); code != "" {
		return SignedIn{}, s.refuse(ctx, c, i, ProviderSaid, nil, fmt.Errorf("provider said %q", clip(code)))
	}
	claims, raw, err := s.exchange(ctx, p, a, answer.Get("code"))
	if err != nil {
		return SignedIn{}, s.refuse(ctx, c, i, NotProven, nil, err)
	}
	u, err := s.admit(ctx, c, i, claims)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{User: u, Agency: i.Agency, Return: a.Return, Origin: session.Origin{IssuerID: i.ID, URL: i.Origin(), IDToken: raw}}, nil
}

// exchange spends the code and checks the identity token that comes for it.
func (s *Service) exchange(ctx context.Context, p *provider, a Attempt, code string) (claims, string, error) {
	if code == "" {
		return claims{}, "", errors.New("the answer has no code")
	}
	ctx = gooidc.ClientContext(ctx, p.client)
	token, err := p.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return claims{}, "", quietExchange(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return claims{}, "", errors.New("the provider sent no identity token")
	}
	got, err := s.check(ctx, p, raw, a.Nonce, token.AccessToken)
	return got, raw, err
}

// quietExchange keeps the provider's own words out of the log beyond the error
// code that the standard names (RFC 6749 5.2): a body may hold anything.
func quietExchange(err error) error {
	var re *oauth2.RetrieveError
	if errors.As(err, &re) {
		status := 0
		if re.Response != nil {
			status = re.Response.StatusCode
		}
		return fmt.Errorf("the provider refused the code: status %d, error %q", status, clip(re.ErrorCode))
	}
	return err
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60]
	}
	return s
}
