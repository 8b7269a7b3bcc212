//go:build browser

package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"reeve/web/webtest"
)

// An admin connects another provider in a real browser, whose policy lets a form end
// only where the page said: the test leads to a provider that is not live yet. Every
// page of it, in every look.
func TestBrowserAnAdminConnectsAProvider(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true})
	p := lab(t, site, nil)
	noor := open(t, site, "noor")
	noor.signIn("noor@bay.example")
	noor.get("/agency/sign-in")
	noor.everyLook()
	noor.get("/agency/sign-in/new?issuer=" + site.Issuers["bay"].ID.String())
	noor.do(chromedp.SetValue(chromedp.CSS("#f-url"), p.URL("/lab")), chromedp.SetValue(chromedp.CSS("#f-client_id"), "reeve-lab"), chromedp.SetValue(chromedp.CSS("#f-name"), "The lab"),
		chromedp.Click(chromedp.CSS("input[value=client_secret]")), chromedp.SendKeys(chromedp.CSS("#f-secret"), labSecret))
	noor.everyLook()
	noor.shot("the form")
	noor.press("#issuer .Button--primary")
	noor.says("The draft is kept")
	noor.press("form[action$='/look'] button")
	noor.says("It can be used")
	noor.everyLook()
	noor.press("form[action$='/test'] button")
	noor.do(chromedp.SetValue(chromedp.CSS("input[name=email]"), "noor@bay.example"), chromedp.SendKeys(chromedp.CSS("input[type=password]"), webtest.Password))
	noor.press("button[type=submit], input[type=submit]")
	noor.says("The test succeeded")
	noor.everyLook()
	noor.shot("tested")
	noor.press("a[href$='/on']")
	noor.everyLook()
	noor.press(".Confirm button")
	noor.says("The lab is switched on")
	if where := evaluate[string](noor, "location.pathname"); where != "/agency/sign-in" {
		t.Errorf("it ended at %s", where)
	}
	noor.everyLook()
	noor.shot("live")

	noor.do(chromedp.SendKeys(chromedp.CSS("#f-domain"), "lab.example"), chromedp.SendKeys(chromedp.CSS("#f-note"), "It stands on our web page."))
	noor.press("#ask-form button")
	sam := open(t, site, "sam")
	sam.signIn("sam@clearinghouse.example")
	sam.get("/desk/agencies/domains")
	sam.everyLook()
	sam.press("button[value=approve]")
	sam.says("lab.example is approved")
	sam.everyLook()

	// Without scripts the same pages work, and the next person signs in at once.
	dana := open(t, site, "dana")
	dana.scripts(false)
	dana.get("/login")
	dana.do(chromedp.SendKeys(chromedp.CSS("form input[name=email]"), "dana@bay.example"))
	dana.press("form input[name=email] ~ * button, form.Form button[type=submit]")
	where, err := chromedp.Run(dana.ctx, chromedp.Location())
	dana.must(err)
	if !strings.HasPrefix(where, p.Origin()) {
		t.Fatalf("Dana was led to %s", where)
	}
	dana.do(chromedp.SendKeys(chromedp.CSS("input[type=password]"), webtest.Password))
	dana.press("button[type=submit], input[type=submit]")
	dana.says("Dana Example")
}
