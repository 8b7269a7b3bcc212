package devidp

import (
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// client is an issuer's one client, as it is while a request is handled.
type client struct {
	id        string
	public    bool
	redirects []string
	signedOut []string
	issuer    string
	skew      time.Duration // system clock minus the provider's
}

var _ op.Client = client{}

// idTokenLife is how long an ID token is good for.
const idTokenLife = 10 * time.Minute

func (c client) GetID() string                       { return c.id }
func (c client) RedirectURIs() []string              { return c.redirects }
func (c client) PostLogoutRedirectURIs() []string    { return c.signedOut }
func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (c client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c client) GrantTypes() []oidc.GrantType        { return []oidc.GrantType{oidc.GrantTypeCode} }
func (c client) LoginURL(id string) string           { return c.issuer + "/login?request=" + id }
func (c client) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeBearer }
func (c client) DevMode() bool                       { return false }
func (c client) IsScopeAllowed(string) bool          { return false }

// AuthMethod is Basic; the same secret in the form is accepted too.
func (c client) AuthMethod() oidc.AuthMethod {
	if c.public {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

// IDTokenUserinfoClaimsAssertion puts e-mail and name into the ID token, as
// most organisations' providers do.
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }

// ClockSkew and IDTokenLifetime carry the provider's own clock into a library
// that asks the system's: it sets iat to now minus the skew and exp to now plus
// skew and lifetime.
func (c client) ClockSkew() time.Duration       { return c.skew }
func (c client) IDTokenLifetime() time.Duration { return idTokenLife - 2*c.skew }

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
