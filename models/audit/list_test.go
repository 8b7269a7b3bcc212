package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

// world is two agencies and the clearinghouse with one report each way.
type world struct {
	*testLog
	audit            *Service
	bay, boroughs    models.Agency
	dana, sam, lee   auth.Actor // two of bay, one of boroughs
	ada              auth.Actor // the clearinghouse
	report, theirs   models.Report
	began, afterDana time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	l := newLog(t)
	w := &world{testLog: l, audit: NewService(l.Web)}
	w.bay, w.boroughs = l.Agency(t, "bay"), l.Agency(t, "boroughs")
	ch := l.Clearinghouse(t)
	w.dana, w.sam = l.Person(t, w.bay, "Dana", auth.Supervisor), l.Person(t, w.bay, "Sam", auth.Investigator)
	w.lee, w.ada = l.Person(t, w.boroughs, "Lee", auth.Supervisor), l.Person(t, ch, "Ada", auth.DeskSupervisor)
	chat := l.Provider(t, "Example Chat")
	w.report, w.theirs = l.Report(t, chat, "a@mail.example", nil), l.Report(t, chat, "b@mail.example", nil)
	w.began = l.Clock.Now()
	say := func(a auth.Actor, words string, r *models.Report, concerns ...models.Agency) {
		l.Clock.Advance(time.Second)
		e := Event{Action: "report.read", Words: words}
		if r != nil {
			e.ReportID, e.Number = r.ID, r.Number
		}
		if r == nil {
			e.Action = "user.invited"
		}
		for _, c := range concerns {
			e.Concerns = append(e.Concerns, c.ID)
		}
		l.deed(t, a, e)
	}
	say(auth.Provider(chat.ID, "Example Chat"), "sent", &w.report)
	say(w.ada, "referred to bay", &w.report, w.bay)
	say(w.dana, "dana read", &w.report, w.bay) // one's own agency is not named twice
	w.afterDana = l.Clock.Now().Add(time.Millisecond)
	say(w.sam, "sam read", &w.report)
	say(w.lee, "lee read his own", &w.theirs)
	say(w.lee, "lee asked bay", &w.theirs, w.bay)
	say(w.ada, "referred to both", &w.theirs, w.bay, w.boroughs, w.bay)
	say(w.dana, "dana invited", nil)
	l.Clock.Advance(time.Second)
	if err := Refused(t.Context(), l.Web, w.sam, Event{Action: "report.read", ReportID: w.theirs.ID, Number: w.theirs.Number, Words: "sam refused"}); err != nil {
		t.Fatal(err)
	}
	return w
}

func words(p Page) string {
	var out []string
	for _, l := range p.Lines {
		out = append(out, l.Words)
	}
	return strings.Join(out, ", ")
}

func TestEachSideReadsItsOwnPartOfTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := "sam refused, dana invited, referred to both, lee asked bay, lee read his own, sam read, dana read, referred to bay, sent"
	for _, c := range []struct {
		name string
		who  auth.Actor
		f    Filter
		want string
	}{
		{"an agency reads what its people did and what others did that concerns it", w.dana, Filter{},
			"sam refused, dana invited, referred to both, lee asked bay, sam read, dana read, referred to bay"},
		{"another agency reads its own", w.lee, Filter{}, "referred to both, lee asked bay, lee read his own"},
		{"the clearinghouse reads everything", w.ada, Filter{}, all},
		{"an agency's refusals", w.dana, Filter{Refused: true}, "sam refused"},
		{"another agency's refusals", w.lee, Filter{Refused: true}, ""},
		{"every refusal", w.ada, Filter{Refused: true}, "sam refused"},
		{"a deed", w.dana, Filter{Action: "user.invited"}, "dana invited"},
		{"a deed of others counts too", w.lee, Filter{Action: "report.read"}, "referred to both, lee asked bay, lee read his own"},
		{"a deed anywhere", w.ada, Filter{Action: "user.invited"}, "dana invited"},
		{"one's colleague", w.dana, Filter{Person: w.sam.UserID}, "sam refused, sam read"},
		{"a person of another agency, though some of his deeds concern ours", w.dana, Filter{Person: w.lee.UserID}, ""},
		{"any person, for the clearinghouse", w.ada, Filter{Person: w.lee.UserID}, "lee asked bay, lee read his own"},
		{"a colleague's refusals of one deed", w.dana, Filter{Person: w.sam.UserID, Action: "report.read", Refused: true}, "sam refused"},
		{"a report", w.dana, Filter{Report: w.report.Number}, "sam read, dana read, referred to bay"},
		{"a report of another agency shows what concerns ours", w.dana, Filter{Report: w.theirs.Number}, "sam refused, referred to both, lee asked bay"},
		{"a report by number, for one person", w.ada, Filter{Report: w.report.Number, Person: w.sam.UserID}, "sam read"},
		{"no such report", w.ada, Filter{Report: 987654321}, ""},
		{"what people outside did", w.dana, Filter{Outside: true}, "referred to both, lee asked bay, referred to bay"},
		{"what people outside did of one kind", w.lee, Filter{Outside: true, Action: "report.read"}, "referred to both"},
		{"what people outside did with a report", w.dana, Filter{Outside: true, Report: w.theirs.Number}, "referred to both, lee asked bay"},
		{"what people outside were refused", w.dana, Filter{Outside: true, Refused: true}, ""},
		{"one of one's own is not outside", w.dana, Filter{Outside: true, Person: w.sam.UserID}, ""},
		{"the clearinghouse has no outside", w.ada, Filter{Outside: true, Refused: true}, "sam refused"},
		{"since and until", w.dana, Filter{Since: w.began.Add(2 * time.Second), Until: w.afterDana}, "dana read, referred to bay"},
		{"until is exclusive", w.dana, Filter{Until: w.began.Add(2 * time.Second)}, ""},
		{"since, with a deed", w.ada, Filter{Since: w.afterDana, Action: "user.invited"}, "dana invited"},
	} {
		p, err := w.audit.List(t.Context(), c.who, c.f, "")
		if got := words(p); err != nil || got != c.want || p.Next != "" {
			t.Errorf("%s:\ngot  %s (%v)\nwant %s", c.name, got, err, c.want)
		}
	}
	p, err := w.audit.List(t.Context(), w.ada, Filter{Report: w.theirs.Number}, "")
	if err != nil || len(p.Lines) != 4 {
		t.Fatalf("%v, %v", p, err)
	}
	both := p.Lines[1]
	if want := []uuid.UUID{w.bay.ID, w.boroughs.ID}; both.Words != "referred to both" || !slices.IsSortedFunc(both.Concerns, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }) ||
		len(both.Concerns) != 2 || !slices.Contains(both.Concerns, want[0]) || !slices.Contains(both.Concerns, want[1]) {
		t.Errorf("a line comes back as %+v", both)
	}
}

func TestTheLogIsReadOnlyByThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, a := range map[string]auth.Actor{"an investigator": w.sam, "a provider": auth.Provider(store.NewID(), "X"), "nobody": {}} {
		if _, err := w.audit.List(t.Context(), a, Filter{}, ""); models.KindOf(err) != models.Forbidden {
			t.Errorf("%s: %v, want Forbidden", name, err)
		}
	}
	if _, err := w.audit.List(t.Context(), w.dana, Filter{}, "x' or true"); models.KindOf(err) != models.Invalid {
		t.Errorf("a cursor that is none: %v", err)
	}
	// Raw SQL without any condition, as each side: the policies alone.
	for name, c := range map[string]struct {
		who  auth.Actor
		want int64
	}{"bay": {w.dana, 7}, "boroughs": {w.lee, 3}, "clearinghouse": {w.ada, 9}, "a provider": {auth.Provider(store.NewID(), "X"), 0},
		"the public": {auth.Actor{Side: auth.SidePublic}, 0}, "signing in": {auth.System(auth.ForLogin), 0}} {
		var got int64
		err := w.Web.As(t.Context(), c.who, func(tx *store.Tx) error { return tx.Raw("select count(*) from audit_events").Row().Scan(&got) })
		if err != nil || got != c.want {
			t.Errorf("%s sees %d lines (%v), want %d", name, got, err, c.want)
		}
	}
}

func TestATrailIsWhoDidWhatToTheReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		who  auth.Actor
		want string
	}{
		{w.sam, "sam read, dana read | referred to bay | "},
		{w.ada, "sam read, dana read | referred to bay, sent | "},
		{w.lee, ""},
	} {
		var got string
		err := w.Web.As(t.Context(), c.who, func(tx *store.Tx) error {
			got = ""
			for cursor := ""; ; {
				p, err := Trail(tx, w.report.ID, cursor, 2)
				if err != nil {
					return err
				}
				if len(p.Lines) > 0 {
					got += words(p) + " | "
				}
				if cursor = p.Next; cursor == "" {
					return nil
				}
			}
		})
		if err != nil || got != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.who.Name, got, err, c.want)
		}
	}
}

func TestPagesFollowOnOneAnotherWithoutGapOrRepeat(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.bulk(t, 4000)
	largest := person(bulkID("agency", 0), "Dana", auth.Auditor)
	desk := auth.Actor{Side: auth.SideClearinghouse, UserID: store.NewID(), AgencyID: store.NewID(), Roles: []auth.Role{auth.Auditor}}
	for _, c := range []struct {
		name string
		who  auth.Actor
		f    Filter
		want string
	}{
		{"agency", largest, Filter{}, "select count(*) from audit_events where actor_agency = ? or ? = any (concerns)"},
		{"agency, one deed", largest, Filter{Action: "report.read"}, "select count(*) from audit_events where (actor_agency = ? or ? = any (concerns)) and action = 'report.read'"},
		{"clearinghouse", desk, Filter{}, "select count(*) from audit_events where ?::uuid is not null and ?::uuid is not null"},
	} {
		seen := map[uuid.UUID]bool{}
		last := uuid.Max
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			p, err := NewService(l.Web).List(t.Context(), c.who, c.f, cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range p.Lines {
				if seen[line.ID] || line.ID.String() >= last.String() {
					t.Fatalf("%s: %v again, or out of order", c.name, line.ID)
				}
				seen[line.ID], last = true, line.ID
			}
			cursor = p.Next
		}
		if want := l.count(t, c.want, largest.AgencyID, largest.AgencyID); int64(len(seen)) != want {
			t.Errorf("%s: pages showed %d lines, want %d", c.name, len(seen), want)
		}
	}
}

// growthLines is the size of the log in which pages are measured: large enough
// that reading in step with it would show a hundredfold.
const growthLines = 100_000

// A page reads in step with the lines that it shows and not with the log, under
// the web's role with the policies on.
func TestAPageCostsTheSameWhateverTheSizeOfTheLog(t *testing.T) {
	t.Parallel()
	agency := person(bulkID("agency", 0), "Dana", auth.Auditor)
	desk := auth.Actor{Side: auth.SideClearinghouse, UserID: store.NewID(), AgencyID: bulkID("agency", 9999), Roles: []auth.Role{auth.Auditor}}
	week := storetest.Start.Add(-7 * time.Hour)
	cases := []struct {
		name string
		who  auth.Actor
		f    Filter
	}{
		{"agency", agency, Filter{}},
		{"agency, rare deed", agency, Filter{Action: "user.removed"}},
		{"agency, common deed", agency, Filter{Action: "report.read"}},
		{"agency, refused", agency, Filter{Refused: true}},
		{"agency, refused and deed", agency, Filter{Refused: true, Action: "report.read"}},
		{"agency, until", agency, Filter{Until: storetest.Start.Add(-2 * time.Hour)}},
		{"agency, since", agency, Filter{Since: week}},
		{"agency, a stranger", agency, Filter{Person: bulkID("person", 7)}},
		{"agency, report", agency, Filter{Report: 100000400}},
		{"agency, people outside", agency, Filter{Outside: true}},
		{"agency, people outside, common deed", agency, Filter{Outside: true, Action: "report.read"}},
		{"agency, people outside, refused", agency, Filter{Outside: true, Refused: true}},
		{"agency, people outside, since", agency, Filter{Outside: true, Since: week}},
		{"clearinghouse", desk, Filter{}},
		{"clearinghouse, rare deed", desk, Filter{Action: "user.removed"}},
		{"clearinghouse, common deed", desk, Filter{Action: "report.read"}},
		{"clearinghouse, no such deed", desk, Filter{Action: "nothing.done"}},
		{"clearinghouse, refused", desk, Filter{Refused: true}},
		{"clearinghouse, person", desk, Filter{Person: bulkID("person", 7)}},
		{"clearinghouse, report", desk, Filter{Report: 100000400}},
	}
	l := newLog(t)
	l.bulk(t, growthLines)
	for _, c := range cases {
		for _, cursor := range []uuid.UUID{uuid.Max, firstID(storetest.Start.Add(-time.Hour))} {
			sql, args := listQuery(c.who, c.f, cursor, PageSize+1)
			l.wantFlat(t, c.name, c.who, planEachTime, sql, args)
		}
	}
	for _, who := range []auth.Actor{agency, desk} {
		sql, args := trailQuery(bulkID("report", 400), uuid.Max, PageSize+1)
		l.wantFlat(t, "trail, "+string(who.Side), who, planEachTime, sql, args)
		l.wantFlat(t, "trail, "+string(who.Side)+", one plan for all", who, "set local plan_cache_mode = force_generic_plan", sql, args)
	}
}

// wantFlat runs a page's statement under the plan setting and looks at what it touched.
func (l *testLog) wantFlat(t *testing.T, name string, who auth.Actor, plans, sql string, args []any) {
	t.Helper()
	got, plan := l.buffers(t, who, plans, sql, args)
	t.Logf("%s: %.0f buffers", name, got)
	// One page of the table and up to four of an index for each line shown, and the
	// way down each index.
	if limit := 8.0 * (PageSize + 1); got > limit {
		t.Errorf("%s: %.0f buffers, want at most %.0f\n%s\n%s", name, got, limit, sql, plan)
	}
	if strings.Contains(plan, "Seq Scan on audit") {
		t.Errorf("%s reads a whole table:\n%s", name, plan)
	}
}

// buffers answers how many pages of 8 KiB a statement touches, and its plan, when
// the planner knows its values or makes one plan for all.
func (l *testLog) buffers(t testing.TB, a auth.Actor, plans, sql string, args []any) (total float64, plan string) {
	t.Helper()
	values := make([]string, len(args))
	for i, v := range args {
		sql = strings.Replace(sql, "?", fmt.Sprintf("$%d", i+1), 1)
		values[i] = fmt.Sprintf("'%v'", v)
	}
	run := "execute page"
	if len(values) > 0 {
		run += "(" + strings.Join(values, ", ") + ")"
	}
	var lines []string
	from := l.Web
	if a.Side == auth.SideSystem {
		from = l.Work
	}
	err := from.As(t.Context(), a, func(tx *store.Tx) error {
		for _, s := range []string{plans, "prepare page as " + sql, run} {
			if err := tx.Exec(s).Error; err != nil {
				return err
			}
		}
		if err := tx.Raw("explain (analyze, buffers, costs off, timing off, summary off) " + run).Scan(&lines).Error; err != nil {
			return err
		}
		return tx.Exec("deallocate page").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if i := strings.Index(line, "Buffers: "); i >= 0 {
			for _, f := range strings.Fields(line[i:]) {
				var n float64
				if k, v, ok := strings.Cut(f, "="); ok && (k == "hit" || k == "read") {
					if _, err := fmt.Sscan(v, &n); err != nil {
						t.Fatal(err)
					}
					total += n
				}
			}
			break // the top node counts all below it
		}
	}
	return total, strings.Join(lines, "\n")
}
