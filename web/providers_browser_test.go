//go:build browser

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"reeve/web/webtest"
)

// The clearinghouse takes a provider on, sees it fail, and shuts it out, in Chromium.
func TestBrowserAProvidersAccount(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	sam := open(t, site, "sam")
	sam.signIn("sam@clearinghouse.example")
	sam.get("/desk/providers/new")
	sam.everyLook()
	sam.do(chromedp.SendKeys(chromedp.CSS("#f-name"), "Example Messages and Pictures of Everybody, Limited"), chromedp.SendKeys(chromedp.CSS("#f-contact_name"), "Kim Vale"), chromedp.SendKeys(chromedp.CSS("#f-contact_email"), "kim@provider.example"))
	sam.press("#add button[type=submit]")
	sam.says("Shown this once", "example-messages-and-pictures-of-everybody-limited")
	sam.everyLook()
	secret := evaluate[string](sam, `document.querySelectorAll("bdi.Identifier-value")[2].textContent`)
	user := evaluate[string](sam, `document.querySelectorAll("bdi.Identifier-value")[1].textContent`)
	for i, password := range append(strings.Split(strings.Repeat("wrong,", 6), ","), secret) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/ispws/status", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(user, password)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if i == 0 && res.StatusCode != http.StatusUnauthorized {
			t.Errorf("a wrong password was answered %d", res.StatusCode)
		}
	}
	sam.must(site.Use.Flush(t.Context()))
	sam.get("/desk/providers")
	sam.says("One provider fails", "User name or password is wrong")
	sam.everyLook()
	sam.press("#providers tbody a[data-open]:not([href=''])")
	sam.everyLook()
	sam.get("/desk/providers?show=failing")
	sam.press("#providers tbody a[data-open]")
	sam.says("This provider fails", "kim@provider.example")
	sam.everyLook()
	sam.shot("sees which provider fails and why")
	at := strings.TrimPrefix(evaluate[string](sam, "location.pathname"), site.URL)
	for _, page := range []string{"/password", "/addresses", "/contact", "/overlap", "/enable"} {
		sam.get(at + page)
		sam.everyLook()
	}
	sam.get(at + "/password")
	sam.press("#rotate button[type=submit]")
	sam.says("The new password", "works until")
	sam.get(at + "/overlap")
	sam.everyLook()
	sam.press("form.Confirm button[type=submit]")
	sam.says("The old password works no more.")

	// Without scripts, too.
	sam.scripts(false)
	sam.get(at)
	sam.press(`a[href$="/disable"]`)
	sam.press("form.Confirm button[type=submit]")
	sam.says("It is disabled and cannot send reports.")
	sam.press(`a[href$="/enable"]`)
	sam.press("#enable button[type=submit]")
	sam.says("Shown this once")
}
