package people_test

import (
	"slices"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
	"reeve/models/store"
)

func TestWhoMayInviteWhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i, c := range []struct {
		who     auth.Actor
		code    string
		approve bool
		want    models.Kind
	}{
		{o.noor, "", false, 0}, {o.noor, "bay", true, 0}, {o.noor, "below", true, 0}, {o.noor, "beside", false, models.NotFound}, {o.noor, "clearinghouse", false, models.NotFound},
		{o.noor, "nowhere", false, models.NotFound}, {o.ines, "bay", false, 0}, {o.ines, "bay", true, models.Forbidden}, {o.sup, "bay", false, models.Forbidden},
		{o.sup, "bay", true, models.Forbidden}, {o.dana, "bay", false, models.Forbidden}, {o.robin, "bay", false, models.NotFound}, {o.kit, "beside", false, 0},
		{o.sam, "beside", true, 0}, {o.sam, "", true, 0}, {o.avery, "", false, models.Forbidden}, {auth.Actor{}, "bay", false, models.Forbidden},
		{auth.ByDirectory(o.bay.ID, "t"), "bay", false, models.Forbidden},
	} {
		domain := c.code
		if domain == "" {
			domain = map[auth.Side]string{auth.SideAgency: "bay", auth.SideClearinghouse: "clearinghouse"}[c.who.Side]
		}
		role := auth.Investigator
		if domain == "clearinghouse" {
			role = auth.Analyst
		}
		before := o.count(t, "select count(*) from users")
		email := string(rune('a'+i)) + "@" + domain + ".example"
		u, err := o.people.Invite(t.Context(), c.who, people.Invitation{Agency: c.code, Email: email, Name: "Pat", Roles: []auth.Role{role}, Approve: c.approve})
		if (c.want == 0) != (err == nil) || err != nil && kind(err) != c.want {
			t.Errorf("%s invites to %q, approving %v: %v, want kind %v", c.who.Name, c.code, c.approve, err, c.want)
			continue
		}
		if err != nil {
			if n := o.count(t, "select count(*) from users"); n != before {
				t.Errorf("%s made an account all the same", c.who.Name)
			}
			if e := o.last(t); c.who.Known() && !e.Refused {
				t.Errorf("the refusal of %s is not written", c.who.Name)
			}
			continue
		}
		if got := o.user(t, u.ID); got.State != models.UserInvited || (got.ApprovedAt != nil) != c.approve || got.InvitedByName != c.who.Name || got.Source != models.ByInvitation {
			t.Errorf("%s invited %+v", c.who.Name, got)
		}
		e := o.last(t)
		if e.Action != "user.invited" || e.Subject != email || slices.Contains(e.Concerns, u.AgencyID) == (u.AgencyID == c.who.AgencyID) {
			t.Errorf("written as %+v", e)
		}
		if n := o.count(t, "select count(*) from audit_people where event_id = ? and user_id = ?", e.ID, u.ID); n != 1 {
			t.Errorf("the invitation stands not in the account's history")
		}
	}
}

func TestTheInvitationSaysWhereThePersonWillSignIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f, err := o.people.InviteForm(t.Context(), o.noor, "below")
	if err != nil || f.Agency.Code != "below" || len(f.Providers) != 1 || !slices.Equal(f.Providers[0].Domains, models.TextList{"below.example"}) || !f.MayApprove || !slices.Equal(f.Roles, auth.AgencyRoles()) {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err = o.people.InviteForm(t.Context(), o.ines, ""); err != nil || f.MayApprove {
		t.Errorf("an admin who is no commander: %+v, %v", f, err)
	}
	if f, err = o.people.InviteForm(t.Context(), o.sam, ""); err != nil || !slices.Equal(f.Roles, auth.ClearinghouseRoles()) {
		t.Errorf("the clearinghouse's own: %+v, %v", f, err)
	}
	o.Agency(t, "fresh")
	if f, err = o.people.InviteForm(t.Context(), o.sam, "fresh"); err != nil || len(f.Providers) != 0 {
		t.Errorf("an agency without a sign-in: %+v, %v", f, err)
	}
	for _, c := range []struct {
		who  auth.Actor
		code string
		want models.Kind
	}{{o.noor, "beside", models.NotFound}, {o.sup, "", models.Forbidden}, {o.robin, "bay", models.NotFound}} {
		if _, err := o.people.InviteForm(t.Context(), c.who, c.code); kind(err) != c.want {
			t.Errorf("%s asks for %q: %v", c.who.Name, c.code, err)
		}
	}
}

func TestTheClearinghouseInvitesARootAgencysFirstAdmin(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	root := o.Agency(t, "root")
	invite := func(roles ...auth.Role) error {
		_, err := o.people.Invite(t.Context(), o.sam, people.Invitation{Agency: "root", Email: "chief@root.example", Name: "Chief", Roles: roles, Approve: true})
		return err
	}
	if err := invite(auth.AgencyAdmin); kind(err) != models.Invalid || models.FieldsOf(err)["email"] == "" {
		t.Errorf("before the agency has a sign-in: %v", err)
	}
	o.Setup(t, func(tx *store.Tx) error {
		i := models.Issuer{ID: store.NewID(), AgencyID: root.ID, URL: "http://127.0.0.1:1/root", ClientID: "reeve", Enabled: true, CreatedAt: o.Clock.Now()}
		if err := tx.Create(&i).Error; err != nil {
			return err
		}
		return tx.Create(&models.IssuerDomain{Domain: "root.example", IssuerID: i.ID}).Error
	})
	if err := invite(auth.ClearinghouseAdmin); kind(err) != models.Invalid || models.FieldsOf(err)["roles"] == "" {
		t.Errorf("with a role of the clearinghouse: %v", err)
	}
	if err := invite(auth.AgencyAdmin, auth.Supervisor); err != nil {
		t.Error(err)
	}
	if err := invite(auth.AgencyAdmin); kind(err) != models.Conflict {
		t.Errorf("twice: %v", err)
	}
}
