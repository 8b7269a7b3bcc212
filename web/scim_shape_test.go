package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestVersionsKeepTwoWritersApart(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	dana := "/Users/" + site.Users["dana@bay.example"].ID.String()
	tag := d.do("GET", dana, "").must(200).Header.Get("ETag")
	if a := d.do("GET", dana, "", "If-None-Match", tag); a.Status != http.StatusNotModified || a.Raw != "" {
		t.Errorf("not modified: %d %s", a.Status, a.Raw)
	}
	title := func(s string) string { return `{"Operations":[{"op":"replace","path":"title","value":"` + s + `"}]}` }
	next := d.do("PATCH", dana, title("One"), "If-Match", tag).must(200).Header.Get("ETag")
	if next == tag {
		t.Error("the version did not go up")
	}
	d.unchanged(func() {
		for _, old := range []string{tag, `W/"999"`, `"x"`, `nonsense`} {
			d.do("PATCH", dana, title("Two"), "If-Match", old).refuses(412, "", "changed since you read it")
			d.do("PUT", dana, `{"userName":"dana@bay.example","title":"Two"}`, "If-Match", old).refuses(412, "")
			d.do("DELETE", dana, "", "If-Match", old).refuses(412, "")
		}
	})
	d.do("PATCH", dana, title("Three"), "If-Match", "*").must(200).has("title", "Three")
	d.do("GET", dana, "", "If-None-Match", tag).must(200)
	d.do("DELETE", dana, "", "If-Match", d.do("GET", dana, "").Header.Get("ETag")).must(204)
}

func TestPagesOfPeopleAreWholeAndBounded(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	const more = 7
	for i := range more {
		d.do("POST", "/Users", fmt.Sprintf(`{"userName":"p%d@bay.example","displayName":"Person %d","externalId":"x-%d"}`, i, i, i)).must(201)
	}
	seen, last := map[string]bool{}, ""
	for start := 1; start <= 4+more; start += 3 {
		a := d.do("GET", fmt.Sprintf("/Users?startIndex=%d&count=3", start), "").must(200).has("totalResults", 4+more, "startIndex", start)
		for _, r := range a.JSON["Resources"].([]any) {
			id := r.(map[string]any)["id"].(string)
			if seen[id] || id <= last {
				t.Errorf("%s comes twice or out of order", id)
			}
			seen[id], last = true, id
		}
	}
	if len(seen) != 4+more {
		t.Errorf("%d people were seen", len(seen))
	}
	for query, want := range map[string][2]any{"count=0": {0, 4 + more}, "count=-5": {0, 4 + more}, "startIndex=0&count=2": {2, 4 + more}, "startIndex=-9&count=2": {2, 4 + more},
		"startIndex=100": {0, 4 + more}, "count=1000000": {4 + more, 4 + more}, "sortBy=userName&sortOrder=descending&count=1": {1, 4 + more}} {
		d.do("GET", "/Users?"+query, "").must(200).has("itemsPerPage", want[0], "totalResults", want[1])
	}
	for _, query := range []string{"count=x", "startIndex=1.5", "count=99999999999999999999"} {
		d.do("GET", "/Users?"+query, "").refuses(400, "invalidValue", "whole number")
	}
	d.do("GET", "/Groups?startIndex=2&count=2", "").must(200).has("totalResults", 4, "itemsPerPage", 2, "Resources.0.id", "supervisor")
	d.do("GET", "/Groups?startIndex=9", "").must(200).has("totalResults", 4, "itemsPerPage", 0)

	// Removed people are in no list.
	a := d.do("GET", `/Users?filter=externalId eq "x-3"`, "").must(200).has("totalResults", 1)
	d.do("DELETE", "/Users/"+fmt.Sprint(a.at("Resources.0.id")), "").must(204)
	d.do("GET", "/Users?count=0", "").must(200).has("totalResults", 3+more)
}

func TestWhatIsAskedForIsAnsweredAndNoMore(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	dana := "/Users/" + site.Users["dana@bay.example"].ID.String()
	a := d.do("GET", dana+"?attributes=userName,emails.value,urn:ietf:params:scim:schemas:core:2.0:User:name.formatted,nothing", "").must(200).
		has("userName", "dana@bay.example", "emails.0.value", "dana@bay.example", "emails.0.type", nil, "name.formatted", "Dana Example", "meta", nil, "active", nil)
	if len(a.JSON) != 5 {
		t.Errorf("too much: %s", a.Raw)
	}
	d.do("GET", dana+"?excludedAttributes=emails,meta.location,id", "").must(200).has("emails", nil, "meta.location", nil, "meta.resourceType", "User", "userName", "dana@bay.example", "id", strings.TrimPrefix(dana, "/Users/"))
	d.do("GET", dana+"?attributes=id&excludedAttributes=emails", "").refuses(400, "invalidValue")
	d.do("GET", "/Users?attributes=active&count=1", "").must(200).has("Resources.0.active", true, "Resources.0.userName", nil)
	for _, path := range []string{"/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/Group", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"} {
		d.do("GET", path, "").must(200)
	}
	d.do("GET", "/ServiceProviderConfig", "").has("patch.supported", true, "bulk.supported", false, "filter.maxResults", provisioning.MostPerPage, "authenticationSchemes.0.type", "oauthbearertoken")
	d.do("GET", "/Schemas/urn:nothing", "").refuses(404, "")
	d.do("GET", "/Schemas?filter="+url.QueryEscape(`name eq "User"`), "").refuses(403, "")
}

func TestNamesComeBackAsTheDirectorySpellsThem(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	a := d.do("POST", "/Users", `{"USERNAME":"José.Núñez@Bay.Example","emails":[{"value":"home@mail.example","type":"home","primary":true},{"value":"jose@bay.example","type":"Work"}],
		"name":{"givenName":"José","familyName":"Núñez"},"nickName":"J","x509Certificates":[{"value":"…"}]}`).must(201)
	a.has("userName", "José.Núñez@Bay.Example", "displayName", "José Núñez", "emails.0.value", "jose@bay.example", "nickName", nil)
	at := "/Users/" + a.id()
	patch := func(ops string) *scimAnswer { return d.do("PATCH", at, `{"Operations":[`+ops+`]}`) }

	// Without a path, whole names as keys, and what is not kept is passed over.
	patch(`{"op":"replace","value":{"name.givenName":"Joe","title":"Sergeant","id":"other","groups":[{"value":"agency-admin"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"4"},"9x":1,"emails[type eq \"work\"].value":"joe@bay.example"}}`).
		must(200).has("name.givenName", "Joe", "name.formatted", "Joe Núñez", "displayName", "Joe Núñez", "title", "Sergeant", "emails.0.value", "joe@bay.example", "roles", []any{}, "id", a.id())
	patch(`{"op":"replace","path":"displayName","value":"Joe N."},{"op":"add","value":{"name":{"familyName":"Nuñez"}}}`).must(200).has("displayName", "Joe N.", "name.familyName", "Nuñez")
	patch(`{"op":"remove","path":"displayName"},{"op":"remove","path":"title"}`).must(200).has("displayName", "Joe Nuñez", "title", nil)
	patch(`{"op":"replace","path":"name","value":{"formatted":"Sgt. Joe Nuñez"}}`).must(200).has("displayName", "Sgt. Joe Nuñez", "name.givenName", "Joe")
	patch(`{"op":"remove","path":"emails[type eq \"other\"]"},{"op":"replace","path":"emails[type eq \"home\"].value","value":"x@mail.example"},{"op":"replace","path":"emails[type eq \"work\"].primary","value":true}`).must(200).has("emails.0.value", "joe@bay.example")

	// What a person corrected here stays until the directory speaks of names again.
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set name = 'Jo Nuñez' where id = ?", a.id()).Error
	})
	patch(`{"op":"replace","path":"externalId","value":"abc"}`).must(200).has("displayName", "Jo Nuñez", "externalId", "abc")

	// One name, one address, one identifier each.
	d.unchanged(func() {
		d.do("POST", "/Users", `{"userName":"JOSÉ.núñez@bay.example","emails":[{"value":"other@bay.example"}]}`).refuses(409, "uniqueness")
		d.do("POST", "/Users", `{"userName":"dana@bay.example"}`).refuses(409, "uniqueness")
		d.do("POST", "/Users", `{"userName":"dana@bay.example","emails":[{"value":"other@bay.example"}]}`).refuses(409, "uniqueness")
		d.do("POST", "/Users", `{"userName":"new","emails":[{"value":"dana@bay.example"}]}`).refuses(409, "uniqueness")
		d.do("POST", "/Users", `{"userName":"new@bay.example","externalId":"abc"}`).refuses(409, "uniqueness")
		patch(`{"op":"replace","path":"userName","value":"dana@bay.example"}`).refuses(409, "uniqueness")
		patch(`{"op":"replace","path":"emails","value":[{"value":"dana@bay.example"}]}`).refuses(409, "uniqueness")
		dana := "/Users/" + site.Users["dana@bay.example"].ID.String()
		d.do("PATCH", dana, `{"Operations":[{"op":"add","path":"externalId","value":"abc"}]}`).refuses(409, "uniqueness")
		d.do("PATCH", "/Groups/supervisor", `{"Operations":[{"op":"replace","path":"displayName","value":"reeve INVESTIGATORS"}]}`).refuses(409, "uniqueness")
	})
	// Whoever is gone stands in nobody's way, and comes back as if new.
	d.do("DELETE", at, "").must(204)
	d.do("POST", "/Users", `{"userName":"jose.n@bay.example","externalId":"abc"}`).must(201)
	b := d.do("POST", "/Users", `{"userName":"José.Núñez@Bay.Example","emails":[{"value":"joe@bay.example"}],"active":false}`).must(201).has("active", false, "roles", []any{}, "title", nil)
	d.do("PATCH", "/Users/"+b.id(), `{"Operations":[{"op":"replace","path":"active","value":"True"}]}`).must(200).has("active", true)
}

func TestADirectoryTakesOverAnAccountMadeByHand(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	dana := site.Users["dana@bay.example"].ID.String()
	// A directory that takes over an account made by hand calls it by another name.
	d.do("PATCH", "/Users/"+dana, `{"Operations":[{"op":"add","path":"externalId","value":"e-1"},{"op":"replace","path":"userName","value":"dexample"}]}`).must(200).
		has("userName", "dexample", "emails.0.value", "dana@bay.example", "displayName", "Dana Example")
	site.SignIn(t, "dana@bay.example").Get("/inbox").MustBe(200)
}
