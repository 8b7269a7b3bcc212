package casefile_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/store"
)

// deeds are the use cases that change whose work a report is.
func (s *scene) deeds() map[string]func(context.Context, auth.Actor, int64, int) error {
	two := int16(2)
	return map[string]func(context.Context, auth.Actor, int64, int) error{
		"take":    s.svc.Take,
		"release": s.svc.Release,
		"start":   s.svc.Start,
		"reopen":  s.svc.Reopen,
		"assign": func(ctx context.Context, a auth.Actor, n int64, v int) error {
			return s.svc.AssignTo(ctx, a, n, s.drew.UserID, v)
		},
		"prioritise": func(ctx context.Context, a auth.Actor, n int64, v int) error {
			return s.svc.SetAgencyPriority(ctx, a, n, &two, v)
		},
	}
}

// set puts a referral into a state by hand.
func (s *scene) set(t testing.TB, r models.Referral, state models.ReferralState, holder *auth.Actor) models.Referral {
	t.Helper()
	set := map[string]any{"state": state, "assignee_id": nil, "assignee": ""}
	if holder != nil {
		set["assignee_id"], set["assignee"] = holder.UserID, holder.Name
	}
	s.Setup(t, func(tx *store.Tx) error { return tx.Model(&models.Referral{}).Where("id = ?", r.ID).Updates(set).Error })
	return s.referral(t, r)
}

// For every deed: nobody, a role that may not, another agency and no such thing
// change nothing; the owner does.
func TestWhoMayWork(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	for name, do := range s.deeds() {
		state := models.ReferralTaken
		if name == "reopen" {
			state = models.ReferralClosed
		}
		r := s.set(t, s.referred(t, name+"@mail.example", nil), state, &s.drew)
		if name == "assign" {
			r = s.set(t, r, state, &s.dana)
		}
		for _, c := range []struct {
			who    string
			actor  auth.Actor
			number int64
			want   models.Kind
		}{
			{"nobody", auth.Actor{}, r.Number, models.Forbidden},
			{"a role that reads only", s.pat, r.Number, models.Forbidden},
			{"an admin", s.noor, r.Number, models.Forbidden},
			{"an analyst", s.avery, r.Number, models.Forbidden},
			{"another agency", s.lee, r.Number, models.NotFound},
			{"no such thing", s.dana, 999, models.NotFound},
		} {
			wantKind(t, name+" by "+c.who, do(t.Context(), c.actor, c.number, 0), c.want)
			if got := s.referral(t, r); got.Version != r.Version || got.State != r.State || got.Assignee != r.Assignee {
				t.Errorf("%s by %s changed the referral: %+v", name, c.who, got)
			}
		}
		noError(t, name+" by the owner", do(t.Context(), s.dana, r.Number, r.Version))
		if got := s.referral(t, r); got.Version != r.Version+1 || got.UpdatedBy != "Dana" || got.FirstActAt == nil {
			t.Errorf("%s by the owner: %+v", name, got)
		}
	}
}

// Somebody else's report and no report at all: the same answer but for the number
// that was asked for, and the same line.
func TestNotYoursAndNoSuchAreTheSame(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", nil)
	const none = 987654321
	doc := func(ctx context.Context, a auth.Actor, n int64) error {
		_, err := s.svc.Document(ctx, a, n, uuid.New())
		return err
	}
	asks := map[string]func(context.Context, auth.Actor, int64) error{
		"open": func(ctx context.Context, a auth.Actor, n int64) error { _, err := s.svc.Open(ctx, a, n); return err },
		"files": func(ctx context.Context, a auth.Actor, n int64) error {
			_, err := s.svc.Files(ctx, a, n, uuid.Nil)
			return err
		},
		"document": doc,
	}
	for name, do := range s.deeds() {
		asks[name] = func(ctx context.Context, a auth.Actor, n int64) error { return do(ctx, a, n, 3) }
	}
	last := func() models.AuditEvent {
		var e models.AuditEvent
		s.Setup(t, func(tx *store.Tx) error { return tx.Order("id desc").Take(&e).Error })
		return e
	}
	for name, ask := range asks {
		theirs := ask(t.Context(), s.lee, r.Number)
		theirLine := last()
		nothing := ask(t.Context(), s.lee, none)
		noLine := last()
		same := func(text string) string {
			return strings.NewReplacer(fmt.Sprint(r.Number), "N", fmt.Sprint(none), "N").Replace(text)
		}
		wantKind(t, name, theirs, models.NotFound)
		if same(models.MessageOf(theirs)) != same(models.MessageOf(nothing)) {
			t.Errorf("%s: %q and %q", name, theirs, nothing)
		}
		if theirLine.ReportID != nil || !theirLine.Refused || theirLine.Action != noLine.Action || theirLine.Words != noLine.Words ||
			same(theirLine.Subject) != same(noLine.Subject) || noLine.ReportID != nil || len(theirLine.Concerns) != len(noLine.Concerns) {
			t.Errorf("%s: lines %+v and %+v", name, theirLine, noLine)
		}
	}
}

// Every state with every deed: allowed ones lead where the table says, all others
// are Conflict and change nothing.
func TestEveryStateAndDeed(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	const n, tk, w, c, ing, ed = models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed, models.ReferralReturning, models.ReferralReturned
	leads := map[string]map[models.ReferralState]models.ReferralState{
		"take":       {n: tk, tk: tk},
		"assign":     {n: tk, tk: tk, w: w},
		"release":    {n: n, tk: n, w: w}, // releasing what nobody holds changes nothing
		"start":      {n: w, tk: w},
		"reopen":     {c: w},
		"prioritise": {n: n, tk: tk, w: w},
	}
	for name, do := range s.deeds() {
		for _, from := range []models.ReferralState{n, tk, w, c, ing, ed} {
			holder := &s.lee // a stand-in for "somebody, but not the one who acts or is assigned"
			if from == n {
				holder = nil
			}
			r := s.set(t, s.referred(t, "a@mail.example", nil), from, holder)
			err := do(t.Context(), s.dana, r.Number, r.Version)
			got := s.referral(t, r)
			to, allowed := leads[name][from]
			if !allowed {
				wantKind(t, name+" from "+string(from), err, models.Conflict)
				to = from
			} else if err != nil {
				t.Errorf("%s from %s: %v", name, from, err)
			}
			if got.State != to || (!allowed && got.Version != r.Version) {
				t.Errorf("%s from %s led to %s at version %d, want %s", name, from, got.State, got.Version, to)
			}
		}
	}
}

func TestDeedsAlreadyDoneChangeNothing(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", nil)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"take", func() error { return s.svc.Take(t.Context(), s.dana, r.Number, 1) }},
		{"assign to oneself", func() error { return s.svc.AssignTo(t.Context(), s.dana, r.Number, s.dana.UserID, 1) }},
	} {
		noError(t, step.name, step.do())
		if got := s.referral(t, r); got.Version != 2 || got.Assignee != "Dana" || got.State != models.ReferralTaken {
			t.Errorf("%s: %+v", step.name, got)
		}
	}
	// A double click posts the same form twice; its version is one behind then.
	noError(t, "take again", s.svc.Take(t.Context(), s.dana, r.Number, 1))
	noError(t, "start", s.svc.Start(t.Context(), s.dana, r.Number, 2))
	noError(t, "start again", s.svc.Start(t.Context(), s.dana, r.Number, 2))
	if got := s.referral(t, r); got.Version != 3 || got.State != models.ReferralWorking {
		t.Errorf("after starting twice: %+v", got)
	}
	if got, want := s.lines(t), []string{"Dana: referral.taken", "Dana: referral.started"}; !slices.Equal(got, want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
}

func TestASecondChangeToTheSameVersionNamesTheFirst(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", nil)
	noError(t, "Drew takes it", s.svc.Take(t.Context(), s.drew, r.Number, 1))
	err := s.svc.Take(t.Context(), s.dana, r.Number, 1)
	wantKind(t, "Dana takes it with an old form", err, models.Conflict)
	if !strings.Contains(models.MessageOf(err), "Drew") {
		t.Errorf("the message does not name Drew: %v", err)
	}
	if got := s.referral(t, r); got.Assignee != "Drew" {
		t.Errorf("assigned to %s", got.Assignee)
	}
	noError(t, "Dana takes it over with the new form", s.svc.Take(t.Context(), s.dana, r.Number, 2))
}

func TestOfManyAtOnceOneWins(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", nil)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			who := []auth.Actor{s.dana, s.drew}[i%2]
			p := int16(i%3 + 1)
			errs[i] = s.svc.SetAgencyPriority(t.Context(), who, r.Number, &p, 1)
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if models.KindOf(err) != models.Conflict {
			t.Errorf("got %v", err)
		}
	}
	// Whoever asked for the priority that stands already is told that it is done.
	if got := s.referral(t, r); won < 1 || got.Version != 2 {
		t.Errorf("%d won, version %d", won, got.Version)
	}
}

func TestAssigningIsToColleaguesWhoMayWork(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", nil)
	gone := s.Person(t, s.bay, "Gone", auth.Investigator)
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Model(&models.User{}).Where("id = ?", gone.UserID).Update("state", models.UserSuspended).Error
	})
	for who, id := range map[string]uuid.UUID{"another agency's": s.lee.UserID, "nobody": uuid.New(), "an admin": s.noor.UserID, "a prosecutor": s.pat.UserID, "suspended": gone.UserID} {
		err := s.svc.AssignTo(t.Context(), s.dana, r.Number, id, 1)
		wantKind(t, "assigning to "+who, err, models.Invalid)
		if models.FieldsOf(err)["assignee"] == "" {
			t.Errorf("assigning to %s: no message on the field", who)
		}
	}
	list, err := s.svc.Colleagues(t.Context(), s.dana)
	noError(t, "colleagues", err)
	if len(list) != 2 || list[0].Name != "Dana" || list[1].ID != s.drew.UserID {
		t.Errorf("colleagues: %+v", list)
	}
	_, err = s.svc.Colleagues(t.Context(), s.pat)
	wantKind(t, "a prosecutor lists colleagues", err, models.Forbidden)
	wantKind(t, "a priority of nought", s.svc.SetAgencyPriority(t.Context(), s.dana, r.Number, new(int16), 1), models.Invalid)
}

func TestTakingManyTakesNothingFromAnybody(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	free, mine := s.referred(t, "1@mail.example", nil), s.set(t, s.referred(t, "2@mail.example", nil), models.ReferralTaken, &s.dana)
	held, past := s.set(t, s.referred(t, "3@mail.example", nil), models.ReferralTaken, &s.drew), s.set(t, s.referred(t, "4@mail.example", nil), models.ReferralClosed, nil)
	theirs := s.Refer(t, s.Report(t, s.provider, "5@mail.example", nil), s.boroughs)
	b, err := s.svc.TakeMany(t.Context(), s.dana, []int64{free.Number, mine.Number, held.Number, past.Number, theirs.Number, 999, free.Number})
	noError(t, "taking many", err)
	if !slices.Equal(b.Taken, []int64{free.Number}) || !slices.Equal(b.Already, []int64{mine.Number}) || !slices.Equal(b.Past, []int64{past.Number}) ||
		len(b.Held) != 1 || b.Held[0] != (casefile.HeldByOther{Number: held.Number, By: "Drew"}) || !sameSet(b.Missing, []int64{theirs.Number, 999}) {
		t.Errorf("got %+v", b)
	}
	if got := s.referral(t, free); got.Assignee != "Dana" || got.State != models.ReferralTaken {
		t.Errorf("taken: %+v", got)
	}
	if got := s.referral(t, theirs); got.State != models.ReferralNew || got.Version != 1 {
		t.Errorf("another agency's: %+v", got)
	}
	if got, want := s.lines(t), []string{"Dana: referral.taken", "Dana: referral.taken refused"}; !slices.Equal(got, want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
	_, err = s.svc.TakeMany(t.Context(), s.pat, []int64{free.Number})
	wantKind(t, "a prosecutor takes many", err, models.Forbidden)
	_, err = s.svc.TakeMany(t.Context(), s.dana, nil)
	wantKind(t, "taking none", err, models.Invalid)
	_, err = s.svc.TakeMany(t.Context(), s.dana, make201())
	wantKind(t, "taking 201", err, models.Invalid)
}

func make201() []int64 {
	out := make([]int64, casefile.BulkLimit+1)
	for i := range out {
		out[i] = int64(i + 1)
	}
	return out
}

// Two people select the same rows in opposite orders at the same time: everything
// is taken once, and neither waits for ever.
func TestTwoPeopleTakeTheSameMany(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	var numbers []int64
	for range 30 {
		numbers = append(numbers, s.referred(t, "a@mail.example", nil).Number)
	}
	reversed := slices.Clone(numbers)
	slices.Reverse(reversed)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var one, two *casefile.Bulk
	var err1, err2 error
	var wg sync.WaitGroup
	wg.Go(func() { one, err1 = s.svc.TakeMany(ctx, s.dana, numbers) })
	wg.Go(func() { two, err2 = s.svc.TakeMany(ctx, s.drew, reversed) })
	wg.Wait()
	noError(t, "the first", err1)
	noError(t, "the second", err2)
	if !sameSet(append(slices.Clone(one.Taken), two.Taken...), numbers) || len(one.Taken)+len(one.Held) != 30 || len(two.Taken)+len(two.Held) != 30 {
		t.Errorf("first %+v, second %+v", one, two)
	}
}
