package web_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/linking"
	"reeve/web/webtest"
)

func TestASupplementIsShownToWhoHoldsBothAndAsksForAnotherLook(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t, webtest.Options{})
	p := s.DB.Provider(t, "Example Chat")
	first := s.DB.Report(t, p, "one@mail.example", nil)
	s.DB.Clock.Advance(time.Hour)
	second := s.DB.Report(t, p, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.Reported.Subjects[0].PriorReports = []int64{first.Number}
		r.Reported.Incident.Escalate = "a plan to meet"
	})
	s.DB.Refer(t, first, s.Agencies["bay"])
	s.DB.Refer(t, second, s.Agencies["bay"])
	s.DB.Refer(t, first, s.Agencies["boroughs"])
	if err := linking.New(s.DB.Work).Link(t.Context(), second.ID); err != nil {
		t.Fatal(err)
	}
	a, b := strconv.FormatInt(first.Number, 10), strconv.FormatInt(second.Number, 10)
	dana, lee, avery := s.SignIn(t, "dana@bay.example"), s.SignIn(t, "lee@boroughs.example"), s.SignIn(t, "avery@clearinghouse.example")

	lee.Get("/inbox?view=look-again").MustBe(http.StatusOK).MustSay(a, "Look again")
	lee.Get("/reports/" + a).MustBe(http.StatusOK).MustSay("Look again").MustNotSay(b)
	lee.Get("/inbox?view=look-again").MustSay("Nothing asks for another look")
	lee.Get("/reports/" + a + "/links").MustBe(http.StatusOK).MustNotSay(b)
	lee.Get("/reports/" + b + "/links").MustBe(http.StatusNotFound)

	avery.Get("/reports/"+a+"/links").MustBe(http.StatusOK).MustSay("Supplement", b, "Still to look again: Bay Region", "Why the provider asks for urgency", "a plan to meet")
	dana.Submit(dana.Get("/inbox?view=look-again").Form("/reports/" + a + "/looked-again")).MustBe(http.StatusOK).MustSay("Nothing asks for another look")
	dana.Get("/reports/"+b+"/links").MustBe(http.StatusOK).MustSay(a, "This report supplements that one.").MustNotSay("Link by hand")

	page := avery.Get("/reports/" + b + "/links")
	reject := page.Form("/reject")
	avery.Submit(reject).MustBe(http.StatusUnprocessableEntity).MustSay("Say why in a few words")
	avery.Submit(reject.With("why", "another matter")).MustBe(http.StatusOK).MustSay("Rejected", "another matter")
	avery.Submit(reject.With("why", "again")).MustBe(http.StatusConflict).MustSay("Somebody changed this link")
	hand := page.Form("/reports/" + b + "/links")
	avery.Submit(hand.With("other", "nine").With("kind", "duplicate").With("why", "typed")).MustBe(http.StatusUnprocessableEntity).MustSay("There is no finished report")
	dana.PostForm("/reports/"+b+"/links", nil).MustBe(http.StatusForbidden)
	lee.PostForm("/reports/"+b+"/looked-again", nil).MustBe(http.StatusNotFound)
}
