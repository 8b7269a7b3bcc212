package outcome_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
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

// cells reads the board's folded counts, without those that are nought.
func (s *scene) cells(t testing.TB) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	s.Setup(t, func(tx *store.Tx) error {
		rows, err := tx.Raw("select scope || '/' || scope_id || '/' || key, n from board_cells where n <> 0").Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var n int64
			if err := rows.Scan(&name, &n); err != nil {
				return err
			}
			out[name] = n
		}
		return rows.Err()
	})
	return out
}

// live makes a history of chance: people of two agencies work, record, undo,
// return and keep, time passes, returns are sent and silence is marked.
func (s *scene) live(t testing.TB, rnd *rand.Rand, reports, deeds int) []models.Referral {
	t.Helper()
	var all []models.Referral
	for range reports {
		p := []models.Provider{s.provider, s.mail}[rnd.IntN(2)]
		rep := s.Report(t, p, "a@mail.example", func(r *models.Report, _ *[]models.Identifier) {
			r.Urgent = rnd.IntN(4) == 0
			if rnd.IntN(5) == 0 {
				r.ProviderID = nil // by the public's form
			}
		})
		all = append(all, s.Refer(t, rep, s.bay))
		if rnd.IntN(3) == 0 {
			all = append(all, s.Refer(t, rep, s.boroughs))
		}
		s.Clock.Advance(time.Duration(rnd.IntN(20)) * time.Hour)
	}
	var last uuid.UUID
	for range deeds {
		r := all[rnd.IntN(len(all))]
		who := s.dana
		if r.AgencyID == s.boroughs.ID {
			who = s.lee
		}
		var err error
		switch rnd.IntN(8) {
		case 0, 1, 2:
			code := models.OutcomeCodes[rnd.IntN(len(models.OutcomeCodes))].Code
			var rec *outcome.Recorded
			if rec, err = s.web.Record(t.Context(), who, r.Number, outcome.Input{Code: code}); err == nil {
				last = rec.OutcomeID
				if rnd.IntN(2) == 0 {
					err = s.web.Undo(t.Context(), who, r.Number, last)
				}
			}
		case 3:
			_, err = s.web.Return(t.Context(), who, r.Number, outcome.ReturnInput{SendNow: rnd.IntN(2) == 0})
		case 4:
			err = s.web.KeepAfterAll(t.Context(), who, r.Number, 0)
		case 5:
			err = s.Web.As(t.Context(), who, func(tx *store.Tx) error {
				now, err := referral.Lock(tx, r.Number, who.AgencyID, 0)
				if err != nil {
					return err
				}
				return referral.FirstRead(tx, now)
			})
		case 6:
			_, err = s.work.SendDueReturns(t.Context())
		case 7:
			s.Clock.Advance(time.Duration(rnd.IntN(72)) * time.Hour)
			_, err = s.work.MarkOverdue(t.Context())
		}
		if err != nil && models.KindOf(err) != models.Conflict {
			t.Fatalf("a deed: %v", err)
		}
	}
	return all
}

// Folding the changes gives what counting the referrals gives, after any history.
func TestFoldingIsCounting(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 3 {
		s.live(t, rnd, 15, 120)
		// The board is exact before anything is folded.
		exact, err := s.web.Board(t.Context(), s.sam, outcome.BoardFilter{})
		noError(t, "the board", err)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := s.work.Fold(t.Context()); err != nil {
					t.Errorf("folding: %v", err)
				}
			})
		}
		wg.Wait()
		_, err = s.work.Fold(t.Context())
		noError(t, "folding the rest", err)
		if n, err := s.work.Fold(t.Context()); n != 0 || err != nil {
			t.Errorf("folding nothing: %d, %v", n, err)
		}
		folded, err := s.web.Board(t.Context(), s.sam, outcome.BoardFilter{})
		noError(t, "the board", err)
		if d := cmp.Diff(exact, folded); d != "" {
			t.Errorf("round %d: folding changed the board: %s", round, d)
		}
		was := s.cells(t)
		noError(t, "counting anew", s.console.Rebuild(t.Context()))
		if is := s.cells(t); !maps.Equal(was, is) || len(is) == 0 {
			t.Errorf("round %d: folded and counted differ: %s", round, cmp.Diff(was, is))
		}
	}
}

// Every figure is the number of rows behind it.
func TestEveryFigureHasItsRows(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	all := s.live(t, rand.New(rand.NewPCG(5, 6)), 80, 300)
	_, err := s.work.Fold(t.Context())
	noError(t, "folding", err)
	s.live(t, rand.New(rand.NewPCG(7, 8)), 0+5, 20) // some changes stay unfolded
	filters := []outcome.BoardFilter{{}, {Agency: s.bay.ID}, {Agency: s.boroughs.ID}, {Provider: s.provider.ID}, {PublicForm: true}, {Month: "2026-03"}, {Month: "2026-04"}}
	for _, f := range filters {
		b, err := s.web.Board(t.Context(), s.sam, f)
		noError(t, "the board", err)
		keys := []string{outcome.KeyReceived, outcome.KeyOpened, outcome.KeyActed, outcome.KeyOverdue}
		for _, st := range b.States {
			keys = append(keys, outcome.KeyState(st.State))
		}
		for _, o := range b.Outcomes {
			keys = append(keys, outcome.KeyOutcome(o.Code))
		}
		for _, key := range keys {
			rf := outcome.RowsFilter{Agency: f.Agency, Provider: f.Provider, PublicForm: f.PublicForm, Month: f.Month, Key: key}
			if got := s.walkRows(t, rf); got != b.Totals[key] {
				t.Errorf("%+v: %d rows, the figure says %d", rf, got, b.Totals[key])
			}
		}
	}
	_ = all
}

// walkRows counts the rows behind a figure, forwards, and checks that the pages
// come back the same.
func (s *scene) walkRows(t testing.TB, f outcome.RowsFilter) int64 {
	t.Helper()
	var pages []*outcome.RowsPage
	seen := map[string]bool{}
	for cursor := ""; ; {
		p, err := s.web.Rows(t.Context(), s.sam, f, cursor)
		noError(t, "the rows", err)
		for _, r := range p.Rows {
			seen[fmt.Sprint(r.Number, r.Agency)] = true
		}
		pages = append(pages, p)
		if cursor = p.Next; cursor == "" || len(pages) > 50 {
			break
		}
	}
	for i := len(pages) - 1; i > 0; i-- {
		back, err := s.web.Rows(t.Context(), s.sam, f, pages[i].Prev)
		noError(t, "the rows before", err)
		if d := cmp.Diff(pages[i-1].Rows, back.Rows); d != "" {
			t.Errorf("%+v: back from page %d: %s", f, i, d)
		}
	}
	return int64(len(seen))
}

func TestWhoMayReadTheBoard(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	s.referred(t)
	for _, who := range []auth.Actor{{}, s.dana, s.pat, s.avery} {
		_, err := s.web.Board(t.Context(), who, outcome.BoardFilter{})
		wantKind(t, who.Name+" reads the board", err, models.Forbidden)
		_, err = s.web.Rows(t.Context(), who, outcome.RowsFilter{}, "")
		wantKind(t, who.Name+" reads the rows", err, models.Forbidden)
	}
	_, err := s.web.Board(t.Context(), s.sam, outcome.BoardFilter{})
	noError(t, "Sam reads the board", err)
	if got := s.lines(t); got[len(got)-1] != "Sam: feedback.read" || len(got) != 7 {
		t.Errorf("the log has %v", got)
	}
	for name, f := range map[string]outcome.BoardFilter{
		"two narrowings":       {Agency: s.bay.ID, Month: "2026-03"},
		"a month that is none": {Month: "2026-13"},
		"a hostile month":      {Month: "' or 1=1"},
		"an unknown order":     {AgencyBy: "name"},
		"a hostile order":      {ProviderBy: "outcome:' or 1=1"},
		"a damaged cursor":     {AgencyCursor: "zzz"},
	} {
		_, err := s.web.Board(t.Context(), s.sam, f)
		wantKind(t, name, err, models.Invalid)
	}
	_, err = s.web.Board(t.Context(), s.sam, outcome.BoardFilter{Agency: uuid.New()})
	wantKind(t, "an agency that is not there", err, models.NotFound)
	for name, f := range map[string]outcome.RowsFilter{"an unknown key": {Key: "lost"}, "an unknown state": {Key: "state:lost"}, "an unknown code": {Key: "outcome:x"}} {
		_, err := s.web.Rows(t.Context(), s.sam, f, "")
		wantKind(t, name, err, models.Invalid)
	}
	for _, cursor := range []string{"zzz", store.Cursor{Order: 'm', At: time.Now()}.String()} {
		_, err := s.web.Rows(t.Context(), s.sam, outcome.RowsFilter{}, cursor)
		wantKind(t, "a damaged cursor", err, models.Invalid)
	}
}

// Rankings are exact and page without gaps, also while changes wait to be folded.
func TestRankingsPageExactly(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rnd := rand.New(rand.NewPCG(9, 10))
	want := map[string]int64{}
	for i := range 60 {
		a := s.Agency(t, fmt.Sprintf("a-%02d", i))
		n := rnd.IntN(9) // many agencies share a count
		for range n {
			s.Refer(t, s.Report(t, s.provider, "a@mail.example", nil), a)
		}
		if n > 0 {
			want[a.Name] = int64(n)
		}
		if i == 35 {
			_, err := s.work.Fold(t.Context())
			noError(t, "folding", err)
		}
	}
	got := map[string]int64{}
	f, last := outcome.BoardFilter{}, int64(1<<62)
	for range 10 {
		b, err := s.web.Board(t.Context(), s.sam, f)
		noError(t, "the board", err)
		for _, r := range b.Agencies {
			if r.Figures.Received() > last {
				t.Errorf("%s with %d comes after %d", r.Name, r.Figures.Received(), last)
			}
			last = r.Figures.Received()
			if _, twice := got[r.Name]; twice {
				t.Errorf("%s stands there twice", r.Name)
			}
			got[r.Name] = r.Figures.Received()
		}
		if f.AgencyCursor = b.NextAgency; f.AgencyCursor == "" {
			break
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("rankings: %s", cmp.Diff(want, got))
	}
}

func TestOverdueFollowsTheRule(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	make := func(urgent bool) models.Referral {
		return s.Refer(t, s.Report(t, s.provider, "a@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.Urgent = urgent }), s.bay)
	}
	unopened, urgent, read, worked, closed := make(false), make(true), make(false), make(false), make(false)
	noError(t, "reading", s.Web.As(t.Context(), s.dana, func(tx *store.Tx) error {
		r, err := referral.Lock(tx, read.Number, s.bay.ID, 0)
		if err != nil {
			return err
		}
		return referral.FirstRead(tx, r)
	}))
	for r, code := range map[*models.Referral]string{&worked: "open.investigating", &closed: "closed.arrest"} {
		_, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: code})
		noError(t, "recording", err)
	}
	start := s.Clock.Now()
	for _, step := range []struct {
		after time.Duration
		want  map[string]bool
	}{
		{24*time.Hour - time.Minute, map[string]bool{}},
		{24 * time.Hour, map[string]bool{"urgent": true}},
		{7*24*time.Hour - time.Minute, map[string]bool{"urgent": true}},
		{7 * 24 * time.Hour, map[string]bool{"urgent": true, "unopened": true}},
		{90*24*time.Hour - time.Minute, map[string]bool{"urgent": true, "unopened": true}},
		{90 * 24 * time.Hour, map[string]bool{"urgent": true, "unopened": true, "read": true, "worked": true}},
	} {
		s.Clock.Set(start.Add(step.after))
		_, err := s.work.MarkOverdue(t.Context())
		noError(t, "marking", err)
		for name, r := range map[string]models.Referral{"unopened": unopened, "urgent": urgent, "read": read, "worked": worked, "closed": closed} {
			if got := s.referral(t, r).Overdue; got != step.want[name] {
				t.Errorf("after %v: %s overdue %v, want %v", step.after, name, got, step.want[name])
			}
		}
	}
	if n, err := s.work.MarkOverdue(t.Context()); n != 0 || err != nil {
		t.Errorf("marking again: %d, %v", n, err)
	}
	_, err := s.web.Record(t.Context(), s.dana, worked.Number, outcome.Input{Code: "open.investigating"})
	noError(t, "still working", err)
	if s.referral(t, worked).Overdue {
		t.Error("a word from the agency did not take the mark away")
	}
}
