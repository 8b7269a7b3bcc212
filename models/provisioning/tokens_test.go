package provisioning_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/provisioning"
	"reeve/models/store"
)

func TestATokenIsMadeOnceAndOnlyItsDigestIsKept(t *testing.T) {
	t.Parallel()
	o := open(t)
	secret, made, err := o.svc.Make(t.Context(), o.ines, provisioning.NewToken{Name: " Entra ID ", Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	if !provisioning.Plausible(secret) || len(secret) != len(provisioning.Prefix)+43 || made.Name != "Entra ID" || made.Hint != secret[len(secret)-4:] {
		t.Errorf("got %q, %+v", secret, made)
	}
	sum := sha256.Sum256([]byte(secret))
	if got := o.text(t, "select encode(token_hash, 'hex') from scim_tokens"); got != hex.EncodeToString(sum[:]) {
		t.Errorf("kept %s", got)
	}
	for _, table := range []string{"scim_tokens", "audit_events"} {
		if got := o.text(t, "select string_agg(x::text, ' ') from "+table+" x"); strings.Contains(got, secret[len(provisioning.Prefix):]) {
			t.Errorf("the token itself stands in %s", table)
		}
	}
	view, err := o.svc.Tokens(t.Context(), o.ines, "")
	if err != nil || len(view.Live) != 1 || !view.Own || !view.Live[0].ExpiresAt.Equal(o.Clock.Now().AddDate(0, 0, 30)) || len(view.Groups) != 4 || view.Directory {
		t.Errorf("the page has %+v (%v)", view, err)
	}
	if n := o.lines(t, "directory.token-made", false); n != 1 {
		t.Errorf("%d lines", n)
	}
	again, _, err := o.svc.Make(t.Context(), o.ines, provisioning.NewToken{Name: "Second", Days: 30})
	if err != nil || again == secret {
		t.Errorf("the second token is %q (%v)", again, err)
	}
	for what, n := range map[string]provisioning.NewToken{"a name twice": {Name: "ENTRA id", Days: 1}, "no name": {Days: 1}, "a name of two lines": {Name: "a\nb", Days: 1}, "a long name": {Name: strings.Repeat("x", 61), Days: 1},
		"no days": {Name: "x"}, "too many days": {Name: "x", Days: provisioning.TermMost + 1}, "days backwards": {Name: "x", Days: -1}} {
		_, _, err := o.svc.Make(t.Context(), o.ines, n)
		kindIs(t, what, err, models.Invalid)
	}
	for i := range 8 {
		if _, _, err := o.svc.Make(t.Context(), o.ines, provisioning.NewToken{Name: fmt.Sprint("Token ", i), Days: 1}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err = o.svc.Make(t.Context(), o.ines, provisioning.NewToken{Name: "The eleventh", Days: 1})
	kindIs(t, "an eleventh token", err, models.Conflict)
	if got := o.text(t, "select count(*) from scim_tokens"); got != "10" {
		t.Errorf("%s tokens", got)
	}
}

// Each deed as nobody, as a role without the right, as another agency, for nothing,
// and by those who may.
func TestWhoManagesTokens(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	_, made, err := o.svc.Make(ctx, o.ines, provisioning.NewToken{Name: "Ours", Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	deeds := map[string]func(a auth.Actor, code string) error{
		"list": func(a auth.Actor, code string) error { _, err := o.svc.Tokens(ctx, a, code); return err },
		"make": func(a auth.Actor, code string) error {
			_, _, err := o.svc.Make(ctx, a, provisioning.NewToken{Agency: code, Name: "By " + a.Name, Days: 1})
			return err
		},
		"look":   func(a auth.Actor, _ string) error { _, _, err := o.svc.Token(ctx, a, made.ID); return err },
		"revoke": func(a auth.Actor, _ string) error { _, _, err := o.svc.Revoke(ctx, a, made.ID); return err },
	}
	before := o.text(t, "select string_agg(x::text, ' ') from scim_tokens x")
	for name, deed := range deeds {
		if err := deed(auth.Actor{}, "bay"); err == nil {
			t.Errorf("%s as nobody", name)
		}
		for _, a := range []auth.Actor{o.noor, o.dana, auth.ByDirectory(o.bay.ID, "x"), auth.System(auth.ForLogin)} {
			kindIs(t, name+" as "+a.Name, deed(a, "bay"), models.Forbidden)
		}
		for _, a := range []auth.Actor{o.kit, o.robin} {
			kindIs(t, name+" as "+a.Name, deed(a, "bay"), models.NotFound)
		}
	}
	kindIs(t, "a token that is not", func() error { _, _, err := o.svc.Revoke(ctx, o.ines, nobody); return err }(), models.NotFound)
	kindIs(t, "an agency that is not", deeds["list"](o.ines, "nowhere"), models.NotFound)
	kindIs(t, "the agency above", deeds["list"](o.robin, "bay"), models.NotFound)
	if after := o.text(t, "select string_agg(x::text, ' ') from scim_tokens x"); after != before {
		t.Error("something was changed")
	}
	if n := o.lines(t, "directory.token-revoked", true); n != 7 {
		t.Errorf("%d refusals to revoke were written, want 7: four roles, two agencies, no token", n)
	}

	// An admin manages the agencies below, the clearinghouse every one.
	for _, a := range []auth.Actor{o.ines, o.sam} {
		if err := deeds["make"](a, "below"); err != nil {
			t.Errorf("make below as %s: %v", a.Name, err)
		}
		if err := deeds["look"](a, ""); err != nil {
			t.Errorf("look as %s: %v", a.Name, err)
		}
	}
	if err := deeds["make"](o.sam, ""); err != nil {
		t.Errorf("the clearinghouse's own: %v", err)
	}
	if err := deeds["revoke"](o.sam, ""); err != nil {
		t.Errorf("revoking: %v", err)
	}
	kindIs(t, "revoking twice", deeds["revoke"](o.ines, ""), models.Conflict)
	if got := o.text(t, "select revoked_by_name from scim_tokens where name = 'Ours'"); got != "Sam" {
		t.Errorf("revoked by %q", got)
	}
	// The agency reads in its own trail what the clearinghouse did.
	if got := o.text(t, "select count(*) from audit_concerns c join audit_events e on e.id = c.event_id where c.agency_id = ? and e.action = 'directory.token-revoked' and not e.refused", o.bay.ID); got != "1" {
		t.Errorf("%s lines concern the agency", got)
	}
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set closed_at = ? where code = 'beside'", tx.Now).Error
	})
	kindIs(t, "a token of a closed agency", deeds["make"](o.sam, "beside"), models.Conflict)
	pool := o.Pool(t, "pool-x")
	kindIs(t, "a token of a pool", deeds["make"](o.sam, pool.Code), models.Conflict)
}

func TestOnlyACommanderSaysThatTheDirectoryApproves(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	dir := o.directory(t, o.ines)
	person := func(name string) (approved string) {
		t.Helper()
		p, err := o.svc.Create(ctx, dir, provisioning.Update{UserName: ptr(name + "@bay.example")})
		if err != nil {
			t.Fatal(err)
		}
		return o.text(t, "select approved_by_name from users where id = ?", p.ID)
	}
	if got := person("one"); got != "" {
		t.Errorf("approved by %q before anybody said so", got)
	}
	for _, a := range []auth.Actor{o.ines, o.dana, o.kit, dir} {
		kindIs(t, "as "+a.Name, o.svc.SetApproval(ctx, a, true), models.Forbidden)
		_, err := o.svc.Approval(ctx, a)
		kindIs(t, "asking as "+a.Name, err, models.Forbidden)
	}
	if err := o.svc.SetApproval(ctx, auth.Actor{}, true); err == nil {
		t.Error("as nobody")
	}
	kindIs(t, "what is so already", o.svc.SetApproval(ctx, o.noor, false), models.Conflict)
	o.Clock.Advance(time.Hour)
	if err := o.svc.SetApproval(ctx, o.noor, true); err != nil {
		t.Fatal(err)
	}
	if got := o.text(t, "select string_agg(code || directory_approves, ' ' order by code) from agencies"); got != "baytrue belowfalse besidefalse clearinghousefalse" {
		t.Errorf("now %s", got)
	}
	view, err := o.svc.Approval(ctx, o.noor)
	if err != nil || !view.Directory || view.ByName != "Noor" || !view.At.Equal(o.Clock.Now()) {
		t.Errorf("got %+v (%v)", view, err)
	}
	if got := person("two"); got != "Directory (Test)" {
		t.Errorf("approved by %q", got)
	}
	if got := o.text(t, "select count(*) from users where email = 'one@bay.example' and approved_at is null"); got != "1" {
		t.Error("whoever waited was approved by the way")
	}
	if n := o.lines(t, "directory.approval", false); n != 1 {
		t.Errorf("%d lines", n)
	}
}
