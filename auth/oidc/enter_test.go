package oidc_test

import (
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestWhoWasNotApprovedWaitsAfterTheFirstSignIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	set(t, site, "update users set approved_at = null where email = 'dana@bay.example'")
	for range 2 { // the second finds the account bound
		if r := refused(t, site, site.SignInBy, "dana@bay.example"); r != oidc.Waiting {
			t.Fatal(r)
		}
		u := userOf(t, site, "dana@bay.example")
		if u.State != models.UserWaiting || u.Subject == nil || *u.Subject != "dana-at-bay" || u.LastSignInAt != nil || u.StateAt == nil {
			t.Fatalf("the account is %+v", u)
		}
	}
	if l := lines(t, site, "session.bound"); len(l) != 1 || l[0].ActorName != "Dana Example" || l[0].Refused {
		t.Errorf("audit lines of the binding: %+v", l)
	}
	if l := lines(t, site, "session.refused"); len(l) != 2 || !l[0].Refused || *l[0].ActorID != site.Users["dana@bay.example"].ID {
		t.Errorf("audit lines of the refusals: %+v", l)
	}
	set(t, site, "update users set approved_at = now(), state = 'active' where email = 'dana@bay.example'")
	in(t, site, site.SignInBy, "dana@bay.example")
}

func TestASignInIsStamped(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	in(t, site, site.SignInBy, "dana@bay.example")
	u, now := userOf(t, site, "dana@bay.example"), site.DB.Clock.Now()
	if u.State != models.UserActive || !u.LastSignInAt.Equal(now) || !u.LastSeenAt.Equal(now) || u.LastACR != devidp.ACRMultiFactor || strings.Join(u.LastAMR, " ") != "pwd otp mfa" || u.Version != 2 {
		t.Errorf("%+v", u)
	}
	first := *issuerOf(t, site, "bay").LastSuccessAt
	site.DB.Clock.Advance(30 * time.Second)
	in(t, site, site.SignInBy, "dana@bay.example")
	if at := *issuerOf(t, site, "bay").LastSuccessAt; !at.Equal(first) {
		t.Errorf("stamped twice within a minute: %v, %v", first, at)
	}
	site.DB.Clock.Advance(time.Minute)
	in(t, site, site.SignInBy, "dana@bay.example")
	if at := *issuerOf(t, site, "bay").LastSuccessAt; !at.After(first) {
		t.Error("not stamped a minute later")
	}
	if u := userOf(t, site, "dana@bay.example"); u.Version != 2 {
		t.Errorf("a sign-in that changed nothing made version %d", u.Version)
	}
}

// An agency that moved to another provider has accounts that are active and bound to
// nobody. They are bound anew by the address, with the same care as at first.
func TestAccountsAreBoundAnewWhenTheirAgencyMovesToAnotherProvider(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, email := range []string{"dana@bay.example", "noor@bay.example", "ines@bay.example"} {
		in(t, site, site.SignInBy, email)
	}
	set(t, site, "update users set subject = null where agency_id = ?", site.Agencies["bay"].ID)
	set(t, site, "update users set state = 'suspended' where email = 'ines@bay.example'")
	in(t, site, site.SignInBy, "dana@bay.example")
	if u := userOf(t, site, "dana@bay.example"); u.State != models.UserActive || u.Subject == nil || *u.Subject != "dana-at-bay" {
		t.Errorf("%+v", u)
	}
	if l := lines(t, site, "session.signed-in"); !strings.Contains(l[len(l)-1].Words, "moved") {
		t.Errorf("the line says %q", l[len(l)-1].Words)
	}
	spoil(t, site, "/bay", devidp.UnverifiedEmail)
	if r := refused(t, site, site.SignInBy, "noor@bay.example"); r != oidc.Unverified {
		t.Errorf("unverified: %s", r)
	}
	spoil(t, site, "/boroughs", devidp.OtherEmail("noor@bay.example"))
	if r := refused(t, site, site.SignInBy, "lee@boroughs.example"); r != oidc.NoAccount {
		t.Errorf("another agency's provider: %s", r)
	}
	mend(t, site, "/bay")
	if r := refused(t, site, site.SignInBy, "ines@bay.example"); r != oidc.Suspended {
		t.Errorf("suspended: %s", r)
	}
	if u := userOf(t, site, "noor@bay.example"); u.Subject != nil {
		t.Errorf("bound all the same: %+v", u)
	}
}

func TestNobodySignsInToAClosedAgency(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	a, answer := answered(t, site, site.SignInBy, "dana@bay.example")
	set(t, site, "update agencies set closed_at = now() where code = 'bay'")
	if _, err := site.SignInBy.Finish(t.Context(), here, a, answer); reason(t, err) != oidc.Closed {
		t.Error(err)
	}
	if _, _, err := site.SignInBy.Begin(t.Context(), here, oidc.Ask{Email: "noor@bay.example"}); reason(t, err) != oidc.Closed {
		t.Error(err)
	}
	if l := lines(t, site, "session.refused"); len(l) != 2 {
		t.Errorf("%d audit lines", len(l))
	}
	in(t, site, site.SignInBy, "lee@boroughs.example")
}

// groups gives a seeded person groups at their provider.
func groups(t *testing.T, site *webtest.Site, name string, values ...string) {
	t.Helper()
	err := site.IdP.SetUser("/bay", devidp.User{Subject: name + "-at-bay", Email: name + "@bay.example", Name: name, Password: webtest.Password, EmailVerified: true, MFA: true,
		Claims: map[string]any{"realm": map[string]any{"groups": values}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheProvidersGroupsAreTheRolesWhereTheAgencySaysSo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	set(t, site, `update issuers set roles_claim = 'realm.groups', role_map = '{"cases": ["investigator"], "leads": ["supervisor", "investigator"], "admins": ["agency-admin"], "desk": ["analyst"]}' where id = ?`, site.Issuers["bay"].ID)
	roles := func(email string) string { return strings.Join(userOf(t, site, email).Roles, " ") }

	groups(t, site, "dana", "leads", "other")
	got := in(t, site, site.SignInBy, "dana@bay.example")
	if roles("dana@bay.example") != "investigator supervisor" || strings.Join(got.User.Roles, " ") != "investigator supervisor" {
		t.Errorf("roles %s, answered %v", roles("dana@bay.example"), got.User.Roles)
	}
	l := lines(t, site, "user.roles")
	if len(l) != 1 || l[0].Words != "The identity provider changed the roles from investigator to investigator, supervisor." || l[0].Subject != "dana@bay.example" {
		t.Errorf("audit lines: %+v", l)
	}
	version := userOf(t, site, "dana@bay.example").Version
	in(t, site, site.SignInBy, "dana@bay.example")
	if len(lines(t, site, "user.roles")) != 1 || userOf(t, site, "dana@bay.example").Version != version {
		t.Error("roles that stayed are told of as a change")
	}
	groups(t, site, "dana", "cases")
	in(t, site, site.SignInBy, "dana@bay.example")
	if roles("dana@bay.example") != "investigator" {
		t.Errorf("a role taken away stays: %s", roles("dana@bay.example"))
	}
	for name, values := range map[string][]string{"no group": nil, "an unknown one": {"other"}, "one of the clearinghouse's roles": {"desk"}} {
		groups(t, site, "dana", values...)
		if r := refused(t, site, site.SignInBy, "dana@bay.example"); r != oidc.NoRole {
			t.Errorf("%s: %s", name, r)
		}
	}
	if u := userOf(t, site, "dana@bay.example"); strings.Join(u.Roles, " ") != "investigator" || u.State != models.UserActive {
		t.Errorf("after refusals the account is %+v", u)
	}
	// The mapping does not make an account: nobody invited pat.
	groups(t, site, "pat", "leads", "admins")
	if r := refused(t, site, site.SignInBy, "pat@bay.example"); r != oidc.NoAccount {
		t.Error(r)
	}
}

func TestTheLastAdminStaysAdminWhateverTheProviderSays(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	in(t, site, site.SignInBy, "noor@bay.example")
	in(t, site, site.SignInBy, "ines@bay.example")
	set(t, site, `update issuers set roles_claim = 'realm.groups', role_map = '{"leads": ["supervisor", "read-only"], "cases": ["investigator"]}' where id = ?`, site.Issuers["bay"].ID)
	groups(t, site, "noor", "leads")
	groups(t, site, "ines", "cases")
	in(t, site, site.SignInBy, "noor@bay.example")
	if u := userOf(t, site, "noor@bay.example"); strings.Join(u.Roles, " ") != "supervisor read-only" {
		t.Errorf("one of two admins: %v", u.Roles)
	}
	in(t, site, site.SignInBy, "ines@bay.example")
	if u := userOf(t, site, "ines@bay.example"); strings.Join(u.Roles, " ") != "investigator agency-admin" {
		t.Errorf("the last admin: %v", u.Roles)
	}
	l := lines(t, site, "user.roles")
	if len(l) != 2 || !strings.Contains(l[1].Words, "last active admin") || l[1].Subject != "ines@bay.example" {
		t.Errorf("audit lines: %+v", l)
	}
}

func TestANameThatBreaksOutOfAHeaderIsNobodys(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, email := range []string{"dana@bay.example\r\nBcc: all@bay.example", "dana@bay.example\n", "\x00dana@bay.example", "dana@bay.example\x00", " dana@bay.example", "dana@bay.example, kit@boroughs.example",
		"<dana@bay.example>", "\"dana\"@bay.example", "dana@bay.example\u2028", "dana@bay\u200b.example", "\u202edana@bay.example"} {
		spoil(t, site, "/bay", devidp.OtherEmail(email))
		if r := refused(t, site, site.SignInBy, "noor@bay.example"); r != oidc.NoAccount {
			t.Errorf("%q: %s", email, r)
		}
	}
	// A letter that only looks like another after lowering is another.
	spoil(t, site, "/boroughs", devidp.OtherEmail("\u212Ait@boroughs.example"))
	if r := refused(t, site, site.SignInBy, "lee@boroughs.example"); r != oidc.NoAccount {
		t.Errorf("the sign for Kelvin: %s", r)
	}
	for name, c := range map[string]any{"subject": "dana\x00", "long subject": strings.Repeat("x", 256), "number": 7} {
		spoil(t, site, "/bay", devidp.Fault{Claims: func(m map[string]any, _ time.Time) { m["sub"] = c }})
		if r := refused(t, site, site.SignInBy, "noor@bay.example"); r != oidc.NotProven {
			t.Errorf("%s: %s", name, r)
		}
	}
	spoil(t, site, "/bay", devidp.Fault{Claims: func(m map[string]any, _ time.Time) { m["sid"] = "a\x00b" }})
	if r := refused(t, site, site.SignInBy, "noor@bay.example"); r != oidc.NotProven {
		t.Errorf("a session id: %s", r)
	}
	spoil(t, site, "/bay", devidp.Fault{Claims: func(m map[string]any, _ time.Time) {
		m["acr"], m["amr"] = "x\x00", []any{"pwd\x00", 7, "mfa", strings.Repeat("y", 50)}
	}})
	if got := in(t, site, site.SignInBy, "dana@bay.example"); got.Origin.ACR != "" || strings.Join(got.Origin.AMR, " ") != "mfa" {
		t.Errorf("what cannot be kept was kept: %+v", got.Origin)
	}
	if u := userOf(t, site, "kit@boroughs.example"); u.Subject != nil {
		t.Error("somebody else's account was bound")
	}
}

// Several providers of one agency, each with its own domain; and no provider for
// another agency's people, even if its row names their domain's account.
func TestAnAgencyMayHaveSeveralProviders(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	idp, err := devidp.New(devidp.Options{Clock: site.DB.Clock.Now, Issuers: []devidp.Issuer{{Path: "/second", Name: "Second", ClientID: "reeve", RedirectURIs: []string{site.SignInBy.Redirect()},
		Users: []devidp.User{
			{Subject: "1", Email: "mo@second.example", Name: "Mo", Password: webtest.Password, EmailVerified: true},
			{Subject: "2", Email: "dana@bay.example", Name: "Dana", Password: webtest.Password, EmailVerified: true},
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	idp.Start(t.Context())
	iss := addIssuer(t, site, "bay", "second.example", idp.URL("/second"), nil)
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&models.User{ID: store.NewID(), AgencyID: iss.AgencyID, IssuerID: iss.ID, Email: "mo@second.example", Name: "Mo", Roles: models.TextList{"investigator"}, State: models.UserInvited, CreatedAt: site.DB.Clock.Now(), ApprovedAt: &iss.CreatedAt}).Error
	})
	if got := in(t, site, site.SignInBy, "mo@second.example"); got.Origin.IssuerID != iss.ID || got.Agency.Code != "bay" {
		t.Errorf("%+v", got)
	}
	if got := in(t, site, site.SignInBy, "dana@bay.example"); got.Origin.IssuerID != site.Issuers["bay"].ID {
		t.Errorf("%+v", got)
	}
	// The second vouches for an address of the first one's domain.
	a, answer := asked(t, site, site.SignInBy, oidc.Ask{Email: "mo@second.example"}, "dana@bay.example")
	if _, err := site.SignInBy.Finish(t.Context(), here, a, answer); reason(t, err) != oidc.NoAccount {
		t.Error(err)
	}
}
