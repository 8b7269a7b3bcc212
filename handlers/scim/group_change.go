package scim

import (
	"encoding/json"
	"fmt"
	"strings"

	"reeve/models/provisioning"
)

// readGroup reads a whole group, as PUT sends one.
func readGroup(body object) (provisioning.GroupUpdate, error) {
	var g provisioning.GroupUpdate
	if err := body.wants(schemaGroup); err != nil {
		return g, err
	}
	return g, assignGroup(&g, verbReplace, body)
}

// patchGroup puts the operations of a PATCH together.
func patchGroup(ops []operation) (provisioning.GroupUpdate, error) {
	var g provisioning.GroupUpdate
	for i, o := range ops {
		err := o.onGroup(&g)
		if f, ok := err.(*fault); ok {
			f.detail = fmt.Sprintf("Operation %d: %s", i+1, f.detail)
		}
		if err != nil {
			return g, err
		}
	}
	return g, nil
}

func (o operation) onGroup(g *provisioning.GroupUpdate) error {
	if o.path != nil {
		if (o.path.name == "id" || o.path.name == "meta") && !o.path.foreign {
			return bad(mutability, o.path.name+" is set by this portal and cannot be changed.")
		}
		return setGroup(g, o.verb, *o.path, o.value)
	}
	fields, err := objectOf(o.value)
	if err != nil {
		return bad(invalidValue, "Without a path, value is an object of attributes.")
	}
	return assignGroup(g, o.verb, fields)
}

func assignGroup(g *provisioning.GroupUpdate, v verb, fields object) error {
	for _, name := range fields.names() {
		p, err := parsePath(name)
		if err != nil {
			continue
		}
		if err := setGroup(g, v, p, fields[name]); err != nil {
			return err
		}
	}
	return nil
}

func setGroup(g *provisioning.GroupUpdate, v verb, p path, raw json.RawMessage) error {
	if p.foreign {
		return nil
	}
	switch {
	case p.name == "displayname" && p.sub == "" && len(p.where) == 0:
		name, err := text("displayName", raw)
		if err == nil && (v == verbRemove || name == nil) {
			err = bad(invalidValue, "displayName is required and cannot be taken away.")
		}
		if err != nil {
			return err
		}
		g.DisplayName = name
	case p.name == "externalid" && p.sub == "" && len(p.where) == 0:
		if v == verbRemove {
			raw = nil
		}
		return setText(&g.ExternalID, "externalid", raw)
	case p.name == "members":
		return setMembers(g, v, p, raw)
	}
	return nil
}

// setMembers reads both forms in which directories take somebody out of a group:
// members[value eq "id"], and members with a list as the value.
func setMembers(g *provisioning.GroupUpdate, v verb, p path, raw json.RawMessage) error {
	if len(p.where) > 0 {
		w := p.where[0]
		if len(p.where) > 1 || w.path.name != "value" || w.path.sub != "" || p.sub != "" || v != verbRemove {
			return bad(invalidPath, `Members are chosen by members[value eq "id"], to be removed.`)
		}
		g.Members = append(g.Members, provisioning.MemberChange{Op: provisioning.Take, IDs: []string{w.value}})
		return nil
	}
	if p.sub != "" {
		return bad(invalidPath, "Members are changed as a whole, not by "+p.sub+".")
	}
	ids, err := memberIDs(raw)
	if err != nil {
		return err
	}
	change := provisioning.MemberChange{IDs: ids}
	switch {
	case v == verbAdd:
		change.Op = provisioning.Add
	case v == verbRemove && len(ids) > 0:
		change.Op = provisioning.Take
	case v == verbReplace && null(raw):
		return nil // no value is no word about members; an empty list is one
	default:
		change.Op = provisioning.Set // also remove without a value: all of them
	}
	g.Members = append(g.Members, change)
	return nil
}

func memberIDs(raw json.RawMessage) ([]string, error) {
	items, err := list(raw)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(items))
	for _, item := range items {
		var id string
		if json.Unmarshal(item, &id) == nil && !null(item) {
			ids = append(ids, id)
			continue
		}
		fields, err := objectOf(item)
		if err != nil {
			return nil, bad(invalidValue, "members is a list of objects with value.")
		}
		value, err := text("members.value", fields["value"])
		if err != nil {
			return nil, err
		}
		if value == nil || strings.TrimSpace(*value) == "" {
			return nil, bad(invalidValue, "A member has a value: the person's id here.")
		}
		if kind, err := text("members.type", fields["type"]); err != nil {
			return nil, err
		} else if kind != nil && !strings.EqualFold(*kind, "User") {
			return nil, bad(invalidValue, "Members are people; groups do not stand in groups here.")
		}
		ids = append(ids, *value)
	}
	return ids, nil
}
