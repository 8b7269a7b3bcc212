package devidp

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

func TestANewKeySignsAndTheOldOneIsWithdrawn(t *testing.T) {
	p := newParty(t, nil)
	old, _, _, err := p.complete(bay, "dana@bay.example")
	if err != nil {
		t.Fatal(err)
	}
	keys := func() string {
		_, body := p.ask(http.MethodGet, p.idp.URL(bay)+"/keys", nil)
		return body
	}
	before := keys()
	if err := p.idp.Rotate(bay); err != nil {
		t.Fatal(err)
	}
	after := keys()
	if before == after || strings.Count(after, `"kid"`) != 1 {
		t.Errorf("the keys went from %s to %s", before, after)
	}
	p.newBrowser()
	if id, _, _, err := p.complete(bay, "dana@bay.example"); err != nil || id.Subject != old.Subject {
		t.Errorf("with the new key: %v", err)
	}
	if p.idp.Rotate("/nowhere") == nil {
		t.Error("an issuer that is not there")
	}
}

func TestTheNewFaultsReachTheClient(t *testing.T) {
	p := newParty(t, nil)
	token := func(f Fault) (header, claims map[string]any) {
		t.Helper()
		if err := p.idp.Break(bay, f); err != nil {
			t.Fatal(err)
		}
		defer p.idp.Mend(bay)
		p.newBrowser()
		_, config := p.config(bay)
		verifier := oauth2.GenerateVerifier()
		code := p.signIn(config.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)), "noor@bay.example").Get("code")
		got, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := got.Extra("id_token").(string)
		parts := strings.Split(raw, ".")
		for n, into := range []*map[string]any{&header, &claims} {
			b, err := base64.RawURLEncoding.DecodeString(parts[n])
			if err != nil || json.Unmarshal(b, into) != nil {
				t.Fatalf("part %d of %s", n, raw)
			}
		}
		if f.Unsigned != (parts[2] == "") {
			t.Errorf("a signature %q with %+v", parts[2], f)
		}
		return header, claims
	}
	right, good := token(Fault{})
	if h, _ := token(Unsigned); h["alg"] != "none" {
		t.Errorf("unsigned: %v", h)
	}
	if h, _ := token(Symmetric); h["alg"] != "HS256" || h["kid"] != right["kid"] {
		t.Errorf("symmetric: %v", h)
	}
	if h, _ := token(UnknownKey); h["alg"] != "ES256" || h["kid"] == right["kid"] {
		t.Errorf("unknown key: %v", h)
	}
	if h, _ := token(Fault{Type: "at+jwt"}); h["typ"] != "at+jwt" {
		t.Errorf("another type: %v", h)
	}
	if _, c := token(NoAuthTime); c["auth_time"] != nil || good["auth_time"] == nil {
		t.Errorf("no auth_time: %v", c)
	}
	if _, c := token(StaleAuthTime); good["auth_time"].(float64)-c["auth_time"].(float64) < 86_000 {
		t.Errorf("stale auth_time: %v", c)
	}
	if _, c := token(NotYetValid); c["nbf"].(float64) < good["exp"].(float64) {
		t.Errorf("not yet valid: %v", c)
	}
	if _, c := token(NoSecondFactor); c["acr"] != ACRPassword || good["acr"] != ACRMultiFactor {
		t.Errorf("no second factor: %v", c)
	}
	if _, c := token(Speechless); c["acr"] != nil || c["amr"] != nil {
		t.Errorf("speechless: %v", c)
	}
	for name, c := range map[string]struct {
		fault Fault
		want  string
	}{"down": {Down, "503"}, "another name": {Describes("issuer", "https://elsewhere.example"), "did not match"}} {
		_ = p.idp.Break(bay, c.fault)
		if _, err := oidc.NewProvider(t.Context(), p.idp.URL(bay)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = p.idp.Break(bay, Slow(300*time.Millisecond))
	start := time.Now()
	if _, err := oidc.NewProvider(t.Context(), p.idp.URL(bay)); err != nil || time.Since(start) < 300*time.Millisecond {
		t.Errorf("slow: %v after %v", err, time.Since(start))
	}
}

func TestTheProviderSaysWhatTimeItHas(t *testing.T) {
	at := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	p := newParty(t, func() time.Time { return at })
	res, _ := p.ask(http.MethodGet, p.idp.URL(bay)+"/.well-known/openid-configuration", nil)
	if got := res.Header.Values("Date"); len(got) != 1 || got[0] != at.Format(http.TimeFormat) {
		t.Errorf("Date %v", got)
	}
}

func TestASessionServesNoStepUp(t *testing.T) {
	at := time.Now()
	p := newParty(t, func() time.Time { return at }) // not a moment passes
	_, config := p.config(bay)
	p.signIn(config.AuthCodeURL("s", oauth2.S256ChallengeOption("v")), "dana@bay.example")
	for _, option := range [][2]string{{"max_age", "0"}, {"prompt", "login"}} {
		address := config.AuthCodeURL("s", oauth2.S256ChallengeOption("v"), oauth2.SetAuthURLParam(option[0], option[1]))
		if _, body := p.ask(http.MethodGet, address, nil); hidden.FindString(body) == "" {
			t.Errorf("%v: no form", option)
		}
	}
}

func TestGroupsAreClaims(t *testing.T) {
	p := newParty(t, nil)
	err := p.idp.SetUser(bay, User{Subject: "bay-dana", Email: "dana@bay.example", Password: pw, EmailVerified: true, Claims: map[string]any{"groups": []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	id, _, _, err := p.complete(bay, "dana@bay.example")
	var c struct {
		Groups []string `json:"groups"`
	}
	if err != nil || id.Claims(&c) != nil || !slices.Equal(c.Groups, []string{"a", "b"}) {
		t.Errorf("%+v, %v", c, err)
	}
}

// A client with a key, whose proofs are made here by hand.
func TestAClientWithAKeyMustSign(t *testing.T) {
	k, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: &k.private.PublicKey, KeyID: k.id, Algorithm: "ES256", Use: "sig"})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	o := people()[:1]
	o[0].ClientSecret, o[0].ClientKey = "", public
	portal := "http://127.0.0.1:1/callback"
	o[0].RedirectURIs = []string{portal}
	idp, err := New(Options{Issuers: o, Clock: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(idp.Close)
	idp.Start(t.Context())
	p := &party{t: t, idp: idp, callback: portal}
	endpoint := idp.URL(bay) + "/oauth/token"
	assertion := func(key key, edit func(map[string]any)) string {
		claims := map[string]any{"iss": "reeve-bay", "sub": "reeve-bay", "aud": endpoint, "jti": time.Now().String(), "iat": at.Unix(), "exp": at.Add(time.Minute).Unix()}
		if edit != nil {
			edit(claims)
		}
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key.private, KeyID: k.id}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := json.Marshal(claims)
		jws, err := s.Sign(b)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := jws.CompactSerialize()
		return raw
	}
	try := func(raw string) error {
		p.newBrowser()
		config := &oauth2.Config{ClientID: "reeve-bay", Endpoint: oauth2.Endpoint{AuthURL: idp.URL(bay) + "/authorize", TokenURL: endpoint, AuthStyle: oauth2.AuthStyleInParams}, RedirectURL: portal, Scopes: []string{"openid"}}
		verifier := oauth2.GenerateVerifier()
		code := p.signIn(config.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)), "dana@bay.example").Get("code")
		options := []oauth2.AuthCodeOption{oauth2.VerifierOption(verifier)}
		if raw != "" {
			options = append(options, oauth2.SetAuthURLParam("client_assertion", raw), oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
		}
		_, err := config.Exchange(t.Context(), code, options...)
		return err
	}
	good := assertion(k, nil)
	if err := try(good); err != nil {
		t.Errorf("a good proof: %v", err)
	}
	if err := try(assertion(k, func(c map[string]any) { c["aud"] = idp.URL(bay) })); err != nil {
		t.Errorf("with the issuer for audience: %v", err)
	}
	with := func(name string, value any) string { return assertion(k, func(c map[string]any) { c[name] = value }) }
	for name, raw := range map[string]string{
		"none": "", "the same again": good, "a stranger's": assertion(stranger, nil), "for another": with("aud", "https://elsewhere.example/token"), "another client's": with("iss", "x"),
		"of one client about another": with("sub", "x"), "expired": with("exp", at.Add(-time.Minute).Unix()), "from the future": with("iat", at.Add(time.Hour).Unix()),
		"good for a day": with("exp", at.Add(24*time.Hour).Unix()), "without a name": with("jti", ""), "no token": "x",
	} {
		var re *oauth2.RetrieveError
		if err := try(raw); !errors.As(err, &re) || re.ErrorCode != "invalid_client" {
			t.Errorf("%s: %v", name, err)
		}
	}
	private, _ := json.Marshal(jose.JSONWebKey{Key: k.private, KeyID: k.id})
	for name, key := range map[string][]byte{"no key": []byte("x"), "a private key": private} {
		o[0].ClientKey = key
		if idp, err := New(Options{Issuers: o}); err == nil {
			idp.Close()
			t.Errorf("%s: not refused", name)
		}
	}
	o[0].ClientKey, o[0].ClientSecret = public, "x"
	if idp, err := New(Options{Issuers: o}); err == nil {
		idp.Close()
		t.Error("a key and a secret: not refused")
	}
}

func TestSigningSomebodyOutTellsTheClient(t *testing.T) {
	p := newParty(t, nil)
	var heard []string
	status := http.StatusOK
	client := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		q, _ := url.ParseQuery(string(b))
		heard = append(heard, q.Get("logout_token"))
		w.WriteHeader(status)
	}))
	defer client.Close()
	if p.idp.LogOut(bay, "dana@bay.example") == nil {
		t.Error("the client did not say where, and was told")
	}
	if p.idp.AllowBackChannel(bay, "https://portal.example/backchannel") == nil || p.idp.AllowBackChannel("/nowhere", client.URL) == nil {
		t.Error("a client elsewhere, or of no issuer, was let in")
	}
	if err := p.idp.AllowBackChannel(bay, client.URL); err != nil {
		t.Fatal(err)
	}
	_, c, token, err := p.complete(bay, "dana@bay.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.idp.LogOut(bay, "DANA@bay.example"); err != nil {
		t.Fatal(err)
	}
	provider, config := p.config(bay)
	logout, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID, SupportedSigningAlgs: []string{oidc.ES256}}).VerifyLogout(t.Context(), heard[0])
	if err != nil || logout.Subject != "bay-dana" || logout.SessionID != c.SID || logout.TokenID == "" {
		t.Errorf("%+v, %v", logout, err)
	}
	if _, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err == nil {
		t.Error("the session goes on at the provider")
	}
	// With no session left, all of the person's are meant.
	if err := p.idp.LogOut(bay, "dana@bay.example"); err != nil || len(heard) != 2 || heard[0] == heard[1] {
		t.Errorf("%v after %d tokens", err, len(heard))
	}
	status = http.StatusBadRequest
	if p.idp.LogOut(bay, "dana@bay.example") == nil {
		t.Error("a client that refuses was not noticed")
	}
	if p.idp.LogOut(bay, "nobody@bay.example") == nil || p.idp.LogOut("/nowhere", "dana@bay.example") == nil {
		t.Error("nobody was signed out")
	}
	if _, err := p.idp.LogoutToken(bay, "nobody@bay.example", Fault{}); err == nil {
		t.Error("a token about nobody")
	}
}
