package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// Attacks on signing in, and the test that tries each. Tests without a package are
// in this folder; over HTTP where a browser or a page matters, else in auth/oidc.
//
//	mix-up of two issuers              TestAMixUpOfTwoProvidersSignsNobodyIn, auth/oidc TestACodeOfOneIssuerIsWorthNothingAtAnother
//	replayed code, code of another     TestAnAnswerThatWasNotAskedForIsRefused, auth/oidc TestOnlyTheVerifierOfTheAttemptSpendsTheCode
//	wrong state                        TestAnAnswerThatWasNotAskedForIsRefused, TestAMixUpOfTwoProvidersSignsNobodyIn
//	wrong nonce, audience, issuer      TestAProviderThatMisbehavesSignsNobodyIn
//	wrong signature, unknown key       TestAProviderThatMisbehavesSignsNobodyIn, TestEachRefusalIsAuditedAndSaysWhatToDo
//	alg none, public key as a secret   TestEachRefusalIsAuditedAndSaysWhatToDo, auth/oidc TestTokensThatAreNotSignedByTheProviderProveNothing
//	keys that prove nothing            auth/oidc TestOnlyKeysThatProveSomethingAreRead, TestAProviderThatCannotProveAnythingIsNotUsed
//	key names made up without end      auth/oidc TestAKeyThatIsNotKnownIsAskedForOnce
//	expired, not yet valid             TestAProviderThatMisbehavesSignsNobodyIn, TestEachRefusalIsAuditedAndSaysWhatToDo
//	an old proof passed off as new     TestWhatIsNoFreshStrongProof, auth/oidc TestAStepUpProvesThatItIsTheSamePersonJustNow
//	no second factor                   TestASecondServerWithANewKeyWorksAndOneWithoutASecondFactorDoesNot, auth/oidc TestHowStrongASignInWas
//	e-mail of another agency's domain  TestWhoIsProvenButMayNotComeIn, auth/oidc TestAnAgencyMayHaveSeveralProviders
//	same e-mail from another issuer    TestWhoIsProvenButMayNotComeIn, auth/oidc TestAccountsAreBoundAnewWhenTheirAgencyMovesToAnotherProvider
//	roles by claims, of a wrong kind   auth/oidc TestClaimsBecomeRolesOfTheAgencysKindOnly, TestTheLastAdminStaysAdminWhateverTheProviderSays
//	a provider that sends us elsewhere auth/oidc TestOnlyTheIssuersHostIsSpokenTo, TestWhichAddressesAreContactedAtAll
//	session fixation                   TestTheSecretChangesAtSignIn
//	open redirect after sign-in        TestNoReturnAddressLeadsElsewhere, TestNoProofLeadsElsewhere
//	cross-site POST and logout         TestADeedFromAnotherSiteIsRefused, TestAnotherSiteSignsNobodyInOrOut
//	cookie tampering                   TestACookieThatWasTamperedWithIsNobodys
//	10,000 attempts                    TestTenThousandSignInsUnderOneAddress, TestTenThousandMadeUpAnswers, TestHammeringTheSignInIsSlowedDownPerAddress
//	a suspended user's live session    TestASuspendedPersonIsOutAtTheNextRequest, TestASuspendedPersonsTabsDoNothingMore
//	a role lowered mid-session         TestARoleTakenAwayIsGoneAtTheNextRequest, TestARoleTakenAwayOpensNothingAtTheNextRequest
//	header-injected e-mail names       TestAnAddressThatBreaksOutOfAHeaderIsRefused, auth/oidc TestANameThatBreaksOutOfAHeaderIsNobodys
//	forged or replayed logout tokens   TestAProvidersNoticeOfASignOutEndsTheSession, auth/oidc TestALogoutTokenThatProvesNothingEndsNothing
//	who has an account                 TestSignInTellsNobodyWhoHasAnAccount

// technical words tell an attacker what failed, and a person nothing.
var technical = []string{"token", "nonce", "issuer", "signature", "acr", "amr", "claim", "auth_time", "jwt", "JWT", "kid", "dial tcp", "pkce", "PKCE", "SQL", "panic"}

func TestEachRefusalIsAuditedAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for _, c := range []struct {
		name   string
		fault  devidp.Fault
		sql    string
		says   string
		nobody bool // the proof failed: the line names nobody
	}{
		{"not signed", devidp.Unsigned, "", "We could not confirm who you are", true},
		{"signed with the public key", devidp.Symmetric, "", "We could not confirm who you are", true},
		{"signed with a key of nobody's", devidp.UnknownKey, "", "We could not confirm who you are", true},
		{"not valid yet", devidp.NotYetValid, "", "We could not confirm who you are", true},
		{"an old proof", devidp.StaleAuthTime, "", "A new sign-in is needed", false},
		{"no second factor", devidp.NoSecondFactor, "update issuers set required_amr = '{mfa}'", "A second factor is needed", false},
		{"nothing said of a second factor", devidp.Speechless, "update issuers set required_acr = '{aal2}'", "A second factor is needed", false},
		{"no role", devidp.Fault{}, `update issuers set roles_claim = 'groups', role_map = '{"x": ["investigator"]}'`, "Your agency has given you no role here", false},
		{"not approved", devidp.Fault{}, "update users set approved_at = null", "Your account waits for approval", false},
		{"suspended", devidp.Fault{}, "update users set state = 'suspended'", "Your access is suspended", false},
		{"an agency that is closed", devidp.Fault{}, "update agencies set closed_at = now() where code = 'bay'", "Your agency no longer uses Reeve", true},
	} {
		mustBreak(t, site, "/bay", c.fault)
		if c.sql != "" {
			site.DB.Setup(t, func(tx *store.Tx) error { return tx.Exec(c.sql).Error })
		}
		before := len(auditLines(t, site, "session.refused"))
		b := site.Browser(t)
		p := b.SignInAs("dana@bay.example", "/account")
		if p.Status != http.StatusForbidden {
			t.Errorf("%s: %d", c.name, p.Status)
		}
		p.MustSay(c.says, "front desk", "+1 202 555 0100").MustNotSay(technical...)
		if len(p.All("a", "href", "/login?return=%2Faccount")) != 1 {
			t.Errorf("%s: no way back: %s", c.name, p.Text())
		}
		if !out(b) {
			t.Errorf("%s: somebody is signed in", c.name)
		}
		lines := auditLines(t, site, "session.refused")
		if len(lines) != before+1 {
			t.Errorf("%s: %d audit lines, want %d", c.name, len(lines), before+1)
			continue
		}
		if l := lines[len(lines)-1]; !l.Refused || l.Words == "" || l.RequestID == "" || l.IP != "127.0.0.1" || (l.ActorID == nil) != c.nobody || strings.Contains(string(l.Detail), "eyJ") {
			t.Errorf("%s: the line is %+v", c.name, l)
		}
		site.DB.Setup(t, func(tx *store.Tx) error {
			if err := tx.Exec("update issuers set required_acr = '{}', required_amr = '{}', roles_claim = '', role_map = '{}'").Error; err != nil {
				return err
			}
			if err := tx.Exec("update agencies set closed_at = null").Error; err != nil {
				return err
			}
			return tx.Exec("update users set state = 'invited', subject = null, approved_at = created_at").Error
		})
	}
	mustBreak(t, site, "/bay", devidp.Fault{})
	site.SignIn(t, "dana@bay.example")
}

// Somebody who has an answer of their own provider gives it to a person who is on
// the way to another.
func TestAMixUpOfTwoProvidersSignsNobodyIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	bay, boroughs := site.IdP.URL("/bay"), site.IdP.URL("/boroughs")
	for name, swap := range map[string]func(danas, lees url.Values) url.Values{
		"the other's code in its own name": func(d, l url.Values) url.Values {
			return url.Values{"state": d["state"], "code": l["code"], "iss": l["iss"]}
		},
		"the other's code in the right name": func(d, l url.Values) url.Values {
			return url.Values{"state": d["state"], "code": l["code"], "iss": {bay}}
		},
		"the right code in the other's name": func(d, l url.Values) url.Values {
			return url.Values{"state": d["state"], "code": d["code"], "iss": {boroughs}}
		},
		"the right code in nobody's name": func(d, l url.Values) url.Values { return url.Values{"state": d["state"], "code": d["code"]} },
		"the right code in two names": func(d, l url.Values) url.Values {
			return url.Values{"state": d["state"], "code": d["code"], "iss": {boroughs, bay}}
		},
		"the other's whole answer": func(_, l url.Values) url.Values { return l },
		"a state that is not this browser's": func(d, _ url.Values) url.Values {
			return url.Values{"state": {"made-up"}, "code": d["code"], "iss": d["iss"]}
		},
		"no state": func(d, _ url.Values) url.Values { return url.Values{"code": d["code"], "iss": d["iss"]} },
		"what no database and no log would take": func(d, _ url.Values) url.Values {
			return url.Values{"state": {"\x00\xff"}, "code": {"\x00"}, "iss": {"\xff"}}
		},
	} {
		b, callback := answered(t, site, "dana@bay.example")
		danas, _ := url.Parse(callback)
		_, callback = answered(t, site, "lee@boroughs.example")
		lees, _ := url.Parse(callback)
		before := len(auditLines(t, site, "session.refused"))
		p := b.Get("/login/callback?" + swap(danas.Query(), lees.Query()).Encode())
		if p.Status != http.StatusForbidden && p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, p.Status)
		}
		p.MustSay("Sign in again").MustNotSay(technical...)
		if !out(b) {
			t.Errorf("%s: somebody is signed in", name)
		}
		if n := len(auditLines(t, site, "session.refused")); n != before+1 {
			t.Errorf("%s: %d audit lines, want %d", name, n, before+1)
		}
		site.DB.Clock.Advance(11 * time.Minute) // the trail tells of one burst in ten minutes
	}
	for _, email := range []string{"dana@bay.example", "lee@boroughs.example"} {
		if u := user(t, site, email); u.Subject != nil {
			t.Errorf("%s is bound: %+v", email, u)
		}
	}
}

// Two servers of their own, as real ones: one changed its keys while people work, the
// other knows no second factor.
func TestASecondServerWithANewKeyWorksAndOneWithoutASecondFactorDoesNot(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	server := func(path, agency, domain string, mfa bool) *devidp.Provider {
		t.Helper()
		idp, err := devidp.New(devidp.Options{Clock: site.DB.Clock.Now, Issuers: []devidp.Issuer{{Path: path, Name: domain, ClientID: "reeve", RedirectURIs: []string{site.URL + "/login/callback"},
			Users: []devidp.User{{Subject: "1", Email: "mo@" + domain, Name: "Mo", Password: webtest.Password, EmailVerified: true, MFA: mfa}}}}})
		if err != nil {
			t.Fatal(err)
		}
		idp.Start(t.Context())
		now := site.DB.Clock.Now()
		i := models.Issuer{ID: store.NewID(), AgencyID: site.Agencies[agency].ID, URL: idp.URL(path), ClientID: "reeve", RequiredAMR: models.TextList{"mfa", "hwk"}, Enabled: true, CreatedAt: now}
		site.DB.Setup(t, func(tx *store.Tx) error {
			if err := tx.Create(&i).Error; err != nil {
				return err
			}
			if err := tx.Create(&models.IssuerDomain{Domain: domain, IssuerID: i.ID}).Error; err != nil {
				return err
			}
			return tx.Create(&models.User{ID: store.NewID(), AgencyID: i.AgencyID, IssuerID: i.ID, Email: "mo@" + domain, Name: "Mo Example", Roles: models.TextList{"investigator"}, State: models.UserInvited, CreatedAt: now, ApprovedAt: &now}).Error
		})
		return idp
	}
	first := server("/first", "bay", "first.example", true)
	server("/second", "north", "second.example", false)
	signIn := func(email string) (*webtest.Browser, *webtest.Page) {
		b := site.Browser(t)
		return b, b.AtProvider(b.PostForm("/login", url.Values{"email": {email}, "return": {"/account"}}).MustBe(http.StatusOK), email)
	}
	for range 2 {
		b, p := signIn("mo@first.example")
		p.MustBe(http.StatusOK).MustSay("Mo Example", "Bay Region")
		if out(b) {
			t.Fatal("not signed in")
		}
		if err := first.Rotate("/first"); err != nil {
			t.Fatal(err)
		}
		b.Get("/account").MustBe(http.StatusOK) // whoever is in stays in
		site.DB.Clock.Advance(time.Minute)
	}
	b, p := signIn("mo@second.example")
	p.MustBe(http.StatusForbidden).MustSay("A second factor is needed", "Set one up there", "Northern National Centre").MustNotSay(technical...)
	if !out(b) {
		t.Error("signed in without a second factor")
	}
	l := auditLines(t, site, "session.refused")
	if len(l) != 1 || l[0].Words != "Refused the sign-in: the identity provider did not show that a second factor was given." || l[0].ActorName != "Mo Example" {
		t.Errorf("audit lines: %+v", l)
	}
}
