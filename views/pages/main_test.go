package pages

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"reeve/static"
	"reeve/views/internal/golden"
)

// now is the time at which the golden pages are read.
var now = time.Date(2026, 3, 2, 8, 4, 5, 0, time.FixedZone("PST", -8*3600))

// checkMain compares a page's own part, from <main> to </main>, with
// testdata/name.html; the frame has golden files of its own.
func checkMain(t *testing.T, name string, page templ.Component) {
	t.Helper()
	golden.Check(t, name, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		if err := page.Render(ctx, &b); err != nil {
			return err
		}
		text := b.String()
		for _, file := range static.Names() {
			text = strings.ReplaceAll(text, static.URL(file), static.Prefix+file)
		}
		doc, err := html.Parse(strings.NewReader(text))
		if err != nil {
			return err
		}
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && n.Data == "main" {
				return html.Render(w, n)
			}
		}
		return io.ErrUnexpectedEOF
	}))
}
