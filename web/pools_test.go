package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// A report that nothing places is taken from its pool, and goes where staff found out
// that it belongs, all over HTTP and without a script.
func TestALostReportIsTakenAndPlaced(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	var pool models.Agency
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Where("code = 'pool-us-unknown'").Take(&pool).Error })
	rep := site.DB.Report(t, site.DB.Provider(t, "Lost and Found"), "lost@mail.example", nil)
	site.DB.Refer(t, rep, pool)
	const at = "/desk/pools/pool-us-unknown"
	n := fmt.Sprint(rep.Number)

	avery, sam, dana := site.SignIn(t, "avery@clearinghouse.example"), site.SignIn(t, "sam@clearinghouse.example"), site.SignIn(t, "dana@bay.example")
	p := avery.Get(at).MustBe(http.StatusOK).MustSay("Nobody answers for this pool", n, "nobody").MustNotSay("Answers for it")
	// She takes the next one and stands before it; sam cannot take it from her unasked.
	took := avery.Submit(p.Form(at+"/next")).MustBe(http.StatusOK).MustSay("This report is yours.", "We found out where")
	if took.URL.Path != "/reports/"+n {
		t.Errorf("ended at %s", took.URL)
	}
	avery.Get(at+"?show=mine").MustSay(n, "Put back")
	avery.Submit(avery.Get(at).Form(at + "/next")).MustSay("Somebody works on every report of this pool")

	// Who answers for it, and the clock: what is wrong stays as it was typed.
	form := sam.Get(at).MustBe(http.StatusOK).Form(at + "/terms")
	form.Values.Set("hours", "soon")
	wrong := sam.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("from 1 to 2160")
	form = wrong.Form(at + "/terms")
	if got := form.Values.Get("hours"); got != "soon" {
		t.Errorf("the hours were typed as soon and stand there as %q", got)
	}
	form.Values.Set("hours", "48")
	sam.Submit(form).MustBe(http.StatusOK).MustSay("Saved.", "after 48 h")
	sam.Submit(form).MustBe(http.StatusConflict).MustSay("Somebody changed who answers for this pool")

	// Where it is: first unreadable, then read.
	ask := avery.Get("/reports/" + n + "/findings").MustBe(http.StatusOK).MustSay("Nothing yet.")
	form = ask.Form("/reports/" + n + "/findings")
	form.Values.Set("whose", "subject")
	form.Values.Set("state", "CA")
	form.Values.Set("where", "Santa Clra")
	form.Values.Set("how", "By the carrier's answer of 3 May.")
	wrong = avery.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("Did you mean", "Santa Clara County")
	form = wrong.Form("/reports/" + n + "/findings")
	if got := form.Values.Get("how"); got != "By the carrier's answer of 3 May." {
		t.Errorf("what was typed is lost: %q", got)
	}
	form.Values.Set("where", "Santa Clara")
	avery.Submit(form).MustBe(http.StatusOK).MustSay("being routed anew")

	soon(t, "the report reaches Dana", sees(dana, "/inbox", n))
	dana.Get("/reports/"+n).MustBe(http.StatusOK).MustSay("established by Avery", "carrier's answer of 3 May")
	avery.Get(at).MustBe(http.StatusOK).MustNotSay(n)
	// It has left the pool: nobody can take it there any more.
	avery.PostForm(at+"/claim", url.Values{"number": {n}}).MustBe(http.StatusConflict).MustSay("has left this pool")
}
