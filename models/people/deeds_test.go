package people_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
	"reeve/models/store"
)

// every is each deed that changes an account, as one would ask for it.
func (o *office) every() map[string]struct {
	do     func(context.Context, auth.Actor, people.Target) error
	action string
} {
	p := o.people
	type d = struct {
		do     func(context.Context, auth.Actor, people.Target) error
		action string
	}
	return map[string]d{
		"approve": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.Approve(ctx, a, t)
			return err
		}, "user.approved"},
		"roles": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.SetRoles(ctx, a, t, []auth.Role{auth.ReadOnly})
			return err
		}, "user.roles"},
		"suspend": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.Suspend(ctx, a, t, "left")
			return err
		}, "user.suspended"},
		"reactivate": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.Reactivate(ctx, a, t)
			return err
		}, "user.reactivated"},
		"recertify": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.Recertify(ctx, a, t)
			return err
		}, "user.recertified"},
		"review": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.RecertifyMany(ctx, a, []people.Target{t})
			return err
		}, "users.recertified"},
		"remove": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.Remove(ctx, a, t, "left", people.Work{})
			return err
		}, "user.removed"},
		"hand over": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.HandOver(ctx, a, t.ID, people.Work{Heir: o.sup.UserID})
			return err
		}, "user.handed-over"},
		"end sessions": {func(ctx context.Context, a auth.Actor, t people.Target) error {
			_, err := p.EndSessions(ctx, a, t.ID, uuid.Nil)
			return err
		}, "user.sessions-ended"},
	}
}

// from is the state in which a deed may be done to dana's account.
var from = map[string]string{"approve": "waiting", "reactivate": "suspended"}

// ready brings dana's account to where the deed may be done.
func (o *office) ready(t testing.TB, deed string) models.User {
	t.Helper()
	state := from[deed]
	if state == "" {
		state = "active"
	}
	o.exec(t, `update users set state = ?, approved_at = case when ? = 'approve' then null else created_at end, roles = '{investigator}', recertified_at = null, version = 1 where id = ?`, state, deed, o.dana.UserID)
	return o.user(t, o.dana.UserID)
}

func TestWhoMayDoWhatToWhom(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	nobody := store.NewID()
	for name, d := range o.every() {
		// Manage: admins of the agency and above. Approve: commanders of the agency and above.
		managers := []auth.Actor{o.noor, o.ines, o.sam}
		others := []auth.Actor{o.sup, o.dana, o.avery, {}, auth.ByDirectory(o.bay.ID, "t")}
		if name == "approve" {
			managers, others = []auth.Actor{o.noor, o.sup, o.sam}, []auth.Actor{o.ines, o.kit, o.robin, o.dana, o.avery, {}, auth.ByDirectory(o.bay.ID, "t")}
		}
		for _, a := range others {
			before := o.ready(t, name)
			err := d.do(t.Context(), a, target(o.dana))
			if kind(err) != models.Forbidden {
				t.Errorf("%s by %s (%v): %v, want Forbidden", name, a.Name, a.Roles, err)
			}
			o.unchanged(t, name+" by "+a.Name, before)
			if e := o.last(t); a.Known() && (!e.Refused || e.Action != d.action && name != "approve" || e.ActorName != a.Name) {
				t.Errorf("%s by %s is refused, and the newest line is %s by %s", name, a.Name, e.Action, e.ActorName)
			}
		}
		if name != "approve" { // beside and below: there is nobody
			for _, a := range []auth.Actor{o.kit, o.robin} {
				before := o.ready(t, name)
				if err := d.do(t.Context(), a, target(o.dana)); kind(err) != models.NotFound {
					t.Errorf("%s by %s: %v, want NotFound", name, a.Name, err)
				}
				o.unchanged(t, name+" by "+a.Name, before)
				not := o.last(t)
				if err := d.do(t.Context(), a, people.Target{ID: nobody}); kind(err) != models.NotFound {
					t.Errorf("%s of nobody by %s: %v, want NotFound", name, a.Name, err)
				}
				if none := o.last(t); !not.Refused || not.Action != d.action || not.Words != none.Words || none.Subject != "account "+nobody.String() || not.Subject != "account "+o.dana.UserID.String() {
					t.Errorf("%s of another's and of nobody are written as %+v and %+v", name, not, none)
				}
			}
		}
		for _, a := range managers {
			before := o.ready(t, name)
			if err := d.do(t.Context(), a, target(o.dana)); err != nil {
				t.Errorf("%s by %s: %v", name, a.Name, err)
				continue
			}
			e := o.last(t)
			if e.Action != d.action || e.Refused || e.ActorName != a.Name || a.AgencyID != o.bay.ID != slices.Contains(e.Concerns, o.bay.ID) {
				t.Errorf("%s by %s is written as %+v", name, a.Name, e)
			}
			if n := o.count(t, "select count(*) from audit_people where event_id = ? and user_id = ?", e.ID, o.dana.UserID); n != 1 {
				t.Errorf("%s by %s stands not in the account's history", name, a.Name)
			}
			if after := o.user(t, o.dana.UserID); name != "hand over" && name != "end sessions" && after.Version == before.Version {
				t.Errorf("%s by %s changed nothing", name, a.Name)
			}
		}
	}
}

func (o *office) unchanged(t testing.TB, what string, before models.User) {
	t.Helper()
	if after := o.user(t, before.ID); after.Version != before.Version || after.State != before.State || !slices.Equal(after.Roles, before.Roles) {
		t.Errorf("%s: the account went from %s %q to %s %q", what, before.State, before.Roles, after.State, after.Roles)
	}
}

func TestNobodyDoesItToThemselves(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, d := range o.every() {
		if name == "hand over" {
			continue // one's own work one may hand over
		}
		for _, a := range []auth.Actor{o.noor, o.sam} {
			o.exec(t, "update users set state = ?, approved_at = null where id = ?", map[bool]string{true: from[name], false: "active"}[from[name] != ""], a.UserID)
			before := o.user(t, a.UserID)
			if err := d.do(t.Context(), a, target(a)); kind(err) != models.Forbidden {
				t.Errorf("%s did %q to themselves: %v", a.Name, name, err)
			}
			o.unchanged(t, name, before)
			if e := o.last(t); !e.Refused || e.Action != d.action || !strings.HasPrefix(e.Words, "Was refused: ") {
				t.Errorf("%q to oneself is written as %+v", name, e)
			}
		}
	}
}

func TestTheLastAdminStaysWhoeverAsks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, a := range []auth.Actor{o.noor, o.sam} {
		for _, name := range []string{"roles", "suspend", "remove"} {
			before := o.user(t, o.robin.UserID)
			if err := o.every()[name].do(t.Context(), a, target(o.robin)); kind(err) != models.Conflict {
				t.Errorf("%s of the last admin by %s: %v, want Conflict", name, a.Name, err)
			}
			o.unchanged(t, name, before)
		}
		if p, err := o.people.Person(t.Context(), a, o.robin.UserID); err != nil || !p.LastAdmin {
			t.Errorf("%s is not told before trying: %v", a.Name, err)
		}
	}
	if p, err := o.people.Person(t.Context(), o.sam, o.ines.UserID); err != nil || p.LastAdmin {
		t.Errorf("one of two admins is called the last: %v", err)
	}
	// Two admins, of whom each removes the other in the same moment.
	var wg sync.WaitGroup
	var errs [2]error
	for i, pair := range [][2]auth.Actor{{o.noor, o.ines}, {o.ines, o.noor}} {
		wg.Go(func() { _, errs[i] = o.people.Remove(t.Context(), pair[0], target(pair[1]), "", people.Work{}) })
	}
	wg.Wait()
	if n := o.count(t, "select count(*) from users where agency_id = ? and state = 'active' and 'agency-admin' = any (roles)", o.bay.ID); n != 1 {
		t.Errorf("%d admins are left (%v)", n, errs)
	}
}

func TestAnOldPageDoesNotDecide(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, d := range o.every() {
		if name == "hand over" || name == "end sessions" {
			continue // they do not depend on what the page said of the account
		}
		before := o.ready(t, name)
		if err := d.do(t.Context(), o.noor, people.Target{ID: o.dana.UserID, Version: before.Version + 7}); kind(err) != models.Conflict {
			t.Errorf("%s on another version: %v, want Conflict", name, err)
		}
		o.unchanged(t, name, before)
	}
}

func TestAReasonIsOneShortLine(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, why := range []string{"two\nlines", strings.Repeat("x", people.WhyLimit+1), "\xff", "null\x00"} {
		if _, err := o.people.Suspend(t.Context(), o.noor, target(o.dana), why); kind(err) != models.Invalid || models.FieldsOf(err)["why"] == "" {
			t.Errorf("%.20q: %v", why, err)
		}
		if _, err := o.people.Remove(t.Context(), o.noor, target(o.dana), why, people.Work{}); kind(err) != models.Invalid {
			t.Errorf("%.20q: %v", why, err)
		}
	}
	if _, err := o.people.Suspend(t.Context(), o.noor, target(o.dana), "  Left on Friday. "); err != nil || o.user(t, o.dana.UserID).StateWhy != "Left on Friday." {
		t.Errorf("%v, %q", err, o.user(t, o.dana.UserID).StateWhy)
	}
}

func TestLeaversWorkGoesWhereItWasSaid(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	leaver := func(name string) auth.Actor {
		p := o.Person(t, o.bay, name, auth.Investigator)
		o.working(t, o.bay, p, 2, models.ReferralTaken)
		o.working(t, o.bay, p, 1, models.ReferralWorking)
		o.working(t, o.bay, p, 1, models.ReferralReturning)
		o.working(t, o.bay, p, 1, models.ReferralClosed)
		return p
	}
	held := func(a auth.Actor) int {
		return o.count(t, "select count(*) from referrals where assignee_id = ? and open", a.UserID)
	}
	left := leaver("Left")
	d, err := o.people.Remove(t.Context(), o.ines, target(left), "", people.Work{})
	if err != nil || d.Moved != 0 || d.Released != 0 || held(left) != 4 {
		t.Errorf("leaving the work: %+v, %v, %d still held", d, err, held(left))
	}
	heir := leaver("Heir")
	if d, err = o.people.Remove(t.Context(), o.ines, target(heir), "", people.Work{HeirEmail: " SUP@bay.example "}); err != nil || d.Moved != 4 || held(o.sup) != 4 || held(heir) != 0 {
		t.Errorf("to a colleague: %+v, %v, %d and %d held", d, err, held(o.sup), held(heir))
	}
	if e := o.last(t); !strings.Contains(e.Words, "Gave 4 open reports of Heir to Sup.") {
		t.Errorf("written as %q", e.Words)
	}
	queue := leaver("Queue")
	if d, err = o.people.Remove(t.Context(), o.ines, target(queue), "", people.Work{Release: true}); err != nil || d.Released != 3 || held(queue) != 1 {
		t.Errorf("back into the queue: %+v, %v, %d held; want 3 released and the one on its way back held", d, err, held(queue))
	}
	for state, want := range map[string]int{"new": 2, "working": 1} {
		if n := o.count(t, "select count(*) from referrals where assignee_id is null and assignee = '' and state = ? and updated_by = 'Ines'", state); n != want {
			t.Errorf("%d are %s and nobody's, want %d", n, state, want)
		}
	}
	// Wrong heirs, and putting back what is another agency's queue: nothing happens at all.
	below := o.Person(t, o.below, "Below", auth.Investigator)
	o.working(t, o.below, below, 1, models.ReferralTaken)
	for what, c := range map[string]struct {
		who  auth.Actor
		of   auth.Actor
		work people.Work
	}{
		"a reader's address": {o.noor, o.dana, people.Work{HeirEmail: "ines@bay.example"}}, "an address of nobody": {o.noor, o.dana, people.Work{HeirEmail: "nobody@bay.example"}},
		"no address": {o.noor, o.dana, people.Work{HeirEmail: "sup"}}, "somebody beside": {o.noor, o.dana, people.Work{HeirEmail: "kit@beside.example"}},
		"a queue below": {o.noor, below, people.Work{Release: true}}, "a queue, by the clearinghouse": {o.sam, below, people.Work{Release: true}},
	} {
		if _, err := o.people.Remove(t.Context(), c.who, target(c.of), "", c.work); kind(err) != models.Invalid || models.FieldsOf(err)["heir"] == "" {
			t.Errorf("%s: %v, want Invalid on heir", what, err)
		}
		if u := o.user(t, c.of.UserID); u.State != models.UserActive {
			t.Errorf("%s: the person is %s", what, u.State)
		}
	}
	if held(below) != 1 {
		t.Errorf("the work below moved")
	}
	// Without removing.
	o.working(t, o.bay, o.dana, 2, models.ReferralTaken)
	if _, err := o.people.HandOver(t.Context(), o.noor, o.dana.UserID, people.Work{}); kind(err) != models.Invalid {
		t.Errorf("handing over to nobody: %v", err)
	}
	if d, err := o.people.HandOver(t.Context(), o.noor, o.dana.UserID, people.Work{Heir: o.noor.UserID}); err != nil || d.Moved != 2 || o.user(t, o.dana.UserID).State != models.UserActive {
		t.Errorf("handing over: %+v, %v", d, err)
	}
	if d, err := o.people.HandOver(t.Context(), o.noor, o.noor.UserID, people.Work{Release: true}); err != nil || d.Released != 2 {
		t.Errorf("one's own back into the queue: %+v, %v", d, err)
	}
}

// Not in parallel: it lowers the limit for everybody.
func TestMoreThanCanBePutBackIsRefusedWhole(t *testing.T) {
	defer people.LowerReleaseLimit(2)()
	o := newOffice(t)
	o.working(t, o.bay, o.dana, 3, models.ReferralTaken)
	if _, err := o.people.Remove(t.Context(), o.noor, target(o.dana), "", people.Work{Release: true}); kind(err) != models.Invalid || models.FieldsOf(err)["heir"] == "" {
		t.Errorf("three where two may be: %v", err)
	}
	if n := o.count(t, "select count(*) from referrals where assignee_id = ?", o.dana.UserID); n != 3 || o.user(t, o.dana.UserID).State != models.UserActive {
		t.Errorf("%d are still held, and she is %s", n, o.user(t, o.dana.UserID).State)
	}
	o.exec(t, "update referrals set assignee_id = null where id = (select id from referrals where assignee_id = ? limit 1)", o.dana.UserID)
	if d, err := o.people.Remove(t.Context(), o.noor, target(o.dana), "", people.Work{Release: true}); err != nil || d.Released != 2 {
		t.Errorf("two: %+v, %v", d, err)
	}
}
