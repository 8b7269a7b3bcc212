package scim

import (
	"encoding/json"
	"strings"

	"reeve/auth"
	"reeve/models/provisioning"
)

// setEmails keeps one address: the work address, else the primary one, else the
// first.
func setEmails(u *provisioning.Update, v verb, p path, raw json.RawMessage) error {
	for _, w := range p.where {
		work := w.path.name == "type" && strings.EqualFold(w.value, "work")
		if primary := w.path.name == "primary" && strings.EqualFold(w.value, "true"); !work && !primary {
			return nil // another address than the one that is kept
		}
	}
	switch p.sub {
	case "value":
		return setText(&u.Email, "emails.value", raw)
	case "":
	default:
		return nil // type, primary and display are what they are
	}
	items, err := list(raw)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		if v != verbAdd {
			u.Email = new(string)
		}
		return nil
	}
	best, chosen := -1, ""
	for _, item := range items {
		address, rank, err := addressOf(item)
		if err != nil {
			return err
		}
		if rank > best {
			best, chosen = rank, address
		}
	}
	if best >= 0 {
		u.Email = &chosen
	}
	return nil
}

func addressOf(raw json.RawMessage) (address string, rank int, err error) {
	var plain string
	if json.Unmarshal(raw, &plain) == nil && !null(raw) {
		return plain, 0, nil
	}
	fields, err := objectOf(raw)
	if err != nil {
		return "", -1, bad(invalidValue, "emails is a list of objects with value, type and primary.")
	}
	value, err := text("emails.value", fields["value"])
	if err != nil || value == nil || *value == "" {
		return "", -1, err
	}
	if kind, err := text("emails.type", fields["type"]); err != nil {
		return "", -1, err
	} else if kind != nil && strings.EqualFold(*kind, "work") {
		return *value, 2, nil
	}
	if primary, err := truth("emails.primary", fields["primary"]); err == nil && primary {
		return *value, 1, nil
	}
	return *value, 0, nil
}

// setRoles reads roles by our own names of them.
func setRoles(u *provisioning.Update, v verb, p path, raw json.RawMessage) error {
	change := provisioning.RoleChange{Op: provisioning.Set, Roles: []auth.Role{}}
	if v == verbAdd {
		change.Op = provisioning.Add
	}
	if len(p.where) > 0 {
		switch w := p.where[0]; {
		case len(p.where) == 1 && w.path.name == "value" && v == verbRemove:
			r, err := role(w.value)
			u.Roles = append(u.Roles, provisioning.RoleChange{Op: provisioning.Take, Roles: []auth.Role{r}})
			return err
		case len(p.where) == 1 && w.path.name == "primary" && strings.EqualFold(w.value, "true"):
			change.Op = provisioning.Set // Microsoft's directory sends a person's one role so
		default:
			return bad(invalidPath, `Roles are chosen by roles[value eq "…"], to be removed, or roles[primary eq "True"].value.`)
		}
	}
	if p.sub != "" && p.sub != "value" {
		return nil
	}
	items, err := list(raw)
	if err != nil {
		return err
	}
	for _, item := range items {
		var name string
		if json.Unmarshal(item, &name) != nil || null(item) {
			fields, err := objectOf(item)
			if err != nil {
				return bad(invalidValue, "roles is a list of objects with value.")
			}
			value, err := text("roles.value", fields["value"])
			if err != nil {
				return err
			}
			if value == nil {
				return bad(invalidValue, "A role has a value.")
			}
			name = *value
		}
		r, err := role(name)
		if err != nil {
			return err
		}
		change.Roles = append(change.Roles, r)
	}
	u.Roles = append(u.Roles, change)
	return nil
}

// role reads a role's name; whether there is such a role is not asked here.
func role(name string) (auth.Role, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) > 64 {
		return "", bad(invalidValue, "A role's name has at most 64 letters.")
	}
	return auth.Role(name), nil
}
