//go:build browser

package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"reeve/models"
	"reeve/web/webtest"
)

// An analyst clears ten reports without touching the mouse: eight as proposed, one with
// another priority and a reason, one skipped and then decided, too.
func TestBrowserAnAnalystClearsTenReportsByKeyboard(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	p := site.DB.Provider(t, "Example Talk")
	var list []models.Report
	for i := range 10 {
		list = append(list, routedWaiting(t, site, p, fmt.Sprintf("person%d@mail.example", i)))
	}
	avery := open(t, site, "avery")
	avery.signIn("avery@clearinghouse.example")
	where := func() string { return evaluate[string](avery, "location.pathname") }
	key := func(keys string) { t.Helper(); avery.do(chromedp.KeyEvent(keys)) }
	lead := func(keys string) { // to another page
		t.Helper()
		_, err := chromedp.RunResponse(avery.ctx, chromedp.KeyEvent(keys))
		avery.must(err)
	}
	avery.get("/desk")
	avery.everyLook()
	avery.shot("sees what waits, most urgent first")
	begun := time.Now()
	lead("n")
	for i := range 10 {
		at := where()
		if !strings.HasPrefix(at, "/desk/reports/") {
			t.Fatalf("after %d reports the keys lead to %s", i, at)
		}
		switch i {
		case 3:
			key("1")
			key("w")
			key("A meeting tonight")
			lead("\r")
		default:
			lead("a")
		}
		if where() == at {
			t.Fatalf("report %d was not decided:\n%s", i, avery.text())
		}
	}
	took := time.Since(begun)
	t.Logf("ten reports in %v: %.1f seconds each", took.Round(time.Millisecond), took.Seconds()/10)
	if took > 150*time.Second {
		t.Errorf("%v for ten reports, want less than 15 seconds each", took)
	}
	avery.says("Nothing further is free at the desk.")
	avery.get("/desk?view=decided")
	avery.shot("sees what was decided today")
	dana := site.SignIn(t, "dana@bay.example")
	for _, r := range list {
		dana.Get(fmt.Sprintf("/reports/%d", r.Number)).MustBe(200)
	}
	dana.Get("/inbox").MustSay("A meeting tonight")

	// One report as it looks, in every width and colour, and its keys in the help.
	avery.get(fmt.Sprintf("/desk/reports/%d", list[0].Number))
	avery.everyLook()
	key("?")
	avery.says("Change and next", "Full report")
	avery.accessible("help")
}
