package wire

import (
	"strings"
	"time"
)

// check is one validation: the options in force and what has been found.
type check struct {
	opt   Options
	now   time.Time // dates after it lie in the future; clock skew is included
	found findings
	newer []*node // elements to keep as models.NewerElement, in document order
	kept  int     // how many elements and attributes that makes
}

// skew is how far the clock of a provider may run ahead of ours.
const skew = time.Minute

func newCheck(opt Options) *check {
	c := &check{opt: opt, found: findings{max: opt.MaxFindings}}
	c.now = opt.Now.Add(skew)
	return c
}

// schema notes an error that our schema file expresses.
func (c *check) schema(pos int, element, format string, args ...any) {
	c.found.add(Finding{pos: pos, Element: element, Level: LevelSchema}, format, args...)
}

// business notes an error beyond the schema.
func (c *check) business(n *node, format string, args ...any) {
	c.found.add(Finding{pos: n.start, Element: n.name, Level: LevelBusiness}, format, args...)
}

// notice notes what does not refuse the document.
func (c *check) notice(n *node, level Level, format string, args ...any) {
	c.found.add(Finding{pos: n.start, Element: n.name, Level: level, Severity: Notice}, format, args...)
}

// element checks an element against its description, and what is below it.
func (c *check) element(n *node, e *element) {
	n.desc = e
	s := e.shape
	c.attributes(n, s)
	switch s.model {
	case textModel:
		if n.first != nil {
			c.schema(n.first.start, n.name, "element '%s' may hold text only, not element '%s'", n.name, clip(n.first.name))
		} else {
			c.value(n.start, n.name, "", s.text, n.text)
		}
	case emptyModel:
		if n.first != nil || n.chars {
			c.schema(n.start, n.name, "element '%s' must be empty", n.name)
		}
	default:
		if n.solid {
			c.schema(n.start, n.name, "element '%s' may hold elements only, but there is text in it", n.name)
		}
		c.children(n, s)
	}
	if e.newer {
		c.newer = append(c.newer, n)
		c.notice(n, LevelBusiness, "element '%s' is newer than the published schema; it is kept", n.name)
	}
	for _, r := range s.rules {
		r(c, n)
	}
}

// value checks the text of an element or, if one is named, of its attribute.
func (c *check) value(pos int, element, attribute string, t *simple, value string) {
	level := LevelSchema
	wrong := t.wrong(value)
	if wrong == "" && t.must != nil {
		level = LevelBusiness
		wrong = t.must(c, value)
	}
	if wrong == "" {
		return
	}
	what := "element '" + element + "' "
	if attribute != "" {
		what = "attribute '" + attribute + "' of " + what
	}
	c.found.add(Finding{pos: pos, Element: element, Level: level}, "%s", what+wrong)
}

// attributes checks the attributes of an element.
func (c *check) attributes(n *node, s *shape) {
	for i := range n.attrs {
		a := &n.attrs[i]
		if a.space == xsiNamespace && (localName(a.name) == "schemaLocation" || localName(a.name) == "noNamespaceSchemaLocation") {
			continue
		}
		d := s.attribute(a.name)
		if d == nil || a.space != "" {
			if len(s.attrs) == 0 {
				c.schema(a.pos, n.name, "element '%s' has no attribute '%s'; it has none at all", n.name, clip(a.name))
			} else {
				c.schema(a.pos, n.name, "element '%s' has no attribute '%s'; it may have %s", n.name, clip(a.name), attributeNames(s))
			}
			continue
		}
		c.value(a.pos, n.name, a.name, d.typ, a.value)
	}
	for i := range s.attrs {
		if d := &s.attrs[i]; d.required && n.attribute(d.name) == nil {
			c.schema(n.start, n.name, "element '%s' needs the attribute '%s'", n.name, d.name)
		}
	}
}

func (s *shape) attribute(name string) *attribute {
	for i := range s.attrs {
		if s.attrs[i].name == name {
			return &s.attrs[i]
		}
	}
	return nil
}

func attributeNames(s *shape) string {
	names := make([]string, len(s.attrs))
	for i := range s.attrs {
		names[i] = s.attrs[i].name
	}
	return "'" + strings.Join(names, "', '") + "'"
}
