package scim

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"reeve/models/provisioning"
)

// resource is what is answered, by the names of RFC 7643.
type resource map[string]any

// etag is a person's version as HTTP has it. Weak: equal versions mean equal facts,
// not equal bytes.
func etag(version int) string { return fmt.Sprintf(`W/"%d"`, version) }

func (a *API) userURL(id string) string  { return a.base + "/Users/" + id }
func (a *API) groupURL(id string) string { return a.base + "/Groups/" + id }

func (a *API) user(p *provisioning.Person) resource {
	id := p.ID.String()
	name := resource{"formatted": cmp.Or(p.Formatted, strings.TrimSpace(p.GivenName+" "+p.FamilyName), p.DisplayName)}
	name.put("givenName", p.GivenName)
	name.put("familyName", p.FamilyName)
	groups, roles := []resource{}, []resource{}
	for _, r := range p.Roles {
		groups = append(groups, resource{"value": string(r), "$ref": a.groupURL(string(r)), "type": "direct"})
		roles = append(roles, resource{"value": string(r)})
	}
	out := resource{"schemas": []string{schemaUser}, "id": id, "userName": p.UserName, "name": name, "displayName": p.DisplayName, "active": p.Active,
		"emails": []resource{{"value": p.Email, "type": "work", "primary": true}}, "groups": groups, "roles": roles,
		"meta": resource{"resourceType": "User", "created": moment(p.Created), "lastModified": moment(p.Changed), "version": etag(p.Version), "location": a.userURL(id)}}
	out.put("externalId", p.ExternalID)
	out.put("title", p.Title)
	return out
}

func (a *API) group(g *provisioning.Group, members bool) resource {
	id := string(g.Role)
	out := resource{"schemas": []string{schemaGroup}, "id": id, "displayName": g.DisplayName,
		"meta": resource{"resourceType": "Group", "location": a.groupURL(id)}}
	out.put("externalId", g.ExternalID)
	if members {
		list := []resource{}
		for _, m := range g.Members {
			list = append(list, resource{"value": m.ID.String(), "display": m.Name, "type": "User", "$ref": a.userURL(m.ID.String())})
		}
		out["members"] = list
	}
	return out
}

// put sets a text; an attribute without a value is left out (RFC 7643 2.5).
func (r resource) put(name, value string) {
	if value != "" {
		r[name] = value
	}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

const schemaList = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

// listOf is a page of resources (RFC 7644 3.4.2).
func listOf(total, start int, items []resource) resource {
	if items == nil {
		items = []resource{}
	}
	return resource{"schemas": []string{schemaList}, "totalResults": total, "startIndex": start, "itemsPerPage": len(items), "Resources": items}
}
