package pages

import (
	"strings"

	"reeve/views/components"
)

func (v RolesView) lead() string {
	if len(v.Yours) == 0 {
		return ""
	}
	if len(v.Yours) == 1 {
		return "Your role: " + v.Yours[0] + "."
	}
	return "Your roles: " + strings.Join(v.Yours, ", ") + "."
}

func (t RolesTable) columns() []components.Column {
	list := []components.Column{{Label: "What it lets one do", Share: 40}}
	for _, r := range t.Roles {
		label := r.Name
		if r.Yours {
			label += " (yours)"
		}
		list = append(list, components.Column{Label: label})
	}
	return list
}

func (t RolesTable) means() []components.Term {
	var list []components.Term
	for _, r := range t.Roles {
		term := components.Term{Term: r.Name, Text: r.Means}
		if r.Yours {
			term.Note = "One of yours."
		}
		list = append(list, term)
	}
	return list
}

func (c RoleCell) label() string {
	if c.Yours {
		return c.Role + " (yours)"
	}
	return c.Role
}
