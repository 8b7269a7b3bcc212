package scim

import (
	"fmt"
	"strings"
)

// maxPath is the longest path or filter, in bytes.
const maxPath = 2048

// maxConditions is how many conditions one filter may join.
const maxConditions = 10

// condition is "name eq value" (RFC 7644, figure 1).
type condition struct {
	path  path
	value string
	bare  bool // the value stood without quotes: true, false, a number
}

// path names an attribute (RFC 7644, figure 7): a name, a value chosen by
// conditions, a sub-attribute. Names are in lower case.
type path struct {
	foreign bool // of another schema than the resource's own
	name    string
	where   []condition // emails[type eq "work"]
	sub     string
}

// The schemas whose names may be written before an attribute's own.
const (
	schemaUser  = "urn:ietf:params:scim:schemas:core:2.0:User"
	schemaGroup = "urn:ietf:params:scim:schemas:core:2.0:Group"
)

// parsePath reads the path of a PATCH operation, or the name of an attribute.
func parsePath(text string) (path, error) {
	if len(text) > maxPath {
		return path{}, bad(invalidPath, fmt.Sprintf("A path has at most %d bytes.", maxPath))
	}
	l := &lexer{rest: text}
	p, after, err := l.path(l.next())
	if err != nil {
		return path{}, bad(invalidPath, "Not a path that is understood here: "+err.Error()+".")
	}
	if after.kind != end {
		return path{}, bad(invalidPath, "Not a path that is understood here: something follows the attribute.")
	}
	return p, nil
}

// problem is what is wrong with a path or filter, as a part of a sentence.
type problem string

// Error is the problem itself.
func (p problem) Error() string { return string(p) }

// path reads a path that begins with the piece and answers the piece after it.
func (l *lexer) path(first piece) (path, piece, error) {
	if first.kind != word {
		return path{}, piece{}, problem("it does not begin with an attribute's name")
	}
	p, err := nameOf(first.text)
	if err != nil {
		return path{}, piece{}, err
	}
	next := l.next()
	if next.kind != open {
		return p, next, nil
	}
	if p.sub != "" || l.inside {
		return path{}, piece{}, problem("a bracket stands where none may")
	}
	l.inside = true
	if p.where, next, err = l.conditions(l.next(), false); err != nil {
		return path{}, piece{}, err
	}
	l.inside = false
	if next.kind != closed {
		return path{}, piece{}, problem("a bracket is not closed")
	}
	if next = l.next(); next.kind == word && strings.HasPrefix(next.text, ".") {
		if p.sub = strings.ToLower(next.text[1:]); !plain(p.sub) {
			return path{}, piece{}, problem("a sub-attribute's name has letters and digits only")
		}
		next = l.next()
	}
	return p, next, nil
}

// nameOf takes a name apart: schema, attribute, sub-attribute. A schema's own name
// has dots, so it ends at its last colon.
func nameOf(text string) (path, error) {
	p := path{name: strings.ToLower(text)}
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		schema := text[:i]
		if !strings.HasPrefix(strings.ToLower(schema), "urn:") {
			return path{}, problem("the part before the colon is no schema")
		}
		p.foreign = !strings.EqualFold(schema, schemaUser) && !strings.EqualFold(schema, schemaGroup)
		p.name = strings.ToLower(text[i+1:])
	}
	p.name, p.sub, _ = strings.Cut(p.name, ".")
	if p.foreign { // "…:enterprise:2.0:User" alone names a whole schema
		return p, nil
	}
	if !plain(p.name) || p.sub != "" && !plain(p.sub) || strings.HasSuffix(text, ".") {
		return path{}, problem("an attribute's name begins with a letter and has letters, digits, - and _ only")
	}
	return p, nil
}

func plain(name string) bool {
	if name == "" || !(name[0] >= 'a' && name[0] <= 'z' || name == "$ref") {
		return false
	}
	return !strings.ContainsAny(name[1:], "$.:+")
}
