package oidc_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// draft prepares settings for Bay Region's own provider.
func draft(t *testing.T, site *webtest.Site, edit func(*models.IssuerDraft)) uuid.UUID {
	t.Helper()
	i, now := site.Issuers["bay"], site.DB.Clock.Now()
	d := models.IssuerDraft{ID: store.NewID(), AgencyID: i.AgencyID, URL: i.URL, ClientID: i.ClientID, AuthMethod: models.AuthNone, Scopes: models.TextList{"openid", "email"},
		Domains: models.TextList{"bay.example"}, MadeBy: site.Users["ines@bay.example"].ID, MadeByName: "Ines Example", MadeAt: now, Version: 1}
	if edit != nil {
		edit(&d)
	}
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Create(&d).Error })
	return d.ID
}

// tried is a whole test sign-in.
func tried(t *testing.T, site *webtest.Site, id uuid.UUID, email string) models.SignInTest {
	t.Helper()
	a, answer := asked(t, site, site.SignInBy, oidc.Ask{Draft: id, Return: "/agency/sign-in"}, email)
	got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
	if err != nil || got.Test == nil || got.Draft != id || got.User.ID != uuid.Nil || got.Origin.IDToken != "" || got.Return != "/agency/sign-in" {
		t.Fatalf("%+v, %v", got, err)
	}
	return *got.Test
}

func TestATestOfSettingsSignsNobodyInAndSaysWhatWasFound(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	groups(t, site, "ines", "admins", "other")
	id := draft(t, site, func(d *models.IssuerDraft) {
		d.RequiredAMR, d.RolesClaim, d.RoleMap = models.TextList{"mfa"}, "realm.groups", models.RoleMap{"admins": {"agency-admin"}}
	})
	q := questions(t, site.SignInBy, oidc.Ask{Draft: id})
	if q.Get("prompt") != "login" || q.Get("max_age") != "0" || q.Get("scope") != "openid email" {
		t.Errorf("asked %v", q)
	}
	r := tried(t, site, id, "ines@bay.example")
	if !r.OK || len(r.Steps) < 12 || r.Subject != "ines-at-bay" || r.Email != "ines@bay.example" || r.Verified == nil || !*r.Verified || r.ACR != devidp.ACRMultiFactor ||
		strings.Join(r.AMR, " ") != "pwd otp mfa" || strings.Join(r.Roles, " ") != "agency-admin" || !slices.Contains(r.Claims, "realm") || slices.Contains(r.Claims, "admins") {
		t.Fatalf("%+v\n%s", r, said(r))
	}
	for _, s := range r.Steps {
		if s.Name == "" || s.Text == "" || !strings.HasSuffix(s.Text, ".") {
			t.Errorf("a step that says nothing: %+v", s)
		}
	}
	if u := userOf(t, site, "ines@bay.example"); u.Subject != nil || u.LastACR != "" || len(lines(t, site, "session.signed-in")) != 0 || len(lines(t, site, "session.refused")) != 0 {
		t.Errorf("a test did something: %+v", u)
	}
	if i := issuerOf(t, site, "bay"); i.LastSuccessAt != nil || i.LastFailureAt != nil {
		t.Error("a test was held for or against the live provider")
	}
}

func TestATestOfSettingsThatFailsSaysWhereAndIsNoErrorPage(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for name, c := range map[string]struct {
		edit       func(*models.IssuerDraft)
		fault      *devidp.Fault
		who        string
		step, says string
	}{
		"a provider that does not say when":          {fault: &devidp.NoAuthTime, step: "It asked you just now", says: "auth_time"},
		"one that remembers":                         {fault: &devidp.StaleAuthTime, step: "It asked you just now", says: "24 hours"},
		"no second factor":                           {edit: func(d *models.IssuerDraft) { d.RequiredAMR = models.TextList{"mfa"} }, fault: &devidp.NoSecondFactor, step: "It shows a second factor", says: "amr mfa was wanted"},
		"no second factor, none demanded":            {fault: &devidp.NoSecondFactor, says: "the clearinghouse must accept that"},
		"no address":                                 {fault: &devidp.NoEmail, step: "The e-mail address is your agency's", says: "Ask for the scope email"},
		"an address that is not verified":            {fault: &devidp.UnverifiedEmail, step: "The e-mail address is your agency's", says: "not verified"},
		"an address of another agency":               {fault: &devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["email"] = "kit@boroughs.example" }}, step: "The e-mail address is your agency's", says: "has not approved"},
		"another agency's domain claimed":            {edit: func(d *models.IssuerDraft) { d.Domains = models.TextList{"boroughs.example"} }, fault: &devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["email"] = "kit@boroughs.example" }}, step: "The e-mail address is your agency's", says: "has not approved"},
		"a domain that nobody has approved":          {edit: func(d *models.IssuerDraft) { d.Domains = models.TextList{"new.example"} }, fault: &devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["email"] = "ines@new.example" }}, step: "The e-mail address is your agency's", says: "has not approved"},
		"an approved domain that signs in elsewhere": {edit: func(d *models.IssuerDraft) { d.Domains = models.TextList{"new.example"} }, says: "go on signing in where they do now"},
		"no word on whether it is verified":          {fault: &devidp.Fault{Claims: func(c map[string]any, _ time.Time) { delete(c, "email_verified") }}, says: "taken for verified"},
		"no group":                                   {edit: func(d *models.IssuerDraft) { d.RolesClaim, d.RoleMap = "groups", models.RoleMap{"x": {"investigator"}} }, step: "Your roles are known", says: `no claim "groups"`},
		"a token that is not signed":                 {fault: &devidp.Unsigned, step: "What it told us is proven", says: "not signed"},
		"a token of another sign-in":                 {fault: &devidp.WrongNonce, step: "What it told us is proven", says: "nonce"},
		"an answer in another's name":                {fault: &devidp.Fault{AnswersAs: "https://login.other.example"}, step: "It sent you back", says: "does not name the provider"},
		"a provider that broke down meantime":        {fault: &devidp.Fault{Status: 503, Claims: func(map[string]any, time.Time) {}}, step: "The provider answers", says: "answered 503"},
	} {
		mend(t, site, "/bay")
		id := draft(t, site, c.edit)
		a, answer := asked(t, site, site.SignInBy, oidc.Ask{Draft: id}, "ines@bay.example")
		if c.fault != nil {
			spoil(t, site, "/bay", *c.fault)
			if c.fault.AnswersAs != "" {
				answer.Set("iss", c.fault.AnswersAs)
			}
		}
		got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
		if err != nil || got.Test == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r := *got.Test; r.OK != (c.step == "") || failedAt(r) != c.step || !strings.Contains(said(r), c.says) {
			t.Errorf("%s: failed at %q:\n%s", name, failedAt(r), said(r))
		}
	}
	mend(t, site, "/bay")
	if n := len(lines(t, site, "session.refused")); n != 0 {
		t.Errorf("%d tests were taken for sign-ins", n)
	}

	// One after the other: what is deleted can no longer be changed.
	id := draft(t, site, nil)
	for _, c := range []struct{ name, sql string }{{"changed", "update issuer_drafts set version = version + 1 where id = ?"}, {"deleted", "delete from issuer_drafts where id = ?"}} {
		a, answer := asked(t, site, site.SignInBy, oidc.Ask{Draft: id}, "ines@bay.example")
		set(t, site, c.sql, id)
		got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
		if err != nil || got.Test.OK || failedAt(*got.Test) != "The settings stayed as they were" {
			t.Errorf("%s meanwhile: %+v, %v", c.name, got.Test, err)
		}
	}
	if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Draft: id}); models.KindOf(err) != models.NotFound {
		t.Errorf("a draft that is not there: %v", err)
	}
	a, answer := asked(t, site, site.SignInBy, oidc.Ask{Draft: draft(t, site, nil)}, "ines@bay.example")
	q := url.Values{"state": answer["state"], "error": {"access_denied"}, "iss": answer["iss"]}
	if got, err := site.SignInBy.Finish(t.Context(), here, a, q); err != nil || failedAt(*got.Test) != "It sent you back" || !strings.Contains(said(*got.Test), "turned back") {
		t.Errorf("turned back: %+v, %v", got.Test, err)
	}
	if _, err := site.SignInBy.Finish(t.Context(), here, a, url.Values{"state": {"other"}}); reason(t, err) != oidc.Stale {
		t.Errorf("another state: %v", err)
	}

	// A test that cannot even begin says why.
	id = draft(t, site, func(d *models.IssuerDraft) { d.URL += "x" })
	_, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Draft: id, Return: "/agency/sign-in"})
	var refusal *oidc.Refusal
	if reason(t, err) != oidc.Unreachable || !asRefusal(err, &refusal) || refusal.Test == nil || refusal.Test.OK || !strings.Contains(said(*refusal.Test), "no description") || refusal.Return != "/agency/sign-in" {
		t.Errorf("%+v", err)
	}
}
