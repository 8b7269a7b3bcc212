package issuers_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/models/store"
)

func TestADraftChangesNothingThatIsLive(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	before := s.issuer(t, s.provider)
	id, err := s.svc.Create(t.Context(), s.noor, "", &s.provider, settings("bay.example"))
	noError(t, "making a draft", err)
	noError(t, "changing it", s.svc.Save(t.Context(), s.noor, id, 1, settings()))
	if after := s.issuer(t, s.provider); after.Version != before.Version || after.URL != before.URL || after.ClientID != before.ClientID || !after.Enabled {
		t.Errorf("the live provider became %+v", after)
	}
	if got := s.leads(t)["bay.example"]; got != s.provider {
		t.Errorf("bay.example leads to %s", got)
	}
	if d := s.draft(t, id); d.Version != 2 || len(d.Domains) != 0 || d.IssuerID == nil || *d.IssuerID != s.provider || d.IssuerVersion == nil || *d.IssuerVersion != 1 {
		t.Errorf("the draft is %+v", d)
	}
	noError(t, "throwing it away", s.svc.Discard(t.Context(), s.ines, id, 2))
	want := []string{"Noor: issuer.draft-made", "Noor: issuer.draft-changed", "Ines: issuer.draft-discarded"}
	if got := s.lines(t); !slices.Equal(got, want) {
		t.Errorf("the audit log has %v, want %v", got, want)
	}
}

func TestASecretGoesInSealedAndComesOutNowhere(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	id, err := s.svc.Create(t.Context(), s.noor, "", nil, settings("bay.example"))
	noError(t, "making a draft", err)
	d := s.draft(t, id)
	if !bytes.HasPrefix(d.ClientSecret, []byte("sealed:")) || bytes.Contains(d.ClientSecret, []byte(secretText)) {
		t.Errorf("the secret is kept as %q", d.ClientSecret)
	}
	f, err := s.svc.FormOf(t.Context(), s.noor, id)
	noError(t, "reading the form", err)
	if f.Values.Secret != "" {
		t.Errorf("the form has the secret %q", f.Values.Secret)
	}

	// An empty field keeps the secret, as long as it goes to the same host.
	in := settings("bay.example")
	in.Secret, in.URL = "", "https://login.new.example/realms/other"
	noError(t, "saving without the secret", s.svc.Save(t.Context(), s.noor, id, 1, in))
	if got := s.draft(t, id); !bytes.Equal(got.ClientSecret, d.ClientSecret) {
		t.Errorf("the secret changed to %q", got.ClientSecret)
	}
	for _, elsewhere := range []string{"https://evil.example/realms/other", "https://login.new.example:444/realms/other"} {
		in.URL = elsewhere
		err = s.svc.Save(t.Context(), s.noor, id, 2, in)
		says(t, "leading the secret to "+elsewhere, err, "the old one is not sent there")
		if models.FieldsOf(err)["secret"] == "" {
			t.Errorf("the field at fault is none of %v", models.FieldsOf(err))
		}
	}
	if got := s.draft(t, id); got.URL != "https://login.new.example/realms/other" || !bytes.Equal(got.ClientSecret, d.ClientSecret) {
		t.Errorf("after the refusals the draft is %+v", got)
	}

	// Without a secret at all nothing is kept.
	in = settings()
	in.Secret = ""
	_, err = s.svc.Create(t.Context(), s.noor, "", nil, in)
	says(t, "a draft without the secret", err, "Type the client secret")

	// A public client needs none, and forgets the one that was there.
	in.Method = models.AuthNone
	noError(t, "becoming a public client", s.svc.Save(t.Context(), s.noor, id, 2, in))
	if got := s.draft(t, id); got.ClientSecret != nil || got.PrivateKey != nil {
		t.Errorf("a public client kept %q, %q", got.ClientSecret, got.PrivateKey)
	}
	s.lines(t) // looks for the secret
}

func TestAKeyIsMadeHereKeptForItsHostAndRenewedOnDemand(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	in := settings("bay.example")
	in.Method, in.Secret = models.AuthPrivateKey, ""
	id, err := s.svc.Create(t.Context(), s.noor, "", nil, in)
	noError(t, "making a draft with a key", err)
	first := s.draft(t, id)
	if !bytes.HasPrefix(first.PrivateKey, []byte("sealed:")) || !strings.Contains(string(first.PublicKey), "key-1") || first.ClientSecret != nil {
		t.Errorf("the keys are %q and %q", first.PrivateKey, first.PublicKey)
	}
	in.Name = "Another name"
	noError(t, "saving", s.svc.Save(t.Context(), s.noor, id, 1, in))
	if got := s.draft(t, id); !bytes.Equal(got.PrivateKey, first.PrivateKey) {
		t.Error("another name made another key")
	}
	in.NewKey = true
	noError(t, "renewing the key", s.svc.Save(t.Context(), s.noor, id, 2, in))
	if got := s.draft(t, id); !strings.Contains(string(got.PublicKey), "key-2") {
		t.Errorf("the renewed key is %q", got.PublicKey)
	}
	in.NewKey, in.URL = false, "https://login.other.example"
	noError(t, "leading elsewhere", s.svc.Save(t.Context(), s.noor, id, 3, in))
	if got := s.draft(t, id); !strings.Contains(string(got.PublicKey), "key-3") {
		t.Errorf("the key for another host is %q", got.PublicKey)
	}
}

func TestWhatIsWrongWithSettingsIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	for _, c := range []struct {
		name, field, words string
		change             func(*issuers.Settings)
	}{
		{"a hostile address", "url", "no user name or password", func(in *issuers.Settings) { in.URL = "https://a:b@login.example.org" }},
		{"no client", "client_id", "Fill this in.", func(in *issuers.Settings) { in.ClientID = " " }},
		{"a client of two lines", "client_id", "one line", func(in *issuers.Settings) { in.ClientID = "a\r\nb" }},
		{"no method", "method", "Choose how", func(in *issuers.Settings) { in.Method = "tls" }},
		{"a secret of two lines", "secret", "one line", func(in *issuers.Settings) { in.Secret = "a\nb" }},
		{"a scope of two words", "scopes", "one word", func(in *issuers.Settings) { in.Scopes = []string{"open id"} }},
		{"no second factor", "amr", "Name at least one value", func(in *issuers.Settings) { in.AMR = nil }},
		{"a silent one without a word", "mfa_note", "Say how", func(in *issuers.Settings) { in.Silent = true }},
		{"a silent one with too many words", "mfa_note", "500", func(in *issuers.Settings) { in.Silent, in.MFANote = true, strings.Repeat("x", 501) }},
		{"roles without a claim", "roles_claim", "Name the claim", func(in *issuers.Settings) { in.RoleMap = models.RoleMap{"inv": {"investigator"}} }},
		{"a claim without roles", "role_map", "which role", func(in *issuers.Settings) { in.RolesClaim = "groups" }},
		{"a role of another kind", "role_map", "cannot have", func(in *issuers.Settings) {
			in.RolesClaim, in.RoleMap = "groups", models.RoleMap{"inv": {"clearinghouse-admin"}}
		}},
		{"a value for nothing", "role_map", "stands for", func(in *issuers.Settings) { in.RolesClaim, in.RoleMap = "groups", models.RoleMap{"inv": nil} }},
		{"another agency's domain", "domains", "not approved", func(in *issuers.Settings) { in.Domains = []string{"boroughs.example"} }},
		{"a domain that nobody approved", "domains", "not approved", func(in *issuers.Settings) { in.Domains = []string{"new.example"} }},
	} {
		in := settings("bay.example")
		c.change(&in)
		_, err := s.svc.Create(t.Context(), s.noor, "", nil, in)
		if got := models.FieldsOf(err)[c.field]; !strings.Contains(got, c.words) {
			t.Errorf("%s: the field says %q (%v), want %q", c.name, got, err, c.words)
		}
	}
	var n int64
	s.Setup(t, func(tx *store.Tx) error { return tx.Model(&models.IssuerDraft{}).Count(&n).Error })
	if n != 0 {
		t.Errorf("%d drafts were kept", n)
	}
}

// A client of a provider belongs to one agency, so that no token made for one is
// good at another; the same provider may serve both.
func TestAClientOfAProviderBelongsToOneAgency(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	theirs := s.issuers(t, s.boroughs)[0]
	in := settings("bay.example")
	in.URL, in.ClientID = theirs.URL, theirs.ClientID
	_, err := s.svc.Create(t.Context(), s.noor, "", nil, in)
	says(t, "another agency's client", err, "registered here already")
	if strings.Contains(models.MessageOf(err), "oroughs") {
		t.Error("the refusal names the other agency")
	}
	in.ClientID = "reeve-bay"
	_, err = s.svc.Create(t.Context(), s.noor, "", nil, in)
	noError(t, "a client of its own at the same provider", err)
	ours := s.issuer(t, s.provider)
	in.URL, in.ClientID = ours.URL, ours.ClientID
	_, err = s.svc.Create(t.Context(), s.noor, "", nil, in)
	says(t, "the agency's own client once more", err, "Begin a change of that one instead")
}

func TestTwoAdminsChangeADraftAndTheSecondLooksAgain(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	id, err := s.svc.Create(t.Context(), s.noor, "", nil, settings("bay.example"))
	noError(t, "making a draft", err)
	in := settings("bay.example")
	in.Name = "Changed by Ines"
	noError(t, "the first", s.svc.Save(t.Context(), s.ines, id, 1, in))
	err = s.svc.Save(t.Context(), s.noor, id, 1, settings("bay.example"))
	wantKind(t, "the second", err, models.Conflict)
	says(t, "the second", err, "Ines changed this draft")
	wantKind(t, "throwing away what was changed", s.svc.Discard(t.Context(), s.noor, id, 1), models.Conflict)
}

// Every deed, by everybody who may not: nobody's role, another agency, one below,
// and a thing that is not there. Nothing is changed, and no answer tells more.
func TestWhoMayTouchAnAgencysSignIn(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	id := s.tested(t, nil, settings("bay.example"))
	before, live := s.draft(t, id), s.issuer(t, s.provider)
	supervisor := s.Person(t, s.bay, "Sue", auth.Supervisor)
	below := s.Person(t, s.paloalto, "Pia", auth.AgencyAdmin)
	desk := s.Person(t, s.house, "Desk", auth.DeskSupervisor)
	deeds := map[string]func(a auth.Actor, draft, issuer uuid.UUID, code string) error{
		"overview": func(a auth.Actor, _, _ uuid.UUID, code string) error {
			_, err := s.svc.Overview(ctx, a, code)
			return err
		},
		"form": func(a auth.Actor, _, _ uuid.UUID, code string) error {
			_, err := s.svc.FormFor(ctx, a, code, nil)
			return err
		},
		"form of": func(a auth.Actor, d, _ uuid.UUID, _ string) error { _, err := s.svc.FormOf(ctx, a, d); return err },
		"draft":   func(a auth.Actor, d, _ uuid.UUID, _ string) error { _, err := s.svc.Draft(ctx, a, d); return err },
		"create": func(a auth.Actor, _, _ uuid.UUID, code string) error {
			_, err := s.svc.Create(ctx, a, code, nil, settings())
			return err
		},
		"save":    func(a auth.Actor, d, _ uuid.UUID, _ string) error { return s.svc.Save(ctx, a, d, 1, settings()) },
		"discard": func(a auth.Actor, d, _ uuid.UUID, _ string) error { return s.svc.Discard(ctx, a, d, 1) },
		"look":    func(a auth.Actor, d, _ uuid.UUID, _ string) error { _, _, err := s.svc.ToLookAt(ctx, a, d); return err },
		"looked": func(a auth.Actor, d, _ uuid.UUID, _ string) error {
			return s.svc.LookedAt(ctx, a, d, 1, models.SignInTest{OK: true})
		},
		"begin": func(a auth.Actor, d, _ uuid.UUID, _ string) error { return s.svc.BeginTest(ctx, a, d) },
		"tested": func(a auth.Actor, d, _ uuid.UUID, _ string) error {
			return s.svc.Tested(ctx, a, d, passed("x", "x@bay.example"))
		},
		"on": func(a auth.Actor, d, _ uuid.UUID, _ string) error { _, err := s.svc.SwitchOn(ctx, a, d, 1); return err },
		"about off": func(a auth.Actor, _, i uuid.UUID, _ string) error {
			_, err := s.svc.AboutToSwitchOff(ctx, a, i)
			return err
		},
		"off": func(a auth.Actor, _, i uuid.UUID, _ string) error {
			_, err := s.svc.SwitchOff(ctx, a, i, 1, true)
			return err
		},
		"ask": func(a auth.Actor, _, _ uuid.UUID, code string) error {
			_, err := s.svc.Ask(ctx, a, code, "new.example", "call us")
			return err
		},
		"withdraw": func(a auth.Actor, _, _ uuid.UUID, code string) error {
			return s.svc.Withdraw(ctx, a, code, "bay.example")
		},
	}
	for name, deed := range deeds {
		for who, a := range map[string]auth.Actor{"an investigator": s.dana, "a supervisor": supervisor, "a desk supervisor": desk} {
			wantKind(t, name+" by "+who, deed(a, id, s.provider, "bay"), models.Forbidden)
		}
		for who, a := range map[string]auth.Actor{"another agency's admin": s.kit, "the admin of an agency below": below} {
			wantKind(t, name+" by "+who, deed(a, id, s.provider, "bay"), models.NotFound)
		}
		wantKind(t, name+" of no such thing", deed(s.noor, store.NewID(), store.NewID(), "nowhere"), models.NotFound)
	}
	for who, a := range map[string]auth.Actor{"an agency's admin": s.noor, "an investigator": s.dana, "a desk supervisor": desk} {
		wantKind(t, "deciding by "+who, s.svc.Decide(ctx, a, "bay", "new.example", 1, true, ""), models.Forbidden)
		wantKind(t, "accepting by "+who, s.svc.Attest(ctx, a, id, 1), models.Forbidden)
		_, err := s.svc.Undecided(ctx, a, "")
		wantKind(t, "listing by "+who, err, models.Forbidden)
	}
	if after := s.draft(t, id); after.Version != before.Version || after.TestedAt == nil || after.TestingVersion == nil {
		t.Errorf("the draft became %+v", after)
	}
	if after := s.issuer(t, s.provider); after.Version != live.Version || !after.Enabled {
		t.Errorf("the live provider became %+v", after)
	}
	if got := s.leads(t)["bay.example"]; got != s.provider {
		t.Errorf("bay.example leads to %s", got)
	}
	refused := 0
	for _, l := range s.lines(t) {
		if strings.HasSuffix(l, " refused") {
			refused++
		}
	}
	if want := len(deeds)*6 + 9; refused != want {
		t.Errorf("%d refusals are written down, want %d", refused, want)
	}
	// Those above may: the parent's admin below, and the clearinghouse everywhere.
	_, err := s.svc.Overview(ctx, s.noor, "paloalto")
	noError(t, "the parent's admin looks below", err)
	o, err := s.svc.Overview(ctx, s.admin, "bay")
	noError(t, "the clearinghouse looks", err)
	if o.Agency.ID != s.bay.ID || len(o.Providers) != 1 || o.Providers[0].People != 4 || len(o.Drafts) != 1 || !o.Decides {
		t.Errorf("the overview has %d providers, %d drafts, decides %v", len(o.Providers), len(o.Drafts), o.Decides)
	}
}
