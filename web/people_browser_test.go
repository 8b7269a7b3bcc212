//go:build browser

package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"reeve/web/webtest"
)

// The life of an account: noor invites, the person signs in and waits, noor approves,
// raises, suspends (and the person's other browser is out), reactivates, reviews.
func TestBrowserAnAccountLives(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	noor, pat := open(t, site, "noor"), open(t, site, "pat")
	noor.signIn("noor@bay.example")
	noor.get("/agency/users")
	noor.says("Noor Example", "Leavers with open work")
	noor.everyLook()
	noor.shot("sees who has access")
	noor.press(`main a[href="/agency/users/invite"]`)
	noor.accessible("wide and light")
	noor.do(chromedp.SendKeys(chromedp.CSS("#f-email"), "pat@bay.example"), chromedp.SendKeys(chromedp.CSS("#f-name"), "Pat Example"), chromedp.Click(chromedp.CSS(`input[name=roles][value=investigator]`)))
	noor.shot("invites")
	noor.press("form#invite button[type=submit]")
	noor.says("Pat Example is invited.", "Tell the person", site.URL+"/login")
	noor.everyLook()
	noor.shot("is told what to send")
	person := evaluate[string](noor, "location.pathname")

	// The first sign-in proves who it is; a commander must still say yes.
	pat.expected++ // Chromium logs the page's own 403
	pat.signInTo("pat@bay.example")
	pat.says("approv")
	pat.accessible("waiting")
	pat.shot("waits for approval")
	noor.get("/agency/users?view=approve")
	noor.says("Pat Example", "Waits for approval")
	noor.accessible("wide and light")
	noor.shot("has somebody to approve")
	noor.press(`form[action$="/approve"] button`)
	noor.says("Pat Example is approved and may work now.")
	pat.signInTo("pat@bay.example")
	pat.get("/inbox")
	pat.says("Inbox")

	// Raised: from the next click on.
	noor.get(person)
	noor.everyLook()
	noor.shot("looks at a person")
	noor.do(chromedp.Click(chromedp.CSS(`#roles-form input[value=supervisor]`)))
	noor.press("#roles-form button[type=submit]")
	noor.says("Pat Example now has: Investigator, supervisor.")
	pat.get("/agency/users")
	pat.says("Noor Example")
	pat.accessible("wide and light")
	pat.get(strings.Replace(person, person[strings.LastIndex(person, "/")+1:], site.Users["dana@bay.example"].ID.String(), 1))
	pat.says("Dana Example")
	pat.accessible("wide and light")
	pat.shot("is a supervisor and sees a colleague")

	// Suspended: the other browser is out within five seconds.
	noor.do(chromedp.SendKeys(chromedp.CSS("#f-why"), "Left on Friday."))
	noor.press("#suspend button[type=submit]")
	began := time.Now()
	noor.says("Pat Example is suspended; 1 session ended.", "Left on Friday.")
	soon(t, "the suspended person is out", func() bool {
		pat.get("/inbox")
		return evaluate[string](pat, "location.pathname") == "/login"
	})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the open session died after %s", took)
	}
	pat.shot("is out")
	noor.accessible("wide and light")
	noor.shot("has suspended")
	noor.press(`form[action$="/reactivate"] button`)
	noor.says("Pat Example is active again.")
	pat.signInTo("pat@bay.example")

	// Reviewed, from the page and, once a year has passed, from the worklist.
	noor.press(`form[action$="/recertify"] button`)
	noor.says("Noted that Pat Example still needs the access.")
	setAccount(t, site, "pat@bay.example", "recertified_at", time.Now().Add(-400*24*time.Hour))
	noor.get("/agency/users?view=recertify")
	noor.says("Pat Example", "Overdue")
	noor.accessible("wide and light")
	noor.do(chromedp.Click(chromedp.CSS(`#people input[name=person]`)))
	noor.shot("reviews")
	noor.press("#bulk button[type=submit]")
	noor.says("Noted that 1 person still needs the access.", "No review is due.")
	noor.accessible("wide and light")

	// Removed, after the question.
	noor.get(person + "/remove")
	noor.says("What ends")
	noor.everyLook()
	noor.shot("is asked before removing")
	noor.press("form#remove button[type=submit]")
	noor.says("Pat Example is removed; 1 session ended.")
	noor.accessible("wide and light")
	noor.shot("reads what was done to the account")
}

// Worklists, a file and another agency's people, in every look.
func TestBrowserPeopleOfAnAgencyBelow(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	sam := open(t, site, "sam")
	sam.signIn("sam@clearinghouse.example")
	sam.get("/agency/users?agency=bay")
	sam.says("You act here for Bay Region")
	sam.accessible("wide and light")
	sam.shot("acts for an agency")
	sam.get("/agency/users/import?agency=bay")
	sam.accessible("wide and light")
	sam.do(chromedp.SetValue(chromedp.CSS("#f-text"), "email,name,roles\npat@bay.example,Pat Example,investigator\neve@boroughs.example,Eve,investigator"))
	sam.expected++ // the page answers 422: a line is wrong
	sam.press("form#import button[type=submit]")
	sam.says("Nothing is applied while any line is wrong.", "no sign-in for addresses ending in @boroughs.example")
	sam.everyLook()
	sam.shot("tries a file")
	sam.do(chromedp.SetValue(chromedp.CSS("#f-text"), "email,name,roles\npat@bay.example,Pat Example,investigator"))
	sam.press("form#import button[type=submit]")
	sam.says("Apply all of it")
	sam.accessible("wide and light")
	sam.press(`#tried form button`)
	sam.says("Imported: 1 invited")
	noor := open(t, site, "noor")
	noor.signIn("noor@bay.example")
	noor.get("/audit?outside=1")
	noor.says("Imported a list of people", "Sam Example")
	noor.accessible("wide and light")
	noor.shot("reads who outside the agency did something")
}

// signInTo goes through the sign-in, wherever it ends. Who is still signed in at the
// provider is not asked for a password again.
func (w *window) signInTo(email string) {
	w.t.Helper()
	w.get("/login")
	w.do(chromedp.SendKeys(chromedp.CSS("form input[name=email]"), email))
	w.press("form input[name=email] ~ * button, form.Form button[type=submit]")
	if evaluate[bool](w, `document.querySelector("input[type=password]") !== null`) {
		w.do(chromedp.SendKeys(chromedp.CSS("input[type=password]"), webtest.Password))
		w.press("button[type=submit], input[type=submit]")
	}
}
