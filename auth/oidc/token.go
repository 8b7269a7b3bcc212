package oidc

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"reeve/auth/session"
	"reeve/models"
)

const (
	leeway    = time.Minute      // how far the provider's clock may be from ours
	oldestNew = 10 * time.Minute // a token that we just asked for is no older
)

// claims are what we read of an identity token.
type claims struct {
	Subject  string
	Email    string
	Verified *bool // nil: the provider does not say
	SID      string
	AuthAt   time.Time // when the person last proved who they are; zero: not said
	ACR      string
	AMR      []string
	IssuedAt time.Time
	All      map[string]any
}

// check verifies an identity token: signature, issuer and audience by go-oidc;
// here the authorized party, nonce, times with leeway, and the access token's hash
// (OpenID Connect Core 3.1.3.7 and 3.1.3.8). go-oidc gives no leeway on expiry and
// does not look at the time of issue. What is wrong is a *trouble.
func (s *Service) check(ctx context.Context, i issuer, p *provider, raw, nonce, access string) (claims, error) {
	bad := func(err error, format string, args ...any) (claims, error) {
		return claims{}, &trouble{step: stepToken, text: fmt.Sprintf(format, args...), reason: NotProven, err: err}
	}
	if _, err := p.keys.known(context.WithoutCancel(ctx)); err != nil {
		return claims{}, s.noKeys(p, err)
	}
	t, err := p.tokens.Verify(ctx, raw)
	if err != nil {
		why := whyUnproven(raw, i, p.algorithms)
		if why == "" {
			why = whyNoKey
			if _, wrong := (view{p.keys, false}).VerifySignature(ctx, raw); wrong == nil {
				why = whyOdd
			}
		}
		return bad(err, "%s", why)
	}
	var more struct {
		Email      string   `json:"email"`
		Verified   flexBool `json:"email_verified"`
		Authorized string   `json:"azp"`
		NotBefore  flexTime `json:"nbf"`
		AuthTime   flexTime `json:"auth_time"`
		SID        string   `json:"sid"`
		ACR        flexText `json:"acr"`
		AMR        flexList `json:"amr"`
	}
	all := map[string]any{}
	if err := t.Claims(&more); err != nil {
		return bad(err, whyOdd)
	}
	if err := t.Claims(&all); err != nil {
		return bad(err, "The token cannot be read.")
	}
	now := s.Clock()
	switch {
	case t.Subject == "" || len(t.Subject) > 255 || unclean(t.Subject):
		return bad(nil, "The token names no subject (sub), or one that no provider would give.")
	case len(more.SID) > 255 || unclean(more.SID):
		return bad(nil, "The token's session id (sid) is not one that a provider would give.")
	case !same(t.Nonce, nonce):
		return bad(nil, "The token's nonce is not that of this sign-in: it was made for another.")
	case len(t.Audience) > 1 && more.Authorized == "", more.Authorized != "" && more.Authorized != i.ClientID:
		return bad(nil, "The token was made for another party than %q (azp).", i.ClientID)
	case !slices.Contains(t.Audience, i.ClientID):
		return bad(nil, "The token is made for another client than %q. Check the client id.", i.ClientID)
	case !now.Before(t.Expiry.Add(leeway)):
		return bad(nil, "The token expired %s ago. %s", roughly(now.Sub(t.Expiry)), clockAdvice)
	case t.IssuedAt.After(now.Add(leeway)):
		return bad(nil, "The token was issued %s in the future. %s", roughly(t.IssuedAt.Sub(now)), clockAdvice)
	case t.IssuedAt.Before(now.Add(-oldestNew)):
		return bad(nil, "The token was issued %s ago, although it was asked for just now. %s", roughly(now.Sub(t.IssuedAt)), clockAdvice)
	case more.NotBefore.After(now.Add(leeway)):
		return bad(nil, "The token is not valid yet. %s", clockAdvice)
	case more.AuthTime.After(now.Add(leeway)), more.AuthTime.After(t.IssuedAt.Add(leeway)):
		return bad(nil, "The token says that you will sign in later (auth_time). %s", clockAdvice)
	}
	if t.AccessTokenHash != "" {
		if err := t.VerifyAccessToken(access); err != nil {
			return bad(err, "The token belongs to another access token (at_hash).")
		}
	}
	who := claims{Subject: t.Subject, Email: lower(more.Email), Verified: more.Verified.value, SID: more.SID, AuthAt: more.AuthTime.Time,
		ACR: string(more.ACR), AMR: more.AMR, IssuedAt: t.IssuedAt, All: all}
	if Domain(who.Email) == "" || strings.TrimSpace(who.Email) != who.Email {
		who.Email = "" // no address, or one that could break out of a header
	}
	return who, nil
}

var _ gooidc.KeySet = view{}

// noKeys says that a provider's keys cannot be read.
func (s *Service) noKeys(p *provider, err error) error {
	text := "Its keys could not be read: " + err.Error() + "."
	if isNetwork(err) {
		text = s.whyUnreachable(err, p.base())
	}
	return &trouble{step: stepKeys, text: text, reason: Unreachable, err: err}
}

const clockAdvice = "Compare the provider's clock with the world's."

// maxAge is how old a proof may be at an ordinary sign-in: as old as a session may
// become, so that nobody works on one proof for longer (NIST SP 800-63B 4.2.3).
func maxAge(a models.Agency) time.Duration {
	if a.AbsoluteHours != nil && *a.AbsoluteHours > 0 {
		return time.Duration(*a.AbsoluteHours) * time.Hour
	}
	return session.DefaultAbsolute
}

// tooOld answers what is wrong with a proof that is older than the attempt asked
// for, or nil. A step-up and a test demand that the time is said and that it is not
// before the attempt. An ordinary sign-in holds the provider to it where it says a
// time; where it says none, no step-up will be believed later either.
func (s *Service) tooOld(i issuer, a Attempt, who claims) error {
	bad := func(text string) error { return &trouble{step: stepFresh, text: text, reason: NotFresh} }
	if a.Fresh || a.Draft != [16]byte{} {
		switch {
		case who.AuthAt.IsZero():
			return bad("The token does not say when you signed in (auth_time), although it was asked for (max_age). Without it nothing that needs a new proof can be done: no exports, no managing of people. Have the provider send auth_time.")
		case who.AuthAt.Before(a.At.Add(-leeway)):
			return bad("The provider was asked to have you sign in anew (prompt=login, max_age=0) and answered with a sign-in of " + roughly(a.At.Sub(who.AuthAt)) + " before. Have it honour max_age.")
		}
		return nil
	}
	if !who.AuthAt.IsZero() && s.Clock().Sub(who.AuthAt) > maxAge(i.Agency)+leeway {
		return bad("The provider answered with a sign-in of " + roughly(s.Clock().Sub(who.AuthAt)) + " ago, and was asked for one of the last " + roughly(maxAge(i.Agency)) + " (max_age). Have it honour max_age.")
	}
	return nil
}

// roughly is a duration as a person would say it.
func roughly(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := int(d / u.unit); n > 1 || n == 1 && u.unit < time.Hour || u.unit == time.Second {
			if n == 1 {
				return "1 " + u.name
			}
			return strconv.Itoa(n) + " " + u.name + "s"
		}
	}
	return ""
}

// same compares secrets in constant time; an empty one is equal to nothing.
func same(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// lower is small letters for A to Z only: other letters that have one are not the
// same letter to every program, and two addresses must not become one.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// unclean reports whether a text holds what no name may hold and no database takes.
func unclean(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
