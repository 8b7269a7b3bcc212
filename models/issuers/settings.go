package issuers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
)

// Settings are a draft as an admin fills it in.
type Settings struct {
	URL      string
	Name     string
	ClientID string
	Method   models.AuthMethod
	// Secret is the client secret; empty keeps the one that is there.
	Secret string
	// NewKey makes a new key for private_key_jwt although there is one.
	NewKey     bool
	Scopes     []string
	RolesClaim string
	RoleMap    models.RoleMap
	// Silent says that the provider enforces a second factor without saying so in its
	// tokens; MFANote is why the clearinghouse may believe that.
	Silent  bool
	MFANote string
	ACR     []string
	AMR     []string
	Domains []string
}

// Bounds of what a draft holds.
const (
	maxScopes   = 20
	maxClasses  = 10 // of acr and amr each
	maxRoleRows = 40
	maxDomains  = 50
	maxDrafts   = 20 // of one agency
	NoteLimit   = 500
)

// defaults are what a new provider's form begins with: a second factor is demanded.
func defaults() Settings {
	return Settings{Method: models.AuthSecret, Scopes: []string{"openid", "email", "profile"}, AMR: []string{"mfa"}}
}

// check answers the settings as they are kept; what breaks a rule is Invalid, by
// field. may are the roles that the agency's people can have, approved its domains.
func (in Settings) check(may []auth.Role, approved []string) (Settings, error) {
	wrong := map[string]string{}
	note := func(field, message string) {
		if message != "" && wrong[field] == "" {
			wrong[field] = message
		}
	}
	line := func(field, text string, least, most int) string {
		out, err := account.Line(field, text, least, most)
		note(field, models.FieldsOf(err)[field])
		return out
	}
	out := in
	var w string
	out.URL, w = cleanURL(in.URL)
	note("url", w)
	out.Name = line("name", in.Name, 0, 80)
	out.ClientID = line("client_id", in.ClientID, 1, 255)
	if !slices.Contains([]models.AuthMethod{models.AuthNone, models.AuthSecret, models.AuthPrivateKey}, in.Method) {
		note("method", "Choose how Reeve proves itself to the provider.")
	}
	if len(in.Secret) > 1000 || strings.ContainsFunc(in.Secret, unicode.IsControl) {
		note("secret", "A client secret is one line of at most 1,000 characters.")
	}
	out.Scopes, w = tokens(in.Scopes, maxScopes)
	note("scopes", w)
	if !slices.Contains(out.Scopes, "openid") {
		out.Scopes = append([]string{"openid"}, out.Scopes...)
	}
	out.ACR, w = tokens(in.ACR, maxClasses)
	note("acr", w)
	out.AMR, w = tokens(in.AMR, maxClasses)
	note("amr", w)
	if in.Silent {
		out.ACR, out.AMR = nil, nil
		out.MFANote = strings.TrimSpace(in.MFANote)
		switch n := len([]rune(out.MFANote)); {
		case n == 0:
			note("mfa_note", "Say how the provider enforces a second factor for everybody, so that the clearinghouse can accept it.")
		case n > NoteLimit:
			note("mfa_note", fmt.Sprintf("At most %d characters.", NoteLimit))
		}
	} else {
		out.MFANote = ""
		if len(out.ACR)+len(out.AMR) == 0 {
			note("amr", "Name at least one value by which the provider says that a second factor was given; most send mfa in amr. If it says nothing, choose that below.")
		}
	}
	out.RolesClaim = line("roles_claim", in.RolesClaim, 0, 200)
	out.RoleMap, w = checkRoles(in.RoleMap, may)
	note("role_map", w)
	switch {
	case out.RolesClaim != "" && len(out.RoleMap) == 0:
		note("role_map", "Say which role each value stands for, or leave the claim empty: then roles are given here.")
	case out.RolesClaim == "" && len(out.RoleMap) > 0:
		note("roles_claim", "Name the claim whose values are listed below.")
	}
	out.Domains, w = checkDomains(in.Domains, approved)
	note("domains", w)
	if len(wrong) > 0 {
		return out, &models.Error{Kind: models.Invalid, Message: "Something needs correcting.", Fields: wrong}
	}
	return out, nil
}

// tokens reads a list of words as OAuth allows them in a scope (RFC 6749 3.3),
// which acr values must be too, since they travel in a list parted by spaces.
func tokens(list []string, most int) (out []string, wrong string) {
	for _, t := range list {
		if t = strings.TrimSpace(t); t == "" || slices.Contains(out, t) {
			continue
		}
		if len(t) > 200 || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
			return out, "Each value is one word of at most 200 plain characters."
		}
		out = append(out, t)
	}
	if len(out) > most {
		return out, fmt.Sprintf("At most %d values.", most)
	}
	return out, ""
}

// checkRoles reads the table of claim values; each value stands for roles of the
// agency's own kind, in the matrix's order.
func checkRoles(m models.RoleMap, may []auth.Role) (models.RoleMap, string) {
	out := models.RoleMap{}
	for value, roles := range m {
		value = strings.TrimSpace(value)
		if value == "" && len(roles) == 0 {
			continue
		}
		switch {
		case value == "":
			return out, "Fill in the value that stands for the roles you chose."
		case len([]rune(value)) > 200 || strings.ContainsFunc(value, unicode.IsControl):
			return out, "Each value is one line of at most 200 characters."
		case len(roles) == 0:
			return out, fmt.Sprintf("Choose what the value %q stands for, or empty its line.", value)
		}
		var list []string
		for _, r := range may {
			if slices.Contains(roles, string(r)) {
				list = append(list, string(r))
			}
		}
		if len(list) != len(slices.Compact(slices.Sorted(slices.Values(roles)))) {
			return out, fmt.Sprintf("The value %q stands for a role that this agency's people cannot have.", value)
		}
		out[value] = list
	}
	if len(out) > maxRoleRows {
		return out, fmt.Sprintf("At most %d values.", maxRoleRows)
	}
	return out, ""
}

func checkDomains(list, approved []string) (out []string, wrong string) {
	for _, d := range list {
		d = strings.ToLower(strings.TrimSpace(d))
		if d == "" || slices.Contains(out, d) {
			continue
		}
		if !slices.Contains(approved, d) {
			return out, "One of these domains is not approved for this agency. Ask for it on the sign-in page."
		}
		out = append(out, d)
	}
	slices.Sort(out)
	return out, ""
}

// settingsOf answers a draft or a live provider as its form shows it. Secrets are
// not among it.
func settingsOf(i models.Issuer, domains []string) Settings {
	return Settings{URL: i.URL, Name: i.Name, ClientID: i.ClientID, Method: i.AuthMethod, Scopes: i.Scopes, RolesClaim: i.RolesClaim, RoleMap: i.RoleMap,
		ACR: i.RequiredACR, AMR: i.RequiredAMR, Silent: !i.AsksForMFA() && i.MFAAttestedBy != "", Domains: domains}
}

// rolesOf are the roles that an agency's people can have.
func rolesOf(a models.Agency) []auth.Role {
	if a.Kind == models.KindClearinghouse {
		return auth.ClearinghouseRoles()
	}
	return auth.AgencyRoles()
}
