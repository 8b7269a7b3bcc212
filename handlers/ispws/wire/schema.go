package wire

import (
	"strconv"
	"strings"
	"sync"
)

// Schema answers our XSD 1.0 schema of the interface, generated from the
// description of the elements: what providers' programs download from /xsd and
// check their documents with before they send them. The caller must not change
// the bytes.
func Schema() []byte { return schemaOnce() }

var schemaOnce = sync.OnceValue(func() []byte {
	w := &schemaWriter{seen: map[any]bool{}}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">` + "\n")
	w.doc("  ", `Documents of the provider API as this server accepts and answers them. It is generated from the same `+
		`description that the server validates with. Beyond it, the server checks what a schema cannot say: dates `+
		`must not lie in the future and must have a zone, addresses must be well formed, and some elements ask for `+
		`or exclude others. Unknown elements in reportAnnotations, fileAnnotations and person are kept by the server `+
		`although this schema does not name them.`)
	for _, root := range []element{reportElement, fileElement, responseElement, doneElement} {
		w.element("  ", root, true)
	}
	for i := 0; i < len(w.shapes); i++ { // writing one may find more
		w.complexType(w.shapes[i])
	}
	for _, t := range w.simples {
		w.simpleType(t)
	}
	w.WriteString("</xs:schema>\n")
	return []byte(w.String())
})

// schemaWriter writes named types once each, in the order in which they are met.
type schemaWriter struct {
	strings.Builder
	shapes  []*shape
	simples []*simple
	seen    map[any]bool
}

// tag writes one tag with attributes given as name, value pairs; pairs with an
// empty value are left out.
func (w *schemaWriter) tag(indent, name, end string, pairs ...string) {
	w.WriteString(indent + "<xs:" + name)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			w.WriteString(" " + pairs[i] + `="`)
			escapeTo(&w.Builder, pairs[i+1])
			w.WriteString(`"`)
		}
	}
	w.WriteString(end + ">\n")
}

// doc writes an annotation; nothing for an empty text.
func (w *schemaWriter) doc(indent, text string) {
	if text == "" {
		return
	}
	w.WriteString(indent + "<xs:annotation><xs:documentation>")
	escapeTo(&w.Builder, text)
	w.WriteString("</xs:documentation></xs:annotation>\n")
}

// closing writes a tag that holds an annotation only, or is empty.
func (w *schemaWriter) closing(indent, name, doc string, pairs ...string) {
	if doc == "" {
		w.tag(indent, name, "/", pairs...)
		return
	}
	w.tag(indent, name, "", pairs...)
	w.doc(indent+"  ", doc)
	w.WriteString(indent + "</xs:" + name + ">\n")
}

func (w *schemaWriter) element(indent string, e element, global bool) {
	pairs := []string{"name", e.name, "type", w.typeOf(e.shape)}
	if e.shape.text == flagType {
		pairs = append(pairs, "fixed", "true")
	}
	if !global {
		pairs = append(pairs, occurs(e.min, e.max)...)
	}
	w.closing(indent, "element", e.doc, pairs...)
}

func occurs(least, most int) []string {
	pairs := []string{"minOccurs", "", "maxOccurs", ""}
	if least != 1 {
		pairs[1] = strconv.Itoa(least)
	}
	if most < 0 {
		pairs[3] = "unbounded"
	}
	return pairs
}

// typeOf answers the name of a shape's type and sees to it that it is written.
func (w *schemaWriter) typeOf(s *shape) string {
	if s.plain() {
		return w.simpleOf(s.text)
	}
	if !w.seen[s] {
		w.seen[s] = true
		w.shapes = append(w.shapes, s)
	}
	return s.name + "Type"
}

func (w *schemaWriter) simpleOf(t *simple) string {
	if t.name == "" {
		return xsdBase[t.kind]
	}
	if !w.seen[t] {
		w.seen[t] = true
		w.simples = append(w.simples, t)
	}
	return t.name + "Value"
}

func (w *schemaWriter) complexType(s *shape) {
	w.tag("  ", "complexType", "", "name", s.name+"Type")
	w.doc("    ", s.doc)
	switch s.model {
	case textModel:
		w.tag("    ", "simpleContent", "")
		w.tag("      ", "extension", "", "base", w.simpleOf(s.text))
		w.attributes("        ", s)
		w.WriteString("      </xs:extension>\n    </xs:simpleContent>\n")
	case emptyModel:
		w.attributes("    ", s)
	default:
		group := map[model]string{sequenceModel: "sequence", allModel: "all", choiceModel: "choice"}[s.model]
		w.tag("    ", group, "")
		for _, e := range s.children {
			w.element("      ", e, false)
		}
		w.WriteString("    </xs:" + group + ">\n")
		w.attributes("    ", s)
	}
	w.WriteString("  </xs:complexType>\n")
}

func (w *schemaWriter) attributes(indent string, s *shape) {
	for _, a := range s.attrs {
		use := ""
		if a.required {
			use = "required"
		}
		w.closing(indent, "attribute", a.doc, "name", a.name, "type", w.simpleOf(a.typ), "use", use)
	}
}

func (w *schemaWriter) simpleType(t *simple) {
	w.tag("  ", "simpleType", "", "name", t.name+"Value")
	w.doc("    ", t.doc)
	w.tag("    ", "restriction", "", "base", xsdBase[t.kind])
	facet := func(name, value string) { w.WriteString("  "); w.tag("    ", name, "/", "value", value) }
	if t.pattern != "" {
		facet("pattern", t.pattern)
	}
	if t.maxChars > 0 {
		facet("maxLength", strconv.Itoa(t.maxChars))
	}
	if t.kind == intKind {
		facet("minInclusive", strconv.FormatInt(t.min, 10))
		facet("maxInclusive", strconv.FormatInt(t.max, 10))
	}
	for _, v := range t.enum {
		w.WriteString(`      <xs:enumeration value="`)
		escapeTo(&w.Builder, v)
		w.WriteString("\"/>\n")
	}
	w.WriteString("    </xs:restriction>\n  </xs:simpleType>\n")
}
