package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/account"
	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/web/webtest"
)

// rows is everything that a directory could change, to compare before and after.
func (d *scimClient) rows() string {
	d.t.Helper()
	var out string
	d.site.DB.Setup(d.t, func(tx *store.Tx) error {
		return tx.Raw(`select (select string_agg(u::text, ';' order by id) from users u) || coalesce((select string_agg(s::text, ';' order by user_id) from scim_users s), '')
			|| coalesce((select string_agg(g::text, ';' order by agency_id, role) from scim_groups g), '')`).Row().Scan(&out)
	})
	return out
}

// unchanged runs what must change nothing.
func (d *scimClient) unchanged(fn func()) {
	d.t.Helper()
	before := d.rows()
	fn()
	if d.rows() != before {
		d.t.Error("something was changed")
	}
}

func TestADirectorySeesNothingOfAnotherAgency(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	bay, boroughs := connect(t, site, "ines@bay.example"), connect(t, site, "kit@boroughs.example")
	dana, robin, lee := site.Users["dana@bay.example"].ID, site.Users["robin@paloalto.example"].ID, site.Users["lee@boroughs.example"].ID

	// Another agency's, one of an agency below (whose rows the policies would show), and
	// nobody's: the same answer to the byte.
	bay.do("GET", "/Users/"+dana.String(), "").must(200)
	none := bay.do("GET", "/Users/0190aaaa-0000-7000-8000-000000000000", "").refuses(404, "")
	bay.unchanged(func() {
		for _, id := range []uuid.UUID{robin, lee} {
			for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
				body := map[string]string{"PUT": `{"userName":"x@bay.example"}`, "PATCH": `{"Operations":[{"op":"replace","path":"active","value":false}]}`}[method]
				if a := bay.do(method, "/Users/"+id.String(), body); a.Status != 404 || a.Raw != none.Raw {
					t.Errorf("%s of a stranger: %d %s", method, a.Status, a.Raw)
				}
			}
			bay.do("PATCH", "/Groups/investigator", `{"Operations":[{"op":"add","path":"members","value":[{"value":"`+id.String()+`"}]}]}`).refuses(400, "invalidValue", "no person with the id")
			bay.do("PATCH", "/Groups/investigator", `{"Operations":[{"op":"remove","path":"members[value eq \"`+id.String()+`\"]"}]}`).must(204)
		}
	})
	for _, filter := range []string{`userName eq "lee@boroughs.example"`, `emails.value eq "robin@paloalto.example"`, `id eq "` + lee.String() + `"`, `displayName eq "Lee Example"`} {
		bay.do("GET", "/Users?filter="+filter, "").must(200).has("totalResults", 0)
	}
	bay.do("GET", "/Users", "").must(200).has("totalResults", 4)
	boroughs.do("GET", "/Users", "").must(200).has("totalResults", 2)

	// An address of another agency is refused alike whether somebody has it or not.
	bay.unchanged(func() {
		one := bay.do("POST", "/Users", `{"userName":"lee@boroughs.example"}`).refuses(400, "invalidValue")
		two := bay.do("POST", "/Users", `{"userName":"nobody@boroughs.example"}`).refuses(400, "invalidValue")
		if one.Raw != two.Raw {
			t.Errorf("%s\n%s", one.Raw, two.Raw)
		}
		bay.do("PATCH", "/Users/"+dana.String(), `{"Operations":[{"op":"replace","path":"userName","value":"lee@boroughs.example"}]}`).refuses(400, "invalidValue", "no addresses ending in @boroughs.example")
	})
	// An agency below has its own sign-in, and its people another directory.
	bay.do("POST", "/Users", `{"userName":"new@paloalto.example"}`).refuses(400, "invalidValue")
	// Each agency names its groups for itself.
	bay.do("PATCH", "/Groups/investigator", `{"Operations":[{"op":"replace","path":"displayName","value":"Ours"}]}`).must(204)
	boroughs.do("GET", "/Groups/investigator", "").must(200).has("displayName", "Reeve investigators")
}

func TestTheLastAdminStaysWhateverTheDirectorySays(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "kit@boroughs.example")
	site.SignIn(t, "kit@boroughs.example") // active
	kit := "/Users/" + site.Users["kit@boroughs.example"].ID.String()
	d.unchanged(func() {
		d.do("DELETE", kit, "").refuses(409, "", "last active admin")
		d.do("PATCH", kit, `{"Operations":[{"op":"replace","path":"active","value":false}]}`).refuses(409, "", "last active admin")
		d.do("PATCH", "/Groups/agency-admin", `{"Operations":[{"op":"remove","path":"members"}]}`).refuses(409, "", "last active admin")
		d.do("PUT", "/Groups/agency-admin", `{"members":[]}`).refuses(409, "", "last active admin")
		d.do("PUT", kit, `{"userName":"kit@boroughs.example","roles":[{"value":"read-only"}]}`).refuses(409, "", "last active admin")
	})
	if n := directoryLines(t, site, true); n != 5 {
		t.Errorf("%d refusals were audited, want 5", n)
	}
}

func TestADirectoryGivesRolesOfItsOwnKindOnly(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	dana := "/Users/" + site.Users["dana@bay.example"].ID.String()
	d.unchanged(func() {
		for _, role := range []string{"clearinghouse-admin", "analyst", "auditor", "system", "provider", "directory", "nothing", ""} {
			d.do("PATCH", dana, `{"Operations":[{"op":"add","path":"roles","value":[{"value":"`+role+`"}]}]}`).refuses(400, "invalidValue")
			d.do("POST", "/Users", `{"userName":"new@bay.example","roles":[{"value":"`+role+`"}]}`).refuses(400, "invalidValue")
			if role != "" {
				d.do("PATCH", "/Groups/"+role, `{"Operations":[{"op":"replace","path":"displayName","value":"x"}]}`).refuses(404, "")
			}
		}
	})
	d.do("PATCH", dana, `{"Operations":[{"op":"Add","path":"roles[primary eq \"True\"].value","value":"Supervisor"}]}`).must(200).has("roles.0.value", "supervisor", "roles.1", nil)
	d.do("PATCH", dana, `{"Operations":[{"op":"add","path":"roles","value":["investigator"]},{"op":"remove","path":"roles[value eq \"supervisor\"]"}]}`).must(200).has("roles.0.value", "investigator", "roles.1", nil)
	d.do("PATCH", dana, `{"Operations":[{"op":"remove","path":"roles"}]}`).must(200).has("roles", []any{}, "active", true)

	// Without a role a person is known and may do nothing.
	b := site.Browser(t)
	b.SignInAs("dana@bay.example", "")
	b.Get("/inbox").MustBe(http.StatusForbidden)

	// The clearinghouse's directory gives the clearinghouse's roles.
	house := connect(t, site, "sam@clearinghouse.example")
	house.do("GET", "/Groups", "").must(200).has("totalResults", 4, "Resources.0.id", "analyst", "Resources.3.id", "auditor")
	a := house.do("POST", "/Users", `{"userName":"pat@clearinghouse.example","displayName":"Pat","roles":[{"value":"analyst"}]}`).must(201)
	house.do("PATCH", "/Groups/auditor", `{"Operations":[{"op":"add","path":"members","value":{"value":"`+a.id()+`"}}]}`).must(204)
	house.do("GET", "/Users/"+a.id(), "").must(200).has("groups.0.value", "analyst", "groups.1.value", "auditor")
	house.do("PATCH", "/Groups/investigator", `{"Operations":[{"op":"replace","path":"members","value":[]}]}`).refuses(404, "")
	house.do("GET", "/Users/"+strings.TrimPrefix(dana, "/Users/"), "").refuses(404, "")
}

func TestAnAdminsSuspensionIsNotLiftedByTheDirectory(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	dana := site.Users["dana@bay.example"].ID
	by := func(deed func(tx *store.Tx, u *models.User) error) {
		t.Helper()
		site.DB.Clock.Advance(time.Minute)
		err := site.DB.Web.As(t.Context(), site.Actor(t, "ines@bay.example"), func(tx *store.Tx) error {
			u, err := account.Lock(tx, dana, 0)
			if err != nil {
				return err
			}
			return deed(tx, u)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	suspend := func(tx *store.Tx, u *models.User) error {
		_, err := account.DoSuspend(tx, u, "Under inquiry")
		return err
	}
	const off, on = `{"Operations":[{"op":"replace","path":"active","value":false}]}`, `{"Operations":[{"op":"replace","path":"active","value":true}]}`
	at := "/Users/" + dana.String()

	by(suspend)
	d.do("GET", at, "").must(200).has("active", false)
	d.unchanged(func() { d.do("PATCH", at, on).refuses(409, "", "by a person, not by the directory") })
	// Also when the directory had suspended before, and a person lifted that.
	by(account.DoReactivate)
	d.do("PATCH", at, off).must(200)
	by(account.DoReactivate)
	by(suspend)
	d.unchanged(func() { d.do("PATCH", at, on).refuses(409, "") })
	by(account.DoReactivate)
	d.do("PATCH", at, off).must(200)
	d.do("PATCH", at, on).must(200).has("active", true)
}

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
