package account_test

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

// working refers n reports to the agency and gives them to the person.
func (o *office) working(t testing.TB, a models.Agency, who auth.Actor, n int) {
	t.Helper()
	p := o.Provider(t, "Example Chat "+uuid.NewString())
	for range n {
		r := o.Refer(t, o.Report(t, p, "someone@mail.example", nil), a)
		o.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update referrals set state = 'taken', assignee_id = ?, assignee = ? where id = ?", who.UserID, who.Name, r.ID).Error
		})
	}
}

func TestSuspensionEndsSessionsInTheSameMoment(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range 2 {
		o.session(t, o.dana.UserID, "1 hour")
	}
	o.session(t, o.dana.UserID, "-1 hour") // ran out, not swept yet
	o.session(t, o.noor.UserID, "1 hour")
	var ended int
	err := o.on(t, o.noor, o.dana.UserID, func(tx *store.Tx, u *models.User) (err error) {
		ended, err = account.DoSuspend(tx, u, "")
		return err
	})
	if err != nil || ended != 2 {
		t.Errorf("%d sessions ended (%v), want the two that were open", ended, err)
	}
	if n := o.count(t, "select count(*) from sessions where user_id = ?", o.dana.UserID); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	if n := o.count(t, "select count(*) from sessions where user_id = ?", o.noor.UserID); n != 1 {
		t.Errorf("a colleague has %d sessions left, want their one", n)
	}
	// One that came into being meanwhile does not live on after reactivation.
	o.session(t, o.dana.UserID, "1 hour")
	if err := o.on(t, o.noor, o.dana.UserID, account.DoReactivate); err != nil {
		t.Fatal(err)
	}
	if n := o.count(t, "select count(*) from sessions where user_id = ?", o.dana.UserID); n != 0 {
		t.Errorf("%d old sessions live after reactivation", n)
	}
}

func TestSessionsOfOthersAreNotEnded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.session(t, o.dana.UserID, "1 hour")
	for _, a := range []auth.Actor{o.kit, o.robin} {
		err := o.as(t, a, func(tx *store.Tx) error {
			n, err := account.EndSessions(tx, o.dana.UserID)
			if n != 0 {
				t.Errorf("%s is told of %d sessions", a.Name, n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if n := o.count(t, "select count(*) from sessions where user_id = ?", o.dana.UserID); n != 1 {
		t.Errorf("%d sessions, want the one", n)
	}
}

func TestALeaversOpenWorkGoesOnUnderAColleaguesName(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.working(t, o.bay, o.dana, 3)
	o.working(t, o.bay, o.noor, 1)
	o.Setup(t, func(tx *store.Tx) error { // one closed one stays hers
		return tx.Exec("update referrals set state = 'closed' where id = (select id from referrals where assignee_id = ? limit 1)", o.dana.UserID).Error
	})
	var ended, moved int
	remove := func(a auth.Actor, heir *uuid.UUID) error {
		return o.on(t, a, o.dana.UserID, func(tx *store.Tx, u *models.User) (err error) {
			ended, moved, err = account.DoRemove(tx, u, "left", heir)
			return err
		})
	}
	eve, idle := o.Person(t, o.bay, "Eve", auth.ReadOnly), o.Person(t, o.bay, "Idle", auth.Investigator)
	o.set(t, idle.UserID, "state", models.UserSuspended)
	nobody := store.NewID()
	for name, heir := range map[string]uuid.UUID{"a reader": eve.UserID, "an admin only": o.ines.UserID, "a suspended investigator": idle.UserID,
		"somebody of another agency": o.kit.UserID, "somebody below": o.robin.UserID, "nobody": nobody, "the leaver": o.dana.UserID} {
		if err := remove(o.ines, &heir); models.KindOf(err) != models.Invalid || models.FieldsOf(err)["heir"] == "" {
			t.Errorf("%s as heir: %v, want Invalid on heir", name, err)
		}
		if u := o.user(t, o.dana.UserID); u.State != models.UserActive {
			t.Fatalf("%s as heir: the leaver is %s", name, u.State)
		}
	}
	o.session(t, o.dana.UserID, "1 hour")
	if err := remove(o.ines, &o.noor.UserID); err != nil || moved != 2 || ended != 1 {
		t.Fatalf("%v: %d moved, %d ended; want 2 and 1", err, moved, ended)
	}
	if n := o.count(t, "select count(*) from referrals where assignee_id = ? and assignee = 'Noor' and state = 'taken'", o.noor.UserID); n != 3 {
		t.Errorf("the heir holds %d, want 3", n)
	}
	if n := o.count(t, "select count(*) from referrals where assignee_id = ? and version = 2 and updated_by = 'Ines'", o.noor.UserID); n != 2 {
		t.Errorf("%d of them say who handed them over", n)
	}
	if n := o.count(t, "select count(*) from referrals where assignee_id = ? and state = 'closed'", o.dana.UserID); n != 1 {
		t.Errorf("%d closed ones are still hers, want 1", n)
	}
}

func TestWorkIsHandedOverFromAboveAndNotFromBeside(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one, two := o.Person(t, o.below, "One", auth.Investigator), o.Person(t, o.below, "Two", auth.Supervisor)
	o.working(t, o.below, one, 2)
	for _, c := range []struct {
		who  auth.Actor
		want int
	}{{o.kit, 0}, {o.noor, 2}, {o.sam, 0}} {
		var n int
		err := o.as(t, c.who, func(tx *store.Tx) (err error) { n, err = account.HandOver(tx, one.UserID, two.UserID); return err })
		if n != c.want || (c.who.Name == "Kit") != (models.KindOf(err) == models.Invalid && err != nil) {
			t.Errorf("%s handed over %d (%v), want %d", c.who.Name, n, err, c.want)
		}
	}
	if n := o.count(t, "select count(*) from referrals where assignee_id = ?", two.UserID); n != 2 {
		t.Errorf("the colleague below holds %d, want 2", n)
	}
}
