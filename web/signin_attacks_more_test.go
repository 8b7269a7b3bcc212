package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

func TestAnotherSiteSignsNobodyInOrOut(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	from := func(b *webtest.Browser, method, path, body, origin, fetch string) *webtest.Page {
		req, _ := http.NewRequestWithContext(t.Context(), method, site.URL+path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		if fetch != "" {
			req.Header.Set("Sec-Fetch-Site", fetch)
		}
		return b.Stay().Do(req)
	}
	b := site.SignIn(t, "dana@bay.example")
	for _, path := range []string{"/logout", "/login", "/login/again", "/account/sessions/end"} {
		for _, c := range [][2]string{{"https://evil.example", "cross-site"}, {"https://evil.example", ""}, {"null", ""}, {"", ""}, {"https://other.portal.example", "same-site"}} {
			if p := from(b, http.MethodPost, path, "email=lee%40boroughs.example", c[0], c[1]); p.Status != http.StatusForbidden || p.Header.Get("Location") != "" {
				t.Errorf("%s from %v: %d %s", path, c, p.Status, p.Header.Get("Location"))
			}
		}
	}
	// An image or a link elsewhere asks by GET, which does nothing.
	for _, path := range []string{"/logout", "/account/sessions/end"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			from(b, method, path, "", "", "cross-site")
		}
	}
	if out(b.Follow()) {
		t.Fatal("another site signed somebody out")
	}
	// Somebody else's answer, opened in this person's browser, changes nothing: nobody
	// works in another's name without knowing it.
	_, lees := answered(t, site, "lee@boroughs.example")
	b.Get(lees).MustBe(http.StatusBadRequest)
	b.Get("/account").MustBe(http.StatusOK).MustSay("Dana Example")
	from(b, http.MethodPost, "/logout", "", site.URL, "same-origin").MustBe(http.StatusSeeOther)
	if !out(b.Follow()) {
		t.Error("the portal's own page does not sign out")
	}
}

func TestACookieThatWasTamperedWithIsNobodys(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	good := *b.Cookie()
	flip := func(at int) string {
		v := []byte(good.Value)
		v[at] ^= 1
		return string(v)
	}
	var hash string
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select encode(token_hash, 'base64') from sessions where user_id is not null").Row().Scan(&hash)
	})
	for name, value := range map[string]string{
		"a bit at the front": flip(0), "a bit at the end": flip(len(good.Value) - 2), "cut": good.Value[:len(good.Value)-1], "lengthened": good.Value + "A", "twice": good.Value + good.Value,
		"small letters": strings.ToLower(good.Value), "the hash that the database knows": strings.TrimRight(hash, "=\n"), "a user's name": "dana@bay.example", "a user's id": site.Users["dana@bay.example"].ID.String(),
		"nothing": "", "long": strings.Repeat("A", 8000), "odd": "' or 1=1 --", "percent": "%00%ff",
	} {
		for _, path := range []string{"/account", "/inbox", "/agency/users", "/login/again"} {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+path, nil)
			req.Header.Set("Cookie", good.Name+"="+value)
			p := site.Browser(t).Stay().Do(req)
			if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login?") {
				t.Errorf("%s at %s: %d %s", name, path, p.Status, p.Header.Get("Location"))
			}
		}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/account/sessions/end", nil)
		req.Header.Set("Cookie", good.Name+"="+value)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		if p := site.Browser(t).Stay().Do(req); p.Status >= 500 || p.Status == http.StatusOK {
			t.Errorf("%s, a deed: %d", name, p.Status)
		}
	}
	// The right value under another portal's name is nobody's either; and two cookies
	// of one name are not a way to choose.
	other := site.Browser(t)
	other.SetCookie("reeve-00000000", good.Value)
	if !out(other) {
		t.Error("a cookie of another name signed in")
	}
	if out(b) {
		t.Error("the real session was harmed")
	}
}

func TestASuspendedPersonsTabsDoNothingMore(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor := site.SignIn(t, "noor@bay.example")
	site.DB.Clock.Advance(stale)
	// On the way to a new proof, with a form that waits.
	again, _ := asked(t, noor.Stay(), noor.PostForm("/agency/users/invite", url.Values{"email": {"new@bay.example"}, "name": {"New"}, "roles": {"investigator"}}))
	setState(t, site, "noor@bay.example", models.UserSuspended)
	if p := confirm(t, site, noor, again, "noor@bay.example"); p.URL.Path != "/login" {
		t.Errorf("asked for a new proof while suspended, and is at %s: %s", p.URL, p.Text())
	}
	before := lineCount(t, site)
	noor.Stay()
	for _, path := range []string{"/", "/inbox", "/agency/users", "/account"} {
		if p := noor.Get(path); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("%s: %d %s", path, p.Status, p.Header.Get("Location"))
		}
	}
	id := site.Users["dana@bay.example"].ID
	for _, path := range []string{"/agency/users/" + id.String() + "/suspend", "/agency/users/invite", "/login/again"} {
		if p := noor.PostForm(path, url.Values{"why": {"x"}, "version": {"1"}}); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("%s: %d %s", path, p.Status, p.Header.Get("Location"))
		}
	}
	if n := lineCount(t, site); n != before {
		t.Errorf("%d lines were written by somebody who is out", n-before)
	}
	if u := user(t, site, "dana@bay.example"); u.State != models.UserInvited {
		t.Errorf("a suspended admin suspended somebody: %+v", u)
	}
	noor.Follow().SignInAs("noor@bay.example", "").MustBe(http.StatusForbidden).MustSay("Your access is suspended")
}

func TestAnAddressThatBreaksOutOfAHeaderIsRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, email := range []string{"dana@bay.example\r\nLocation: https://evil.example", "dana\r\nSet-Cookie: a=b@bay.example", "dana@bay.example%0d%0aX: y", "dana@bay.example\x00", "\x00@bay.example", "dana@bay\x00.example",
		"dana@\xff.example", "d\xffana@bay.example", "dana@bay.example\u2028x", "dana@bay.example?x=1", "dana@bay.example#x", "dana@bay.example/..", "\"a b\"@bay.example", "a@b;c@bay.example", "<script>@bay.example", "dana@bay.example, lee@boroughs.example"} {
		p := site.Browser(t).Stay().PostForm("/login", url.Values{"email": {email}, "return": {"/account\r\nX: y"}})
		if p.Status != http.StatusUnprocessableEntity || p.Header.Get("Location") != "" || p.Header.Get("Set-Cookie") != "" || p.Header.Get("X") != "" || strings.Contains(p.Body, "<script>@") {
			t.Errorf("%q: %d %v", email, p.Status, p.Header)
		}
		p.MustSay("name@agency.example")
	}
	// What is an address, however odd, is quoted on its way to the provider.
	p := site.Browser(t).Stay().PostForm("/login", url.Values{"email": {"dana&prompt=none&state=x+y@bay.example"}})
	u, err := url.Parse(p.MustBe(http.StatusSeeOther).Header.Get("Location"))
	if err != nil || u.Query().Get("login_hint") != "dana&prompt=none&state=x+y@bay.example" || u.Query().Has("prompt") || len(u.Query()["state"]) != 1 {
		t.Errorf("sent to %s", u)
	}
}

// flood sends requests from as many addresses straight to the server, as a botnet
// would, and counts the answers.
func flood(t *testing.T, site *webtest.Site, n int, request func(k int) *http.Request) map[int]int {
	t.Helper()
	got := map[int]int{}
	for k := range n {
		r := request(k)
		r.RemoteAddr = "127.0.0.1:4711"
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", 100+k/250, k%250))
		rec := httptest.NewRecorder()
		site.Server.ServeHTTP(rec, r)
		got[rec.Code]++
	}
	return got
}

func TestTenThousandSignInsUnderOneAddress(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{TrustedProxies: loopback})
	at := func(ip string) *webtest.Browser {
		b := site.Browser(t)
		b.Client.Transport = from(ip)
		return b
	}
	at("192.0.2.10").SignInAs("dana@bay.example", "/account").MustBe(http.StatusOK).MustSay("Dana Example")
	got := flood(t, site, 10_000, func(k int) *http.Request {
		return form(site.URL+"/login", url.Values{"email": {[]string{"dana@bay.example", "Dana@Bay.Example"}[k%2]}}.Encode())
	})
	if got[http.StatusSeeOther] != 29 || got[http.StatusTooManyRequests] != 9971 { // thirty with dana's own
		t.Errorf("answers: %v", got)
	}
	lines := auditLines(t, site, "session.refused")
	if len(lines) != 1 || lines[0].Subject != "sign-ins under dana@bay.example" || len(lines[0].Concerns) != 1 || lines[0].Concerns[0] != site.Agencies["bay"].ID {
		t.Errorf("%d audit lines: %+v", len(lines), lines)
	}
	p := at("203.0.113.1").PostForm("/login", url.Values{"email": {"dana@bay.example"}}).MustBe(http.StatusTooManyRequests)
	p.MustSay("Too many sign-ins under this address", "Wait a minute").MustNotSay(technical...)
	if p.Header.Get("Retry-After") == "" {
		t.Error("nobody is told how long to wait")
	}
	// Everybody else comes in, and so does the person at the desk where they always are.
	at("203.0.113.2").SignInAs("noor@bay.example", "/account").MustBe(http.StatusOK).MustSay("Noor Example")
	at("192.0.2.10").SignInAs("dana@bay.example", "/account").MustBe(http.StatusOK).MustSay("Dana Example")
}

// Answers that nobody asked for, and codes that are made up for attempts of one's own.
func TestTenThousandMadeUpAnswers(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{TrustedProxies: loopback, Config: func(c *web.Config) { c.LoginsPerMinute = 100_000 }})
	got := flood(t, site, 10_000, func(k int) *http.Request {
		return httptest.NewRequest(http.MethodGet, fmt.Sprintf("%s/login/callback?state=s%d&code=c%d", site.URL, k, k), nil)
	})
	if got[http.StatusBadRequest] != 10_000 {
		t.Errorf("answers: %v", got)
	}
	lines := auditLines(t, site, "session.refused")
	if len(lines) != 61 || !strings.HasPrefix(lines[60].Words, "Many sign-ins were refused.") {
		t.Errorf("%d audit lines of ten thousand answers, want sixty and one for the rest", len(lines))
	}
	before := len(auditLines(t, site, "session.refused"))
	b := site.Browser(t)
	for k := range 200 {
		to, err := url.Parse(b.Stay().PostForm("/login", url.Values{"email": {fmt.Sprintf("made-up-%d@bay.example", k)}}).MustBe(http.StatusSeeOther).Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		b.Get("/login/callback?code=made-up&iss=" + url.QueryEscape(site.IdP.URL("/bay")) + "&state=" + to.Query().Get("state")).MustBe(http.StatusForbidden)
	}
	if n := len(auditLines(t, site, "session.refused")) - before; n != 61 {
		t.Errorf("%d audit lines of 200 made-up codes, want sixty and one for the rest", n)
	}
	site.SignIn(t, "dana@bay.example")
}

// from is a transport whose requests come from an address, as a proxy would say.
type from string

// RoundTrip implements http.RoundTripper.
func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", string(f))
	return http.DefaultTransport.RoundTrip(r)
}
