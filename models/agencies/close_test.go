package agencies_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/referral"
	"reeve/models/store"
)

func (s *scene) session(t *testing.T, who auth.Actor) {
	t.Helper()
	s.db.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("insert into sessions (token_hash, user_id, data, created_at, expires_at) select decode(md5(id::text), 'hex'), id, '', now(), now() + interval '1 hour' from users where id = ?", who.UserID).Error
	})
}

func (s *scene) sessions(t *testing.T) (n int) {
	t.Helper()
	s.db.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from sessions").Row().Scan(&n) })
	return n
}

func TestClosingShutsPeopleOutAndReopeningLetsThemBack(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx := t.Context()
	for _, who := range []string{"post", "unit", "other"} {
		s.session(t, s.who[who])
	}
	v := s.by["post"].Version
	_, err := s.svc.Close(ctx, s.who["unit"], "post", " ", v)
	wantKind(t, "without a reason", err, models.Invalid)
	_, err = s.svc.Close(ctx, s.who["unit"], "post", "merged", v+1)
	wantKind(t, "an old form", err, models.Conflict)
	_, err = s.svc.Close(ctx, s.who["post"], "", "merged", v)
	wantKind(t, "one's own", err, models.Forbidden)
	_, err = s.svc.Close(ctx, s.who["hub"], "unit", "merged", s.by["unit"].Version)
	wantKind(t, "with an open agency below", err, models.Conflict)
	if s.sessions(t) != 3 {
		t.Fatal("a refusal ended sessions")
	}
	ended, err := s.svc.Close(ctx, s.who["unit"], "post", "merged into the unit", v)
	if err != nil || ended != 1 || s.sessions(t) != 2 {
		t.Fatalf("closing: %v, %d sessions ended, %d left", err, ended, s.sessions(t))
	}
	lines := s.lines(t, "agency.closed")
	last := lines[len(lines)-1]
	if got := s.read(t, "post"); got.ClosedAt == nil || got.Version != v+1 || !strings.Contains(string(last.Detail), "merged into the unit") || last.Concerns[0] != got.ID {
		t.Errorf("closed %+v, line %+v", got, last)
	}
	wantKind(t, "closing twice", closeIt(t, s, "unit", "post"), models.Conflict)
	noError(t, "now the one above", closeIt(t, s, "hub", "unit"))

	_, err = s.svc.Reopen(ctx, s.who["hub"], "post", v+1)
	wantKind(t, "below a closed one", err, models.Conflict)
	for _, code := range []string{"unit", "post"} {
		if _, err := s.svc.Reopen(ctx, s.who["hub"], code, s.read(t, code).Version); err != nil || s.read(t, code).ClosedAt != nil {
			t.Errorf("reopening %s: %v", code, err)
		}
	}
	_, err = s.svc.Reopen(ctx, s.who["hub"], "post", s.read(t, "post").Version)
	wantKind(t, "reopening what is open", err, models.Conflict)
	wantKind(t, "a root by its own admin", closeIt(t, s, "other", "other"), models.Forbidden)
	noError(t, "a root by the clearinghouse", closeIt(t, s, "clearinghouse", "other"))
}

func TestAnAgencyWithOpenReportsIsNotClosed(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx := t.Context()
	p := s.db.Provider(t, "Example Chat")
	for i := range 2 {
		s.db.Refer(t, s.db.Report(t, p, fmt.Sprintf("p%d@mail.example", i), nil), s.by["post"])
	}
	ask, err := s.svc.AskClose(ctx, s.who["hub"], "post")
	if err != nil || ask.Figures.Open != 2 || !strings.Contains(ask.Why(), "2 open reports") {
		t.Errorf("the question says %q (%v)", ask.Why(), err)
	}
	err = closeIt(t, s, "hub", "post")
	if models.KindOf(err) != models.Conflict || !strings.Contains(models.MessageOf(err), "2 open reports") {
		t.Errorf("closing: %v", err)
	}
	if s.read(t, "post").ClosedAt != nil {
		t.Error("it was closed")
	}
	s.db.Setup(t, func(tx *store.Tx) error { return tx.Exec("update referrals set state = 'closed'").Error })
	noError(t, "without open reports", closeIt(t, s, "hub", "post"))
}

// A referral that is on its way when its agency is being closed comes first and
// forbids the closing, or comes too late and is refused. There is no third way.
func TestNothingIsReferredToAClosedAgency(t *testing.T) {
	t.Parallel()
	s := setup(t)
	p := s.db.Provider(t, "Example Chat")
	refer := func(rep models.Report) error {
		return s.db.Work.As(t.Context(), auth.System(auth.ForRouting), func(tx *store.Tx) error {
			_, err := referral.Refer(tx, &rep, referral.New{AgencyID: s.by["post"].ID, Capacity: "suspect", Basis: "rule", Hop: 1, Confidence: 0.95, Why: "test"})
			return err
		})
	}
	for i := range 8 {
		rep := s.db.Report(t, p, fmt.Sprintf("p%d@mail.example", i), nil)
		var referred, closed error
		var done sync.WaitGroup
		done.Go(func() { referred = refer(rep) })
		done.Go(func() { closed = closeIt(t, s, "hub", "post") })
		done.Wait()
		if (referred == nil) == (closed == nil) {
			t.Fatalf("referring said %v, closing said %v: want exactly one to succeed", referred, closed)
		}
		s.db.Setup(t, func(tx *store.Tx) error { return tx.Exec("update referrals set state = 'closed'").Error })
		if closed == nil {
			if err := refer(s.db.Report(t, p, fmt.Sprintf("late%d@mail.example", i), nil)); err == nil {
				t.Fatal("a closed agency was referred a report")
			}
			_, err := s.svc.Reopen(t.Context(), s.who["hub"], "post", s.read(t, "post").Version)
			noError(t, "reopening", err)
		}
	}
}
