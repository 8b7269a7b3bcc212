package pages

import (
	"slices"

	"reeve/views/components"
	"reeve/views/layout"
)

// IssuerFormView is the form of sign-in settings: a draft, never what is live.
type IssuerFormView struct {
	Frame    layout.PageArgs
	Title    string
	Lead     string
	Action   string
	Back     string
	Hidden   []components.Pair
	Problems []components.FieldError
	Conflict string // somebody else changed it meanwhile
	Moved    string // what is live changed since the draft was begun

	URL, Name, ClientID, Method, Scopes, RolesClaim, ACR, AMR, MFA, MFANote string

	HasSecret, HasKey bool
	NewKey            bool
	Rows              []IssuerRoleRow
	Roles             []IssuerRole
	Domains           []components.Choice
	NoDomains         string // said when there is none to choose
	NoteLimit         int
}

// IssuerRoleRow is one value of the claim and the roles that it stands for.
type IssuerRoleRow struct {
	Value string
	Roles []string
}

// IssuerRole is a role that can be given.
type IssuerRole struct{ Code, Words string }

func (v IssuerFormView) problem(field string) string { return problemOf(v.Problems, field) }

func (v IssuerFormView) methods() components.ChoicesArgs {
	a := components.ChoicesArgs{Label: "How Reeve proves itself to the provider", Name: "method", Required: true, Error: v.problem("method")}
	for _, c := range []components.Choice{
		{Value: "client_secret", Label: "Client secret", Help: "The provider makes it; type it below."},
		{Value: "private_key_jwt", Label: "Signed with Reeve's own key (private_key_jwt)", Help: "Stronger: nothing secret is handed around. Reeve makes the key and shows its public half to register."},
		{Value: "none", Label: "Not at all: a public client", Help: "PKCE alone protects the sign-in. For providers that ask for it."},
	} {
		c.Checked = c.Value == v.Method
		a.Choices = append(a.Choices, c)
	}
	return a
}

func (v IssuerFormView) factors() components.ChoicesArgs {
	a := components.ChoicesArgs{ID: "f-mfa", Label: "How a second factor is known", Name: "mfa", Required: true, Error: v.problem("mfa")}
	for _, c := range []components.Choice{
		{Value: "says", Label: "The provider says it in its tokens", Help: "One of the values below, in either field, must be there, or nobody comes in."},
		{Value: "silent", Label: "The provider enforces it and does not say so", Help: "The clearinghouse must accept that before these settings can go live."},
	} {
		c.Checked = c.Value == v.MFA
		a.Choices = append(a.Choices, c)
	}
	return a
}

func (v IssuerFormView) domains() components.ChoicesArgs {
	return components.ChoicesArgs{Label: "E-mail domains that lead here", Name: "domains", Error: v.problem("domains"), Choices: v.Domains,
		Help: "People with these addresses sign in at this provider. A domain that leads to another provider comes over with its people."}
}

func (v IssuerFormView) secretHelp() string {
	if v.HasSecret {
		return "One is kept and is never shown. Leave this empty to keep it; type a new one to replace it."
	}
	return "It is kept sealed and is never shown again."
}

func (v IssuerFormView) roleBoxes(i int) components.ChoicesArgs {
	a := components.ChoicesArgs{ID: "f-role_roles_" + itoa(i), Label: "Stands for", Name: "role_roles_" + itoa(i), Inline: true}
	for _, r := range v.Roles {
		a.Choices = append(a.Choices, components.Choice{Value: r.Code, Label: r.Words, Checked: slices.Contains(v.Rows[i].Roles, r.Code)})
	}
	return a
}

func (v IssuerFormView) hasRoles() bool {
	return v.RolesClaim != "" || v.problem("role_map") != "" || v.problem("roles_claim") != ""
}
