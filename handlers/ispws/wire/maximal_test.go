package wire

import (
	"fmt"
	"strings"
	"time"
)

// tree is a document that tests generate from the description and then change.
type tree struct {
	name  string
	attrs [][2]string
	text  string
	kids  []*tree

	desc  *element
	types map[string]*simple // of the attributes
}

// String writes the document.
func (n *tree) String() string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	n.write(&b, "")
	return b.String()
}

func (n *tree) write(b *strings.Builder, indent string) {
	b.WriteString(indent + "<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a[0] + `="`)
		escapeTo(b, a[1])
		b.WriteString(`"`)
	}
	if len(n.kids) == 0 && n.text == "" {
		b.WriteString("/>\n")
		return
	}
	b.WriteString(">")
	escapeTo(b, n.text)
	if len(n.kids) > 0 {
		b.WriteString("\n")
		for _, k := range n.kids {
			k.write(b, indent+" ")
		}
		b.WriteString(indent)
	}
	b.WriteString("</" + n.name + ">\n")
}

func (n *tree) clone() *tree {
	c := *n
	c.attrs = append([][2]string(nil), n.attrs...)
	c.kids = make([]*tree, len(n.kids))
	for i, k := range n.kids {
		c.kids[i] = k.clone()
	}
	return &c
}

// walk calls fn for the element and all below it, in the order of the document.
func (n *tree) walk(path string, fn func(path string, n *tree)) {
	path = strings.TrimPrefix(path+"/"+n.name, "/")
	fn(path, n)
	for _, k := range n.kids {
		k.walk(path, fn)
	}
}

// generator makes a document with everything that the description allows: each
// element as often as its maximum, two of what is unlimited, each alternative
// of a choice, each attribute. Texts are unique.
type generator struct {
	n      int
	unique map[string]bool // every text made that no other place has
}

func (g *generator) element(e element) *tree {
	n := &tree{name: e.name, desc: &e, types: map[string]*simple{}}
	for _, a := range e.shape.attrs {
		n.attrs = append(n.attrs, [2]string{a.name, g.value(a.typ)})
		n.types[a.name] = a.typ
	}
	if e.shape.model == textModel {
		n.text = g.value(e.shape.text)
	}
	for _, c := range e.shape.children {
		switch {
		case c.shape.model == choiceModel:
			for _, alternative := range c.shape.children {
				one := c
				reduced := *c.shape
				reduced.children = []element{alternative}
				one.shape = &reduced
				n.kids = append(n.kids, g.element(one))
			}
		case c.max < 0:
			n.kids = append(n.kids, g.element(c), g.second(c))
		default:
			n.kids = append(n.kids, g.element(c))
		}
	}
	return n
}

// second is another occurrence. Where two attributes or an attribute here and
// one above fill the same field, the first occurrence has the one and the
// second the other.
func (g *generator) second(e element) *tree {
	n := g.element(e)
	if e.name == "nameValuePair" {
		n.drop("type")
	}
	return n
}

func (n *tree) drop(name string) {
	for i, a := range n.attrs {
		if a[0] == name {
			n.attrs = append(n.attrs[:i:i], n.attrs[i+1:]...)
			return
		}
	}
}

// value makes a text of the type that passes every rule.
func (g *generator) value(t *simple) string {
	g.n++
	unique := func(s string) string {
		g.unique[s] = true
		return s
	}
	switch {
	case t.enum != nil:
		for i := 0; ; i++ {
			if v := t.enum[(g.n+i)%len(t.enum)]; v != "" {
				return v
			}
		}
	case t == callingCode:
		return fmt.Sprintf("+%d", g.n%999+1)
	case t == extension:
		return unique(fmt.Sprintf("%d", 7_000_000+g.n))
	case t == ipAddress:
		return unique(fmt.Sprintf("2001:db8::%x", 0x1000+g.n))
	case t == url:
		return unique(fmt.Sprintf("https://v%d.example/", g.n))
	case t == emailText:
		return unique(fmt.Sprintf("v%d@person.example", g.n))
	}
	switch t.kind {
	case boolKind, flagKind:
		return "true"
	case intKind:
		return fmt.Sprint(t.min + int64(g.n)%(t.max-t.min+1))
	case longKind:
		return unique(fmt.Sprint(9_000_000 + g.n))
	case doubleKind:
		return unique(fmt.Sprintf("%d.25", 100_000+g.n))
	case dateTimeKind:
		return unique(testNow.Add(-time.Duration(g.n) * time.Hour).Format(time.RFC3339))
	case dateKind:
		return unique(testNow.AddDate(0, 0, -g.n).Format(time.DateOnly))
	default:
		return unique(fmt.Sprintf("text %d", g.n))
	}
}

func maximal(root element) (*tree, map[string]bool) {
	g := &generator{unique: map[string]bool{}}
	n := g.element(root)
	other := false
	n.walk("", func(_ string, n *tree) {
		if n.name == "associatedAccount" {
			if other = !other; other {
				n.drop("accountType")
			} else {
				n.drop("type")
			}
		}
	})
	return n, g.unique
}
