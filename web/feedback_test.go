package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"reeve/models/outcome"
	"reeve/web/webtest"
)

func TestWhatDanaRecordsIsOnSamsBoard(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	p := site.DB.Provider(t, "Example Chat")
	var at []string
	for i := range 3 {
		r := site.DB.Refer(t, site.DB.Report(t, p, "someone"+strconv.Itoa(i)+"@mail.example", nil), site.Agencies["bay"])
		at = append(at, strconv.FormatInt(r.Number, 10))
	}
	site.DB.Refer(t, site.DB.Report(t, p, "other@mail.example", nil), site.Agencies["boroughs"])
	sam := site.SignIn(t, "sam@clearinghouse.example")
	sam.Get("/desk/feedback").MustBe(http.StatusOK).MustSay("Sent 4", "No outcomes yet", "4 referrals were sent, all since the beginning of", "As of")

	dana := site.SignIn(t, "dana@bay.example").Stay()
	dana.Submit(dana.Get("/reports/"+at[0]+"/outcome").Form("/outcome").With("now", "closed.arrest").With("usefulness", "2")).MustBe(http.StatusSeeOther)
	dana.Submit(dana.Get("/reports/"+at[1]+"/outcome").Form("/outcome").With("code", "open.forensics")).MustBe(http.StatusSeeOther)
	dana.Submit(dana.Get("/reports/"+at[2]+"/return").Form("/return").With("when", "now").With("note", "Wrong county.")).MustBe(http.StatusSeeOther)
	if _, err := outcome.New(site.DB.Work, nil).SendDueReturns(t.Context()); err != nil {
		t.Fatal(err)
	}

	board := sam.Get("/desk/feedback").MustBe(http.StatusOK)
	board.MustSay("Acted on: show the rows 75 % of those sent", "Closed: show the rows 25 % of those sent", "Arrest", "At forensics", "Returned: wrong jurisdiction", "Bay Region Task Force")
	board.MustNotSay("No outcomes yet")
	sam.Get("/desk/feedback?tab=providers").MustBe(http.StatusOK).MustSay("Example Chat")
	sam.Get("/desk/feedback?tab=outcomes").MustBe(http.StatusOK).MustSay("Not illegal: meme", "25 %")
	sam.Get("/desk/feedback?tab=states").MustBe(http.StatusOK).MustSay("Where the referrals stand now", "Under investigation")
	sam.Get("/desk/feedback?of=agency:boroughs").MustBe(http.StatusOK).MustSay("to Five Boroughs Task Force", "Sent 1", "No outcomes yet")
	sam.Get("/desk/feedback?of=month:"+site.DB.Clock.Now().UTC().Format("2006-01")).MustBe(http.StatusOK).MustSay("referred in", "Sent 4")

	// Every number leads to exactly its rows.
	followed := 0
	for _, path := range []string{"/desk/feedback", "/desk/feedback?tab=providers", "/desk/feedback?tab=outcomes", "/desk/feedback?tab=states", "/desk/feedback?of=agency:bay"} {
		for _, a := range sam.Get(path).All("a") {
			href := webtest.Attr(a, "href")
			n, err := strconv.Atoi(strings.Fields(webtest.Text(a) + " x")[0])
			if !strings.HasPrefix(href, "/desk/feedback/rows") || err != nil {
				continue
			}
			followed++
			rows := sam.Get(href).MustBe(http.StatusOK)
			if got := len(rows.All("tr", "class", "Table-row")); got != n {
				t.Errorf("%s says %d, its rows %s are %d", path, n, href, got)
			}
		}
	}
	if followed < 30 {
		t.Errorf("only %d numbers lead to rows", followed)
	}
	sam.Get("/desk/feedback/rows?key=outcome:closed.arrest").MustSay("Arrest", at[0], "key", "just now", "Referrals arrest", "newest first")
	sam.Get("/desk/feedback/rows?key=state:returned").MustSay("Returned", "Wrong county.")
	sam.Get("/desk/feedback/rows?key=overdue").MustBe(http.StatusOK).MustSay("No such referrals")
}

func TestTheRowsOfABigFigureArePages(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	p := site.DB.Provider(t, "Example Chat")
	want := map[string]bool{}
	for i := range 120 {
		site.DB.Clock.Advance(time.Second)
		r := site.DB.Refer(t, site.DB.Report(t, p, "someone"+strconv.Itoa(i)+"@mail.example", nil), site.Agencies["bay"])
		want[strconv.FormatInt(r.Number, 10)] = true
	}
	sam := site.SignIn(t, "sam@clearinghouse.example")
	next, pages := "/desk/feedback/rows?of=agency%3Abay&key=state%3Anew", 0
	for next != "" {
		page := sam.Get(next).MustBe(http.StatusOK)
		pages++
		for _, a := range page.All("a", "class", "Table-link") {
			n := webtest.Text(a)
			if !want[n] {
				t.Fatalf("report %s is on page %d again or never was referred", n, pages)
			}
			delete(want, n)
		}
		next = ""
		for _, a := range page.All("a", "rel", "next") {
			next = webtest.Attr(a, "href")
		}
	}
	if len(want) > 0 || pages != 3 {
		t.Errorf("%d referrals are on none of %d pages", len(want), pages)
	}
}

func TestTheBoardRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	sam := site.SignIn(t, "sam@clearinghouse.example")
	for path, want := range map[string]int{
		"/desk/feedback?of=agency:nowhere": 404, "/desk/feedback?of=provider:nobody": 404, "/desk/feedback?of=everything": 404, "/desk/feedback?tab=map": 404,
		"/desk/feedback?of=month:2026-13": 422, "/desk/feedback?by=number": 422, "/desk/feedback?after=x": 422,
		"/desk/feedback/rows?key=none": 422, "/desk/feedback/rows?cursor=x": 422, "/desk/feedback/rows?of=agency:nowhere": 404,
		"/desk/feedback?of=public-form": 200, "/desk/feedback/rows?of=public-form": 200, "/desk/feedback?tab=providers&by=overdue": 200,
	} {
		if got := sam.Get(path).Status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	for _, email := range []string{"dana@bay.example", "noor@bay.example", "avery@clearinghouse.example", "ash@clearinghouse.example"} {
		b := site.SignIn(t, email)
		b.Get("/desk/feedback").MustBe(http.StatusForbidden)
		b.Get("/desk/feedback/rows").MustBe(http.StatusForbidden)
	}
	if p := site.Browser(t).Get("/desk/feedback/rows?key=opened"); p.URL.Path != "/login" {
		t.Errorf("nobody reached %s", p.URL)
	}
}
