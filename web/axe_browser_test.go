//go:build browser

package web_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeFile is where deploy/tools.sh puts axe-core: a tool of the tests only, fetched
// with npm at the version that testdata/axe/package.json pins.
const axeFile = "testdata/axe/node_modules/axe-core/axe.min.js"

func axeSource(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(axeFile)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the accessibility check needs axe-core, which `make test` fetches (by hand: npm ci --prefix web/testdata/axe)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// violation is what axe answers of one rule.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	}
}

// violations runs axe over the page as it stands.
func (w *window) violations() []violation {
	w.t.Helper()
	_ = evaluate[bool](w, axeSource(w.t)+"; true")
	answer := evaluate[string](w, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	var found []violation
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		w.t.Fatal(err)
	}
	return found
}

// accessible fails the test for everything that axe finds on the page.
func (w *window) accessible(look string) {
	w.t.Helper()
	found := w.violations()
	where, _ := chromedp.Run(w.ctx, chromedp.Location())
	for _, v := range found {
		for i, n := range v.Nodes {
			if i == 3 {
				break
			}
			w.t.Errorf("%s, %s: %s (%s) %s\n%s\n%s", where, look, v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

// everyLook checks the page wide in dark and light, and narrow. It must fit each.
func (w *window) everyLook() {
	w.t.Helper()
	for _, look := range []struct {
		name  string
		width int64
		dark  bool
	}{{"wide and dark", 1440, true}, {"narrow and light", 390, false}, {"wide and light", 1440, false}} {
		w.dark(look.dark)
		w.width(look.width)
		w.accessible(look.name)
		if over := evaluate[int](w, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
			where, _ := chromedp.Run(w.ctx, chromedp.Location())
			w.t.Errorf("%s, %s: %d pixels too wide", where, look.name, over)
		}
	}
}
