package devidp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	bay      = "/bay"
	boroughs = "/boroughs"
	pw       = "reeve-demo"
)

func people() []Issuer {
	return []Issuer{
		{Path: bay, Name: "Bay Region Task Force (demonstration)", Note: "Password for all: " + pw, ClientID: "reeve-bay", ClientSecret: "made-up-1",
			Users: []User{
				{Subject: "bay-dana", Email: "dana@bay.example", Name: "Dana Example", Password: pw, EmailVerified: true},
				{Subject: "bay-noor", Email: "noor@bay.example", Name: "Noor Example", Password: pw, EmailVerified: true, MFA: true},
			}},
		{Path: boroughs, Name: "Five Boroughs Task Force (demonstration)", ClientID: "reeve-boroughs", ClientSecret: "made-up-2",
			Users: []User{{Subject: "boroughs-lee", Email: "lee@boroughs.example", Name: "Lee Example", Password: pw, EmailVerified: true}}},
	}
}

// party is a relying party: the client's side of the protocol by another
// library, and a browser.
type party struct {
	t        *testing.T
	idp      *Provider
	callback string
	browser  *http.Client
}

func newParty(t *testing.T, clock func() time.Time) *party {
	t.Helper()
	idp, err := New(Options{Issuers: people(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(idp.Close)
	idp.Start(t.Context())
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the portal")
	}))
	t.Cleanup(portal.Close)
	for _, path := range idp.Paths() {
		if err := idp.AllowRedirect(path, portal.URL+"/callback", portal.URL+"/bye"); err != nil {
			t.Fatal(err)
		}
	}
	p := &party{t: t, idp: idp, callback: portal.URL + "/callback"}
	p.newBrowser()
	return p
}

func (p *party) newBrowser() {
	jar, _ := cookiejar.New(nil)
	p.browser = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.idp.Origin()+"/") {
			return http.ErrUseLastResponse // it left the provider
		}
		return nil
	}}
}

func (p *party) config(path string) (*oidc.Provider, *oauth2.Config) {
	p.t.Helper()
	provider, err := oidc.NewProvider(p.t.Context(), p.idp.URL(path))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, i := range people() {
		if i.Path == path {
			return provider, &oauth2.Config{ClientID: i.ClientID, ClientSecret: i.ClientSecret, Endpoint: provider.Endpoint(),
				RedirectURL: p.callback, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
		}
	}
	p.t.Fatal("no client for " + path)
	return nil, nil
}

// ask sends the browser to an address and answers the page's body.
func (p *party) ask(method, address string, form url.Values) (*http.Response, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := p.browser.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res, string(b)
}

var hidden = regexp.MustCompile(`name="request" value="([^"]+)"`)

// signIn goes from the authorization address to the client's callback and
// answers what came with it. It fails unless the form is shown once.
func (p *party) signIn(address, email string) url.Values {
	p.t.Helper()
	res, body := p.ask(http.MethodGet, address, nil)
	m := hidden.FindStringSubmatch(body)
	if m == nil {
		p.t.Fatalf("no sign-in form: %d %s %s", res.StatusCode, res.Header.Get("Location"), body)
	}
	res, body = p.ask(http.MethodPost, res.Request.URL.Scheme+"://"+res.Request.URL.Host+strings.TrimSuffix(res.Request.URL.Path, "/login")+"/login",
		url.Values{"request": {m[1]}, "email": {email}, "password": {pw}})
	return p.answer(res, body)
}

// answer is what the provider sent to the callback.
func (p *party) answer(res *http.Response, body string) url.Values {
	p.t.Helper()
	location := res.Header.Get("Location")
	if !strings.HasPrefix(location, p.callback+"?") {
		p.t.Fatalf("not sent to the callback: %d %q %s", res.StatusCode, location, body)
	}
	u, err := url.Parse(location)
	if err != nil {
		p.t.Fatal(err)
	}
	return u.Query()
}

// claims are those that the portal will read.
type claims struct {
	Email    string   `json:"email"`
	Verified *bool    `json:"email_verified"`
	Name     string   `json:"name"`
	ACR      string   `json:"acr"`
	AMR      []string `json:"amr"`
	SID      string   `json:"sid"`
	AuthTime int64    `json:"auth_time"`
}

// complete runs a whole sign-in and verifies the token as the portal would.
func (p *party) complete(path, email string) (*oidc.IDToken, claims, *oauth2.Token, error) {
	p.t.Helper()
	provider, config := p.config(path)
	verifier := oauth2.GenerateVerifier()
	got := p.signIn(config.AuthCodeURL("a-state", oidc.Nonce("a-nonce"), oauth2.S256ChallengeOption(verifier)), email)
	if got.Get("state") != "a-state" {
		p.t.Fatalf("answer %v", got)
	}
	if iss := got.Get("iss"); iss != p.idp.URL(path) {
		return nil, claims{}, nil, errors.New("the answer is from " + iss)
	}
	token, err := config.Exchange(p.t.Context(), got.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, claims{}, nil, err
	}
	id, c, err := p.verify(provider, config, token)
	return id, c, token, err
}

func (p *party) verify(provider *oidc.Provider, config *oauth2.Config, token *oauth2.Token) (*oidc.IDToken, claims, error) {
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.VerifierContext(p.t.Context(), &oidc.Config{ClientID: config.ClientID, SupportedSigningAlgs: []string{oidc.ES256},
		Now: p.idp.issuers[bay].store.now}).Verify(p.t.Context(), raw)
	if err != nil {
		return nil, claims{}, err
	}
	var c claims
	if err := errors.Join(id.VerifyAccessToken(token.AccessToken), id.Claims(&c)); err != nil {
		return nil, c, err
	}
	now := p.idp.issuers[bay].store.now()
	switch {
	case id.Nonce != "a-nonce":
		err = errors.New("the nonce is not the one that was sent")
	case id.IssuedAt.After(now.Add(time.Minute)):
		err = errors.New("the token is from the future")
	case c.Verified == nil || !*c.Verified:
		err = errors.New("the e-mail is not verified")
	}
	return id, c, err
}

func TestASignInTellsTheClientWhoSignedInAndHow(t *testing.T) {
	p := newParty(t, nil)
	for _, c := range []struct{ path, email, subject, acr, amr string }{
		{bay, "dana@bay.example", "bay-dana", ACRPassword, "pwd"},
		{bay, "Noor@Bay.example", "bay-noor", ACRMultiFactor, "pwd otp mfa"},
		{boroughs, "lee@boroughs.example", "boroughs-lee", ACRPassword, "pwd"},
	} {
		t.Run(c.email, func(t *testing.T) {
			p.newBrowser()
			began := time.Now()
			id, got, token, err := p.complete(c.path, c.email)
			if err != nil {
				t.Fatal(err)
			}
			if id.Issuer != p.idp.URL(c.path) || id.Subject != c.subject || got.ACR != c.acr || strings.Join(got.AMR, " ") != c.amr || got.SID == "" {
				t.Errorf("got %v %+v", id, got)
			}
			if !strings.EqualFold(got.Email, c.email) || got.Name == "" || id.AccessTokenHash == "" {
				t.Errorf("got %+v, at_hash %q", got, id.AccessTokenHash)
			}
			if at := time.Unix(got.AuthTime, 0); at.Before(began.Add(-2*time.Second)) || at.After(time.Now().Add(time.Second)) {
				t.Errorf("auth_time %v", at)
			}
			provider, _ := p.config(c.path)
			info, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
			if err != nil || info.Subject != c.subject || !info.EmailVerified {
				t.Errorf("userinfo: %+v %v", info, err)
			}
		})
	}
}

func TestTheProvidersClockDecidesTimesInTokens(t *testing.T) {
	for _, at := range []time.Time{time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC), time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC)} {
		p := newParty(t, func() time.Time { return at })
		id, c, _, err := p.complete(bay, "dana@bay.example")
		if err != nil {
			t.Fatal(err)
		}
		within := func(what string, got, want time.Time) {
			if d := got.Sub(want).Abs(); d > 2*time.Second {
				t.Errorf("%s: got %v, want %v", what, got, want)
			}
		}
		within("iat", id.IssuedAt, at)
		within("exp", id.Expiry, at.Add(idTokenLife))
		within("auth_time", time.Unix(c.AuthTime, 0), at)
	}
}

func TestDiscoveryDescribesWhatIsThereAndNoMore(t *testing.T) {
	p := newParty(t, nil)
	provider, _ := p.config(bay)
	var d struct {
		Responses []string `json:"response_types_supported"`
		Grants    []string `json:"grant_types_supported"`
		PKCE      []string `json:"code_challenge_methods_supported"`
		ISS       bool     `json:"authorization_response_iss_parameter_supported"`
		End       string   `json:"end_session_endpoint"`
		Device    string   `json:"device_authorization_endpoint"`
	}
	if err := provider.Claims(&d); err != nil {
		t.Fatal(err)
	}
	if strings.Join(d.Responses, " ") != "code" || strings.Join(d.Grants, " ") != "authorization_code" || strings.Join(d.PKCE, " ") != "S256" ||
		!d.ISS || d.End != p.idp.URL(bay)+"/end_session" || d.Device != "" {
		t.Errorf("got %+v", d)
	}
}

func TestEveryFaultReachesTheClientUntilItIsMended(t *testing.T) {
	p := newParty(t, nil)
	for name, c := range map[string]struct {
		fault Fault
		want  string
	}{
		"wrong nonce":             {WrongNonce, "nonce"},
		"no nonce":                {NoNonce, "nonce"},
		"expired":                 {ExpiredToken, "expired"},
		"from the future":         {TokenFromTheFuture, "from the future"},
		"another issuer's token":  {ForeignIssuer(p.idp.URL(boroughs)), "issued by a different provider"},
		"another issuer's answer": {ForeignAnswer(p.idp.URL(boroughs)), "the answer is from"},
		"another client's token":  {WrongAudience, "audience"},
		"wrong access token hash": {WrongTokenHash, "hash"},
		"foreign key":             {WrongSignature, "signature"},
		"e-mail not verified":     {UnverifiedEmail, "not verified"},
	} {
		t.Run(name, func(t *testing.T) {
			p.newBrowser()
			if err := p.idp.Break(bay, c.fault); err != nil {
				t.Fatal(err)
			}
			if _, _, _, err := p.complete(bay, "dana@bay.example"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err := p.idp.Mend(bay); err != nil {
				t.Fatal(err)
			}
			p.newBrowser()
			if _, _, _, err := p.complete(bay, "dana@bay.example"); err != nil {
				t.Errorf("after mending: %v", err)
			}
		})
	}
	for name, fault := range map[string]Fault{"": NoEmail, "kit@boroughs.example": OtherEmail("kit@boroughs.example")} {
		p.newBrowser()
		_ = p.idp.Break(bay, fault)
		if _, c, _, err := p.complete(bay, "dana@bay.example"); err != nil || c.Email != name {
			t.Errorf("e-mail %q %v, want %q", c.Email, err, name)
		}
	}
}

func TestAUserCanBeChangedBetweenSignIns(t *testing.T) {
	p := newParty(t, nil)
	if err := p.idp.SetUser(bay, User{Subject: "bay-dana", Email: "dana.new@bay.example", Password: pw, MFA: true}); err != nil {
		t.Fatal(err)
	}
	_, c, _, err := p.complete(bay, "dana.new@bay.example")
	if err == nil || c.ACR != ACRMultiFactor || c.Email != "dana.new@bay.example" || *c.Verified {
		t.Errorf("got %+v %v", c, err)
	}
	if err := p.idp.SetUser(bay, User{Subject: "other", Email: "NOOR@bay.example", Password: pw}); err == nil {
		t.Error("two users with one e-mail")
	}
	if err := p.idp.RemoveUser(bay, "bay-dana"); err != nil {
		t.Fatal(err)
	}
	_, config := p.config(bay)
	address := config.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	if _, body := p.ask(http.MethodGet, address, nil); hidden.FindString(body) == "" {
		t.Error("the removed user's session still signs in")
	}
	if err := p.idp.SetUser("/nowhere", User{}); err == nil {
		t.Error("an issuer that is not there")
	}
}

func TestClosingEndsTheProvider(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	idp, err := New(Options{Issuers: people()})
	if err != nil {
		t.Fatal(err)
	}
	idp.Start(ctx)
	idp.Start(ctx)
	if _, err := oidc.NewProvider(t.Context(), idp.URL(bay)); err != nil {
		t.Fatal(err)
	}
	cancel()
	<-idp.done
	if _, err := oidc.NewProvider(t.Context(), idp.URL(bay)); err == nil {
		t.Error("still answers")
	}
	idp.Close()
	never, err := New(Options{Issuers: people()})
	if err != nil {
		t.Fatal(err)
	}
	never.Close()
}
