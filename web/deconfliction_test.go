package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/deconflict"
	"reeve/models/store"
	"reeve/models/storetest"
	"reeve/web/webtest"
)

// hold gives an agency a report with the identifiers (kind and value in turn) and
// looks for who else holds them.
func hold(t *testing.T, s *webtest.Site, p models.Provider, code string, ids ...string) models.Report {
	t.Helper()
	rep := s.DB.Report(t, p, ids[1], func(r *models.Report, list *[]models.Identifier) {
		*list = nil
		for i := 0; i < len(ids); i += 2 {
			*list = append(*list, storetest.TestIdentifier(r.ID, ids[i], "subject", ids[i+1]))
		}
	})
	s.DB.Refer(t, rep, s.Agencies[code])
	if err := deconflict.New(s.DB.Work).Match(t.Context(), rep.ID, s.Agencies[code].ID); err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestBothSidesOfAHitSeeWhomToCallAndNothingOfTheOthersReport(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	dana, lee := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "lee@boroughs.example")
	dana.Get("/deconfliction").MustBe(http.StatusOK).MustSay("No other agency holds an identifier of yours.")

	p := site.DB.Provider(t, "Example Chat")
	mine := hold(t, site, p, "bay", "email", "one@mail.example")
	theirs := hold(t, site, p, "boroughs", "email", "one@mail.example")
	for _, side := range []struct {
		who          *webtest.Browser
		own, other   models.Report
		agency, desk string
	}{{dana, mine, theirs, "boroughs", "bay"}, {lee, theirs, mine, "bay", "boroughs"}} {
		other := site.Agencies[side.agency]
		page := side.who.Get("/deconfliction").MustBe(http.StatusOK)
		page.MustSay("One is new.", "E-mail address", "New", "one@mail.example", fmt.Sprint(side.own.Number), other.Name, other.ContactName, other.ContactEmail, other.ContactPhone, "1 report")
		page.MustSay("The other agency sees of you: your agency's name, whom to call ("+site.Agencies[side.desk].ContactName, site.Agencies[side.desk].ContactEmail)
		page.MustNotSay(fmt.Sprint(side.other.Number), side.other.ID.String())
	}

	page := dana.Submit(dana.Get("/deconfliction").Form("/seen")).MustBe(http.StatusOK)
	page.MustSay("Marked as seen for your whole agency.", "Seen").MustNotSay("Mark as seen")
	if page.URL.RequestURI() != "/deconfliction" {
		t.Errorf("the deed ended at %s", page.URL)
	}
	lee.Get("/deconfliction").MustSay("New", "Mark as seen")
}

func TestAnotherAgencysHitDoesNotExist(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	p := site.DB.Provider(t, "Example Chat")
	hold(t, site, p, "bay", "email", "one@mail.example")
	hold(t, site, p, "boroughs", "email", "one@mail.example")
	lee := site.SignIn(t, "lee@boroughs.example")
	foreign := lee.Get("/deconfliction").Form("/seen")
	dana := site.SignIn(t, "dana@bay.example").Stay()
	words := map[string]bool{}
	for name, action := range map[string]string{"another agency's": foreign.Action, "nobody's": "/deconfliction/" + store.NewID().String() + "/seen",
		"no id": "/deconfliction/x/seen", "the nil id": "/deconfliction/" + uuid.Nil.String() + "/seen"} {
		got := dana.PostForm(action, url.Values{}).MustBe(http.StatusNotFound)
		if name != "no id" {
			words[strings.ReplaceAll(got.Text(), got.Header.Get("X-Request-Id"), "")] = true
		}
	}
	if len(words) != 1 {
		t.Errorf("a hit of another agency reads differently from one that does not exist: %v", words)
	}
	lee.Get("/deconfliction").MustSay("New", "Mark as seen")
	if got := site.Browser(t).Stay().PostForm(foreign.Action, url.Values{}); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/login") {
		t.Errorf("nobody: %d to %q, want to be sent to sign in", got.Status, got.Header.Get("Location"))
	}
	site.SignIn(t, "reed@bay.example").PostForm(foreign.Action, url.Values{}).MustBe(http.StatusForbidden)
}

func TestHitsTurnPages(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	p := site.DB.Provider(t, "Example Chat")
	var ids []string
	for i := range 30 {
		ids = append(ids, "email", fmt.Sprintf("person%02d@mail.example", i))
	}
	hold(t, site, p, "bay", ids...)
	hold(t, site, p, "boroughs", ids...)
	dana := site.SignIn(t, "dana@bay.example")
	first := dana.Get("/deconfliction").MustBe(http.StatusOK).MustSay("25 shown")
	second := follow(t, dana, first, "next").MustBe(http.StatusOK).MustSay("5 shown")
	// A deed on the second page returns to it.
	after := dana.Submit(second.Form("/seen")).MustBe(http.StatusOK).MustSay("5 shown", "Seen")
	if after.URL.RequestURI() != second.URL.RequestURI() {
		t.Errorf("the deed ended at %s, want %s", after.URL, second.URL)
	}
	form := second.Form("/seen")
	form.Values.Set("cursor", "&x=//evil.example/")
	if got := dana.Stay().Submit(form); got.Header.Get("Location") != "/deconfliction?cursor=%26x%3D%2F%2Fevil.example%2F" {
		t.Errorf("a hostile cursor leads to %q", got.Header.Get("Location"))
	}
}
