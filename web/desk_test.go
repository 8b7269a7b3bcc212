package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"reeve/models"
	"reeve/web/webtest"
)

// waiting makes n reports that wait at the desk, oldest first; every tenth is urgent.
func waiting(t *testing.T, s *webtest.Site, n int) []models.Report {
	t.Helper()
	p := s.DB.Provider(t, "Example Chat")
	var list []models.Report
	for i := range n {
		at := s.DB.Clock.Now().Add(-time.Duration(n-i) * time.Hour)
		list = append(list, s.DB.Report(t, p, fmt.Sprintf("person%d@mail.example", i), func(r *models.Report, _ *[]models.Identifier) {
			r.Desk, r.DeskWhy, r.FinishedAt = models.DeskWaiting, "No agency with jurisdiction is known with enough confidence.", &at
			if i%10 == 0 {
				r.Priority, r.Urgent, r.Urgency = 1, true, 7
			}
			if i%3 == 0 {
				r.FilesTotal, r.FilesLocked = 2, 1
			}
		}))
	}
	return list
}

func numbersOn(p *webtest.Page) []string {
	var list []string
	for _, a := range p.All("a", "class", "Table-link") {
		list = append(list, webtest.Text(a))
	}
	return list
}

// follow opens the link of a list that leads on ("next") or back ("prev").
func follow(t *testing.T, b *webtest.Browser, p *webtest.Page, rel string) *webtest.Page {
	t.Helper()
	for _, a := range p.All("a", "rel", rel) {
		return b.Get(webtest.Attr(a, "href"))
	}
	t.Fatalf("%s has no link %q", p.URL, rel)
	return nil
}

func TestTheDeskShowsWhatWaitsMostUrgentFirst(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	avery := site.SignIn(t, "avery@clearinghouse.example")
	avery.Get("/desk").MustBe(http.StatusOK).MustSay("Nothing waits.", "The last reports were released by rule.")

	list := waiting(t, site, 30)
	done := site.DB.Report(t, models.Provider{ID: *list[0].ProviderID}, "done@mail.example", nil)
	first := avery.Get("/desk").MustBe(http.StatusOK)
	first.MustSay("Waiting 30", "Oldest waiting 30 h", "25 reports on this page", "No agency with jurisdiction", "person20@mail.example", "2, 1 locked", "Example Chat")
	got := numbersOn(first)
	if want := fmt.Sprint(list[20].Number); len(got) != 25 || got[0] != want {
		t.Errorf("%d rows that begin with %v, want 25 beginning with the newest urgent report %s", len(got), got[:1], want)
	}
	second := follow(t, avery, first, "next").MustBe(http.StatusOK).MustSay("Waiting 30", "5 reports on this page")
	got = append(got, numbersOn(second)...)
	seen := map[string]bool{}
	for _, n := range got {
		seen[n] = true
	}
	if len(got) != 30 || len(seen) != 30 || seen[fmt.Sprint(done.Number)] {
		t.Errorf("both pages show %d rows of %d reports, want each waiting one once and no other", len(got), len(seen))
	}
	if back := follow(t, avery, second, "prev"); back.URL.RequestURI() != "/desk" {
		t.Errorf("the way back leads to %s", back.URL)
	}
	if href := first.Links(); !strings.Contains(strings.Join(href, " "), fmt.Sprintf("/desk/reports/%d", list[20].Number)) {
		t.Error("no row leads to its report")
	}
}

func TestPoolsShowWhatNoAgencyCovers(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	avery := site.SignIn(t, "avery@clearinghouse.example")
	avery.Get("/desk/pools").MustBe(http.StatusOK).MustSay("There are no pools.")
	pool := site.DB.Pool(t, "us-unknown")
	avery.Get("/desk/pools").MustBe(http.StatusOK).MustSay(pool.Name, "nothing waits")
	avery.Get("/desk/pools/us-unknown").MustBe(http.StatusOK).MustSay("This pool is empty.")

	p := site.DB.Provider(t, "Example Chat")
	for i := range 27 {
		site.DB.Refer(t, site.DB.Report(t, p, fmt.Sprintf("person%d@mail.example", i), nil), pool)
	}
	avery.Get("/desk/pools").MustBe(http.StatusOK).MustSay(pool.Name+" 27", "None of them is marked urgent.")
	first := avery.Get("/desk/pools/us-unknown").MustBe(http.StatusOK).MustSay("Example Chat", "Subject's home address: test")
	second := follow(t, avery, first, "next").MustBe(http.StatusOK)
	if a, b := len(numbersOn(first)), len(numbersOn(second)); a != 25 || b != 2 {
		t.Errorf("the pool's pages show %d and %d rows, want 25 and 2", a, b)
	}
	for _, code := range []string{"nothing", "bay", "clearinghouse", "%27%20or%201=1"} {
		avery.Get("/desk/pools/" + code).MustBe(http.StatusNotFound)
	}
}

// What is no cursor of a list is said plainly, with the way back to its beginning.
func TestADamagedPageAddressIsSaidAndLeadsBack(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	site.DB.Pool(t, "us-unknown")
	people := map[string]*webtest.Browser{}
	for _, email := range []string{"avery@clearinghouse.example", "dana@bay.example", "noor@bay.example"} {
		people[email] = site.SignIn(t, email)
	}
	hostile := []string{"x", "0", "-1", "%00", "%FF%FE", "%27%3B+drop+table+reports%3B--", "%3Cscript%3Ealert(1)%3C/script%3E", strings.Repeat("A", 4000),
		"AWQA____________________________________________", strings.Repeat("%2F", 46), "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
	for _, list := range []struct{ email, path string }{
		{"avery@clearinghouse.example", "/desk"}, {"avery@clearinghouse.example", "/desk/pools/us-unknown"},
		{"dana@bay.example", "/deconfliction"}, {"noor@bay.example", "/audit"},
	} {
		for _, cursor := range hostile {
			p := people[list.email].Get(list.path + "?cursor=" + cursor).MustBe(http.StatusUnprocessableEntity).MustNotSay("<script>alert")
			if p.H1() != "This page cannot be shown" || !strings.Contains(strings.Join(p.Links(), " "), list.path) {
				t.Errorf("%s with cursor %.40q: %q without the way back to the first page", list.path, cursor, p.H1())
			}
		}
	}
}
