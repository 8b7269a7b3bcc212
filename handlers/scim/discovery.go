package scim

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models/provisioning"
)

const (
	schemaConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	schemaType   = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	schemaSchema = "urn:ietf:params:scim:schemas:core:2.0:Schema"
)

// Config says what of SCIM is spoken here (RFC 7643 5).
func (a *API) Config(c echo.Context) error {
	return write(c, http.StatusOK, resource{
		"schemas":        []string{schemaConfig},
		"patch":          resource{"supported": true},
		"bulk":           resource{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter":         resource{"supported": true, "maxResults": provisioning.MostPerPage},
		"changePassword": resource{"supported": false},
		"sort":           resource{"supported": false},
		"etag":           resource{"supported": true},
		"authenticationSchemes": []resource{{"type": "oauthbearertoken", "name": "Directory token", "primary": true,
			"description": "A token that an admin of the agency makes on the page Directory, sent as Authorization: Bearer.", "specUri": "https://www.rfc-editor.org/info/rfc6750"}},
		"meta": resource{"resourceType": "ServiceProviderConfig", "location": a.base + "/ServiceProviderConfig"},
	})
}

func (a *API) resourceTypes() []resource {
	one := func(name, schema, about string) resource {
		return resource{"schemas": []string{schemaType}, "id": name, "name": name, "endpoint": "/" + name + "s", "description": about, "schema": schema,
			"meta": resource{"resourceType": "ResourceType", "location": a.base + "/ResourceTypes/" + name}}
	}
	return []resource{one("User", schemaUser, "A person of the agency"), one("Group", schemaGroup, "A role that the agency's people can have")}
}

// ResourceTypes answers the kinds of resources, or the one that the address names.
func (a *API) ResourceTypes(c echo.Context) error { return discover(c, a.resourceTypes()) }

// Schemas answers the attributes that are kept, or the schema that the address names.
func (a *API) Schemas(c echo.Context) error { return discover(c, a.schemas()) }

// discover answers a list, or the one of it that the address names. A filter is
// refused, as RFC 7644 4 demands.
func discover(c echo.Context, all []resource) error {
	if c.QueryParam("filter") != "" {
		return &fault{status: http.StatusForbidden, detail: "These lists are short and take no filter."}
	}
	id := c.Param("id")
	if id == "" {
		return write(c, http.StatusOK, listOf(len(all), 1, all))
	}
	i := slices.IndexFunc(all, func(r resource) bool { return strings.EqualFold(r["id"].(string), id) })
	if i < 0 {
		return &fault{status: http.StatusNotFound, detail: meaning(http.StatusNotFound)}
	}
	return write(c, http.StatusOK, all[i])
}

// attribute describes one (RFC 7643 7) with the characteristics that most have.
func attribute(name, kind, about string, others resource) resource {
	r := resource{"name": name, "type": kind, "description": about, "multiValued": false, "required": false, "caseExact": false,
		"mutability": "readWrite", "returned": "default", "uniqueness": "none"}
	for k, v := range others {
		r[k] = v
	}
	return r
}

func complexOne(name, about string, others resource, subs ...resource) resource {
	r := attribute(name, "complex", about, others)
	delete(r, "caseExact")
	delete(r, "uniqueness")
	r["subAttributes"] = subs
	return r
}

func (a *API) schemas() []resource {
	many, fixed := resource{"multiValued": true}, resource{"mutability": "readOnly"}
	one := func(schema, name, about string, attributes ...resource) resource {
		return resource{"schemas": []string{schemaSchema}, "id": schema, "name": name, "description": about, "attributes": attributes,
			"meta": resource{"resourceType": "Schema", "location": a.base + "/Schemas/" + schema}}
	}
	return []resource{
		one(schemaUser, "User", "A person of the agency",
			attribute("userName", "string", "How the directory names the person; unique in the agency", resource{"required": true, "uniqueness": "server"}),
			attribute("externalId", "string", "The directory's own identifier of the person", resource{"caseExact": true}),
			complexOne("name", "The parts of the person's name", nil,
				attribute("formatted", "string", "The whole name", nil), attribute("givenName", "string", "Given name", nil), attribute("familyName", "string", "Family name", nil)),
			attribute("displayName", "string", "The name that colleagues read; without it, the parts of the name", nil),
			attribute("title", "string", "Rank or office", nil),
			attribute("active", "boolean", "false shuts the person out at once", resource{"caseExact": false}),
			complexOne("emails", "The work address, by which the person is known at the first sign-in; one is kept", many,
				attribute("value", "string", "The address", nil),
				attribute("type", "string", "work", resource{"canonicalValues": []string{"work"}}),
				attribute("primary", "boolean", "true", nil)),
			complexOne("roles", "The person's roles, by name; the same as groups", many, attribute("value", "string", "A role's name, which is also its group's id", nil)),
			complexOne("groups", "The groups that the person is in; changed at /Groups", resource{"multiValued": true, "mutability": "readOnly"},
				attribute("value", "string", "The group's id", fixed),
				attribute("$ref", "reference", "The group's address", resource{"mutability": "readOnly", "caseExact": true, "referenceTypes": []string{"Group"}}),
				attribute("type", "string", "direct", resource{"mutability": "readOnly", "canonicalValues": []string{"direct"}})),
		),
		one(schemaGroup, "Group", "A role that the agency's people can have",
			attribute("displayName", "string", "What the directory calls the group", resource{"required": true, "uniqueness": "server"}),
			attribute("externalId", "string", "The directory's own identifier of the group", resource{"caseExact": true}),
			complexOne("members", "The people who have the role", many,
				attribute("value", "string", "The person's id", resource{"mutability": "immutable", "caseExact": true}),
				attribute("$ref", "reference", "The person's address", resource{"mutability": "immutable", "caseExact": true, "referenceTypes": []string{"User"}}),
				attribute("type", "string", "User", resource{"mutability": "immutable", "canonicalValues": []string{"User"}}),
				attribute("display", "string", "The person's name", fixed)),
		),
	}
}
