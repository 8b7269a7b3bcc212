package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// workSite has one report at Bay Region and one at Five Boroughs.
func workSite(t *testing.T) (site *webtest.Site, here, there models.Report) {
	t.Helper()
	site = webtest.Start(t, webtest.Options{})
	p := site.DB.Provider(t, "Example Chat")
	here = site.DB.Report(t, p, "here@mail.example", nil)
	there = site.DB.Report(t, p, "there@mail.example", nil)
	site.DB.Refer(t, here, site.Agencies["bay"])
	site.DB.Refer(t, there, site.Agencies["boroughs"])
	return site, here, there
}

func path(r models.Report, deed string) string { return fmt.Sprintf("/reports/%d%s", r.Number, deed) }

func TestAReportIsTakenFromTheInboxAndWorkedOn(t *testing.T) {
	t.Parallel()
	site, here, there := workSite(t)
	dana := site.SignIn(t, "dana@bay.example")
	inbox := dana.Get("/inbox").MustBe(http.StatusOK).MustSay("here@mail.example", "Unread", "Example Chat")
	inbox.MustNotSay("there@mail.example")

	take := inbox.Form("/inbox/take")
	take.Values.Set("number", fmt.Sprint(here.Number))
	dana.Submit(take).MustBe(http.StatusOK).MustSay(fmt.Sprintf("Report %d is yours now.", here.Number))
	dana.Get("/inbox?view=unassigned").MustSay("Every open report is held by somebody")

	page := dana.Get(path(here, "")).MustBe(http.StatusOK).MustSay("Why here", "here@mail.example", "Taken", "Dana Example", "Took the report, with others at once.")
	start := page.Form("/take")
	start.Action = strings.TrimSuffix(start.Action, "/take") + "/start"
	dana.Submit(start).MustBe(http.StatusOK).MustSay("Under investigation")

	// The page that was open before is out of date now.
	again := dana.PostForm(path(here, "/release"), start.Values).MustBe(http.StatusConflict)
	again.MustSay("Somebody else was first", "release it", "Began to work on the report.", "Look at the report again")
	dana.PostForm(path(here, "/release"), url.Values{}).MustBe(http.StatusConflict)

	// Another agency's report is one that does not exist, for reading and for deeds.
	for _, b := range []string{path(there, ""), "/reports/12", "/reports/x"} {
		dana.Get(b).MustBe(http.StatusNotFound).MustNotSay("there@mail.example")
	}
	dana.PostForm(path(there, "/take"), url.Values{"version": {"1"}}).MustBe(http.StatusNotFound)
	site.SignIn(t, "lee@boroughs.example").Get(path(there, "")).MustSay("New", "nobody")
}

func TestAReaderReadsAndDoesNothing(t *testing.T) {
	t.Parallel()
	site, here, _ := workSite(t)
	reed := site.SignIn(t, "reed@bay.example")
	reed.Get("/inbox").MustBe(http.StatusOK).MustNotSay("/inbox/take")
	reed.Get(path(here, "")).MustBe(http.StatusOK).MustSay("Your role reads reports").MustNotSay("/take\"")
	reed.PostForm(path(here, "/take"), url.Values{"version": {"1"}}).MustBe(http.StatusForbidden)
}

func TestADocumentIsSavedNeverShown(t *testing.T) {
	t.Parallel()
	site, here, _ := workSite(t)
	d := models.ReportDocument{ID: store.NewID(), ReportID: here.ID, ProviderID: here.ProviderID, Kind: "report", Body: []byte("<report>\u00e9</report>"), Size: 19, SHA256: make([]byte, 32), ReceivedAt: site.DB.Clock.Now()}
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Create(&d).Error })
	dana := site.SignIn(t, "dana@bay.example")
	link := path(here, "/documents/"+d.ID.String())
	dana.Get(path(here, "")).MustBe(http.StatusOK)
	got := dana.Get(link).MustBe(http.StatusOK)
	if got.Body != string(d.Body) {
		t.Errorf("got %q, want the bytes as received", got.Body)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Type": "application/xml"} {
		if got := got.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := got.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename=") {
		t.Errorf("disposition %q, want an attachment with a name", got)
	}
	if got := got.Header.Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") {
		t.Errorf("policy %q, want a sandbox", got)
	}
	dana.Get(path(here, "")).MustSay("Downloaded a document as the provider sent it.")
	site.SignIn(t, "lee@boroughs.example").Get(link).MustBe(http.StatusNotFound)
}

func TestAnAnalystRefersFromTheReportsPage(t *testing.T) {
	t.Parallel()
	site, here, _ := workSite(t)
	avery := site.SignIn(t, "avery@clearinghouse.example")
	form := avery.Get(path(here, "")).MustBe(http.StatusOK).MustSay("Where it was sent", "Bay Region Task Force").Form("/refer")
	form.Values.Set("agency", "north")
	form.Values.Set("reason", "")
	avery.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("Say in a few words why it goes there.")
	form.Values.Set("reason", "The subject moved north")
	form.Values.Set("version", "99")
	avery.Submit(form).MustBe(http.StatusConflict).MustSay("The subject moved north")
	form.Values.Set("version", fmt.Sprint(here.Version))
	avery.Submit(form).MustBe(http.StatusOK).MustSay("was referred", "Northern National Centre")
	site.SignIn(t, "jules@north.example").Get(path(here, "")).MustBe(http.StatusOK).MustSay("The subject moved north")
	site.SignIn(t, "dana@bay.example").PostForm(path(here, "/refer"), form.Values).MustBe(http.StatusForbidden)
}

func TestASearchSaysWhatItReadAndFinds(t *testing.T) {
	t.Parallel()
	site, here, there := workSite(t)
	dana := site.SignIn(t, "dana@bay.example")
	dana.Get("/search").MustBe(http.StatusOK)
	dana.Get(fmt.Sprintf("/search?q=%d", here.Number)).MustBe(http.StatusOK).MustSay("Report number", "1 report", "here@mail.example")
	dana.Get(fmt.Sprintf("/search?q=%d", there.Number)).MustBe(http.StatusOK).MustSay("No report among the reports of your agency has this").MustNotSay("there@mail.example")
	dana.Get("/search?q=" + strings.Repeat("a", 2001)).MustBe(http.StatusUnprocessableEntity).MustSay("cannot be searched for")
	dana.Get("/search?q=%ff%00").MustBe(http.StatusUnprocessableEntity)
}
