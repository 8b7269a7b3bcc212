package web_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/deconflict"
	"reeve/models/known"
	"reeve/models/names"
	"reeve/models/pools"
	"reeve/models/triage"
	"reeve/web"
	"reeve/web/webtest"
)

var update = flag.Bool("update", false, "write golden files anew")

// The table of who may reach what is a file that reviewers read: a change to it
// is a visible difference.
func TestTheTableOfRoutesIsTheGoldenOne(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Deps: withEverything})
	var b strings.Builder
	for _, r := range site.Server.Routes() {
		fmt.Fprintf(&b, "%-6s %-28s %-24s %s", r.Method, r.Path, r.Name, r.Needs)
		if r.Stream {
			b.WriteString(" (streams)")
		}
		if r.Fresh {
			b.WriteString(" (asks for a fresh sign-in)")
		}
		b.WriteByte('\n')
	}
	const file = "testdata/routes.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the table of routes changed; if that is meant, run go test ./web -run Golden -update\ngot:\n%s\nwant:\n%s", &b, want)
	}
}

func TestEveryRouteHasANameAndAKnownPermission(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Deps: withEverything})
	known, names := map[auth.Permission]bool{}, map[string]bool{}
	for _, p := range auth.Permissions() {
		known[p] = true
	}
	for _, r := range site.Server.Routes() {
		if !known[r.Needs] {
			t.Errorf("%s %s needs %q, which is no permission", r.Method, r.Path, r.Needs)
		}
		if names[r.Name] {
			t.Errorf("two routes are named %s", r.Name)
		}
		names[r.Name] = true
	}
}

// everyRole are seeded people who together hold every role that a person can.
var everyRole = []string{"dana@bay.example", "noor@bay.example", "reed@bay.example", "ines@bay.example", "avery@clearinghouse.example", "sam@clearinghouse.example", "ash@clearinghouse.example"}

// Every route × nobody and each role: the permission on the route's line decides,
// and whoever has no session is sent to sign in.
func TestWhoMayReachWhat(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	people := map[string]*webtest.Browser{"": site.Browser(t).Stay()}
	for _, email := range everyRole {
		people[email] = site.SignIn(t, email).Stay()
	}
	for _, r := range site.Server.Routes() {
		if r.Name == "account.end-sessions" || r.Name == "session.end" || strings.HasPrefix(r.Path, "/ispws") || strings.HasPrefix(r.Path, "/scim/") {
			continue // would sign the browser out, or knows no cookies; tested on its own
		}
		for email, b := range people {
			path := concrete(r.Path)
			var got *webtest.Page
			if r.Method == http.MethodGet {
				got = b.Get(path)
			} else {
				got = b.PostForm(path, url.Values{})
			}
			what := fmt.Sprintf("%s %s as %q: %d", r.Method, path, email, got.Status)
			switch {
			case email == "" && r.Needs != auth.Public:
				if got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/login") {
					t.Errorf("%s, want to be sent to sign in", what)
				}
			case email != "" && !site.Actor(t, email).Can(r.Needs):
				if got.Status != http.StatusForbidden {
					t.Errorf("%s, want 403", what)
				}
			default:
				if got.Status == http.StatusForbidden || got.Status == http.StatusUnauthorized || got.Status >= 500 {
					t.Errorf("%s, want to be let in", what)
				}
			}
		}
	}
}

// concrete fills a pattern with values that exist nowhere.
func concrete(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, p := range parts {
		switch {
		case p == "*":
			parts[i] = "nothing.css"
		case p == ":number":
			parts[i] = "999999999999"
		case strings.HasPrefix(p, ":"):
			parts[i] = "0190aaaa-0000-7000-8000-000000000000"
		}
	}
	return strings.Join(parts, "/")
}

func TestARouteWithoutAPermissionDoesNotServe(t *testing.T) {
	t.Parallel()
	if _, err := web.New(web.Config{}, web.Deps{}); err == nil {
		t.Error("a server without a base URL was made")
	}
}

// withEverything adds what the table can name, so that the golden file has it all.
func withEverything(d *web.Deps) {
	d.Provider = fakeProvider{}
	d.Names = names.New(d.Store)
	d.Pools = pools.New(d.Store)
	d.Known = known.New(d.Store)
	d.Triage, d.Deconflict, d.Audit = triage.New(d.Store, nil), deconflict.New(d.Store), audit.NewService(d.Store)
}
