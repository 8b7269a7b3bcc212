package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/account"
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
