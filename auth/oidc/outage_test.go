package oidc_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestSignInGoesOnWhenAProviderChangesItsKeys(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	in(t, site, site.SignInBy, "dana@bay.example")
	if err := site.IdP.Rotate("/bay"); err != nil {
		t.Fatal(err)
	}
	in(t, site, site.SignInBy, "dana@bay.example")
	// A second change within seconds is seen after a rest; an unknown key proves nothing.
	spoil(t, site, "/bay", devidp.UnknownKey)
	if r := refused(t, site, site.SignInBy, "dana@bay.example"); r != oidc.NotProven {
		t.Error(r)
	}
	mend(t, site, "/bay")
	in(t, site, site.SignInBy, "dana@bay.example")
	site.DB.Clock.Advance(time.Minute)
	if err := site.IdP.Rotate("/bay"); err != nil {
		t.Fatal(err)
	}
	in(t, site, site.SignInBy, "dana@bay.example")
}

func TestTokensThatAreNotSignedByTheProviderProveNothing(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for name, c := range map[string]struct {
		fault devidp.Fault
		says  string
	}{
		"none":                             {devidp.Unsigned, "not signed"},
		"the public key as a secret":       {devidp.Symmetric, "signed with HS256"},
		"a key that is not published":      {devidp.UnknownKey, "none of the keys"},
		"another key under a known name":   {devidp.WrongSignature, "none of the keys"},
		"another issuer's name":            {devidp.ForeignIssuer("https://login.other.example"), "comes from"},
		"another client's token":           {devidp.WrongAudience, "another client"},
		"not valid yet":                    {devidp.NotYetValid, "not valid yet"},
		"a time that cannot be read":       {devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["nbf"] = "soon" }}, "not of the kind"},
		"expired":                          {devidp.ExpiredToken, "expired"},
		"from the future":                  {devidp.TokenFromTheFuture, "in the future"},
		"an audience that is no list":      {devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["aud"] = map[string]any{"x": 1} }}, "another client"},
		"a description that names no more": {devidp.Fault{Unsigned: true, Description: func(d map[string]any) { d["id_token_signing_alg_values_supported"] = []string{"none", "ES256"} }}, "not signed"},
	} {
		spoil(t, site, "/bay", c.fault)
		if r := refused(t, site, site.SignInBy, "dana@bay.example"); r != oidc.NotProven {
			t.Errorf("%s: %s", name, r)
		}
		if i := issuerOf(t, site, "bay"); !strings.Contains(i.LastFailure, c.says) {
			t.Errorf("%s: its admin reads %q, want %q", name, i.LastFailure, c.says)
		}
		site.DB.Clock.Advance(2 * time.Minute) // the row says what was last
	}
	mend(t, site, "/bay")
	in(t, site, site.SignInBy, "dana@bay.example")
}

// A provider that announces nothing but none or shared secrets is not spoken to.
func TestAProviderThatCannotProveAnythingIsNotUsed(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, algorithms := range [][]string{{"none"}, {"HS256", "none"}, {"HS512"}} {
		spoil(t, site, "/bay", devidp.Describes("id_token_signing_alg_values_supported", algorithms))
		if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "dana@bay.example"}); reason(t, err) != oidc.Unreachable {
			t.Errorf("%v: %v", algorithms, err)
		}
		site.DB.Clock.Advance(time.Minute)
	}
}

func TestAnOldDescriptionIsRenewedBesideTheWork(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	in(t, site, site.SignInBy, "dana@bay.example")
	site.DB.Clock.Advance(2 * time.Hour)
	spoil(t, site, "/bay", devidp.Fault{Description: func(map[string]any) { time.Sleep(2 * time.Second) }})
	start := time.Now()
	_, to, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "dana@bay.example"})
	if err != nil || time.Since(start) > time.Second {
		t.Errorf("a slow description kept somebody waiting for %v (%v)", time.Since(start), err)
	}
	mend(t, site, "/bay")
	if u, _ := url.Parse(to); u.Path != "/bay/authorize" {
		t.Errorf("sent to %s", to)
	}
	// While it cannot be renewed at all, the old one is used, and its admin can read why.
	site.DB.Clock.Advance(2 * time.Hour)
	spoil(t, site, "/bay", devidp.Describes("issuer", "https://elsewhere.example"))
	for range 200 { // the slow one comes back first, on a busy machine late
		if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "dana@bay.example"}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(issuerOf(t, site, "bay").LastFailure, "calls itself") {
			break
		}
		time.Sleep(50 * time.Millisecond)
		site.DB.Clock.Advance(2 * time.Hour)
	}
	if i := issuerOf(t, site, "bay"); !strings.Contains(i.LastFailure, `It calls itself "https://elsewhere.example"`) {
		t.Errorf("its admin reads %q", i.LastFailure)
	}
}

func TestAProviderThatIsDownIsLeftAloneForAWhileAndThenUsedAgain(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	spoil(t, site, "/bay", devidp.Down)
	ask := oidc.Ask{Email: "dana@bay.example"}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, _, err := site.SignInBy.Begin(t.Context(), here, ask); err == nil {
				t.Error("a provider that is down was found well")
			}
		})
	}
	all.Wait()
	if i := issuerOf(t, site, "bay"); i.LastFailureAt == nil || !strings.Contains(i.LastFailure, "answered 503") {
		t.Errorf("its admin reads %q", i.LastFailure)
	}
	if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "lee@boroughs.example"}); err != nil {
		t.Errorf("another agency is affected: %v", err)
	}
	mend(t, site, "/bay")
	if _, _, err := site.SignInBy.Begin(t.Context(), here, ask); reason(t, err) != oidc.Unreachable {
		t.Errorf("asked again at once: %v", err)
	}
	site.DB.Clock.Advance(11 * time.Second)
	in(t, site, site.SignInBy, "dana@bay.example")
	// Settings that changed are tried at once, whatever the old ones did.
	site.DB.Clock.Advance(time.Minute)
	spoil(t, site, "/north", devidp.Down)
	if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "jules@north.example"}); reason(t, err) != oidc.Unreachable {
		t.Fatal(err)
	}
	mend(t, site, "/north")
	set(t, site, "update issuers set client_id = client_id || '-2' where id = ?", site.Issuers["north"].ID)
	if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "jules@north.example"}); err != nil {
		t.Errorf("the new settings: %v", err)
	}
}

// What breaks on the way back is the provider's trouble, not the person's fault.
func TestATokenEndpointThatBreaksDownIsSaidSo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	var answer atomic.Value
	answer.Store("")
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch answer.Load() {
		case "500":
			w.WriteHeader(http.StatusInternalServerError)
		case "slow":
			_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that nobody waits any more
			<-r.Context().Done()
		case "cut":
			panic(http.ErrAbortHandler)
		case "html":
			_, _ = w.Write([]byte("<html>"))
		case "nothing":
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"x","token_type":"Bearer"}`))
		case "client":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"a secret"}`))
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(description("http://"+r.Host, "", "")))
		}
	}))
	defer front.Close()
	iss := addIssuer(t, site, "bay", "front.example", front.URL, nil)
	base, _ := url.Parse(site.URL)
	s, err := oidc.New(oidc.Config{Store: site.DB.Web, BaseURL: base, LoopbackOnly: true, Clock: site.DB.Clock.Now, Patience: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for how, c := range map[string]struct {
		want oidc.Reason
		says string
	}{
		"500":     {oidc.Unreachable, "broke down (500)"},
		"slow":    {oidc.Unreachable, "did not answer within"},
		"cut":     {oidc.Unreachable, "broke off"},
		"html":    {oidc.NotProven, "not as the standard says"},
		"nothing": {oidc.NotProven, "no identity token"},
		"client":  {oidc.NotProven, "Check the client id and the secret"},
	} {
		answer.Store("")
		a, _, err := s.Begin(t.Context(), here, oidc.Ask{Email: "x@front.example"})
		if err != nil {
			t.Fatal(err)
		}
		answer.Store(how)
		_, err = s.Finish(t.Context(), here, a, url.Values{"state": {a.State}, "code": {"x"}})
		if r := reason(t, err); r != c.want {
			t.Errorf("%s: %s, want %s", how, r, c.want)
		}
		var said string
		site.DB.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select last_failure from issuers where id = ?", iss.ID).Row().Scan(&said)
		})
		if !strings.Contains(said, c.says) || strings.Contains(said, "a secret\"") {
			t.Errorf("%s: its admin reads %q, want %q", how, said, c.says)
		}
		site.DB.Clock.Advance(2 * time.Minute)
	}
}

// What a person can cause alone is not held against a provider.
func TestWhatAPersonCausesIsNotHeldAgainstAProvider(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	begin := func() oidc.Attempt {
		a, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "dana@bay.example"})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	iss := []string{site.IdP.URL("/bay")}
	for name, q := range map[string]url.Values{
		"turned back":        {"error": {"access_denied"}, "iss": iss},
		"an unheard-of code": {"error": {"x\x00' or 1=1"}, "iss": iss},
		"a made-up code":     {"code": {"made-up"}, "iss": iss},
		"another's name":     {"code": {"x"}, "iss": {"https://login.other.example"}},
		"no code":            {"iss": iss},
		"a huge code":        {"code": {strings.Repeat("x", 10_000)}, "iss": iss},
	} {
		a := begin()
		q.Set("state", a.State)
		if _, err := site.SignInBy.Finish(t.Context(), here, a, q); err == nil {
			t.Errorf("%s: came in", name)
		}
		if i := issuerOf(t, site, "bay"); i.LastFailureAt != nil {
			t.Errorf("%s: held against the provider: %q", name, i.LastFailure)
		}
	}
	a := begin()
	if _, err := site.SignInBy.Finish(t.Context(), here, a, url.Values{"state": {a.State}, "error": {"unauthorized_client"}, "iss": iss}); reason(t, err) != oidc.ProviderSaid {
		t.Error(err)
	}
	if i := issuerOf(t, site, "bay"); !strings.Contains(i.LastFailure, "Allow the authorization code flow") {
		t.Errorf("what speaks against the settings is not kept: %q", i.LastFailure)
	}
}
