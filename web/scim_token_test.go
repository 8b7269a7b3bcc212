package web_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
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
