package provisioning_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/provisioning"
	"reeve/models/store"
)

func TestOnlyADirectoryProvisions(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx, id := t.Context(), o.dana.UserID
	deeds := map[string]func(a auth.Actor) error{
		"list":   func(a auth.Actor) error { _, err := o.svc.Users(ctx, a, provisioning.Query{Count: 1}); return err },
		"read":   func(a auth.Actor) error { _, err := o.svc.User(ctx, a, id); return err },
		"groups": func(a auth.Actor) error { _, err := o.svc.Groups(ctx, a, provisioning.GroupQuery{}); return err },
		"create": func(a auth.Actor) error {
			_, err := o.svc.Create(ctx, a, provisioning.Update{UserName: ptr("x@bay.example")})
			return err
		},
		"update": func(a auth.Actor) error {
			_, err := o.svc.Update(ctx, a, id, 0, provisioning.Update{Title: ptr("x")})
			return err
		},
		"remove": func(a auth.Actor) error { return o.svc.Remove(ctx, a, id, 0) },
		"group": func(a auth.Actor) error {
			_, err := o.svc.ChangeGroup(ctx, a, "supervisor", provisioning.GroupUpdate{DisplayName: ptr("x")})
			return err
		},
	}
	before := o.text(t, "select string_agg(u::text, ' ' order by id) from users u")
	for name, deed := range deeds {
		if err := deed(auth.Actor{}); err == nil {
			t.Errorf("%s as nobody", name)
		}
		for _, a := range []auth.Actor{o.ines, o.noor, o.dana, o.sam, auth.System(auth.ForDirectory), auth.Provider(nobody, "x")} {
			kindIs(t, name+" as "+a.Name, deed(a), models.Forbidden)
		}
		other := auth.ByDirectory(o.beside.ID, "Other")
		above := auth.ByDirectory(o.clearing.ID, "House")
		for _, a := range []auth.Actor{other, above} {
			switch name {
			case "read", "update", "remove":
				kindIs(t, name+" as "+a.Name, deed(a), models.NotFound)
			case "create":
				kindIs(t, name+" as "+a.Name, deed(a), models.Invalid)
			}
		}
	}
	if after := o.text(t, "select string_agg(u::text, ' ' order by id) from users u"); after != before {
		t.Error("something was changed")
	}
	if got := o.text(t, "select count(*) from scim_users"); got != "0" {
		t.Errorf("%s names are kept", got)
	}
}

// A directory above could read rows of agencies below by the policies; here it may not.
func TestADirectoryIsBoundToItsOwnAgencyExactly(t *testing.T) {
	t.Parallel()
	o := open(t)
	dir, ctx := o.directory(t, o.ines), t.Context()
	page, err := o.svc.Users(ctx, dir, provisioning.Query{Start: 1, Count: 100})
	if err != nil || page.Total != 3 || len(page.People) != 3 {
		t.Errorf("got %+v (%v), want the agency's three", page, err)
	}
	_, err = o.svc.Update(ctx, dir, o.robin.UserID, 0, provisioning.Update{Active: ptr(false)})
	kindIs(t, "somebody below", err, models.NotFound)
	_, err = o.svc.ChangeGroup(ctx, dir, "agency-admin", provisioning.GroupUpdate{Members: []provisioning.MemberChange{{Op: provisioning.Set, IDs: []string{o.ines.UserID.String()}}}})
	if err != nil {
		t.Errorf("the group as it is: %v", err)
	}
	if got := o.text(t, "select roles from users where id = ?", o.robin.UserID); got != "{agency-admin}" {
		t.Errorf("the admin below has %s", got)
	}
	if got := o.text(t, "select count(*) from audit_events where side = 'agency' and actor_id is null and actor_name = 'Directory (Test)' and actor_agency = ? and ip = '192.0.2.1' and request_id = 'r-1'", o.bay.ID); got != "1" {
		t.Errorf("%s lines name the directory", got)
	}
}

// Two directories, or a directory twice, never take the last admin between them.
func TestTwoDeedsAtOnceLeaveAnAdmin(t *testing.T) {
	t.Parallel()
	o := open(t)
	second := o.Person(t, o.bay, "Abe", auth.AgencyAdmin)
	dir, ctx := o.directory(t, o.ines), t.Context()
	for round := range 6 {
		o.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update users set state = 'active', roles = '{agency-admin}' where id in (?, ?)", o.ines.UserID, second.UserID).Error
		})
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, id := range []uuid.UUID{o.ines.UserID, second.UserID} {
			wg.Go(func() {
				switch round % 3 {
				case 0:
					_, errs[i] = o.svc.Update(ctx, dir, id, 0, provisioning.Update{Active: ptr(false)})
				case 1:
					_, errs[i] = o.svc.ChangeGroup(ctx, dir, "agency-admin", provisioning.GroupUpdate{Members: []provisioning.MemberChange{{Op: provisioning.Take, IDs: []string{id.String()}}}})
				case 2:
					_, errs[i] = o.svc.Update(ctx, dir, id, 0, provisioning.Update{Roles: []provisioning.RoleChange{{Op: provisioning.Set}}})
				}
			})
		}
		wg.Wait()
		failed := 0
		for _, err := range errs {
			if err != nil {
				failed++
				kindIs(t, "the second", err, models.Conflict)
			}
		}
		left := o.text(t, "select count(*) from users where agency_id = ? and state = 'active' and 'agency-admin' = any (roles)", o.bay.ID)
		if failed != 1 || left != "1" {
			t.Errorf("round %d: %d were refused, %s admins are left", round, failed, left)
		}
	}
}

func TestTheSamePersonSentTwiceAtOnceIsOneAccount(t *testing.T) {
	t.Parallel()
	o := open(t)
	dir, ctx := o.directory(t, o.ines), t.Context()
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = o.svc.Create(ctx, dir, provisioning.Update{UserName: ptr("new@bay.example"), ExternalID: ptr("e-1")})
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if models.KindOf(err) != models.Conflict || len(models.FieldsOf(err)) == 0 {
			t.Errorf("refused with %v", err)
		}
	}
	if got := o.text(t, "select count(*) from users where email = 'new@bay.example'"); made != 1 || got != "1" {
		t.Errorf("%d were made, %s accounts stand there", made, got)
	}
}

// What a leaver had open stays with the account until an admin hands it over.
func TestARemovedPersonsOpenReportsStay(t *testing.T) {
	t.Parallel()
	o := open(t)
	dir, ctx := o.directory(t, o.ines), t.Context()
	p := o.Provider(t, "Example Chat")
	r := o.Refer(t, o.Report(t, p, "a@mail.example", nil), o.bay)
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update referrals set assignee_id = ?, assignee = 'Dana', state = 'taken' where id = ?", o.dana.UserID, r.ID).Error
	})
	if err := o.svc.Remove(ctx, dir, o.dana.UserID, 0); err != nil {
		t.Fatal(err)
	}
	if got := o.text(t, "select assignee_id from referrals where id = ?", r.ID); got != o.dana.UserID.String() {
		t.Errorf("the report is %s's", got)
	}
	if got := o.text(t, "select words from audit_events where action = 'user.removed'"); !strings.Contains(got, "Open reports (1) wait") {
		t.Errorf("the line says %q", got)
	}
	if got := o.text(t, "select count(*) from audit_people p join audit_events e on e.id = p.event_id where p.user_id = ? and e.action = 'user.removed'", o.dana.UserID); got != "1" {
		t.Errorf("the person's history has %s of it", got)
	}
}

// A group of thousands changes in one request up to a bound, whole or not at all.
func TestALargeGroupChangesWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	o := open(t)
	dir, ctx := o.directory(t, o.ines), t.Context()
	var ids []string
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Raw(`insert into users (id, agency_id, issuer_id, email, name, roles, state, created_at)
			select gen_random_uuid(), agency_id, id, 'p' || n || '@bay.example', 'Person ' || n, '{read-only}', 'active', now() from issuers, generate_series(1, 400) n where agency_id = ? returning id::text`, o.bay.ID).Scan(&ids).Error
	})
	set := func(ids ...string) error {
		_, err := o.svc.ChangeGroup(ctx, dir, "investigator", provisioning.GroupUpdate{Members: []provisioning.MemberChange{{Op: provisioning.Set, IDs: ids}}})
		return err
	}
	kindIs(t, "one of them unknown", set(append(ids, nobody.String())...), models.Invalid)
	if got := o.text(t, "select count(*) from users where 'investigator' = any (roles) and agency_id = ?", o.bay.ID); got != "1" {
		t.Errorf("%s have the role after a refusal", got)
	}
	if err := set(ids...); err != nil {
		t.Fatal(err)
	}
	g, err := o.svc.Group(ctx, dir, "investigator", true)
	if err != nil || len(g.Members) != 400 {
		t.Errorf("%d members (%v)", len(g.Members), err)
	}
	if got := o.text(t, "select roles from users where id = ?", o.dana.UserID); got != "{}" {
		t.Errorf("whoever is no longer in it has %s", got)
	}
	if got := o.text(t, "select array_length(roles, 1) from users where id = ?", ids[7]); got != "2" {
		t.Errorf("a member has %s roles", got)
	}
	var many []string
	for n := range provisioning.MostMembers + 1 {
		many = append(many, fmt.Sprintf("0190aaaa-0000-7000-8000-%012d", n))
	}
	kindIs(t, "too many", set(many...), models.Invalid)
}
