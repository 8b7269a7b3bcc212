//go:build browser

package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"reeve/web/webtest"
)

// chromium finds the browser that `make test` installs.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("the journeys need Chromium, which `make test` installs (as an administrator: apt-get install chromium)")
	return ""
}

// window is a person's tab in Chromium. Whatever the page says on its console, and
// whatever its policy refuses, fails the test.
type window struct {
	t    *testing.T
	ctx  context.Context
	site *webtest.Site
	as   string // whose it is, for captions

	mu       sync.Mutex
	problems []string
	expected int // answers that are errors on purpose, which Chromium logs
	shots    int
}

var oneBrowser struct {
	once sync.Once
	ctx  context.Context
	err  error
}

// open opens a tab with cookies of its own, 1440 pixels wide.
func open(t *testing.T, site *webtest.Site, as string) *window {
	t.Helper()
	path := chromium(t)
	oneBrowser.once.Do(func() {
		// The browser outlives the tests that use it and ends with the process.
		ctx, _ := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
			chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
			chromedp.Flag("force-prefers-reduced-motion", true), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))...)
		oneBrowser.ctx, _ = chromedp.NewContext(ctx)
		oneBrowser.err = chromedp.Do(oneBrowser.ctx)
	})
	if oneBrowser.err != nil {
		t.Fatalf("starting %s: %v", path, oneBrowser.err)
	}
	ctx, cancel := chromedp.NewContext(oneBrowser.ctx, chromedp.WithNewBrowserContext())
	w := &window{t: t, ctx: ctx, site: site, as: as}
	w.must(chromedp.Listen(ctx, w.listen))
	w.width(1440)
	t.Cleanup(func() {
		w.quiet()
		cancel()
	})
	return w
}

// listen collects what a page must never cause. It only notes: the tab waits for it.
func (w *window) listen(event any) {
	note := func(format string, args ...any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.problems = append(w.problems, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		note("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			b, _ := json.Marshal(e.Args)
			note("console %s: %s", e.Type, b)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			note("log: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventLoadingFailed:
		if e.BlockedReason != "" {
			note("blocked: %s %s", e.ErrorText, e.BlockedReason)
		}
	}
}

// quiet fails the test with everything that was noted.
func (w *window) quiet() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.problems {
		if w.expected > 0 && strings.Contains(p, "Failed to load resource") && strings.Contains(p, "status of 4") {
			w.expected--
			continue
		}
		w.t.Errorf("%s: %s", w.as, p)
	}
	w.problems = nil
}

func (w *window) must(err error) {
	w.t.Helper()
	if err != nil {
		if ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 2*time.Second); ctx.Err() == nil {
			where, _ := chromedp.Run(ctx, chromedp.Location())
			w.t.Logf("%s was at %s", w.as, where)
			cancel()
		}
		w.t.Fatal(err)
	}
}

// do runs steps, for at most twenty seconds.
func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	w.must(chromedp.Do(ctx, steps...))
}

// get opens a path of the site.
func (w *window) get(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.site.URL + path))
}

// press clicks what leads to another page, and waits until that is loaded.
func (w *window) press(selector string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil {
		w.t.Logf("pressing %s", selector)
	}
	w.must(err)
}

// text is what the page says, without scripts' help so that it works without them.
func (w *window) text() string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	html, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("body")))
	w.must(err)
	return html
}

// says ends the test unless the page's source holds each of the words.
func (w *window) says(words ...string) {
	w.t.Helper()
	text := w.text()
	for _, word := range words {
		if !strings.Contains(text, word) {
			where, _ := chromedp.Run(w.ctx, chromedp.Location())
			w.t.Fatalf("%s, at %s, does not read %q", w.as, where, word)
		}
	}
}

// eventually opens the path again until it holds the words, for at most five seconds.
func (w *window) eventually(path, words string) {
	w.t.Helper()
	soon(w.t, w.as+" reads "+words+" at "+path, func() bool { w.get(path); return strings.Contains(w.text(), words) })
}

func evaluate[T any](w *window, script string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	w.must(err)
	return v
}

func (w *window) width(pixels int64) {
	w.t.Helper()
	w.do(chromedp.EmulateViewport(pixels, 900))
}

// dark changes the colours that the system prefers.
func (w *window) dark(on bool) {
	w.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	w.must(err)
}

// scripts switches JavaScript on or off for the pages that follow.
func (w *window) scripts(on bool) {
	w.t.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	w.must(err)
}

// signIn goes through the sign-in page and the agency's provider.
func (w *window) signIn(email string) {
	w.t.Helper()
	w.get("/login")
	w.do(chromedp.SendKeys(chromedp.CSS("form input[name=email]"), email))
	w.press("form input[name=email] ~ * button, form.Form button[type=submit]")
	w.do(chromedp.SendKeys(chromedp.CSS("input[type=password]"), webtest.Password))
	w.press("button[type=submit], input[type=submit]")
	where, err := chromedp.Run(w.ctx, chromedp.Location())
	w.must(err)
	if !strings.HasPrefix(where, w.site.URL) || strings.Contains(where, "/login") {
		w.t.Fatalf("signing in as %s ended at %s", email, where)
	}
}

// shot keeps a picture of the page with what it shows as its name.
func (w *window) shot(caption string) {
	w.t.Helper()
	dir := os.Getenv("REEVE_SCREENSHOTS")
	if dir == "" {
		dir = w.t.TempDir()
	}
	w.must(os.MkdirAll(dir, 0o755))
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	w.must(err)
	w.shots++
	name := fmt.Sprintf("%s %s %02d %s.png", strings.TrimPrefix(w.t.Name(), "TestBrowser"), w.as, w.shots, caption)
	w.must(os.WriteFile(filepath.Join(dir, strings.ReplaceAll(strings.ReplaceAll(name, "/", "-"), " ", "-")), png, 0o644))
}
