package outcome_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/outcome"
	"reeve/models/referral"
	"reeve/models/store"
)

// round reads how often the report was routed.
func (s *scene) round(t testing.TB, r models.Referral) int16 {
	t.Helper()
	var rep models.Report
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", r.ReportID).Take(&rep).Error })
	return rep.RoutingRound
}

func TestAReturnWaitsTenMinutesThenGoesOnce(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	got, err := s.web.Return(t.Context(), s.dana, r.Number, outcome.ReturnInput{RightAgencyCode: "boroughs", RightPlace: "New York", Note: "Lives there.", Version: 1})
	noError(t, "returning", err)
	if !got.DueAt.Equal(s.Clock.Now().Add(10*time.Minute)) || got.Version != 2 {
		t.Errorf("got %+v", got)
	}
	waiting := s.referral(t, r)
	if waiting.State != models.ReferralReturning || !waiting.Open || *waiting.ReturnAgencyID != s.boroughs.ID || waiting.Outcome != "" ||
		!strings.Contains(waiting.ReturnWhy, s.boroughs.Name) || !strings.Contains(waiting.ReturnWhy, "New York") || !strings.Contains(waiting.ReturnWhy, "Lives there.") {
		t.Errorf("while it waits: %+v", waiting)
	}
	if jobs := s.jobs(t, "send_return"); len(jobs) != 1 || !strings.Contains(jobs[0], r.ID.String()) {
		t.Errorf("jobs: %v", jobs)
	}
	noError(t, "sending too early", s.work.SendReturn(t.Context(), r.ID))
	if n, err := s.work.SendDueReturns(t.Context()); n != 0 || err != nil {
		t.Errorf("sweeping too early: %d, %v", n, err)
	}
	if now := s.referral(t, r); !cmp.Equal(now, waiting) || s.round(t, r) != 1 {
		t.Errorf("sending too early changed something: %s", cmp.Diff(waiting, now))
	}
	s.Clock.Advance(10 * time.Minute)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := s.work.SendReturn(t.Context(), r.ID); err != nil {
				t.Errorf("sending: %v", err)
			}
		})
	}
	wg.Wait()
	sent := s.referral(t, r)
	if sent.State != models.ReferralReturned || sent.Outcome != models.OutcomeReturned || sent.OutcomeAt == nil || sent.ReturnDueAt != nil || sent.Open || *sent.ReturnAgencyID != s.boroughs.ID {
		t.Errorf("once it is sent: %+v", sent)
	}
	if jobs := s.jobs(t, "route_report"); s.round(t, r) != 2 || !slices.Equal(jobs, []string{fmt.Sprintf(`{"round": 2, "report_id": "%s"}`, r.ReportID)}) {
		t.Errorf("round %d, jobs %v", s.round(t, r), jobs)
	}
	if list := s.outcomes(t, r); len(list) != 1 || list[0].Code != models.OutcomeReturned || list[0].RecordedBy != s.dana.UserID || list[0].UndoneAt != nil {
		t.Errorf("outcomes: %+v", list)
	}
	if got, want := s.lines(t), []string{"Dana: referral.returning", "Reeve (routing): referral.returned"}; !slices.Equal(got, want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
}

// An agency that returned a report is not referred it again, whoever tries.
func TestAReturnedReportDoesNotComeBack(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.Report(t, s.provider, "a@mail.example", nil)
	r := s.Refer(t, rep, s.bay)
	_, err := s.web.Return(t.Context(), s.dana, r.Number, outcome.ReturnInput{SendNow: true})
	noError(t, "returning", err)
	noError(t, "sending", s.work.SendReturn(t.Context(), r.ID))
	noError(t, "referring again", s.Work.As(t.Context(), auth.System(auth.ForRouting), func(tx *store.Tx) error {
		again, err := referral.Refer(tx, &rep, referral.New{AgencyID: s.bay.ID, Capacity: "suspect", Basis: "rule", Hop: 2, Confidence: 1, Why: "test"})
		if again {
			t.Error("it was referred again")
		}
		return err
	}))
	if got := s.referral(t, r); got.State != models.ReferralReturned {
		t.Errorf("state %s", got.State)
	}
	_, err = s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest"})
	wantKind(t, "recording on a returned report", err, models.Conflict)
}

func TestSendNowIsDueAtOnce(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	got, err := s.web.Return(t.Context(), s.dana, r.Number, outcome.ReturnInput{SendNow: true})
	noError(t, "returning", err)
	if !got.DueAt.Equal(s.Clock.Now()) {
		t.Errorf("due at %v", got.DueAt)
	}
	if n, err := s.work.SendDueReturns(t.Context()); n != 1 || err != nil {
		t.Errorf("sweeping: %d, %v", n, err)
	}
	if n, err := s.work.SendDueReturns(t.Context()); n != 0 || err != nil {
		t.Errorf("sweeping again: %d, %v", n, err)
	}
}

func TestKeepingAfterAllRestores(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	for _, from := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking} {
		r := s.set(t, s.referred(t), from)
		_, err := s.web.Return(t.Context(), s.dana, r.Number, outcome.ReturnInput{RightAgencyCode: "boroughs", Note: "x"})
		noError(t, "returning", err)
		list := s.outcomes(t, r)
		wantKind(t, "undoing a return", s.web.Undo(t.Context(), s.dana, r.Number, list[0].ID), models.Conflict)
		wantKind(t, "keeping with an old form", s.web.KeepAfterAll(t.Context(), s.drew, r.Number, 1), models.Conflict)
		noError(t, "keeping", s.web.KeepAfterAll(t.Context(), s.drew, r.Number, 2))
		got := s.referral(t, r)
		if got.State != from || got.ReturnDueAt != nil || got.ReturnAgencyID != nil || got.ReturnWhy != "" || got.Outcome != "" {
			t.Errorf("kept from %s: %+v", from, got)
		}
		if list = s.outcomes(t, r); list[0].UndoneAt == nil {
			t.Error("the return still stands on the list")
		}
		s.Clock.Advance(time.Hour)
		noError(t, "the job of a return that was taken back", s.work.SendReturn(t.Context(), r.ID))
		if after := s.referral(t, r); after.State != from || s.round(t, r) != 1 {
			t.Errorf("it was sent all the same: %s", after.State)
		}
		// It can be returned once more, and that is sent in its own time.
		_, err = s.web.Return(t.Context(), s.dana, r.Number, outcome.ReturnInput{})
		noError(t, "returning again", err)
		noError(t, "the first return's job", s.work.SendReturn(t.Context(), r.ID))
		if after := s.referral(t, r); after.State != models.ReferralReturning {
			t.Errorf("the first return's job sent the second: %s", after.State)
		}
		s.Clock.Advance(10 * time.Minute)
		noError(t, "the second return's job", s.work.SendReturn(t.Context(), r.ID))
		wantKind(t, "keeping what was sent", s.web.KeepAfterAll(t.Context(), s.dana, r.Number, 0), models.Conflict)
	}
}

func TestEveryStateAndReturn(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	for _, from := range []models.ReferralState{models.ReferralClosed, models.ReferralReturning, models.ReferralReturned} {
		r := s.set(t, s.referred(t), from)
		_, err := s.web.Return(t.Context(), s.dana, r.Number, outcome.ReturnInput{})
		wantKind(t, "returning from "+string(from), err, models.Conflict)
	}
	for _, from := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed, models.ReferralReturned} {
		r := s.set(t, s.referred(t), from)
		wantKind(t, "keeping from "+string(from), s.web.KeepAfterAll(t.Context(), s.dana, r.Number, 0), models.Conflict)
		s.Clock.Advance(time.Hour)
		noError(t, "sending from "+string(from), s.work.SendReturn(t.Context(), r.ID))
		if got := s.referral(t, r); got.State != from || got.Version != r.Version {
			t.Errorf("from %s: %+v", from, got)
		}
	}
	wantKind(t, "sending what is not there", s.work.SendReturn(t.Context(), uuid.New()), models.NotFound)
}

func TestWhatCannotBeReturned(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	s.Pool(t, "us-unknown")
	r := s.referred(t)
	for field, in := range map[string]outcome.ReturnInput{
		"right_agency": {RightAgencyCode: "nobody"}, "right_agency ": {RightAgencyCode: "bay"}, "right_agency  ": {RightAgencyCode: "us-unknown"},
		"right_agency   ": {RightAgencyCode: "clearinghouse"}, "right_agency    ": {RightAgencyCode: "a\x00"},
		"right_place": {RightPlace: strings.Repeat("x", 201)}, "note": {Note: strings.Repeat("x", 3001)}, "note ": {Note: "\x00"},
	} {
		_, err := s.web.Return(t.Context(), s.dana, r.Number, in)
		wantKind(t, field, err, models.Invalid)
		if models.FieldsOf(err)[strings.TrimSpace(field)] == "" {
			t.Errorf("%s: fields %v", field, models.FieldsOf(err))
		}
	}
	if got := s.referral(t, r); got.Version != 1 || len(s.jobs(t, "send_return")) != 0 {
		t.Errorf("something was saved: %+v", got)
	}
}
