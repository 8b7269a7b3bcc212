package wire

import (
	"fmt"
	"strings"
)

// fault is why a document cannot be read: the first such place ends the scan.
type fault struct {
	pos     int
	element string
	message string
}

// limits bound what a document may make us do.
type limits struct {
	depth, attrs, elements int
}

// maxNamespaces bounds the namespace declarations in force at one place. Real
// documents have one or two.
const maxNamespaces = 16

const (
	xmlNamespace = "http://www.w3.org/XML/1998/namespace"
	xsiNamespace = "http://www.w3.org/2001/XMLSchema-instance"
)

// binding is a namespace prefix in force; it is dropped when the element at
// that depth ends.
type binding struct {
	prefix, space string
	depth         int
}

// scanner reads a document that decodeText has passed into a tree of nodes. It
// implements XML 1.0 (fifth edition) without document type declarations, and
// Namespaces in XML 1.0. It looks at each byte a bounded number of times.
type scanner struct {
	src    string
	pos    int
	limits limits

	root, open *node
	depth      int
	elements   int
	arena      []node
	attrs      []attr
	bindings   []binding
	fault      *fault
}

// scan reads the document into a tree, or says why it cannot.
func scan(src string, l limits) (*node, *fault) {
	s := &scanner{src: src, limits: l, attrs: make([]attr, 0, 64)}
	s.declaration()
	for s.fault == nil && s.pos < len(s.src) {
		if s.src[s.pos] == '<' {
			s.markup()
		} else {
			s.characters()
		}
	}
	switch {
	case s.fault != nil:
		return nil, s.fault
	case s.root == nil:
		s.fail(len(src), "the document is empty: a root element was expected")
	case s.open != nil:
		s.fail(len(src), "the document ends before element '"+clip(s.open.name)+"' is closed")
	}
	return s.root, s.fault
}

// fail notes the fault; the first one counts.
func (s *scanner) fail(pos int, format string, args ...any) {
	if s.fault != nil {
		return
	}
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	s.fault = &fault{pos: pos, message: format}
	if s.open != nil {
		s.fault.element = s.open.name
	}
}

// markup reads what begins with "<".
func (s *scanner) markup() {
	rest := s.src[s.pos:]
	switch {
	case strings.HasPrefix(rest, "</"):
		s.endTag()
	case strings.HasPrefix(rest, "<!--"):
		s.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		s.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		s.fail(s.pos, "a document type declaration (DOCTYPE) is not accepted")
	case strings.HasPrefix(rest, "<!"):
		s.fail(s.pos, "a markup declaration is not accepted")
	case strings.HasPrefix(rest, "<?"):
		s.instruction()
	default:
		s.startTag()
	}
}

func (s *scanner) comment() {
	end := strings.Index(s.src[s.pos+4:], "--")
	if end < 0 {
		s.fail(s.pos, "a comment is not closed")
		return
	}
	end += s.pos + 4
	if end+2 >= len(s.src) || s.src[end+2] != '>' {
		s.fail(end, "a comment may not hold two hyphens in a row")
		return
	}
	s.pos = end + 3
}

func (s *scanner) cdata() {
	if s.open == nil {
		s.fail(s.pos, "a CDATA section may only stand inside the root element")
		return
	}
	from := s.pos + len("<![CDATA[")
	end := strings.Index(s.src[from:], "]]>")
	if end < 0 {
		s.fail(s.pos, "a CDATA section is not closed")
		return
	}
	s.open.addText(s.src[from : from+end])
	s.open.solid = s.open.solid || end > 0 // also when blank: no one indents with CDATA, and libxml2 sees it so
	s.pos = from + end + 3
}

func (s *scanner) instruction() {
	target := s.nameAt(s.pos + 2)
	after := s.pos + 2 + len(target)
	end := strings.Index(s.src[after:], "?>")
	switch {
	case target == "":
		s.fail(s.pos, "a processing instruction has no proper name")
	case strings.EqualFold(target, "xml"):
		s.fail(s.pos, "an XML declaration may only stand at the very beginning of the document")
	case end < 0:
		s.fail(s.pos, "a processing instruction is not closed")
	case end > 0 && !isSpace(s.src[after]):
		s.fail(s.pos, "a processing instruction has no proper name")
	}
	s.pos = after + max(end, 0) + 2
}

// characters reads text up to the next "<".
func (s *scanner) characters() {
	end := strings.IndexByte(s.src[s.pos:], '<')
	if end < 0 {
		end = len(s.src) - s.pos
	}
	raw := s.src[s.pos : s.pos+end]
	if s.open == nil {
		if !isBlank(raw) {
			s.fail(s.pos+len(raw)-len(strings.TrimLeft(raw, " \t\n")), "text is not allowed outside the root element")
		}
	} else {
		if i := strings.Index(raw, "]]>"); i >= 0 {
			s.fail(s.pos+i, "the characters ]]> are not allowed in text; write ]]&gt;")
		}
		s.open.addText(s.resolve(raw, s.pos))
	}
	s.pos += end
}

// endTag closes the open element.
func (s *scanner) endTag() {
	name := s.nameAt(s.pos + 2)
	after := s.pos + 2 + len(name)
	after = s.skipSpace(after)
	switch {
	case s.open == nil:
		s.fail(s.pos, "an end tag stands outside the root element")
		return
	case name != s.open.name:
		s.fail(s.pos, "the end tag '%s' does not close element '%s'", clip(name), clip(s.open.name))
		return
	case after >= len(s.src) || s.src[after] != '>':
		s.fail(s.pos, "the end tag of element '%s' is not closed with >", clip(name))
		return
	}
	s.open.end = s.pos
	s.pos = after + 1
	s.closeElement()
}

func (s *scanner) closeElement() {
	for len(s.bindings) > 0 && s.bindings[len(s.bindings)-1].depth == s.depth {
		s.bindings = s.bindings[:len(s.bindings)-1]
	}
	s.open.settle()
	s.open = s.open.parent
	s.depth--
}
