package devidp

import (
	"context"
	"crypto/subtle"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// GetClientByClientID answers the issuer's one client.
func (s *store) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != s.client.id {
		return nil, errNone
	}
	return s.clientNow(), nil
}

// AuthorizeClientIDSecret checks the client's secret.
func (s *store) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != s.client.id || s.secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(s.secret)) != 1 {
		return errNone
	}
	return nil
}

// SigningKey answers the key that signs ID tokens.
func (s *store) SigningKey(context.Context) (op.SigningKey, error) {
	return signingKey{s.signingKeyNow()}, nil
}

// SignatureAlgorithms lists what ID tokens are signed with.
func (s *store) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

// KeySet lists the public keys.
func (s *store) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{s.signingKeyNow()}}, nil
}

// Health is always good: there is nothing behind it that could fail.
func (s *store) Health(context.Context) error { return nil }

// GetKeyByIDAndClientID finds none: a client's key is looked at before the
// protocol library is asked, see assertions.
func (s *store) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNone
}

// ValidateJWTProfileScopes refuses: there is no grant by a client's own token.
func (s *store) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, oidc.ErrUnsupportedGrantType()
}
