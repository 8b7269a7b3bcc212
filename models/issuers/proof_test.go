package issuers_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/issuers"
	"reeve/models/store"
)

// view reads the draft's page as noor sees it.
func (s *scene) view(t *testing.T, id uuid.UUID) *issuers.DraftView {
	t.Helper()
	v, err := s.svc.Draft(t.Context(), s.noor, id)
	noError(t, "reading the draft", err)
	return v
}

func TestOnlyATestOfExactlyTheseSettingsCounts(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	id, err := s.svc.Create(ctx, s.noor, "", nil, settings("bay.example"))
	noError(t, "making a draft", err)
	if v := s.view(t, id); len(v.Missing) != 1 || !strings.Contains(v.Missing[0], "Test the sign-in first") {
		t.Errorf("missing is %q", v.Missing)
	}
	_, err = s.svc.SwitchOn(ctx, s.noor, id, 1)
	wantKind(t, "switching on untested", err, models.Conflict)

	// A result that nobody began is none.
	noError(t, "a result from nowhere", s.svc.Tested(ctx, s.noor, id, passed("noor-at-new", "noor@bay.example")))
	if d := s.draft(t, id); d.TestedAt != nil {
		t.Error("a test that was never begun counts")
	}

	// Settings that changed while the admin was at the provider.
	noError(t, "beginning", s.svc.BeginTest(ctx, s.noor, id))
	changed := settings("bay.example")
	changed.ClientID = "another"
	noError(t, "changing meanwhile", s.svc.Save(ctx, s.ines, id, 1, changed))
	noError(t, "coming back", s.svc.Tested(ctx, s.noor, id, passed("noor-at-new", "noor@bay.example")))
	if v := s.view(t, id); v.TestedAt != nil || v.Test == nil || v.Test.OK || !strings.Contains(v.Test.Steps[len(v.Test.Steps)-1].Text, "settings were changed") {
		t.Errorf("the test of settings that changed is %+v", v.Test)
	}

	// Somebody else's test.
	noError(t, "beginning", s.svc.BeginTest(ctx, s.ines, id))
	noError(t, "another's result", s.svc.Tested(ctx, s.noor, id, passed("noor-at-new", "noor@bay.example")))
	if d := s.draft(t, id); d.TestedAt != nil {
		t.Error("a test that somebody else began counts")
	}

	// One that failed, one under another address, one of an address that is not verified.
	no := false
	for what, r := range map[string]models.SignInTest{
		"failed":      {Steps: []models.TestStep{{Name: "The provider answers", Text: "It does not know the client."}}},
		"another one": passed("dana-at-new", "dana@bay.example"),
		"nobody":      passed("", "noor@bay.example"),
		"no address":  passed("noor-at-new", ""),
		"unverified":  {OK: true, Subject: "noor-at-new", Email: "noor@bay.example", Verified: &no},
	} {
		s.test(t, s.noor, id, r)
		if v := s.view(t, id); v.TestedAt != nil || v.Test.OK || len(v.Missing) == 0 {
			t.Errorf("a test that is %s counts: %+v", what, v.Test)
		}
		_, err = s.svc.SwitchOn(ctx, s.noor, id, 2)
		wantKind(t, "switching on after a test that is "+what, err, models.Conflict)
	}
	s.test(t, s.noor, id, passed("dana-at-new", "dana@bay.example"))
	if v := s.view(t, id); !strings.Contains(v.Test.Steps[len(v.Test.Steps)-1].Text, "You signed in there as dana@bay.example, and here you are noor@bay.example") {
		t.Errorf("a test as somebody else says %+v", v.Test.Steps)
	}

	// The real one; and any edit makes it void.
	s.test(t, s.noor, id, passed("noor-at-new", "noor@bay.example"))
	if v := s.view(t, id); len(v.Missing) != 0 || v.TestedAt == nil || v.Tester != "Noor" {
		t.Errorf("after a good test missing is %q, tester %q", v.Missing, v.Tester)
	}
	noError(t, "saving without a change", s.svc.Save(ctx, s.noor, id, 2, withoutSecret(changed)))
	if d := s.draft(t, id); d.Version != 2 || d.TestedAt == nil {
		t.Error("saving the same made the test void")
	}
	for i, change := range []func(*issuers.Settings){
		func(in *issuers.Settings) { in.Name = "Other" },
		func(in *issuers.Settings) { in.Scopes = append(in.Scopes, "groups") },
		func(in *issuers.Settings) { in.Secret = secretText },
		func(in *issuers.Settings) { in.AMR = []string{"hwk"} },
		func(in *issuers.Settings) { in.Domains = nil },
	} {
		in := withoutSecret(changed)
		change(&in)
		noError(t, "changing", s.svc.Save(ctx, s.noor, id, s.draft(t, id).Version, in))
		if d := s.draft(t, id); d.TestedAt != nil || d.TestedSubject != "" || len(d.TestReport) != 0 || d.TestingVersion != nil {
			t.Errorf("change %d left the test standing", i)
		}
		noError(t, "changing back", s.svc.Save(ctx, s.noor, id, s.draft(t, id).Version, withoutSecret(changed)))
		s.test(t, s.noor, id, passed("noor-at-new", "noor@bay.example"))
	}
	// A later failure takes the success back.
	s.test(t, s.noor, id, models.SignInTest{})
	if d := s.draft(t, id); d.TestedAt != nil {
		t.Error("a failed test left the earlier one standing")
	}
	// Another admin's test is not yours.
	s.test(t, s.ines, id, passed("ines-at-new", "ines@bay.example"))
	_, err = s.svc.SwitchOn(ctx, s.noor, id, s.draft(t, id).Version)
	says(t, "switching on what another tested", err, "test them yourself")
	_, err = s.svc.SwitchOn(ctx, s.ines, id, s.draft(t, id).Version)
	noError(t, "switching on what one tested", err)
}

func withoutSecret(in issuers.Settings) issuers.Settings {
	in.Secret = ""
	return in
}

func TestALookKeepsWhatWasFoundForTheSettingsLookedAt(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	id, err := s.svc.Create(t.Context(), s.noor, "", nil, settings())
	noError(t, "making a draft", err)
	i, version, err := s.svc.ToLookAt(t.Context(), s.noor, id)
	noError(t, "asking what to look at", err)
	if i.URL != settings().URL || version != 1 || i.ID != id {
		t.Errorf("to look at is %+v", i)
	}
	found := models.SignInTest{Steps: []models.TestStep{{Name: "The provider answers", Text: "No such host.\x00" + strings.Repeat("x", 5000)}}, Claims: make([]string, 900)}
	noError(t, "keeping it", s.svc.LookedAt(t.Context(), s.noor, id, 1, found))
	if v := s.view(t, id); v.Look == nil || v.Look.OK || len(v.Look.Steps) != 1 || len(v.Look.Steps[0].Text) > 1100 || v.TestedAt != nil {
		t.Errorf("kept was %+v", v.Look)
	}
	noError(t, "changing the draft", s.svc.Save(t.Context(), s.noor, id, 1, settings("bay.example")))
	wantKind(t, "keeping what was found before", s.svc.LookedAt(t.Context(), s.noor, id, 1, found), models.Conflict)
	if d := s.draft(t, id); len(d.LookReport) != 0 {
		t.Error("a change left what was found before")
	}
}

func TestOnlyTheClearinghouseAcceptsASilentSecondFactor(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	in := settings("bay.example")
	in.Silent, in.MFANote = true, "Everybody signs in with a smart card."
	id := s.tested(t, nil, in)
	if d := s.draft(t, id); len(d.RequiredAMR)+len(d.RequiredACR) != 0 {
		t.Errorf("a silent provider is asked for %v", d.RequiredAMR)
	}
	_, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	says(t, "switching on unaccepted", err, "The clearinghouse must accept")
	u, err := s.svc.Undecided(ctx, s.admin, "")
	noError(t, "listing what waits", err)
	if len(u.Silent) != 1 || u.Silent[0].ID != id || u.Silent[0].AgencyName != s.bay.Name || u.Silent[0].MFANote != in.MFANote {
		t.Errorf("what waits is %+v", u.Silent)
	}
	wantKind(t, "accepting an older draft", s.svc.Attest(ctx, s.admin, id, 7), models.Conflict)
	noError(t, "accepting", s.svc.Attest(ctx, s.admin, id, 1))
	if u, err := s.svc.Undecided(ctx, s.admin, ""); err != nil || len(u.Silent) != 0 {
		t.Errorf("accepted, and still waiting: %v", err)
	}
	wantKind(t, "accepting twice", s.svc.Attest(ctx, s.admin, id, 2), models.Conflict)
	_, err = s.svc.SwitchOn(ctx, s.noor, id, 2)
	says(t, "the test from before", err, "Test the sign-in first")
	s.test(t, s.noor, id, passed("noor-at-new", "noor@bay.example"))
	done, err := s.svc.SwitchOn(ctx, s.noor, id, 2)
	noError(t, "switching on", err)
	if i := s.issuer(t, done.IssuerID); i.MFAAttestedBy != "Sam" || i.MFAAttestedAt == nil || i.AsksForMFA() {
		t.Errorf("live is %+v", i)
	}

	// It was accepted of this provider for this client, and of no other.
	in.Secret = secretText
	id, err = s.svc.Create(ctx, s.noor, "", &done.IssuerID, in)
	noError(t, "changing it", err)
	if d := s.draft(t, id); d.MFAAttestedBy != "Sam" {
		t.Error("the same provider lost what was accepted")
	}
	in.ClientID = "another-client"
	noError(t, "another client", s.svc.Save(ctx, s.noor, id, 1, in))
	if d := s.draft(t, id); d.MFAAttestedBy != "" {
		t.Error("another client kept what was accepted of the first")
	}
	other := settings()
	other.ClientID = "a-third-client"
	plain, err := s.svc.Create(ctx, s.noor, "", nil, other)
	noError(t, "a draft that asks for nothing", err)
	wantKind(t, "accepting what nobody asked for", s.svc.Attest(ctx, s.admin, plain, 1), models.Conflict)
}

// A mapping of roles is an admin's way to raise themselves, or to lose their keys.
func TestAMappingOfRolesNeitherRaisesNorLowersItsTester(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	in := settings("bay.example")
	in.RolesClaim, in.RoleMap = "groups", models.RoleMap{"cac": {"investigator"}, "cac-admins": {"agency-admin", "supervisor"}}
	id := s.tested(t, nil, in)
	for what, c := range map[string]struct {
		roles []string
		words string
	}{
		"a role that she has not": {[]string{"investigator", "agency-admin"}, "Nobody changes their own access"},
		"no role of admin":        {[]string{"supervisor"}, "would take the role of admin"},
		"no role at all":          {nil, "would take the role of admin"},
	} {
		r := passed("noor-at-new", "noor@bay.example")
		r.Roles = c.roles
		s.test(t, s.noor, id, r)
		_, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
		says(t, what, err, c.words)
	}
	r := passed("noor-at-new", "noor@bay.example")
	r.Roles = []string{"agency-admin", "supervisor"}
	s.test(t, s.noor, id, r)
	done, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	noError(t, "a mapping that leaves her as she is", err)
	if i := s.issuer(t, done.IssuerID); i.RolesClaim != "groups" || len(i.RoleMap) != 2 {
		t.Errorf("live is %+v", i)
	}
}

func TestSomebodyElseChangedWhatIsLive(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	id := s.tested(t, &s.provider, settings("bay.example"))
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update issuers set version = version + 1, changed_by_name = 'Ines' where id = ?", s.provider).Error
	})
	_, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	says(t, "switching on over another's change", err, "Ines changed the live settings")
	noError(t, "saving again", s.svc.Save(ctx, s.noor, id, 1, withoutSecret(settings("bay.example"))))
	s.test(t, s.noor, id, passed("noor-at-new", "noor@bay.example"))
	_, err = s.svc.SwitchOn(ctx, s.noor, id, 2)
	noError(t, "switching on having seen it", err)
}
