package intake

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"

	"reeve/models"
	"reeve/models/store"
)

func numberText(n int64) string { return strconv.FormatInt(n, 10) }

func TestAFinishThatCannotEnqueueLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	s.add(number, "x")
	s.admin("revoke insert on river_job from reeve_web")
	if _, err := s.web.Finish(t.Context(), s.esp, number); err == nil {
		t.Fatal("finished without a job")
	}
	r := s.report(number)
	if r.State != models.ReportOpen || r.FinishedAt != nil || r.PreserveUntil != nil {
		t.Errorf("the report is %s", r.State)
	}
	if n := s.count("identifiers") + s.count("audit_events where action = 'report.finished'") + s.jobs(); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	s.admin("grant insert on river_job to reeve_web")
	s.finish(number)
	if s.jobs() != 1 {
		t.Error("no job after the second try")
	}
}

func TestAFinishThatIsRolledBackLeavesNoJob(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	s.admin("revoke insert on audit_events from reeve_web") // the last step of the transaction
	if _, err := s.web.Finish(t.Context(), s.esp, number); err == nil {
		t.Fatal("finished without a line in the audit log")
	}
	if n := s.jobs() + s.count("identifiers") + s.count("reports where state = 'finished'"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestOfManyFinishesAtOnceOneWins(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	var mu sync.Mutex
	var won, late int
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := s.web.Finish(t.Context(), s.esp, number)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errors.Is(err, ErrFinished):
				late++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 || late != 7 || s.jobs() != 1 {
		t.Errorf("%d won, %d were late, %d jobs", won, late, s.jobs())
	}
}

func TestABatchedReportHasAtMostOneFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	in := submission()
	in.Reported.BatchReason = "VIRAL_POTENTIAL_MEME"
	open := func() int64 {
		n, err := s.web.Open(t.Context(), s.esp, in)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	one, two, plain := open(), open(), s.open()
	for n, want := range map[int64]bool{one: true, plain: false} {
		if got, err := s.web.Batched(t.Context(), s.esp, n); err != nil || got != want {
			t.Errorf("batched: got %v, %v, want %v", got, err, want)
		}
	}
	f := s.add(one, "x")
	if got := s.finish(one); !slices.Equal(got, []string{f.PublicID}) {
		t.Errorf("got %v", got)
	}
	s.add(two, "x")
	s.add(two, "y")
	if _, err := s.web.Finish(t.Context(), s.esp, two); models.KindOf(err) != models.Invalid {
		t.Errorf("two files: %v", err)
	}
	if err := s.web.Retract(t.Context(), s.esp, two); err != nil {
		t.Errorf("it cannot be retracted: %v", err)
	}
}

// A report in which nothing identifies the subject is a subject of its own, so that
// it never makes a value look shared.
func TestAReportWithoutASubjectStandsForItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var keys []int64
	for range 2 {
		in := submission()
		in.Reported.Subjects = nil
		n, err := s.web.Open(t.Context(), s.esp, in)
		if err != nil {
			t.Fatal(err)
		}
		s.finish(n)
	}
	s.Setup(t, func(tx *store.Tx) error { return tx.Raw("select subject_key from reports").Scan(&keys).Error })
	if len(keys) != 2 || keys[0] == keys[1] || keys[0] == 0 {
		t.Errorf("got %v", keys)
	}
}
