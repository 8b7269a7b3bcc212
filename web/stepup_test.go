package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

// stale is longer than a proof is fresh, and shorter than a session lasts.
const stale = session.FreshFor + time.Minute

// confirm goes from the page that asks for a new proof through the person's provider
// and answers where that ends.
func confirm(t *testing.T, site *webtest.Site, b *webtest.Browser, again *webtest.Page, email string) *webtest.Page {
	t.Helper()
	b.Follow()
	p := b.Submit(again.Form("/login/again"))
	if !strings.HasPrefix(p.URL.String(), site.IdP.Origin()) {
		return p
	}
	return b.AtProvider(p, email)
}

// asked follows the redirect to the page that asks for a new proof.
func asked(t *testing.T, b *webtest.Browser, p *webtest.Page) (again *webtest.Page, back string) {
	t.Helper()
	to, err := url.Parse(p.MustBe(http.StatusSeeOther).Header.Get("Location"))
	if err != nil || to.Path != "/login/again" {
		t.Fatalf("led to %s (%v), want to be asked for a new proof", to, err)
	}
	return b.Get(to.String()).MustBe(http.StatusOK).MustSay("Confirm who you are", "Confirm who I am"), to.Query().Get("return")
}

func lineCount(t *testing.T, site *webtest.Site) (n int) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from audit_events").Row().Scan(&n) })
	return n
}

// Every route that asks for it: a proof that is too old does nothing, and after a
// new one the very same request is let in.
func TestEveryRouteThatAsksForAFreshProof(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	people := map[string]*webtest.Browser{}
	for _, email := range everyRole {
		people[email] = site.SignIn(t, email).Stay()
	}
	site.DB.Clock.Advance(stale)
	who := func(r web.Route) string {
		for _, email := range everyRole {
			if site.Actor(t, email).Can(r.Needs) {
				return email
			}
		}
		return ""
	}
	request := func(r web.Route) *webtest.Page {
		b := people[who(r)]
		if r.Method == http.MethodGet {
			return b.Get(concrete(r.Path))
		}
		return b.PostForm(concrete(r.Path), url.Values{"note": {"typed for " + r.Name}})
	}
	var fresh []web.Route
	for _, r := range site.Server.Routes() {
		if r.Fresh {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) < 10 {
		t.Fatalf("only %d routes ask for a fresh proof", len(fresh))
	}
	before := lineCount(t, site)
	for _, r := range fresh {
		what := r.Method + " " + r.Path
		email := who(r)
		if email == "" {
			t.Errorf("nobody may reach %s", what)
			continue
		}
		again, back := asked(t, people[email], request(r))
		if r.Method == http.MethodGet && r.Stream {
			if back != "" { // no page was named from which it is asked for
				t.Errorf("%s leads back to %s", what, back)
			}
		} else if r.Method == http.MethodGet {
			if back != concrete(r.Path) {
				t.Errorf("%s leads back to %s", what, back)
			}
		} else if !strings.HasPrefix(back, "/account/resume/") {
			t.Errorf("%s does not keep its form: back to %s", what, back)
		}
		if strings.Contains(again.Text(), "send a form") || !strings.Contains(again.Text(), "You are about to ") {
			t.Errorf("%s does not say what it is about: %s", what, again.Text())
		}
		// A role that may not do it learns so without a proof.
		for _, other := range everyRole {
			if !site.Actor(t, other).Can(r.Needs) {
				p := people[other].PostForm(concrete(r.Path), url.Values{})
				if r.Method == http.MethodPost && p.Status != http.StatusForbidden {
					t.Errorf("%s as %s: %d, want 403", what, other, p.Status)
				}
				break
			}
		}
	}
	if got := lineCount(t, site); got != before {
		t.Errorf("%d lines were written to the audit log by deeds that were only asked for", got-before)
	}
	for email, b := range people {
		again := b.Get("/login/again").MustBe(http.StatusOK)
		if p := confirm(t, site, b, again, email); p.URL.Path != "/account" {
			t.Fatalf("%s confirmed and is at %s: %s", email, p.URL, p.Text())
		}
		b.Stay()
	}
	for _, r := range fresh {
		if p := request(r); p.Status >= 500 || p.Status == http.StatusForbidden || strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("%s %s after a new proof: %d %s", r.Method, r.Path, p.Status, p.Header.Get("Location"))
		}
	}
}

// A file that asks for a proof leads back to the page with its link: the browser
// would else save it and stay with the provider.
func TestADownloadLeadsBackToItsPage(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "noor@bay.example").Stay()
	site.DB.Clock.Advance(stale)
	for referer, want := range map[string]string{site.URL + "/agency/users?state=active": "/agency/users?state=active", "https://evil.example/x": "", "": ""} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/agency/users/export.csv", nil)
		req.Header.Set("Referer", referer)
		if _, back := asked(t, b, b.Do(req)); back != want {
			t.Errorf("from %q back to %q, want %q", referer, back, want)
		}
	}
	p := confirm(t, site, b, b.Get("/login/again?return=%2Fagency%2Fusers"), "noor@bay.example").MustBe(http.StatusOK).MustSay("Confirmed. For ten minutes you are not asked again.")
	if p.URL.Path != "/agency/users" {
		t.Errorf("ended at %s", p.URL)
	}
	if p := b.Get("/agency/users/export.csv").MustBe(http.StatusOK); !strings.HasPrefix(p.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("the file is %s", p.Header.Get("Content-Type"))
	}
}

func TestAProofIsFreshForTenMinutes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		p    session.Proof
		want bool
	}{
		{"just now", session.Proof{At: now}, true},
		{"ten minutes ago", session.Proof{At: now.Add(-10 * time.Minute)}, true},
		{"a second more", session.Proof{At: now.Add(-10*time.Minute - time.Second)}, false},
		{"by a clock that is ahead", session.Proof{At: now.Add(time.Minute)}, true},
		{"never said", session.Proof{}, false},
		{"weak where strong is demanded", session.Proof{At: now, Demanded: true}, false},
		{"strong as demanded", session.Proof{At: now, Demanded: true, Strong: true}, true},
		{"strong and old", session.Proof{At: now.Add(-time.Hour), Demanded: true, Strong: true}, false},
	} {
		if got := c.p.Fresh(now); got != c.want {
			t.Errorf("%s: fresh %v", c.name, got)
		}
	}
}

// settings fills in the settings of Bay Region, long after its admin signed in.
func settings(t *testing.T, site *webtest.Site) (*webtest.Browser, webtest.Form) {
	t.Helper()
	b := site.SignIn(t, "ines@bay.example")
	site.DB.Clock.Advance(stale)
	return b, b.Get("/agency/settings").MustBe(http.StatusOK).Form("/agency/settings").With("contact_name", "The new front desk \u0644\u064a\u0644\u0649").With("contact_phone", "+1 202 555 0177")
}

type sessionRow struct {
	ID                string
	CreatedAt, AuthAt time.Time
	Strong            bool
	TokenHash         []byte
}

func rowOf(t *testing.T, site *webtest.Site, email string) (r sessionRow) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select s.id, s.created_at, s.auth_at, s.strong, s.token_hash from sessions s join users u on u.id = s.user_id where u.email = ?", email).Scan(&r).Error
	})
	return r
}

func TestAStepUpLosesNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, form := settings(t, site)
	first, old := rowOf(t, site, "ines@bay.example"), b.Cookie()
	b.Stay()
	again, back := asked(t, b, b.Submit(form))
	again.MustSay("You are about to change an agency's settings", "What you typed is kept for 20 minutes", "nothing is sent by itself")
	if got := site.Agency(t, "bay").ContactName; got == form.Values.Get("contact_name") {
		t.Fatal("the form was carried out without a new proof")
	}
	to, _ := url.Parse(b.Submit(again.Form("/login/again")).MustBe(http.StatusSeeOther).Header.Get("Location"))
	if to.Query().Get("max_age") != "0" || to.Query().Get("code_challenge_method") != "S256" || !strings.HasPrefix(to.String(), site.IdP.Origin()) {
		t.Errorf("the provider is asked at %s", to)
	}
	resume := confirm(t, site, b, again, "ines@bay.example").MustBe(http.StatusOK).MustSay("You are about to change an agency's settings", "The new front desk \u0644\u064a\u0644\u0649", "+1 202 555 0177")
	if resume.URL.Path != back {
		t.Fatalf("after the proof the browser is at %s", resume.URL)
	}
	sent := resume.Form("kept=" + strings.TrimPrefix(back, "/account/resume/"))
	for name := range form.Values {
		if fmt.Sprint(sent.Values[name]) != fmt.Sprint(form.Values[name]) {
			t.Errorf("%s was %q and comes back as %q", name, form.Values[name], sent.Values[name])
		}
	}
	// The session goes on, with a new secret.
	now := rowOf(t, site, "ines@bay.example")
	if now.ID != first.ID || !now.CreatedAt.Equal(first.CreatedAt) || !now.AuthAt.After(first.AuthAt) || string(now.TokenHash) == string(first.TokenHash) {
		t.Errorf("the session was %+v and is %+v", first, now)
	}
	thief := site.Browser(t)
	thief.SetCookie(old.Name, old.Value)
	if !out(thief) {
		t.Error("the secret from before the proof still works")
	}
	if got := site.Agency(t, "bay").ContactName; got == form.Values.Get("contact_name") {
		t.Fatal("the form was sent by itself")
	}
	b.Submit(sent).MustBe(http.StatusOK)
	if got := site.Agency(t, "bay"); got.ContactName != form.Values.Get("contact_name") || got.ContactPhone != "+1 202 555 0177" {
		t.Errorf("saved: %s, %s", got.ContactName, got.ContactPhone)
	}
	b.Submit(sent).MustBe(http.StatusNotFound)
	// Within ten minutes nobody is asked again.
	site.DB.Clock.Advance(session.FreshFor - time.Minute)
	b.Stay()
	if p := b.Submit(b.Get("/agency/settings").Form("/agency/settings").With("contact_name", "Once more")); strings.HasPrefix(p.Header.Get("Location"), "/login") {
		t.Errorf("nine minutes later asked again: %s", p.Header.Get("Location"))
	}
	if again := b.Get("/login/again?return=" + url.QueryEscape("/agency/settings")).MustBe(http.StatusSeeOther); again.Header.Get("Location") != "/agency/settings" {
		t.Errorf("somebody whose proof is fresh is led to %s", again.Header.Get("Location"))
	}
	// Twelve hours count from the sign-in, whatever was proved meanwhile.
	if until := first.CreatedAt.Add(session.DefaultAbsolute); !site.DB.Clock.Now().Before(until) {
		t.Fatal("the test took too long")
	}
	for site.DB.Clock.Now().Before(first.CreatedAt.Add(session.DefaultAbsolute - 25*time.Minute)) {
		site.DB.Clock.Advance(20 * time.Minute)
		b.Get("/account").MustBe(http.StatusOK)
	}
	site.DB.Clock.Advance(26 * time.Minute)
	if !out(b) {
		t.Error("a step-up made the session last longer than twelve hours")
	}
}

// A kept form whose proof has grown old again is not lost, and not kept twice.
func TestAKeptFormAsksForAFreshProofAsWell(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, form := settings(t, site)
	b.Stay()
	again, back := asked(t, b, b.Submit(form))
	resume := confirm(t, site, b, again, "ines@bay.example")
	sent := resume.Form("kept=" + strings.TrimPrefix(back, "/account/resume/"))
	site.DB.Clock.Advance(stale)
	b.Stay()
	again, same := asked(t, b, b.Submit(sent))
	if same != back || kept(t, site) != 1 {
		t.Errorf("led back to %s with %d kept forms, want %s and the one", same, kept(t, site), back)
	}
	confirm(t, site, b, again, "ines@bay.example").MustBe(http.StatusOK)
	b.Submit(sent).MustBe(http.StatusOK)
	if got := site.Agency(t, "bay").ContactName; got != form.Values.Get("contact_name") {
		t.Errorf("saved: %s", got)
	}
	// An address with a form that is nobody's asks for nothing and does nothing.
	site.DB.Clock.Advance(stale)
	b.Stay().PostForm("/agency/settings?kept=0190aaaa-0000-7000-8000-000000000000", form.Values).MustBe(http.StatusNotFound)
}

func TestAProofOfSomebodyElseRenewsNothing(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, form := settings(t, site)
	first := rowOf(t, site, "ines@bay.example")
	b.Stay()
	again, back := asked(t, b, b.Submit(form))
	before := len(auditLines(t, site, "session.refused"))
	p := confirm(t, site, b, again, "noor@bay.example")
	if p.Status != http.StatusForbidden {
		t.Fatalf("noor's proof for ines: %d %s", p.Status, p.Text())
	}
	b.Follow().Get("/account").MustBe(http.StatusOK).MustSay("Ines Example")
	if now := rowOf(t, site, "ines@bay.example"); !now.AuthAt.Equal(first.AuthAt) || now.ID != first.ID {
		t.Errorf("the proof was %v and is %v", first.AuthAt, now.AuthAt)
	}
	if ids := sessionsOf(t, site, "noor@bay.example"); len(ids) != 0 {
		t.Error("noor was signed in")
	}
	lines := auditLines(t, site, "session.refused")
	if len(lines) != before+1 || !lines[len(lines)-1].Refused {
		t.Errorf("%d audit lines of refusals, want %d", len(lines), before+1)
	}
	asked(t, b.Stay(), b.Submit(form)) // still asked
	b.Get(back).MustBe(http.StatusOK).MustSay("The new front desk")
}

func TestWhatIsNoFreshStrongProof(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, form := settings(t, site)
	first := rowOf(t, site, "ines@bay.example")
	still := func(name string) {
		t.Helper()
		if now := rowOf(t, site, "ines@bay.example"); !now.AuthAt.Equal(first.AuthAt) {
			t.Errorf("%s renewed the proof", name)
		}
		if out(b) {
			t.Fatalf("%s signed the person out", name)
		}
		if p := b.Stay().Submit(form); !strings.HasPrefix(p.Header.Get("Location"), "/login/again") {
			t.Errorf("%s: the deed was done: %d %s", name, p.Status, p.Header.Get("Location"))
		}
	}
	for name, f := range map[string]devidp.Fault{"a provider that remembers": devidp.StaleAuthTime, "a provider that does not say when": devidp.NoAuthTime, "a broken proof": devidp.WrongNonce} {
		mustBreak(t, site, "/bay", f)
		site.DB.Clock.Advance(time.Minute) // a person tries again and again, no machine
		p := confirm(t, site, b, b.Get("/login/again"), "ines@bay.example")
		if p.Status != http.StatusForbidden || len(p.All("a", "href", "/login/again")) != 1 {
			t.Errorf("%s: %d %s", name, p.Status, p.Text())
		}
		still(name)
	}
	// The agency's provider must show a second factor from now on.
	if err := site.IdP.Mend("/bay"); err != nil {
		t.Fatal(err)
	}
	again, _ := asked(t, b.Stay(), b.Submit(form))
	confirm(t, site, b, again, "ines@bay.example").MustBe(http.StatusOK)
	site.DB.Setup(t, func(tx *store.Tx) error {
		if err := tx.Exec("update sessions set strong = false").Error; err != nil {
			return err
		}
		return tx.Exec("update issuers set required_amr = '{mfa}' where id = ?", site.Issuers["bay"].ID).Error
	})
	asked(t, b.Stay(), b.Submit(form))
	b.Get("/login/again").MustSay("second factor")
	first = rowOf(t, site, "ines@bay.example")
	mustBreak(t, site, "/bay", devidp.NoSecondFactor)
	site.DB.Clock.Advance(time.Minute)
	if p := confirm(t, site, b, b.Get("/login/again"), "ines@bay.example"); p.Status != http.StatusForbidden {
		t.Errorf("without a second factor: %d", p.Status)
	}
	still("a proof without the second factor")
	if err := site.IdP.Mend("/bay"); err != nil {
		t.Fatal(err)
	}
	confirm(t, site, b, b.Get("/login/again"), "ines@bay.example").MustBe(http.StatusOK)
	if now := rowOf(t, site, "ines@bay.example"); !now.Strong {
		t.Error("a proof with a second factor is not strong")
	}
	b.Submit(form).MustBe(http.StatusOK)
}

func TestNoProofLeadsElsewhere(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "ines@bay.example")
	site.DB.Clock.Advance(stale)
	for _, to := range []string{"//evil.example/", "https://evil.example/", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "evil.example", "/%0d%0aLocation:x\r\n", "/login", "/logout", "/login/again?return=/login/again"} {
		page := b.Follow().Get("/login/again?return=" + url.QueryEscape(to)).MustBe(http.StatusOK)
		form := page.Form("/login/again")
		if got := form.Values.Get("return"); got != "" {
			t.Errorf("return %q: the form keeps %q", to, got)
		}
		// Written into the form by hand, it is dropped as well.
		b.Stay()
		p := b.Submit(form.With("return", to)).MustBe(http.StatusSeeOther)
		if !strings.HasPrefix(p.Header.Get("Location"), site.IdP.Origin()) {
			t.Errorf("return %q: sent to %q", to, p.Header.Get("Location"))
		}
		site.DB.Clock.Advance(20 * time.Second)
	}
	form := b.Follow().Get("/login/again").Form("/login/again").With("return", "//evil.example/")
	p := b.AtProvider(b.Submit(form), "ines@bay.example")
	if p.URL.String() != site.URL+"/account" {
		t.Errorf("ended at %s", p.URL)
	}
	if got := b.Stay().Get("/login/again?return=//evil.example/").Header.Get("Location"); got != "/account" {
		t.Errorf("whoever's proof is fresh is sent to %q", got)
	}
}

// What cannot be kept is said so, as the answer to the form itself: the browser can
// send it again.
func TestAFormThatIsTooLongToBeKeptIsNotLostSilently(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, form := settings(t, site)
	p := b.Submit(form.With("contact_name", strings.Repeat("x", session.KeptSize))).MustBe(http.StatusForbidden)
	p.MustSay("Confirm who you are", "too much to be kept", "in a new tab", "reload it")
	if len(p.All("a", "target", "_blank")) != 1 || kept(t, site) != 0 {
		t.Error("the page does not lead on, or something was kept")
	}
}

// Nobody may step up in the name of a session that is not theirs any more.
func TestASessionThatEndsDuringAStepUpStaysEnded(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for name, end := range map[string]func(){
		"suspended": func() { setState(t, site, "ines@bay.example", models.UserSuspended) },
		"idle":      func() { limit(t, site, "bay", "5", "null"); site.DB.Clock.Advance(6 * time.Minute) },
	} {
		setState(t, site, "ines@bay.example", models.UserActive)
		limit(t, site, "bay", "null", "null")
		b, form := settings(t, site)
		b.Stay()
		again, back := asked(t, b, b.Submit(form))
		atProvider := b.Follow().Submit(again.Form("/login/again"))
		end()
		if p := b.AtProvider(atProvider, "ines@bay.example"); p.Status < 400 || p.Status >= 500 {
			t.Errorf("%s: %d %s", name, p.Status, p.Text())
		}
		if !out(b) {
			t.Errorf("%s: signed in after all", name)
		}
		if name == "idle" { // what was typed waits for its person all the same
			b.Follow().SignInAs("ines@bay.example", back).MustBe(http.StatusOK).MustSay("The new front desk")
		}
	}
}
