// Package golden compares HTML with files, written so that a change reads well:
// one element to a line, attributes in order, text trimmed. Run a test with
// -update to write the files anew.
package golden

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Check renders a component and compares it with testdata/name.html.
func Check(t *testing.T, name string, c templ.Component) {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	got := Pretty(t, b.String())
	path := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s changed (-want +got); if intended, run with -update:\n%s", path, diff)
	}
}

// Pretty writes HTML with one element to a line, indented by depth.
func Pretty(t *testing.T, source string) string {
	t.Helper()
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	var nodes []*html.Node
	if strings.HasPrefix(strings.ToLower(source), "<!doctype") {
		doc, err := html.Parse(strings.NewReader(source))
		if err != nil {
			t.Fatal(err)
		}
		nodes = []*html.Node{doc}
	} else {
		var err error
		if nodes, err = html.ParseFragment(strings.NewReader(source), body); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	for _, n := range nodes {
		write(&b, n, 0)
	}
	return b.String()
}

func write(b *strings.Builder, n *html.Node, depth int) {
	pad := strings.Repeat("  ", depth)
	switch n.Type {
	case html.DocumentNode:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(b, c, depth)
		}
	case html.DoctypeNode:
		b.WriteString("<!DOCTYPE " + n.Data + ">\n")
	case html.TextNode:
		if text := strings.TrimSpace(n.Data); text != "" {
			b.WriteString(pad + strings.ReplaceAll(html.EscapeString(text), "\n", "\n"+pad) + "\n")
		}
	case html.ElementNode:
		b.WriteString(pad + "<" + n.Data)
		slices.SortFunc(n.Attr, func(a, c html.Attribute) int { return strings.Compare(a.Key, c.Key) })
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
			if a.Val != "" {
				b.WriteString(`="` + html.EscapeString(a.Val) + `"`)
			}
		}
		b.WriteString(">\n")
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(b, c, depth+1)
		}
		if n.FirstChild != nil {
			b.WriteString(pad + "</" + n.Data + ">\n")
		}
	}
}
