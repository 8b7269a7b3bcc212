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
