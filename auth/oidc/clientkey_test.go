package oidc_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// With a key of its own instead of a secret, checked by another library.
func TestAClientProvesItselfBySigning(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	private, public, err := oidc.NewClientKey()
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := oidc.NewClientKey()
	if err != nil {
		t.Fatal(err)
	}
	var jwk map[string]string
	if err := json.Unmarshal(public, &jwk); err != nil || jwk["kty"] != "EC" || jwk["alg"] != "ES256" || jwk["use"] != "sig" || jwk["kid"] == "" || jwk["d"] != "" {
		t.Fatalf("the public half is %s, %v", public, err)
	}
	idp, err := devidp.New(devidp.Options{Clock: site.DB.Clock.Now, Issuers: []devidp.Issuer{
		{Path: "/key", Name: "Key", ClientID: "reeve", ClientKey: public, RedirectURIs: []string{site.SignInBy.Redirect()},
			Users: []devidp.User{{Subject: "1", Email: "mo@key.example", Name: "Mo", Password: webtest.Password, EmailVerified: true}}},
		{Path: "/none", Name: "None", ClientID: "reeve", ClientSecret: "x"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	idp.Start(t.Context())
	iss := addIssuer(t, site, "bay", "key.example", idp.URL("/key"), nil)
	site.DB.Setup(t, func(tx *store.Tx) error {
		err := tx.Create(&models.User{ID: store.NewID(), AgencyID: iss.AgencyID, IssuerID: iss.ID, Email: "mo@key.example", Name: "Mo", Roles: models.TextList{"investigator"}, State: models.UserInvited, CreatedAt: iss.CreatedAt, ApprovedAt: &iss.CreatedAt}).Error
		if err != nil {
			return err
		}
		return tx.Exec("update issuers set auth_method = 'private_key_jwt', private_key = ?, public_key = ? where id = ?", sealed(private), string(public), iss.ID).Error
	})
	base, _ := url.Parse(site.URL)
	s, err := oidc.New(oidc.Config{Store: site.DB.Web, BaseURL: base, LoopbackOnly: true, Clock: site.DB.Clock.Now, Unseal: unseal})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // each proof is good once
		in(t, site, s, "mo@key.example")
	}
	site.DB.Clock.Advance(30 * time.Second)
	in(t, site, s, "mo@key.example")

	set(t, site, "update issuers set private_key = ? where id = ?", sealed(other), iss.ID)
	if r := refused(t, site, s, "mo@key.example"); r != oidc.NotProven {
		t.Errorf("with another key: %s", r)
	}
	for name, key := range map[string][]byte{"no key": nil, "a broken one": sealed([]byte("x")), "one that cannot be opened": private} {
		set(t, site, "update issuers set private_key = ? where id = ?", key, iss.ID)
		if _, _, err := s.Begin(t.Context(), here, oidc.Ask{Email: "mo@key.example"}); reason(t, err) != oidc.Unreachable {
			t.Errorf("%s: %v", name, err)
		}
	}
	set(t, site, "update issuers set private_key = null, auth_method = 'none' where id = ?", iss.ID)
	if r := refused(t, site, s, "mo@key.example"); r != oidc.NotProven {
		t.Errorf("as a public client: %s", r)
	}
	set(t, site, "update issuers set auth_method = 'client_secret', client_secret = ? where id = ?", sealed([]byte("s3cret")), iss.ID)
	if _, _, err := s.Begin(t.Context(), here, oidc.Ask{Email: "mo@key.example"}); reason(t, err) != oidc.Unreachable || !strings.Contains(err.Error(), "takes no client secret") {
		t.Errorf("with a secret: %v", err)
	}
	set(t, site, "update issuers set url = ?, auth_method = 'private_key_jwt', private_key = ? where id = ?", idp.URL("/none"), sealed(private), iss.ID)
	if _, _, err := s.Begin(t.Context(), here, oidc.Ask{Email: "mo@key.example"}); reason(t, err) != oidc.Unreachable || !strings.Contains(err.Error(), "private_key_jwt") {
		t.Errorf("at a provider that takes none: %v", err)
	}
}

func sealed(b []byte) []byte { return append([]byte("sealed:"), b...) }

func unseal(b []byte) ([]byte, error) {
	if plain, ok := bytes.CutPrefix(b, []byte("sealed:")); ok {
		return plain, nil
	}
	return nil, errNotSealed
}
