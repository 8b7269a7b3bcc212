package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

func TestASessionEndsAfterThirtyIdleMinutes(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	for range 4 {
		site.DB.Clock.Advance(29 * time.Minute)
		if out(b) {
			t.Fatal("signed out although the person was there")
		}
	}
	site.DB.Clock.Advance(31 * time.Minute)
	p := b.Get("/account")
	if got := p.URL.RequestURI(); got != "/login?ended=1&return=%2Faccount" {
		t.Errorf("after the session ended: %s", got)
	}
	p.MustSay("Your session has ended")
	// The secret stays, to say whose forms another page still sends; it opens nothing.
	if !out(b) {
		t.Error("the cookie of an ended session still signs in")
	}
}

func TestASessionEndsTwelveHoursAfterSignInHoweverBusy(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	for range 35 {
		site.DB.Clock.Advance(20 * time.Minute)
		b.Get("/account").MustBe(http.StatusOK)
	}
	if out(b) {
		t.Fatal("signed out after 11 h 40 min")
	}
	site.DB.Clock.Advance(21 * time.Minute)
	if !out(b) {
		t.Error("still signed in after more than twelve hours")
	}
}

func TestASuspendedPersonIsOutAtTheNextRequest(t *testing.T) {
	t.Parallel()
	for _, state := range []models.UserState{models.UserSuspended, models.UserRemoved} {
		site := webtest.Start(t, webtest.Options{})
		b := site.SignIn(t, "dana@bay.example")
		setState(t, site, "dana@bay.example", state)
		if !out(b) {
			t.Fatalf("%s and still signed in", state)
		}
		setState(t, site, "dana@bay.example", models.UserActive)
		if !out(b) {
			t.Errorf("the session came back to life after %s", state)
		}
	}
}

func TestARoleTakenAwayIsGoneAtTheNextRequest(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "noor@bay.example")
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set roles = '{read-only}' where email = 'noor@bay.example'").Error
	})
	b.Get("/account").MustBe(http.StatusOK).MustSay("Reader, Bay Region")
}

// A cookie that somebody else planted before sign-in is worth nothing after it.
func TestTheSecretChangesAtSignIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	attacker := site.Browser(t)
	attacker.PostForm("/login", url.Values{"email": {"dana@bay.example"}})
	planted := attacker.Cookie()
	if planted == nil {
		t.Fatal("beginning a sign-in left no session")
	}
	victim := site.Browser(t)
	victim.SetCookie(planted.Name, planted.Value)
	victim.SignInAs("dana@bay.example", "").MustBe(http.StatusOK)
	if got := victim.Cookie(); got == nil || got.Value == planted.Value {
		t.Fatal("the secret did not change at sign-in")
	}
	if !out(attacker) {
		t.Error("the planted cookie is signed in")
	}
	// A value that we never gave out is not taken on.
	victim = site.Browser(t)
	victim.SetCookie(planted.Name, "chosen-by-somebody-else")
	victim.SignInAs("noor@bay.example", "").MustBe(http.StatusOK)
	if victim.Cookie().Value == "chosen-by-somebody-else" {
		t.Error("a made-up secret was taken on")
	}
}

func TestTheDatabaseKnowsOnlyTheHashOfTheSecret(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	secret := b.Cookie().Value
	var dump string
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select string_agg(encode(token_hash, 'escape') || encode(data, 'escape'), ' ') from sessions").Row().Scan(&dump)
	})
	if dump == "" || strings.Contains(dump, secret) {
		t.Error("the secret stands in the database")
	}
}

func TestSigningOutEverywhereEndsEverySessionOfThePersonOnly(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	desk, laptop, lee := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "dana@bay.example"), site.SignIn(t, "lee@boroughs.example")
	p := desk.Get("/account").MustBe(http.StatusOK)
	if got := len(p.All("li", "class", "Sessions-item")); got != 2 {
		t.Errorf("the account page lists %d sessions, want 2: %s", got, p.Text())
	}
	desk.Submit(p.Form("/account/sessions/end")).MustBe(http.StatusOK).MustSay("Signed out everywhere. Sessions ended: 2.")
	if !out(desk) || !out(laptop) {
		t.Error("a session of the person goes on")
	}
	if out(lee) {
		t.Error("somebody else was signed out")
	}
}

// A row is written when there is something to write, not on every request.
func TestReadingAPageDoesNotWriteTheSession(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	b.Get("/account")
	version := func() (v string) {
		site.DB.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select xmin::text || ' ' || expires_at from sessions where user_id is not null").Row().Scan(&v)
		})
		return v
	}
	first := version()
	for range 3 {
		b.Get("/account").MustBe(http.StatusOK)
	}
	if got := version(); got != first {
		t.Errorf("three requests wrote the session: %s, then %s", first, got)
	}
	site.DB.Clock.Advance(2 * time.Minute)
	b.Get("/account").MustBe(http.StatusOK)
	if got := version(); got == first {
		t.Error("two minutes later the person's presence was not noted")
	}
}

func TestEndedSessionsAreSweptAndLiveOnesStay(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	site.SignIn(t, "dana@bay.example")
	site.DB.Clock.Advance(31 * time.Minute)
	lee := site.SignIn(t, "lee@boroughs.example")
	n, err := session.Sweep(t.Context(), site.DB.Work)
	if err != nil || n != 1 {
		t.Errorf("swept %d (%v), want 1", n, err)
	}
	if out(lee) {
		t.Error("a live session was swept")
	}
}

func TestTheCookieIsNamedAfterThePortalAndKeptFromScripts(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	p := site.Browser(t).Stay().PostForm("/login", url.Values{"email": {"dana@bay.example"}})
	c := p.Header.Get("Set-Cookie")
	for _, want := range []string{"Path=/", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(c, want) {
			t.Errorf("the cookie %q lacks %s", c, want)
		}
	}
	for _, not := range []string{"Domain=", "Expires=", "Max-Age="} {
		if strings.Contains(c, not) {
			t.Errorf("the cookie %q has %s", c, not)
		}
	}
	h := secureServer(t, site)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, form("https://portal.example/login", "email=dana@bay.example"))
	c = rec.Header().Get("Set-Cookie")
	if !strings.HasPrefix(c, "__Host-reeve-") || !strings.Contains(c, "Secure") {
		t.Errorf("over https the cookie is %q", c)
	}
	one, two := &url.URL{Scheme: "http", Host: "127.0.0.1:8080"}, &url.URL{Scheme: "http", Host: "127.0.0.1:8081"}
	if session.CookieName(one) == session.CookieName(two) {
		t.Error("two portals on one host share a cookie")
	}
}

// secureServer is the site's portal as if it were at an https address.
func secureServer(t *testing.T, site *webtest.Site) *web.Server {
	t.Helper()
	s, err := web.New(web.Config{BaseURL: &url.URL{Scheme: "https", Host: "portal.example"}}, web.Deps{Store: site.DB.Web, SignIn: site.SignInBy})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func form(address, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func TestPlainHTTPIsForThisMachineOnly(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for address, ok := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost": true, "http://[::1]:1": true, "https://portal.example": true,
		"http://portal.example": false, "http://192.0.2.1": false, "ftp://127.0.0.1": false,
	} {
		u, _ := url.Parse(address)
		_, err := web.New(web.Config{BaseURL: u}, web.Deps{Store: site.DB.Web, SignIn: site.SignInBy})
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
