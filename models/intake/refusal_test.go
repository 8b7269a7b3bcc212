package intake

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// deeds are the steps that name an open report.
func (s *site) deeds(f *models.File) map[string]func(a auth.Actor, number int64) error {
	ctx := context.Background()
	return map[string]func(auth.Actor, int64) error{
		"upload": func(a auth.Actor, n int64) error {
			_, err := s.web.AddFile(ctx, a, n, "x", strings.NewReader("x"))
			return err
		},
		"fileinfo": func(a auth.Actor, n int64) error { return s.web.Describe(ctx, a, details(n, f), nil) },
		"batched":  func(a auth.Actor, n int64) error { _, err := s.web.Batched(ctx, a, n); return err },
		"finish":   func(a auth.Actor, n int64) error { _, err := s.web.Finish(ctx, a, n); return err },
		"retract":  func(a auth.Actor, n int64) error { return s.web.Retract(ctx, a, n) },
	}
}

func TestNobodyAndOthersCannotTouchAReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	f := s.add(number, "x")
	dana := s.Person(t, s.Agency(t, "bay"), "Dana", auth.Investigator)
	before := s.report(number)
	for name, deed := range s.deeds(f) {
		if err := deed(auth.Actor{}, number); models.KindOf(err) != models.Forbidden {
			t.Errorf("%s by nobody: %v", name, err)
		}
		if err := deed(dana, number); models.KindOf(err) != models.Forbidden {
			t.Errorf("%s by a person: %v", name, err)
		}
		if err := deed(s.rival, number); !errors.Is(err, ErrNoReport) {
			t.Errorf("%s by another provider: %v", name, err)
		}
		if err := deed(s.esp, 123456789); !errors.Is(err, ErrNoReport) {
			t.Errorf("%s of no such report: %v", name, err)
		}
	}
	if _, err := s.web.Open(t.Context(), dana, submission()); models.KindOf(err) != models.Forbidden {
		t.Errorf("submit by a person: %v", err)
	}
	if after := s.report(number); after.State != models.ReportOpen || after.Version != before.Version || s.count("files") != 1 || s.jobs() != 0 {
		t.Errorf("something changed: %+v", after)
	}
	// "Not yours" and "no such report" leave the same lines.
	type line struct {
		Action, Words string
		N             int
	}
	lines := func(a auth.Actor, subject string) (out []line) {
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select action, words, count(*) as n from audit_events where refused and report_id is null and actor_id = ? and subject = ? group by 1, 2 order by 1, 2",
				a.ProviderID, subject).Scan(&out).Error
		})
		return out
	}
	theirs, none := lines(s.rival, numberText(number)), lines(s.esp, "123456789")
	if len(theirs) == 0 || len(theirs) != len(none) {
		t.Fatalf("got %v and %v", theirs, none)
	}
	for i := range theirs {
		if theirs[i] != none[i] {
			t.Errorf("the audit log tells %v from %v", theirs[i], none[i])
		}
	}
}

func TestEveryStepAfterTheEndIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, end := range []struct {
		name string
		do   func(int64)
		want error
	}{
		{"finished", func(n int64) { s.finish(n) }, ErrFinished},
		{"retracted", func(n int64) {
			if err := s.web.Retract(t.Context(), s.esp, n); err != nil {
				t.Fatal(err)
			}
		}, ErrRetracted},
		{"abandoned and not expired yet", func(int64) { s.Clock.Advance(25 * time.Hour) }, ErrNoReport},
		{"expired", func(int64) {
			s.Clock.Advance(25 * time.Hour)
			if _, err := s.work.Expire(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, ErrNoReport},
		{"retracted and erased", func(n int64) {
			if err := s.web.Retract(t.Context(), s.esp, n); err != nil {
				t.Fatal(err)
			}
			if _, err := s.work.Erase(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, ErrRetracted},
	} {
		number := s.open()
		f := s.add(number, "x")
		end.do(number)
		files := s.count("files where report_id = ?", s.report(number).ID)
		for name, deed := range s.deeds(f) {
			if err := deed(s.esp, number); !errors.Is(err, end.want) {
				t.Errorf("%s, %s: got %v, want %v", end.name, name, err, end.want)
			}
		}
		if n := s.count("files where report_id = ?", s.report(number).ID); n != files || s.count("uploads") != 0 {
			t.Errorf("%s: %d files, want %d", end.name, n, files)
		}
	}
}

func TestDetailsAreGivenOnceAndOnlyOfOnesOwnFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a, b := s.open(), s.open()
	f := s.add(a, "x")
	if err := s.web.Describe(t.Context(), s.esp, details(b, f), nil); !errors.Is(err, ErrNoFile) {
		t.Errorf("a file of another report: %v", err)
	}
	if err := s.web.Describe(t.Context(), s.esp, details(a, &models.File{PublicID: "a0000000000000000000000000000000"}), nil); !errors.Is(err, ErrNoFile) {
		t.Errorf("no such file: %v", err)
	}
	first := details(a, f)
	first.Viewed = models.Yes
	if err := s.web.Describe(t.Context(), s.esp, first, []byte("one")); err != nil {
		t.Fatal(err)
	}
	second := details(a, f)
	second.Viewed, second.OriginalFileName = models.No, "changed"
	err := s.web.Describe(t.Context(), s.esp, second, []byte("two"))
	if models.KindOf(err) != models.Invalid || !strings.Contains(models.MessageOf(err), "already has details") {
		t.Errorf("a second time: %v", err)
	}
	if n := s.count("files where viewed and reported->>'originalFileName' = 'drawing.png'"); n != 1 {
		t.Error("the first details were changed")
	}
	if n := s.count("report_documents where kind = 'fileDetails'"); n != 1 {
		t.Errorf("%d documents are kept, want 1", n)
	}
}

func TestPriorReportsMustBeTheProvidersOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	own := s.open()
	theirs, err := s.web.Open(t.Context(), s.rival, submission())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		prior []int64
		ok    bool
	}{{"one's own", []int64{own}, true}, {"another provider's", []int64{own, theirs}, false}, {"no such report", []int64{4}, false}} {
		in := submission()
		in.Reported.Subjects[0].PriorReports = c.prior
		_, err := s.web.Open(t.Context(), s.esp, in)
		if (err == nil) != c.ok || err != nil && models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), numberText(own)) {
			t.Errorf("%s: the own number is blamed: %v", c.name, err)
		}
	}
}
