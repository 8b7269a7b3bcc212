package webtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Page is an answer, read as HTML if it is any.
type Page struct {
	Status int
	Header http.Header
	URL    *url.URL // where redirects ended
	Body   string
	Doc    *html.Node // nil if it is no HTML
	t      testing.TB
}

// Form is a form with the values it would send untouched.
type Form struct {
	Method string
	Action string // a whole address
	Values url.Values
}

// With answers the form with one more field filled in.
func (f Form) With(name, value string) Form {
	values := url.Values{}
	for k, v := range f.Values {
		values[k] = v
	}
	values.Set(name, value)
	f.Values = values
	return f
}

// MustBe ends the test unless the page has the status.
func (p *Page) MustBe(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: status %d, want %d: %s", p.URL, p.Status, status, clip(p.Text()))
	}
	return p
}

// MustSay ends the test unless the page's text holds each of the words.
func (p *Page) MustSay(words ...string) *Page {
	p.t.Helper()
	text := p.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Fatalf("%s does not say %q: %s", p.URL, w, clip(text))
		}
	}
	return p
}

// MustNotSay ends the test if the page's source holds any of the words.
func (p *Page) MustNotSay(words ...string) *Page {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(p.Body, w) {
			p.t.Fatalf("%s says %q", p.URL, w)
		}
	}
	return p
}

// Text is what a reader sees, with runs of space as one.
func (p *Page) Text() string {
	if p.Doc == nil {
		return p.Body
	}
	return Text(p.Doc)
}

// H1 is the page's heading.
func (p *Page) H1() string {
	for _, n := range p.All("h1") {
		return Text(n)
	}
	return ""
}

// All answers the elements with the tag and, if given, with all the attributes
// (pairs of name and value; class matches one of several), in the page's order.
func (p *Page) All(tag string, attrs ...string) []*html.Node {
	var list []*html.Node
	if p.Doc == nil {
		return nil
	}
	for n := range p.Doc.Descendants() {
		if n.Type == html.ElementNode && (tag == "" || n.Data == tag) && matches(n, attrs) {
			list = append(list, n)
		}
	}
	return list
}

// Links answers the addresses of all links on the page.
func (p *Page) Links() []string {
	var list []string
	for _, n := range p.All("a") {
		if href := Attr(n, "href"); href != "" {
			list = append(list, href)
		}
	}
	return list
}

// Form answers the form whose action ends in suffix, the first one if suffix is
// empty. The test ends if there is none.
func (p *Page) Form(suffix string) Form {
	p.t.Helper()
	for _, n := range p.All("form") {
		action := Attr(n, "action")
		if suffix != "" && !strings.HasSuffix(action, suffix) {
			continue
		}
		to, err := p.URL.Parse(action)
		if err != nil {
			p.t.Fatal(err)
		}
		return Form{Method: strings.ToUpper(Attr(n, "method")), Action: to.String(), Values: values(n)}
	}
	p.t.Fatalf("%s has no form %q: %s", p.URL, suffix, clip(p.Text()))
	return Form{}
}

// values are what a form's fields hold when nobody touches them.
func values(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		name := Attr(n, "name")
		switch n.Data {
		case "input":
			switch Attr(n, "type") {
			case "submit", "button", "file", "image", "reset":
			case "checkbox", "radio":
				if has(n, "checked") && name != "" {
					value := Attr(n, "value")
					if !has(n, "value") {
						value = "on"
					}
					v.Add(name, value)
				}
			default:
				if name != "" {
					v.Add(name, Attr(n, "value"))
				}
			}
		case "textarea":
			if name != "" {
				v.Add(name, raw(n))
			}
		case "select":
			if name != "" {
				if o := chosen(n); o != nil {
					v.Add(name, optionValue(o))
				}
			}
		}
	}
	return v
}

func chosen(sel *html.Node) *html.Node {
	var first *html.Node
	for n := range sel.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" {
			continue
		}
		if has(n, "selected") {
			return n
		}
		if first == nil {
			first = n
		}
	}
	return first
}

func optionValue(o *html.Node) string {
	if has(o, "value") {
		return Attr(o, "value")
	}
	return Text(o)
}

// Attr answers an element's attribute, or an empty text.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func matches(n *html.Node, attrs []string) bool {
	for i := 0; i+1 < len(attrs); i += 2 {
		got := Attr(n, attrs[i])
		if attrs[i] == "class" {
			found := false
			for _, c := range strings.Fields(got) {
				found = found || c == attrs[i+1]
			}
			if !found {
				return false
			}
		} else if got != attrs[i+1] {
			return false
		}
	}
	return true
}

// Text is an element's text with runs of space as one, without scripts and styles.
func Text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func raw(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func clip(s string) string {
	if len(s) > 600 {
		return s[:600] + "..."
	}
	return s
}
