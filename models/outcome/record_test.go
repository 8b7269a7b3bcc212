package outcome_test

import (
	"context"
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

func ptr[T any](v T) *T { return &v }

func TestAnOutcomeIsRecordedWithAllThatWasSaid(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	s.Clock.Advance(time.Hour)
	got, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest", Usefulness: ptr(int16(2)), Missing: []string{"port", "chat", "port"},
		Count: ptr(2), HappenedOn: "2026-03-01", Note: "  As planned.\r\nTwice.  ", Version: 1})
	noError(t, "recording", err)
	if got.State != models.ReferralClosed || got.Version != 2 || got.Words != "Arrest" || !got.UndoUntil.Equal(s.Clock.Now().Add(10*time.Minute)) {
		t.Errorf("got %+v", got)
	}
	after := s.referral(t, r)
	if after.State != models.ReferralClosed || after.Outcome != "closed.arrest" || after.OutcomeAt == nil || *after.Usefulness != 2 || after.ClosedAt == nil ||
		after.Assignee != "Dana" || after.FirstActAt == nil || after.UpdatedBy != "Dana" {
		t.Errorf("the referral: %+v", after)
	}
	list := s.outcomes(t, r)
	if len(list) != 1 || list[0].ID != got.OutcomeID || *list[0].Count != 2 || !slices.Equal(list[0].Missing, []string{"port", "chat"}) ||
		list[0].HappenedOn.Format(time.DateOnly) != "2026-03-01" || list[0].Note != "As planned.\nTwice." || list[0].RecordedByName != "Dana" {
		t.Errorf("the list: %+v", list)
	}
	if got := s.lines(t); !slices.Equal(got, []string{"Dana: outcome.recorded"}) {
		t.Errorf("the log has %v", got)
	}
}

// What cannot be recorded is said on its field, and nothing is saved.
func TestWhatCannotBeRecorded(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t) // incident on 28 February in Los Angeles, received on 2 March
	for name, c := range map[string]struct {
		in    outcome.Input
		field string
	}{
		"no code":                     {outcome.Input{}, "code"},
		"an unknown code":             {outcome.Input{Code: "closed.lost"}, "code"},
		"a return":                    {outcome.Input{Code: models.OutcomeReturned}, "code"},
		"usefulness below none":       {outcome.Input{Code: "closed.arrest", Usefulness: ptr(int16(-1))}, "usefulness"},
		"usefulness above key":        {outcome.Input{Code: "closed.arrest", Usefulness: ptr(int16(3))}, "usefulness"},
		"an unknown missing item":     {outcome.Input{Code: "closed.arrest", Missing: []string{"port", "luck"}}, "missing"},
		"a number of minus one":       {outcome.Input{Code: "closed.arrest", Count: ptr(-1)}, "count"},
		"a number of nought":          {outcome.Input{Code: "closed.arrest", Count: ptr(0)}, "count"},
		"a number of ten thousand":    {outcome.Input{Code: "closed.arrest", Count: ptr(10000)}, "count"},
		"a number where none belongs": {outcome.Input{Code: "link.duplicate", Count: ptr(1)}, "count"},
		"a day that is none":          {outcome.Input{Code: "closed.arrest", HappenedOn: "2026-02-30"}, "happened_on"},
		"a day in words":              {outcome.Input{Code: "closed.arrest", HappenedOn: "yesterday"}, "happened_on"},
		"tomorrow":                    {outcome.Input{Code: "closed.arrest", HappenedOn: "2026-03-03"}, "happened_on"},
		"a year before the incident":  {outcome.Input{Code: "closed.arrest", HappenedOn: "2025-03-01"}, "happened_on"},
		"the year nought":             {outcome.Input{Code: "closed.arrest", HappenedOn: "0000-01-01"}, "happened_on"},
		"a note too long":             {outcome.Input{Code: "closed.arrest", Note: strings.Repeat("ü", 3001)}, "note"},
		"a note with a null byte":     {outcome.Input{Code: "closed.arrest", Note: "a\x00b"}, "note"},
		"a note that is no text":      {outcome.Input{Code: "closed.arrest", Note: "\xff"}, "note"},
	} {
		_, err := s.web.Record(t.Context(), s.dana, r.Number, c.in)
		wantKind(t, name, err, models.Invalid)
		if f := models.FieldsOf(err); f[c.field] == "" || len(f) != 1 {
			t.Errorf("%s: fields %v, want %s alone", name, f, c.field)
		}
	}
	_, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "x", Usefulness: ptr(int16(9)), Note: "\x00"})
	if len(models.FieldsOf(err)) != 3 {
		t.Errorf("three faults: fields %v", models.FieldsOf(err))
	}
	if got := s.referral(t, r); got.Version != 1 || len(s.outcomes(t, r)) != 0 {
		t.Errorf("something was saved: %+v", got)
	}
	for _, good := range []outcome.Input{
		{Code: "open.investigating", Note: strings.Repeat("ü", 3000)}, {Code: "open.forensics", HappenedOn: "2026-02-28"}, {Code: "open.legal_process", HappenedOn: "2026-03-02"},
		{Code: "closed.victim_identified", Count: ptr(9999), Usefulness: ptr(int16(0))},
	} {
		if _, err := s.web.Record(t.Context(), s.dana, r.Number, good); err != nil {
			t.Errorf("%s: %v", good.Code, err)
		}
	}
}

// "Today" is today where the agency is.
func TestTheDayIsTheAgencysOwn(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	s.Clock.Set(time.Date(2026, 3, 5, 3, 0, 0, 0, time.UTC)) // still the 4th in Los Angeles
	_, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest", HappenedOn: "2026-03-05"})
	wantKind(t, "tomorrow in Los Angeles", err, models.Invalid)
	f, err := s.web.Form(t.Context(), s.dana, r.Number)
	noError(t, "the form", err)
	if f.Latest != "2026-03-04" || f.Earliest != "2026-02-28" {
		t.Errorf("the form offers %s to %s", f.Earliest, f.Latest)
	}
	_, err = s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest", HappenedOn: "2026-03-04"})
	noError(t, "today in Los Angeles", err)
}

// Every code in every state: allowed ones lead where the table says, all others
// are Conflict and change nothing.
func TestEveryStateAndCode(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	for _, from := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed, models.ReferralReturning, models.ReferralReturned} {
		for _, code := range models.OutcomeCodes {
			r := s.set(t, s.referred(t), from)
			var want models.ReferralState
			switch {
			case from == models.ReferralReturning || from == models.ReferralReturned || from == models.ReferralClosed && !code.Closes:
			case code.Closes:
				want = models.ReferralClosed
			default:
				want = models.ReferralWorking
			}
			_, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: code.Code})
			got := s.referral(t, r)
			if want == "" {
				wantKind(t, code.Code+" from "+string(from), err, models.Conflict)
				if got.Version != r.Version || got.State != from || len(s.outcomes(t, r)) != 0 {
					t.Errorf("%s from %s changed something", code.Code, from)
				}
			} else if err != nil || got.State != want || got.Outcome != code.Code {
				t.Errorf("%s from %s led to %s (%v), want %s", code.Code, from, got.State, err, want)
			}
		}
	}
}

func TestWhoMayRecord(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	rec, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "open.investigating"})
	noError(t, "recording", err)
	deeds := map[string]func(context.Context, auth.Actor, int64) error{
		"record": func(ctx context.Context, a auth.Actor, n int64) error {
			_, err := s.web.Record(ctx, a, n, outcome.Input{Code: "closed.arrest"})
			return err
		},
		"undo": func(ctx context.Context, a auth.Actor, n int64) error { return s.web.Undo(ctx, a, n, rec.OutcomeID) },
		"return": func(ctx context.Context, a auth.Actor, n int64) error {
			_, err := s.web.Return(ctx, a, n, outcome.ReturnInput{})
			return err
		},
		"keep": func(ctx context.Context, a auth.Actor, n int64) error { return s.web.KeepAfterAll(ctx, a, n, 0) },
		"form": func(ctx context.Context, a auth.Actor, n int64) error { _, err := s.web.Form(ctx, a, n); return err },
	}
	before := s.referral(t, r)
	for name, do := range deeds {
		for _, c := range []struct {
			who    string
			actor  auth.Actor
			number int64
			want   models.Kind
		}{
			{"nobody", auth.Actor{}, r.Number, models.Forbidden},
			{"a role that reads only", s.pat, r.Number, models.Forbidden},
			{"the clearinghouse", s.sam, r.Number, models.Forbidden},
			{"another agency", s.lee, r.Number, models.NotFound},
			{"no such thing", s.dana, 4711, models.NotFound},
		} {
			wantKind(t, name+" by "+c.who, do(t.Context(), c.actor, c.number), c.want)
			if got := s.referral(t, r); !cmp.Equal(got, before) {
				t.Errorf("%s by %s changed the referral: %s", name, c.who, cmp.Diff(before, got))
			}
		}
	}
	if n := len(s.outcomes(t, r)); n != 1 {
		t.Errorf("%d outcomes, want 1", n)
	}
	// A form that breaks rules tells another agency no more than a good one.
	_, err = s.web.Record(t.Context(), s.lee, r.Number, outcome.Input{Code: "nonsense"})
	wantKind(t, "a bad form by another agency", err, models.NotFound)
	_, err = s.web.Return(t.Context(), s.lee, r.Number, outcome.ReturnInput{RightAgencyCode: "nonsense"})
	wantKind(t, "a bad return by another agency", err, models.NotFound)
}

func TestTwoWhoRecordAtOnce(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = s.web.Record(t.Context(), []auth.Actor{s.dana, s.drew}[i%2], r.Number, outcome.Input{Code: "closed.arrest", Version: 1})
		})
	}
	wg.Wait()
	winner := s.referral(t, r).UpdatedBy
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case models.KindOf(err) != models.Conflict || !strings.Contains(models.MessageOf(err), winner):
			t.Errorf("got %v, want a Conflict that names %s", err, winner)
		}
	}
	if won != 1 || len(s.outcomes(t, r)) != 1 {
		t.Errorf("%d won, %d outcomes", won, len(s.outcomes(t, r)))
	}
}

// Undoing restores every column but the version and who changed it when.
func TestUndoingRestoresExactly(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	for _, from := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed} {
		r := s.set(t, s.referred(t), from)
		if from != models.ReferralNew {
			s.Setup(t, func(tx *store.Tx) error {
				return tx.Model(&models.Referral{}).Where("id = ?", r.ID).Updates(map[string]any{"assignee_id": s.drew.UserID, "assignee": "Drew", "overdue": from != models.ReferralClosed,
					"first_read_at": tx.Now, "heard_at": tx.Now, "agency_priority": 1, "outcome": "link.duplicate", "outcome_at": tx.Now, "usefulness": 0}).Error
			})
		}
		before := s.referral(t, r)
		s.Clock.Advance(time.Hour)
		rec, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest", Usefulness: ptr(int16(2)), Version: before.Version})
		noError(t, "recording", err)
		s.Clock.Advance(9 * time.Minute)
		noError(t, "undoing", s.web.Undo(t.Context(), s.drew, r.Number, rec.OutcomeID))
		got := s.referral(t, r)
		if got.Version != before.Version+2 || got.UpdatedBy != "Drew" {
			t.Errorf("version %d by %s", got.Version, got.UpdatedBy)
		}
		got.Version, got.UpdatedAt, got.UpdatedBy = before.Version, before.UpdatedAt, before.UpdatedBy
		if !cmp.Equal(got, before) {
			t.Errorf("from %s: %s", from, cmp.Diff(before, got))
		}
		list := s.outcomes(t, r)
		if len(list) != 1 || list[0].UndoneAt == nil || list[0].UndoneByName != "Drew" {
			t.Errorf("the list: %+v", list)
		}
		noError(t, "undoing twice", s.web.Undo(t.Context(), s.drew, r.Number, rec.OutcomeID))
		if again := s.referral(t, r); again.Version != before.Version+2 {
			t.Error("undoing twice changed something")
		}
	}
}

func TestUndoingHasLimits(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	late := s.referred(t)
	rec, err := s.web.Record(t.Context(), s.dana, late.Number, outcome.Input{Code: "closed.arrest"})
	noError(t, "recording", err)
	s.Clock.Advance(10*time.Minute + time.Second)
	wantKind(t, "undoing after ten minutes", s.web.Undo(t.Context(), s.dana, late.Number, rec.OutcomeID), models.Conflict)

	since := s.referred(t)
	rec, err = s.web.Record(t.Context(), s.dana, since.Number, outcome.Input{Code: "open.investigating"})
	noError(t, "recording", err)
	second, err := s.web.Record(t.Context(), s.drew, since.Number, outcome.Input{Code: "closed.arrest"})
	noError(t, "recording again", err)
	err = s.web.Undo(t.Context(), s.dana, since.Number, rec.OutcomeID)
	wantKind(t, "undoing what is not the latest", err, models.Conflict)
	if !strings.Contains(models.MessageOf(err), "Drew") {
		t.Errorf("the message does not name Drew: %v", err)
	}
	noError(t, "undoing the latest", s.web.Undo(t.Context(), s.dana, since.Number, second.OutcomeID))
	if got := s.referral(t, since); got.State != models.ReferralWorking || got.Outcome != "open.investigating" {
		t.Errorf("after undoing the latest: %+v", got)
	}
	wantKind(t, "undoing an outcome of another report", s.web.Undo(t.Context(), s.dana, late.Number, second.OutcomeID), models.NotFound)
	wantKind(t, "undoing no outcome", s.web.Undo(t.Context(), s.dana, late.Number, uuid.New()), models.NotFound)
}

// A colleague's first reading between recording and undoing stays.
func TestUndoingKeepsAReading(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	rec, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest"})
	noError(t, "recording", err)
	s.Clock.Advance(time.Minute)
	noError(t, "reading", s.Web.As(t.Context(), s.drew, func(tx *store.Tx) error {
		now, err := referral.Lock(tx, r.Number, s.bay.ID, 0)
		if err != nil {
			return err
		}
		return referral.FirstRead(tx, now)
	}))
	noError(t, "undoing", s.web.Undo(t.Context(), s.dana, r.Number, rec.OutcomeID))
	if got := s.referral(t, r); got.FirstReadAt == nil || got.HeardAt == nil || got.State != models.ReferralNew {
		t.Errorf("after undoing: %+v", got)
	}
}

func TestTheFormOffersWhatTheAgencyUses(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	f, err := s.web.Form(t.Context(), s.dana, r.Number)
	noError(t, "the form", err)
	if len(f.Common) != 8 || len(f.MayRecord) != len(models.OutcomeCodes) || !f.MayReturn || f.MayKeep || f.Undoable != nil || f.NotRecorded != "" {
		t.Errorf("a new report's form: %+v", f)
	}
	if len(f.ReturnTo) != 1 || f.ReturnTo[0].Code != "boroughs" {
		t.Errorf("a return may say: %+v", f.ReturnTo)
	}
	for range 3 {
		_, err := s.web.Record(t.Context(), s.dana, s.referred(t).Number, outcome.Input{Code: "closed.deceased"})
		noError(t, "recording", err)
	}
	rec, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.charged"})
	noError(t, "recording", err)
	f, err = s.web.Form(t.Context(), s.dana, r.Number)
	noError(t, "the form", err)
	if len(f.Common) != 8 || f.Common[0].Code != "closed.deceased" || f.Common[1].Code != "closed.charged" || f.Undoable == nil || f.Undoable.ID != rec.OutcomeID {
		t.Errorf("the closed report's form: common %v, undoable %+v", f.Common, f.Undoable)
	}
	for _, c := range f.MayRecord {
		if !c.Closes {
			t.Errorf("a closed report may record %s", c.Code)
		}
	}
	theirs := s.Refer(t, s.Report(t, s.provider, "b@mail.example", nil), s.boroughs)
	if f, err = s.web.Form(t.Context(), s.lee, theirs.Number); err != nil || f.Common[0].Code == "closed.deceased" {
		t.Errorf("another agency's form begins with %v (%v)", f.Common[0], err)
	}
}

// Raw SQL as the wrong agency.
func TestOutcomesOfAnotherAgencyAreNotThere(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t)
	_, err := s.web.Record(t.Context(), s.dana, r.Number, outcome.Input{Code: "closed.arrest"})
	noError(t, "recording", err)
	count := func(who auth.Actor, table string) (n int) {
		noError(t, "counting "+table, s.Web.As(t.Context(), who, func(tx *store.Tx) error {
			return tx.Raw("select count(*) from " + table).Row().Scan(&n)
		}))
		return n
	}
	for _, c := range []struct {
		who   auth.Actor
		table string
		want  int
	}{{s.dana, "outcomes", 1}, {s.lee, "outcomes", 0}, {s.sam, "outcomes", 1}, {s.dana, "board_changes", 0}, {s.lee, "board_changes", 0}, {s.dana, "board_cells", 0}, {s.sam, "board_changes", 2}} {
		if got := count(c.who, c.table); got != c.want {
			t.Errorf("%s sees %d rows of %s, want %d", c.who.Name, got, c.table, c.want)
		}
	}
	err = s.Web.As(t.Context(), s.lee, func(tx *store.Tx) error {
		return tx.Exec("insert into board_changes (agency_id, month, before, after) values (?, '2026-03-01', '{}', '{received}')", s.bay.ID).Error
	})
	if err == nil {
		t.Error("an agency counted for another on the board")
	}
	res := int64(-1)
	noError(t, "undoing by hand", s.Web.As(t.Context(), s.lee, func(tx *store.Tx) error {
		u := tx.Exec("update outcomes set undone_at = now()")
		res = u.RowsAffected
		return u.Error
	}))
	if res != 0 {
		t.Errorf("another agency changed %d outcomes", res)
	}
}
