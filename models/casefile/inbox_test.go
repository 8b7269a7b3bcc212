package casefile_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/store"
)

func TestTheInboxShowsWhatARowNeeds(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.Priority, r.Urgent, r.Urgency, r.FilesTotal, r.FilesLocked = 1, true, 7, 3, 2
	})
	p, err := s.svc.Inbox(t.Context(), s.dana, casefile.InboxQuery{})
	noError(t, "the inbox", err)
	if len(p.Rows) != 1 {
		t.Fatalf("%d rows, want 1", len(p.Rows))
	}
	got := p.Rows[0]
	if got.Number != r.Number || got.Priority != 1 || !got.Urgent || got.Provider != "Example Chat" || got.Subject != "a@mail.example" ||
		got.Place != "Test County" || got.Why == "" || got.PriorityWhy == "" || got.FilesTotal != 3 || got.FilesLocked != 2 || !got.Unread ||
		got.State != models.ReferralNew || got.Version != 1 || got.PreserveUntil == nil || !got.ReceivedAt.Equal(r.ReceivedAt) {
		t.Errorf("got %+v", got)
	}
	if p.Query.View != casefile.ViewOpen || p.Query.Sort != casefile.SortUrgency || p.Next != "" || p.Prev != "" || p.Looked != nil {
		t.Errorf("the page says %+v, next %q, prev %q", p.Query, p.Next, p.Prev)
	}
	if got := s.lines(t); !slices.Equal(got, []string{"Dana: inbox.read"}) {
		t.Errorf("the log has %v", got)
	}
}

func TestTheInboxIsOneAgencysAndARolesOwn(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	s.referred(t, "a@mail.example", nil)
	p, err := s.svc.Inbox(t.Context(), s.lee, casefile.InboxQuery{View: casefile.ViewAll})
	noError(t, "another agency's inbox", err)
	if len(p.Rows) != 0 || p.Counts[0].N != 0 {
		t.Errorf("another agency sees %d rows, counts %v", len(p.Rows), p.Counts)
	}
	for _, who := range []auth.Actor{s.noor, s.avery} {
		_, err := s.svc.Inbox(t.Context(), who, casefile.InboxQuery{})
		wantKind(t, who.Name+" asks for the inbox", err, models.Forbidden)
	}
	_, err = s.svc.Inbox(t.Context(), auth.Actor{}, casefile.InboxQuery{})
	wantKind(t, "nobody asks for the inbox", err, models.Forbidden)
	if got, want := s.lines(t), []string{"Lee: inbox.read", "Noor: inbox.read refused", "Avery: inbox.read refused"}; !slices.Equal(got, want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
	if p, err = s.svc.Inbox(t.Context(), s.pat, casefile.InboxQuery{}); err != nil || len(p.Rows) != 1 {
		t.Errorf("a prosecutor reads the inbox: %v, %v", p, err)
	}
}

func TestAQueryThatCannotBeAskedIsInvalid(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	hugeRank := store.Cursor{Order: 'u', Rank: 1 << 60, At: time.Now(), ID: uuid.New()}.String()
	for name, q := range map[string]casefile.InboxQuery{
		"an unknown view":              {View: "'; drop table referrals"},
		"an unknown order":             {Sort: "assignee"},
		"an unknown state":             {State: "lost"},
		"a priority of nine":           {Priority: 9},
		"a negative age":               {MinAgeDays: -1},
		"a page of a million":          {Size: 1_000_000},
		"a type with a null byte":      {Type: "a\x00b"},
		"a type that is no text":       {Type: "\xff\xfe"},
		"a cursor of noise":            {Cursor: "AAAA"},
		"a cursor of another order":    {Cursor: store.Cursor{Order: 'n', At: time.Now(), ID: uuid.New()}.String()},
		"a cursor beyond all urgency":  {Cursor: hugeRank},
		"a cursor of an SQL statement": {Cursor: "' or 1=1 --"},
	} {
		_, err := s.svc.Inbox(t.Context(), s.dana, q)
		wantKind(t, name, err, models.Invalid)
		if len(models.FieldsOf(err)) == 0 {
			t.Errorf("%s: no field is named", name)
		}
	}
}

// populate makes n referrals at bay in every state and with every mark, by hand,
// and answers them.
func (s *scene) populate(t testing.TB, n int) []models.Referral {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	other := s.Provider(t, "Example Mail")
	states := []models.ReferralState{models.ReferralNew, models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed, models.ReferralReturning, models.ReferralReturned}
	var out []models.Referral
	for i := range n {
		p := s.provider
		if rnd.IntN(3) == 0 {
			p = other
		}
		urgency := int16(2 + rnd.IntN(6))
		at := s.Clock.Now().Add(-time.Duration(rnd.IntN(60)) * 12 * time.Hour) // many at the same time
		rep := s.Report(t, p, "x@mail.example", func(r *models.Report, ids *[]models.Identifier) {
			r.Priority, r.Urgent, r.Urgency, r.FinishedAt = 4-urgency/2, urgency%2 == 1, urgency, &at
			r.IncidentType = []string{"Type A", "Type B"}[rnd.IntN(2)]
			*ids = nil
		})
		r := s.Refer(t, rep, s.bay)
		state := states[rnd.IntN(len(states))]
		set := map[string]any{"state": state, "shared": rnd.IntN(2), "overdue": i%5 == 0 && state != models.ReferralClosed && state != models.ReferralReturned}
		if i%4 == 0 {
			set["look_again_at"], set["look_again_why"] = at, "The provider sent more."
		}
		if rnd.IntN(2) == 0 {
			set["first_read_at"] = at
		}
		switch rnd.IntN(3) {
		case 0:
			set["assignee_id"], set["assignee"] = s.dana.UserID, "Dana"
		case 1:
			set["assignee_id"], set["assignee"] = s.drew.UserID, "Drew"
		}
		s.Setup(t, func(tx *store.Tx) error { return tx.Model(&models.Referral{}).Where("id = ?", r.ID).Updates(set).Error })
		out = append(out, s.referral(t, r))
	}
	return out
}

// inView says in Go what a view and its filters hold.
func inView(r *models.Referral, q casefile.InboxQuery, me uuid.UUID, now time.Time) bool {
	switch q.View {
	case casefile.ViewOpen:
		if !r.Open {
			return false
		}
	case casefile.ViewMine:
		if !r.Open || r.AssigneeID == nil || *r.AssigneeID != me {
			return false
		}
	case casefile.ViewUnassigned:
		if !r.Open || r.AssigneeID != nil {
			return false
		}
	case casefile.ViewUnread:
		if !r.Open || r.FirstReadAt != nil {
			return false
		}
	case casefile.ViewShared:
		if !r.Open || r.Shared == 0 {
			return false
		}
	case casefile.ViewOverdue:
		if !r.Overdue {
			return false
		}
	case casefile.ViewLookAgain:
		if r.LookAgainAt == nil {
			return false
		}
	case casefile.ViewReturning:
		if r.State != models.ReferralReturning {
			return false
		}
	case casefile.ViewClosed:
		if r.Open {
			return false
		}
	}
	return (q.Priority == 0 || r.Priority == q.Priority) && (!q.Urgent || r.Urgent) && (q.Type == "" || r.IncidentType == q.Type) &&
		(q.Provider == uuid.Nil || *r.ProviderID == q.Provider) && (q.Assignee == uuid.Nil || r.AssigneeID != nil && *r.AssigneeID == q.Assignee) &&
		(q.State == "" || r.State == q.State) && (q.MinAgeDays == 0 || !r.ReceivedAt.After(now.AddDate(0, 0, -q.MinAgeDays)))
}

func before(a, b *models.Referral, s casefile.Sort) bool {
	older := func(x, y *models.Referral) bool {
		if !x.ReceivedAt.Equal(y.ReceivedAt) {
			return x.ReceivedAt.Before(y.ReceivedAt)
		}
		return x.ID.String() < y.ID.String()
	}
	switch s {
	case casefile.SortOldest:
		return older(a, b)
	case casefile.SortUrgency:
		if a.Urgency != b.Urgency {
			return a.Urgency > b.Urgency
		}
	}
	return older(b, a)
}

// Whatever is asked, walking all pages forwards and then backwards gives exactly
// the rows that the rules say, in their order.
func TestEveryViewOrderAndFilterPagesExactly(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	all := s.populate(t, 90)
	var queries []casefile.InboxQuery
	for _, v := range casefile.Views() {
		for _, o := range []casefile.Sort{casefile.SortUrgency, casefile.SortNewest, casefile.SortOldest} {
			q := casefile.InboxQuery{View: v, Sort: o}
			with := func(edit func(*casefile.InboxQuery)) { c := q; edit(&c); queries = append(queries, c) }
			with(func(q *casefile.InboxQuery) {})
			with(func(q *casefile.InboxQuery) { q.Priority = 2 })
			with(func(q *casefile.InboxQuery) { q.Urgent = true })
			with(func(q *casefile.InboxQuery) { q.Priority, q.Urgent, q.MinAgeDays = 1, true, 3 })
			with(func(q *casefile.InboxQuery) { q.Type = "Type A" })
			with(func(q *casefile.InboxQuery) { q.Provider = s.provider.ID })
			with(func(q *casefile.InboxQuery) { q.Assignee = s.drew.UserID })
			with(func(q *casefile.InboxQuery) { q.State = models.ReferralTaken })
			with(func(q *casefile.InboxQuery) { q.MinAgeDays = 10 })
			with(func(q *casefile.InboxQuery) { q.Type, q.Provider, q.Urgent = "Type B", s.provider.ID, true })
			with(func(q *casefile.InboxQuery) {
				q.Assignee, q.State, q.Type = s.dana.UserID, models.ReferralWorking, "Type A"
			})
		}
	}
	for _, q := range queries {
		q.Size = 7
		checkWalk(t, s, all, q)
	}
}

func checkWalk(t *testing.T, s *scene, all []models.Referral, q casefile.InboxQuery) {
	t.Helper()
	first, err := s.svc.Inbox(t.Context(), s.dana, q)
	noError(t, "the first page", err)
	var want []*models.Referral
	for i := range all {
		if inView(&all[i], q, s.dana.UserID, s.Clock.Now()) {
			want = append(want, &all[i])
		}
	}
	slices.SortFunc(want, func(a, b *models.Referral) int {
		if before(a, b, first.Query.Sort) {
			return -1
		}
		return 1
	})
	var wanted []int64
	for _, r := range want {
		wanted = append(wanted, r.Number)
	}
	page, got := first, numbersOf(first)
	pages := []*casefile.InboxPage{first}
	for page.Next != "" && len(pages) < 100 {
		q.Cursor = page.Next
		page, err = s.svc.Inbox(t.Context(), s.dana, q)
		noError(t, "a further page", err)
		pages, got = append(pages, page), append(got, numbersOf(page)...)
	}
	if !slices.Equal(got, wanted) {
		t.Errorf("%+v: forwards got %v, want %v", q, got, wanted)
		return
	}
	for i := len(pages) - 1; i > 0; i-- {
		q.Cursor = pages[i].Prev
		back, err := s.svc.Inbox(t.Context(), s.dana, q)
		noError(t, "a page back", err)
		if !slices.Equal(numbersOf(back), numbersOf(pages[i-1])) {
			t.Errorf("%+v: back from page %d got %v, want %v", q, i, numbersOf(back), numbersOf(pages[i-1]))
			return
		}
		if (back.Prev == "") != (i == 1) || back.Next == "" {
			t.Errorf("%+v: back on page %d: prev %q, next %q", q, i-1, back.Prev, back.Next)
		}
	}
}

func TestViewsAreCounted(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	all := s.populate(t, 60)
	p, err := s.svc.Inbox(t.Context(), s.dana, casefile.InboxQuery{})
	noError(t, "the inbox", err)
	for _, c := range p.Counts {
		want := 0
		for i := range all {
			if inView(&all[i], casefile.InboxQuery{View: c.View}, s.dana.UserID, s.Clock.Now()) {
				want++
			}
		}
		if c.N != want || c.More {
			t.Errorf("view %s: got %d (more %v), want %d", c.View, c.N, c.More, want)
		}
	}
}

func TestACancelledRequestReadsNothing(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.svc.Inbox(ctx, s.dana, casefile.InboxQuery{}); err == nil {
		t.Error("a cancelled request got an answer")
	}
}
