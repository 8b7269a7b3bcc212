package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/publicform"
	"reeve/models/store"
	"reeve/web/webtest"
)

// tell fills in a page of the form and answers the next.
func tell(t *testing.T, b *webtest.Browser, step string, pairs ...string) *webtest.Page {
	t.Helper()
	f := b.Get("/report/" + step).MustBe(http.StatusOK).Form("/report/" + step + "?lang=en")
	for i := 0; i < len(pairs); i += 2 {
		f = f.With(pairs[i], pairs[i+1])
	}
	return b.Submit(f).MustBe(http.StatusOK)
}

// sent answers the number and the code that a page shows.
func sentWith(t *testing.T, p *webtest.Page) (number, code string) {
	t.Helper()
	list := p.All("dl", "class", "PublicForm-code")
	if len(list) != 1 {
		t.Fatalf("no number is shown: %s", p.Text())
	}
	words := strings.Fields(webtest.Text(list[0]))
	return strings.Join(words[1:len(words)-2], ""), words[len(words)-1]
}

func TestAPersonTellsWithoutAnAccountOrScripts(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	p := b.Get("/report").MustBe(http.StatusOK).MustSay("It is right to tell", "You do not need to give your name", "Call 911 first", "Do not send pictures", "Leave this page")
	if len(p.All("script")) != 0 || p.Header.Get("Set-Cookie") != "" || p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("scripts, or a cookie before anything was written: %v", p.Header)
	}
	p = tell(t, b, "danger", "danger", "yes")
	p.MustSay("What happened?", "Call 911 first")
	p = b.Submit(p.Form("/report/what?lang=en")).MustBe(http.StatusUnprocessableEntity).MustSay("A few words are enough")
	p = b.Submit(p.Form("/report/what?lang=en").With("what", "<b>He</b> writes to her\nevery night. https://pages.example/x").With("kind", "talk")).MustSay("Who did it?")
	for _, step := range []string{"who", "child", "where", "when", "links"} {
		p = b.Submit(p.Form("/report/" + step + "?lang=en")) // everything may stay empty
	}
	p.MustSay("About you")
	p = b.Submit(p.Form("/report/you?lang=en").With("contact", "yes").With("you_name", "Alex"))
	p.MustSay("Read it again before you send it", "<b>He</b> writes to her", "gave no phone number", "not answered")
	for _, l := range p.Links() {
		if strings.Contains(l, "pages.example") {
			t.Errorf("what was written became a link: %s", l)
		}
	}
	// Changing one answer leads back here.
	p = b.Submit(b.Get("/report/when?change=1&lang=en").Form("/report/when?lang=en").With("when", "now"))
	p.MustSay("Read it again", "It is still going on")
	site.DB.Clock.Advance(5 * time.Minute)
	send := p.Form("/report/check?lang=en")
	done := b.Submit(send).MustBe(http.StatusOK).MustSay("Your report was sent", "Thank you", "The code is shown only here")
	number, code := sentWith(t, done)
	if again, _ := sentWith(t, b.Submit(send)); again != number {
		t.Error("pressing send again made another report")
	}
	if n, c := sentWith(t, b.Get("/report/sent")); n != number || c != code {
		t.Error("loading the page again lost the number")
	}
	var r models.Report
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Take(&r).Error })
	if r.ProviderID != nil || r.Reported.AdditionalInfo != "<b>He</b> writes to her\nevery night. https://pages.example/x" || r.Reported.Reporter.Person.FirstName != "Alex" || r.PreserveUntil != nil {
		t.Errorf("kept as %+v", r.Reported)
	}
	// Closing erases the page; going back shows nothing.
	if p = b.Submit(done.Form("/report/leave?lang=en")); p.URL.Path != "/away" || strings.Contains(p.Body, "eport") {
		t.Errorf("leaving ends at %s: %s", p.URL, p.Body)
	}
	b.Get("/report/sent").MustSay("nothing here any more").MustNotSay(code)
	b.Get("/report/what").MustNotSay("every night")

	// Adding later, from another browser.
	other := site.Browser(t)
	more := other.Get("/report/more").Form("/report/more?lang=en").With("number", number).With("text", "He wrote again.")
	wrong := other.Submit(more.With("code", "BBBB BBBB BBBB BBBB")).MustBe(http.StatusUnprocessableEntity).MustSay("do not belong together", "He wrote again.")
	nobody := other.Submit(more.With("number", "999999999999").With("code", code)).MustBe(http.StatusUnprocessableEntity)
	if a, b := wrong.Text(), nobody.Text(); a != b {
		t.Errorf("a wrong code and a wrong number differ:\n%s\n%s", a, b)
	}
	other.Submit(more.With("code", strings.ToLower(code))).MustBe(http.StatusOK).MustSay("We received it").MustNotSay(number)
}

func TestLeavingErasesWhatWasWritten(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	p := tell(t, b, "what", "what", "A secret.")
	if p = b.Submit(p.Form("/report/leave?lang=en")); p.URL.Path != "/away" {
		t.Errorf("leaving ends at %s", p.URL)
	}
	b.Get("/report/what").MustNotSay("A secret.")
	n := -1
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from public_drafts").Row().Scan(&n)
	})
	if n != 0 {
		t.Errorf("%d drafts are left", n)
	}
}

func TestNobodyReadsAnothersDraftAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	mine, other := site.Browser(t), site.Browser(t)
	tell(t, mine, "what", "what", "My words.")
	tell(t, other, "what", "what", "Their words.")
	mine.Get("/report/check").MustSay("My words.").MustNotSay("Their words.")
	stranger := site.Browser(t)
	u, _ := url.Parse(site.URL)
	name := mine.Client.Jar.Cookies(u)[0].Name
	if !strings.HasPrefix(name, "draft-") {
		t.Fatalf("the cookie is named %s", name)
	}
	stranger.SetCookie(name, strings.Repeat("A", 43))
	stranger.Get("/report/what").MustBe(http.StatusOK).MustNotSay("My words", "Their words")
	// Two windows: the second hears of the first, and loses nothing.
	first, second := mine.Get("/report/what").Form("/report/what?lang=en"), mine.Get("/report/what").Form("/report/what?lang=en")
	mine.Submit(first.With("what", "From the first."))
	p := mine.Submit(second.With("what", "From the second.")).MustBe(http.StatusConflict).MustSay("From the first.", "From the second.", "In the other window")
	mine.Submit(p.Form("/report/what?lang=en")).MustBe(http.StatusOK)
	mine.Get("/report/check").MustSay("From the second.")
	// After two hours the rest is gone, and what is typed then is kept.
	late := mine.Get("/report/when").Form("/report/when?lang=en")
	site.DB.Clock.Advance(publicform.IdleFor + time.Second)
	mine.Submit(late.With("when_more", "Last spring")).MustBe(http.StatusOK).MustSay("two hours passed")
	mine.Get("/report/check").MustSay("Last spring").MustNotSay("From the second.")
	// Too quick: once more, with everything still there. And then it goes.
	quick := site.Browser(t)
	tell(t, quick, "what", "what", "Quick.")
	p = quick.Submit(quick.Get("/report/check").Form("/report/check?lang=en")).MustBe(http.StatusConflict).MustSay("That was very quick", "Quick.")
	quick.Submit(p.Form("/report/check?lang=en")).MustBe(http.StatusOK).MustSay("Your report was sent")
	// Written in another window after sending: it can be added.
	quick.PostForm("/report/who?lang=en", url.Values{"who_user": {"late.user"}}).MustBe(http.StatusConflict).MustSay("already sent", "late.user")
}

func TestTheFormGuardsItsDoors(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	// Another site's page cannot write here.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/report/what", strings.NewReader("what=x"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://elsewhere.example")
	b.Do(req).MustBe(http.StatusForbidden)
	b.Get("/report/nothing").MustBe(http.StatusNotFound)
	b.PostForm("/report/nothing", url.Values{"what": {"x"}}).MustBe(http.StatusNotFound)
	b.PostForm("/report/what?lang=en", url.Values{"what": {strings.Repeat("word ", 5000)}}).MustBe(http.StatusUnprocessableEntity).MustSay("too long", "word word")
	b.PostForm("/report/when?lang=en", url.Values{"when_day": {"2026-13-40"}}).MustBe(http.StatusUnprocessableEntity).MustSay("like 2026-01-31")
	limited := 0
	for range 10 {
		p := b.PostForm("/report/more?lang=en", url.Values{"number": {"123456789"}, "code": {"x"}, "text": {"Keep this."}})
		if p.Status == http.StatusTooManyRequests {
			limited++
			p.MustSay("Wait", "Keep this.")
		}
	}
	if limited == 0 {
		t.Error("codes can be guessed without end")
	}
}

func TestTheFormSpeaksTwoLanguages(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	p := b.Get("/report?lang=es").MustBe(http.StatusOK).MustSay("Está bien contarlo", "Salir de esta página")
	if got := webtest.Attr(p.All("html")[0], "lang"); got != "es" {
		t.Errorf("lang=%q", got)
	}
	p = b.Get("/report/what?lang=es")
	p = b.Submit(p.Form("/report/what?lang=es").With("what", "Algo pasó."))
	p.MustSay("¿Quién lo hizo?")
	b.Get("/report/child?lang=es").MustSay("Estados Unidos", "Alemania")
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/report", nil)
	req.Header.Set("Accept-Language", "es-MX,es;q=0.9,en;q=0.5")
	b.Do(req).MustSay("Está bien contarlo")
	b.Get("/login").MustSay("Report something: no account needed")
}

func TestWhoHoldsTheReportReadsWhoToldAndWhatWasAdded(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	tell(t, b, "what", "what", "<i>It</i> goes on.", "kind", "talk")
	tell(t, b, "you", "contact", "yes", "you_mail", "me@mail.example", "you_safe", "After six", "role", "parent")
	site.DB.Clock.Advance(time.Minute)
	number, code := sentWith(t, b.Submit(b.Get("/report/check").Form("/report/check?lang=en")))
	b.Submit(b.Get("/report/more").Form("/report/more?lang=en").With("number", number).With("code", code).With("text", "He wrote <b>again</b>.").With("links", "https://pages.example/u/1")).MustSay("We received it")
	var r models.Report
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Where("number = ?", number).Take(&r).Error })
	site.DB.Refer(t, r, site.Agencies["bay"])
	for _, email := range []string{"avery@clearinghouse.example", "dana@bay.example"} {
		p := site.SignIn(t, email).Get("/reports/"+number).MustBe(http.StatusOK).MustSay("Public form", "Told by the public's form", "<i>It</i> goes on.", "After six", "me@mail.example",
			"no statutory clock", "Added later by the reporter", "He wrote <b>again</b>.", "https://pages.example/u/1", "Answers as sent (JSON)")
		for _, l := range p.Links() {
			if strings.Contains(l, "pages.example") || strings.HasPrefix(l, "mailto:me@") {
				t.Errorf("what was written became a link: %s", l)
			}
		}
	}
	site.SignIn(t, "lee@boroughs.example").Get("/reports/" + number).MustBe(http.StatusNotFound).MustNotSay("After six")
}
