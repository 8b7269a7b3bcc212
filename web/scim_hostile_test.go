package web_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestOnlyALiveTokenLetsADirectoryIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	d.do("GET", "/Users", "").must(200)
	unknown := provisioning.Prefix + base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	var none string
	for _, header := range []string{"", "Bearer", "Bearer ", "Basic " + base64.StdEncoding.EncodeToString([]byte("a:b")), "Bearer x", "Bearer " + d.token + "x", "Bearer " + d.token[:len(d.token)-1],
		"Bearer " + strings.ToUpper(d.token), d.token, "Bearer " + unknown, "Bearer \xff"} {
		who := &scimClient{t: t, site: site}
		a := who.do("GET", "/Users", "", "Authorization", header).must(401)
		if !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), `Bearer realm="Reeve SCIM"`) {
			t.Errorf("%q: WWW-Authenticate %q", header, a.Header.Get("WWW-Authenticate"))
		}
		if none == "" {
			none = a.Raw
		}
	}
	d.do("GET", "/Users", "", "Authorization", "bearer "+d.token).must(200)
	// A token in the address is in every log on the way: it is not read there.
	(&scimClient{t: t, site: site}).do("GET", "/Users?access_token="+d.token, "").must(401)

	stamped := func() (at *time.Time, ip string) {
		site.DB.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select last_used_at, last_used_ip from scim_tokens where name = 'Entra ID'").Row().Scan(&at, &ip)
		})
		return at, ip
	}
	first, ip := stamped()
	if first == nil || ip != "127.0.0.1" {
		t.Fatalf("used at %v from %q", first, ip)
	}
	site.DB.Clock.Advance(59 * time.Second)
	d.do("GET", "/Users", "").must(200)
	if at, _ := stamped(); !at.Equal(*first) {
		t.Error("the use was noted twice within a minute")
	}
	site.DB.Clock.Advance(time.Second)
	d.do("GET", "/Users", "").must(200)
	if at, _ := stamped(); !at.Equal(first.Add(time.Minute)) {
		t.Error("the use was not noted after a minute")
	}

	service, ines := provisioning.New(site.DB.Web), site.Actor(t, "ines@bay.example")
	short, made, err := service.Make(t.Context(), ines, provisioning.NewToken{Name: "Short", Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := &scimClient{t: t, site: site, token: short}
	s.do("GET", "/Users", "").must(200)
	site.DB.Clock.Advance(24 * time.Hour)
	s.do("GET", "/Users", "").refuses(401, "", "has expired or was revoked")
	if _, _, err := service.Revoke(t.Context(), ines, made.ID); err != nil {
		t.Fatal(err)
	}
	view, err := service.Tokens(t.Context(), ines, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := service.Revoke(t.Context(), ines, view.Live[0].ID); err != nil {
		t.Fatal(err)
	}
	d.do("GET", "/Users", "").refuses(401, "")

	// Of an agency that is closed, too.
	kit := connect(t, site, "kit@boroughs.example")
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set closed_at = ? where code = 'boroughs'", tx.Now).Error
	})
	kit.do("GET", "/Users", "").refuses(401, "")
	var kinds []string
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select distinct words from audit_events where action = 'directory.refused' and refused order by 1").Scan(&kinds).Error
	})
	if got := strings.Join(kinds, " "); !strings.Contains(got, "not known") || !strings.Contains(got, "expired") || !strings.Contains(got, "revoked") || !strings.Contains(got, "closed") {
		t.Errorf("the refusals' lines are %q", kinds)
	}
}

// Every route of directories × nobody and each role of people: no cookie counts
// there, and each answer is SCIM's. With a token each lets the directory in.
func TestAPersonsSessionIsNoDirectorysToken(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	people := map[string]*webtest.Browser{"nobody": site.Browser(t).Stay()}
	for _, email := range everyRole {
		people[email] = site.SignIn(t, email).Stay()
	}
	with, routes := connect(t, site, "sam@clearinghouse.example"), 0
	for _, r := range site.Server.Routes() {
		if !strings.HasPrefix(r.Path, "/scim/") {
			continue
		}
		routes++
		if r.Needs != auth.ProvisionUsers {
			t.Errorf("%s %s needs %s", r.Method, r.Path, r.Needs)
		}
		path := concrete(r.Path)
		for email, b := range people {
			req, err := http.NewRequestWithContext(t.Context(), r.Method, site.URL+path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			req.Header.Set("Content-Type", "application/scim+json")
			if p := b.Do(req); p.Status != http.StatusUnauthorized || !strings.Contains(p.Body, "urn:ietf:params:scim:api:messages:2.0:Error") {
				t.Errorf("%s %s as %s: %d %s", r.Method, path, email, p.Status, p.Body)
			}
		}
		body := ""
		if r.Method != http.MethodGet {
			body = "{}"
		}
		if a := with.do(r.Method, strings.TrimPrefix(path, "/scim/v2"), body); a.Status == http.StatusUnauthorized || a.Status >= 500 {
			t.Errorf("%s %s with a token: %d %s", r.Method, path, a.Status, a.Raw)
		}
	}
	if routes < 17 {
		t.Errorf("only %d routes were tried", routes)
	}
	// And a directory's token opens nothing else.
	d := connect(t, site, "ines@bay.example")
	for _, path := range []string{"/inbox", "/account", "/ispws/status"} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+path, nil)
		req.Header.Set("Authorization", "Bearer "+d.token)
		if p := site.Browser(t).Stay().Do(req); p.Status == http.StatusOK {
			t.Errorf("%s was opened by a token", path)
		}
	}
}

func TestGuessingTokensIsSlowedDownAndHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	d.do("GET", "/Users", "").must(200)
	guess := &scimClient{t: t, site: site}
	counts := map[int]int{}
	for i := range 300 {
		guess.token = provisioning.Prefix + base64.RawURLEncoding.EncodeToString(append(bytes.Repeat([]byte{9}, 31), byte(i)))
		a := guess.do("GET", "/Users", "")
		counts[a.Status]++
		if a.Status == http.StatusTooManyRequests && a.Header.Get("Retry-After") == "" {
			t.Error("not said when to come back")
		}
	}
	if counts[401] != 20 || counts[429] != 280 {
		t.Errorf("got %v, want 20 refused and the rest slowed down", counts)
	}
	d.do("GET", "/Users", "").must(200) // from the same address
	var n int
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = 'directory.refused'").Row().Scan(&n)
	})
	if n != 1 {
		t.Errorf("%d lines were written, want one a minute", n)
	}
	site.DB.Clock.Advance(time.Minute)
	guess.do("GET", "/Users", "").must(401)
}

func TestADirectoryThatAsksTooFastIsSlowedDown(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	d, other := connect(t, site, "ines@bay.example"), connect(t, site, "kit@boroughs.example")
	var slowed *scimAnswer
	for range 201 {
		slowed = d.do("GET", "/ServiceProviderConfig", "")
	}
	if slowed.refuses(429, "").Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", slowed.Header.Get("Retry-After"))
	}
	other.do("GET", "/ServiceProviderConfig", "").must(200)
	site.DB.Clock.Advance(time.Second)
	d.do("GET", "/ServiceProviderConfig", "").must(200)
}

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
