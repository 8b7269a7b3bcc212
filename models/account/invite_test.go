package account_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

func (o *office) invite(t testing.TB, a auth.Actor, n account.New) (*models.User, error) {
	t.Helper()
	var u *models.User
	err := o.as(t, a, func(tx *store.Tx) (err error) { u, err = account.Invite(tx, n); return err })
	return u, err
}

func TestAnInvitationIsWrittenAsItWasMeant(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sworn := true
	u, err := o.invite(t, o.noor, account.New{AgencyID: o.bay.ID, Email: "  Pat.Example@BAY.example ", Name: " Pat Example ", Title: "Detective", Sworn: &sworn,
		Roles: []auth.Role{auth.Investigator}, Source: models.ByInvitation})
	if err != nil {
		t.Fatal(err)
	}
	got := o.user(t, u.ID)
	if got.Email != "pat.example@bay.example" || got.Name != "Pat Example" || got.Title != "Detective" || got.Sworn == nil || !*got.Sworn || !slices.Equal(got.Roles, models.TextList{"investigator"}) ||
		got.State != models.UserInvited || got.Source != models.ByInvitation || got.ApprovedAt != nil || got.InvitedByName != "Noor" || got.InvitedBy == nil || *got.InvitedBy != o.noor.UserID ||
		got.Subject != nil || got.Version != 1 {
		t.Errorf("written as %+v", got)
	}
	u, err = o.invite(t, o.noor, account.New{AgencyID: o.bay.ID, Email: "ray@bay.example", Name: "Ray", Roles: []auth.Role{auth.ReadOnly}, Source: models.ByFile, Approved: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := o.user(t, u.ID); got.ApprovedAt == nil || got.ApprovedByName != "Noor" || got.Sworn != nil {
		t.Errorf("approved at once: %+v", got)
	}
}

func TestOnlyAnAddressOfTheAgencysOwnSignInIsInvited(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, email := range []string{"pat@beside.example", "pat@below.example", "pat@nowhere.example", "pat@sub.bay.example", "pat@bay.example.beside.example",
		"", "pat", "@bay.example", "pat@", "Pat <pat@bay.example>", "pat@bay.example, eve@bay.example", "pat@bay.example\r\nBcc: eve@mail.example", "pat\x00@bay.example",
		"pat@bay\u2028.example", "p\u200bat@bay.example", "p\u202eat@bay.example", "\"pat\"@bay.example", "pat @bay.example", "p\xffat@bay.example", strings.Repeat("a", 250) + "@bay.example"} {
		_, err := o.invite(t, o.noor, account.New{AgencyID: o.bay.ID, Email: email, Name: "Pat", Roles: []auth.Role{auth.Investigator}, Source: models.ByInvitation})
		if models.KindOf(err) != models.Invalid || models.FieldsOf(err)["email"] == "" {
			t.Errorf("%q: %v, want Invalid on email", email, err)
		}
	}
	// The clearinghouse, too, is held to the agency's own provider.
	if _, err := o.invite(t, o.sam, account.New{AgencyID: o.bay.ID, Email: "pat@beside.example", Name: "Pat", Roles: []auth.Role{auth.Investigator}}); models.KindOf(err) != models.Invalid {
		t.Errorf("another agency's domain by the clearinghouse: %v", err)
	}
	if n := o.count(t, "select count(*) from users where name = 'Pat'"); n != 0 {
		t.Errorf("%d accounts were made", n)
	}
}

func TestAnInvitationForAnotherAgencyIsRefusedByTheRows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		who auth.Actor
		to  models.Agency
		ok  bool
	}{{o.kit, o.bay, false}, {o.robin, o.bay, false}, {o.noor, o.clearing, false}, {o.noor, o.below, true}, {o.sam, o.beside, true}} {
		role := auth.Investigator
		if c.to.ID == o.clearing.ID {
			role = auth.Analyst
		}
		_, err := o.invite(t, c.who, account.New{AgencyID: c.to.ID, Email: "pat@" + c.to.Code + ".example", Name: "Pat", Roles: []auth.Role{role}, Source: models.ByInvitation})
		if c.ok != (err == nil) {
			t.Errorf("%s invites to %s: %v", c.who.Name, c.to.Code, err)
		}
	}
}

func TestWhoHasAnAccountIsNotInvitedAgainButWhoLeftIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	again := account.New{AgencyID: o.bay.ID, Email: "dana@bay.example", Name: "Dana Anew", Roles: []auth.Role{auth.ReadOnly}, Source: models.ByInvitation}
	for _, state := range []models.UserState{models.UserInvited, models.UserWaiting, models.UserActive, models.UserSuspended} {
		o.set(t, o.dana.UserID, "state", state)
		if _, err := o.invite(t, o.noor, again); models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), account.StateInWords(state)) {
			t.Errorf("somebody who is %s: %v", state, err)
		}
	}
	o.set(t, o.dana.UserID, "state", models.UserRemoved)
	o.session(t, o.dana.UserID, "1 hour") // was being made while she was removed
	u, err := o.invite(t, o.noor, again)
	if err != nil || u.ID != o.dana.UserID {
		t.Fatalf("%v, %v", u, err)
	}
	got := o.user(t, u.ID)
	if got.State != models.UserInvited || got.Subject != nil || got.Name != "Dana Anew" || got.ApprovedAt != nil || !slices.Equal(got.Roles, models.TextList{"read-only"}) || got.RecertifiedAt == nil {
		t.Errorf("invited again as %+v", got)
	}
	if n := o.count(t, "select count(*) from sessions where user_id = ?", u.ID); n != 0 {
		t.Errorf("%d sessions of before live on", n)
	}
}

func TestTwoInvitationsOfOnePersonMakeOneAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for round := range 10 {
		email := string(rune('a'+round)) + "@bay.example"
		var wg sync.WaitGroup
		var errs [2]error
		for i, a := range []auth.Actor{o.noor, o.ines} {
			wg.Go(func() {
				errs[i] = o.as(t, a, func(tx *store.Tx) error {
					_, err := account.Invite(tx, account.New{AgencyID: o.bay.ID, Email: email, Name: "Pat", Roles: []auth.Role{auth.Investigator}, Source: models.ByInvitation})
					return err
				})
			})
		}
		wg.Wait()
		conflicts := 0
		for _, err := range errs {
			if models.KindOf(err) == models.Conflict {
				conflicts++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if n := o.count(t, "select count(*) from users where email = ?", email); n != 1 || conflicts != 1 {
			t.Fatalf("%d accounts, %d conflicts (%v)", n, conflicts, errs)
		}
	}
}

func TestATextOfOneLineStaysOne(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"Noor Haddad": true, "نور حداد": true, "O’Brien-Ngũgĩ, Jr.": true, "می‌خواهم": true, " spaces go ": true,
		"": false, "   ": false, "two\nlines": false, "a\rb": false, "tab\there": false, "null\x00": false, "Eve\u202edrowssap": false, "a\u2029b": false, "\xff\xfe": false,
		"=HYPERLINK(\"x\")": false, "+1": false, "-1": false, "@sum": false, strings.Repeat("ü", 121): false, strings.Repeat("ü", 120): true,
	} {
		if got, err := account.Name(text); (err == nil) != ok || ok && got != strings.TrimSpace(text) {
			t.Errorf("the name %q: %q, %v", text, got, err)
		}
	}
	if _, err := account.Title(""); err != nil {
		t.Errorf("no title: %v", err)
	}
}
