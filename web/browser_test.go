//go:build browser

package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"reeve/cmd/reeve/demodata"
	"reeve/web/webtest"
)

// withFiles is a report with one file of each gate.
func withFiles(s sample) sample {
	for name, viewed := range map[string]string{"viewed.png": "<fileViewedByEsp>true</fileViewedByEsp>", "not-viewed.png": "<fileViewedByEsp>false</fileViewedByEsp>", "not-stated.png": ""} {
		s.uploads = append(s.uploads, demodata.Upload{Name: name, Body: []byte("drawn content of " + name),
			Details: "<fileDetails><reportId>%s</reportId><fileId>%s</fileId><originalFileName>" + name + "</originalFileName>" + viewed + "</fileDetails>"})
	}
	return s
}

// The first journey: a report arrives, is found in the inbox with its reason, and
// two agencies learn of each other.
func TestBrowserAReportArrives(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	dana, lee := open(t, site, "dana"), open(t, site, "lee")
	dana.get("/login")
	dana.everyLook()
	dana.shot("signs in")
	dana.signIn("dana@bay.example")
	dana.says("Nothing waits for your agency")
	dana.everyLook()
	dana.shot("has an empty inbox")

	number := send(t, site, withFiles(clara))
	dana.eventually("/inbox", number)
	dana.says("Santa Clara County")
	dana.everyLook()
	dana.shot("sees the report in her inbox with its reason")
	dana.press("#inbox tbody [data-open]")
	dana.says("Why here", clara.last, clara.words)
	dana.everyLook()
	dana.shot("reads the report")

	lee.signIn("lee@boroughs.example")
	lee.expected++ // Chromium logs the page's own 404
	lee.get("/reports/" + number)
	lee.says("Nothing here for you")
	lee.everyLook()
	lee.shot("is told that there is nothing for him")
	other := send(t, site, brooklyn)
	for _, w := range []*window{dana, lee} {
		w.eventually("/deconfliction", clara.email)
		w.everyLook()
		w.shot("has a hit with whom to call")
	}
	if strings.Contains(dana.text(), other) || strings.Contains(lee.text(), number) {
		t.Error("a hit shows the other agency's report")
	}
	dana.get("/search?q=" + url.QueryEscape(clara.email))
	dana.says(number)
	dana.everyLook()
}

// The second journey: each file's gate is said in words and nothing is shown.
func TestBrowserFilesStandBehindTheirGates(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	number := send(t, site, withFiles(clara))
	dana, noor := open(t, site, "dana"), open(t, site, "noor")
	dana.signIn("dana@bay.example")
	dana.eventually("/inbox", number)
	dana.get("/reports/" + number)
	dana.says("a person there viewed the entire contents of this file", "nobody there viewed this file", "did not say whether it viewed this file")
	if n := evaluate[int](dana, `document.querySelectorAll("img, video, audio, object, embed, iframe").length`); n != 0 {
		t.Errorf("%d elements of the report's page could show content", n)
	}
	dana.do(chromedp.ScrollIntoView(chromedp.CSS("#files")))
	dana.shot("reads the gate of each file in words")
	noor.signIn("noor@bay.example")
	noor.get("/audit")
	noor.says("Dana Example", number)
	noor.everyLook()
	noor.shot("sees in the audit log who read it")
}

// The third journey: an outcome, undone and recorded again, on the board; and a
// return that does not come back.
func TestBrowserAnOutcomeReachesTheBoard(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	number := send(t, site, clara)
	dana, sam := open(t, site, "dana"), open(t, site, "sam")
	dana.signIn("dana@bay.example")
	dana.eventually("/inbox", number)
	dana.get("/reports/" + number)
	dana.press(`#deeds button[data-key="t"]`)
	dana.says("The report is yours.")
	dana.press(`#deeds [data-key="o"]`)
	dana.everyLook()
	dana.shot("is asked what became of it")
	dana.press(`button[name=now][value="closed.arrest"]`)
	dana.says("Recorded: Arrest")
	dana.everyLook()
	dana.shot("has recorded an outcome and may undo it")
	sam.signIn("sam@clearinghouse.example")
	soon(t, "the arrest is on the board", func() bool {
		sam.get("/desk/feedback")
		return strings.Contains(sam.text(), "closed.arrest")
	})
	sam.everyLook()
	sam.shot("sees it on the board")
	sam.press(`a[href*="closed.arrest"]`)
	sam.says(number)
	sam.everyLook()
	dana.press(`form[action$="/undo"] button`)
	dana.says("Undone.")
	dana.press(`#deeds [data-key="r"]`)
	dana.everyLook()
	dana.do(chromedp.SetValue(chromedp.CSS("select[name=right_agency]"), "boroughs"), chromedp.Click(chromedp.CSS(`label[for="`+evaluate[string](dana, `document.querySelector('input[name=when][value=now]').id`)+`"]`)))
	dana.press("form#return button[type=submit]")
	dana.shot("has returned it")
	lee := open(t, site, "lee")
	lee.signIn("lee@boroughs.example")
	lee.eventually("/inbox", number)
	dana.get("/inbox")
	if strings.Contains(dana.text(), number) {
		t.Error("the returned report is still in dana's inbox")
	}
}

// The same ways by keys alone, as far as there are keys.
func TestBrowserKeys(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	var numbers []string
	for range 3 {
		numbers = append(numbers, send(t, site, clara))
	}
	dana := open(t, site, "dana")
	dana.signIn("dana@bay.example")
	for _, n := range numbers {
		dana.eventually("/inbox", n)
	}
	at := func() string { return evaluate[string](dana, "document.activeElement.textContent.trim()") }
	rows := evaluate[[]string](dana, `[...document.querySelectorAll("#inbox tbody [data-open]")].map(e => e.textContent.trim())`)
	key := func(keys string) { t.Helper(); dana.do(chromedp.KeyEvent(keys)) }
	key("j")
	if got := at(); got != rows[0] {
		t.Errorf("j goes to %q, want the first row, %q", got, rows[0])
	}
	key("jj")
	if got := at(); got != rows[2] {
		t.Errorf("three times j goes to %q, want the third row, %q", got, rows[2])
	}
	key("k")
	if got := at(); got != rows[1] {
		t.Errorf("k goes to %q, want the second row, %q", got, rows[1])
	}
	key("/")
	if got := evaluate[string](dana, "document.activeElement.name"); got != "q" {
		t.Errorf("/ goes to %q, want the search", got)
	}
	key("\x1b")
	key("?")
	if !evaluate[bool](dana, `document.querySelector("#key-help").open`) {
		t.Error("? does not open the help")
	}
	dana.accessible("help")
	dana.shot("reads the help on keys")
	key("\x1b")
	if evaluate[bool](dana, `document.querySelector("#key-help").open`) {
		t.Error("Escape does not close the help")
	}
	key("k")
	ctx := dana.ctx
	_, err := chromedp.RunResponse(ctx, chromedp.KeyEvent("\r"))
	dana.must(err)
	where, err := chromedp.Run(ctx, chromedp.Location())
	dana.must(err)
	if !slices.ContainsFunc(rows, func(n string) bool { return strings.HasSuffix(where, "/reports/"+n) }) {
		t.Errorf("Enter leads to %s, want a report", where)
	}
}

// Every journey without scripts: forms, links and nothing else.
func TestBrowserWithoutScripts(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	number := send(t, site, withFiles(clara))
	dana, sam := open(t, site, "dana"), open(t, site, "sam")
	dana.scripts(false)
	sam.scripts(false)
	dana.signIn("dana@bay.example")
	dana.eventually("/inbox", number)
	dana.press(`#inbox tbody a[href="/reports/` + number + `"]`)
	dana.says("Why here", "did not say whether it viewed this file")
	dana.press(`#deeds button[data-key="t"]`)
	dana.says("The report is yours.")
	dana.press(`#deeds [data-key="o"]`)
	dana.press(`button[name=now][value="closed.arrest"]`)
	dana.says("Recorded: Arrest")
	dana.shot("has recorded an outcome without scripts")
	sam.signIn("sam@clearinghouse.example")
	soon(t, "the arrest is on the board", func() bool {
		sam.get("/desk/feedback")
		return strings.Contains(sam.text(), "closed.arrest")
	})
	sam.press(`a[href*="closed.arrest"]`)
	sam.says(number)
	dana.press(`form[action$="/undo"] button`)
	dana.says("Undone.")
	_, err := chromedp.RunResponse(dana.ctx, chromedp.SendKeys(chromedp.CSS("#q"), clara.email+"\r"))
	dana.must(err)
	dana.says(number)
	dana.shot("finds it by an identifier without scripts")
}

// What the other tests rely on: that a fault of a page would be found.
func TestBrowserFaultsAreFound(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true})
	w := open(t, site, "nobody")
	w.get("/login")
	evaluate[bool](w, `document.querySelector("main").insertAdjacentHTML("beforeend", "<input style='color: red'><button></button>"); console.error("said"); setTimeout(() => { throw new Error("thrown") }); true`)
	var rules []string
	for _, v := range w.violations() {
		rules = append(rules, v.ID)
	}
	for _, want := range []string{"label", "button-name"} {
		if !slices.Contains(rules, want) {
			t.Errorf("axe does not find %s, only %q", want, rules)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, want := range []string{"said", "exception", "Content Security Policy"} {
		if !slices.ContainsFunc(w.problems, func(p string) bool { return strings.Contains(p, want) }) {
			t.Errorf("nothing was noted of %q: %q", want, w.problems)
		}
	}
	w.problems = nil
}

// Every page that a role can open from its rail, and every link on those pages of
// the same kind once.
func TestBrowserEveryPageOfEveryRole(t *testing.T) {
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	number := send(t, site, withFiles(clara))
	send(t, site, brooklyn)
	send(t, site, sample{first: "Nobody", last: "Nowhere-Sample", email: "nowhere@mail.example", words: "No place is known."})
	checked := map[string]bool{} // kinds of pages that axe has seen
	for _, email := range []string{"dana@bay.example", "noor@bay.example", "reed@bay.example", "ines@bay.example", "jules@north.example", "avery@clearinghouse.example", "sam@clearinghouse.example", "ash@clearinghouse.example"} {
		w := open(t, site, email[:strings.IndexByte(email, '@')])
		w.signIn(email)
		if email == "dana@bay.example" {
			w.eventually("/inbox", number)
		}
		seen := map[string]bool{}
		todo := evaluate[[]string](w, `[...document.querySelectorAll(".Rail a")].map(a => a.getAttribute("href"))`)
		todo = append(todo, "/account", "/styleguide")
		rails := len(todo)
		for i := 0; i < len(todo) && i < 40; i++ {
			path := todo[i]
			kind := kindOf(path)
			if seen[kind] || strings.Contains(path, "/documents/") || strings.Contains(path, ".csv") { // is saved, not shown
				continue
			}
			seen[kind] = true
			w.get(path)
			if status := evaluate[int](w, `performance.getEntriesByType("navigation")[0].responseStatus`); status >= 400 {
				t.Errorf("%s: %s answered %d", email, path, status)
			}
			if !checked[kind] {
				checked[kind] = true
				w.accessible("wide and light")
			}
			if path == "/styleguide" {
				continue // its links lead nowhere on purpose
			}
			for _, link := range evaluate[[]string](w, `[...document.querySelectorAll("main a[href^='/']")].map(a => a.getAttribute("href"))`) {
				if !seen[kindOf(link)] && i < rails {
					todo = append(todo, link)
				}
			}
		}
		w.quiet()
	}
}

// kindOf is a path without its numbers and values, so that pages of one kind count once.
func kindOf(path string) string {
	path, query, _ := strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.ContainsAny(p, "0123456789") {
			parts[i] = "N"
		}
	}
	values, _ := url.ParseQuery(query)
	var names []string
	for n := range values {
		names = append(names, n)
	}
	slices.Sort(names)
	return strings.Join(parts, "/") + "?" + strings.Join(names, "&")
}
