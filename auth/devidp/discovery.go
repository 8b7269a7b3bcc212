package devidp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// metadata is the library's description of itself, narrowed to what this
// provider does, and RFC 9207's member that the library does not know.
type metadata struct {
	*oidc.DiscoveryConfiguration
	IssParameter bool `json:"authorization_response_iss_parameter_supported"`
	BackChannel  bool `json:"backchannel_logout_supported"`
	SessionSaid  bool `json:"backchannel_logout_session_supported"`
}

func (i *issuer) discovery(w http.ResponseWriter, r *http.Request) {
	c := op.CreateDiscoveryConfig(op.ContextWithIssuer(r.Context(), i.url), i.op, i.store)
	c.ResponseTypesSupported = []string{string(oidc.ResponseTypeCode)}
	c.ResponseModesSupported = []string{string(oidc.ResponseModeQuery)}
	c.GrantTypesSupported = []oidc.GrantType{oidc.GrantTypeCode}
	c.ACRValuesSupported = []string{ACRPassword, ACRMultiFactor}
	c.ClaimsSupported = []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "sid",
		"name", "preferred_username", "email", "email_verified"}
	c.DeviceAuthorizationEndpoint = ""
	if i.client != nil {
		c.TokenEndpointAuthMethodsSupported = []oidc.AuthMethod{oidc.AuthMethodPrivateKeyJWT}
		c.TokenEndpointAuthSigningAlgValuesSupported = []string{"ES256"}
	}
	b, err := json.Marshal(metadata{DiscoveryConfiguration: c, IssParameter: true, BackChannel: true, SessionSaid: true})
	if f := i.store.faultNow(); err == nil && f.Description != nil {
		var d map[string]any
		if err = json.Unmarshal(b, &d); err == nil {
			f.Description(d)
			b, err = json.Marshal(d)
		}
	}
	if err != nil {
		http.Error(w, "The description could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

// naming adds the issuer's name to every answer that goes back to the client
// through the browser, so that the client knows whose it is (RFC 9207).
func (i *issuer) naming(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&namer{ResponseWriter: w, issuer: i}, r)
	})
}

type namer struct {
	http.ResponseWriter
	issuer *issuer
}

// WriteHeader completes a redirect to the client.
func (n *namer) WriteHeader(status int) {
	if location := n.Header().Get("Location"); location != "" {
		n.Header().Set("Location", n.issuer.named(location))
	}
	n.ResponseWriter.WriteHeader(status)
}

func (i *issuer) named(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return location
	}
	q := u.Query()
	bare := *u
	bare.RawQuery = ""
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	if !slices.Contains(i.store.client.redirects, bare.String()) || (!q.Has("code") && !q.Has("error")) {
		return location
	}
	name := i.url
	if f := i.store.fault; f != nil && f.AnswersAs != "" {
		name = f.AnswersAs
	}
	q.Set("iss", name)
	u.RawQuery = q.Encode()
	return u.String()
}
