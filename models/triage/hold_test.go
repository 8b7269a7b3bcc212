package triage

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// waits makes a report that waits at the desk; edit may change it before it is stored.
func (s *site) waits(edit func(*models.Report)) models.Report {
	s.t.Helper()
	return s.Report(s.t, s.provider, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.Desk, r.DeskWhy = models.DeskWaiting, "Everything else waits for an analyst."
		if edit != nil {
			edit(r)
		}
	})
}

func (s *site) colleague(name string) auth.Actor {
	return s.Person(s.t, models.Agency{ID: s.avery.AgencyID, Code: "clearinghouse", Kind: models.KindClearinghouse}, name, auth.Analyst)
}

func (s *site) holder(r models.Report) (h Hold) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("report_id = ?", r.ID).Limit(1).Find(&h).Error })
	return h
}

func (s *site) next(svc *Service, a auth.Actor, f DeskFilter) int64 {
	s.t.Helper()
	n, err := svc.TakeNext(s.t.Context(), a, f)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestTheNextReportIsTheMostUrgentThatNobodyHolds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc, bo := New(s.Web, nil), s.colleague("Bo")
	other := s.DB.Provider(t, "Example Board")
	quiet := s.waits(nil)
	urgent := s.waits(func(r *models.Report) { r.Priority, r.Urgent, r.Urgency = 1, true, 7 })
	typed := s.waits(func(r *models.Report) { r.IncidentType, r.ProviderID = "Misleading Domain Name", &other.ID })
	if got := s.next(svc, s.avery, DeskFilter{}); got != urgent.Number {
		t.Errorf("the first taken is %d, want the urgent %d", got, urgent.Number)
	}
	if got := s.next(svc, bo, DeskFilter{Type: "Misleading Domain Name", Provider: other.ID, Class: "referral"}); got != typed.Number {
		t.Errorf("within a filter %d was taken, want %d", got, typed.Number)
	}
	if got := s.next(svc, bo, DeskFilter{Urgent: true}); got != 0 {
		t.Errorf("the urgent one is held, yet %d was taken", got)
	}
	if got := s.next(svc, bo, DeskFilter{}); got != quiet.Number {
		t.Errorf("the last taken is %d, want %d", got, quiet.Number)
	}
	if got := s.next(svc, s.avery, DeskFilter{}); got != 0 {
		t.Errorf("all are held, yet %d was taken", got)
	}
	if h := s.holder(urgent); h.HeldBy != s.avery.UserID || h.HeldByName != "Avery" {
		t.Errorf("held by %+v, want Avery", h)
	}
	// Idle for too long, they are anybody's; looking at one goes on holding it.
	s.Clock.Advance(HoldIdle - time.Minute)
	if _, err := svc.Review(t.Context(), s.avery, urgent.Number, DeskQuery{}); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(2 * time.Minute)
	cleo := s.colleague("Cleo")
	got := map[int64]bool{s.next(svc, cleo, DeskFilter{}): true, s.next(svc, cleo, DeskFilter{}): true}
	if !got[quiet.Number] || !got[typed.Number] {
		t.Errorf("after half an hour %v were taken, want the two that Bo left", got)
	}
	if got := s.next(svc, cleo, DeskFilter{}); got != 0 {
		t.Errorf("%d was taken from whoever looks at it", got)
	}
}

// Twenty analysts at once on real Postgres: every report is handed out once, whatever
// the moment, and none is left.
func TestTwoAnalystsNeverGetTheSameReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	const reports, takers = 200, 20
	for i := range reports {
		s.waits(func(r *models.Report) { r.Urgency = int16(2 + i%6) })
	}
	people := make([]auth.Actor, takers)
	for i := range people {
		people[i] = s.colleague(fmt.Sprintf("Person%d", i))
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[int64]string{}
	begun := time.Now()
	for _, a := range people {
		wg.Go(func() {
			for {
				n, err := svc.TakeNext(t.Context(), a, DeskFilter{})
				if err != nil {
					t.Errorf("%s: %v", a.Name, err)
					return
				}
				if n == 0 {
					return
				}
				mu.Lock()
				if was, twice := got[n]; twice {
					t.Errorf("report %d went to %s and to %s", n, was, a.Name)
				}
				got[n] = a.Name
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("%d takers took %d reports in %v: %.0f a second, each with its line in the log", takers, len(got), time.Since(begun), float64(len(got))/time.Since(begun).Seconds())
	if len(got) != reports {
		t.Errorf("%d reports were handed out, want %d", len(got), reports)
	}
	s.Setup(t, func(tx *store.Tx) error {
		var rows []Hold
		if err := tx.Find(&rows).Error; err != nil {
			return err
		}
		for _, h := range rows {
			var number int64
			if err := tx.Raw("select number from reports where id = ?", h.ReportID).Row().Scan(&number); err != nil {
				return err
			}
			if got[number] != h.HeldByName {
				t.Errorf("report %d is held by %s, was given to %s", number, h.HeldByName, got[number])
			}
		}
		return nil
	})
}

func TestASkippedReportComesBackToOthersAtOnceAndToOneselfLater(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc, bo := New(s.Web, nil), s.colleague("Bo")
	r := s.waits(nil)
	s.next(svc, s.avery, DeskFilter{})
	if err := svc.Skip(t.Context(), s.avery, r.Number, " in another language "); err != nil {
		t.Fatal(err)
	}
	if got := s.next(svc, s.avery, DeskFilter{}); got != 0 {
		t.Error("a skipped report came back at once")
	}
	if got := s.next(svc, bo, DeskFilter{}); got != r.Number {
		t.Errorf("a colleague got %d, want the skipped %d", got, r.Number)
	}
	if err := svc.Skip(t.Context(), bo, r.Number, ""); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(SkipFor + time.Minute)
	if got := s.next(svc, s.avery, DeskFilter{}); got != r.Number {
		t.Errorf("after half an hour %d was taken, want %d", got, r.Number)
	}
	if err := svc.Skip(t.Context(), s.avery, r.Number, ""); err != nil {
		t.Fatal(err)
	}
	v, err := svc.Review(t.Context(), s.avery, r.Number, DeskQuery{})
	if err != nil || len(v.Skips) != 2 || v.Skips[0].Times != 2 || v.Hold != nil {
		t.Errorf("the review says %+v (%v), want Avery twice and Bo once, and nobody holding it", v.Skips, err)
	}
	page, err := svc.Queue(t.Context(), s.avery, DeskQuery{})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Skipped != 3 {
		t.Errorf("the queue says %+v (%v), want it passed by three times", page, err)
	}
}

func TestHandingOverGivesAReportToOneColleague(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc, bo := New(s.Web, nil), s.colleague("Bo")
	r := s.waits(nil)
	s.next(svc, s.avery, DeskFilter{})
	dana := s.Person(t, s.agency["ca-silicon-valley"], "Dana", auth.Investigator)
	for name, to := range map[string]uuid.UUID{"nobody": uuid.New(), "oneself": s.avery.UserID, "an agency's person": dana.UserID} {
		if err := svc.HandOver(t.Context(), s.avery, r.Number, to, ""); models.FieldsOf(err)["colleague"] == "" {
			t.Errorf("to %s: %v, want a word at the field", name, err)
		}
	}
	if err := svc.HandOver(t.Context(), s.avery, r.Number, bo.UserID, "You know this provider."); err != nil {
		t.Fatal(err)
	}
	if h := s.holder(r); h.HeldBy != bo.UserID || h.HandedByName != "Avery" || h.Note != "You know this provider." {
		t.Errorf("held as %+v, want by Bo, from Avery with the note", h)
	}
	page, err := svc.Queue(t.Context(), bo, DeskQuery{View: DeskMine})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Note == "" || page.Counts.Mine != 1 || page.Counts.Others != 0 {
		t.Errorf("Bo's list says %+v (%v), want the report with its note", page, err)
	}
	page, err = svc.Queue(t.Context(), s.avery, DeskQuery{View: DeskOthers})
	if err != nil || len(page.Rows) != 1 || page.Counts.Others != 1 || page.Counts.Waiting != 0 {
		t.Errorf("Avery's list of others says %+v (%v), want the report", page, err)
	}
}

// Each deed as nobody, an agency's person, whoever does not hold it, and for no report.
func TestWhoMayDoWhatWithAHold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc, bo := New(s.Web, nil), s.colleague("Bo")
	dana := s.Person(t, s.agency["ca-silicon-valley"], "Dana", auth.Investigator)
	r := s.waits(nil)
	if got := s.next(svc, s.avery, DeskFilter{}); got != r.Number {
		t.Fatalf("took %d", got)
	}
	done := s.waits(func(r *models.Report) { r.Desk = models.DeskDone })
	ctx := t.Context()
	for name, do := range map[string]func(auth.Actor, int64) error{
		"take":      func(a auth.Actor, n int64) error { return svc.Take(ctx, a, n) },
		"skip":      func(a auth.Actor, n int64) error { return svc.Skip(ctx, a, n, "") },
		"hand over": func(a auth.Actor, n int64) error { return svc.HandOver(ctx, a, n, s.avery.UserID, "") },
		"release":   func(a auth.Actor, n int64) error { return svc.Release(ctx, a, n) },
		"decide": func(a auth.Actor, n int64) error {
			_, err := svc.Decide(ctx, a, n, Decision{Class: "referral", Priority: 2, To: ToSame})
			return err
		},
	} {
		for _, c := range []struct {
			who    string
			a      auth.Actor
			number int64
			want   models.Kind
		}{{"nobody", auth.Actor{}, r.Number, models.Forbidden}, {"an agency's person", dana, r.Number, models.Forbidden},
			{"a colleague", bo, r.Number, models.Conflict}, {"no such report", s.avery, 999, models.NotFound}} {
			if err := do(c.a, c.number); models.KindOf(err) != c.want || err == nil {
				t.Errorf("%s as %s: %v, want kind %d", name, c.who, err, c.want)
			}
			if h := s.holder(r); h.HeldBy != s.avery.UserID {
				t.Fatalf("%s as %s: the report is held by %+v", name, c.who, h)
			}
		}
		if name == "release" || name == "decide" {
			continue
		}
		if err := do(bo, done.Number); models.KindOf(err) != models.Conflict {
			t.Errorf("%s of what does not wait: %v, want a conflict", name, err)
		}
	}
	for name, a := range map[string]auth.Actor{"nobody": {}, "an agency's person": dana} {
		if _, err := svc.TakeNext(ctx, a, DeskFilter{}); models.KindOf(err) != models.Forbidden {
			t.Errorf("taking the next as %s: %v", name, err)
		}
		if _, err := svc.Queue(ctx, a, DeskQuery{}); models.KindOf(err) != models.Forbidden {
			t.Errorf("the queue as %s: %v", name, err)
		}
		if _, err := svc.Review(ctx, a, r.Number, DeskQuery{}); models.KindOf(err) != models.Forbidden {
			t.Errorf("the review as %s: %v", name, err)
		}
	}
	if err := svc.Release(ctx, s.avery, r.Number); err != nil {
		t.Fatal(err)
	}
	if got := s.next(svc, bo, DeskFilter{}); got != r.Number {
		t.Errorf("after it was put back, %d was taken", got)
	}
}
