package oidc_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

var errNotSealed = errors.New("not sealed")

var here = oidc.Client{RequestID: "test", IP: "192.0.2.1"}

// answered begins a sign-in with the service and answers the attempt and the
// provider's answer to it.
func answered(t *testing.T, site *webtest.Site, s *oidc.Service, email string) (oidc.Attempt, url.Values) {
	t.Helper()
	return asked(t, site, s, oidc.Ask{Email: email, Return: "/inbox"}, email)
}

// asked is answered for any question; email is who signs in at the provider.
func asked(t *testing.T, site *webtest.Site, s *oidc.Service, ask oidc.Ask, email string) (oidc.Attempt, url.Values) {
	t.Helper()
	a, to, err := s.Begin(t.Context(), here, ask)
	if err != nil {
		t.Fatal(err)
	}
	b := site.Browser(t)
	form := b.Get(to).MustBe(http.StatusOK).Form("")
	form.Values.Set("email", email)
	form.Values.Set("password", webtest.Password)
	p := b.Stay().Submit(form)
	for range 5 {
		next, err := p.URL.Parse(p.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		if next.Path == "/login/callback" {
			return a, next.Query()
		}
		p = b.Get(next.String())
	}
	t.Fatal("the provider never sent the browser back")
	return oidc.Attempt{}, nil
}

// in is a whole sign-in that must succeed.
func in(t *testing.T, site *webtest.Site, s *oidc.Service, email string) oidc.SignedIn {
	t.Helper()
	a, answer := answered(t, site, s, email)
	got, err := s.Finish(t.Context(), here, a, answer)
	if err != nil {
		t.Fatalf("signing in as %s: %v", email, err)
	}
	return got
}

// refused is a whole sign-in that must not succeed; it answers why.
func refused(t *testing.T, site *webtest.Site, s *oidc.Service, email string) oidc.Reason {
	t.Helper()
	a, answer := answered(t, site, s, email)
	got, err := s.Finish(t.Context(), here, a, answer)
	if err == nil {
		t.Fatalf("%s came in: %+v", email, got.User)
	}
	return reason(t, err)
}

func set(t *testing.T, site *webtest.Site, sql string, args ...any) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Exec(sql, args...).Error })
}

func spoil(t *testing.T, site *webtest.Site, path string, f devidp.Fault) {
	t.Helper()
	if err := site.IdP.Break(path, f); err != nil {
		t.Fatal(err)
	}
}

func mend(t *testing.T, site *webtest.Site, path string) {
	t.Helper()
	if err := site.IdP.Mend(path); err != nil {
		t.Fatal(err)
	}
}

func userOf(t *testing.T, site *webtest.Site, email string) (u models.User) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		u = models.User{}
		return tx.Where("email = ?", email).Take(&u).Error
	})
	return u
}

func issuerOf(t *testing.T, site *webtest.Site, code string) (i models.Issuer) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		i = models.Issuer{}
		return tx.Where("id = ?", site.Issuers[code].ID).Take(&i).Error
	})
	return i
}

// lines answers the audit log's lines with the action, oldest first.
func lines(t *testing.T, site *webtest.Site, action string) (list []models.AuditEvent) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Where("action = ?", action).Order("id").Find(&list).Error
	})
	return list
}

func asRefusal(err error, to **oidc.Refusal) bool { return errors.As(err, to) }

func reason(t *testing.T, err error) oidc.Reason {
	t.Helper()
	var r *oidc.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return r.Reason
}

func TestOnlyTheVerifierOfTheAttemptSpendsTheCode(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	a, answer := answered(t, site, site.SignInBy, "dana@bay.example")
	wrong := a
	wrong.Verifier = strings.Repeat("x", 43)
	if _, err := site.SignInBy.Finish(t.Context(), here, wrong, answer); reason(t, err) != oidc.NotProven {
		t.Errorf("another verifier: %v", err)
	}
	a, answer = answered(t, site, site.SignInBy, "dana@bay.example")
	got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
	if err != nil || got.User.Email != "dana@bay.example" || got.Return != "/inbox" || got.Agency.Code != "bay" || got.Origin.URL != site.IdP.Origin() {
		t.Fatalf("the right verifier: %+v, %v", got, err)
	}
	if _, err := site.SignInBy.Finish(t.Context(), here, a, answer); reason(t, err) != oidc.NotProven {
		t.Errorf("the same code again: %v", err)
	}
}

func TestACodeOfOneIssuerIsWorthNothingAtAnother(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, danas := answered(t, site, site.SignInBy, "dana@bay.example")
	lees, answer := answered(t, site, site.SignInBy, "lee@boroughs.example")
	for name, q := range map[string]url.Values{
		"with the other's iss":                          {"code": danas["code"], "state": {lees.State}, "iss": danas["iss"]},
		"with the right iss":                            {"code": danas["code"], "state": {lees.State}, "iss": answer["iss"]},
		"without iss although the provider promised it": {"code": answer["code"], "state": {lees.State}},
		"without a code":                                {"state": {lees.State}, "iss": answer["iss"]},
	} {
		if _, err := site.SignInBy.Finish(t.Context(), here, lees, q); reason(t, err) != oidc.NotProven {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := site.SignInBy.Finish(t.Context(), here, oidc.Attempt{}, url.Values{"state": {""}, "code": {"x"}}); reason(t, err) != oidc.Stale {
		t.Errorf("an empty attempt: %v", err)
	}
	if _, err := site.SignInBy.Finish(t.Context(), here, lees, answer); err != nil {
		t.Errorf("the right answer: %v", err)
	}
}

// With a client secret, sealed in the database and opened only here.
func TestAConfidentialClientProvesItself(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	base, _ := url.Parse(site.URL)
	idp, err := devidp.New(devidp.Options{Clock: site.DB.Clock.Now, Issuers: []devidp.Issuer{{
		Path: "/secret", Name: "Secret", ClientID: "reeve", ClientSecret: "s3cret", RedirectURIs: []string{site.URL + "/login/callback"},
		Users: []devidp.User{{Subject: "1", Email: "mo@secret.example", Name: "Mo", Password: webtest.Password, EmailVerified: true}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	idp.Start(t.Context())
	iss := addIssuer(t, site, "bay", "secret.example", idp.URL("/secret"), []byte("sealed:s3cret"))
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&models.User{ID: store.NewID(), AgencyID: iss.AgencyID, IssuerID: iss.ID, Email: "mo@secret.example", Name: "Mo", Roles: models.TextList{"investigator"}, State: models.UserInvited, CreatedAt: site.DB.Clock.Now(), ApprovedAt: &iss.CreatedAt}).Error
	})
	with := func(fn func([]byte) ([]byte, error)) *oidc.Service {
		s, err := oidc.New(oidc.Config{Store: site.DB.Web, BaseURL: base, Unseal: fn, LoopbackOnly: true, Clock: site.DB.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := with(unseal)
	a, answer := answered(t, site, s, "mo@secret.example")
	if _, err := s.Finish(t.Context(), here, a, answer); err != nil {
		t.Errorf("with the secret: %v", err)
	}
	wrong := with(func([]byte) ([]byte, error) { return []byte("other"), nil })
	a, answer = answered(t, site, wrong, "mo@secret.example")
	if _, err := wrong.Finish(t.Context(), here, a, answer); reason(t, err) != oidc.NotProven {
		t.Errorf("with another secret: %v", err)
	}
	if _, _, err := with(nil).Begin(t.Context(), here, oidc.Ask{Email: "mo@secret.example"}); reason(t, err) != oidc.Unreachable {
		t.Errorf("with no key at hand: %v", err)
	}
}

func addIssuer(t *testing.T, site *webtest.Site, agency, domain, address string, sealed []byte) models.Issuer {
	t.Helper()
	i := models.Issuer{ID: store.NewID(), AgencyID: site.Agencies[agency].ID, URL: address, ClientID: "reeve", ClientSecret: sealed, AuthMethod: models.AuthNone, Enabled: true, CreatedAt: site.DB.Clock.Now()}
	if sealed != nil {
		i.AuthMethod = models.AuthSecret
	}
	site.DB.Setup(t, func(tx *store.Tx) error {
		if err := tx.Create(&i).Error; err != nil {
			return err
		}
		return tx.Create(&models.IssuerDomain{Domain: domain, IssuerID: i.ID}).Error
	})
	return i
}

// A provider's description may not send us, or the person, anywhere but to the
// issuer's own host; and nothing but this machine is contacted at all here.
func TestOnlyTheIssuersHostIsSpokenTo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	var asked atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	for name, c := range map[string]struct{ key, value string }{
		"keys elsewhere":           {"jwks_uri", elsewhere.URL + "/keys"},
		"token endpoint elsewhere": {"token_endpoint", elsewhere.URL + "/token"},
		"sign-in page elsewhere":   {"authorization_endpoint", "https://evil.example/authorize"},
		"sign-out page elsewhere":  {"end_session_endpoint", "https://evil.example/out"},
		"another issuer":           {"issuer", elsewhere.URL},
		"no PKCE":                  {"code_challenge_methods_supported", "plain"},
		"a redirect elsewhere":     {"redirect", elsewhere.URL + "/.well-known/openid-configuration"},
	} {
		var self *httptest.Server
		self = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.key == "redirect" {
				http.Redirect(w, r, c.value, http.StatusFound)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(description(self.URL, c.key, c.value)))
		}))
		defer self.Close()
		domain := strings.ReplaceAll(name, " ", "-") + ".example"
		addIssuer(t, site, "bay", strings.ToLower(domain), self.URL, nil)
		if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "x@" + domain}); reason(t, err) != oidc.Unreachable {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, address := range []string{"https://login.somewhere.example", "http://192.0.2.9/", "http://169.254.169.254/"} {
		domain := strings.ToLower(uuid.NewString()) + ".example"
		addIssuer(t, site, "bay", domain, address, nil)
		start := time.Now()
		if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "x@" + domain}); reason(t, err) != oidc.Unreachable || time.Since(start) > time.Second {
			t.Errorf("%s: %v after %v", address, err, time.Since(start))
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("a host that is no issuer's was asked %d times", n)
	}
}

func description(issuer, key, value string) string {
	d := map[string]string{"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/keys"}
	challenge := "S256"
	switch key {
	case "code_challenge_methods_supported":
		challenge = value
	default:
		d[key] = value
	}
	var parts []string
	for k, v := range d {
		parts = append(parts, `"`+k+`":"`+v+`"`)
	}
	return "{" + strings.Join(parts, ",") + `,"code_challenge_methods_supported":["` + challenge + `"]}`
}

// A provider is asked for its description once, and one that fails is left alone
// for a while instead of being asked by everybody who wants to sign in.
func TestADescriptionIsAskedForOnce(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	var asked, broken atomic.Int32
	var self *httptest.Server
	self = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		asked.Add(1)
		_, _ = w.Write([]byte(description(self.URL, "x", "y")))
	}))
	defer self.Close()
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { broken.Add(1); w.WriteHeader(500) }))
	defer down.Close()
	addIssuer(t, site, "bay", "up.example", self.URL, nil)
	addIssuer(t, site, "bay", "down.example", down.URL, nil)
	for range 5 {
		if _, to, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "x@up.example"}); err != nil || !strings.HasPrefix(to, self.URL+"/authorize?") {
			t.Fatalf("%s, %v", to, err)
		}
		if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "x@down.example"}); reason(t, err) != oidc.Unreachable {
			t.Fatal(err)
		}
	}
	if a, b := asked.Load(), broken.Load(); a != 1 || b != 1 {
		t.Errorf("asked %d and %d times, want once each", a, b)
	}
	// No place to sign out at is no error: our own session has ended.
	if got := site.SignInBy.EndSessionURL(t.Context(), session.Origin{IssuerID: uuid.New()}); got != "" {
		t.Errorf("an unknown issuer's sign-out is at %s", got)
	}
}

func TestTheDomainOfAnAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"dana@bay.example": "bay.example", " Dana@BAY.Example ": "bay.example", "a@b@c.example": "c.example", "a@c.example.": "c.example",
		"": "", "@": "", "dana": "", "dana@": "", "@bay.example": "", "dana @bay.example": "", "dana@bay.example, x@y": "", "d\na@bay.example": "",
	} {
		if got := oidc.Domain(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
