package wire

import "strings"

// namespaces takes the namespace declarations out of the attributes read since
// from, and finds the namespace of the element and of each attribute.
func (s *scanner) namespaces(n *node, from int) {
	kept := from
	for _, a := range s.attrs[from:] {
		prefix, declares := strings.CutPrefix(a.name, "xmlns:")
		if a.name == "xmlns" {
			prefix, declares = "", true
		}
		if !declares {
			s.attrs[kept] = a
			kept++
			continue
		}
		bad := prefix == "xmlns" || (prefix == "xml") != (a.value == xmlNamespace) || a.value == "http://www.w3.org/2000/xmlns/"
		if bad || a.name != "xmlns" && (prefix == "" || a.value == "") || strings.Contains(prefix, ":") {
			s.fail(a.pos, "the namespace declaration on element '%s' is not allowed", clip(n.name))
			return
		}
		if len(s.bindings) >= maxNamespaces {
			s.fail(a.pos, "too many namespace declarations")
			return
		}
		s.bindings = append(s.bindings, binding{prefix, a.value, s.depth})
	}
	s.attrs = s.attrs[:kept]
	n.attrs = s.attrs[from:kept:kept]
	n.space = s.space(n.name, n.start, true)
	for i := range n.attrs {
		a := &n.attrs[i]
		if a.space = s.space(a.name, a.pos, false); a.space == "" {
			continue
		}
		for j := range i {
			if n.attrs[j].space == a.space && localName(n.attrs[j].name) == localName(a.name) {
				s.fail(a.pos, "attribute '%s' of element '%s' is given twice", clip(a.name), clip(n.name))
			}
		}
	}
}

// space answers the namespace that a name belongs to.
func (s *scanner) space(name string, pos int, element bool) string {
	prefix, local, prefixed := strings.Cut(name, ":")
	if !prefixed {
		if !element {
			return ""
		}
		prefix = ""
	} else if prefix == "" || local == "" || strings.Contains(local, ":") || !startsName(local) {
		s.fail(pos, "'%s' is not a proper name", clip(name))
		return ""
	}
	if prefix == "xml" {
		return xmlNamespace
	}
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if s.bindings[i].prefix == prefix {
			return s.bindings[i].space
		}
	}
	if prefixed {
		s.fail(pos, "the prefix of '%s' is not declared", clip(name))
	}
	return ""
}

func localName(name string) string {
	if _, local, ok := strings.Cut(name, ":"); ok {
		return local
	}
	return name
}
