package devidp

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// Fault is a way for an issuer to misbehave, for tests of clients.
type Fault struct {
	// Claims changes an ID token's claims before they are signed anew.
	Claims func(claims map[string]any, now time.Time)
	// ForeignKey signs with a key that the issuer does not publish, under the
	// name of the one that it does.
	ForeignKey bool
	// AnswersAs is the issuer named in the answer through the browser, in place
	// of its own.
	AnswersAs string
}

// The faults that every client must notice.
var (
	WrongNonce      = claim("nonce", "not-the-one-that-was-sent")
	WrongAudience   = claim("aud", "somebody-elses-client")
	WrongTokenHash  = claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")
	UnverifiedEmail = claim("email_verified", false)
	NoEmail         = Fault{Claims: func(c map[string]any, _ time.Time) { delete(c, "email") }}
	NoNonce         = Fault{Claims: func(c map[string]any, _ time.Time) { delete(c, "nonce") }}
	WrongSignature  = Fault{ForeignKey: true}

	// ExpiredToken was made two hours ago and has been no good for one.
	ExpiredToken = Fault{Claims: func(c map[string]any, now time.Time) {
		c["iat"], c["auth_time"] = now.Add(-2*time.Hour).Unix(), now.Add(-2*time.Hour).Unix()
		c["exp"] = now.Add(-time.Hour).Unix()
	}}
	// TokenFromTheFuture will be made in an hour.
	TokenFromTheFuture = Fault{Claims: func(c map[string]any, now time.Time) {
		c["iat"], c["exp"] = now.Add(time.Hour).Unix(), now.Add(2*time.Hour).Unix()
	}}
)

// ForeignIssuer signs tokens in another issuer's name.
func ForeignIssuer(iss string) Fault { return claim("iss", iss) }

// ForeignAnswer names another issuer in the answer through the browser.
func ForeignAnswer(iss string) Fault { return Fault{AnswersAs: iss} }

// OtherEmail vouches for an address that is not the user's.
func OtherEmail(email string) Fault { return claim("email", email) }

func claim(name string, value any) Fault {
	return Fault{Claims: func(c map[string]any, _ time.Time) { c[name] = value }}
}

// Break makes an issuer misbehave until Mend.
func (p *Provider) Break(path string, f Fault) error { return p.setFault(path, &f) }

// Mend ends an issuer's misbehaviour.
func (p *Provider) Mend(path string) error { return p.setFault(path, nil) }

func (p *Provider) setFault(path string, f *Fault) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	i.store.fault = f
	return nil
}

// faulty changes the token endpoint's good answers while a fault is set.
func (i *issuer) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.store.mu.Lock()
		f := i.store.fault
		i.store.mu.Unlock()
		if f == nil || (f.Claims == nil && !f.ForeignKey) {
			next.ServeHTTP(w, r)
			return
		}
		held := &holder{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(held, r)
		body := held.body.Bytes()
		if changed, err := i.spoil(body, f); err == nil {
			body = changed
		}
		maps.Copy(w.Header(), held.header)
		w.Header().Del("Content-Length")
		w.WriteHeader(held.status)
		_, _ = w.Write(body)
	})
}

// spoil applies a fault to an answer that holds an ID token.
func (i *issuer) spoil(answer []byte, f *Fault) ([]byte, error) {
	var tokens map[string]any
	if err := json.Unmarshal(answer, &tokens); err != nil {
		return nil, err
	}
	raw, ok := tokens["id_token"].(string)
	if !ok {
		return answer, nil
	}
	var claims map[string]any
	if _, err := oidc.ParseToken(raw, &claims); err != nil {
		return nil, err
	}
	if f.Claims != nil {
		f.Claims(claims, i.store.now())
	}
	k := i.store.key
	if f.ForeignKey {
		foreign, err := newKey()
		if err != nil {
			return nil, err
		}
		k.private = foreign.private
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return nil, err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return nil, err
	}
	if tokens["id_token"], err = signed.CompactSerialize(); err != nil {
		return nil, err
	}
	return json.Marshal(tokens)
}

// holder keeps an answer back.
type holder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

// Header, Write and WriteHeader make it a response writer.
func (h *holder) Header() http.Header         { return h.header }
func (h *holder) Write(b []byte) (int, error) { return h.body.Write(b) }
func (h *holder) WriteHeader(status int)      { h.status = status }
