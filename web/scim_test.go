package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/models/account"
	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/web/webtest"
)

// scimClient is an agency's directory as a SCIM client.
type scimClient struct {
	t     testing.TB
	site  *webtest.Site
	token string
}

// connect makes a token of the person's agency, as the tokens page does.
func connect(t testing.TB, site *webtest.Site, admin string) *scimClient {
	t.Helper()
	token, _, err := provisioning.New(site.DB.Web).Make(t.Context(), site.Actor(t, admin), provisioning.NewToken{Name: "Entra ID", Days: provisioning.TermDefault})
	if err != nil {
		t.Fatal(err)
	}
	return &scimClient{t: t, site: site, token: token}
}

// scimAnswer is an answer to a directory.
type scimAnswer struct {
	t      testing.TB
	what   string
	Status int
	Header http.Header
	Raw    string
	JSON   map[string]any
}

func (d *scimClient) do(method, path, body string, headers ...string) *scimAnswer {
	d.t.Helper()
	if at, query, ok := strings.Cut(path, "?filter="); ok && strings.Contains(query, " ") {
		path = at + "?filter=" + url.QueryEscape(query)
	}
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.site.URL+"/scim/v2"+path, r)
	if err != nil {
		d.t.Fatal(err)
	}
	if d.token != "" {
		req.Header.Set("Authorization", "Bearer "+d.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	a := &scimAnswer{t: d.t, what: method + " " + path, Status: res.StatusCode, Header: res.Header, Raw: string(b)}
	if len(b) > 0 {
		if got := res.Header.Get("Content-Type"); got != "application/scim+json" {
			d.t.Errorf("%s: Content-Type %q", a.what, got)
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		if err := dec.Decode(&a.JSON); err != nil {
			d.t.Fatalf("%s: %v: %s", a.what, err, b)
		}
	}
	return a
}

// must ends the test unless the answer has the status.
func (a *scimAnswer) must(status int) *scimAnswer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d: %.600s", a.what, a.Status, status, a.Raw)
	}
	return a
}

// has compares values at dotted paths: "emails.0.value", "pat@bay.example".
func (a *scimAnswer) has(pairs ...any) *scimAnswer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got, want := a.at(pairs[i].(string)), pairs[i+1]; fmt.Sprint(got) != fmt.Sprint(want) {
			a.t.Errorf("%s: %s is %v, want %v: %.600s", a.what, pairs[i], got, want, a.Raw)
		}
	}
	return a
}

func (a *scimAnswer) at(path string) any {
	var v any = a.JSON
	for _, part := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			n := 0
			if _, err := fmt.Sscan(part, &n); err != nil || n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
}

func (a *scimAnswer) id() string { return fmt.Sprint(a.at("id")) }

// refuses checks an error's form and what it says.
func (a *scimAnswer) refuses(status int, scimType string, words ...string) *scimAnswer {
	a.t.Helper()
	a.must(status).has("schemas.0", "urn:ietf:params:scim:api:messages:2.0:Error", "status", fmt.Sprint(status))
	if got := fmt.Sprint(a.JSON["scimType"]); scimType != "" && got != scimType || scimType == "" && a.JSON["scimType"] != nil {
		a.t.Errorf("%s: scimType %v, want %q: %s", a.what, a.JSON["scimType"], scimType, a.Raw)
	}
	for _, w := range words {
		if !strings.Contains(fmt.Sprint(a.JSON["detail"]), w) {
			a.t.Errorf("%s: does not say %q: %s", a.what, w, a.Raw)
		}
	}
	return a
}

// approve is a commander's yes, as the page of people gives it.
func approve(t testing.TB, site *webtest.Site, commander, email string) {
	t.Helper()
	err := site.DB.Web.As(t.Context(), site.Actor(t, commander), func(tx *store.Tx) error {
		var id uuid.UUID
		if err := tx.Raw("select id from users where email = ?", email).Row().Scan(&id); err != nil {
			return err
		}
		row, err := account.Lock(tx, id, 0)
		if err != nil {
			return err
		}
		return account.DoApprove(tx, row)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// directoryLines counts the audit lines that directories caused.
func directoryLines(t testing.TB, site *webtest.Site, refused bool) (n int) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where actor_name like 'Directory (%' and refused = ?", refused).Row().Scan(&n)
	})
	return n
}

func state(t testing.TB, site *webtest.Site, email string) (state, roles, source string) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select state, array_to_string(roles, ','), source from users where email = ?", email).Row().Scan(&state, &roles, &source)
	})
	return state, roles, source
}

const (
	userSchema  = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	patchSchema = `"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]`
)

// Each change is one line in the audit log, by the directory's name.
func (d *scimClient) audited(deeds int, fn func()) {
	d.t.Helper()
	before := directoryLines(d.t, d.site, false)
	fn()
	if got := directoryLines(d.t, d.site, false) - before; got != deeds {
		d.t.Errorf("%d audit lines, want %d", got, deeds)
	}
}

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
