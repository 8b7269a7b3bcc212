package web_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"reeve/models/audit"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestTheAuditPageShowsOnesOwnAgencyAndTheClearinghouseEverything(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	site.SignIn(t, "dana@bay.example").Get("/deconfliction").MustBe(http.StatusOK)
	site.SignIn(t, "lee@boroughs.example").Get("/deconfliction").MustBe(http.StatusOK)
	noor, ash := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "ash@clearinghouse.example")

	own := noor.Get("/audit").MustBe(http.StatusOK)
	own.MustSay("Dana Example", "What people of "+site.Agencies["bay"].Name, "Looked at the agency's deconfliction hits.", "PST").MustNotSay("Lee Example", "lee@")
	own.MustSay("Nothing is sealed yet.")
	ash.Get("/audit").MustBe(http.StatusOK).MustSay("Dana Example "+site.Agencies["bay"].Name, "Lee Example "+site.Agencies["boroughs"].Name)

	seal(t, site)
	own = noor.Get("/audit").MustBe(http.StatusOK).MustSay("The newest checkpoint was signed 2 Mar 2026, 07:04:05 PST", "reeve audit verify")
	own.MustNotSay("lines are; the newest checkpoint") // how busy everybody is, is not for one agency
	ash.Get("/audit").MustSay("lines are; the newest checkpoint was signed")

	site.DB.Clock.Advance(time.Minute)
	noor.Get("/deconfliction").MustBe(http.StatusOK)
	noor.Get("/audit").MustNotSay("waited more than a minute")
	site.DB.Clock.Advance(2 * time.Minute)
	noor.Get("/audit").MustSay("have waited more than a minute to be sealed")
}

func seal(t *testing.T, site *webtest.Site) {
	t.Helper()
	secret, _, err := audit.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.NewSealer(site.DB.Work, key, slog.New(slog.DiscardHandler)).SealOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTheAuditPageIsNarrowedByItsAddress(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	dana := site.SignIn(t, "dana@bay.example")
	dana.Get("/deconfliction").MustBe(http.StatusOK)
	err := audit.Refused(t.Context(), site.DB.Web, site.Actor(t, "dana@bay.example"),
		audit.Event{Action: "report.read", Subject: "report number 5", Words: "Asked for a report that does not exist or is not theirs.", Detail: map[string]string{"reason": "made up"}})
	if err != nil {
		t.Fatal(err)
	}
	noor := site.SignIn(t, "noor@bay.example")
	const refused, looked, in = "Asked for a report that does not exist", "Looked at the agency's deconfliction hits", "Noor Example"
	for _, c := range []struct {
		query    string
		has, not []string
	}{
		{"", []string{refused, looked, in, "Refused", "report number 5", "reason: made up"}, nil},
		{"refused=1", []string{refused, "refused only"}, []string{looked}},
		{"action=deconfliction.listed", []string{looked, "deed: hits looked at"}, []string{refused}},
		{"person=" + site.Users["dana@bay.example"].ID.String(), []string{looked, "by Dana Example"}, []string{`bdi>Noor Example</bdi></a>`}},
		{"since=2026-03-02&until=2026-03-02", []string{refused, "from 2 Mar 2026", "to 2 Mar 2026"}, nil},
		{"since=2026-03-03", []string{"No line fits all of this."}, []string{refused}},
		{"until=2026-03-01", []string{"No line fits all of this."}, []string{refused}},
		{"report=999999999999", []string{"No line fits all of this.", "about report 999999999999"}, []string{refused}},
		{"person=" + site.Users["lee@boroughs.example"].ID.String(), []string{"No line fits all of this.", "by one person"}, []string{"Lee Example"}},
	} {
		noor.Get("/audit?" + c.query).MustBe(http.StatusOK).MustSay(c.has...).MustNotSay(c.not...)
	}
	for query, words := range map[string]string{
		"report=abc": "digits only", "report=-5": "digits only", "report=99999999999999999999": "digits only", "action=no.such": "no such deed",
		"person=1": "names nobody", "since=yesterday": "year-month-day", "until=0001-01-01": "year-month-day", "since=9999-12-31": "year-month-day",
		"since=2026-03-02&until=2026-03-01": "lies before the first",
	} {
		noor.Get("/audit?" + query).MustBe(http.StatusUnprocessableEntity).MustSay(words).MustNotSay(refused)
	}
	// What was typed stays, and does no harm.
	p := noor.Get("/audit?report=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&refused=1").MustBe(http.StatusUnprocessableEntity).MustNotSay("<script>alert")
	if v := p.Form("/audit").Values; v.Get("report") != `"><script>alert(1)</script>` || v.Get("refused") != "1" {
		t.Errorf("the form holds %v", v)
	}
}

func TestTheAuditPageTurnsPages(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	err := site.DB.Web.As(t.Context(), site.Actor(t, "dana@bay.example"), func(tx *store.Tx) error {
		for range 60 {
			if err := audit.Record(tx, audit.Event{Action: "file.opened", Words: "Opened a file."}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	noor := site.SignIn(t, "noor@bay.example")
	first := noor.Get("/audit?action=file.opened").MustBe(http.StatusOK).MustSay("50 lines")
	second := follow(t, noor, first, "next").MustBe(http.StatusOK).MustSay("10 lines", "deed: file opened")
	if strings.Contains(second.Body, `rel="next"`) {
		t.Error("the last page leads on")
	}
	if back := follow(t, noor, second, "prev"); back.URL.RequestURI() != "/audit?action=file.opened" {
		t.Errorf("the way back leads to %s", back.URL)
	}
}
