package devidp

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// Fault is a way for an issuer to misbehave, for tests of clients.
type Fault struct {
	// Claims changes an ID token's claims before they are signed anew.
	Claims func(claims map[string]any, now time.Time)
	// ForeignKey signs with a key that the issuer does not publish, under the
	// name of the one that it does; UnknownKey does so under a name of its own.
	ForeignKey, UnknownKey bool
	// Unsigned makes tokens of the algorithm none. Symmetric signs with HS256, and
	// the secret is the issuer's public key, which everybody has.
	Unsigned, Symmetric bool
	// Type is the token's typ header, in place of the right one.
	Type string
	// AnswersAs is the issuer named in the answer through the browser, in place
	// of its own.
	AnswersAs string
	// Description changes what the issuer says of itself.
	Description func(d map[string]any)
	// Delay is how long description, keys and tokens take. Status is what they are
	// answered with, in place of themselves.
	Delay  time.Duration
	Status int
}

// The faults that every client must notice.
var (
	WrongNonce      = claim("nonce", "not-the-one-that-was-sent")
	WrongAudience   = claim("aud", "somebody-elses-client")
	WrongTokenHash  = claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")
	UnverifiedEmail = claim("email_verified", false)
	NoEmail         = without("email")
	NoNonce         = without("nonce")
	WrongSignature  = Fault{ForeignKey: true}
	UnknownKey      = Fault{UnknownKey: true}
	Unsigned        = Fault{Unsigned: true}
	Symmetric       = Fault{Symmetric: true}

	// ExpiredToken was made two hours ago and has been no good for one.
	ExpiredToken = Fault{Claims: func(c map[string]any, now time.Time) {
		c["iat"], c["auth_time"] = now.Add(-2*time.Hour).Unix(), now.Add(-2*time.Hour).Unix()
		c["exp"] = now.Add(-time.Hour).Unix()
	}}
	// TokenFromTheFuture will be made in an hour.
	TokenFromTheFuture = Fault{Claims: func(c map[string]any, now time.Time) {
		c["iat"], c["exp"] = now.Add(time.Hour).Unix(), now.Add(2*time.Hour).Unix()
	}}
	// NotYetValid will be good in an hour.
	NotYetValid = Fault{Claims: func(c map[string]any, now time.Time) { c["nbf"] = now.Add(time.Hour).Unix() }}

	// NoAuthTime does not say when the person signed in, StaleAuthTime says that it
	// was a day ago, whatever the client asked for.
	NoAuthTime    = without("auth_time")
	StaleAuthTime = Fault{Claims: func(c map[string]any, now time.Time) { c["auth_time"] = now.Add(-24 * time.Hour).Unix() }}

	// NoSecondFactor vouches for a password alone, Speechless says nothing of how.
	NoSecondFactor = Fault{Claims: func(c map[string]any, _ time.Time) { c["acr"], c["amr"] = ACRPassword, []string{"pwd"} }}
	Speechless     = without("acr", "amr")

	// Down answers that it cannot.
	Down = Fault{Status: http.StatusServiceUnavailable}
)

// Slow takes its time.
func Slow(d time.Duration) Fault { return Fault{Delay: d} }

// Describes says something else of itself.
func Describes(name string, value any) Fault {
	return Fault{Description: func(d map[string]any) { d[name] = value }}
}

// ForeignIssuer signs tokens in another issuer's name.
func ForeignIssuer(iss string) Fault { return claim("iss", iss) }

// ForeignAnswer names another issuer in the answer through the browser.
func ForeignAnswer(iss string) Fault { return Fault{AnswersAs: iss} }

// OtherEmail vouches for an address that is not the user's.
func OtherEmail(email string) Fault { return claim("email", email) }

func claim(name string, value any) Fault {
	return Fault{Claims: func(c map[string]any, _ time.Time) { c[name] = value }}
}

func without(names ...string) Fault {
	return Fault{Claims: func(c map[string]any, _ time.Time) {
		for _, n := range names {
			delete(c, n)
		}
	}}
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

// delayed makes an answer late, or another one.
func (i *issuer) delayed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := i.store.faultNow()
		if f.Delay > 0 {
			late := time.NewTimer(f.Delay)
			defer late.Stop()
			select {
			case <-late.C:
			case <-r.Context().Done():
				return
			}
		}
		if f.Status != 0 {
			http.Error(w, "Out of order.", f.Status)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// faulty changes the token endpoint's good answers while a fault is set.
func (i *issuer) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := i.store.faultNow()
		if !f.spoils() {
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
func (i *issuer) spoil(answer []byte, f Fault) ([]byte, error) {
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
	var err error
	if tokens["id_token"], err = i.sign(claims, f); err != nil {
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
