package oidc_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models"
	"reeve/web/webtest"
)

// said is a report as its reader goes through it.
func said(r models.SignInTest) string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s: %v. %s\n", s.Name, s.OK, s.Text)
	}
	return b.String()
}

// failedAt answers the step that failed, or an empty text.
func failedAt(r models.SignInTest) string {
	for _, s := range r.Steps {
		if !s.OK {
			return s.Name
		}
	}
	return ""
}

func TestALookAtAProviderSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	i := site.Issuers["bay"]
	if r := site.SignInBy.Probe(t.Context(), i); !r.OK || len(r.Steps) != 9 || !strings.Contains(said(r), "/login/backchannel there") || r.At.IsZero() {
		t.Fatalf("a good provider: %+v\n%s", r, said(r))
	}
	for name, c := range map[string]struct {
		fault      devidp.Fault
		step, says string
	}{
		"another name":            {devidp.Describes("issuer", "https://login.other.example"), "It is the provider that the settings name", `calls itself "https://login.other.example"`},
		"a slash more":            {devidp.Describes("issuer", i.URL+"/"), "It is the provider that the settings name", "a slash at the end counts"},
		"keys elsewhere":          {devidp.Describes("jwks_uri", "https://keys.other.example/"), "Its addresses are at its own host", "jwks_uri"},
		"no token endpoint":       {devidp.Describes("token_endpoint", ""), "Its addresses are at its own host", "token_endpoint"},
		"a sign-in page in http":  {devidp.Describes("authorization_endpoint", "javascript:alert(1)"), "Its addresses are at its own host", "authorization_endpoint"},
		"plain PKCE":              {devidp.Describes("code_challenge_methods_supported", []string{"plain"}), "It knows PKCE", "S256"},
		"shared secrets only":     {devidp.Describes("id_token_signing_alg_values_supported", []string{"HS256"}), "It signs what it says", "HS256"},
		"no public client":        {devidp.Describes("token_endpoint_auth_methods_supported", []string{"client_secret_basic"}), "", ""},
		"out of order":            {devidp.Down, "The provider answers", "answered 503"},
		"no such page":            {devidp.Fault{Status: 404}, "The provider answers", "Copy the issuer's address whole"},
		"what is no description":  {devidp.Describes("token_endpoint", 7), "The provider answers", "not a provider's description"},
		"no keys":                 {devidp.Describes("jwks_uri", i.URL+"/login"), "Its keys can be read", "keys could not be read"},
		"what says nothing more":  {devidp.Describes("code_challenge_methods_supported", nil), "", ""},
		"no word on its sign-out": {devidp.Fault{Description: func(d map[string]any) { delete(d, "end_session_endpoint"); delete(d, "backchannel_logout_supported") }}, "", ""},
	} {
		spoil(t, site, "/bay", c.fault)
		r := site.SignInBy.Probe(t.Context(), i)
		if failedAt(r) != c.step || r.OK != (c.step == "") || !strings.Contains(said(r), c.says) {
			t.Errorf("%s:\n%s", name, said(r))
		}
		if n := len(r.Steps); c.step != "" && r.Steps[n-1].Name != c.step {
			t.Errorf("%s: the look goes on after a step that failed:\n%s", name, said(r))
		}
	}
	mend(t, site, "/bay")
	i.RequiredACR, i.Scopes = models.TextList{"urn:unheard-of"}, models.TextList{"openid", "groups"}
	if r := site.SignInBy.Probe(t.Context(), i); !r.OK || !strings.Contains(said(r), "none of those that the settings demand") || !strings.Contains(said(r), "does not name the scope groups") {
		t.Errorf("promises that are missing:\n%s", said(r))
	}
	if n := len(lines(t, site, "session.refused")); n != 0 || issuerOf(t, site, "bay").LastFailureAt != nil {
		t.Error("a look is taken for a sign-in")
	}
}

func TestALookAtWhatIsNoProvider(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	base, _ := url.Parse(site.URL)
	with := func(patience time.Duration, local bool) *oidc.Service {
		s, err := oidc.New(oidc.Config{Store: site.DB.Web, BaseURL: base, LoopbackOnly: local, Clock: site.DB.Clock.Now, Patience: patience})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	patient, hasty := with(10*time.Second, true), with(400*time.Millisecond, true)
	mux := http.NewServeMux()
	mux.HandleFunc("/slow/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/drip/", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	mux.HandleFunc("/endless/", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(strings.Repeat(" ", 1<<16)))
		}
	})
	mux.HandleFunc("/away/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	mux.HandleFunc("/page/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	mux.HandleFunc("/cut/", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	plain, secure := httptest.NewServer(mux), httptest.NewUnstartedServer(mux)
	secure.TLS = &tls.Config{}
	secure.StartTLS()
	defer plain.Close()
	defer secure.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	closed.Close()
	for name, c := range map[string]struct{ address, says string }{
		"slow":                        {plain.URL + "/slow", "did not answer within"},
		"one byte at a time":          {plain.URL + "/drip", "did not answer within"},
		"without an end":              {plain.URL + "/endless", "not a provider's description"},
		"a redirect":                  {plain.URL + "/away", "sends us elsewhere (302)"},
		"a page":                      {plain.URL + "/page", "not a provider's description"},
		"breaks off":                  {plain.URL + "/cut", "broke off"},
		"not there":                   {plain.URL + "/missing", "There is no description"},
		"nobody":                      {nobody, "Nothing answers"},
		"TLS that nobody signed":      {secure.URL + "/page", "certificate that nobody whom this portal trusts has signed"},
		"no TLS":                      {strings.Replace(plain.URL, "http:", "https:", 1), "does not speak TLS"},
		"another machine, refused":    {"https://login.agency.example", "only this machine may be contacted here"},
		"no address":                  {"login.agency.example", "is not the address of a provider"},
		"an address with a password":  {"http://a:b@127.0.0.1:1/", "is not the address of a provider"},
		"an address with a question":  {plain.URL + "/?x=1", "is not the address of a provider"},
		"an address with a new line":  {plain.URL + "/\n", "is not the address of a provider"},
		"nothing":                     {"", "is not the address of a provider"},
		"a port of this machine only": {"http://169.254.169.254/", "only this machine"},
	} {
		start, s := time.Now(), patient
		if strings.Contains(c.says, "within") {
			s = hasty
		}
		r := s.Probe(t.Context(), models.Issuer{URL: c.address, ClientID: "reeve"})
		if took := time.Since(start); r.OK || len(r.Steps) != 1 || !strings.Contains(r.Steps[0].Text, c.says) || took > 2*time.Second {
			t.Errorf("%s: after %v:\n%s", name, took, said(r))
		}
	}
	// Where other machines may be contacted, still none without TLS, and no public
	// name that leads into this machine.
	if r := with(time.Second, false).Probe(t.Context(), models.Issuer{URL: "http://login.agency.example", ClientID: "reeve"}); !strings.Contains(said(r), "must be https") {
		t.Errorf("plain http:\n%s", said(r))
	}
}

func TestClocksMayBeAMinuteApart(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, c := range []struct {
		off   time.Duration
		ok    bool
		words string
	}{
		{0, true, "apart"}, {50 * time.Second, true, "apart"}, {-50 * time.Second, true, "apart"},
		{5 * time.Minute, false, "5 minutes ahead of ours"}, {-3 * time.Hour, false, "3 hours behind ours"},
	} {
		idp, err := devidp.New(devidp.Options{Clock: func() time.Time { return site.DB.Clock.Now().Add(c.off) }, Issuers: []devidp.Issuer{{Path: "/off", Name: "Off", ClientID: "reeve",
			RedirectURIs: []string{site.SignInBy.Redirect()}, Users: []devidp.User{{Subject: "dana-at-bay", Email: "dana@bay.example", Name: "Dana", Password: webtest.Password, EmailVerified: true}}}}})
		if err != nil {
			t.Fatal(err)
		}
		idp.Start(t.Context())
		set(t, site, "update issuers set url = ?, client_id = 'reeve', last_failure_at = null, last_failure = '' where id = ?", idp.URL("/off"), site.Issuers["bay"].ID)
		r := site.SignInBy.Probe(t.Context(), models.Issuer{URL: idp.URL("/off"), ClientID: "reeve"})
		if r.OK != c.ok || !strings.Contains(said(r), c.words) {
			t.Errorf("%v off:\n%s", c.off, said(r))
		}
		if c.ok {
			in(t, site, site.SignInBy, "dana@bay.example")
			a, answer := asked(t, site, site.SignInBy, again(site, "dana@bay.example", "bay"), "dana@bay.example")
			if _, err := site.SignInBy.Finish(t.Context(), here, a, answer); err != nil {
				t.Errorf("%v off, a step-up: %v", c.off, err)
			}
			continue
		}
		if r := refused(t, site, site.SignInBy, "dana@bay.example"); r != oidc.NotProven {
			t.Errorf("%v off: %s", c.off, r)
		}
		if i := issuerOf(t, site, "bay"); !strings.Contains(i.LastFailure, "clock") {
			t.Errorf("%v off: its admin reads %q", c.off, i.LastFailure)
		}
	}
}
