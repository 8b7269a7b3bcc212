package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// Browser is a person's browser without scripts.
type Browser struct {
	Client *http.Client
	site   *Site
	t      testing.TB
}

// Browser answers a fresh browser in which nobody is signed in.
func (s *Site) Browser(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{Client: &http.Client{Jar: jar, Timeout: 30 * time.Second}, site: s, t: t}
}

// SignIn answers a browser in which the seeded person with the address is signed
// in: through the sign-in page, their agency's provider and back.
func (s *Site) SignIn(t testing.TB, email string) *Browser {
	t.Helper()
	b := s.Browser(t)
	p := b.SignInAs(email, "")
	if p.Status != http.StatusOK || strings.HasPrefix(p.URL.Path, "/login") {
		t.Fatalf("signing in as %s ended at %s with %d: %s", email, p.URL, p.Status, p.Text())
	}
	return b
}

// SignInAs takes the browser through a sign-in and answers the page at its end,
// whatever it is. to is where to go afterwards, if anywhere.
func (b *Browser) SignInAs(email, to string) *Page {
	b.t.Helper()
	p := b.PostForm("/login", url.Values{"email": {email}, "return": {to}})
	if !strings.HasPrefix(p.URL.String(), b.site.IdP.Origin()) {
		return p
	}
	return b.AtProvider(p, email)
}

// AtProvider fills in the identity provider's page.
func (b *Browser) AtProvider(p *Page, email string) *Page {
	b.t.Helper()
	form := p.Form("")
	form.Values.Set("email", email)
	form.Values.Set("password", Password)
	return b.Submit(form)
}

// Stay makes the browser stop at redirects instead of following them.
func (b *Browser) Stay() *Browser {
	b.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// Follow undoes Stay.
func (b *Browser) Follow() *Browser {
	b.Client.CheckRedirect = nil
	return b
}

// Get opens a path of the site, or a whole address.
func (b *Browser) Get(path string) *Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.address(path), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Do(req)
}

// PostForm sends a form to a path of the site as its own page would.
func (b *Browser) PostForm(path string, values url.Values) *Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.address(path), strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(req)
}

// Submit sends a form found on a page.
func (b *Browser) Submit(f Form) *Page {
	b.t.Helper()
	if strings.EqualFold(f.Method, http.MethodGet) || f.Method == "" {
		return b.Get(f.Action + "?" + f.Values.Encode())
	}
	return b.PostForm(f.Action, f.Values)
}

// Do sends any request with the browser's cookies and answers the page.
func (b *Browser) Do(req *http.Request) *Page {
	b.t.Helper()
	res, err := b.Client.Do(req)
	if err != nil {
		b.t.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatalf("reading %s: %v", req.URL, err)
	}
	p := &Page{Status: res.StatusCode, Header: res.Header, URL: res.Request.URL, Body: string(body), t: b.t}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if p.Doc, err = html.Parse(strings.NewReader(p.Body)); err != nil {
			b.t.Fatalf("reading %s: %v", req.URL, err)
		}
	}
	return p
}

// Cookie answers the session's cookie as the browser holds it, or nil.
func (b *Browser) Cookie() *http.Cookie {
	u, _ := url.Parse(b.site.URL)
	for _, c := range b.Client.Jar.Cookies(u) {
		if strings.HasPrefix(c.Name, "reeve-") {
			return c
		}
	}
	return nil
}

// SetCookie puts a value into the session's cookie.
func (b *Browser) SetCookie(name, value string) {
	u, _ := url.Parse(b.site.URL)
	b.Client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

func (b *Browser) address(path string) string {
	if strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://") {
		return path
	}
	return b.site.URL + path
}
