package devidp

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"

	"github.com/go-jose/go-jose/v4"
)

// spoils reports whether the fault changes tokens.
func (f Fault) spoils() bool {
	return f.Claims != nil || f.ForeignKey || f.UnknownKey || f.Unsigned || f.Symmetric || f.Type != ""
}

// sign makes a token of the claims, with the fault applied.
func (i *issuer) sign(claims map[string]any, f Fault) (string, error) {
	if f.Claims != nil {
		f.Claims(claims, i.store.now())
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	kind := f.Type
	if kind == "" {
		kind = "JWT"
	}
	k := i.store.signingKeyNow()
	if f.Unsigned {
		header, err := json.Marshal(map[string]string{"alg": "none", "typ": kind, "kid": k.id})
		if err != nil {
			return "", err
		}
		return base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload) + ".", nil
	}
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(kind))
	with := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}}
	switch {
	case f.Symmetric:
		// The mix-up of keys: a client that takes the algorithm from the token would
		// verify this with the public key as the shared secret.
		der, err := x509.MarshalPKIXPublicKey(&k.private.PublicKey)
		if err != nil {
			return "", err
		}
		secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		with = jose.SigningKey{Algorithm: jose.HS256, Key: secret}
		options = options.WithHeader("kid", k.id)
	case f.ForeignKey, f.UnknownKey:
		foreign, err := newKey()
		if err != nil {
			return "", err
		}
		id := k.id
		if f.UnknownKey {
			id = foreign.id
		}
		with.Key = jose.JSONWebKey{Key: foreign.private, KeyID: id}
	}
	signer, err := jose.NewSigner(with, options)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}
