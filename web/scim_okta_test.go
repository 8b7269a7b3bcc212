package web_test

import (
	"strings"
	"testing"

	"reeve/models/provisioning"
	"reeve/web/webtest"
)

// Okta's requests as its SCIM 2.0 reference gives them.
func TestOktaProvisionsAPersonFromFirstToLast(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	err := provisioning.New(site.DB.Web).SetApproval(t.Context(), site.Actor(t, "noor@bay.example"), true)
	if err != nil {
		t.Fatal(err)
	}
	d.do("GET", "/Users?startIndex=1&count=2", "").must(200).has("startIndex", 1, "itemsPerPage", 2, "totalResults", 4)
	d.do("GET", "/Groups?startIndex=1&count=100", "").must(200).has("totalResults", 4, "itemsPerPage", 4)
	d.do("GET", "/Users?filter=userName%20eq%20%22pat%40bay.example%22&startIndex=1&count=100", "").must(200).has("totalResults", 0, "Resources", []any{})

	a := d.do("POST", "/Users", `{`+userSchema+`, "userName": "pat@bay.example", "name": {"givenName": "Test", "familyName": "User"},
		"emails": [{"primary": true, "value": "pat@bay.example", "type": "work"}], "displayName": "Test User", "locale": "en-US",
		"externalId": "00ujl29u0le5T6Aj10h7", "groups": [], "password": "1mz050nq", "active": true}`).must(201)
	a.has("userName", "pat@bay.example", "displayName", "Test User", "externalId", "00ujl29u0le5T6Aj10h7", "active", true, "password", nil)
	if strings.Contains(a.Raw, "1mz050nq") {
		t.Error("a password came back")
	}
	id := a.id()
	d.do("POST", "/Users", `{`+userSchema+`, "userName": "pat@bay.example", "active": true}`).refuses(409, "uniqueness")
	d.do("GET", "/Users/"+id, "").must(200).has("name.givenName", "Test")

	// Okta reads, changes and puts the whole person back. It leaves externalId out.
	d.audited(1, func() {
		d.do("PUT", "/Users/"+id, `{`+userSchema+`, "id": "`+id+`", "userName": "pat@bay.example", "name": {"givenName": "Another", "middleName": "Excited", "familyName": "User"},
			"emails": [{"primary": true, "value": "pat@bay.example", "type": "work", "display": "pat@bay.example"}], "active": true, "groups": [], "meta": {"resourceType": "User"}}`).must(200).
			has("name.givenName", "Another", "name.formatted", "Another User", "externalId", "00ujl29u0le5T6Aj10h7", "displayName", "Test User")
	})

	// Groups: the name is sent again with every change of the members.
	noor := site.Users["noor@bay.example"].ID.String()
	d.do("PATCH", "/Groups/supervisor", `{`+patchSchema+`, "Operations": [{"op": "replace", "value": {"id": "supervisor", "displayName": "Test SCIMv2"}}]}`).must(204)
	d.do("GET", "/Groups/supervisor", "").must(200).has("displayName", "Test SCIMv2", "members.0.value", noor, "members.0.display", "Noor Example", "members.1", nil)
	d.audited(1, func() {
		d.do("PATCH", "/Groups/supervisor", `{`+patchSchema+`, "Operations": [{"op": "remove", "path": "members[value eq \"`+noor+`\"]"},
			{"op": "add", "path": "members", "value": [{"value": "`+id+`", "display": "pat@bay.example"}]}]}`).must(204)
	})
	d.do("GET", "/Groups/supervisor", "").must(200).has("members.0.value", id, "members.1", nil)
	d.do("PATCH", "/Groups/supervisor", `{`+patchSchema+`, "Operations": [{"op": "replace", "path": "members", "value": [
		{"value": "`+id+`", "display": "a"}, {"value": "`+noor+`", "display": "b"}]}]}`).must(204)
	if _, roles, _ := state(t, site, "noor@bay.example"); roles != "supervisor,agency-admin" {
		t.Errorf("noor's roles are %s", roles)
	}
	d.do("PUT", "/Groups/supervisor", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"supervisor","displayName":"Test SCIMv2","members":[{"value":"`+id+`"}]}`).must(200).
		has("members.0.value", id, "members.1", nil)
	d.do("POST", "/Groups", `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Test SCIMv2", "members": []}`).refuses(403, "")

	pat := site.SignIn(t, "pat@bay.example") // the directory approved
	pat.Get("/inbox").MustBe(200)
	d.audited(1, func() {
		d.do("PATCH", "/Users/"+id, `{`+patchSchema+`, "Operations": [{"op": "replace", "value": {"active": false}}]}`).must(200).has("active", false)
	})
	if p := pat.Get("/inbox"); p.URL.Path != "/login" {
		t.Fatalf("the session outlived the suspension: %s", p.URL)
	}
	// Integrations made with Okta's wizard say the same with a PUT.
	d.do("PUT", "/Users/"+id, `{`+userSchema+`, "userName": "pat@bay.example", "active": true}`).must(200).has("active", true)
	pat = site.SignIn(t, "pat@bay.example")
	d.do("PUT", "/Users/"+id, `{`+userSchema+`, "userName": "pat@bay.example", "active": false}`).must(200).has("active", false)
	if p := pat.Get("/inbox"); p.URL.Path != "/login" {
		t.Fatalf("the session outlived the suspension: %s", p.URL)
	}
}
