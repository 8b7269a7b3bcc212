package wire

import "strings"

// startTag reads a start tag or an empty-element tag with its attributes.
func (s *scanner) startTag() {
	start := s.pos
	name := s.nameAt(s.pos + 1)
	switch {
	case name == "":
		s.fail(s.pos, "an element name was expected after '<'; write &lt; for the character itself")
		return
	case s.root != nil && s.open == nil:
		s.fail(s.pos, "a document may have one root element only")
		return
	case s.depth >= s.limits.depth:
		s.fail(s.pos, "elements are nested deeper than %d levels", s.limits.depth)
		return
	case s.elements >= s.limits.elements:
		s.fail(s.pos, "the document has more than %d elements", s.limits.elements)
		return
	}
	n := s.newNode()
	n.name, n.start, n.parent = name, start, s.open
	s.pos += 1 + len(name)
	s.depth++
	from := len(s.attrs)
	if !s.attributes(n) {
		return
	}
	s.namespaces(n, from)
	if s.open == nil {
		s.root = n
	} else if s.open.last == nil {
		s.open.first, s.open.last = n, n
	} else {
		s.open.last.next, s.open.last = n, n
	}
	s.open = n
	if s.src[s.pos] == '/' {
		n.end = start
		s.pos += 2
		s.closeElement()
		return
	}
	s.pos++
}

func (s *scanner) newNode() *node {
	if len(s.arena) == 0 {
		s.arena = make([]node, min(32+s.elements, 1024))
	}
	n := &s.arena[0]
	s.arena = s.arena[1:]
	s.elements++
	return n
}

// attributes reads up to the ">" or "/>" of a start tag, where it leaves pos.
// What it reads is appended to s.attrs.
func (s *scanner) attributes(n *node) bool {
	from := len(s.attrs)
	for s.fault == nil {
		before := s.pos
		s.pos = s.skipSpace(s.pos)
		switch rest := s.src[s.pos:]; {
		case strings.HasPrefix(rest, ">"), strings.HasPrefix(rest, "/>"):
			return true
		case rest == "":
			s.fail(n.start, "the tag of element '%s' is not closed with >", clip(n.name))
			return false
		}
		name := s.nameAt(s.pos)
		if name == "" || before == s.pos {
			s.fail(s.pos, "white space and an attribute name, or the end of the tag, were expected in the tag of element '%s'", clip(n.name))
			return false
		}
		if len(s.attrs)-from >= s.limits.attrs {
			s.fail(s.pos, "element '%s' has more than %d attributes", clip(n.name), s.limits.attrs)
			return false
		}
		for i := range s.attrs[from:] {
			if s.attrs[from+i].name == name {
				s.fail(s.pos, "attribute '%s' of element '%s' is given twice", clip(name), clip(n.name))
				return false
			}
		}
		a := attr{name: name, pos: s.pos}
		s.pos += len(name)
		a.value = s.attributeValue(n, name)
		s.attrs = append(s.attrs, a)
	}
	return false
}

// attributeValue reads ="value" and normalises it.
func (s *scanner) attributeValue(n *node, name string) string {
	from := s.skipSpace(s.pos)
	if from < len(s.src) && s.src[from] == '=' {
		from = s.skipSpace(from + 1)
	} else {
		from = len(s.src)
	}
	if from >= len(s.src) || s.src[from] != '"' && s.src[from] != '\'' {
		s.fail(s.pos, "attribute '%s' of element '%s' needs a quoted value", clip(name), clip(n.name))
		return ""
	}
	quote := s.src[from]
	from++
	length := strings.IndexByte(s.src[from:], quote)
	if length < 0 {
		s.fail(s.pos, "the value of attribute '%s' of element '%s' is not closed", clip(name), clip(n.name))
		return ""
	}
	raw := s.src[from : from+length]
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		s.fail(from+i, "the character < is not allowed in attribute '%s' of element '%s'; write &lt;", clip(name), clip(n.name))
		return ""
	}
	if strings.ContainsAny(raw, "\n\t") {
		raw = strings.NewReplacer("\n", " ", "\t", " ").Replace(raw)
	}
	s.pos = from + length + 1
	return s.resolve(raw, from)
}

func (s *scanner) skipSpace(pos int) int {
	for pos < len(s.src) && isSpace(s.src[pos]) {
		pos++
	}
	return pos
}
