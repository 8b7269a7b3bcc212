package intake

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/evidence"
	"reeve/models/store"
)

func (s *site) expire() int {
	s.t.Helper()
	n, err := s.work.Expire(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *site) erase() int {
	s.t.Helper()
	n, err := s.work.Erase(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestAnOpenReportExpiresAtTheLaterOfItsTwoLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	start := s.Clock.Now()
	idle, active, done := s.open(), s.open(), s.open()
	s.finish(done)
	s.Clock.Set(start.Add(23*time.Hour + 30*time.Minute))
	s.add(active, "x") // counts until 24 h 30 min

	s.Clock.Set(start.Add(24 * time.Hour))
	if n := s.expire(); n != 0 {
		t.Errorf("at 24 h exactly %d expired, want none", n)
	}
	if err := s.web.Retract(t.Context(), s.rival, idle); !errors.Is(err, ErrNoReport) {
		t.Errorf("got %v", err)
	}
	if _, err := s.web.Batched(t.Context(), s.esp, idle); err != nil {
		t.Errorf("at 24 h exactly: %v", err)
	}
	s.Clock.Advance(time.Microsecond)
	if _, err := s.web.Batched(t.Context(), s.esp, idle); !errors.Is(err, ErrNoReport) {
		t.Errorf("past 24 h, before the worker came: %v", err)
	}
	if n := s.expire(); n != 1 || s.report(idle).State != models.ReportExpired || s.report(active).State != models.ReportOpen {
		t.Errorf("past 24 h %d expired, want the idle one", n)
	}
	s.Clock.Set(start.Add(24*time.Hour + 30*time.Minute))
	if n := s.expire(); n != 0 {
		t.Errorf("an hour after its last change %d expired, want none", n)
	}
	s.Clock.Advance(time.Microsecond)
	if n := s.expire(); n != 1 || s.report(active).State != models.ReportExpired {
		t.Errorf("past the hour %d expired, want the active one", n)
	}
	if n := s.expire(); n != 0 || s.report(done).State != models.ReportFinished {
		t.Errorf("%d more expired", n)
	}
}

func TestErasingLeavesATombstoneAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, kept := s.open(), s.open()
	f, g := s.add(number, "bytes"), s.add(kept, "bytes")
	if err := s.web.Describe(t.Context(), s.esp, details(number, f), []byte("<fileDetails/>")); err != nil {
		t.Fatal(err)
	}
	before := s.report(number)
	if err := s.web.Retract(t.Context(), s.esp, number); err != nil {
		t.Fatal(err)
	}
	if n := s.erase(); n != 1 {
		t.Errorf("%d were erased, want 1", n)
	}
	r := s.report(number)
	if r.Reported != nil || r.SubjectLabel != "" || r.SubjectKey != 0 {
		t.Errorf("personal data is left: %+v", r)
	}
	if r.State != models.ReportRetracted || r.EndedAt == nil || r.ProviderID == nil || !r.OpenedAt.Equal(before.OpenedAt) || string(r.SubmissionSHA256) != string(before.SubmissionSHA256) {
		t.Errorf("the tombstone lacks something: %+v", r)
	}
	if _, there := s.stored(f.StorageKey); there {
		t.Error("the bytes are left")
	}
	if n := s.count("files where report_id = ? and (reported is not null or name <> '' or erased_at is null)", r.ID); n != 0 {
		t.Error("what was said of the file is left")
	}
	if n := s.count("report_documents where report_id = ? and body is not null", r.ID); n != 0 {
		t.Error("received documents are left")
	}
	if n := s.count("report_documents where report_id = ? and length(sha256) = 32", r.ID); n != 2 {
		t.Error("the hashes of what was received are gone")
	}
	// Nothing that a person wrote is left in any row of the report, audit log included.
	for _, table := range []string{"reports r where r.id", "files r where r.report_id", "report_documents r where r.report_id", "audit_events r where r.report_id"} {
		var rows []string
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select to_jsonb(r)::text from "+table+" = ?", r.ID).Scan(&rows).Error
		})
		for _, row := range rows {
			if !json.Valid([]byte(row)) || strings.Contains(strings.ToLower(row), "subject.one") || strings.Contains(row, "drawing") || strings.Contains(row, "u-1001") {
				t.Errorf("%s: %s", table, row)
			}
		}
	}
	if _, there := s.stored(g.StorageKey); !there || s.report(kept).Reported == nil {
		t.Error("another report lost its content")
	}
	if n := s.erase(); n != 0 {
		t.Errorf("%d were erased again", n)
	}
}

// stuck is a storage that cannot delete one key.
type stuck struct {
	*evidence.Store
	key string
}

func (f stuck) Delete(ctx context.Context, key string) error {
	if key == f.key {
		return errors.New("the storage is away")
	}
	return f.Store.Delete(ctx, key)
}

func TestWhatCannotBeErasedIsTriedAgainAndHoldsUpNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a, b := s.open(), s.open()
	f := s.add(a, "x")
	for _, n := range []int64{a, b} {
		if err := s.web.Retract(t.Context(), s.esp, n); err != nil {
			t.Fatal(err)
		}
		s.Clock.Advance(time.Second)
	}
	n, err := New(s.Work, stuck{s.files, f.StorageKey}, nil).Erase(t.Context())
	if err == nil || n != 1 || s.report(a).Reported == nil || s.report(b).Reported != nil {
		t.Errorf("got %d, %v", n, err)
	}
	if n := s.erase(); n != 1 || s.report(a).Reported != nil {
		t.Errorf("the next time %d were erased, want 1", n)
	}
}

func TestUploadsThatACrashLeftBehindAreSwept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	// A crash between storing and attaching: nobody goes on.
	up, err := s.web.Receive(t.Context(), s.esp, number, "x", strings.NewReader("bytes"))
	if err != nil {
		t.Fatal(err)
	}
	// A crash while storing: a row and no bytes.
	s.admin("insert into uploads values ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', '2026/03-02/nothing', '2026-03-02 15:04:05Z')")
	s.Clock.Advance(uploadFor)
	s.erase()
	if n := s.count("uploads"); n != 2 {
		t.Errorf("%d uploads are known within the time they may take, want 2", n)
	}
	s.Clock.Advance(time.Microsecond)
	s.erase()
	if _, there := s.stored(up.key); there || s.count("uploads") != 0 {
		t.Error("something is left")
	}
	later := s.open()
	if _, err := s.web.Attach(t.Context(), s.esp, later, up); err == nil {
		t.Error("a swept upload was attached")
	}
}
