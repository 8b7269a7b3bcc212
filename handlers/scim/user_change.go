package scim

import (
	"encoding/json"
	"fmt"
	"slices"

	"reeve/models/provisioning"
)

// readUser reads a whole person, as POST and PUT send one.
func readUser(body object) (provisioning.Update, error) {
	var u provisioning.Update
	if err := body.wants(schemaUser); err != nil {
		return u, err
	}
	if err := assignUser(&u, verbReplace, body); err != nil {
		return u, err
	}
	if u.UserName == nil {
		return u, bad(invalidValue, "userName is required.")
	}
	return u, nil
}

// patchUser puts the operations of a PATCH together: the last word on each
// attribute counts, and changes of roles follow each other.
func patchUser(ops []operation) (provisioning.Update, error) {
	var u provisioning.Update
	for i, o := range ops {
		err := o.onUser(&u)
		if f, ok := err.(*fault); ok {
			f.detail = fmt.Sprintf("Operation %d: %s", i+1, f.detail)
		}
		if err != nil {
			return u, err
		}
	}
	return u, nil
}

func (o operation) onUser(u *provisioning.Update) error {
	if o.path != nil {
		if slices.Contains([]string{"id", "meta", "groups"}, o.path.name) && !o.path.foreign {
			return bad(mutability, o.path.name+" is set by this portal and cannot be changed. Groups are changed at /Groups.")
		}
		return setUser(u, o.verb, *o.path, o.value)
	}
	fields, err := objectOf(o.value)
	if err != nil {
		return bad(invalidValue, "Without a path, value is an object of attributes.")
	}
	return assignUser(u, o.verb, fields)
}

// assignUser takes each attribute of an object. Microsoft's directory also writes
// whole paths as names ("name.givenName"). What is not kept here is passed over,
// and so is what only this portal sets.
func assignUser(u *provisioning.Update, v verb, fields object) error {
	for _, name := range fields.names() {
		p, err := parsePath(name)
		if err != nil {
			continue // not a name of any attribute of ours
		}
		if err := setUser(u, v, p, fields[name]); err != nil {
			return err
		}
	}
	return nil
}

// names answers an object's names in a fixed order, userName and whole attributes
// before single parts of them.
func (o object) names() []string {
	list := make([]string, 0, len(o))
	for name := range o {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// setUser takes one value at a path. Attributes that are not kept are passed over.
func setUser(u *provisioning.Update, v verb, p path, raw json.RawMessage) error {
	if p.foreign {
		return nil
	}
	if v == verbRemove {
		raw = nil
	}
	texts := map[string]**string{"username": &u.UserName, "externalid": &u.ExternalID, "displayname": &u.DisplayName, "title": &u.Title,
		"name.formatted": &u.Formatted, "name.givenname": &u.GivenName, "name.familyname": &u.FamilyName}
	whole := p.name
	if p.sub != "" {
		whole += "." + p.sub
	}
	if into, ok := texts[whole]; ok && len(p.where) == 0 {
		return setText(into, whole, raw)
	}
	switch p.name {
	case "name":
		if p.sub == "" {
			return setName(u, raw)
		}
	case "active":
		if v == verbRemove || null(raw) && v == verbReplace {
			return nil // no value is no word about it
		}
		b, err := truth("active", raw)
		if err != nil {
			return err
		}
		u.Active = &b
	case "emails":
		return setEmails(u, v, p, raw)
	case "roles":
		return setRoles(u, v, p, raw)
	}
	return nil
}

// spelled gives attributes back the letters of RFC 7643.
var spelled = map[string]string{"username": "userName", "externalid": "externalId", "displayname": "displayName", "name.formatted": "name.formatted",
	"name.givenname": "name.givenName", "name.familyname": "name.familyName"}

func setText(into **string, name string, raw json.RawMessage) error {
	if n := spelled[name]; n != "" {
		name = n
	}
	s, err := text(name, raw)
	if err != nil {
		return err
	}
	if s == nil {
		if name == "userName" {
			return bad(invalidValue, "userName is required and cannot be taken away.")
		}
		s = new(string)
	}
	*into = s
	return nil
}

func setName(u *provisioning.Update, raw json.RawMessage) error {
	if null(raw) {
		u.Formatted, u.GivenName, u.FamilyName = new(string), new(string), new(string)
		return nil
	}
	fields, err := objectOf(raw)
	if err != nil {
		return bad(invalidValue, "name is an object with givenName, familyName or formatted.")
	}
	for _, part := range []struct {
		key  string
		into **string
	}{{"formatted", &u.Formatted}, {"givenname", &u.GivenName}, {"familyname", &u.FamilyName}} {
		if value, ok := fields[part.key]; ok {
			if err := setText(part.into, "name."+part.key, value); err != nil {
				return err
			}
		}
	}
	return nil
}
