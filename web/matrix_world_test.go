package web_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

// column is one role of the walk.
type column struct {
	short string
	roles []auth.Role // one, or none for nobody
	email string      // a person's; empty for machines and nobody
}

// nobodyAt reports whether the column is nobody at the route's door: a machine knows
// no pages, a person no machine's door.
func (c column) nobodyAt(r web.Route) bool {
	switch {
	case strings.HasPrefix(r.Path, "/ispws/"):
		return c.short != "esp"
	case strings.HasPrefix(r.Path, "/scim/"):
		return c.short != "dir"
	}
	return c.email == ""
}

// world is a whole site with a tree of agencies, a person for each role, and things
// of each agency, made as they are asked for.
type world struct {
	t        *testing.T
	site     *webtest.Site
	columns  []column
	agencies map[object]models.Agency
	browsers map[string]*webtest.Browser
	token    string // of the directory of the own agency
	memo     map[string]string
	provider models.Provider
	outcomes *outcome.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, memo: map[string]string{}, browsers: map[string]*webtest.Browser{}, columns: []column{
		{short: "nobody"},
		{"inv", []auth.Role{auth.Investigator}, "dana@bay.example"}, {"sup", []auth.Role{auth.Supervisor}, "noor@bay.example"},
		{"adm", []auth.Role{auth.AgencyAdmin}, "ines@bay.example"}, {"rdr", []auth.Role{auth.ReadOnly}, "reed@bay.example"},
		{"ana", []auth.Role{auth.Analyst}, "avery@clearinghouse.example"}, {"dsk", []auth.Role{auth.DeskSupervisor}, "sam@clearinghouse.example"},
		{"cla", []auth.Role{auth.ClearinghouseAdmin}, "pat@clearinghouse.example"}, {"aud", []auth.Role{auth.Auditor}, "ash@clearinghouse.example"},
		{short: "esp", roles: []auth.Role{auth.ProviderMachine}}, {short: "dir", roles: []auth.Role{auth.Directory}},
	}}
	// Everybody signs in within moments, which nobody does in life.
	w.site = webtest.Start(t, webtest.Options{Demo: true, Whole: true, Config: func(c *web.Config) { c.LoginsPerMinute = 10_000 }})
	above := subAgency(t, w.site, "region", "")
	w.agencies = map[object]models.Agency{own: w.site.Agencies["bay"], parent: above, child: w.site.Agencies["paloalto"], other: w.site.Agencies["boroughs"]}
	w.site.DB.Setup(t, func(tx *store.Tx) error {
		now := w.site.DB.Clock.Now()
		// An admin who is nothing else; and for machines and the tree what they stand on.
		pat := models.User{ID: store.NewID(), AgencyID: w.site.Agencies["clearinghouse"].ID, IssuerID: w.site.Issuers["clearinghouse"].ID, Email: "pat@clearinghouse.example", Name: "Pat Example",
			Roles: models.TextList{string(auth.ClearinghouseAdmin)}, State: models.UserInvited, CreatedAt: now, ApprovedAt: &now, ApprovedByName: "the test's seed"}
		if err := tx.Create(&pat).Error; err != nil {
			return err
		}
		if err := tx.Exec("update agencies set parent_id = ? where id = ?", above.ID, w.agencies[own].ID).Error; err != nil {
			return err
		}
		for _, c := range w.columns {
			if c.email != "" {
				if err := tx.Exec("update users set roles = array[?] where email = ?", string(c.roles[0]), c.email).Error; err != nil {
					return err
				}
			}
		}
		return nil
	})
	w.provider = w.site.DB.Provider(t, "Matrix")
	w.outcomes = outcome.New(w.site.DB.Web, names.New(w.site.DB.Web))
	secret, _, err := provisioning.New(w.site.DB.Web).Make(t.Context(), w.site.Actor(t, "ines@bay.example"), provisioning.NewToken{Name: "matrix", Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	w.token = secret
	for _, c := range w.columns {
		if c.email != "" {
			w.browsers[c.short] = w.site.SignIn(t, c.email).Stay()
		} else {
			w.browsers[c.short] = w.site.Browser(t).Stay()
		}
	}
	return w
}

// routes is THE table by area, in the order of the table within each.
func (w *world) routes() []web.Route {
	list := slices.Clone(w.site.Server.Routes())
	slices.SortStableFunc(list, func(a, b web.Route) int { return cmp.Compare(areaIndex(a), areaIndex(b)) })
	return list
}

// ask sends the request as the column does: a person with their session, a machine
// with its password or token.
func (w *world) ask(r web.Route, c column, path string, form url.Values) *webtest.Page {
	b := w.browsers[c.short]
	if leaves[r.Name] && c.email != "" {
		defer func() { w.browsers[c.short] = w.site.SignIn(w.t, c.email).Stay() }()
	}
	body, kind := form.Encode(), "application/x-www-form-urlencoded"
	switch {
	case r.Method == http.MethodGet:
		body = ""
	case strings.HasPrefix(r.Path, "/scim/"):
		body, kind = cmp.Or(form.Get("body"), "{}"), "application/scim+json"
	}
	req, err := http.NewRequestWithContext(w.t.Context(), r.Method, w.site.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Method != http.MethodGet {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Origin", w.site.URL)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	switch c.short {
	case "esp":
		req.SetBasicAuth(webtest.ProviderUser, webtest.Password)
	case "dir":
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	return b.Do(req)
}
