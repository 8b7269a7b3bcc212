package issuers_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/models/store"
)

func TestAChangedProviderBindsItsPeopleAnewAndTheTesterAtOnce(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	s.session(t, s.dana)
	old := s.issuer(t, s.provider)
	id := s.tested(t, &s.provider, settings("bay.example"))
	v := s.view(t, id)
	if !v.Effects.NewIdentity || v.Effects.Rebound != 2 || v.Effects.ShutOut != 0 {
		t.Errorf("the page says %+v, want two people to be bound anew", v.Effects)
	}
	wantKind(t, "an older form", second(s.svc.SwitchOn(ctx, s.noor, id, 9)), models.Conflict)
	done, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	noError(t, "switching on", err)
	now := s.issuer(t, s.provider)
	if done.IssuerID != s.provider || now.URL != settings().URL || now.ClientID != "reeve-bay" || now.Version != old.Version+1 || now.ChangedByName != "Noor" || now.TestedAt == nil || !now.Enabled ||
		len(s.issuers(t, s.bay)) != 1 {
		t.Errorf("live is %+v", now)
	}
	if u := s.user(t, s.noor); u.Subject == nil || *u.Subject != "noor-at-new" || u.IssuerID != s.provider {
		t.Errorf("the tester is bound to %v", u.Subject)
	}
	for _, a := range []auth.Actor{s.dana, s.ines} {
		if u := s.user(t, a); u.Subject != nil || u.IssuerID != s.provider || u.State != models.UserActive {
			t.Errorf("%s is %+v, want to be found by the address", a.Name, u)
		}
	}
	if s.sessions(t, s.dana) != 1 {
		t.Error("a session ended although its person has a way in")
	}
	if u := s.user(t, s.kit); u.Subject == nil {
		t.Error("another agency's people were touched")
	}

	// What was live is kept, and going back is a test away.
	var kept models.IssuerDraft
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Where("issuer_id = ? and replaced_at is not null", s.provider).Take(&kept).Error
	})
	if kept.URL != old.URL || kept.ClientID != old.ClientID || !slices.Equal(kept.Domains, []string{"bay.example"}) || kept.TestedAt != nil {
		t.Errorf("kept was %+v", kept)
	}
	_, err = s.svc.SwitchOn(ctx, s.noor, kept.ID, 1)
	wantKind(t, "going back untested", err, models.Conflict)
	in := issuers.Settings{URL: old.URL, ClientID: old.ClientID, Method: models.AuthNone, AMR: []string{"mfa"}, Scopes: []string{"openid", "email", "profile"}, Domains: []string{"bay.example"}}
	noError(t, "demanding a second factor there too", s.svc.Save(ctx, s.noor, kept.ID, 1, in))
	s.test(t, s.noor, kept.ID, passed("noor-of-old", "noor@bay.example"))
	_, err = s.svc.SwitchOn(ctx, s.noor, kept.ID, 2)
	noError(t, "going back", err)
	if now := s.issuer(t, s.provider); now.URL != old.URL || now.ClientSecret != nil {
		t.Errorf("back is %+v", now)
	}
	var n int64
	s.Setup(t, func(tx *store.Tx) error { return tx.Model(&models.IssuerDraft{}).Count(&n).Error })
	if n != 1 {
		t.Errorf("%d drafts are kept, want the one settings before", n)
	}
}

func second[T any](_ T, err error) error { return err }

func TestANewClientAtTheSameProviderBindsAnewToo(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	old := s.issuer(t, s.provider)
	in := settings("bay.example")
	in.URL, in.ClientID = old.URL, "another-client"
	id := s.tested(t, &s.provider, in)
	if v := s.view(t, id); v.Effects.Rebound != 2 {
		t.Errorf("the page says %+v", v.Effects)
	}
	in.ClientID = old.ClientID
	noError(t, "the same client", s.svc.Save(t.Context(), s.noor, id, 1, in))
	s.test(t, s.noor, id, passed("noor-of-old", "noor@bay.example"))
	if v := s.view(t, id); v.Effects.NewIdentity || v.Effects.Rebound != 0 {
		t.Errorf("with the same client the page says %+v", v.Effects)
	}
	_, err := s.svc.SwitchOn(t.Context(), s.noor, id, 2)
	noError(t, "switching on", err)
	if s.user(t, s.dana).Subject == nil {
		t.Error("the same provider and client forgot whom it knew")
	}
}

func TestASecondProviderTakesADomainWithItsPeople(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	s.approved(t, s.bay, "lab.example")
	s.lead(t, s.bay, "lab.example")
	lena := s.Person(t, s.bay, "Lena", auth.Investigator)
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set email = 'lena@lab.example' where id = ?", lena.UserID).Error
	})
	s.session(t, lena)

	id := s.tested(t, nil, settings("lab.example"))
	v := s.view(t, id)
	if len(v.Effects.Moves) != 1 || v.Effects.Moves[0].Domain != "lab.example" || v.Effects.Moves[0].People != 1 || v.Effects.Rebound != 1 || v.Effects.ShutOut != 0 {
		t.Errorf("the page says %+v", v.Effects)
	}
	done, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	noError(t, "switching on", err)
	if got := s.leads(t); got["lab.example"] != done.IssuerID || got["bay.example"] != s.provider || done.IssuerID == s.provider {
		t.Errorf("the domains lead to %v", got)
	}
	if u := s.user(t, lena); u.IssuerID != done.IssuerID || u.Subject != nil {
		t.Errorf("Lena is %+v", u)
	}
	// Noor's own address leads to the first provider, where she stays bound.
	if u := s.user(t, s.noor); u.IssuerID != s.provider || u.Subject == nil || *u.Subject == "noor-at-new" {
		t.Errorf("Noor is %+v", u)
	}
	if s.sessions(t, lena) != 1 || len(s.issuers(t, s.bay)) != 2 {
		t.Error("somebody was signed out, or there are not two providers")
	}
}

func TestTheTestersOwnDomainMovesWithTheTester(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	id := s.tested(t, nil, settings("bay.example"))
	if v := s.view(t, id); v.Effects.Rebound != 2 || len(v.Effects.Moves) != 1 || v.Effects.Moves[0].People != 3 {
		t.Errorf("the page says %+v", v.Effects)
	}
	done, err := s.svc.SwitchOn(t.Context(), s.noor, id, 1)
	noError(t, "switching on", err)
	if u := s.user(t, s.noor); u.IssuerID != done.IssuerID || u.Subject == nil || *u.Subject != "noor-at-new" {
		t.Errorf("Noor is %+v", u)
	}
	// The old one leads nowhere now; switching it off shuts nobody out.
	off, err := s.svc.SwitchOff(t.Context(), s.noor, s.provider, 1, false)
	noError(t, "switching the old one off", err)
	if off.People != 0 || off.LastWay {
		t.Errorf("switching the old one off shut out %d", off.People)
	}
}

func TestDroppingADomainEndsItsPeoplesSessionsAndNeverTheTestersWay(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	s.approved(t, s.bay, "lab.example")
	s.lead(t, s.bay, "lab.example")
	lena := s.Person(t, s.bay, "Lena", auth.Investigator)
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set email = 'lena@lab.example' where id = ?", lena.UserID).Error
	})
	s.session(t, lena)
	s.session(t, s.dana)

	// Without her own domain the tester would have no way in.
	id := s.tested(t, &s.provider, settings("lab.example"))
	_, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	wantKind(t, "dropping one's own domain", err, models.Conflict)
	if got := s.leads(t)["bay.example"]; got != s.provider || s.issuer(t, s.provider).Version != 1 || s.user(t, s.noor).Subject == nil || s.sessions(t, s.dana) != 1 {
		t.Error("the refused act left something behind")
	}
	if lines := s.lines(t); lines[len(lines)-1] != "Noor: issuer.switched-on refused" {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}

	noError(t, "keeping the own one", s.svc.Save(ctx, s.noor, id, 1, settings("bay.example")))
	s.test(t, s.noor, id, passed("noor-at-new", "noor@bay.example"))
	if v := s.view(t, id); v.Effects.ShutOut != 1 || !slices.Equal(v.Effects.Dropped, []string{"lab.example"}) {
		t.Errorf("the page says %+v", v.Effects)
	}
	done, err := s.svc.SwitchOn(ctx, s.noor, id, 2)
	noError(t, "dropping the other", err)
	if done.Ended != 1 || s.sessions(t, lena) != 0 || s.sessions(t, s.dana) != 1 {
		t.Errorf("%d sessions ended; Lena has %d, Dana %d", done.Ended, s.sessions(t, lena), s.sessions(t, s.dana))
	}
}

func TestTheLastAdminIsNeverLockedOut(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	s.session(t, s.noor)
	o, err := s.svc.AboutToSwitchOff(ctx, s.noor, s.provider)
	noError(t, "asking", err)
	if !o.LastWay || o.People != 3 || o.MayLockOut {
		t.Errorf("about to: %+v", o)
	}
	for _, lockOut := range []bool{false, true} { // only the clearinghouse is asked that
		_, err = s.svc.SwitchOff(ctx, s.noor, s.provider, 1, lockOut)
		wantKind(t, "switching the only one off", err, models.Conflict)
		says(t, "switching the only one off", err, "No active admin of the agency could sign in")
	}
	if i := s.issuer(t, s.provider); !i.Enabled || i.Version != 1 || s.sessions(t, s.noor) != 1 {
		t.Errorf("after the refusal: %+v", i)
	}

	// The clearinghouse may, to shut out a provider that is no longer trusted, and
	// only when it says that it means it; its own never.
	_, err = s.svc.SwitchOff(ctx, s.admin, s.provider, 1, false)
	wantKind(t, "the clearinghouse without saying so", err, models.Conflict)
	_, err = s.svc.SwitchOff(ctx, s.admin, s.issuers(t, s.house)[0].ID, 1, true)
	wantKind(t, "the clearinghouse its own", err, models.Conflict)
	done, err := s.svc.SwitchOff(ctx, s.admin, s.provider, 1, true)
	noError(t, "the clearinghouse saying so", err)
	if done.Ended != 1 || !done.LastWay || s.issuer(t, s.provider).Enabled || s.sessions(t, s.noor) != 0 {
		t.Errorf("done: %+v", done)
	}
	wantKind(t, "switching off twice", second(s.svc.SwitchOff(ctx, s.admin, s.provider, 2, true)), models.Conflict)
	wantKind(t, "an older form", second(s.svc.SwitchOff(ctx, s.admin, s.provider, 1, true)), models.Conflict)
}

// Two admins switch the two providers off in the same moment: one of them must lose.
// Both wait for the admins' rows, as those do who suspend or remove an admin.
func TestTwoWhoSwitchOffAtOnceLeaveOneWayIn(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	s.approved(t, s.bay, "lab.example")
	id := s.tested(t, nil, settings("lab.example"))
	done, err := s.svc.SwitchOn(ctx, s.noor, id, 1)
	noError(t, "a second provider", err)
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set email = 'ines@lab.example', issuer_id = ? where id = ?", done.IssuerID, s.ines.UserID).Error
	})
	var errs [2]error
	var ended atomic.Int32
	var both sync.WaitGroup
	s.Setup(t, func(tx *store.Tx) error {
		if err := tx.Exec("select id from users where agency_id = ? order by id for update", s.bay.ID).Error; err != nil {
			return err
		}
		for i, issuer := range []uuid.UUID{s.provider, done.IssuerID} {
			both.Go(func() {
				_, errs[i] = s.svc.SwitchOff(ctx, []auth.Actor{s.noor, s.ines}[i], issuer, 1, false)
				ended.Add(1)
			})
		}
		for waiting := 0; waiting < 2 && ended.Load() == 0; {
			// Who is connected is read once in a transaction, unless that is forgotten: a
			// connection that was opened only now would never be counted.
			if err := tx.Exec("select pg_stat_clear_snapshot()").Error; err != nil {
				return err
			}
			if err := tx.Raw("select count(*) from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not l.granted").Row().Scan(&waiting); err != nil {
				return err
			}
			time.Sleep(5 * time.Millisecond)
		}
		if ended.Load() != 0 {
			t.Error("a switching off did not wait for the admins' rows")
		}
		return nil
	})
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("both ended as %v and %v, want one refused", errs[0], errs[1])
	}
	on := 0
	for _, i := range s.issuers(t, s.bay) {
		if i.Enabled {
			on++
		}
	}
	if on != 1 {
		t.Errorf("%d providers are on", on)
	}
}

func TestTheClearinghouseSwitchesOnForAnAgencyOnlyAfterItsAdminOrWithoutAny(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	id, err := s.svc.Create(ctx, s.admin, "bay", &s.provider, settings("bay.example"))
	noError(t, "the clearinghouse prepares", err)
	s.test(t, s.admin, id, passed("sam-at-new", "sam@clearinghouse.example"))
	_, err = s.svc.SwitchOn(ctx, s.admin, id, 1)
	says(t, "after its own test", err, "An admin of the agency must test")
	noError(t, "a look", s.svc.LookedAt(ctx, s.admin, id, 1, models.SignInTest{OK: true}))
	_, err = s.svc.SwitchOn(ctx, s.admin, id, 1)
	wantKind(t, "after a look", err, models.Conflict)
	s.test(t, s.noor, id, passed("noor-at-new", "noor@bay.example"))
	_, err = s.svc.SwitchOn(ctx, s.admin, id, 1)
	noError(t, "after the agency's admin tested", err)
	if u := s.user(t, s.noor); u.Subject == nil || *u.Subject != "noor-at-new" {
		t.Errorf("the tester is %+v", u)
	}
	if u := s.user(t, s.admin); u.IssuerID == s.provider {
		t.Error("the clearinghouse's admin was moved")
	}

	// Palo Alto has no admin: a good look is enough.
	live := s.issuers(t, s.paloalto)[0]
	in := settings("paloalto.example")
	in.ClientID = "reeve-paloalto"
	id, err = s.svc.Create(ctx, s.admin, "paloalto", &live.ID, in)
	noError(t, "preparing for an agency without admins", err)
	_, err = s.svc.SwitchOn(ctx, s.admin, id, 1)
	says(t, "unlooked", err, "Look at the provider first")
	noError(t, "a bad look", s.svc.LookedAt(ctx, s.admin, id, 1, models.SignInTest{}))
	wantKind(t, "after a bad look", second(s.svc.SwitchOn(ctx, s.admin, id, 1)), models.Conflict)
	noError(t, "a good look", s.svc.LookedAt(ctx, s.admin, id, 1, models.SignInTest{OK: true}))
	_, err = s.svc.SwitchOn(ctx, s.admin, id, 1)
	noError(t, "after a good look", err)
	if u := s.user(t, s.robin); u.Subject != nil || s.issuer(t, live.ID).URL != in.URL {
		t.Errorf("Robin is %+v", u)
	}
}
