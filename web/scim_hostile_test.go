package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/web/webtest"
)

// What breaks the protocol is refused in its own form, changes nothing and is never
// an error of ours.
func TestHostileBodiesAreRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	dana := "/Users/" + site.Users["dana@bay.example"].ID.String()
	many := func(n int) string {
		return `{"Operations":[` + strings.Repeat(`{"op":"replace","path":"title","value":"x"},`, n-1) + `{"op":"replace","path":"title","value":"y"}]}`
	}
	var members strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&members, `{"value":"0190aaaa-0000-7000-8000-%012d"},`, i)
	}
	type try struct {
		method, path, body string
		status             int
		scimType, says     string
	}
	list := []try{
		{"POST", "/Users", `{`, 400, "invalidSyntax", "no JSON"}, {"POST", "/Users", `[]`, 400, "invalidSyntax", "object"}, {"POST", "/Users", `"x"`, 400, "invalidSyntax", ""},
		{"POST", "/Users", `null`, 400, "invalidSyntax", ""}, {"POST", "/Users", `{} {}`, 400, "invalidSyntax", "follows"}, {"POST", "/Users", `{}`, 400, "invalidValue", "userName"},
		{"POST", "/Users", `{"userName":"a@bay.example","USERNAME":"b@bay.example"}`, 400, "invalidSyntax", "twice"},
		{"POST", "/Users", `{"userName":5}`, 400, "invalidValue", "userName is a text"}, {"POST", "/Users", `{"userName":null}`, 400, "invalidValue", ""}, {"POST", "/Users", `{"userName":""}`, 400, "invalidValue", ""},
		{"POST", "/Users", `{"userName":"x"}`, 400, "invalidValue", "work e-mail address"}, {"POST", "/Users", `{"userName":"x@nowhere.example"}`, 400, "invalidValue", "no sign-in"},
		{"POST", "/Users", `{"userName":"a@bay.example","active":"maybe"}`, 400, "invalidValue", "true or false"}, {"POST", "/Users", `{"userName":"a@bay.example","active":1}`, 400, "invalidValue", ""},
		{"POST", "/Users", `{"userName":"a@bay.example","name":"Ann"}`, 400, "invalidValue", "name is an object"}, {"POST", "/Users", `{"userName":"a@bay.example","name":{"givenName":["x"]}}`, 400, "invalidValue", "name.givenName"},
		{"POST", "/Users", `{"userName":"a@bay.example","emails":[5]}`, 400, "invalidValue", "emails"}, {"POST", "/Users", `{"userName":"a@bay.example","roles":[5]}`, 400, "invalidValue", "roles"},
		{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"userName":"a@bay.example"}`, 400, "invalidSyntax", "schemas"}, {"POST", "/Users", `{"schemas":"x","userName":"a@bay.example"}`, 400, "invalidSyntax", ""},
		// Names that would break out of a mail's header, a log's line or a spreadsheet's cell.
		{"POST", "/Users", `{"userName":"a@bay.example","displayName":"Ann\r\nBcc: all@bay.example"}`, 400, "invalidValue", "displayName"}, {"POST", "/Users", `{"userName":"a@bay.example\r\nBcc: x@y.example"}`, 400, "invalidValue", ""},
		{"POST", "/Users", `{"userName":"a@bay.example","emails":[{"value":"Ann <a@bay.example>"}]}`, 400, "invalidValue", "e-mail address"}, {"POST", "/Users", `{"userName":"a\u0000@bay.example"}`, 400, "invalidValue", ""},
		{"POST", "/Users", `{"userName":"a@bay.example","externalId":"\u0000"}`, 400, "invalidValue", "externalId"}, {"POST", "/Users", `{"userName":"a@bay.example","title":"\u202eevil"}`, 400, "invalidValue", "title"},
		{"POST", "/Users", `{"userName":"a@bay.example","displayName":"=cmd|'/c calc'!A1"}`, 400, "invalidValue", ""}, {"POST", "/Users", `{"userName":"a@bay.example","displayName":"` + strings.Repeat("ä", 121) + `"}`, 400, "invalidValue", "120"},
		{"POST", "/Users", `{"userName":"` + strings.Repeat("a", 300) + `@bay.example"}`, 400, "invalidValue", "254"}, {"POST", "/Users", `{"userName":"a@bay.example","roles":[{"value":"` + strings.Repeat("r", 100000) + `"}]}`, 400, "invalidValue", "64"},
		// Size and depth.
		{"POST", "/Users", `{"userName":"a@bay.example","note":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "", "bytes"}, {"POST", "/Users", strings.Repeat(`{"a":`, 100000), 400, "invalidSyntax", ""},
		{"POST", "/Users", `{"userName":"a@bay.example","x":` + strings.Repeat("[", 200000) + strings.Repeat("]", 200000) + `}`, 400, "invalidSyntax", ""},
		{"PATCH", dana, many(10000), 400, "invalidValue", "at most 1000 operations"}, {"PUT", "/Groups/investigator", `{"members":[` + strings.TrimSuffix(members.String(), ",") + `]}`, 400, "invalidValue", "at most 2000"},
		// Operations.
		{"PATCH", dana, `{}`, 400, "invalidSyntax", "Operations"}, {"PATCH", dana, `{"Operations":[]}`, 400, "invalidSyntax", ""}, {"PATCH", dana, `{"Operations":{"op":"add"}}`, 400, "invalidSyntax", ""},
		{"PATCH", dana, `{"Operations":[5]}`, 400, "invalidSyntax", "Operation 1"}, {"PATCH", dana, `{"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"move","path":"title","value":"x"}]}`, 400, "invalidSyntax", "Operation 2"},
		{"PATCH", dana, `{"Operations":[{"path":"title","value":"x"}]}`, 400, "invalidSyntax", "op is missing"}, {"PATCH", dana, `{"Operations":[{"op":"remove"}]}`, 400, "noTarget", ""}, {"PATCH", dana, `{"Operations":[{"op":"add","path":"title"}]}`, 400, "invalidValue", "value is missing"},
		{"PATCH", dana, `{"Operations":[{"op":"replace","value":"x"}]}`, 400, "invalidValue", "object"}, {"PATCH", dana, `{"Operations":[{"op":"replace","path":"title[","value":"x"}]}`, 400, "invalidPath", ""},
		{"PATCH", dana, `{"Operations":[{"op":"replace","path":"id","value":"x"}]}`, 400, "mutability", ""}, {"PATCH", dana, `{"Operations":[{"op":"add","path":"groups","value":[{"value":"agency-admin"}]}]}`, 400, "mutability", ""},
		{"PATCH", dana, `{"Operations":[{"op":"remove","path":"userName"}]}`, 400, "invalidValue", "userName"}, {"PATCH", dana, `{"Operations":[{"op":"replace","path":7,"value":"x"}]}`, 400, "invalidPath", ""},
		{"PATCH", dana, `{"schemas":["urn:x"],"Operations":[{"op":"remove","path":"title"}]}`, 400, "invalidSyntax", "schemas"},
		{"PATCH", "/Groups/investigator", `{"Operations":[{"op":"add","path":"members","value":[{"value":"x"}]}]}`, 400, "invalidValue", "no person"}, {"PATCH", "/Groups/investigator", `{"Operations":[{"op":"add","path":"members","value":[{"display":"x"}]}]}`, 400, "invalidValue", "value"},
		{"PATCH", "/Groups/investigator", `{"Operations":[{"op":"add","path":"members","value":[{"value":"` + dana[7:] + `","type":"Group"}]}]}`, 400, "invalidValue", "people"}, {"PATCH", "/Groups/investigator", `{"Operations":[{"op":"replace","path":"members[value eq \"x\"]","value":"y"}]}`, 400, "invalidPath", ""},
		{"PATCH", "/Groups/investigator", `{"Operations":[{"op":"remove","path":"displayName"}]}`, 400, "invalidValue", ""}, {"PATCH", "/Groups/investigator", `{"Operations":[{"op":"replace","path":"displayName","value":"a\nb"}]}`, 400, "invalidValue", ""},
		{"PATCH", "/Groups/%00", `{"Operations":[{"op":"remove","path":"members"}]}`, 404, "", ""}, {"PUT", "/Groups/Investigator", `{"members":[]}`, 404, "", ""},
		// Addresses and methods.
		{"GET", "/Users/%00", ``, 404, "", ""}, {"GET", "/Users/..%2f..%2fGroups", ``, 404, "", ""}, {"GET", "/", ``, 404, "", "nothing at this address"}, {"GET", "/Nothing", ``, 404, "", ""}, {"DELETE", "/Users", ``, 405, "", "Allow"},
		{"PUT", "/Schemas", `{}`, 405, "", ""}, {"POST", "/Bulk", `{}`, 404, "", ""}, {"TRACE", "/Users", ``, 405, "", ""}, {"GET", "/Me", ``, 404, "", ""},
	}
	d.unchanged(func() {
		for i, c := range list {
			if i%150 == 149 {
				site.DB.Clock.Advance(time.Minute)
			}
			a := d.do(c.method, c.path, c.body)
			if a.Status != c.status {
				t.Errorf("%s %s %.80s: status %d, want %d: %.300s", c.method, c.path, c.body, a.Status, c.status, a.Raw)
				continue
			}
			a.refuses(c.status, c.scimType, c.says)
			if len(a.Raw) > 1000 {
				t.Errorf("%s %s: an answer of %d bytes", c.method, c.path, len(a.Raw))
			}
		}
		for _, kind := range []string{"text/plain", "application/xml", "multipart/form-data", ";;"} {
			d.do("POST", "/Users", `{"userName":"a@bay.example"}`, "Content-Type", kind).refuses(415, "")
		}
	})
	d.do("PATCH", dana, many(1000)).must(200).has("title", "y")
	d.do("POST", "/Users", `{"userName":"名前@bay.example","displayName":"山田 太郎 👩🏽‍✈️","title":"\ud800"}`, "Content-Type", "application/json").must(201).has("displayName", "山田 太郎 👩🏽‍✈️")
}

func TestFilterBombsAreRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	for _, filter := range []string{
		`userName`, `userName eq`, `userName eq dana`, `userName eq "dana`, `userName co "d"`, `userName sw "d"`, `userName pr`, `userName ne "d"`, `not (userName eq "d")`, `(userName eq "d")`,
		`userName eq "a" or userName eq "b"`, `userName eq "a" and`, `and`, `userName eq "a" userName eq "b"`, `title eq "x"`, `name.givenName eq "x"`, `password eq "x"`, `meta.lastModified gt "2020"`,
		`urn:x:userName eq "a"`, `emails[type eq "home"].value eq "x"`, `emails[type eq "work"] eq "x"`, `emails[`, `emails[]`, `emails[type eq "work"`, `emails[emails[type eq "work"]]`, `active eq "maybe"`, `active eq null`, `userName eq true`, `userName eq null`,
		`userName eq "a\u0000"`, "userName eq \"\xff\"", `userName eq 'a'`, `members eq "x"`, strings.Repeat("(", 2000) + `id eq "x"`, `id eq "` + strings.Repeat("x", 3000) + `"`,
		strings.TrimSuffix(strings.Repeat(`id eq "x" and `, 11), " and "), `userName eq "a"; drop table users`, `%`, `"`, `.`, `:`, `$ref eq "x"`,
	} {
		d.do("GET", "/Users?filter="+url.QueryEscape(filter), "").refuses(400, "invalidFilter")
	}
	d.do("GET", "/Groups?filter="+url.QueryEscape(`userName eq "a"`), "").refuses(400, "invalidFilter")
	for filter, want := range map[string]int{
		`userName eq "DANA@bay.example"`: 1, `USERNAME EQ "dana@bay.example" AND Active Eq TRUE`: 1, `active eq false`: 0, `active eq "True"`: 4, `displayName eq "dana example"`: 1, `emails eq "dana@bay.example"`: 1,
		`emails[value eq "dana@bay.example"]`: 1, `emails[type eq "work" and value eq "dana@bay.example"]`: 1, `emails[primary eq true].value eq "dana@bay.example"`: 1, `urn:ietf:params:scim:schemas:core:2.0:User:userName eq "dana@bay.example"`: 1,
		`userName eq "dana@bay.example" and userName eq "noor@bay.example"`: 0, `id eq "x"`: 0, `userName eq "' or 1=1 --"`: 0, `externalId eq ""`: 0, `userName eq "%"`: 0, ``: 4,
	} {
		d.do("GET", "/Users?filter="+url.QueryEscape(filter), "").must(200).has("totalResults", want)
	}
}
