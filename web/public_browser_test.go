//go:build browser

package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"reeve/models/store"
	"reeve/web/webtest"
)

// A person with a phone, without scripts and without an account; every page of the form
// is checked at each width and in both colours.
func TestBrowserAPersonTellsWithoutAnAccount(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Whole: true})
	w := open(t, site, "somebody")
	w.width(390)
	w.get("/report?lang=en")
	w.says("It is right to tell", "Leave this page")
	w.everyLook()
	w.width(390)
	w.press("a.PublicForm-go")
	w.everyLook()
	w.width(390)
	w.do(chromedp.Click(chromedp.CSS(`input[name=danger][value=no]`)))
	w.press("main form button")
	w.says("What happened?")
	w.everyLook()
	w.width(390)
	w.do(chromedp.SendKeys(chromedp.CSS("#f-what"), "Somebody writes to a child. It does not stop."))
	w.press("main form button")
	for _, title := range []string{"Who did it?", "Who is the child?", "Where did it happen?", "When did it happen?", "Links, usernames and numbers", "About you"} {
		w.says(title)
		w.everyLook()
		w.width(390)
		w.press("main form button")
	}
	w.says("Read it again before you send it", "It does not stop.")
	w.everyLook()
	w.width(390)
	// Nobody tells this within seconds, as a script does.
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update public_drafts set started_at = started_at - interval '1 minute'").Error
	})
	w.press("main form button")
	w.says("Your report was sent", "The code is shown only here")
	w.everyLook()
	w.get("/report/more?lang=es")
	w.says("Añadir a una denuncia")
	w.everyLook()
	w.get("/report/sent?lang=en")
	w.press("main form button")
	if text := w.text(); len(text) > 200 {
		t.Errorf("leaving ends on a page that says something: %s", text)
	}
}
