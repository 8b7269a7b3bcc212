//go:build browser

package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"reeve/web/webtest"
)

// beside opens another tab of the same browser, with its cookies.
func (w *window) beside() *window {
	w.t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx)
	other := &window{t: w.t, ctx: ctx, site: w.site, as: w.as + "'s other tab"}
	other.must(chromedp.Listen(ctx, other.listen))
	other.width(1440)
	w.t.Cleanup(func() { other.quiet(); cancel() })
	return other
}

// comeBack is the person coming back to the tab, more than once if need be: the page
// asks each time how it stands.
func (w *window) comeBack(what, script string) {
	w.t.Helper()
	soon(w.t, w.as+": "+what, func() bool {
		evaluate[bool](w, `dispatchEvent(new Event("focus"))`)
		return evaluate[bool](w, script)
	})
}

func (w *window) until(what, script string) {
	w.t.Helper()
	soon(w.t, w.as+": "+what, func() bool { return evaluate[bool](w, script) })
}

const (
	warned  = `document.querySelector("#session-warning").open`
	calm    = `!document.querySelector("dialog[open]") && getComputedStyle(document.querySelector("main")).visibility === "visible"`
	covered = `document.querySelector("#session-over").open && getComputedStyle(document.querySelector("main")).visibility === "hidden"`
	shown   = `[...document.querySelectorAll("#session-over-text span")].filter(e => !e.hidden).map(e => e.textContent).join("|")`
)

// The session's end is said two minutes before, and put off with one key.
func TestBrowserTheEndOfASessionIsSaidBefore(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true})
	dana := open(t, site, "dana")
	dana.signIn("dana@bay.example")
	dana.get("/account")
	dana.until("no warning at first", calm)
	other := dana.beside()
	other.get("/account")

	site.DB.Clock.Advance(28*time.Minute + 20*time.Second)
	dana.comeBack("the warning", warned)
	dana.says("Stay signed in", "1 minute")
	if got := evaluate[string](dana, `document.activeElement.textContent.trim()`); got != "Stay signed in" {
		t.Errorf("the focus is on %q", got)
	}
	for range 5 {
		dana.do(chromedp.KeyEvent("\t"))
		if !evaluate[bool](dana, `document.activeElement === document.body || document.querySelector("#session-warning").contains(document.activeElement)`) {
			t.Error("the focus left the warning for " + evaluate[string](dana, `document.activeElement.outerHTML`))
		}
	}
	dana.until("the end read out", `document.querySelector("[data-session-said]").textContent.startsWith("Your session ends in 1 minute")`)
	dana.until("the count goes down", `/^1 minute [1-3]?[0-9] s$/.test(document.querySelector("[data-session-clock]").textContent)`)
	dana.everyLook()
	dana.shot("is asked whether she is still there")
	other.comeBack("the warning there, too", warned)
	dana.do(chromedp.Click(chromedp.CSS("[data-session-stay]")))
	dana.until("no warning any more", calm)
	other.until("nor in the other tab", calm) // nobody touched that one
	if n := lasts(dana); n != 1800 {
		t.Errorf("%d seconds are left", n)
	}
	// Escape is an answer, too.
	site.DB.Clock.Advance(29 * time.Minute)
	dana.comeBack("the second warning", warned)
	dana.do(chromedp.KeyEvent("\x1b"))
	dana.until("no warning any more", calm)
	if n := lasts(dana); n != 1800 {
		t.Errorf("after Escape %d seconds are left", n)
	}
	// A page that was left alone does not warn when another was used.
	site.DB.Clock.Advance(20 * time.Minute)
	other.get("/account")
	dana.comeBack("no warning", calm)
	if n := lasts(dana); n != 1800 {
		t.Errorf("with another tab in use %d seconds are left", n)
	}
	// Signing out from the warning.
	site.DB.Clock.Advance(29 * time.Minute)
	dana.comeBack("the third warning", warned)
	dana.press(`#session-warning form[action="/logout"] button`)
	other.comeBack("the other tab covered", covered)
}

func lasts(w *window) int {
	return evaluate[int](w, `fetch("/account/session").then(r => r.json()).then(a => a.left)`)
}

// At the end the page is covered, and what was typed on it is not lost.
func TestBrowserAnEndedSessionCoversThePageAndKeepsWhatWasTyped(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true})
	_, at := referred(t, site, "bay")
	dana := open(t, site, "dana")
	dana.signIn("dana@bay.example")
	dana.get("/account?from=there")
	site.DB.Clock.Advance(31 * time.Minute)
	dana.comeBack("the page covered", covered)
	dana.do(chromedp.KeyEvent("\x1b"), chromedp.KeyEvent("\x1b"), chromedp.KeyEvent("\x1b"))
	dana.until("still covered after Escape", covered)
	dana.everyLook()
	dana.shot("finds the page covered")
	if got := evaluate[string](dana, `document.querySelector("[data-session-in]").getAttribute("href")`); got != "/login?ended=1&return=%2Faccount%3Ffrom%3Dthere" {
		t.Errorf("signing in again leads to %s", got)
	}
	dana.press("[data-session-in]")
	dana.again("dana@bay.example")
	if where := dana.where(); where != site.URL+"/account?from=there" {
		t.Errorf("back at %s", where)
	}

	// Typed, and the end comes: signed in again in another tab, the text is still there.
	dana.get(at + "/outcome")
	dana.do(chromedp.SendKeys(chromedp.CSS("textarea[name=note]"), "Typed before the end."))
	site.DB.Clock.Advance(31 * time.Minute)
	dana.comeBack("the page covered", covered)
	if evaluate[string](dana, `document.querySelector("[data-session-in]").target`) != "_blank" || !strings.Contains(evaluate[string](dana, shown), "What you typed is still on it") {
		t.Error("signing in would lose what was typed, or it is not said that it does not")
	}
	dana.shot("is told that what she typed is still there")
	other := dana.beside()
	other.get("/login")
	other.again("dana@bay.example")
	dana.comeBack("the page uncovered", calm)
	if got := evaluate[string](dana, `document.querySelector("textarea[name=note]").value`); got != "Typed before the end." {
		t.Errorf("the note is %q", got)
	}

	// Somebody else signs in: the page stays covered, and its form is not sent.
	site.DB.Clock.Advance(31 * time.Minute)
	dana.comeBack("the page covered", covered)
	other.get("/login")
	other.again("noor@bay.example")
	dana.comeBack("the page says who it is not for", `document.querySelector("[data-session-other]").checkVisibility()`)
	dana.until("and stays covered", covered)
	if got := evaluate[string](dana, `document.querySelector("[data-session-in]").innerText.trim()`); got != "Go to the start page" {
		t.Errorf("somebody else is offered: %q", got)
	}
	dana.accessible("covered for somebody else")
}

// Without scripts nobody is warned and nothing is lost: the form comes too late and
// is kept.
func TestBrowserAFormThatComesTooLateIsKeptWithoutScripts(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true})
	_, at := referred(t, site, "bay")
	dana := open(t, site, "dana")
	dana.scripts(false)
	dana.signIn("dana@bay.example")
	dana.get(at + "/outcome")
	dana.do(chromedp.SendKeys(chromedp.CSS("textarea[name=note]"), "First line.\rSecond line, with \u0644\u064a\u0644\u0649."))
	site.DB.Clock.Advance(31 * time.Minute)
	dana.press(`button[name=now][value="open.investigating"]`)
	dana.says("What you typed is kept for 20 minutes")
	dana.shot("signs in again with the note kept")
	dana.again("dana@bay.example")
	dana.says("You are about to record an outcome", "Second line, with \u0644\u064a\u0644\u0649.")
	dana.scripts(true)
	dana.get(strings.TrimPrefix(dana.where(), site.URL))
	dana.everyLook()
	dana.shot("sees the note again before it is sent")
	dana.press("form#resume button[type=submit]")
	list := outcomes(t, site)
	if len(list) != 1 || lines(list[0].Note) != "First line.\nSecond line, with \u0644\u064a\u0644\u0649." {
		t.Errorf("recorded: %+v", list)
	}
}

// A deed that changes who has access asks for a new proof and comes back to what was
// typed.
func TestBrowserADeedAsksForANewProof(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true})
	ines := open(t, site, "ines")
	ines.signIn("ines@bay.example")
	site.DB.Clock.Advance(stale)
	ines.get("/agency/settings")
	ines.do(chromedp.SetValue(chromedp.CSS("input[name=contact_name]"), "The new front desk"))
	ines.press(`form[action="/agency/settings"] button[type=submit]`)
	ines.says("Confirm who you are", "What you typed is kept")
	ines.everyLook()
	ines.shot("is asked to confirm who she is")
	ines.press(`form[action="/login/again"] button`)
	ines.do(chromedp.SendKeys(chromedp.CSS("input[type=password]"), webtest.Password))
	ines.press("button[type=submit], input[type=submit]")
	ines.says("The new front desk", "nothing is sent by itself")
	ines.everyLook()
	ines.shot("sees what she typed before it is sent")
	ines.press("form#resume button[type=submit]")
	if got := site.Agency(t, "bay").ContactName; got != "The new front desk" {
		t.Errorf("saved: %s", got)
	}
	ines.get("/account")
	ines.everyLook()
	ines.shot("sees her sessions")
}

// again signs in from the sign-in page on which the window is.
func (w *window) again(email string) {
	w.t.Helper()
	w.do(chromedp.SendKeys(chromedp.CSS("form input[name=email]"), email))
	w.press("form.Form button[type=submit]")
	if !strings.HasPrefix(w.where(), w.site.URL) { // the provider asks, too
		w.do(chromedp.SetValue(chromedp.CSS("input[name=email]"), email), chromedp.SendKeys(chromedp.CSS("input[type=password]"), webtest.Password))
		w.press("button[type=submit], input[type=submit]")
	}
}

func (w *window) where() string {
	w.t.Helper()
	at, err := chromedp.Run(w.ctx, chromedp.Location())
	w.must(err)
	return at
}
