package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/outcome"
	"reeve/web/webtest"
)

// referred makes a report that was referred to the seeded agency, and its address.
func referred(t *testing.T, site *webtest.Site, agency string) (models.Referral, string) {
	t.Helper()
	p := site.DB.Provider(t, "Example Chat "+strconv.Itoa(int(time.Now().UnixNano()%1e9)))
	r := site.DB.Refer(t, site.DB.Report(t, p, "someone@mail.example", nil), site.Agencies[agency])
	return r, "/reports/" + strconv.FormatInt(r.Number, 10)
}

func TestAnOutcomeIsRecordedInOneClickAndCanBeUndone(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	r, at := referred(t, site, "bay")
	dana := site.SignIn(t, "dana@bay.example")

	page := dana.Get(at+"/outcome").MustBe(http.StatusOK).MustSay("What became of report "+strconv.FormatInt(r.Number, 10)+"?", "Who sees this")
	if got := len(page.All("button", "name", "now")); got != 8 {
		t.Errorf("%d buttons, want the eight usual codes", got)
	}
	form := page.Form("/outcome")
	form.Values.Set("now", "closed.arrest")
	form.Values.Set("usefulness", "2")
	form.Values.Set("count", "1")
	dana.Stay()
	done := dana.Submit(form).MustBe(http.StatusSeeOther)
	if got := done.Header.Get("Location"); got != at {
		t.Errorf("led to %s, want the report", got)
	}
	page = dana.Get(at+"/outcome").MustSay("Recorded: Arrest", "It can be undone for ten minutes")
	undo := page.Form("/undo")
	if done = dana.Submit(undo).MustBe(http.StatusSeeOther); done.Header.Get("Location") != at {
		t.Errorf("undoing led to %s, want the report", done.Header.Get("Location"))
	}
	dana.Get(at+"/outcome").MustSay("Undone.", "New").MustNotSay("/undo\"")
	dana.Submit(undo).MustBe(http.StatusSeeOther) // undoing twice changes nothing

	// After ten minutes the form says why it is too late.
	dana.Submit(dana.Get(at+"/outcome").Form("/outcome").With("now", "open.investigating")).MustBe(http.StatusSeeOther)
	undo = dana.Get(at + "/outcome").Form("/undo")
	site.DB.Clock.Advance(11 * time.Minute)
	if done = dana.Submit(undo).MustBe(http.StatusSeeOther); done.Header.Get("Location") != at+"/outcome" {
		t.Errorf("undoing too late led to %s, want the form", done.Header.Get("Location"))
	}
	dana.Get(at + "/outcome").MustSay("An outcome can be undone for ten minutes.")
}

func TestWhatIsWrongIsSaidAtItsFieldAndWhatWasTypedStays(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	dana := site.SignIn(t, "dana@bay.example")
	form := dana.Get(at + "/outcome").Form("/outcome")
	note := "A note\nof two lines & <b>signs</b>"
	for _, c := range []struct{ name, field, value, says string }{
		{"no code", "code", "", "Choose what became of the report."},
		{"a code that is none", "code", "closed.nothing", "There is no such outcome."},
		{"a count that is no number", "count", "many", "Write a whole number"},
		{"a count out of range", "count", "10000", "between 1 and 9999"},
		{"a count where nothing is counted", "code", "closed.charged", "A number belongs only to arrests and to victims."},
		{"a day to come", "happened_on", "2126-01-01", "This day has not come yet."},
		{"a day that is none", "happened_on", "soon", "Write the day as year-month-day"},
		{"a usefulness that is none", "usefulness", "3", "Usefulness is 0"},
		{"a missing item that is none", "missing", "luck", "One of the missing items is not on the list."},
		{"a note that is too long", "note", strings.Repeat("x", outcome.NoteLimit+1), "3001 characters long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent := form.With("code", "closed.arrest").With("count", "2").With("note", note).With("usefulness", "1").With(c.field, c.value)
			page := dana.Submit(sent).MustBe(http.StatusUnprocessableEntity).MustSay(c.says, "One thing needs correcting")
			again := page.Form("/outcome")
			for field, want := range sent.Values {
				if field == "code" && c.field == "code" || field == "usefulness" && c.field == field || field == "missing" {
					continue // what is not on the list cannot be chosen again
				}
				if got := again.Values[field]; got == nil || got[0] != want[0] {
					t.Errorf("%s is %q, want %q as typed", field, got, want)
				}
			}
		})
	}
}

func TestTwoPeopleRecordAndTheSecondDecidesAgain(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	dana, noor := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "noor@bay.example")
	form := dana.Get(at+"/outcome").Form("/outcome").With("note", "Typed with care").With("now", "closed.no_resources")
	noor.Stay().Submit(noor.Get(at+"/outcome").Form("/outcome").With("now", "closed.arrest")).MustBe(http.StatusSeeOther)

	page := dana.Stay().Submit(form).MustBe(http.StatusConflict)
	page.MustSay("The report changed while you worked on it", "Noor Example changed this report at", "was New , is now Closed", "was none , is now Arrest",
		"was nobody , is now Noor Example", "You were about to record: Closed for lack of resources", "Nothing was saved")
	again := page.Form("/outcome")
	if got := again.Values.Get("note"); got != "Typed with care" {
		t.Errorf("the note is %q, want it as typed", got)
	}
	dana.Submit(again).MustBe(http.StatusSeeOther) // having looked, dana decides again
	dana.Get(at + "/outcome").MustSay("Recorded: Closed for lack of resources")

	// A code that the new state forbids is refused in words, whatever the version.
	page = dana.Submit(again.With("now", "open.forensics").With("version", dana.Get(at+"/outcome").Form("/outcome").Values.Get("version")))
	page.MustBe(http.StatusConflict).MustSay("This cannot be done as the report stands")
}

func TestADoubleClickRecordsOnce(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	dana := site.SignIn(t, "dana@bay.example").Stay()
	form := dana.Get(at+"/outcome").Form("/outcome").With("now", "open.investigating")
	dana.Submit(form).MustBe(http.StatusSeeOther)
	dana.Submit(form).MustBe(http.StatusSeeOther)
	site.DB.Clock.Advance(time.Minute)
	dana.Submit(form).MustBe(http.StatusConflict)
}

func TestAReturnWaitsAndCanBeKept(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	r, at := referred(t, site, "bay")
	dana := site.SignIn(t, "dana@bay.example").Stay()
	form := dana.Get(at+"/return").MustBe(http.StatusOK).MustSay("Where does it belong?", "Five Boroughs").Form("/return")
	dana.Submit(form.With("right_agency", "bay")).MustBe(http.StatusUnprocessableEntity).MustSay("This is your own agency.")
	page := dana.Submit(form.With("right_agency", "nowhere").With("note", "Typed")).MustBe(http.StatusUnprocessableEntity).MustSay("There is no such agency.")
	if got := page.Form("/return").Values.Get("note"); got != "Typed" {
		t.Errorf("the note is %q, want it as typed", got)
	}
	dana.Submit(form.With("right_agency", "boroughs").With("note", "The address is in Queens.")).MustBe(http.StatusSeeOther)
	page = dana.Get(at+"/return").MustBe(http.StatusOK).MustSay("Being returned as wrong jurisdiction", "in 10 min", "Until then it can be kept", "The address is in Queens.")
	dana.Get(at + "/outcome").MustBe(http.StatusOK).MustSay("This report is being returned.")
	dana.Submit(form).MustBe(http.StatusConflict).MustSay("Dana Example changed this report at", "Keep it after all")
	keep := page.Form("/keep")
	dana.Submit(keep).MustBe(http.StatusSeeOther)
	dana.Get(at+"/return").MustBe(http.StatusOK).MustSay("Kept.", "Where does it belong?")

	// Sent at once, it cannot be kept once the worker has sent it.
	dana.Submit(dana.Get(at+"/return").Form("/return").With("when", "now")).MustBe(http.StatusSeeOther)
	keep = dana.Get(at + "/return").MustSay("It is on its way").Form("/keep")
	if _, err := outcome.New(site.DB.Work, nil).SendDueReturns(t.Context()); err != nil {
		t.Fatal(err)
	}
	dana.Submit(keep).MustBe(http.StatusSeeOther)
	dana.Get(at+"/return").MustSay("changed this report", "It was returned already")
	_ = r
}

func TestWhoMayRecordAnOutcome(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	_, at := referred(t, site, "bay")
	for _, path := range []string{"/outcome", "/return"} {
		for _, c := range []struct {
			email string
			want  int
		}{{"dana@bay.example", 200}, {"lee@boroughs.example", 404}, {"reed@bay.example", 403}, {"sam@clearinghouse.example", 403}} {
			b := site.SignIn(t, c.email).Stay()
			if got := b.Get(at + path).Status; got != c.want {
				t.Errorf("GET %s as %s: %d, want %d", path, c.email, got, c.want)
			}
			if got := b.PostForm(at+path, url.Values{"version": {"1"}}).Status; c.want != 200 && got != c.want {
				t.Errorf("POST %s as %s: %d, want %d", path, c.email, got, c.want)
			}
		}
		if p := site.Browser(t).Get(at + path); p.URL.Path != "/login" {
			t.Errorf("nobody reached %s", p.URL)
		}
	}
	dana := site.SignIn(t, "dana@bay.example")
	for _, path := range []string{"/reports/12x/outcome", "/reports/-5/return", "/reports/99999999999999999999/outcome"} {
		dana.Get(path).MustBe(http.StatusNotFound)
	}
	dana.PostForm(at+"/outcome/none/undo", nil).MustBe(http.StatusNotFound)
}
