package bulk

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/casefile"
	"reeve/models/deconflict"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/pools"
	"reeve/models/selector"
	"reeve/models/store"
	"reeve/models/storetest"
	"reeve/models/triage"
)

// TestGrowth holds what every page's statements cost at ten thousand reports
// against what they cost at a hundred thousand, or with REEVE_MILLION=1 (`make
// growth`) at a million. Costs are pages of the database touched: unlike time they
// are the same on a busy machine.
//
// A statement may touch a fifth more pages, and one page more for each time that
// it entered an index at the smaller size: an index of a hundred times as many rows
// is one level taller. Sixteen more are for where rows happen to lie. Whatever follows the number of reports, an agency's size or
// an identifier's popularity is ten or a hundred times dearer, and fails.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("growth is not for short runs")
	}
	large := 100_000
	if os.Getenv("REEVE_MILLION") != "" {
		large = 1_000_000
	}
	before, after := measure(t, 10_000), measure(t, large)
	for _, name := range sorted(before) {
		total, grown := 0, 0
		for _, query := range sorted(before[name]) {
			was, is := before[name][query], after[name][query]
			total, grown = total+was.pages, grown+is.pages
			if allowed := was.pages + was.pages/5 + was.descents + 16; is.pages > allowed {
				t.Errorf("%s: %d pages at 10,000 reports, %d at %d (allowed %d):\n%s\n%s", name, was.pages, is.pages, large, allowed, query, is.plan)
			}
		}
		for query, r := range after[name] {
			if _, known := before[name][query]; !known && r.pages > 0 {
				t.Errorf("%s: a statement that is not run at 10,000 reports:\n%s", name, query)
			}
		}
		t.Logf("%-44s %5d pages, then %5d", name, total, grown)
	}
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// measure loads a database and answers what each page's statements cost there.
func measure(t *testing.T, reports int) map[string]map[string]reading {
	t.Helper()
	d := storetest.New(t)
	keys, err := selector.NewKeyer(1, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	people, err := Load(t.Context(), Options{SuperURL: d.URL, Reports: reports, Shape: Crowded(), Until: storetest.Start, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d reports loaded in %.1f s", reports, time.Since(began).Seconds())
	p := watch(t, d)
	out := map[string]map[string]reading{}
	pages := site{n: names.New(p.store), s: p.store, people: people}
	pages.cases, pages.outcomes = casefile.New(p.store, pages.n, keys), outcome.New(p.store, pages.n)
	pages.number, pages.closed = pages.find(t, d, "working"), pages.find(t, d, "closed")
	pages.byUrgency, pages.byTime = pages.deep(t, d, 'u', "urgency desc, received_at desc, id desc"), pages.deep(t, d, 'n', "received_at desc, id desc")
	// Names of agencies and providers are read once a minute and are no page's.
	if _, err := pages.n.Agencies(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, u := range pages.uses(t.Context()) {
		out[u.name] = p.cost(t, u.name, u.as, u.run)
	}
	return out
}

// site is the use cases behind the pages.
type site struct {
	s              *store.Store
	n              *names.Names
	cases          *casefile.Service
	outcomes       *outcome.Service
	people         *People
	number, closed int64

	byUrgency, byTime store.Cursor // deep in the inbox
}

// find answers the newest report of the largest agency in the state whose subject
// comes again and again.
func (s *site) find(t *testing.T, d *storetest.DB, state string) (number int64) {
	t.Helper()
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select number from referrals where agency_id = ? and state = ? and shared > 0 and first_read_at is not null order by received_at desc limit 1",
			s.people.Investigator.AgencyID, state).Row().Scan(&number)
	})
	return number
}

type use struct {
	name string
	as   auth.Actor
	run  func(auth.Actor) error
}

func (s *site) uses(ctx context.Context) []use {
	ira, sol, dee := s.people.Investigator, s.people.Supervisor, s.people.Desk
	var uses []use
	add := func(name string, as auth.Actor, run func(auth.Actor) error) { uses = append(uses, use{name, as, run}) }

	inbox := func(name string, q casefile.InboxQuery) {
		add("inbox, "+name, ira, func(a auth.Actor) error { _, err := s.cases.Inbox(ctx, a, q); return err })
	}
	for _, v := range casefile.Views() {
		inbox("view "+string(v), casefile.InboxQuery{View: v})
		inbox("view "+string(v)+", newest first", casefile.InboxQuery{View: v, Sort: casefile.SortNewest})
	}
	inbox("deep", casefile.InboxQuery{Cursor: s.byUrgency.String()})
	inbox("deep, newest first", casefile.InboxQuery{Sort: casefile.SortNewest, Cursor: s.byTime.String()})
	inbox("urgent", casefile.InboxQuery{Urgent: true})
	inbox("priority 1", casefile.InboxQuery{Priority: 1})
	inbox("one assignee", casefile.InboxQuery{Assignee: ira.UserID})
	inbox("one provider", casefile.InboxQuery{Provider: busiest})
	inbox("one provider, all", casefile.InboxQuery{View: casefile.ViewAll, Provider: busiest})
	inbox("one type", casefile.InboxQuery{Type: commonType})
	inbox("a month old", casefile.InboxQuery{MinAgeDays: 30, Sort: casefile.SortNewest})
	// No row is let through, so that the walk goes to its limit at every size.
	inbox("filter without an index", casefile.InboxQuery{State: models.ReferralReturned, Type: commonType, Sort: casefile.SortNewest})
	inbox("two filters", casefile.InboxQuery{State: models.ReferralTaken, Provider: busiest})

	open := func(name string, as auth.Actor, number *int64) {
		add("report, "+name, as, func(a auth.Actor) error { _, err := s.cases.Open(ctx, a, *number); return err })
	}
	open("in work", ira, &s.number)
	open("closed", ira, &s.closed)
	open("as the clearinghouse", dee, &s.number)
	add("report's files", ira, func(a auth.Actor) error { _, err := s.cases.Files(ctx, a, s.number, uuid.Nil); return err })
	add("outcome form", ira, func(a auth.Actor) error { _, err := s.outcomes.Form(ctx, a, s.number); return err })
	for name, q := range map[string]string{"e-mail that comes again": Address(0), "an address": "192.0.2.1", "number": "100079190", "nothing": "nobody@mail.example"} {
		for _, as := range []auth.Actor{ira, dee} {
			add("search, "+name+", "+string(as.Side), as, func(a auth.Actor) error { _, err := s.cases.Search(ctx, a, q); return err })
		}
	}
	hits := deconflict.New(s.s)
	add("deconfliction list", ira, func(a auth.Actor) error { _, err := hits.Hits(ctx, a, ""); return err })
	return append(uses, s.desk(ctx, dee, sol)...)
}

// desk is the clearinghouse's pages, and the audit log's.
func (s *site) desk(ctx context.Context, dee, sol auth.Actor) []use {
	var uses []use
	add := func(name string, as auth.Actor, run func(auth.Actor) error) { uses = append(uses, use{name, as, run}) }
	for name, f := range map[string]outcome.BoardFilter{"all": {}, "one agency": {Agency: largest}, "one provider": {Provider: busiest},
		"one month": {Month: "2025-06"}, "by returns": {AgencyBy: outcome.KeyOutcome(models.OutcomeReturned)}} {
		add("board, "+name, dee, func(a auth.Actor) error { _, err := s.outcomes.Board(ctx, a, f); return err })
	}
	for name, f := range map[string]outcome.RowsFilter{"all": {}, "closed": {Key: outcome.KeyState(models.ReferralClosed)}, "overdue": {Key: outcome.KeyOverdue},
		"arrests of one agency": {Agency: largest, Key: outcome.KeyOutcome("closed.arrest")}, "opened of one agency": {Agency: largest, Key: outcome.KeyOpened},
		"one provider": {Provider: busiest}, "arrests of one provider": {Provider: busiest, Key: outcome.KeyOutcome("closed.arrest")},
		"one month": {Month: "2025-06"}} {
		add("board's rows, "+name, dee, func(a auth.Actor) error { _, err := s.outcomes.Rows(ctx, a, f, ""); return err })
	}
	desk, lying := triage.New(s.s, nil), pools.New(s.s)
	add("desk's queue", dee, func(a auth.Actor) error { _, err := desk.Queue(ctx, a, triage.DeskQuery{}); return err })
	add("pools", dee, func(a auth.Actor) error { _, err := lying.List(ctx, a); return err })
	for _, show := range []pools.Show{pools.Open, pools.Unclaimed, pools.Mine, pools.Late} {
		add("one pool "+string(show), dee, func(a auth.Actor) error { _, err := lying.Read(ctx, a, "pool-bulk", show, ""); return err })
	}
	log := audit.NewService(s.s)
	for name, f := range map[string]audit.Filter{"all": {}, "one deed": {Action: "report.read"}, "another's deed": {Action: "report.referred"},
		"refused": {Refused: true}, "one report": {Report: s.number}, "a rare deed": {Action: "feedback.rebuilt"}} {
		for _, as := range []auth.Actor{sol, dee} {
			add("audit, "+name+", "+string(as.Side), as, func(a auth.Actor) error { _, err := log.List(ctx, a, f, ""); return err })
		}
	}
	return uses
}

// deep answers the cursor two-thirds down the largest agency's open referrals.
func (s *site) deep(t *testing.T, d *storetest.DB, order byte, by string) (c store.Cursor) {
	t.Helper()
	c.Order = order
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select urgency, received_at, id from referrals where agency_id = ? and open order by "+by+` limit 1
			offset (select count(*) * 2 / 3 from referrals where agency_id = ? and open)`, largest, largest).Row().Scan(&c.Rank, &c.At, &c.ID)
	})
	return c
}

var busiest = uuid.MustParse("01900000-0000-7000-a000-000000000001")

const commonType = "Child Pornography (possession, manufacture, and distribution)"
