package devidp

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/net/html"
	"golang.org/x/oauth2"
)

func TestWhatAClientMayNotDo(t *testing.T) {
	p := newParty(t, nil)
	_, config := p.config(bay)
	s256 := oauth2.S256ChallengeOption
	fresh := func(t *testing.T, email string) (code, verifier string) {
		t.Helper()
		p.newBrowser()
		verifier = oauth2.GenerateVerifier()
		return p.signIn(config.AuthCodeURL("s", oidc.Nonce("n"), s256(verifier)), email).Get("code"), verifier
	}
	refuse := func(t *testing.T, address, want string) {
		t.Helper()
		res, body := p.ask(http.MethodGet, address, nil)
		got := p.answer(res, body)
		if got.Get("error") != want || got.Get("code") != "" || got.Get("iss") != p.idp.URL(bay) || got.Get("state") != "s" {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	t.Run("ask without PKCE", func(t *testing.T) { refuse(t, config.AuthCodeURL("s"), "invalid_request") })
	t.Run("ask with a plain challenge", func(t *testing.T) {
		refuse(t, config.AuthCodeURL("s", oauth2.SetAuthURLParam("code_challenge", "x"), oauth2.SetAuthURLParam("code_challenge_method", "plain")), "invalid_request")
	})
	t.Run("ask for tokens through the browser", func(t *testing.T) {
		address := config.AuthCodeURL("s", s256("v"), oauth2.SetAuthURLParam("response_type", "id_token"), oauth2.SetAuthURLParam("response_mode", "query"))
		if res, _ := p.ask(http.MethodGet, address, nil); res.StatusCode != http.StatusBadRequest || res.Header.Get("Location") != "" {
			t.Errorf("got %d %s", res.StatusCode, res.Header.Get("Location"))
		}
	})
	t.Run("ask for silence without a session", func(t *testing.T) {
		refuse(t, config.AuthCodeURL("s", s256("v"), oauth2.SetAuthURLParam("prompt", "none")), "login_required")
	})
	t.Run("send the code elsewhere", func(t *testing.T) {
		for _, to := range []string{p.callback + "/more", p.callback + "?x=1", "https://elsewhere.example/callback", strings.ToUpper(p.callback)} {
			other := *config
			other.RedirectURL = to
			res, _ := p.ask(http.MethodGet, other.AuthCodeURL("s", s256("v")), nil)
			if res.StatusCode != http.StatusBadRequest || res.Header.Get("Location") != "" {
				t.Errorf("%s: %d %s", to, res.StatusCode, res.Header.Get("Location"))
			}
		}
	})
	t.Run("use a wrong verifier, after which the code is used up", func(t *testing.T) {
		code, verifier := fresh(t, "dana@bay.example")
		if _, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier())); err == nil {
			t.Error("not refused")
		}
		if _, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
			t.Error("the code still worked")
		}
	})
	t.Run("leave the verifier out", func(t *testing.T) {
		code, _ := fresh(t, "dana@bay.example")
		if _, err := config.Exchange(t.Context(), code); err == nil {
			t.Error("not refused")
		}
	})
	t.Run("use a code twice", func(t *testing.T) {
		code, verifier := fresh(t, "dana@bay.example")
		if _, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
			t.Error("not refused")
		}
	})
	t.Run("name another redirect address with the code", func(t *testing.T) {
		code, verifier := fresh(t, "dana@bay.example")
		other := *config
		other.RedirectURL = p.callback + "/more"
		if _, err := other.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
			t.Error("not refused")
		}
	})
	t.Run("use a wrong secret, or none", func(t *testing.T) {
		for _, secret := range []string{"wrong", ""} {
			code, verifier := fresh(t, "dana@bay.example")
			other := *config
			other.ClientSecret = secret
			if _, err := other.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
				t.Errorf("%q not refused", secret)
			}
		}
	})
	t.Run("take a code to another issuer", func(t *testing.T) {
		code, verifier := fresh(t, "dana@bay.example")
		_, other := p.config(boroughs)
		if _, err := other.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
			t.Error("not refused")
		}
	})
}

// handClock is the system's clock, moved by hand.
type handClock struct{ ahead atomic.Int64 }

func (c *handClock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *handClock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

func TestACodeRunsOutAfterAMinute(t *testing.T) {
	var clock handClock
	p := newParty(t, clock.now)
	_, config := p.config(bay)
	verifier := oauth2.GenerateVerifier()
	code := p.signIn(config.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)), "dana@bay.example").Get("code")
	clock.advance(codeLife + time.Second)
	if _, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
		t.Error("not refused")
	}
}

// The form: what it shows, and that it cannot be sent from elsewhere.
func TestTheSignInPage(t *testing.T) {
	p := newParty(t, nil)
	_, config := p.config(bay)
	address := config.AuthCodeURL("s", oauth2.S256ChallengeOption("v"), oauth2.SetAuthURLParam("login_hint", `"><dana@bay.example`))
	res, body := p.ask(http.MethodGet, address, nil)

	csp := res.Header.Get("Content-Security-Policy")
	portal := strings.TrimSuffix(p.callback, "/callback")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.HasSuffix(csp, "form-action 'self' "+portal) {
		t.Errorf("policy %q", csp)
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "same-origin" {
		t.Errorf("headers %v", res.Header)
	}
	for _, want := range []string{"Bay Region Task Force (demonstration)", "dana@bay.example", "noor@bay.example", "Password for all", "&#34;&gt;&lt;dana"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "boroughs.example") || strings.Contains(body, "<script") || strings.Contains(body, "style=") {
		t.Error("the page shows another issuer's people, a script or an inline style")
	}
	everyInputHasALabel(t, body)
	if res, css := p.ask(http.MethodGet, p.idp.URL(bay)+"/style.css", nil); res.StatusCode != 200 || !strings.Contains(css, "--action") {
		t.Errorf("style: %d", res.StatusCode)
	}

	id := hidden.FindStringSubmatch(body)[1]
	form := url.Values{"request": {id}, "email": {"dana@bay.example"}, "password": {"wrong"}}
	t.Run("a wrong password, an unknown person and another issuer's person look alike", func(t *testing.T) {
		var first string
		for _, email := range []string{"dana@bay.example", "nobody@bay.example", "lee@boroughs.example"} {
			form.Set("email", email)
			if email != "dana@bay.example" {
				form.Set("password", pw)
			}
			res, body := p.ask(http.MethodPost, p.idp.URL(bay)+"/login", form)
			if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `role="alert"`) || !strings.Contains(body, "<title>Error: ") {
				t.Errorf("%s: %d", email, res.StatusCode)
			}
			everyInputHasALabel(t, body)
			body = strings.ReplaceAll(body, `value="`+email, `value="`)
			if first == "" {
				first = body
			} else if body != first {
				t.Errorf("%s: another page", email)
			}
		}
	})
	t.Run("a form from another site is refused", func(t *testing.T) {
		form.Set("email", "dana@bay.example")
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.idp.URL(bay)+"/login", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		res, err := p.browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("got %d", res.StatusCode)
		}
	})
	t.Run("a request that is not there", func(t *testing.T) {
		for _, address := range []string{p.idp.URL(bay) + "/login", p.idp.URL(bay) + "/login?request=x", p.idp.URL(boroughs) + "/login?request=" + id} {
			if res, body := p.ask(http.MethodGet, address, nil); res.StatusCode != 404 || !strings.Contains(body, "sign in again") {
				t.Errorf("%s: %d", address, res.StatusCode)
			}
		}
	})
	t.Run("going back after signing in makes no second code", func(t *testing.T) {
		form.Set("password", pw)
		res, body := p.ask(http.MethodPost, p.idp.URL(bay)+"/login", form)
		if p.answer(res, body).Get("code") == "" {
			t.Fatal(body)
		}
		res, body = p.ask(http.MethodGet, p.idp.URL(bay)+"/authorize/callback?id="+id, nil)
		if got := p.answer(res, body); got.Get("code") != "" || got.Get("error") == "" {
			t.Errorf("got %v", got)
		}
	})
}

// everyInputHasALabel fails if a visible field has no label of its own.
func everyInputHasALabel(t *testing.T, body string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	labels, fields := map[string]bool{}, []string{}
	for n := range root.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch {
		case n.Data == "label":
			labels[attr["for"]] = true
		case n.Data == "input" && attr["type"] != "hidden":
			fields = append(fields, attr["id"])
		}
	}
	if len(fields) != 2 {
		t.Errorf("%d fields", len(fields))
	}
	for _, id := range fields {
		if !labels[id] {
			t.Errorf("field %q has no label", id)
		}
	}
}

func TestASessionServesOnlyThePersonWhoIsExpected(t *testing.T) {
	var clock handClock
	p := newParty(t, clock.now)
	_, config := p.config(bay)
	address := func(with ...string) string {
		options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption("v")}
		for i := 0; i < len(with); i += 2 {
			options = append(options, oauth2.SetAuthURLParam(with[i], with[i+1]))
		}
		return config.AuthCodeURL("s", options...)
	}
	p.signIn(address(), "dana@bay.example")
	clock.advance(time.Hour)
	for name, c := range map[string]struct {
		address string
		silent  bool
	}{
		"nobody in particular":            {address(), true},
		"the same person":                 {address("login_hint", "DANA@bay.example"), true},
		"silence":                         {address("prompt", "none"), true},
		"an old enough session will do":   {address("max_age", "7200"), true},
		"somebody else":                   {address("login_hint", "noor@bay.example"), false},
		"a new sign-in":                   {address("prompt", "login"), false},
		"a choice of accounts":            {address("prompt", "select_account"), false},
		"a sign-in of the last half hour": {address("max_age", "1800"), false},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := p.ask(http.MethodGet, c.address, nil)
			if c.silent {
				if p.answer(res, body).Get("code") == "" {
					t.Error("no code")
				}
			} else if hidden.FindString(body) == "" {
				t.Errorf("no form: %d %s", res.StatusCode, res.Header.Get("Location"))
			}
		})
	}
	t.Run("another issuer", func(t *testing.T) {
		_, other := p.config(boroughs)
		if _, body := p.ask(http.MethodGet, other.AuthCodeURL("s", oauth2.S256ChallengeOption("v")), nil); hidden.FindString(body) == "" {
			t.Error("a session at one issuer served at another")
		}
	})
	t.Run("after a working day", func(t *testing.T) {
		clock.advance(sessionLife)
		if _, body := p.ask(http.MethodGet, address(), nil); hidden.FindString(body) == "" {
			t.Error("no form")
		}
	})
}

func TestSigningOutEndsTheSessionAndItsTokens(t *testing.T) {
	p := newParty(t, nil)
	_, _, token, err := p.complete(bay, "dana@bay.example")
	if err != nil {
		t.Fatal(err)
	}
	provider, config := p.config(bay)
	hint, _ := token.Extra("id_token").(string)
	bye := strings.TrimSuffix(p.callback, "/callback") + "/bye"
	end := func(v url.Values) string { return p.idp.URL(bay) + "/end_session?" + v.Encode() }

	if res, _ := p.ask(http.MethodGet, end(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"https://elsewhere.example/"}}), nil); res.StatusCode != 400 {
		t.Errorf("an unknown way out: %d", res.StatusCode)
	}
	if _, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err != nil {
		t.Errorf("a refused sign-out ended the session: %v", err)
	}
	res, _ := p.ask(http.MethodGet, end(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}, "state": {"x"}}), nil)
	if got := res.Header.Get("Location"); got != bye+"?state=x" {
		t.Errorf("sent to %q", got)
	}
	if _, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err == nil {
		t.Error("the access token still works")
	}
	address := config.AuthCodeURL("s", oauth2.S256ChallengeOption("v"))
	if _, body := p.ask(http.MethodGet, address, nil); hidden.FindString(body) == "" {
		t.Error("the session still signs in")
	}

	p.signIn(address, "dana@bay.example")
	if res, body := p.ask(http.MethodGet, end(url.Values{}), nil); res.StatusCode != 200 || !strings.Contains(body, "You are signed out") {
		t.Errorf("without a hint: %d", res.StatusCode)
	}
	if _, body := p.ask(http.MethodGet, address, nil); hidden.FindString(body) == "" {
		t.Error("the session still signs in")
	}
}

func TestOnlyLoopbackIsServed(t *testing.T) {
	for name, o := range map[string]Options{
		"every address":         {Addr: ":0", Issuers: people()},
		"another address":       {Addr: "192.0.2.1:0", Issuers: people()},
		"a client elsewhere":    {Issuers: []Issuer{{Path: "/a", ClientID: "c", RedirectURIs: []string{"https://portal.example/callback"}}}},
		"no issuer":             {},
		"a path of two":         {Issuers: []Issuer{{Path: "/a/b", ClientID: "c"}}},
		"one path twice":        {Issuers: []Issuer{{Path: "/a", ClientID: "c"}, {Path: "/a", ClientID: "c"}}},
		"a user without secret": {Issuers: []Issuer{{Path: "/a", ClientID: "c", Users: []User{{Subject: "s", Email: "a@b.example"}}}}},
	} {
		if p, err := New(o); err == nil {
			p.Close()
			t.Errorf("%s: not refused", name)
		}
	}
	p := newParty(t, nil)
	if err := p.idp.AllowRedirect(bay, "https://portal.example/callback", ""); err == nil {
		t.Error("a client elsewhere was let in later")
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.idp.URL(bay)+"/.well-known/openid-configuration", nil)
	req.Host = "rebound.example"
	res, err := p.browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("under another host name: %d", res.StatusCode)
	}
	if res, _ := p.ask(http.MethodGet, p.idp.URL("/elsewhere"), nil); res.StatusCode != 404 {
		t.Errorf("no such issuer: %d", res.StatusCode)
	}
}
