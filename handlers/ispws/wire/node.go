package wire

// node is one element of a scanned document. Strings are parts of the decoded
// text wherever that is possible.
type node struct {
	name  string // as written, with its prefix
	space string // namespace name; "" for the provider API's own elements
	attrs []attr

	parent, first, last, next *node

	start, end int    // offsets of the "<" of the start tag and of the end tag
	text       string // character data directly inside, references resolved
	parts      []byte // grows while text comes in more than one piece
	solid      bool   // text is more than white space
	chars      bool   // there is character data at all, white space included

	desc *element // what the description says of it; nil if it is unknown
}

// attr is one attribute, without namespace declarations.
type attr struct {
	name  string // as written
	space string // namespace name
	value string // normalised as XML 1.0, 3.3.3 asks
	pos   int    // offset of the name
}

// child answers the first child element of that name, or nil.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for c := n.first; c != nil; c = c.next {
		if c.name == name {
			return c
		}
	}
	return nil
}

// children calls fn for each child element of that name.
func (n *node) children(name string, fn func(*node)) {
	if n == nil {
		return
	}
	for c := n.first; c != nil; c = c.next {
		if c.name == name {
			fn(c)
		}
	}
}

// attr answers the value of an attribute that has no namespace.
func (n *node) attr(name string) (string, bool) {
	if a := n.attribute(name); a != nil {
		return a.value, true
	}
	return "", false
}

func (n *node) attribute(name string) *attr {
	if n == nil {
		return nil
	}
	for i := range n.attrs {
		if n.attrs[i].name == name {
			return &n.attrs[i]
		}
	}
	return nil
}

// path answers where the element stands, as report/incidentSummary/platform.
func (n *node) path() string {
	if n.parent == nil {
		return n.name
	}
	return n.parent.path() + "/" + n.name
}

// addText appends one piece of character data. Pieces are gathered in a buffer,
// so that a text cut up by a hundred thousand comments costs no more than its
// length.
func (n *node) addText(piece string) {
	if piece == "" {
		return
	}
	n.chars = true
	solid := !isBlank(piece)
	if !solid && n.first != nil && !n.solid {
		return // indentation between child elements
	}
	n.solid = n.solid || solid
	switch {
	case n.text == "" && n.parts == nil:
		n.text = piece
	case n.parts == nil:
		n.parts = append(make([]byte, 0, 2*(len(n.text)+len(piece))), n.text...)
		fallthrough
	default:
		n.parts = append(n.parts, piece...)
	}
}

// settle finishes the text at the end tag.
func (n *node) settle() {
	if n.parts != nil {
		n.text, n.parts = string(n.parts), nil
	}
}

// isBlank reports whether s is white space in the sense of XML.
func isBlank(s string) bool {
	for i := range len(s) {
		if !isSpace(s[i]) {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
