//go:build browser

package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"reeve/web/webtest"
)

// An agency's admin and the clearinghouse go through every page of the tree in a
// real browser, in every look.
func TestBrowserTheTreeOfAgencies(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	ines, sam := open(t, site, "ines"), open(t, site, "sam")
	ines.signIn("ines@bay.example")
	ines.get("/agency/settings")
	ines.everyLook()
	ines.do(chromedp.SetValue(chromedp.CSS("#f-idle_minutes"), "20"))
	ines.press("#settings .Button--primary")
	ines.says("Saved.", "one agency below were tightened")
	ines.get("/agency/agencies")
	ines.everyLook()
	ines.press("a[href^='/agency/agencies/new']")
	ines.everyLook()
	ines.do(chromedp.SendKeys(chromedp.CSS("#f-name"), "Foothill Unit (demonstration)"))
	ines.press("#new .Button--primary")
	ines.says("Foothill Unit (demonstration) was added", "foothill-unit")
	ines.press("#a-foothill-unit [data-open]")
	ines.says("At most 20 minutes, as Bay Region")
	ines.everyLook()
	ines.press("a[href$='/move']")
	ines.everyLook()
	ines.get("/agency/agencies/foothill-unit/close")
	ines.everyLook()
	ines.do(chromedp.SendKeys(chromedp.CSS("#f-why"), "merged into the task force"))
	ines.press(".Confirm .Button--danger")
	ines.says("Closed. Its people are shut out")
	ines.everyLook()
	ines.get("/desk/agencies/roles")
	ines.says("Your role: Agency admin.")
	ines.everyLook()

	sam.signIn("sam@clearinghouse.example")
	for _, path := range []string{"/desk/agencies", "/desk/agencies?words=texas", "/desk/agencies?show=apart", "/desk/agencies/bay", "/desk/agencies/pool-texas", "/desk/agencies/new", "/agency/settings?agency=north"} {
		sam.get(path)
		sam.everyLook()
	}
}
