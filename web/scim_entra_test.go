package web_test

import (
	"fmt"
	"net/url"
	"testing"

	"reeve/web/webtest"
)

// Microsoft Entra ID's requests as its documentation gives them ("Develop and plan
// provisioning for a SCIM endpoint"), with an address of the agency, up to the end:
// the person's open session is dead at the next request.
func TestEntraProvisionsAPersonFromFirstToLast(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")

	// Test Connection: a person who does not exist.
	d.do("GET", `/Users?filter=userName eq "0fbd5d3c-8a0f-4b68-b6ef-0f9d2ea3a1b5"`, "").must(200).
		has("schemas.0", "urn:ietf:params:scim:api:messages:2.0:ListResponse", "totalResults", 0, "startIndex", 1, "itemsPerPage", 0, "Resources", []any{})
	d.do("GET", "/Schemas", "").must(200).has("totalResults", 2, "Resources.0.id", "urn:ietf:params:scim:schemas:core:2.0:User")

	var id string
	d.audited(1, func() {
		a := d.do("POST", "/Users", `{
			"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
			"externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
			"userName": "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee",
			"active": true,
			"emails": [{"primary": true, "type": "work", "value": "Pat@bay.example"}],
			"meta": {"resourceType": "User"},
			"name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
			"roles": []}`).must(201)
		a.has("userName", "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee", "externalId", "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "active", true,
			"emails.0.value", "pat@bay.example", "emails.0.type", "work", "emails.0.primary", true, "name.formatted", "givenName familyName",
			"name.givenName", "givenName", "name.familyName", "familyName", "meta.resourceType", "User", "groups", []any{}, "roles", []any{})
		id = a.id()
		if at := a.Header.Get("Location"); at != site.URL+"/scim/v2/Users/"+id || at != a.at("meta.location") {
			t.Errorf("Location is %q", at)
		}
		if tag := a.Header.Get("ETag"); tag == "" || tag != a.at("meta.version") {
			t.Errorf("ETag is %q, the version %v", tag, a.at("meta.version"))
		}
	})
	if s, roles, source := state(t, site, "pat@bay.example"); s != "invited" || roles != "" || source != "directory" {
		t.Errorf("the account is %s with %q from %s", s, roles, source)
	}
	for _, filter := range []string{`userName eq "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee"`, `userName eq "test_user_00AA00aa-bb11-cc22-dd33-44ee44ee44ee"`,
		`externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`, `emails[type eq "work"].value eq "pat@bay.example"`, `id eq "` + id + `" and active eq true`} {
		d.do("GET", "/Users?filter="+filter, "").must(200).has("totalResults", 1, "itemsPerPage", 1, "Resources.0.id", id)
	}
	d.do("GET", "/Users/"+id, "").must(200).has("id", id)
	d.do("GET", "/Users/5171a35d82074e068ce2", "").refuses(404, "")

	// Update: a multi-valued property and a single one; documented answers.
	d.audited(1, func() {
		d.do("PATCH", "/Users/"+id, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
			{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "updatedEmail@bay.example"},
			{"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"}]}`).must(200).
			has("emails.0.value", "updatedemail@bay.example", "name.formatted", "givenName updatedFamilyName", "displayName", "givenName updatedFamilyName")
	})
	d.do("PATCH", "/Users/"+id, `{`+patchSchema+`, "Operations": [{"op": "Replace", "path": "userName", "value": "5b50642d-79fc-4410-9e90-4c077cdd1a59@bay.example"}]}`).must(200).
		has("userName", "5b50642d-79fc-4410-9e90-4c077cdd1a59@bay.example", "emails.0.value", "updatedemail@bay.example")
	// What Entra sends besides: Add for attributes that were empty, attributes that are
	// not kept here, and a value that it has sent before.
	d.audited(1, func() {
		d.do("PATCH", "/Users/"+id, `{`+patchSchema+`, "Operations": [
			{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "pat@bay.example"}, {"op": "Add", "path": "title", "value": "Detective"},
			{"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+1 202 555 0199"},
			{"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Unit 4"},
			{"op": "Add", "path": "manager", "value": [{"$ref": "http://x.example/scim/Users/1", "value": "1"}]}]}`).must(200).
			has("title", "Detective", "emails.0.value", "pat@bay.example", "phoneNumbers", nil)
		d.do("PATCH", "/Users/"+id, `{`+patchSchema+`, "Operations": [{"op": "Add", "path": "title", "value": "Detective"}]}`).must(200)
	})

	// Groups: found by name without their members, never made anew.
	g := d.do("GET", "/Groups?excludedAttributes=members&filter="+url.QueryEscape(`displayName eq "Reeve investigators"`), "").must(200).
		has("totalResults", 1, "Resources.0.id", "investigator", "Resources.0.members", nil)
	d.do("POST", "/Groups", `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
		"externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": "displayName", "meta": {"resourceType": "Group"}}`).refuses(403, "", "none can be added")
	group := "/Groups/" + fmt.Sprint(g.at("Resources.0.id"))
	d.audited(1, func() {
		d.do("PATCH", group, `{`+patchSchema+`, "Operations": [{"op": "Replace", "path": "displayName", "value": "SG-Reeve-Investigators"}, {"op": "Add", "path": "externalId", "value": "60f1bb27-2e1e-402d-bcc4-ec999564a194"}]}`).must(204)
	})
	d.do("GET", group+"?excludedAttributes=members", "").must(200).has("displayName", "SG-Reeve-Investigators", "externalId", "60f1bb27-2e1e-402d-bcc4-ec999564a194", "members", nil)
	isMember := func(want int) {
		t.Helper()
		d.do("GET", "/Groups?attributes=id&filter="+url.QueryEscape(`id eq "investigator" and members eq "`+id+`"`), "").must(200).has("totalResults", want)
	}
	isMember(0)
	d.audited(1, func() {
		d.do("PATCH", group, `{`+patchSchema+`, "Operations": [{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "`+id+`"}]}]}`).must(204)
	})
	isMember(1)
	d.do("GET", "/Users/"+id, "").must(200).has("groups.0.value", "investigator", "roles.0.value", "investigator")
	d.audited(1, func() {
		d.do("PATCH", group, `{`+patchSchema+`, "Operations": [{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "`+id+`"}]}]}`).must(204)
	})
	isMember(0)
	d.do("PATCH", group, `{`+patchSchema+`, "Operations": [{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "`+id+`"}]}]}`).must(204)
	d.do("DELETE", group, "").refuses(403, "", "none can be deleted")

	// The person comes in once a commander has said yes.
	pat := site.Browser(t)
	if p := pat.SignInAs("pat@bay.example", "/inbox"); p.URL.Path == "/inbox" {
		t.Error("somebody came in whom no commander had approved")
	}
	approve(t, site, "noor@bay.example", "pat@bay.example")
	pat = site.SignIn(t, "pat@bay.example")
	pat.Get("/inbox").MustBe(200)

	// Disable: the documented request, and the form that Entra really sends.
	d.audited(1, func() {
		d.do("PATCH", "/Users/"+id, `{"Operations": [{"op": "Replace", "path": "active", "value": "False"}], `+patchSchema+`}`).must(200).has("active", false, "id", id)
	})
	if p := pat.Get("/inbox"); p.URL.Path != "/login" {
		t.Fatalf("the session outlived the suspension: %s", p.URL)
	}
	d.do("GET", `/Users?filter=userName eq "5b50642d-79fc-4410-9e90-4c077cdd1a59@bay.example"`, "").must(200).has("totalResults", 1, "Resources.0.active", false)
	d.audited(0, func() {
		d.do("PATCH", "/Users/"+id, `{"Operations": [{"op": "Replace", "path": "active", "value": false}], `+patchSchema+`}`).must(200).has("active", false)
	})
	if p := site.Browser(t).SignInAs("pat@bay.example", "/inbox"); p.URL.Path == "/inbox" {
		t.Error("somebody came in who is suspended")
	}
	d.do("PATCH", "/Users/"+id, `{"Operations": [{"op": "Replace", "path": "active", "value": true}], `+patchSchema+`}`).must(200).has("active", true)
	pat = site.SignIn(t, "pat@bay.example")
	pat.Get("/inbox").MustBe(200)

	// Delete.
	d.audited(1, func() { d.do("DELETE", "/Users/"+id, "").must(204) })
	if p := pat.Get("/inbox"); p.URL.Path != "/login" {
		t.Fatalf("the session outlived the removal: %s", p.URL)
	}
	d.do("GET", "/Users/"+id, "").refuses(404, "")
	d.do("DELETE", "/Users/"+id, "").refuses(404, "")
	if s, _, _ := state(t, site, "pat@bay.example"); s != "removed" {
		t.Errorf("the account is %s", s)
	}
	if p := site.Browser(t).SignInAs("pat@bay.example", "/inbox"); p.URL.Path == "/inbox" {
		t.Error("somebody came in who was removed")
	}
	if n := directoryLines(t, site, true); n == 0 {
		t.Error("no refusal was audited")
	}
}
