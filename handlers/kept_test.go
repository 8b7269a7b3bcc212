package handlers

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reeve/auth/session"
)

func TestAFormIsReadInItsOwnOrder(t *testing.T) {
	t.Parallel()
	const boundary = "x"
	part := func(disposition, body string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + body + "\r\n"
	}
	for _, c := range []struct {
		name, kind, body string
		want             session.Form
		refused          bool
	}{
		{name: "in its order, names more than once, empty ones too", kind: "application/x-www-form-urlencoded; charset=utf-8", body: "b=1&a=2&b=%C3%A9+x&c=&d",
			want: session.Form{Fields: []session.Value{{Name: "b", Text: "1"}, {Name: "a", Text: "2"}, {Name: "b", Text: "\u00e9 x"}, {Name: "c"}, {Name: "d"}}}},
		{name: "nothing", kind: "application/x-www-form-urlencoded", want: session.Form{}},
		{name: "nothing at all", want: session.Form{}},
		{name: "lines and signs", kind: "application/x-www-form-urlencoded", body: "a=one%0D%0Atwo%26%3D%3B", want: session.Form{Fields: []session.Value{{Name: "a", Text: "one\r\ntwo&=;"}}}},
		{name: "broken", kind: "application/x-www-form-urlencoded", body: "a=%zz", refused: true},
		{name: "a broken name", kind: "application/x-www-form-urlencoded", body: "%zz=a", refused: true},
		{name: "too long", kind: "application/x-www-form-urlencoded", body: "a=" + strings.Repeat("x", 4*session.KeptSize), refused: true},
		{name: "no form", kind: "application/json", body: "{}", refused: true},
		{name: "no kind", kind: ";", body: "a=1", refused: true},
		{name: "parts without a boundary", kind: "multipart/form-data", body: "a", refused: true},
		{name: "parts that break off", kind: "multipart/form-data; boundary=x", body: "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", refused: true},
		{name: "parts, with a file and a file field that is empty", kind: "multipart/form-data; boundary=x",
			body: part(`name="a"`, "1") + part(`name="f"; filename="people.csv"`, strings.Repeat("x", 2*session.KeptSize)) + part(`name="g"; filename=""`, "") + part(`name="a"`, "2") + "--x--\r\n",
			want: session.Form{Parts: true, Fields: []session.Value{{Name: "a", Text: "1"}, {Name: "a", Text: "2"}}, Files: []session.Value{{Name: "f", Text: "people.csv"}}}},
		{name: "parts of too much text", kind: "multipart/form-data; boundary=x", body: part(`name="a"`, strings.Repeat("x", session.KeptSize)) + part(`name="b"`, "y") + "--x--\r\n", refused: true},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(c.body))
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		got, err := readForm(r)
		if refused := errors.Is(err, errNotKeepable); refused != c.refused || err != nil && !refused {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); !c.refused && diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	// A body that is larger than its page takes is said to be, not called unkeepable.
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	r.Body = http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader("a="+strings.Repeat("x", 100))), 10)
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := readForm(r); !errors.As(err, new(*http.MaxBytesError)) {
		t.Errorf("a body that is too large: %v", err)
	}
}

func TestFieldsReadLikeWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"state_why": "State why", "note": "Note", "client-secret": "Client secret", "": "Without a name", "_": "Without a name", "\u0644": "\u0644"} {
		if got := fieldInWords(name); got != want {
			t.Errorf("%q reads %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"client_secret", "Password", "token", "private_key"} {
		if !isSecret(name) {
			t.Errorf("%s would be shown", name)
		}
	}
	for _, name := range []string{"note", "email", "name", "why"} {
		if isSecret(name) || isQuiet(name) {
			t.Errorf("%s would be hidden", name)
		}
	}
}

func TestWordsOfDeedsContinueASentence(t *testing.T) {
	t.Parallel()
	for name, words := range routeWords {
		if words == "" || words[0] >= 'A' && words[0] <= 'Z' || strings.HasSuffix(words, ".") {
			t.Errorf(`%s: "You are about to %s."`, name, words)
		}
	}
}

func TestWhereAFormWasTyped(t *testing.T) {
	t.Parallel()
	for referer, want := range map[string]string{
		"http://portal.example/agency/users?state=waiting": "/agency/users?state=waiting", "http://evil.example/agency/users": "", "": "", "::": "",
		"http://portal.example/account/resume/1": "", "http://portal.example/login/again?return=%2Finbox": "", "http://portal.example//evil.example": "",
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://portal.example/x", nil)
		r.Header.Set("Referer", referer)
		if got := PageOf(r); got != want {
			t.Errorf("%q: %q, want %q", referer, got, want)
		}
	}
}

func TestBrowsersAreNamedShortly(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                         "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                   "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":        "Samsung Internet on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                          "Chrome on ChromeOS",
		"": "A browser that does not say which", "curl/8": "A browser that does not say which", "Something (Windows)": "A browser on Windows", "Firefox/1": "Firefox",
	} {
		if got := browserInWords(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
