package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// keyServer publishes what the test sets.
type keyServer struct {
	*httptest.Server
	body  atomic.Value
	asked atomic.Int32
	down  atomic.Bool
}

func newKeyServer(t *testing.T) *keyServer {
	t.Helper()
	k := &keyServer{}
	k.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		k.asked.Add(1)
		if k.down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write(k.body.Load().([]byte))
	}))
	t.Cleanup(k.Close)
	return k
}

func (k *keyServer) publish(t *testing.T, keys ...any) {
	t.Helper()
	b, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	k.body.Store(b)
}

func newES256(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func public(k *ecdsa.PrivateKey, id string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: &k.PublicKey, KeyID: id, Algorithm: "ES256", Use: "sig"}
}

func signed(t *testing.T, k *ecdsa.PrivateKey, id string) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := s.Sign([]byte(`{"sub":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A change of keys is seen at once; made-up key names ask the provider once, and not
// again for a while; those in tokens that anybody may post do not keep a true change
// from being seen.
func TestAKeyThatIsNotKnownIsAskedForOnce(t *testing.T) {
	t.Parallel()
	srv := newKeyServer(t)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	set := &keySet{url: srv.URL, client: srv.Client(), now: func() time.Time { return now }}
	own, posted := view{set, false}, view{set, true}
	one, two, three := newES256(t), newES256(t), newES256(t)
	verify := func(v view, raw string) bool {
		_, err := v.VerifySignature(context.Background(), raw)
		return err == nil
	}
	want := func(what string, ok bool, asked int32) {
		t.Helper()
		if !ok || srv.asked.Load() != asked {
			t.Errorf("%s: %v after asking %d times, want %d", what, ok, srv.asked.Load(), asked)
		}
	}
	srv.publish(t, public(one, "1"))
	want("the first token", verify(own, signed(t, one, "1")), 1)
	want("the next", verify(own, signed(t, one, "1")), 1)
	want("without a key name", verify(own, signed(t, one, "")), 1)

	for range 500 { // somebody posts tokens with made-up key names
		if verify(posted, signed(t, three, rand.Text())) {
			t.Fatal("a forged token was believed")
		}
	}
	want("five hundred forged", true, 2)
	srv.publish(t, public(two, "2"))
	want("the change of keys, all the same", verify(own, signed(t, two, "2")), 3)
	want("the withdrawn key", !verify(own, signed(t, one, "1")), 3)
	want("the new one again", verify(posted, signed(t, two, "2")), 3)

	// The provider uses the name of a key again for another.
	srv.publish(t, public(three, "2"))
	want("too soon", !verify(own, signed(t, three, "2")), 3)
	now = now.Add(restAfterOwn)
	want("after a rest", verify(own, signed(t, three, "2")), 4)
	now = now.Add(restAfterPosted)
	srv.down.Store(true)
	want("keys that are known while the provider is down", verify(own, signed(t, three, "2")) && !verify(posted, signed(t, one, "1")) && verify(own, signed(t, three, "2")), 5)
}

func TestKeysThatCannotBeReadAreAskedForAfterARest(t *testing.T) {
	t.Parallel()
	srv := newKeyServer(t)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	set := &keySet{url: srv.URL, client: srv.Client(), now: func() time.Time { return now }}
	one := newES256(t)
	srv.publish(t, public(one, "1"))
	srv.down.Store(true)
	for range 20 {
		if _, err := (view{set, false}).VerifySignature(t.Context(), signed(t, one, "1")); err == nil {
			t.Fatal("believed without a key")
		}
	}
	if n := srv.asked.Load(); n != 1 {
		t.Errorf("asked %d times while down", n)
	}
	srv.down.Store(false)
	now = now.Add(failureRest)
	if _, err := (view{set, false}).VerifySignature(t.Context(), signed(t, one, "1")); err != nil {
		t.Error(err)
	}
}

func TestOnlyKeysThatProveSomethingAreRead(t *testing.T) {
	t.Parallel()
	good, private := newES256(t), newES256(t)
	short, err := rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // that is the point
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"keys": []any{
		map[string]string{"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"},
		map[string]string{"kty": "oct", "kid": "secret without alg", "k": "c2VjcmV0"},
		map[string]string{"kty": "XYZ", "kid": "unknown"},
		map[string]string{"kty": "EC", "kid": "broken", "crv": "P-256", "x": "AA", "y": "AA"},
		jose.JSONWebKey{Key: private, KeyID: "private"},
		jose.JSONWebKey{Key: &good.PublicKey, KeyID: "encrypts", Use: "enc"},
		jose.JSONWebKey{Key: &good.PublicKey, KeyID: "none", Algorithm: "none"},
		jose.JSONWebKey{Key: &short.PublicKey, KeyID: "short"},
		jose.JSONWebKey{Key: &long.PublicKey, KeyID: "long", Algorithm: "RS256"},
		public(good, "good"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := readKeys(b)
	if err != nil || len(keys) != 2 || keys[0].KeyID != "long" || keys[1].KeyID != "good" {
		t.Errorf("read %v, %v", keys, err)
	}
	for _, body := range []string{"", "[]", `{"keys": {}}`, "<html>"} {
		if keys, err := readKeys([]byte(body)); err == nil {
			t.Errorf("%q: read %v", body, keys)
		}
	}
}
