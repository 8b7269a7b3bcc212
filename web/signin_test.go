package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// auditLines answers the audit log's lines with the action, oldest first.
func auditLines(t *testing.T, site *webtest.Site, action string) []models.AuditEvent {
	t.Helper()
	var list []models.AuditEvent
	site.DB.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Where("action = ?", action).Order("id").Find(&list).Error
	})
	return list
}

func user(t *testing.T, site *webtest.Site, email string) models.User {
	t.Helper()
	var u models.User
	site.DB.Setup(t, func(tx *store.Tx) error {
		u = models.User{}
		return tx.Where("email = ?", email).Take(&u).Error
	})
	return u
}

func setState(t *testing.T, site *webtest.Site, email string, to models.UserState) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set state = ? where email = ?", to, email).Error
	})
}

// out reports whether nobody is signed in in the browser.
func out(b *webtest.Browser) bool {
	p := b.Get("/account")
	return p.URL.Path == "/login" || strings.HasPrefix(p.Header.Get("Location"), "/login")
}

func TestTheFirstSignInBindsTheInvitationToTheIdentity(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	b.Get("/account").MustBe(http.StatusOK).MustSay("Dana Example", "Investigator", "Bay Region Task Force (demonstration)")
	u := user(t, site, "dana@bay.example")
	if u.State != models.UserActive || u.Subject == nil || *u.Subject != "dana-at-bay" || u.LastSignInAt == nil {
		t.Errorf("after the first sign-in the account is %+v", u)
	}
	lines := auditLines(t, site, "session.signed-in")
	if len(lines) != 1 {
		t.Fatalf("%d audit lines of the sign-in, want 1", len(lines))
	}
	l := lines[0]
	if l.ActorID == nil || *l.ActorID != u.ID || l.ActorAgency == nil || *l.ActorAgency != u.AgencyID || l.IP != "127.0.0.1" || l.RequestID == "" {
		t.Errorf("the line of the sign-in is %+v", l)
	}
	// Identity is the subject: a new address at the provider changes nothing.
	if err := site.IdP.Break("/bay", devidp.OtherEmail("someone-else@bay.example")); err != nil {
		t.Fatal(err)
	}
	again := site.Browser(t)
	again.SignInAs("dana@bay.example", "/account").MustBe(http.StatusOK).MustSay("Dana Example")
}

func TestSignInReturnsToWhereThePersonWanted(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	p := b.Get("/account?tab=1&x=%2F")
	if got, want := p.URL.RequestURI(), "/login?return="+url.QueryEscape("/account?tab=1&x=%2F"); got != want {
		t.Fatalf("sent to %s, want %s", got, want)
	}
	form := p.Form("/login")
	form.Values.Set("email", "dana@bay.example")
	p = b.AtProvider(b.Submit(form), "dana@bay.example").MustBe(http.StatusOK)
	if got := p.URL.RequestURI(); got != "/account?tab=1&x=%2F" {
		t.Errorf("ended at %s", got)
	}
}

func TestNoReturnAddressLeadsElsewhere(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, to := range []string{"//evil.example/", "https://evil.example/", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "evil.example", "/%0d%0aLocation:x\r\n", "/login", "/logout"} {
		p := site.Browser(t).Get("/login?return=" + url.QueryEscape(to)).MustBe(http.StatusOK)
		if got := p.Form("/login").Values.Get("return"); got != "" {
			t.Errorf("return %q: the form keeps %q", to, got)
		}
		b := site.Browser(t)
		p = b.SignInAs("dana@bay.example", to).MustBe(http.StatusOK)
		if p.URL.Host != strings.TrimPrefix(site.URL, "http://") || strings.HasPrefix(p.URL.Path, "/login") {
			t.Errorf("return %q: ended at %s", to, p.URL)
		}
		// Signed in already, the sign-in page is no way out either.
		p = b.Stay().Get("/login?return=" + url.QueryEscape(to))
		if got := p.Header.Get("Location"); got != "/" {
			t.Errorf("return %q while signed in: sent to %q", to, got)
		}
	}
}

func TestAProviderThatMisbehavesSignsNobodyIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for name, fault := range map[string]devidp.Fault{
		"the nonce is not the attempt's":      devidp.WrongNonce,
		"there is no nonce":                   devidp.NoNonce,
		"the token is for another client":     devidp.WrongAudience,
		"the token has expired":               devidp.ExpiredToken,
		"the token comes from the future":     devidp.TokenFromTheFuture,
		"the access token is another":         devidp.WrongTokenHash,
		"the signature is somebody else's":    devidp.WrongSignature,
		"the token names another issuer":      devidp.ForeignIssuer(site.IdP.URL("/boroughs")),
		"the answer names another issuer":     devidp.ForeignAnswer(site.IdP.URL("/boroughs")),
		"the token names a party besides us":  {Claims: func(c map[string]any, _ time.Time) { c["azp"] = "other" }},
		"the token is for us and for another": {Claims: func(c map[string]any, _ time.Time) { c["aud"] = []string{"reeve-bay", "other"}; delete(c, "azp") }},
		"the token was issued long ago":       {Claims: func(c map[string]any, now time.Time) { c["iat"] = now.Add(-time.Hour).Unix() }},
		"the token is not valid yet":          {Claims: func(c map[string]any, now time.Time) { c["nbf"] = now.Add(time.Hour).Unix() }},
		"there is no subject":                 {Claims: func(c map[string]any, _ time.Time) { delete(c, "sub") }},
	} {
		if err := site.IdP.Break("/bay", fault); err != nil {
			t.Fatal(err)
		}
		before := len(auditLines(t, site, "session.refused"))
		b := site.Browser(t)
		p := b.SignInAs("dana@bay.example", "")
		if p.Status != http.StatusForbidden || !strings.Contains(p.Text(), "We could not confirm who you are") || !strings.Contains(p.Text(), "+1 202 555 0100") {
			t.Errorf("%s: %d %s", name, p.Status, p.Text())
		}
		if !out(b) {
			t.Errorf("%s: somebody is signed in", name)
		}
		lines := auditLines(t, site, "session.refused")
		if len(lines) != before+1 || !lines[len(lines)-1].Refused {
			t.Errorf("%s: %d audit lines of refusals, want %d", name, len(lines), before+1)
		}
	}
	if u := user(t, site, "dana@bay.example"); u.Subject != nil || u.State != models.UserInvited {
		t.Errorf("a refused sign-in bound the account: %+v", u)
	}
	if err := site.IdP.Mend("/bay"); err != nil {
		t.Fatal(err)
	}
	site.SignIn(t, "dana@bay.example")
}

// A provider's answer belongs to the browser and the attempt that asked for it.
func TestAnAnswerThatWasNotAskedForIsRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, callback := answered(t, site, "dana@bay.example")

	other := site.Browser(t)
	other.Get(callback).MustBe(http.StatusBadRequest).MustSay("no longer open")
	if !out(other) {
		t.Error("another browser was signed in with a stolen answer")
	}
	u, _ := url.Parse(callback)
	q := u.Query()
	q.Set("state", "guessed")
	u.RawQuery = q.Encode()
	b.Get(u.String()).MustBe(http.StatusBadRequest)
	if !out(b) {
		t.Error("an answer with another state signed in")
	}
	b.Follow().Get(callback).MustBe(http.StatusOK)
	if out(b) {
		t.Error("the right answer no longer works after a wrong one")
	}
	// The code is spent and so is the attempt.
	b.PostForm("/logout", nil)
	b.Get(callback).MustBe(http.StatusBadRequest)
	if !out(b) {
		t.Error("an answer was good twice")
	}

	b, callback = answered(t, site, "dana@bay.example")
	site.DB.Clock.Advance(21 * time.Minute)
	b.Get(callback).MustBe(http.StatusBadRequest).MustSay("Sign in again")

	b, callback = answered(t, site, "dana@bay.example")
	u, _ = url.Parse(callback)
	b.Get("/login/callback?error=access_denied&state=" + u.Query().Get("state") + "&iss=" + url.QueryEscape(site.IdP.URL("/bay"))).MustBe(http.StatusForbidden).MustSay("did not let you in")
	_, callback = answered(t, site, "dana@bay.example")
	b, _ = answered(t, site, "dana@bay.example")
	b.Get(callback).MustBe(http.StatusBadRequest)
}

// answered takes a fresh browser to the end of the provider's page and answers
// the address of the answer, not yet opened.
func answered(t *testing.T, site *webtest.Site, email string) (*webtest.Browser, string) {
	t.Helper()
	b := site.Browser(t)
	atProvider := b.PostForm("/login", url.Values{"email": {email}}).MustBe(http.StatusOK)
	form := atProvider.Form("")
	form.Values.Set("email", email)
	form.Values.Set("password", webtest.Password)
	p := b.Stay().Submit(form)
	for range 5 {
		to := p.Header.Get("Location")
		if strings.HasPrefix(to, site.URL+"/login/callback?") {
			return b, to
		}
		next, err := p.URL.Parse(to)
		if err != nil || to == "" {
			t.Fatalf("the provider sent the browser to %q (%d)", to, p.Status)
		}
		p = b.Get(next.String())
	}
	t.Fatal("the provider never sent the browser back")
	return nil, ""
}

func TestWhoIsProvenButMayNotComeIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	site.SignIn(t, "noor@bay.example") // bound

	for _, c := range []struct {
		name, email, path string
		before            func()
		says              string
	}{
		{"nobody invited this person", "pat@bay.example", "/bay", func() {}, "No account has been prepared"},
		{"the invitation is suspended", "dana@bay.example", "/bay", func() { setState(t, site, "dana@bay.example", models.UserSuspended) }, "suspended"},
		{"the account was suspended after its first sign-in", "noor@bay.example", "/bay", func() { setState(t, site, "noor@bay.example", models.UserSuspended) }, "suspended"},
		{"the account was removed", "noor@bay.example", "/bay", func() { setState(t, site, "noor@bay.example", models.UserRemoved) }, "suspended"},
		{"the provider has not verified the address", "lee@boroughs.example", "/boroughs", func() { mustBreak(t, site, "/boroughs", devidp.UnverifiedEmail) }, "not verified"},
		{"the provider says unverified as a text", "lee@boroughs.example", "/boroughs", func() {
			mustBreak(t, site, "/boroughs", devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["email_verified"] = "false" }})
		}, "not verified"},
		{"the provider sends no address", "lee@boroughs.example", "/boroughs", func() { mustBreak(t, site, "/boroughs", devidp.NoEmail) }, "No account has been prepared"},
		{"another agency's provider vouches for an address that is not its own", "lee@boroughs.example", "/boroughs",
			func() { mustBreak(t, site, "/boroughs", devidp.OtherEmail("reed@bay.example")) }, "No account has been prepared"},
		{"the invited address is outside the provider's domain", "lee@boroughs.example", "/boroughs", func() {
			site.DB.Setup(t, func(tx *store.Tx) error {
				return tx.Exec("update users set email = 'guest@elsewhere.example' where email = 'kit@boroughs.example'").Error
			})
			mustBreak(t, site, "/boroughs", devidp.OtherEmail("guest@elsewhere.example"))
		}, "No account has been prepared"},
		{"the address is bound to another identity", "jules@north.example", "/north", func() {
			site.SignIn(t, "jules@north.example")
			mustBreak(t, site, "/north", devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["sub"] = "an-impostor" }})
		}, "No account has been prepared"},
	} {
		c.before()
		b := site.Browser(t)
		p := b.SignInAs(c.email, "/account")
		if p.Status != http.StatusForbidden || !strings.Contains(p.Text(), c.says) {
			t.Errorf("%s: %d %s", c.name, p.Status, p.Text())
		}
		if !strings.Contains(p.Text(), "front desk") || !strings.Contains(p.Text(), "+1 202 555 0100") {
			t.Errorf("%s: the page does not say whom to call: %s", c.name, p.Text())
		}
		if !out(b) {
			t.Errorf("%s: signed in all the same", c.name)
		}
	}
	for _, email := range []string{"reed@bay.example", "lee@boroughs.example", "guest@elsewhere.example"} {
		if u := user(t, site, email); u.Subject != nil || u.State != models.UserInvited {
			t.Errorf("a refused sign-in bound %s: %+v", email, u)
		}
	}
	lines := auditLines(t, site, "session.refused")
	if len(lines) != 10 {
		t.Errorf("%d audit lines of refusals, want 10", len(lines))
	}
	// The agency whose provider answered reads the refusals, another does not.
	var seen int64
	err := site.DB.Web.As(t.Context(), site.Actor(t, "ines@bay.example"), func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = 'session.refused'").Row().Scan(&seen)
	})
	if err != nil || seen != 4 {
		t.Errorf("Bay Region's admin reads %d refusals (%v), want the 4 at its provider", seen, err)
	}
}

func mustBreak(t *testing.T, site *webtest.Site, path string, f devidp.Fault) {
	t.Helper()
	if err := site.IdP.Break(path, f); err != nil {
		t.Fatal(err)
	}
}

func TestSignInTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	shape := func(email string) string {
		p := site.Browser(t).Stay().PostForm("/login", url.Values{"email": {email}})
		u, err := url.Parse(p.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, n := range []string{"client_id", "code_challenge_method", "redirect_uri", "response_type", "scope"} {
			names = append(names, u.Query().Get(n))
		}
		return fmt.Sprintf("%d %s %v %d", p.Status, u.Path, names, len(u.RawQuery)-len(url.QueryEscape(email)))
	}
	invited, unknown := shape("dana@bay.example"), shape("nobody-such@bay.example")
	if invited != unknown || !strings.HasPrefix(invited, "303 ") || !strings.Contains(invited, "S256") {
		t.Errorf("an invited address gives %q, an unknown one %q", invited, unknown)
	}
	site.Browser(t).PostForm("/login", url.Values{"email": {"someone@nowhere.example"}}).MustBe(http.StatusUnprocessableEntity).
		MustSay("No agency signs in with addresses ending in @nowhere.example")
	for _, email := range []string{"", "dana", "@bay.example", "dana@", "dana bay.example", strings.Repeat("a", 300) + "@bay.example"} {
		site.Browser(t).PostForm("/login", url.Values{"email": {email}}).MustBe(http.StatusUnprocessableEntity).MustSay("whole work e-mail")
	}
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update issuers set enabled = false where url like '%/north'").Error
	})
	site.Browser(t).PostForm("/login", url.Values{"email": {"jules@north.example"}}).MustBe(http.StatusUnprocessableEntity).MustSay("No agency signs in")
}

func TestAProviderThatDoesNotAnswerIsSaidSo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	site.IdP.Close()
	p := site.Browser(t).PostForm("/login", url.Values{"email": {"dana@bay.example"}, "return": {"/account"}}).MustBe(http.StatusServiceUnavailable)
	p.MustSay("does not answer", "front desk").MustNotSay("connection refused", "dial tcp")
	if got := p.All("a", "href", "/login?return=%2Faccount"); len(got) != 1 {
		t.Error("the way back forgets where the person wanted to go")
	}
}

func TestSigningOutEndsTheSessionHereAndAtTheProvider(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "dana@bay.example")
	old := b.Cookie()
	p := b.PostForm("/logout", nil).MustBe(http.StatusOK)
	if p.URL.String() != site.URL+"/login" {
		t.Errorf("signing out ended at %s", p.URL)
	}
	if !out(b) {
		t.Fatal("still signed in")
	}
	b.SetCookie(old.Name, old.Value)
	if !out(b) {
		t.Error("the old cookie still works")
	}
	if p := b.PostForm("/login", url.Values{"email": {"dana@bay.example"}}); !strings.HasPrefix(p.URL.String(), site.IdP.Origin()) {
		t.Errorf("the provider still knows the browser: ended at %s", p.URL)
	}
	if lines := auditLines(t, site, "session.signed-out"); len(lines) != 1 || lines[0].ActorName != "Dana Example" {
		t.Errorf("audit lines of the sign-out: %+v", lines)
	}
	// Signing out twice, or without a session, is no error.
	site.Browser(t).PostForm("/logout", nil).MustBe(http.StatusOK)
}

func TestTheDemonstrationShowsItsAccountsAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Config: demoAccounts})
	b := site.Browser(t)
	p := b.Get("/login").MustBe(http.StatusOK).MustSay("Demonstration data, nothing here is real", "dana@bay.example", "reeve-demo", "Signs in at Bay Region")
	if len(p.All("button", "value", "dana@bay.example")) != 1 {
		t.Error("no button for dana")
	}
	plain := webtest.Start(t, webtest.Options{Config: demoAccounts})
	plain.Browser(t).Get("/login").MustBe(http.StatusOK).MustNotSay("dana@bay.example", "reeve-demo")
}
