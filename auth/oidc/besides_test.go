package oidc

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

func TestAProvidersAddressesAreAtItsOwnHostOrWhereItsMakerHasThem(t *testing.T) {
	t.Parallel()
	describe := func(base, auth, token, jwks, end string) *description {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		return &description{base: u, Auth: auth, Token: token, JWKS: jwks, EndSession: end}
	}
	const google, at = "https://accounts.google.com", "https://login.agency.example"
	for _, c := range []struct {
		name string
		d    *description
		ok   bool
	}{
		{"all at home", describe(at, at+"/a", at+"/t", at+"/k", at+"/e"), true},
		{"tokens elsewhere", describe(at, at+"/a", "https://evil.example/t", at+"/k", ""), false},
		{"tokens at Google's, for somebody else", describe(at, at+"/a", "https://oauth2.googleapis.com/token", at+"/k", ""), false},
		{"Google as it documents itself", describe(google, google+"/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/certs", ""), true},
		{"Google, unencrypted", describe(google, google+"/o/oauth2/v2/auth", "http://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/certs", ""), false},
		{"Google with keys elsewhere", describe(google, google+"/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "https://googleapis.com.evil.example/certs", ""), false},
		{"Google sending browsers elsewhere", describe(google, "https://www.googleapis.com/auth", "https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/certs", ""), false},
	} {
		if text, ok := c.d.atHome(models.Issuer{}); ok != c.ok {
			t.Errorf("%s: %v, %q", c.name, ok, text)
		}
	}
}

// An agency's admin sets an address; none leads to what listens on the portal's own
// machine, and in the demonstration none leads anywhere else.
func TestWhichAddressesAreContactedAtAll(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct{ demo, earnest bool }{
		"https://login.agency.example": {false, true}, "http://login.agency.example": {false, false}, "ftp://login.agency.example": {false, false},
		"http://127.0.0.1:8090/bay": {true, false}, "https://127.0.0.1": {true, false}, "http://localhost:9100": {true, false}, "https://[::1]:8443": {true, false}, "http://127.1.2.3": {true, false},
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		for _, local := range []bool{true, false} {
			s := &Service{Config: Config{LoopbackOnly: local}}
			may := want.earnest
			if local {
				may = want.demo
			}
			if err := s.mayContact(u); (err == nil) != may {
				t.Errorf("%s with LoopbackOnly %v: %v, want allowed %v", address, local, err, may)
			}
		}
	}
	// The client dials the issuer's host and no other, whatever it is asked for.
	s := &Service{Config: Config{Patience: 2 * time.Second}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://127.0.0.1:1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.client(&url.URL{Scheme: "https", Host: "login.agency.example"}).Do(req)
	if err == nil {
		res.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "not the issuer's host") {
		t.Errorf("another host was dialled: %v", err)
	}
}
