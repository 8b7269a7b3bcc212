package people_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
)

func TestSeveralAreConfirmedAtOnceOrNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	reviewed := func() int {
		return o.count(t, "select count(*) from users where recertified_at is not null")
	}
	lines := func() int { return o.count(t, "select count(*) from audit_events where not refused") }
	all := []people.Target{target(o.dana), target(o.sup), target(o.ines), target(o.dana)} // one of them twice
	for name, c := range map[string]struct {
		list []people.Target
		want models.Kind
	}{
		"nobody": {nil, models.Invalid}, "oneself among them": {append(all, target(o.noor)), models.Forbidden}, "somebody beside": {append(all, target(o.kit)), models.NotFound},
		"no such person": {append(all, people.Target{ID: uuid.New()}), models.NotFound}, "one who changed meanwhile": {append(all, people.Target{ID: o.robin.UserID, Version: 9}), models.Conflict},
		"people of two agencies": {append(all, target(o.robin)), models.Invalid}, "too many": {many(people.ReviewAtOnce + 1), models.Invalid},
	} {
		before := lines()
		if n, err := o.people.RecertifyMany(t.Context(), o.noor, c.list); kind(err) != c.want || err == nil || n != 0 {
			t.Errorf("%s: %d, %v, want kind %v", name, n, err, c.want)
		}
		if reviewed() != 0 || lines() != before {
			t.Fatalf("%s: %d are confirmed all the same", name, reviewed())
		}
	}
	before := lines()
	if n, err := o.people.RecertifyMany(t.Context(), o.noor, all); err != nil || n != 3 || reviewed() != 3 {
		t.Errorf("%d, %v, %d confirmed; want 3", n, err, reviewed())
	}
	e := o.last(t)
	if lines() != before+1 || e.Words != "Confirmed that 3 people still need the access." || e.Subject != "3 accounts" || string(e.Detail) == "" {
		t.Errorf("written as %+v", e)
	}
	if n := o.count(t, "select count(*) from audit_people where event_id = ?", e.ID); n != 3 {
		t.Errorf("the line stands in %d histories, want 3", n)
	}
}

func many(n int) (list []people.Target) {
	for range n {
		list = append(list, people.Target{ID: uuid.New()})
	}
	return list
}

func TestHowFarEachAgencyIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Pool(t, "us-pool")
	closed := o.Agency(t, "closed")
	o.exec(t, "update agencies set closed_at = now() where id = ?", closed.ID)
	now := o.Clock.Now()
	o.exec(t, "update users set created_at = ?, last_sign_in_at = ?", now.Add(-24*time.Hour), now)
	o.exec(t, "update users set recertified_at = ? where id = ?", now.Add(-models.RecertifyAfter), o.dana.UserID)                              // late to the second
	o.exec(t, "update users set recertified_at = ? where id = ?", now.Add(-models.RecertifyAfter+time.Hour), o.sup.UserID)                     // soon
	o.exec(t, "update users set recertified_at = ? where id = ?", now.Add(-models.RecertifyAfter+people.ReviewAhead+time.Hour), o.ines.UserID) // later
	o.exec(t, "update users set last_sign_in_at = ? where id = ?", now.Add(-models.IdleAfter), o.ines.UserID)                                  // idle
	o.exec(t, "update users set state = 'waiting', approved_at = null where id = ?", o.kit.UserID)                                             // an agency whose only admin waits
	o.exec(t, "update users set state = 'removed', recertified_at = ? where id = ?", now.Add(-2*models.RecertifyAfter), o.robin.UserID)        // removed: not counted
	find := func(list []people.Review, code string) (r people.Review) {
		for _, l := range list {
			if l.Code == code {
				return l
			}
		}
		return people.Review{Code: "none"}
	}
	list, err := o.people.ReviewStatus(t.Context(), o.sam)
	if err != nil || len(list) != 4 {
		t.Fatalf("the clearinghouse sees %d agencies (%v), want four", len(list), err)
	}
	if got, want := find(list, "bay"), (people.Review{AgencyID: o.bay.ID, Code: "bay", Name: o.bay.Name, People: 4, Soon: 1, Late: 1, Idle: 1, Admins: 2}); got != want {
		t.Errorf("bay: %+v, want %+v", got, want)
	}
	if got, want := find(list, "beside"), (people.Review{AgencyID: o.beside.ID, Code: "beside", Name: o.beside.Name, People: 1, Waiting: 1}); got != want {
		t.Errorf("beside: %+v, want %+v", got, want)
	}
	if got, want := find(list, "below"), (people.Review{AgencyID: o.below.ID, Code: "below", Name: o.below.Name}); got != want {
		t.Errorf("below: %+v, want %+v", got, want)
	}
	for _, c := range []struct {
		who  auth.Actor
		want int
	}{{o.noor, 2}, {o.sup, 2}, {o.kit, 1}, {o.Person(t, o.clearing, "Desk", auth.DeskSupervisor), 4}} {
		if list, err := o.people.ReviewStatus(t.Context(), c.who); err != nil || len(list) != c.want {
			t.Errorf("%s sees %d agencies (%v), want %d", c.who.Name, len(list), err, c.want)
		}
	}
	for _, a := range []auth.Actor{o.dana, o.avery, {}} {
		if _, err := o.people.ReviewStatus(t.Context(), a); kind(err) != models.Forbidden {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}
