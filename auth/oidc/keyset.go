package oidc

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// asymmetric are the signatures that only the holder of a private key can make.
// None and the symmetric ones are not among them and never will be.
var asymmetric = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}

// How long a provider is left alone after it was asked for a key that it did not
// have. Tokens that come straight from the provider ask sooner than those that
// anybody can post to us: whoever makes up key names must neither hammer the
// provider nor keep a true change of keys from being seen.
const (
	restAfterOwn    = 10 * time.Second
	restAfterPosted = time.Minute
)

// keySet holds the keys that a provider publishes. Each description makes a new
// one, so that a key that was withdrawn is forgotten within describeEvery.
type keySet struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu     sync.Mutex // held while asking: others wait for the same answer
	keys   []jose.JSONWebKey
	err    error     // of the last attempt, if there are no keys
	failed time.Time // when that was
	own    time.Time // when an unknown key in a token from the provider made us ask
	posted time.Time // when one in a token that was posted to us did
}

// view is a key set for one kind of token.
type view struct {
	*keySet
	posted bool
}

// VerifySignature makes it a key set of go-oidc, which has looked at the algorithm.
// A key that is not known is asked for once, then not again for a while.
func (v view) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	jws, err := jose.ParseSigned(raw, asymmetric)
	if err != nil {
		return nil, err
	}
	if len(jws.Signatures) != 1 {
		return nil, errors.New("a token has one signature")
	}
	ctx = context.WithoutCancel(ctx) // a person who turns away does not stop it: others wait
	keys, err := v.known(ctx)
	if err != nil {
		return nil, err
	}
	if payload, ok := verified(jws, keys); ok {
		return payload, nil
	}
	if keys, err = v.again(ctx, v.posted); err != nil {
		return nil, err
	}
	if payload, ok := verified(jws, keys); ok {
		return payload, nil
	}
	return nil, errors.New("no published key fits the signature")
}

func verified(jws *jose.JSONWebSignature, keys []jose.JSONWebKey) ([]byte, bool) {
	id := jws.Signatures[0].Header.KeyID
	for _, k := range keys {
		if id != "" && k.KeyID != id || k.Algorithm != "" && k.Algorithm != jws.Signatures[0].Header.Algorithm {
			continue
		}
		if payload, err := jws.Verify(k); err == nil {
			return payload, true
		}
	}
	return nil, false
}

// known answers the keys, asking for them if there are none yet.
func (k *keySet) known(ctx context.Context) ([]jose.JSONWebKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.keys) > 0 {
		return k.keys, nil
	}
	if k.err != nil && k.now().Sub(k.failed) < failureRest {
		return nil, k.err
	}
	return k.ask(ctx)
}

// again asks for the keys anew unless that was done a moment ago.
func (k *keySet) again(ctx context.Context, posted bool) ([]jose.JSONWebKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, rest := &k.own, restAfterOwn
	if posted {
		last, rest = &k.posted, restAfterPosted
	}
	if !last.IsZero() && k.now().Sub(*last) < rest {
		return k.keys, nil
	}
	*last = k.now()
	keys, err := k.ask(ctx)
	if err != nil && len(k.keys) > 0 {
		return k.keys, nil // those that we have may still be right
	}
	return keys, err
}

// ask fetches the keys. The caller holds the lock.
func (k *keySet) ask(ctx context.Context) ([]jose.JSONWebKey, error) {
	keys, err := k.fetch(ctx)
	if err != nil {
		k.err, k.failed = err, k.now()
		return nil, err
	}
	k.keys, k.err = keys, nil
	return keys, nil
}

func (k *keySet) fetch(ctx context.Context) ([]jose.JSONWebKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := k.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the keys were answered with %d", res.StatusCode)
	}
	keys, err := readKeys(body)
	if err == nil && len(keys) == 0 {
		err = errors.New("it publishes no key with which a signature could be checked")
	}
	return keys, err
}

// readKeys answers the keys of a set (RFC 7517) that can check a signature. Shared
// secrets, private keys, keys for encryption, keys of unknown kinds and short RSA
// keys are passed over; one odd key does not spoil the others.
func readKeys(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || !k.Valid() || !k.IsPublic() || k.Use == "enc" {
			continue
		}
		if k.Algorithm != "" && !slices.Contains(asymmetric, jose.SignatureAlgorithm(k.Algorithm)) {
			continue
		}
		if r, ok := k.Key.(*rsa.PublicKey); ok && r.N.BitLen() < 2048 {
			continue
		}
		keys = append(keys, k)
	}
	return keys, nil
}
