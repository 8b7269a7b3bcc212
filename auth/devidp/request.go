package devidp

import (
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// request is one client's wish to have somebody signed in. Its id is a secret
// between the provider and the browser; the code is a secret between the
// provider and the client.
type request struct {
	id      string
	made    time.Time
	asked   oidc.AuthRequest
	session *session // who signed in; nil until then
	user    User     // as they were then
	skew    time.Duration
}

var _ op.AuthRequest = (*request)(nil)

// requestLife is how long a person may take to sign in, codeLife how long a
// client may take to use the code.
const (
	requestLife = 15 * time.Minute
	codeLife    = time.Minute
)

func (r *request) GetID() string                      { return r.id }
func (r *request) GetACR() string                     { return r.user.contextClass() }
func (r *request) GetAMR() []string                   { return r.user.methods() }
func (r *request) GetAudience() []string              { return []string{r.asked.ClientID} }
func (r *request) GetClientID() string                { return r.asked.ClientID }
func (r *request) GetNonce() string                   { return r.asked.Nonce }
func (r *request) GetRedirectURI() string             { return r.asked.RedirectURI }
func (r *request) GetResponseType() oidc.ResponseType { return r.asked.ResponseType }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.asked.ResponseMode }
func (r *request) GetScopes() []string                { return r.asked.Scopes }
func (r *request) GetState() string                   { return r.asked.State }
func (r *request) GetSubject() string                 { return r.user.Subject }
func (r *request) Done() bool                         { return r.session != nil }

// GetAuthTime is by the system's clock: see client.ClockSkew.
func (r *request) GetAuthTime() time.Time {
	if r.session == nil {
		return time.Time{}
	}
	return r.session.began.Add(r.skew)
}

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: r.asked.CodeChallenge, Method: r.asked.CodeChallengeMethod}
}

// served says whether a session is enough for what was asked, without the
// person signing in again.
func served(asked *oidc.AuthRequest, s *session, u User, now time.Time) bool {
	switch {
	case s == nil:
		return false
	case slices.Contains(asked.Prompt, oidc.PromptLogin), slices.Contains(asked.Prompt, oidc.PromptSelectAccount):
		return false
	case asked.MaxAge != nil && (*asked.MaxAge == 0 || now.Sub(s.began) > time.Duration(*asked.MaxAge)*time.Second):
		return false
	}
	// Somebody else is expected: let them sign in rather than hand over the
	// wrong person.
	return asked.LoginHint == "" || strings.EqualFold(asked.LoginHint, u.Email)
}
