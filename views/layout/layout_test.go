package layout_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"reeve/static"
	"reeve/views/components"
	"reeve/views/internal/golden"
	"reeve/views/layout"
)

// settled takes the content hashes out, so that a change of style changes no
// golden page.
func settled(c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		if err := c.Render(templ.WithChildren(ctx, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "<p>The page</p>")
			return err
		})), &b); err != nil {
			return err
		}
		out := b.String()
		for _, name := range static.Names() {
			out = strings.ReplaceAll(out, static.URL(name), "/static/"+name)
		}
		_, err := io.WriteString(w, out)
		return err
	})
}

func TestFrames(t *testing.T) {
	now := time.Date(2026, 11, 22, 16, 31, 5, 0, time.UTC)
	full := layout.PageArgs{
		Title: "Inbox", Demo: true, RequestID: "01JD", Query: "<quiet>", Now: now, Marking: "Demonstration", Width: layout.Reading,
		Flash:       []components.AlertArgs{{Tone: components.ToneGood, Text: "Saved."}},
		Breadcrumbs: []components.Crumb{{Label: "Inbox", URL: "/inbox"}, {Label: "Report"}},
		Watch:       layout.Watch{Left: "1800", Who: "0190aaaa"},
		Nav: layout.Nav{
			Name: "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f", Email: "dana@bay.example", Agency: "Bay Region", Role: "Investigator", Band: layout.BandTeal,
			Notices: "2", NoticesURL: "/notices", SessionsURL: "/sessions",
			Items: []layout.NavItem{
				{Label: "Inbox", URL: "/inbox", Icon: components.IconInbox, Active: true, Count: "99+", CountOf: "not taken"},
				{Label: "Audit", URL: "/audit", Icon: components.IconAudit, Group: "Administration"},
			},
		},
	}
	cases := []struct {
		name string
		c    templ.Component
	}{
		{"page-full", layout.Page(full)},
		{"page-bare", layout.Page(layout.PageArgs{Title: "Nothing", Nav: layout.Nav{Band: `x" onclick="`}})},
		{"public-full", layout.Public(layout.PublicArgs{Title: "Sign in", Demo: true, RequestID: "01JD", Flash: []components.AlertArgs{{Text: "Signed out."}}})},
		{"public-bare", layout.Public(layout.PublicArgs{Title: "Not found", Wide: true})},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { golden.Check(t, c.name, settled(c.c)) })
	}
}

func TestBandsComeFromTheFixedSet(t *testing.T) {
	for n := range 40 {
		if b := layout.BandFor(n); b == layout.BandGraphite {
			t.Errorf("agency %d got the clearinghouse's band", n)
		}
	}
	if got, want := layout.BandFor(-3), layout.BandFor(3); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
