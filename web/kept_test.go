package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// longNote is what nobody wants to type twice.
var longNote = strings.Repeat("The account was used from two places within one hour.\r\n", 50) + "\u0644\u064a\u0644\u0649 said: 100% & \"more\" <later>"

// tooLate fills in an outcome with the longNote, lets the session end, and sends it. It
// answers the browser, the report's address and the page where the form is kept.
func tooLate(t *testing.T, site *webtest.Site, pause time.Duration) (b *webtest.Browser, at, kept string) {
	t.Helper()
	_, at = referred(t, site, "bay")
	b = site.SignIn(t, "dana@bay.example")
	form := b.Get(at+"/outcome").Form("/outcome").With("code", "open.investigating").With("note", longNote)
	site.DB.Clock.Advance(pause)
	return b, at, ended(t, b.Stay().Submit(form))
}

// ended answers where the form is kept that came too late.
func ended(t *testing.T, p *webtest.Page) string {
	t.Helper()
	to, err := url.Parse(p.MustBe(http.StatusSeeOther).Header.Get("Location"))
	if err != nil || to.Path != "/login" || to.Query().Get("ended") != "1" || !strings.HasPrefix(to.Query().Get("return"), "/account/resume/") {
		t.Fatalf("a form that came too late led to %s (%v)", to, err)
	}
	return to.Query().Get("return")
}

// again signs in from the page that the browser was led to.
func again(b *webtest.Browser, email, to string) *webtest.Page {
	return b.Follow().SignInAs(email, to)
}

func outcomes(t *testing.T, site *webtest.Site) (list []models.Outcome) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error { list = nil; return tx.Order("id").Find(&list).Error })
	return list
}

func kept(t *testing.T, site *webtest.Site) (n int) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from kept_forms").Row().Scan(&n) })
	return n
}

func TestALongNoteOutlivesItsSession(t *testing.T) {
	t.Parallel()
	for name, pause := range map[string]time.Duration{"a while too late": 31 * time.Minute, "the next morning": 14 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := webtest.Start(t, webtest.Options{})
			b, at, resume := tooLate(t, site, pause)
			b.Follow().Get("/login?ended=1&return=" + url.QueryEscape(resume)).MustSay("What you typed is kept for 20 minutes")
			p := again(b, "dana@bay.example", resume).MustBe(http.StatusOK)
			if p.URL.Path != resume {
				t.Fatalf("after signing in again the browser is at %s", p.URL)
			}
			p.MustSay("You are about to record an outcome", "Nothing was done so far", "The account was used from two places within one hour.", "100% & \"more\" <later>")
			if got := outcomes(t, site); len(got) != 0 {
				t.Fatalf("something was recorded before anybody sent it: %+v", got)
			}
			form := p.Form("kept=" + strings.TrimPrefix(resume, "/account/resume/"))
			if got := form.Values.Get("note"); lines(got) != lines(longNote) || form.Values.Get("code") != "open.investigating" {
				t.Fatalf("the form holds %q", form.Values)
			}
			b.Submit(form).MustBe(http.StatusOK)
			list := outcomes(t, site)
			if len(list) != 1 || lines(list[0].Note) != lines(longNote) || list[0].Code != "open.investigating" {
				t.Fatalf("recorded: %+v", list)
			}
			// It was sent; a second time it is not.
			b.Submit(form).MustBe(http.StatusNotFound).MustSay("sent already, discarded, or is older")
			b.Get(resume).MustBe(http.StatusNotFound)
			b.Get(at).MustBe(http.StatusOK)
			if got := outcomes(t, site); len(got) != 1 || kept(t, site) != 0 {
				t.Errorf("after sending twice: %d outcomes, %d kept forms", len(got), kept(t, site))
			}
		})
	}
}

// lines makes the ends of lines equal: browsers write two characters, programs one.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func TestAKeptFormOutlivesTheSweepOfItsSession(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	b := site.SignIn(t, "dana@bay.example")
	form := b.Get(at+"/outcome").Form("/outcome").With("code", "open.investigating").With("note", longNote)
	other := b.Get(at+"/return").Form("/return").With("note", "Another tab.")
	site.DB.Clock.Advance(5 * time.Hour)
	if n, err := session.Sweep(t.Context(), site.DB.Work); err != nil || n < 1 {
		t.Fatalf("swept %d (%v)", n, err)
	}
	first := ended(t, b.Stay().Submit(form))
	// The second tab's form comes when the browser has a new secret already, and a
	// third when a sign-in is on its way.
	second := ended(t, b.Submit(other))
	b.PostForm("/login", url.Values{"email": {"dana@bay.example"}}).MustBe(http.StatusSeeOther)
	third := ended(t, b.Submit(other.With("note", "A third tab.")))
	again(b, "dana@bay.example", first).MustBe(http.StatusOK).MustSay("record an outcome", "Also not sent yet", "Return a report")
	b.Get(second).MustBe(http.StatusOK).MustSay("Another tab.")
	b.Get(third).MustBe(http.StatusOK).MustSay("A third tab.")
	if got := len(b.Get("/account").MustSay("Not sent yet").All("a", "href", second)); got != 1 {
		t.Errorf("the account page leads %d times to a kept form", got)
	}
	// Whoever began a sign-in a day ago is nobody's session any longer.
	site.DB.Clock.Advance(26 * time.Hour)
	if _, err := session.Sweep(t.Context(), site.DB.Work); err != nil {
		t.Fatal(err)
	}
	if p := b.Stay().Submit(form).MustBe(http.StatusSeeOther); strings.Contains(p.Header.Get("Location"), "resume") || kept(t, site) != 0 {
		t.Errorf("a day later the form led to %s, and %d are kept", p.Header.Get("Location"), kept(t, site))
	}
}

func TestNobodyElseEverSeesAKeptForm(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, at, resume := tooLate(t, site, 31*time.Minute)

	var dump string
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select string_agg(encode(sealed, 'escape'), ' ') from kept_forms").Row().Scan(&dump)
	})
	if dump == "" || strings.Contains(dump, "two places") {
		t.Error("the note can be read in the database")
	}
	// Nobody: no page of it without a sign-in.
	if p := b.Get(resume).MustBe(http.StatusSeeOther); !strings.HasPrefix(p.Header.Get("Location"), "/login") {
		t.Errorf("nobody was led to %s", p.Header.Get("Location"))
	}
	// The same person elsewhere: it is this browser's.
	elsewhere := site.SignIn(t, "dana@bay.example")
	elsewhere.Get(resume).MustBe(http.StatusNotFound).MustNotSay("two places")
	elsewhere.PostForm(resume+"/discard", url.Values{}).MustBe(http.StatusNotFound)
	elsewhere.PostForm(at+"/outcome?kept="+strings.TrimPrefix(resume, "/account/resume/"), url.Values{"code": {"closed.arrest"}}).MustBe(http.StatusNotFound)
	if kept(t, site) != 1 || len(outcomes(t, site)) != 0 {
		t.Error("another browser changed something")
	}
	// Somebody else in this browser, even with the address of it.
	again(b, "noor@bay.example", resume).MustBe(http.StatusNotFound).MustNotSay("two places", "record an outcome")
	b.Get("/account").MustBe(http.StatusOK).MustNotSay("Not sent yet")
	b.Stay().PostForm("/logout", nil)
	again(b, "dana@bay.example", resume).MustBe(http.StatusNotFound)
	if kept(t, site) != 0 {
		t.Error("what was typed is still kept after somebody else signed in there")
	}
}

func TestAKeptFormGoesToItsOwnAddressOnly(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, at, resume := tooLate(t, site, 31*time.Minute)
	again(b, "dana@bay.example", resume)
	id := "?kept=" + strings.TrimPrefix(resume, "/account/resume/")
	for _, path := range []string{at + "/return", at + "/take", at + "/outcome/"} {
		b.PostForm(path+id, url.Values{"code": {"closed.arrest"}, "note": {"x"}}).MustBe(http.StatusNotFound)
	}
	_, other := referred(t, site, "bay")
	b.PostForm(other+"/outcome"+id, url.Values{"code": {"closed.arrest"}}).MustBe(http.StatusNotFound)
	for _, odd := range []string{"?kept=1", "?kept=0190aaaa-0000-7000-8000-000000000000"} {
		if p := b.PostForm(other+"/outcome"+odd, url.Values{"code": {"nothing"}}); p.Status < 400 || p.Status >= 500 {
			t.Errorf("%s: %d", odd, p.Status)
		}
	}
	if got := outcomes(t, site); len(got) != 0 || kept(t, site) != 1 {
		t.Errorf("%d outcomes, %d kept forms; want none and the one", len(got), kept(t, site))
	}
	b.Submit(b.Get(resume).Form(resume + "/discard")).MustBe(http.StatusOK).MustSay("Discarded")
	b.Get(resume).MustBe(http.StatusNotFound)
	b.PostForm(resume+"/discard", url.Values{}).MustBe(http.StatusNotFound)
}

// A deed that fails through no fault of its sender does not cost them the form.
func TestAKeptFormThatFailsIsStillKept(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, _, resume := tooLate(t, site, 31*time.Minute)
	form := again(b, "dana@bay.example", resume).Form("kept=" + strings.TrimPrefix(resume, "/account/resume/"))
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Exec("alter table outcomes rename to outcomes_away").Error })
	b.Submit(form).MustBe(http.StatusInternalServerError).MustSay("What you typed is still kept")
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Exec("alter table outcomes_away rename to outcomes").Error })
	b.Submit(form).MustBe(http.StatusOK)
	if got := outcomes(t, site); len(got) != 1 || lines(got[0].Note) != lines(longNote) {
		t.Errorf("recorded: %+v", got)
	}
}

func TestFormsAreKeptForTwentyMinutesAndFiveOfThem(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b, at, first := tooLate(t, site, 31*time.Minute)
	form := webtest.Form{Method: http.MethodPost, Action: at + "/outcome", Values: url.Values{"note": {"Once more."}}}
	last := ""
	for range session.KeptMost {
		site.DB.Clock.Advance(time.Second)
		last = ended(t, b.Stay().Submit(form))
	}
	again(b, "dana@bay.example", last).MustBe(http.StatusOK).MustSay("Once more.")
	b.Get(first).MustBe(http.StatusNotFound)
	if got := kept(t, site); got != session.KeptMost {
		t.Errorf("%d forms are kept, want %d", got, session.KeptMost)
	}
	site.DB.Clock.Advance(session.KeptFor)
	b.Get(last).MustBe(http.StatusNotFound)
	b.Get("/account").MustNotSay("Not sent yet")
	if _, err := session.Sweep(t.Context(), site.DB.Work); err != nil {
		t.Fatal(err)
	}
	if got := kept(t, site); got != 0 {
		t.Errorf("%d forms outlive the sweep", got)
	}
}

func TestWhatIsNotKept(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	signOut := func(t *testing.T, how func(b *webtest.Browser)) *webtest.Browser {
		b := site.SignIn(t, "dana@bay.example")
		how(b)
		return b.Stay()
	}
	typed := url.Values{"note": {"typed"}}
	for name, b := range map[string]*webtest.Browser{
		"of nobody":                  site.Browser(t).Stay(),
		"of somebody who signed out": signOut(t, func(b *webtest.Browser) { b.PostForm("/logout", nil) }),
		"of a session ended on purpose": signOut(t, func(b *webtest.Browser) {
			site.SignIn(t, "dana@bay.example").PostForm("/account/sessions/end-others", nil)
		}),
	} {
		p := b.PostForm(at+"/outcome", typed).MustBe(http.StatusSeeOther)
		if strings.Contains(p.Header.Get("Location"), "resume") {
			t.Errorf("the form %s is kept: %s", name, p.Header.Get("Location"))
		}
	}
	b := site.SignIn(t, "dana@bay.example").Stay()
	site.DB.Clock.Advance(31 * time.Minute)
	// Another site's form is refused before anybody looks at it.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+at+"/outcome", strings.NewReader(typed.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	req.Header.Set("Origin", "https://evil.example")
	b.Do(req).MustBe(http.StatusForbidden)
	// A page that does not exist, a deed in which nothing is typed, a script's wish to go on.
	for _, path := range []string{"/nowhere", "/account/extend", "/account/sessions/end"} {
		if p := b.PostForm(path, url.Values{}); strings.Contains(p.Header.Get("Location"), "resume") {
			t.Errorf("%s is kept", path)
		}
	}
	// Too long: it is said so, and how to send it all the same.
	p := b.PostForm(at+"/outcome", url.Values{"note": {strings.Repeat("x", session.KeptSize+1)}}).MustBe(http.StatusForbidden)
	p.MustSay("Your session has ended", "too much to be kept", "in a new tab", "reload it")
	if got := kept(t, site); got != 0 {
		t.Errorf("%d forms are kept", got)
	}
	setState(t, site, "dana@bay.example", models.UserSuspended)
	if p := b.PostForm(at+"/outcome", typed); strings.Contains(p.Header.Get("Location"), "resume") || kept(t, site) != 0 {
		t.Error("the form of somebody who is suspended is kept")
	}
}

// Text fields beside a file are kept; the file is asked for again.
func TestAFormWithAFileIsKeptWithoutTheFile(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	b := site.SignIn(t, "dana@bay.example").Stay()
	site.DB.Clock.Advance(31 * time.Minute)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("code", "open.investigating")
	_ = w.WriteField("note", "Beside a file.")
	f, _ := w.CreateFormFile("attachment", "people.csv")
	_, _ = io.WriteString(f, strings.Repeat("name;address\n", 20000))
	empty, _ := w.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="second"; filename=""`}})
	_, _ = io.WriteString(empty, "")
	_ = w.Close()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+at+"/outcome", &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resume := ended(t, b.Do(req))
	p := again(b, "dana@bay.example", resume).MustBe(http.StatusOK).MustSay("Beside a file.", "Files are not kept here", "You had chosen people.csv.")
	if got := p.All("input", "type", "file"); len(got) != 1 || webtest.Attr(got[0], "name") != "attachment" {
		t.Errorf("the page asks for %d files", len(got))
	}
	if got := p.All("form", "enctype", "multipart/form-data"); len(got) != 1 {
		t.Error("the form cannot carry a file")
	}
}
