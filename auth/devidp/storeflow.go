package devidp

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var (
	_ op.Storage                        = (*store)(nil)
	_ op.CanSetUserinfoFromRequest      = (*store)(nil)
	_ op.CanTerminateSessionFromRequest = (*store)(nil)
)

// browserSession is the context key of the session in the browser's cookie.
type browserSession struct{}

// CreateAuthRequest begins a sign-in. It refuses one without PKCE S256, asks of
// a browser that has a session nothing more unless the client wants it, and
// honours prompt=none.
func (s *store) CreateAuthRequest(ctx context.Context, asked *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if asked.CodeChallenge == "" || asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with the method S256 is required")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	r := &request{id: rand.Text(), made: s.now(), asked: *asked}
	id, _ := ctx.Value(browserSession{}).(string)
	if se := s.sessions[id]; se != nil {
		if u, ok := s.user(se.subject); ok && served(asked, se, u, s.now()) {
			r.session, r.user = se, u
		}
	}
	if r.session == nil && slices.Contains(asked.Prompt, oidc.PromptNone) {
		return nil, oidc.ErrLoginRequired()
	}
	s.requests[r.id] = r
	return r, nil
}

// AuthRequestByID answers a request that is under way.
func (s *store) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	r := s.requests[id]
	if r == nil {
		return nil, errNone
	}
	return s.copyOf(r), nil
}

// copyOf is the request as the library may read it without the lock.
func (s *store) copyOf(r *request) *request {
	c := *r
	c.skew = time.Since(s.now())
	return &c
}

// SaveAuthCode remembers the one code of a request and ends the request for
// the browser: going back does not make a second code.
func (s *store) SaveAuthCode(_ context.Context, id, c string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests[id]
	if r == nil {
		return errNone
	}
	for _, v := range s.codes {
		if v.request == id {
			return oidc.ErrInvalidRequest().WithDescription("this sign-in has been used")
		}
	}
	s.codes[c] = code{request: id, until: s.now().Add(codeLife)}
	return nil
}

// AuthRequestByCode answers the request of a code once. Whoever shows it, with
// or without the right verifier and secret, uses it up.
func (s *store) AuthRequestByCode(_ context.Context, c string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	v, ok := s.codes[c]
	r := s.requests[v.request]
	delete(s.codes, c)
	delete(s.requests, v.request)
	if !ok || r == nil {
		return nil, errNone
	}
	return s.copyOf(r), nil
}

// DeleteAuthRequest forgets a request.
func (s *store) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
	return nil
}

// CreateAccessToken makes an access token for userinfo.
func (s *store) CreateAccessToken(_ context.Context, tr op.TokenRequest) (string, time.Time, error) {
	r, ok := tr.(*request)
	if !ok {
		return "", time.Time{}, oidc.ErrUnsupportedGrantType()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, until := rand.Text(), s.now().Add(tokenLife)
	s.tokens[id] = token{subject: r.user.Subject, session: r.session.id, scopes: r.asked.Scopes, until: until}
	return id, until, nil
}

// CreateAccessAndRefreshTokens refuses: there are no refresh tokens.
func (s *store) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, oidc.ErrUnsupportedGrantType()
}

// TokenRequestByRefreshToken finds none.
func (s *store) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, op.ErrInvalidRefreshToken
}

// GetRefreshTokenInfo finds none.
func (s *store) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

// RevokeToken ends an access token.
func (s *store) RevokeToken(_ context.Context, id, _, clientID string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if clientID != s.client.id {
		return oidc.ErrInvalidClient()
	}
	delete(s.tokens, id)
	return nil
}

// TerminateSession ends every session of a user.
func (s *store) TerminateSession(_ context.Context, subject, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, se := range s.sessions {
		if se.subject == subject {
			s.endSession(id)
		}
	}
	return nil
}

// TerminateSessionFromRequest ends the session that the client's token speaks
// of, and the browser's own, and answers where to go.
func (s *store) TerminateSessionFromRequest(ctx context.Context, e *op.EndSessionRequest) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.IDTokenHintClaims != nil {
		s.endSession(e.IDTokenHintClaims.SessionID)
	}
	if id, ok := ctx.Value(browserSession{}).(string); ok {
		s.endSession(id)
	}
	return e.RedirectURI, nil
}
