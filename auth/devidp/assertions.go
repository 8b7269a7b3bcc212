package devidp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// assertions is what is known of a client that proves itself by signing (RFC
// 7523): its public key, and the assertions that it has used.
type assertions struct {
	clientID string
	key      jose.JSONWebKey

	mu   sync.Mutex
	used map[string]time.Time // jti -> until
}

func newAssertions(clientID string, key []byte) (*assertions, error) {
	a := &assertions{clientID: clientID, used: map[string]time.Time{}}
	if err := a.key.UnmarshalJSON(key); err != nil {
		return nil, fmt.Errorf("devidp: the client's key: %w", err)
	}
	if !a.key.Valid() || !a.key.IsPublic() {
		return nil, errors.New("devidp: the client's key is not a public key")
	}
	return a, nil
}

// VerifySignature makes it a key set of the protocol library.
func (a *assertions) VerifySignature(_ context.Context, jws *jose.JSONWebSignature) ([]byte, error) {
	if len(jws.Signatures) != 1 || jws.Signatures[0].Header.KeyID != a.key.KeyID {
		return nil, errors.New("the assertion is signed with a key that is not the client's")
	}
	return jws.Verify(a.key)
}

// check verifies an assertion. The library checks it; its own entrance is not used
// since that goes by the system's clock and not by the provider's.
func (a *assertions) check(ctx context.Context, raw string, audiences []string, now time.Time) error {
	var err error
	for _, audience := range audiences {
		v := op.NewJWTProfileVerifierKeySet(a, audience, 0, time.Until(now))
		var got *oidc.JWTTokenRequest
		if got, err = op.VerifyJWTAssertion(ctx, raw, v); err != nil {
			continue
		}
		var more struct {
			ID string `json:"jti"`
		}
		payload, err := oidc.ParseToken(raw, &more)
		switch {
		case err != nil:
			return err
		case got.Issuer != a.clientID || len(payload) == 0:
			return errors.New("the assertion is another client's")
		case more.ID == "":
			return errors.New("the assertion has no jti")
		case got.GetExpiration().Sub(now) > 10*time.Minute:
			return errors.New("the assertion is good for too long")
		}
		return a.once(more.ID, now, got.GetExpiration())
	}
	return err
}

// once refuses an assertion that has been used.
func (a *assertions) once(id string, now, until time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for k, t := range a.used {
		if now.After(t) {
			delete(a.used, k)
		}
	}
	if _, twice := a.used[id]; twice {
		return errors.New("the assertion has been used")
	}
	a.used[id] = until
	return nil
}

// proven lets only the client itself to the token endpoint, if it has a key. What
// comes behind sees a public client.
func (i *issuer) proven(next http.Handler) http.Handler {
	if i.client == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseForm()
		if err == nil && r.PostForm.Get("client_assertion_type") != oidc.ClientAssertionTypeJWTAssertion {
			err = errors.New("this client proves itself by an assertion")
		}
		if err == nil {
			err = i.client.check(r.Context(), r.PostForm.Get("client_assertion"), []string{i.url + i.op.TokenEndpoint().Relative(), i.url}, i.store.now())
		}
		if err != nil {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_client", "error_description": err.Error()})
			return
		}
		for _, name := range []string{"client_assertion", "client_assertion_type"} {
			r.Form.Del(name)
			r.PostForm.Del(name)
		}
		r.Form.Set("client_id", i.client.clientID)
		next.ServeHTTP(w, r)
	})
}
