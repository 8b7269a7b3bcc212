package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"
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
}

// check verifies an identity token: signature, issuer and audience by go-oidc;
// here the authorized party, nonce, times with leeway, and the access token's hash
// (OpenID Connect Core 3.1.3.7 and 3.1.3.8). go-oidc gives no leeway on expiry and
// does not look at the time of issue.
func (s *Service) check(ctx context.Context, p *provider, raw, nonce, access string) (claims, error) {
	t, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return claims{}, err
	}
	var more struct {
		Email      string   `json:"email"`
		Verified   flexBool `json:"email_verified"`
		Authorized string   `json:"azp"`
		NotBefore  float64  `json:"nbf"`
	}
	if err := t.Claims(&more); err != nil {
		return claims{}, fmt.Errorf("reading the identity token: %w", err)
	}
	now := s.Clock()
	switch {
	case t.Subject == "" || len(t.Subject) > 255:
		return claims{}, errors.New("the token names no subject")
	case !same(t.Nonce, nonce):
		return claims{}, errors.New("the token's nonce is not the attempt's")
	case len(t.Audience) > 1 && more.Authorized == "", more.Authorized != "" && more.Authorized != p.issuer.ClientID:
		return claims{}, errors.New("the token was made for another party")
	case !slices.Contains(t.Audience, p.issuer.ClientID):
		return claims{}, errors.New("the token is not for us")
	case !now.Before(t.Expiry.Add(leeway)):
		return claims{}, fmt.Errorf("the token expired at %s", t.Expiry.UTC().Format(time.RFC3339))
	case t.IssuedAt.After(now.Add(leeway)):
		return claims{}, fmt.Errorf("the token was issued in the future, at %s", t.IssuedAt.UTC().Format(time.RFC3339))
	case t.IssuedAt.Before(now.Add(-oldestNew)):
		return claims{}, fmt.Errorf("the token was issued long ago, at %s", t.IssuedAt.UTC().Format(time.RFC3339))
	case more.NotBefore != 0 && time.Unix(int64(more.NotBefore), 0).After(now.Add(leeway)):
		return claims{}, errors.New("the token is not valid yet")
	}
	if t.AccessTokenHash != "" {
		if err := t.VerifyAccessToken(access); err != nil {
			return claims{}, err
		}
	}
	return claims{Subject: t.Subject, Email: more.Email, Verified: more.Verified.value}, nil
}

// same compares secrets in constant time; an empty one is equal to nothing.
func same(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// flexBool reads true, false and, as some providers send them, "true", "false".
// Anything else is read as false: not verified.
type flexBool struct{ value *bool }

// UnmarshalJSON implements json.Unmarshaler.
func (b *flexBool) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "null":
		return nil
	case "true", `"true"`:
		yes := true
		b.value = &yes
	default:
		no := false
		b.value = &no
	}
	return nil
}
