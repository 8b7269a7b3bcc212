package scim

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"reeve/models/provisioning"
)

// conditions reads "a eq b and c eq d" that begins with the piece, and answers the
// piece after it. whole allows a path with conditions of its own in place of one.
func (l *lexer) conditions(first piece, whole bool) (out []condition, next piece, err error) {
	for {
		var c condition
		if c.path, next, err = l.path(first); err != nil {
			return nil, piece{}, err
		}
		switch {
		case next.is("eq"):
			value := l.next()
			if value.kind != quoted && value.kind != word {
				return nil, piece{}, problem("a value is missing after eq, or is not in double quotes")
			}
			if c.value, c.bare = value.text, value.kind == word; c.bare && !literal(c.value) {
				return nil, piece{}, problem("a text stands in double quotes")
			}
			out, next = append(out, c), l.next()
		case whole && len(c.path.where) > 0 && c.path.sub == "": // emails[value eq "a"]
			out = append(out, c)
		default:
			return nil, piece{}, problem("only eq is understood, and and between conditions")
		}
		if len(out) > maxConditions {
			return nil, piece{}, problem(fmt.Sprintf("it has more than %d conditions", maxConditions))
		}
		if !next.is("and") {
			return out, next, nil
		}
		first = l.next()
	}
}

// literal reports whether a value may stand without quotes.
func literal(text string) bool {
	switch strings.ToLower(text) {
	case "true", "false", "null":
		return true
	}
	return text[0] == '-' || text[0] >= '0' && text[0] <= '9'
}

// lookups is what each resource can be looked up by.
var (
	userLookups = map[string]provisioning.Attr{"username": provisioning.ByUserName, "externalid": provisioning.ByExternalID, "id": provisioning.ByID,
		"displayname": provisioning.ByDisplayName, "emails": provisioning.ByEmail, "emails.value": provisioning.ByEmail, "active": provisioning.ByActive}
	groupLookups = map[string]provisioning.Attr{"displayname": provisioning.ByDisplayName, "externalid": provisioning.ByExternalID, "id": provisioning.ByID,
		"members": provisioning.ByMember, "members.value": provisioning.ByMember}
)

// parseFilter reads the filter of a list. An empty one is none.
func parseFilter(text string, lookups map[string]provisioning.Attr) ([]provisioning.Is, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if len(text) > maxPath || !utf8.ValidString(text) {
		return nil, bad(invalidFilter, fmt.Sprintf("A filter is readable text of at most %d bytes.", maxPath))
	}
	l := &lexer{rest: text}
	list, after, err := l.conditions(l.next(), true)
	if err == nil && after.kind != end {
		err = problem("something follows that is not and")
	}
	if err != nil {
		return nil, bad(invalidFilter, "Not a filter that is understood here: "+err.Error()+`. Write for example userName eq "name@agency.example".`)
	}
	var out []provisioning.Is
	for _, c := range list {
		is, err := c.lookup(lookups)
		if err != nil {
			return nil, err
		}
		out = append(out, is...)
	}
	return out, nil
}

// lookup answers what a condition demands. The one address that is kept is the work
// address, so emails[type eq "work"] asks for no more than emails.
func (c condition) lookup(lookups map[string]provisioning.Attr) ([]provisioning.Is, error) {
	p := c.path
	if len(p.where) > 0 {
		var values []condition
		for _, w := range p.where {
			switch {
			case p.name == "emails" && w.path.name == "type" && strings.EqualFold(w.value, "work"), p.name == "emails" && w.path.name == "primary" && strings.EqualFold(w.value, "true"):
			case w.path.name == "value" && w.path.sub == "" && len(w.path.where) == 0:
				values = append(values, condition{path: path{name: p.name, foreign: p.foreign}, value: w.value, bare: w.bare})
			default:
				return nil, cannot(p.name + " with this condition")
			}
		}
		switch {
		case p.sub == "value" && len(values) == 0:
			values = []condition{{path: path{name: p.name, foreign: p.foreign}, value: c.value, bare: c.bare}}
		case p.sub != "" || len(values) == 0:
			return nil, cannot(p.name + " with this condition")
		}
		var out []provisioning.Is
		for _, v := range values {
			is, err := v.lookup(lookups)
			if err != nil {
				return nil, err
			}
			out = append(out, is...)
		}
		return out, nil
	}
	name := p.name
	if p.sub != "" {
		name += "." + p.sub
	}
	attr, ok := lookups[name]
	if !ok || p.foreign {
		return nil, cannot(name)
	}
	if attr == provisioning.ByActive {
		c.value = strings.ToLower(c.value)
		if c.value != "true" && c.value != "false" {
			return nil, bad(invalidFilter, "active is true or false.")
		}
	} else if c.bare {
		return nil, bad(invalidFilter, name+" is a text and stands in double quotes.")
	}
	return []provisioning.Is{{Attr: attr, Value: c.value}}, nil
}

func cannot(name string) error {
	return bad(invalidFilter, fmt.Sprintf("One cannot look up by %.80s. Users: userName, externalId, id, emails.value, displayName, active. Groups: displayName, externalId, id, members.value.", name))
}
