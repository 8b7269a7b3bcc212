package people_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/people"
	"reeve/models/store"
)

func (o *office) session(t testing.TB, id uuid.UUID, lasts time.Duration) uuid.UUID {
	t.Helper()
	sid := store.NewID()
	o.exec(t, "insert into sessions (created_at, expires_at, user_id, token_hash, data, id, ip, agent) values (?, ?, ?, decode(md5(random()::text), 'hex'), '\\x7b7d', ?, '192.0.2.7', 'A browser')",
		o.Clock.Now(), o.Clock.Now().Add(lasts), id, sid)
	return sid
}

func TestAPersonsPageHoldsEverything(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.working(t, o.bay, o.dana, 2, models.ReferralTaken)
	open := o.session(t, o.dana.UserID, time.Hour)
	o.session(t, o.dana.UserID, -time.Hour)
	p, err := o.people.Person(t.Context(), o.noor, o.dana.UserID)
	if err != nil {
		t.Fatal(err)
	}
	if p.Email != "dana@bay.example" || p.Agency.Code != "bay" || p.Issuer.URL == "" || len(p.Issuer.Domains) != 1 || p.Open != 2 || p.Self || p.LastAdmin || !p.CanRelease {
		t.Errorf("read as %+v", p)
	}
	if len(p.Sessions) != 1 || p.Sessions[0].ID != open || p.Sessions[0].IP != "192.0.2.7" {
		t.Errorf("sessions %+v, want the open one", p.Sessions)
	}
	var heirs []string
	for _, h := range p.Heirs {
		heirs = append(heirs, h.Name)
	}
	if got := strings.Join(heirs, ","); got != "Noor,Sup" {
		t.Errorf("heirs %s, want those who work on reports", got)
	}
	if e := o.last(t); e.Action != "user.read" || e.Subject != "dana@bay.example" {
		t.Errorf("written as %+v", e)
	}
	// A commander sees no sessions: from where somebody works is for those who may end them.
	if p, err = o.people.Person(t.Context(), o.sup, o.dana.UserID); err != nil || p.Sessions != nil || p.Heirs != nil {
		t.Errorf("a commander sees %+v, %v", p, err)
	}
	if p, err = o.people.Person(t.Context(), o.sam, o.dana.UserID); err != nil || p.CanRelease || len(p.Sessions) != 1 {
		t.Errorf("the clearinghouse sees %+v, %v", p, err)
	}
	if p, err = o.people.Person(t.Context(), o.noor, o.noor.UserID); err != nil || !p.Self {
		t.Errorf("one's own page: %+v, %v", p, err)
	}
}

func TestWhoMaySeeWhose(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		who  auth.Actor
		of   uuid.UUID
		want models.Kind
	}{
		{o.noor, o.dana.UserID, 0}, {o.noor, o.robin.UserID, 0}, {o.sup, o.robin.UserID, 0}, {o.sam, o.kit.UserID, 0}, {o.robin, o.dana.UserID, models.NotFound},
		{o.kit, o.dana.UserID, models.NotFound}, {o.noor, o.sam.UserID, models.NotFound}, {o.noor, store.NewID(), models.NotFound},
		{o.dana, o.dana.UserID, models.Forbidden}, {o.avery, o.dana.UserID, models.Forbidden}, {auth.Actor{}, o.dana.UserID, models.Forbidden},
	} {
		if _, err := o.people.Person(t.Context(), c.who, c.of); (c.want == 0) != (err == nil) || err != nil && kind(err) != c.want {
			t.Errorf("%s opens %v: %v, want kind %v", c.who.Name, c.of, err, c.want)
		}
		if _, err := o.people.Leaving(t.Context(), c.who, c.of); c.who.Name != "Sup" && ((c.want == 0) != (err == nil) || err != nil && kind(err) != c.want) {
			t.Errorf("%s asks to remove %v: %v, want kind %v", c.who.Name, c.of, err, c.want)
		}
	}
	if _, err := o.people.Leaving(t.Context(), o.sup, o.dana.UserID); kind(err) != models.Forbidden {
		t.Errorf("a commander asks to remove: %v", err)
	}
}

func TestAnAccountsHistoryIsReadByItsManagersAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	step := func(err error) {
		t.Helper()
		o.Clock.Advance(time.Minute)
		if err != nil {
			t.Fatal(err)
		}
	}
	ada := o.Person(t, o.below, "Ada", auth.Investigator)
	o.exec(t, "update users set approved_at = created_at where id = ?", ada.UserID)
	_, err := o.people.SetRoles(t.Context(), o.robin, target(ada), []auth.Role{auth.ReadOnly}) // by the agency itself
	step(err)
	_, err = o.people.Suspend(t.Context(), o.noor, target(ada), "on leave") // from above
	step(err)
	_, err = o.people.Reactivate(t.Context(), o.sam, target(ada)) // by the clearinghouse
	step(err)
	step(o.Web.As(t.Context(), auth.ByDirectory(o.below.ID, "token"), func(tx *store.Tx) error { // by its directory
		return audit.Record(tx, audit.Event{Action: "user.changed", Subject: "ada@below.example", Words: "The directory changed the name.", People: []uuid.UUID{ada.UserID}})
	}))
	_, err = o.people.RecertifyMany(t.Context(), o.noor, []people.Target{target(ada), target(o.robin)})
	step(err)
	want := "Confirmed that 2 people still need the access. | The directory changed the name. | Let Ada back; the account is active. | Suspended Ada and ended no sessions. | Changed the roles of Ada from investigator to read-only."
	for _, a := range []auth.Actor{o.robin, o.noor, o.sam} {
		p, err := o.people.Person(t.Context(), a, ada.UserID)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, l := range p.History {
			words = append(words, l.Words)
		}
		if got := strings.Join(words, " | "); got != want {
			t.Errorf("%s reads\n%s\nwant\n%s", a.Name, got, want)
		}
	}
	// The window itself answers nobody else, and nobody reads the table.
	for _, a := range []auth.Actor{o.kit, o.dana, auth.System(auth.ForLogin)} {
		var n int
		err := o.Web.As(t.Context(), a, func(tx *store.Tx) error {
			return tx.Raw("select count(*) from people_history(?, ?, 50)", o.robin.UserID, uuid.Max).Row().Scan(&n)
		})
		if err != nil || (n != 0) != (a.Name == "Dana") {
			t.Errorf("%s reads %d lines of robin's history: %v", a.Name, n, err)
		}
		if err := o.Web.As(t.Context(), a, func(tx *store.Tx) error { return tx.Raw("select count(*) from audit_people").Row().Scan(&n) }); err == nil {
			t.Errorf("%s reads the table", a.Name)
		}
	}
}

func TestOneSessionOrAllAreEnded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one := o.session(t, o.dana.UserID, time.Hour)
	o.session(t, o.dana.UserID, time.Hour)
	o.session(t, o.dana.UserID, time.Hour)
	others := o.session(t, o.kit.UserID, time.Hour)
	if d, err := o.people.EndSessions(t.Context(), o.noor, o.dana.UserID, others); err != nil || d.Ended != 0 {
		t.Errorf("somebody else's session under dana's name: %+v, %v", d, err)
	}
	if d, err := o.people.EndSessions(t.Context(), o.noor, o.dana.UserID, one); err != nil || d.Ended != 1 {
		t.Errorf("one: %+v, %v", d, err)
	}
	if d, err := o.people.EndSessions(t.Context(), o.noor, o.dana.UserID, uuid.Nil); err != nil || d.Ended != 2 {
		t.Errorf("the rest: %+v, %v", d, err)
	}
	if n := o.count(t, "select count(*) from sessions"); n != 1 {
		t.Errorf("%d sessions are left, want the one of somebody else", n)
	}
	if u := o.user(t, o.dana.UserID); u.State != models.UserActive || u.Version != 1 {
		t.Errorf("the account is %s, version %d", u.State, u.Version)
	}
}

func TestLeaversAreFoundByStepping(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	held := map[string]models.UserState{"Act": models.UserActive, "Sus": models.UserSuspended, "Rem": models.UserRemoved, "Inv": models.UserInvited}
	for name, state := range held {
		p := o.Person(t, o.bay, name, auth.Investigator)
		o.working(t, o.bay, p, 2, models.ReferralTaken)
		o.exec(t, "update users set state = ? where id = ?", state, p.UserID)
	}
	closed := o.Person(t, o.bay, "Closed", auth.Investigator)
	o.working(t, o.bay, closed, 1, models.ReferralClosed)
	o.exec(t, "update users set state = 'removed' where id = ?", closed.UserID)
	for _, c := range []struct {
		who  auth.Actor
		want int
	}{{o.noor, 2}, {o.sam, 2}, {o.robin, 0}, {o.kit, 0}} {
		var n int
		err := o.Web.As(t.Context(), c.who, func(tx *store.Tx) error {
			return tx.Raw("select count(*) from people_leavers(?)", o.bay.ID).Row().Scan(&n)
		})
		if err != nil || n != c.want {
			t.Errorf("%s finds %d leavers (%v), want %d", c.who.Name, n, err, c.want)
		}
	}
}
