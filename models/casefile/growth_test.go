package casefile_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/names"
	"reeve/models/selector"
	"reeve/models/store"
	"reeve/models/storetest"
)

// Pages must cost the same at any size. Buffers are counted of every statement that
// a page runs, under the web's role with the policies on, with plans made for the
// values and with generic ones, at two sizes ten times apart.
func TestPagesCostTheSameAtAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many reports")
	}
	t.Parallel()
	small, large := storetest.CrowdSizes(t)
	d := storetest.New(t)
	c := d.NewCrowd(t)
	keys, err := selector.NewKeyer(1, bytes.Repeat([]byte{7}, 32))
	noError(t, "a keyer", err)
	svc := casefile.New(d.Web, names.New(d.Web), keys)
	staff := d.Person(t, c.Clearinghouse, "Staff", auth.Analyst)
	d.Load(t, c, 1, small)

	type page struct {
		name string
		who  auth.Actor
		run  func() error
		most int // buffers allowed whatever the size; 0: compared with the small size only
	}
	inbox := func(name string, most int, q casefile.InboxQuery) page {
		return page{"inbox " + name, c.Holder, func() error { _, err := svc.Inbox(t.Context(), c.Holder, q); return err }, most}
	}
	var pages []page
	for _, v := range casefile.Views() {
		for _, o := range []casefile.Sort{casefile.SortUrgency, casefile.SortNewest, casefile.SortOldest} {
			pages = append(pages, inbox(fmt.Sprintf("%s by %s", v, o), 0, casefile.InboxQuery{View: v, Sort: o}))
		}
	}
	deep := func(o casefile.Sort, code byte, rank int64) string {
		return store.Cursor{Order: code, Rank: rank, At: storetest.Start.AddDate(0, -9, 0), ID: uuid.Max}.String()
	}
	const walk = 4500 // two walks of scanLimit rows
	pages = append(pages,
		inbox("deep by urgency", 0, casefile.InboxQuery{Cursor: deep(casefile.SortUrgency, 'u', 4)}),
		inbox("deep by newest", 0, casefile.InboxQuery{View: casefile.ViewAll, Sort: casefile.SortNewest, Cursor: deep(casefile.SortNewest, 'n', 0)}),
		inbox("priority 2", 0, casefile.InboxQuery{Priority: 2}),
		inbox("urgent", 0, casefile.InboxQuery{Urgent: true}),
		inbox("priority 1 urgent, a month old", 0, casefile.InboxQuery{Priority: 1, Urgent: true, MinAgeDays: 30}),
		inbox("common provider", 0, casefile.InboxQuery{Provider: c.Common.ID}),
		inbox("common type", 0, casefile.InboxQuery{Type: storetest.CrowdType}),
		inbox("assignee", 0, casefile.InboxQuery{Assignee: c.Holder.UserID}),
		inbox("rare provider", 200, casefile.InboxQuery{Provider: c.Rare.ID}),
		inbox("rare provider, all newest", 200, casefile.InboxQuery{View: casefile.ViewAll, Provider: c.Rare.ID}),
		inbox("rare provider, closed", 400, casefile.InboxQuery{View: casefile.ViewClosed, Provider: c.Rare.ID}),
		inbox("rare type, all oldest", 200, casefile.InboxQuery{View: casefile.ViewAll, Sort: casefile.SortOldest, Type: storetest.CrowdRareType}),
		inbox("rare provider of a rare type", walk, casefile.InboxQuery{Provider: c.Rare.ID, Type: storetest.CrowdRareType}),
		inbox("rare type among the overdue", walk, casefile.InboxQuery{View: casefile.ViewOverdue, Type: storetest.CrowdRareType}),
		inbox("nobody's assignee in history", walk, casefile.InboxQuery{View: casefile.ViewAll, Assignee: uuid.New()}),
		inbox("a year old by urgency", walk, casefile.InboxQuery{MinAgeDays: 365}),
		inbox("returned", 0, casefile.InboxQuery{View: casefile.ViewAll, State: models.ReferralReturned}),
	)
	var number int64
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select number from referrals where agency_id = ? and state = 'closed' order by number limit 1", c.Large.ID).Row().Scan(&number)
	})
	pages = append(pages,
		page{"report", c.Holder, func() error { _, err := svc.Open(t.Context(), c.Holder, number); return err }, 0},
		page{"report, clearinghouse", staff, func() error { _, err := svc.Open(t.Context(), staff, number); return err }, 0},
		page{"search for nothing there", c.Holder, func() error { _, err := svc.Search(t.Context(), c.Holder, "nobody@mail.example"); return err }, 0},
		page{"search for a number", c.Holder, func() error { _, err := svc.Search(t.Context(), c.Holder, fmt.Sprint(number)); return err }, 0},
	)

	measure := func() (map[string]int, map[string]string) {
		total, texts, known := map[string]int{}, map[string]string{}, map[string]storetest.Plan{}
		for _, p := range pages {
			statements := d.Statements(t, func() { noError(t, p.name, p.run()) })
			for _, generic := range []bool{false, true} {
				name := p.name
				if generic {
					name += " (generic)"
				}
				for _, s := range statements {
					if strings.HasPrefix(s.SQL, "INSERT") {
						continue // the audit line; the log has its own test of growth
					}
					key := fmt.Sprint(p.who.Name, generic, s)
					plan, ok := known[key]
					if !ok {
						plan = d.Explain(t, p.who, s, generic)
						known[key] = plan
					}
					total[name] += plan.Buffers
					texts[name] += s.SQL + "\n" + plan.Text
				}
			}
		}
		return total, texts
	}
	before, _ := measure()
	d.Load(t, c, small+1, large)
	after, texts := measure()
	for _, p := range pages {
		for _, name := range []string{p.name, p.name + " (generic)"} {
			was, is := before[name], after[name]
			t.Logf("%-50s %5d buffers at %d, %5d at %d", name, was, small, is, large)
			// An index of more rows may be one level higher, and counts of views that
			// were not full at the small size have more to count.
			if bound := max(was*12/10+20, p.most); is > bound {
				t.Errorf("%s: %d buffers at %d reports, %d at %d, at most %d allowed", name, was, small, is, large, bound)
				if os.Getenv("PLANS") != "" {
					t.Log(texts[name])
				}
			}
		}
	}
}
