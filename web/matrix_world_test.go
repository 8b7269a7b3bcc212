package web_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

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

// once answers what make makes, made once for the key.
func (w *world) once(key string, make func() string) string {
	if v, ok := w.memo[key]; ok {
		return v
	}
	v := make()
	w.memo[key] = v
	return v
}

func (w *world) sql(text string, args ...any) {
	w.t.Helper()
	w.site.DB.Setup(w.t, func(tx *store.Tx) error { return tx.Exec(text, args...).Error })
}

// nowhere is an id that nothing has.
const nowhere = "0190aaaa-0000-7000-8000-000000000000"

// at is for what a thing is made: things are made anew for each route, and persons
// for each role too, so that what one does to them another does not meet.
type at struct {
	route  string
	column column
	object object
}

func (a at) key(kind string) string { return fmt.Sprint(kind, " ", a.route, " ", a.object) }

// report is a report that was sent to the object's agency.
func (w *world) report(a at) string {
	if a.object == none {
		return "999999999999"
	}
	return w.once(a.key("report"), func() string {
		rep := w.site.DB.Report(w.t, w.provider, fmt.Sprintf("matrix%d@mail.example", len(w.memo)), nil)
		w.site.DB.Refer(w.t, rep, w.agencies[a.object])
		return fmt.Sprint(rep.Number)
	})
}

// document is what a provider sent, of the report of the same route.
func (w *world) document(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("document"), func() string {
		id := store.NewID()
		w.sql("insert into report_documents (id, report_id, provider_id, kind, body, size, sha256, received_at) select ?, r.id, r.provider_id, 'report', 'sent', 4, decode(md5('sent'), 'hex'), now() from reports r where r.number = ?::bigint",
			id, w.report(a))
		return id.String()
	})
}

// domain is an e-mail domain that the object's agency asked for.
func (w *world) domain(a at) string {
	if a.object == none {
		return "none.example"
	}
	return w.once(a.key("domain "+a.column.short), func() string {
		name := fmt.Sprintf("m%d.example", len(w.memo))
		w.sql("insert into agency_domains (agency_id, domain, asked_at) values (?, ?, now())", w.agencies[a.object].ID, name)
		return name
	})
}

// outcome is an outcome that somebody of the object's agency recorded a moment ago.
func (w *world) outcome(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("outcome"), func() string {
		var number int64
		if _, err := fmt.Sscan(w.report(a), &number); err != nil {
			w.t.Fatal(err)
		}
		who := w.site.DB.Person(w.t, w.agencies[a.object], fmt.Sprintf("Recorder%d", len(w.memo)), auth.Investigator)
		done, err := w.outcomes.Record(w.t.Context(), who, number, outcome.Input{Code: "closed.arrest"})
		if err != nil {
			w.t.Fatal(err)
		}
		return done.OutcomeID.String()
	})
}

func (w *world) agency(a at) string {
	if a.object == none {
		return "no-such-agency"
	}
	return w.agencies[a.object].Code
}

// person is a colleague of the object's agency whom nothing else needs.
func (w *world) person(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("person "+a.column.short), func() string {
		return w.site.DB.Person(w.t, w.agencies[a.object], fmt.Sprintf("Target%d", len(w.memo)), auth.Investigator).UserID.String()
	})
}

// session is a further session: the walker's own, or of somebody of another agency.
func (w *world) session(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("session "+a.column.short), func() string {
		var user uuid.UUID
		if a.object != own || a.column.email == "" {
			user = uuid.MustParse(w.person(a))
		} else {
			w.site.DB.Setup(w.t, func(tx *store.Tx) error {
				return tx.Raw("select id from users where email = ?", a.column.email).Row().Scan(&user)
			})
		}
		id := store.NewID()
		w.sql("insert into sessions (created_at, expires_at, auth_at, user_id, id, token_hash, data) values (?, ?, ?, ?, ?, decode(md5(?), 'hex'), '')",
			time.Now(), time.Now().Add(time.Hour), time.Now(), user, id, id.String())
		return id.String()
	})
}

func (w *world) notice(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("notice"), func() string {
		id := store.NewID()
		w.sql("insert into deconfliction_notices (id, agency_id, prefix, mac, kind, value, report_id, number, noticed_at) select ?, ?, ?, decode(md5(?), 'hex'), 'email', 'a@mail.example', r.id, r.number, now() from reports r where r.number = ?::bigint",
			id, w.agencies[a.object].ID, len(w.memo), id.String(), w.report(a))
		return id.String()
	})
}

// issuer is a further identity provider of the object's agency.
func (w *world) issuer(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("issuer"), func() string {
		id := store.NewID()
		w.sql("insert into issuers (id, agency_id, url, client_id, enabled, created_at) values (?, ?, ?, 'reeve', true, now())", id, w.agencies[a.object].ID, "http://127.0.0.1:1/"+id.String())
		return id.String()
	})
}

// draft is sign-in settings in the making.
func (w *world) draft(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("draft "+a.column.short), func() string {
		id := store.NewID()
		w.sql("insert into issuer_drafts (id, agency_id, url, client_id, auth_method, scopes, made_by, made_by_name, made_at) values (?, ?, ?, 'reeve', 'none', '{openid}', ?, 'Somebody', now())",
			id, w.agencies[a.object].ID, "http://127.0.0.1:1/"+id.String(), store.NewID())
		return id.String()
	})
}

// directoryToken is a further token of the agency's directory.
func (w *world) directoryToken(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("token"), func() string {
		id := store.NewID()
		w.sql("insert into scim_tokens (id, agency_id, name, token_hash, hint, made_by_name, made_at, expires_at) values (?, ?, ?, decode(md5(?), 'hex'), 'abcd', 'Somebody', now(), now() + interval '1 day')",
			id, w.agencies[a.object].ID, "token "+id.String(), id.String())
		return id.String()
	})
}

// esp is a provider's account that nothing else needs.
func (w *world) esp(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("esp"), func() string {
		p := w.site.DB.Provider(w.t, fmt.Sprintf("Matrix %d", len(w.memo)))
		w.sql("insert into provider_credentials (id, provider_id, username, password_hash, created_at) values (?, ?, ?, 'x', now())", store.NewID(), p.ID, p.Code)
		return p.ID.String()
	})
}
