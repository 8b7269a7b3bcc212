package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

// sessionsOf answers the ids of a person's sessions, newest first.
func sessionsOf(t *testing.T, site *webtest.Site, email string) (list []string) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Raw("select s.id from sessions s join users u on u.id = s.user_id where u.email = ? order by s.created_at desc, s.id", email).Scan(&list).Error
	})
	return list
}

// limit sets an agency's own limits; "null" takes one away.
func limit(t *testing.T, site *webtest.Site, agency, idleMinutes, absoluteHours string) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set idle_minutes = "+idleMinutes+", absolute_hours = "+absoluteHours+" where code = ?", agency).Error
	})
}

// left asks how many seconds the browser's session lasts.
func left(t *testing.T, b *webtest.Browser) (seconds int, who string) {
	t.Helper()
	var answer struct {
		Left int    `json:"left"`
		Who  string `json:"who"`
	}
	p := b.Get("/account/session").MustBe(http.StatusOK)
	if err := json.Unmarshal([]byte(p.Body), &answer); err != nil || p.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%q with %v (%v)", p.Body, p.Header, err)
	}
	return answer.Left, answer.Who
}

func TestAPersonSeesAndEndsTheirOwnSessions(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{TrustedProxies: loopback})
	desk := site.SignIn(t, "dana@bay.example")
	site.DB.Clock.Advance(5 * time.Minute)
	laptop, lee := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "lee@boroughs.example")
	site.DB.Clock.Advance(2 * time.Minute)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/account", nil)
	req.Header.Set("X-Forwarded-For", "198.51.100.7")
	req.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
	laptop.Do(req).MustBe(http.StatusOK).MustSay("Firefox on Windows", "This one", "198.51.100.7")

	p := desk.Get("/account").MustBe(http.StatusOK).MustSay("Firefox on Windows", "From 198.51.100.7", "This one", "30 minutes without use", "12 hours in any case", "just now")
	if got := len(p.All("li", "class", "Sessions-item")); got != 2 {
		t.Errorf("%d sessions are listed, want 2", got)
	}
	ids := sessionsOf(t, site, "dana@bay.example")
	away := "/account/sessions/" + ids[0] + "/end"

	// Nobody, another person, no such session, none that could be one.
	if p := site.Browser(t).Stay().PostForm(away, url.Values{}).MustBe(http.StatusSeeOther); !strings.HasPrefix(p.Header.Get("Location"), "/login") {
		t.Errorf("nobody was led to %s", p.Header.Get("Location"))
	}
	theirs := lee.PostForm(away, url.Values{}).MustBe(http.StatusNotFound)
	none := lee.PostForm("/account/sessions/0190aaaa-0000-7000-8000-000000000000/end", url.Values{}).MustBe(http.StatusNotFound)
	lee.PostForm("/account/sessions/1/end", url.Values{}).MustBe(http.StatusNotFound)
	if withoutNumbers(theirs.Body) != withoutNumbers(none.Body) {
		t.Error("another person's session reads otherwise than none")
	}
	if out(laptop) || len(sessionsOf(t, site, "dana@bay.example")) != 2 {
		t.Fatal("somebody ended a session that is not theirs")
	}
	lines := auditLines(t, site, "session.ended")
	if len(lines) != 2 || !lines[0].Refused || lines[0].Words != lines[1].Words || lines[0].ActorName != "Lee Example" {
		t.Errorf("audit lines of the refusals: %+v", lines)
	}

	desk.Submit(p.Form(away)).MustBe(http.StatusOK).MustSay("The session is ended.")
	if !out(laptop) {
		t.Error("the ended session goes on")
	}
	desk.PostForm(away, url.Values{}).MustBe(http.StatusNotFound)
	again, third := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "dana@bay.example")
	desk.Submit(desk.Get("/account").Form("/account/sessions/end-others")).MustBe(http.StatusOK).MustSay("Sessions ended: 2. You are still signed in here.")
	if !out(again) || !out(third) || out(desk) || out(lee) {
		t.Error("ending the others ended too few or too many")
	}
	// Ending one's own is signing out.
	p = desk.PostForm("/account/sessions/"+sessionsOf(t, site, "dana@bay.example")[0]+"/end", url.Values{}).MustBe(http.StatusOK)
	if p.MustSay("You are signed out here."); p.URL.Path != "/login" || !out(desk) {
		t.Errorf("ending one's own session ended at %s", p.URL)
	}
	var words []string
	for _, l := range auditLines(t, site, "session.ended") {
		if !l.Refused {
			words = append(words, fmt.Sprint(l.ActorName, ": ", l.Words))
		}
		if l.ActorAgency == nil || l.RequestID == "" || l.IP == "" {
			t.Errorf("a line lacks its agency, request or address: %+v", l)
		}
	}
	want := []string{"Dana Example: Ended one of their own sessions.", "Dana Example: Ended all their other sessions, 2 of them.", "Dana Example: Ended one of their own sessions."}
	if strings.Join(words, " | ") != strings.Join(want, " | ") {
		t.Errorf("the audit log says %q", words)
	}
}

// withoutNumbers drops what differs from page to page in any case.
func withoutNumbers(body string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r == '-' {
			return -1
		}
		return r
	}, body)
}

func TestAnAgencysLimitsHoldFromTheNextRequestOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		idle, absolute string
		steps          []time.Duration // between requests; out after the last
	}{
		{"ten idle minutes", "10", "null", []time.Duration{9 * time.Minute, 9 * time.Minute, 11 * time.Minute}},
		{"one hour in all", "null", "1", []time.Duration{25 * time.Minute, 25 * time.Minute, 11 * time.Minute}},
		{"both", "5", "1", []time.Duration{4 * time.Minute, 4 * time.Minute, 6 * time.Minute}},
		{"none of its own", "null", "null", []time.Duration{29 * time.Minute, 29 * time.Minute, 31 * time.Minute}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			site := webtest.Start(t, webtest.Options{})
			limit(t, site, "bay", c.idle, c.absolute)
			b, lee := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "lee@boroughs.example")
			for i, d := range c.steps {
				site.DB.Clock.Advance(d)
				if last := i == len(c.steps)-1; out(b) != last {
					t.Fatalf("after step %d signed out: %v", i+1, !last)
				}
				if d < 30*time.Minute && out(lee) {
					t.Fatal("another agency's person is signed out as well")
				}
			}
		})
	}
	t.Run("lowered while somebody is away", func(t *testing.T) {
		t.Parallel()
		site := webtest.Start(t, webtest.Options{})
		b, here := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "noor@bay.example")
		site.DB.Clock.Advance(15 * time.Minute)
		here.Get("/account").MustBe(http.StatusOK)
		limit(t, site, "bay", "10", "null")
		here.Get("/account").MustBe(http.StatusOK).MustSay("10 minutes without use")
		if !out(b) {
			t.Error("fifteen idle minutes, ten allowed, and still signed in")
		}
		limit(t, site, "bay", "10", "12")
		site.DB.Clock.Advance(11 * time.Minute)
		if !out(here) {
			t.Error("eleven idle minutes, ten allowed, and still signed in")
		}
		// What has ended does not come back when the limit is lifted.
		limit(t, site, "bay", "null", "null")
		site.DB.Clock.Advance(20 * time.Minute)
		if !out(b) || !out(here) {
			t.Error("an ended session came back to life")
		}
	})
	t.Run("a closed agency", func(t *testing.T) {
		t.Parallel()
		site := webtest.Start(t, webtest.Options{})
		b := site.SignIn(t, "dana@bay.example")
		site.DB.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update agencies set closed_at = ? where code = 'bay'", tx.Now).Error
		})
		if !out(b) {
			t.Error("the agency is closed and its person still signed in")
		}
	})
}

// A page that only asks must not keep its person signed in.
func TestAskingHowLongASessionLastsDoesNotProlongIt(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	if n, who := left(t, site.Browser(t)); n != 0 || who != "" {
		t.Errorf("nobody has %d seconds left and is %q", n, who)
	}
	b := site.SignIn(t, "dana@bay.example")
	if n, who := left(t, b); n != 1800 || who != site.Users["dana@bay.example"].ID.String() {
		t.Errorf("%d seconds are left for %q", n, who)
	}
	for i := range 5 {
		site.DB.Clock.Advance(5 * time.Minute)
		if n, _ := left(t, b); n != 1800-(i+1)*300 {
			t.Fatalf("after %d minutes %d seconds are left", (i+1)*5, n)
		}
	}
	b.PostForm("/account/extend", nil).MustBe(http.StatusNoContent)
	if n, _ := left(t, b); n != 1800 {
		t.Errorf("after staying signed in %d seconds are left", n)
	}
	// Within a minute of the last request, too: the button must do what it says.
	site.DB.Clock.Advance(30 * time.Second)
	b.PostForm("/account/extend", nil).MustBe(http.StatusNoContent)
	if n, _ := left(t, b); n != 1800 {
		t.Errorf("half a minute later %d seconds are left", n)
	}
	p := b.Get("/account")
	if got := p.All("dialog", "data-session-left", "1800"); len(got) != 1 {
		t.Error("the page does not know how long its session lasts")
	}
	site.DB.Clock.Advance(31 * time.Minute)
	if n, who := left(t, b); n != 0 || who != "" {
		t.Errorf("after the end %d seconds are left for %q", n, who)
	}
	if p := b.Stay().PostForm("/account/extend", nil); p.Status == http.StatusNoContent {
		t.Error("an ended session was prolonged")
	}
	site.DB.Clock.Advance(-time.Minute)
	limit(t, site, "bay", "null", "1")
	site.DB.Clock.Advance(20 * time.Minute)
	c := site.SignIn(t, "noor@bay.example")
	for range 2 {
		site.DB.Clock.Advance(25 * time.Minute)
		c.PostForm("/account/extend", nil).MustBe(http.StatusNoContent)
	}
	if n, _ := left(t, c); n != 600 {
		t.Errorf("ten minutes before the hour is over %d seconds are left", n)
	}
	if p := site.Browser(t).Get("/login"); len(p.All("dialog")) != 0 || strings.Contains(p.Body, "session.") {
		t.Error("the sign-in page watches a session")
	}
}

func TestARoleTakenAwayOpensNothingAtTheNextRequest(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.SignIn(t, "ines@bay.example")
	b.Get("/agency/settings").MustBe(http.StatusOK)
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set roles = '{read-only}' where email = 'ines@bay.example'").Error
	})
	b.Get("/agency/settings").MustBe(http.StatusForbidden)
	b.PostForm("/agency/settings", url.Values{"name": {"Taken over"}}).MustBe(http.StatusForbidden)
	if got := site.Agency(t, "bay").Name; got != site.Agencies["bay"].Name {
		t.Errorf("the agency is called %s now", got)
	}
}

func TestAProvidersNoticeOfASignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	dana, noor := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "noor@bay.example")
	notice := func(kind, body string) *webtest.Page {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/login/backchannel", strings.NewReader(body))
		if kind != "" {
			req.Header.Set("Content-Type", kind)
		}
		return site.Browser(t).Do(req) // neither an origin nor a cookie: a machine
	}
	const form = "application/x-www-form-urlencoded"
	token, err := site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.Fault{})
	if err != nil {
		t.Fatal(err)
	}
	forged, err := site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.WrongSignature)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ kind, body string }{
		"no token":            {form, ""},
		"an empty token":      {form, "logout_token="},
		"two tokens":          {form, "logout_token=a&logout_token=b"},
		"no token at all":     {form, "logout_token=x.y.z"},
		"no form":             {"application/json", `{"logout_token":"` + token + `"}`},
		"no type":             {"", "logout_token=" + token},
		"a broken form":       {form, "logout_token=%zz"},
		"a forged signature":  {form, "logout_token=" + forged},
		"the token elsewhere": {form, "token=" + token},
	} {
		p := notice(c.kind, c.body)
		var answer struct {
			Error string `json:"error"`
		}
		if json.Unmarshal([]byte(p.Body), &answer) != nil || p.Status != http.StatusBadRequest || answer.Error != "invalid_request" || p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %q %v", name, p.Status, p.Body, p.Header)
		}
	}
	if out(dana) || out(noor) {
		t.Fatal("a notice that proves nothing signed somebody out")
	}
	if p := notice(form, url.Values{"logout_token": {token}}.Encode()); p.Status != http.StatusOK || p.Body != "" || p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a good notice: %d %q", p.Status, p.Body)
	}
	if !out(dana) || out(noor) {
		t.Error("the notice ended too few or too many sessions")
	}
	if p := notice(form, url.Values{"logout_token": {token}}.Encode()); p.Status != http.StatusBadRequest {
		t.Errorf("the same notice again: %d", p.Status)
	}
	// Errors there are no pages, and too much is not read.
	if p := notice(form, "logout_token="+strings.Repeat("x", 40<<10)); p.Status != http.StatusRequestEntityTooLarge || strings.Contains(p.Body, "<html") {
		t.Errorf("a huge notice: %d %q", p.Status, p.Body)
	}
	if p := site.Browser(t).Get("/login/backchannel"); p.Status != http.StatusMethodNotAllowed || strings.Contains(p.Body, "<html") {
		t.Errorf("asked by GET: %d %q", p.Status, p.Body)
	}
}

func TestHammeringTheBackChannelSlowsDownNoSignIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Config: func(c *web.Config) { c.LoginsPerMinute = 5 }})
	slowed := 0
	for range 60 {
		if site.Browser(t).PostForm("/login/backchannel", url.Values{"logout_token": {"x"}}).Status == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed < 5 || slowed > 15 {
		t.Errorf("%d of 60 notices were slowed down", slowed)
	}
	site.Browser(t).PostForm("/login", url.Values{"email": {"x"}}).MustBe(http.StatusUnprocessableEntity)
}
