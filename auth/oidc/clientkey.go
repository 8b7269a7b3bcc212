package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// assertionLife is how long one proof of Reeve's at a token endpoint is good for.
const assertionLife = time.Minute

// NewClientKey makes the key with which Reeve proves itself to a provider by signed
// assertions (private_key_jwt, ES256): the private half in PKCS 8, to be sealed, and
// the public half as a JWK, to be given to the provider.
func NewClientKey() (pkcs8, jwk []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a client key: %w", err)
	}
	if pkcs8, err = x509.MarshalPKCS8PrivateKey(private); err != nil {
		return nil, nil, fmt.Errorf("making a client key: %w", err)
	}
	k, err := newClientKey(pkcs8)
	if err != nil {
		return nil, nil, err
	}
	jwk, err = json.Marshal(jose.JSONWebKey{Key: &private.PublicKey, KeyID: k.id, Algorithm: string(jose.ES256), Use: "sig"})
	return pkcs8, jwk, err
}

// clientKey signs Reeve's assertions to one provider. Its name is its thumbprint
// (RFC 7638).
type clientKey struct {
	id     string
	signer jose.Signer
}

func newClientKey(pkcs8 []byte) (*clientKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return nil, err
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || private.Curve != elliptic.P256() {
		return nil, errors.New("the client key is not one of P-256")
	}
	sum, err := (&jose.JSONWebKey{Key: &private.PublicKey}).Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	k := &clientKey{id: base64.RawURLEncoding.EncodeToString(sum)}
	k.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: k.id}}, (&jose.SignerOptions{}).WithType("JWT"))
	return k, err
}

// assertion is one proof for one token endpoint (RFC 7523, OpenID Connect Core 9).
// The audience is the endpoint, which every provider that we know of takes. The key
// belongs to this one issuer and the endpoint stands at the issuer's own host, so no
// other provider could use the proof.
func (k *clientKey) assertion(clientID, endpoint string, now time.Time) (string, error) {
	payload, err := json.Marshal(map[string]any{
		"iss": clientID, "sub": clientID, "aud": endpoint, "jti": rand.Text(), "iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return "", err
	}
	signed, err := k.signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("signing an assertion: %w", err)
	}
	return signed.CompactSerialize()
}
