package devidp

import (
	"context"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// SetUserinfoFromScopes does nothing: the two below know more.
func (s *store) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// SetUserinfoFromRequest fills an ID token: the person and the session.
func (s *store) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, tr op.IDTokenRequest, scopes []string) error {
	r, ok := tr.(*request)
	if !ok {
		return oidc.ErrUnsupportedGrantType()
	}
	describe(info, r.user, scopes)
	info.AppendClaims("sid", r.session.id)
	for name, value := range r.user.Claims {
		info.AppendClaims(name, value)
	}
	return nil
}

// SetUserinfoFromToken fills the answer of userinfo, for a token still good.
func (s *store) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, id, subject, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	t, ok := s.tokens[id]
	u, known := s.user(subject)
	if !ok || !known || t.subject != subject {
		return oidc.ErrAccessDenied().WithDescription("the token is no longer good")
	}
	describe(info, u, t.scopes)
	return nil
}

// SetIntrospectionFromToken says whether a token is good.
func (s *store) SetIntrospectionFromToken(_ context.Context, info *oidc.IntrospectionResponse, id, subject, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	t, ok := s.tokens[id]
	if !ok || t.subject != subject {
		return errNone
	}
	info.Active, info.Subject, info.Scope = true, subject, t.scopes
	return nil
}

// GetPrivateClaimsFromScopes adds nothing to access tokens.
func (s *store) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

// describe fills in what the scopes allow. email_verified is always said, also
// when it is false.
func describe(info *oidc.UserInfo, u User, scopes []string) {
	info.Subject = u.Subject
	if slices.Contains(scopes, oidc.ScopeProfile) {
		info.Name = u.Name
		info.PreferredUsername = u.Email
	}
	if slices.Contains(scopes, oidc.ScopeEmail) {
		info.Email = u.Email
		info.AppendClaims("email_verified", u.EmailVerified)
	}
}
