package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/triage"
	"reeve/web/webtest"
)

// routedWaiting makes a report that routing left at the desk: its subject lives where
// the seeded agency is, and the policy wants an analyst to look.
func routedWaiting(t *testing.T, s *webtest.Site, p models.Provider, email string) models.Report {
	t.Helper()
	r := s.DB.Report(t, p, email, func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{{Type: "Technical", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}}
	})
	if err := triage.New(s.DB.Work, nil).Route(t.Context(), r.ID, 1); err != nil {
		t.Fatal(err)
	}
	return r
}

// deskSite has the seeded agencies the territory of the demonstration.
func deskSite(t *testing.T) (*webtest.Site, models.Provider) {
	t.Helper()
	site := webtest.Start(t, webtest.Options{Whole: true})
	return site, site.DB.Provider(t, "Example Talk")
}

func review(r models.Report) string { return fmt.Sprintf("/desk/reports/%d", r.Number) }

func TestAnAnalystTakesTheNextAndAcceptsAll(t *testing.T) {
	t.Parallel()
	site, p := deskSite(t)
	first, second := routedWaiting(t, site, p, "first@mail.example"), routedWaiting(t, site, p, "second@mail.example")
	avery, dana := site.SignIn(t, "avery@clearinghouse.example"), site.SignIn(t, "dana@bay.example")
	dana.Get(fmt.Sprintf("/reports/%d", second.Number)).MustBe(http.StatusNotFound)
	page := avery.Submit(avery.Get("/desk").MustSay("Waiting 2").Form("/desk/next")).MustBe(http.StatusOK)
	if page.URL.Path != review(second) {
		t.Fatalf("the next is %s, want the newest %s", page.URL, review(second))
	}
	page.MustSay("Yours 1", "Waiting 1", "Bay", "points in all", "Completeness", "second@mail.example")
	for _, tag := range []string{"img", "video", "object", "iframe"} {
		if n := len(page.All(tag)); n != 0 {
			t.Errorf("the page has %d elements %s", n, tag)
		}
	}
	page = avery.Submit(page.Form("/decide")).MustBe(http.StatusOK).MustSay(fmt.Sprintf("Report %d is decided. It was referred to one agency.", second.Number))
	if page.URL.Path != review(first) {
		t.Errorf("it goes on with %s, want the other report", page.URL)
	}
	dana.Get(fmt.Sprintf("/reports/%d", second.Number)).MustBe(http.StatusOK)
	page = avery.Submit(page.Form("/decide")).MustSay("Nothing further is free at the desk.")
	if page.URL.Path != "/desk" {
		t.Errorf("after the last it goes on with %s", page.URL)
	}
	avery.Get("/desk?view=decided").MustSay("Decided by me today 2", "Referred by Avery")
	avery.Get("/desk?view=mine").MustSay("You hold nothing.")
}

func TestWhatIsChangedNeedsAReasonAndWhatWasTypedStays(t *testing.T) {
	t.Parallel()
	site, p := deskSite(t)
	r := routedWaiting(t, site, p, "one@mail.example")
	avery := site.SignIn(t, "avery@clearinghouse.example")
	form := avery.Get(review(r)).MustBe(http.StatusOK).Form("/decide").With("priority", "1").With("flag", "yes")
	page := avery.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("Say in a few words why class, priority or urgency is another.")
	again := page.Form("/decide")
	if again.Values.Get("priority") != "1" || again.Values.Get("flag") != "yes" || again.Values.Get("to") != form.Values.Get("to") {
		t.Errorf("the form has %v, want it as sent: %v", again.Values, form.Values)
	}
	for name, c := range map[string]struct{ field, value, says string }{
		"kept, with an agency ticked": {"else", "keep", "An agency is ticked, and it is to be kept here."},
		"an agency that is none":      {"other", "nowhere", "There is no agency"},
		"a class that is none":        {"verdict", "x", "Choose whether it is a referral"},
		"a priority that is none":     {"priority", "x", "A priority is 1, 2 or 3."},
	} {
		avery.Submit(again.With("reason", "typed & kept").With(c.field, c.value)).MustBe(http.StatusUnprocessableEntity).MustSay(c.says)
		if got := avery.Submit(again.With("reason", "typed & kept").With(c.field, c.value)).Form("/decide").Values.Get("reason"); got != "typed & kept" {
			t.Errorf("%s: the reason is %q", name, got)
		}
	}
	page = avery.Submit(again.With("reason", "A meeting tonight").With("then", "stay")).MustBe(http.StatusOK).MustSay("is decided", "Referred by Avery", "Reason: A meeting tonight.")
	if page.URL.Path != review(r) {
		t.Errorf("it went on to %s, want to stay", page.URL)
	}
	site.SignIn(t, "dana@bay.example").Get("/inbox").MustSay("A meeting tonight", fmt.Sprint(r.Number))
	// An old form is told so, above the report as it is now.
	avery.Submit(again.With("reason", "again")).MustBe(http.StatusConflict).MustSay("was changed since you opened it", "Not done")
	// And a change later needs a reason too.
	avery.Submit(page.Form("/decide").With("priority", "3")).MustBe(http.StatusUnprocessableEntity)
	avery.Submit(page.Form("/decide").With("priority", "3").With("flag", "").With("reason", "It was last year")).MustBe(http.StatusOK)
	site.SignIn(t, "dana@bay.example").Get("/inbox").MustSay("It was last year")
	avery.Get("/reports/" + fmt.Sprint(r.Number)).MustSay("priority 1 → 3")
}

func TestAReportIsSkippedHandedOverAndPutBack(t *testing.T) {
	t.Parallel()
	site, p := deskSite(t)
	r := routedWaiting(t, site, p, "one@mail.example")
	avery, sam := site.SignIn(t, "avery@clearinghouse.example"), site.SignIn(t, "sam@clearinghouse.example")
	page := avery.Submit(avery.Get(review(r)).Form("/take")).MustBe(http.StatusOK).MustSay("The report is yours.")

	// A colleague reads it and can do nothing.
	theirs := sam.Get(review(r)).MustBe(http.StatusOK).MustSay("works on this report")
	if len(theirs.All("form", "id", "decide")) != 0 {
		t.Error("a colleague's page has the form")
	}
	for _, deed := range []string{"/take", "/skip", "/release", "/decide", "/hand-over"} {
		sam.PostForm(review(r)+deed, url.Values{"verdict": {"referral"}, "priority": {"2"}, "else": {"stay"}, "colleague": {uuid.NewString()}}).MustBe(http.StatusConflict).MustSay("Not done", "Avery")
	}
	sam.Get("/desk").MustSay("Nothing is free.")
	sam.Get("/desk?view=others").MustSay("held by Avery")

	samID := site.Actor(t, "sam@clearinghouse.example").UserID
	avery.Submit(page.Form("/hand-over").With("colleague", "nobody").With("note", "kept")).MustBe(http.StatusUnprocessableEntity).MustSay("Choose a colleague from the list.")
	avery.Submit(page.Form("/hand-over").With("colleague", samID.String()).With("note", "You know this provider.")).MustBe(http.StatusOK).MustSay("was handed over")
	page = sam.Get(review(r)).MustSay("handed it to you", "You know this provider.")
	page = sam.Submit(page.Form("/skip").With("why", "in another language")).MustSay("Skipped", "Nothing further is free")
	sam.Get("/desk").MustSay("Skipped 1")
	page = avery.Get(review(r)).MustSay("in another language")
	avery.Submit(page.Form("/skip").With("why", strings.Repeat("x", 501))).MustBe(http.StatusUnprocessableEntity).MustSay("below 500 characters")
	page = avery.Submit(page.Form("/take"))
	avery.Submit(page.Form("/release")).MustSay("is back in the queue")
	site.DB.Clock.Advance(31 * time.Minute)
	sam.Get("/desk").MustSay("Waiting 1")
}

func TestTheDesksListsAreFilteredByTheirAddress(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	list := waiting(t, site, 12)
	other := site.DB.Provider(t, "Example Board")
	typed := site.DB.Report(t, other, "typed@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.Desk, r.DeskWhy, r.Class, r.IncidentType = models.DeskWaiting, "Informational reports wait for an analyst.", "informational", "Misleading Words or Digital Images on the Internet"
	})
	avery := site.SignIn(t, "avery@clearinghouse.example")
	for query, want := range map[string]int{"urgent=1": 2, "class=informational": 1, "provider=board": 1, "type=" + url.QueryEscape(typed.IncidentType): 1,
		"provider=chat&urgent=1": 2, "provider=board&urgent=1": 0, "class=referral": 12} {
		if got := len(numbersOn(avery.Get("/desk?" + query).MustBe(http.StatusOK))); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	avery.Get("/desk?provider=nobody").MustBe(http.StatusUnprocessableEntity).MustSay("No provider's name has this in it.")
	for _, query := range []string{"view=nothing", "class=other", "cursor=x"} {
		avery.Get("/desk?" + query).MustBe(http.StatusUnprocessableEntity)
	}
	// What is taken next comes from the list, and so does the one after it.
	page := avery.Submit(avery.Get("/desk?provider=board").Form("/desk/next")).MustBe(http.StatusOK)
	if !strings.HasPrefix(page.URL.RequestURI(), review(typed)+"?provider=") {
		t.Errorf("took %s, want the report of the filter's provider", page.URL)
	}
	avery.Submit(page.Form("/skip")).MustSay("Nothing further within these filters is free.")
	avery.Get("/desk?view=released").MustSay("Nothing was released by rule today.")
	_ = list
}

// A person of an agency, and nobody, meet the desk's addresses as the matrix says; what
// is no report's number is no page.
func TestWhatIsNoReportIsNoPageOfTheDesk(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	avery := site.SignIn(t, "avery@clearinghouse.example")
	for _, n := range []string{"12x", "-5", "0", "999999999", "99999999999999999999", "%27"} {
		avery.Get("/desk/reports/" + n).MustBe(http.StatusNotFound)
		avery.PostForm("/desk/reports/"+n+"/decide", url.Values{"verdict": {"referral"}, "priority": {"2"}, "else": {"stay"}}).MustBe(http.StatusNotFound)
	}
	site.DB.Setup(t, func(tx *store.Tx) error {
		var n int64
		if err := tx.Model(&models.AuditEvent{}).Where("action = 'report.decided' and refused").Count(&n).Error; err != nil || n == 0 {
			t.Errorf("%d lines of decisions about nothing (%v)", n, err)
		}
		return nil
	})
	if a := site.Actor(t, "dana@bay.example"); a.Can(auth.ReadDesk) {
		t.Error("an investigator may read the desk")
	}
}
