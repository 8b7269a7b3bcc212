package scim

import (
	"encoding/json"
	"fmt"
	"strings"
)

const schemaPatch = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

// verb is what a PATCH operation does (RFC 7644 3.5.2). A whole resource in POST and
// PUT is read as verbReplace of each of its attributes.
type verb int

const (
	verbAdd verb = iota
	verbReplace
	verbRemove
)

// operation is one of a PATCH. path is nil when the value's own names say what it
// is about.
type operation struct {
	verb  verb
	path  *path
	value json.RawMessage
}

// readOperations reads a PATCH body.
func readOperations(body object) ([]operation, error) {
	if err := body.wants(schemaPatch); err != nil {
		return nil, err
	}
	var raw []json.RawMessage
	if json.Unmarshal(body["operations"], &raw) != nil || len(raw) == 0 {
		return nil, bad(invalidSyntax, "Operations is a list with at least one operation.")
	}
	if len(raw) > maxOperations {
		return nil, bad(invalidValue, fmt.Sprintf("A PATCH has at most %d operations; this one has %d. Send several.", maxOperations, len(raw)))
	}
	var out []operation
	for i, r := range raw {
		o, err := operationOf(r)
		if err != nil {
			if f, ok := err.(*fault); ok {
				f.detail = fmt.Sprintf("Operation %d: %s", i+1, f.detail)
			}
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func operationOf(raw json.RawMessage) (o operation, err error) {
	fields, err := objectOf(raw)
	if err != nil {
		return o, err
	}
	name, err := text("op", fields["op"])
	if err != nil {
		return o, err
	}
	switch {
	case name == nil:
		return o, bad(invalidSyntax, "op is missing: add, replace or remove.")
	case strings.EqualFold(*name, "add"):
		o.verb = verbAdd
	case strings.EqualFold(*name, "replace"):
		o.verb = verbReplace
	case strings.EqualFold(*name, "remove"):
		o.verb = verbRemove
	default:
		return o, bad(invalidSyntax, fmt.Sprintf("op is add, replace or remove, not %.40q.", *name))
	}
	where, err := text("path", fields["path"])
	if err != nil {
		return o, bad(invalidPath, "path is a text.")
	}
	o.value = fields["value"]
	switch {
	case where != nil && *where != "":
		p, err := parsePath(*where)
		if err != nil {
			return o, err
		}
		o.path = &p
	case o.verb == verbRemove:
		return o, bad(noTarget, "remove needs a path.")
	}
	if o.verb != verbRemove && o.value == nil {
		return o, bad(invalidValue, "value is missing.")
	}
	return o, nil
}
