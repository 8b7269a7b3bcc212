package account_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

// deeds are all of them, as one would do each.
func deeds() map[account.Deed]func(*store.Tx, *models.User) error {
	return map[account.Deed]func(*store.Tx, *models.User) error{
		account.Approve: account.DoApprove,
		account.SetRoles: func(tx *store.Tx, u *models.User) error {
			return account.DoSetRoles(tx, u, []auth.Role{auth.ReadOnly})
		},
		account.Recertify:  account.DoRecertify,
		account.Suspend:    func(tx *store.Tx, u *models.User) error { _, err := account.DoSuspend(tx, u, "left"); return err },
		account.Reactivate: account.DoReactivate,
		account.Remove: func(tx *store.Tx, u *models.User) error {
			_, _, err := account.DoRemove(tx, u, "left", nil)
			return err
		},
	}
}

func TestEachDeedLeadsFromWhereItMayToWhereItSays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	type where struct {
		state    models.UserState
		bound    bool
		approved bool
	}
	want := map[account.Deed]map[where]models.UserState{
		account.Approve: {
			{models.UserInvited, false, false}: models.UserInvited, {models.UserWaiting, true, false}: models.UserActive},
		account.SetRoles: {
			{models.UserInvited, false, false}: models.UserInvited, {models.UserInvited, false, true}: models.UserInvited, {models.UserWaiting, true, false}: models.UserWaiting,
			{models.UserActive, true, true}: models.UserActive, {models.UserSuspended, true, true}: models.UserSuspended,
			{models.UserSuspended, false, true}: models.UserSuspended, {models.UserSuspended, true, false}: models.UserSuspended},
		account.Suspend: {
			{models.UserInvited, false, false}: models.UserSuspended, {models.UserInvited, false, true}: models.UserSuspended,
			{models.UserWaiting, true, false}: models.UserSuspended, {models.UserActive, true, true}: models.UserSuspended},
		account.Reactivate: {
			{models.UserSuspended, true, true}: models.UserActive, {models.UserSuspended, false, true}: models.UserInvited, {models.UserSuspended, true, false}: models.UserWaiting},
		account.Remove: {},
	}
	want[account.Recertify] = want[account.SetRoles]
	for w := range want[account.SetRoles] {
		want[account.Remove][w] = models.UserRemoved
	}
	starts := []where{{models.UserRemoved, true, true}}
	for w := range want[account.SetRoles] {
		starts = append(starts, w)
	}
	for deed, do := range deeds() {
		for _, start := range starts {
			name := fmt.Sprintf("%s from %s, bound %v, approved %v", deed, start.state, start.bound, start.approved)
			o.Setup(t, func(tx *store.Tx) error {
				return tx.Exec(`update users set state = ?, subject = case when ? then 'x' end, approved_at = case when ? then created_at end, roles = '{investigator}' where id = ?`,
					start.state, start.bound, start.approved, o.dana.UserID).Error
			})
			before := o.user(t, o.dana.UserID)
			err := o.on(t, o.noor, o.dana.UserID, do)
			after := o.user(t, o.dana.UserID)
			to, allowed := want[deed][start]
			if account.May(deed, before) != allowed {
				t.Errorf("%s: May says %v", name, !allowed)
			}
			switch {
			case !allowed:
				if models.KindOf(err) != models.Conflict || after.Version != before.Version || after.State != before.State {
					t.Errorf("%s: %v, state %s, version %d to %d; want Conflict and nothing changed", name, err, after.State, before.Version, after.Version)
				}
			case err != nil || after.State != to || after.Version != before.Version+1:
				t.Errorf("%s: %v, state %s, version %d to %d; want %s and one version more", name, err, after.State, before.Version, after.Version, to)
			}
		}
	}
}

func TestADeedWritesWhoDidItAndWhen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	now := o.Clock.Now()
	o.set(t, o.dana.UserID, "state", models.UserWaiting)
	for deed, do := range deeds() {
		if deed == account.Approve || deed == account.Recertify {
			if err := o.on(t, o.noor, o.dana.UserID, do); err != nil {
				t.Fatal(err)
			}
		}
	}
	u := o.user(t, o.dana.UserID)
	if u.ApprovedAt == nil || !u.ApprovedAt.Equal(now) || u.ApprovedByName != "Noor" || u.ApprovedBy == nil || *u.ApprovedBy != o.noor.UserID {
		t.Errorf("approved at %v by %q, %v", u.ApprovedAt, u.ApprovedByName, u.ApprovedBy)
	}
	if u.RecertifiedAt == nil || !u.RecertifiedAt.Equal(now) || u.RecertifiedByName != "Noor" || !u.RecertifyDue().Equal(now.Add(models.RecertifyAfter)) {
		t.Errorf("reviewed at %v by %q, due %v", u.RecertifiedAt, u.RecertifiedByName, u.RecertifyDue())
	}
	o.Clock.Advance(time.Hour)
	if err := o.on(t, o.noor, o.dana.UserID, deeds()[account.Suspend]); err != nil {
		t.Fatal(err)
	}
	if u := o.user(t, o.dana.UserID); u.StateAt == nil || !u.StateAt.Equal(now.Add(time.Hour)) || u.StateWhy != "left" {
		t.Errorf("suspended at %v because %q", u.StateAt, u.StateWhy)
	}
	if err := o.on(t, o.noor, o.dana.UserID, account.DoApprove); models.KindOf(err) != models.Conflict {
		t.Errorf("approving a suspended person: %v, want Conflict", err)
	}
}

func TestNobodyChangesTheirOwnAccess(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for deed, do := range deeds() {
		for _, a := range []auth.Actor{o.noor, o.sam} {
			before := o.user(t, a.UserID)
			if err := o.on(t, a, a.UserID, do); models.KindOf(err) != models.Forbidden {
				t.Errorf("%s did %q to their own account: %v, want Forbidden", a.Name, deed, err)
			}
			if after := o.user(t, a.UserID); after.Version != before.Version {
				t.Errorf("%q on %s's own account changed it", deed, a.Name)
			}
		}
	}
}

func TestOnlyAnAgencyAboveReachesAnAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	of := map[string]uuid.UUID{"bay": o.dana.UserID, "below": o.robin.UserID, "beside": o.kit.UserID, "clearinghouse": o.sam.UserID, "nowhere": store.NewID()}
	for _, c := range []struct {
		who auth.Actor
		may []string
	}{
		{o.noor, []string{"bay", "below"}}, {o.robin, []string{"below"}}, {o.kit, []string{"beside"}},
		{o.sam, []string{"bay", "below", "beside", "clearinghouse"}}, {auth.ByDirectory(o.bay.ID, "t"), []string{"bay", "below"}},
	} {
		for agency, id := range of {
			err := o.as(t, c.who, func(tx *store.Tx) error { _, err := account.Lock(tx, id, 0); return err })
			if slices.Contains(c.may, agency) != (err == nil) || err != nil && models.KindOf(err) != models.NotFound {
				t.Errorf("%s and an account of %s: %v", c.who.Name, agency, err)
			}
			if err != nil && err.Error() != o.as(t, c.who, func(tx *store.Tx) error { _, err := account.Lock(tx, of["nowhere"], 0); return err }).Error() {
				t.Errorf("%s can tell an account of %s from none", c.who.Name, agency)
			}
		}
	}
}

func TestAnAgencyKeepsItsLastAdmin(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, deed := range []account.Deed{account.Remove, account.Suspend, account.SetRoles} {
		err := o.on(t, o.noor, o.robin.UserID, deeds()[deed])
		if models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "last active admin") {
			t.Errorf("%s of the last admin: %v", deed, err)
		}
	}
	// An admin who never signed in, or is suspended, is none that counts.
	ada := o.Person(t, o.below, "Ada", auth.AgencyAdmin)
	for _, state := range []models.UserState{models.UserInvited, models.UserWaiting, models.UserSuspended, models.UserRemoved} {
		o.set(t, ada.UserID, "state", state)
		if err := o.on(t, o.noor, o.robin.UserID, deeds()[account.Suspend]); models.KindOf(err) != models.Conflict {
			t.Errorf("the other admin is %s: %v, want Conflict", state, err)
		}
	}
	o.set(t, ada.UserID, "state", models.UserActive)
	if err := o.on(t, o.noor, o.robin.UserID, deeds()[account.Suspend]); err != nil {
		t.Errorf("with another active admin: %v", err)
	}
	// A suspended admin is removed like anybody.
	if err := o.on(t, o.noor, o.robin.UserID, deeds()[account.Remove]); err != nil {
		t.Error(err)
	}
}

func TestTwoAdminsWhoRemoveEachOtherLeaveOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for round := range 15 {
		o.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update users set state = 'active' where id in (?, ?)", o.noor.UserID, o.ines.UserID).Error
		})
		var wg sync.WaitGroup
		var errs [2]error
		start := make(chan struct{})
		for i, pair := range [][2]auth.Actor{{o.noor, o.ines}, {o.ines, o.noor}} {
			wg.Go(func() {
				<-start
				errs[i] = o.on(t, pair[0], pair[1].UserID, deeds()[account.Remove])
			})
		}
		close(start)
		wg.Wait()
		left := o.count(t, "select count(*) from users where agency_id = ? and state = 'active' and 'agency-admin' = any (roles)", o.bay.ID)
		refused := 0
		for _, err := range errs {
			if models.KindOf(err) == models.Conflict {
				refused++
			} else if err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
		if left != 1 || refused != 1 {
			t.Fatalf("round %d: %d admins left, %d refused (%v); want one of each", round, left, refused, errs)
		}
	}
}

func TestOnlyRolesOfTheAgencysOwnKindAreGiven(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	analyst := o.Person(t, o.clearing, "Avery", auth.Analyst)
	give := func(a auth.Actor, id uuid.UUID, roles ...auth.Role) error {
		return o.on(t, a, id, func(tx *store.Tx, u *models.User) error { return account.DoSetRoles(tx, u, roles) })
	}
	for _, r := range auth.Roles() {
		for who, id := range map[string]uuid.UUID{"agency": o.dana.UserID, "clearinghouse": analyst.UserID} {
			may := auth.AgencyRoles()
			if who == "clearinghouse" {
				may = auth.ClearinghouseRoles()
			}
			before := o.user(t, id)
			err := give(o.sam, id, r)
			if slices.Contains(may, r) != (err == nil) || err != nil && (models.KindOf(err) != models.Invalid || models.FieldsOf(err)["roles"] == "") {
				t.Errorf("%s for a person of an %s: %v", r, who, err)
			}
			if err != nil && !slices.Equal(o.user(t, id).Roles, before.Roles) {
				t.Errorf("a refused role of an %s was given", who)
			}
		}
	}
	if err := give(o.noor, o.dana.UserID); models.KindOf(err) != models.Invalid {
		t.Errorf("no role at all: %v", err)
	}
	if err := give(o.noor, o.dana.UserID, auth.AgencyAdmin, auth.Investigator, auth.AgencyAdmin); err != nil {
		t.Error(err)
	}
	if got := o.user(t, o.dana.UserID).Roles; !slices.Equal(got, models.TextList{"investigator", "agency-admin"}) {
		t.Errorf("roles are kept as %q, want each once in the matrix's order", got)
	}
}

func TestTheVersionThatAPageShowedMustStillHold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	lock := func(version int) error {
		return o.as(t, o.noor, func(tx *store.Tx) error {
			u, err := account.Lock(tx, o.dana.UserID, version)
			if err != nil {
				return err
			}
			return account.DoRecertify(tx, u)
		})
	}
	if err := lock(1); err != nil {
		t.Fatal(err)
	}
	if err := lock(1); models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "Somebody else changed") {
		t.Errorf("an old version: %v", err)
	}
	if err := lock(2); err != nil {
		t.Error(err)
	}
}
