package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"reeve/static"
	"reeve/web"
	"reeve/web/webtest"
)

func TestPagesTellTheBrowserWhatTheyNeverDo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	ours := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	dana := site.SignIn(t, "dana@bay.example")
	for path, p := range map[string]*webtest.Page{"/login": site.Browser(t).Get("/login"), "/account": dana.Get("/account"), "/nothing": dana.Get("/nothing")} {
		for name, want := range map[string]string{
			"Content-Security-Policy": ours + " " + site.IdP.Origin(), "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Strict-Transport-Security": "",
		} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if p.Header.Get("X-Request-ID") == "" || p.Header.Get("Permissions-Policy") == "" {
			t.Errorf("%s lacks a request id or a permissions policy", path)
		}
	}
	rec := httptest.NewRecorder()
	secureServer(t, site).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "https://portal.example/login", nil))
	if got := rec.Header().Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
		t.Errorf("over https Strict-Transport-Security is %q", got)
	}
	// A page holds nothing that the policy would refuse.
	for _, p := range []*webtest.Page{site.Browser(t).Get("/login"), dana.Get("/account"), dana.Get("/nothing")} {
		for n := range p.Doc.Descendants() {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has an inline %s", p.URL, a.Key)
				}
			}
		}
		for _, n := range p.All("script") {
			if !strings.HasPrefix(webtest.Attr(n, "src"), "/static/") {
				t.Errorf("%s has an inline script", p.URL)
			}
		}
	}
}

func TestADeedFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, c := range []struct {
		name          string
		origin, fetch string
		want          int
	}{
		{"our own page", site.URL, "same-origin", http.StatusSeeOther},
		{"our own page in a browser without Sec-Fetch-Site", site.URL, "", http.StatusSeeOther},
		{"the person's own hand", "", "none", http.StatusSeeOther},
		{"another site", "https://evil.example", "cross-site", http.StatusForbidden},
		{"a sibling site", "https://other.portal.example", "same-site", http.StatusForbidden},
		{"another site in a browser without Sec-Fetch-Site", "https://evil.example", "", http.StatusForbidden},
		{"a page that hides its origin", "null", "", http.StatusForbidden},
		{"a browser that says nothing", "", "", http.StatusForbidden},
	} {
		b := site.SignIn(t, "dana@bay.example").Stay()
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/account/sessions/end", strings.NewReader(""))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		if c.fetch != "" {
			req.Header.Set("Sec-Fetch-Site", c.fetch)
		}
		p := b.Do(req)
		if p.Status != c.want {
			t.Errorf("%s: %d, want %d", c.name, p.Status, c.want)
		}
		if refused := c.want == http.StatusForbidden; refused == out(b) {
			t.Errorf("%s: signed out %v", c.name, out(b))
		}
	}
	// The portal behind a proxy that changes Host is still our own.
	rec := httptest.NewRecorder()
	r := form("http://10.0.0.5:8080/login", "email=x")
	r.Header.Del("Sec-Fetch-Site")
	r.Header.Set("Origin", "https://portal.example")
	secureServer(t, site).ServeHTTP(rec, r)
	if rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("behind a proxy: %d", rec.Code)
	}
}

// Clients of the provider API are no browsers: they say nothing of an origin.
func TestTheProviderAPIKnowsNoCookiesAndNoOrigins(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/ispws/upload", bytes.NewReader(make([]byte, 3<<20)))
	req.SetBasicAuth("esp", "x")
	p := site.Browser(t).Do(req).MustBe(http.StatusOK)
	if !strings.Contains(p.Body, fmt.Sprint(3<<20)) || p.Header.Get("Set-Cookie") != "" || p.Header.Get("Request-ID") == "" {
		t.Errorf("an upload: %s %v", p.Body, p.Header)
	}
	for _, c := range []struct {
		name, method, path, user string
		want                     int
	}{
		{"no credentials", "GET", "/ispws/status", "", 401},
		{"unknown path", "GET", "/ispws/nothing", "esp", 404},
		{"unknown path without credentials", "GET", "/ispws/nothing", "", 404},
		{"wrong method", "GET", "/ispws/submit", "esp", 405},
		{"a handler that breaks", "GET", "/ispws/status", "panic", 500},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), c.method, site.URL+c.path, nil)
		if c.user != "" {
			req.SetBasicAuth(c.user, "x")
		}
		p := site.Browser(t).Do(req)
		if p.Status != c.want || !strings.Contains(p.Body, "<responseCode>") || !strings.Contains(p.Header.Get("Content-Type"), "xml") {
			t.Errorf("%s: %d %s %q", c.name, p.Status, p.Header.Get("Content-Type"), p.Body)
		}
		if strings.Contains(p.Body, "broke") {
			t.Errorf("%s: the answer tells what broke", c.name)
		}
	}
	// A person's session is worth nothing there.
	site.SignIn(t, "dana@bay.example").Get("/ispws/status").MustBe(http.StatusUnauthorized)
}

func TestTheClientsAddressIsTakenFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		trusted   []netip.Prefix
		forwarded []string
		want      string
	}{
		{"no proxy", nil, nil, "127.0.0.1"},
		{"a header from somebody who is no proxy", nil, []string{"198.51.100.7"}, "127.0.0.1"},
		{"one proxy", loopback, []string{"198.51.100.7"}, "198.51.100.7"},
		{"the client wrote an address itself", loopback, []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		{"two proxies", append(loopback, netip.MustParsePrefix("192.0.2.0/24")), []string{"203.0.113.9, 198.51.100.7, 192.0.2.8"}, "198.51.100.7"},
		{"two header lines", loopback, []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		{"with a port", loopback, []string{"198.51.100.7:4711"}, "198.51.100.7"},
		{"IPv6", loopback, []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"IPv4 written as IPv6", loopback, []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"nonsense nearest to us", loopback, []string{"198.51.100.7, unknown"}, "127.0.0.1"},
		{"a proxy that says nothing", loopback, nil, "127.0.0.1"},
	} {
		site := webtest.Start(t, webtest.Options{TrustedProxies: c.trusted})
		b := site.SignIn(t, "dana@bay.example")
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/logout", nil)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, f := range c.forwarded {
			req.Header.Add("X-Forwarded-For", f)
		}
		b.Stay().Do(req).MustBe(http.StatusSeeOther)
		if got := auditLines(t, site, "session.signed-out")[0].IP; got != c.want {
			t.Errorf("%s: the audit line says %s, want %s", c.name, got, c.want)
		}
	}
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func TestHammeringTheSignInIsSlowedDownPerAddress(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{TrustedProxies: loopback, Config: func(c *web.Config) { c.LoginsPerMinute = 5 }})
	try := func(ip string) *webtest.Page {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/login", strings.NewReader("email=x"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("X-Forwarded-For", ip)
		return site.Browser(t).Do(req)
	}
	for range 5 {
		try("198.51.100.7").MustBe(http.StatusUnprocessableEntity)
	}
	p := try("198.51.100.7").MustBe(http.StatusTooManyRequests).MustSay("Wait a minute")
	if p.Header.Get("Retry-After") == "" {
		t.Error("nobody is told how long to wait")
	}
	try("198.51.100.8").MustBe(http.StatusUnprocessableEntity)
	for i := range 5 {
		try(fmt.Sprintf("2001:db8::%d", i)).MustBe(http.StatusUnprocessableEntity)
	}
	try("2001:db8::ffff").MustBe(http.StatusTooManyRequests)
}

func TestTooLargeAFormIsRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	site.Browser(t).PostForm("/login", url.Values{"email": {strings.Repeat("a", 2<<20)}}).MustBe(http.StatusRequestEntityTooLarge).MustSay("too large")
	// Without a length announced, the limit holds while reading.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/login", struct{ *strings.Reader }{strings.NewReader("email=" + strings.Repeat("a", 2<<20))})
	req.ContentLength = -1
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	site.Browser(t).Do(req).MustBe(http.StatusRequestEntityTooLarge)
}

func TestStaticFilesAreKeptForEverAndCompressed(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	get := func(path string, header ...string) *webtest.Page {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+path, nil)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		return site.Browser(t).Do(req)
	}
	p := get(static.URL(static.Sheet), "Accept-Encoding", "gzip").MustBe(http.StatusOK)
	if p.Header.Get("Content-Encoding") != "gzip" || p.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
		p.Header.Get("Content-Type") != "text/css; charset=utf-8" || p.Header.Get("Set-Cookie") != "" {
		t.Errorf("the style sheet comes with %v", p.Header)
	}
	if p := get(static.URL(static.Sheet), "Accept-Encoding", "identity"); p.Header.Get("Content-Encoding") != "" || !strings.Contains(p.Body, "@layer") {
		t.Error("the style sheet does not come plain")
	}
	if p := get(static.URL(static.Sheet), "Accept-Encoding", "gzip;q=0"); p.Header.Get("Content-Encoding") != "" {
		t.Error("gzip was sent to somebody who refuses it")
	}
	get(static.URL(static.Sheet), "If-None-Match", p.Header.Get("ETag")).MustBe(http.StatusNotModified)
	get("/static/css/reeve.000000000000.css").MustBe(http.StatusNotFound)
	get("/static/../web/routes.go").MustBe(http.StatusNotFound)
}

// logBuffer is a log that the server writes and the test reads.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestTheLogNamesRoutesAndNoPersons(t *testing.T) {
	t.Parallel()
	var log logBuffer
	metrics := web.NewMetrics()
	site := webtest.Start(t, webtest.Options{Log: &log, Deps: func(d *web.Deps) { d.Metrics = metrics }})
	b := site.SignIn(t, "dana@bay.example")
	b.Get("/account?secret=4711")
	b.Get("/reports/123456789")
	b.Get("/nowhere/at/all")
	site.SignIn(t, "noor@bay.example").PostForm("/logout", nil)
	site.Browser(t).SignInAs("pat@bay.example", "")
	text := log.String()
	for _, want := range []string{`"route":"account.show"`, `"route":"session.callback"`, `"status":200`, `"route":"unknown"`, `"reason":"no-account"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	for _, not := range []string{"4711", "dana", "Dana", "pat@", "123456789", "127.0.0.1\"", "code=", "id_token"} {
		if strings.Contains(text, not) {
			t.Errorf("the log holds %q", not)
		}
	}
	rec := httptest.NewRecorder()
	metrics.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if !strings.Contains(rec.Body.String(), `reeve_http_request_seconds_count{route="account.show",status="200"}`) {
		t.Error("requests are not counted by route")
	}
}
