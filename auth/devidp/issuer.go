package devidp

import (
	"crypto/rand"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// issuer is one organisation's provider: the protocol's endpoints from the
// library, and around them our sign-in page, discovery, the issuer's name in
// answers, and faults.
type issuer struct {
	url    string
	name   string
	note   string
	cookie string
	path   string
	store  *store
	op     *op.Provider
	mux    *http.ServeMux
	client *assertions // how the client proves itself; nil unless by its key
}

func newIssuer(url string, o Issuer, now func() time.Time) (*issuer, error) {
	k, err := newKey()
	if err != nil {
		return nil, err
	}
	i := &issuer{url: url, name: o.Name, note: o.Note, path: o.Path, cookie: cookieName(url, o.Path)}
	i.store = &store{
		url: url, key: k, secret: o.ClientSecret, now: now,
		client:   client{id: o.ClientID, public: o.ClientSecret == "", redirects: o.RedirectURIs, signedOut: o.SignedOut, issuer: url},
		users:    append([]User(nil), o.Users...),
		requests: map[string]*request{}, codes: map[string]code{}, tokens: map[string]token{}, sessions: map[string]*session{},
	}
	if o.ClientKey != nil {
		if i.client, err = newAssertions(o.ClientID, o.ClientKey); err != nil {
			return nil, err
		}
	}
	i.store.backChannel = o.BackChannel
	config := &op.Config{
		CodeMethodS256:           true,
		AuthMethodPost:           true,
		DefaultLogoutRedirectURI: url + "/signed-out",
		SupportedScopes:          []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail},
	}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return nil, err
	}
	i.op, err = op.NewProvider(config, i.store, op.StaticIssuer(url),
		op.WithAllowInsecure(), // http, which is all there is on loopback
		op.WithCORSOptions(nil),
		op.WithIDTokenHintVerifierOpts(op.WithSupportedIDTokenHintSigningAlgorithms("ES256")))
	if err != nil {
		return nil, err
	}
	own := http.NewCrossOriginProtection() // the form may be sent from our page only
	i.mux = http.NewServeMux()
	i.mux.HandleFunc("GET /login", i.showLogin)
	i.mux.Handle("POST /login", own.Handler(http.HandlerFunc(i.login)))
	i.mux.HandleFunc("GET /signed-out", i.showSignedOut)
	i.mux.HandleFunc("GET /style.css", showStyle)
	i.mux.Handle("GET "+oidc.DiscoveryEndpoint, i.delayed(http.HandlerFunc(i.discovery)))
	i.mux.Handle("POST "+i.op.TokenEndpoint().Relative(), i.delayed(i.faulty(i.proven(i.op))))
	i.mux.Handle("GET "+i.op.KeysEndpoint().Relative(), i.delayed(i.op))
	i.mux.Handle("/", i.naming(i.op))
	return i, nil
}

// ServeHTTP serves the issuer's own part of the path. The Date header is by the
// provider's own clock, as everything else that it says of time.
func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Date", i.store.now().UTC().Format(http.TimeFormat))
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	i.mux.ServeHTTP(w, i.withSession(r))
}
