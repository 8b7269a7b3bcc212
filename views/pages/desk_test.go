package pages

import (
	"strings"
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// frame is a signed-in person's frame as the golden pages have it.
func testFrame(title string) layout.PageArgs {
	return layout.PageArgs{Title: title, Now: now, RequestID: "r-1", Nav: layout.Nav{Name: "Dana Example", Agency: "Bay Region (test)"}}
}

var (
	longText  = strings.Repeat("A sentence of somebody who explains at length. ", 64) // 3,000 characters
	longWord  = strings.Repeat("unbroken", 40)
	rightLeft = "شركة الأمثلة"
)

func TestDesk(t *testing.T) {
	t.Parallel()
	rows := []DeskQueueRow{
		{Number: "482910377", URL: "/desk/reports/482910377", Priority: components.PriorityArgs{Level: 1, Urgent: true, Reason: "the provider asks for high priority"},
			Type: "Online Enticement of Children for Sexual Acts", Provider: "Example Chat", Subject: "one@mail.example", Why: "Urgent: an analyst confirms before it goes out.",
			Files: "2, 1 locked", Received: now.Add(-3 * time.Hour), Skipped: 3, StandsFor: 1240},
		{Number: "100000001", URL: "/desk/reports/100000001", Priority: components.PriorityArgs{Level: 3, Reason: longText}, Type: "Misleading Domain Name", Provider: rightLeft,
			Class: "Informational", Subject: longWord, Why: longText, Received: now.Add(-100 * 24 * time.Hour), Holder: "Sam Example", Free: now.Add(12 * time.Minute), HandedBy: rightLeft, Note: longText},
		{Number: "100000002", URL: "/desk/reports/100000002", Why: "Referred by Avery.", Provider: "Public form", Files: "1", Received: now, DecidedAt: now, Decided: "wrong borough", Mine: true, Holder: "You", Free: now},
	}
	figures := DeskFigures{Waiting: 1001, Urgent: 2, Mine: 1, ListURL: "/desk", UrgentURL: "/desk?urgent=1", MineURL: "/desk?view=mine", OthersURL: "/desk?view=others",
		Oldest: now.Add(-100 * 24 * time.Hour), OldestURL: "/desk/reports/100000001"}
	tabs := []components.Tab{{Label: "Waiting", URL: "/desk", Count: "1000+", Current: true}, {Label: "Mine", URL: "/desk?view=mine"}}
	checkMain(t, "desk-empty", Desk(DeskView{Frame: testFrame("Desk"), Title: "Waiting", Lead: "What needs a person.", Tabs: tabs, CanTake: true,
		Empty: InboxEmpty{Title: "Nothing waits.", Text: "The last reports were released by rule."}}))
	checkMain(t, "desk-one", Desk(DeskView{Frame: testFrame("Desk"), Title: "Waiting", Figures: figures, Tabs: tabs, Rows: rows[:1], Waiting: true, ByUrgency: true, CanTake: true, Free: true,
		PoolsURL: "/desk/pools", Hidden: []components.Pair{{Name: "urgent", Value: "1"}}}))
	checkMain(t, "desk-many", Desk(DeskView{Frame: testFrame("Desk"), Title: "Decided by me today", Figures: figures, Tabs: tabs, Rows: rows, Decided: true,
		First: "/desk", Next: "/desk?cursor=abc", Looked: "These filters were applied to 2 000 reports."}))
}

func TestDeskReview(t *testing.T) {
	t.Parallel()
	form := DeskForm{Version: 3, Class: "referral", Priority: "2", ProposedClass: "referral", ProposedPriority: "2", ProposedUrgent: true, Else: "pool:us-unknown",
		Options: []DeskOption{{Code: "bay", Name: "Bay Region", Capacity: "because of where the subject is", Confidence: "72 % sure", Why: "Subject's address", Place: "Santa Clara County", Checked: true},
			{Code: "old", Name: rightLeft, Confidence: "6 % sure", Has: "returned it", Uncertain: true, Why: longText}},
		Agencies: []components.Option{{Value: "boroughs", Label: "Five Boroughs"}}, Elses: []components.Option{{Value: "keep", Label: "Kept here"}, {Value: "pool:us-unknown", Label: "Lies in the pool", Group: "Pools"}}}
	body := ReportView{Frame: testFrame("Report 482910377"), Number: 482910377, Head: ReportHead{Type: "Child Sex Trafficking", Provider: "Example Chat", Received: now.Add(-time.Hour),
		Priority: components.PriorityArgs{Level: 2}, Reasons: []ReportReason{{Points: 40, Text: "The provider asks for high priority."}, {Points: -10, Text: longText}}},
		Gaps: ReportGaps{Known: true, Score: 45, List: []ReportGap{{Text: "No IP address.", Cost: 30}}}, NotRouted: "This report has not been routed yet."}
	v := DeskReviewView{Body: body, Form: form, CanTake: true, Free: true, Waiting: true, Holder: "Avery", Mine: true, HandedBy: rightLeft, Note: longText, DeskWhy: "Everything else waits for an analyst.",
		Class: "Referral", ClassWhy: "It holds enough to act on.", Points: 30, PriorityRules: "2026-11-1", Pool: "United States, state unknown", PoolWhy: "Nothing says which state",
		Skips: []DeskSkip{{Who: "Sam", Times: 2, Why: "in another language"}}, ListURL: "/desk", Hidden: []components.Pair{{Name: "type", Value: "Child Sex Trafficking"}},
		Hand:   DeskHandOver{People: []components.Option{{Value: "1", Label: "Sam"}}},
		Beside: []DeskQueueRow{{Number: "482910377", URL: "/desk/reports/482910377", Priority: components.PriorityArgs{Level: 2, Reason: "short"}, Type: "Child Sex Trafficking", Received: now, Current: true}},
		Known:  []DeskKnownFile{{Name: longWord, Words: "Its bytes are listed · Example set", Labels: []components.BadgeArgs{{Label: "content: A"}}}},
		Events: []components.TimelineEvent{{At: now, Kind: "Upload", Detail: "192.0.2.7:4711", Strong: true}}, More: 3}
	checkMain(t, "desk-review", DeskReview(v))
	other := v
	other.Mine, other.Holder, other.HeldUntil, other.Conflict, other.Beside = false, "Sam", now.Add(time.Minute), "Sam works on report 482910377.", nil
	checkMain(t, "desk-review-held-by-another", DeskReview(other))
	wrong := v
	wrong.Form.ReasonError, wrong.Form.ToError, wrong.Form.ElseError, wrong.Form.ClassError, wrong.Form.PriorityError = "Say why.", "Tick one.", "Choose.", "Choose a class.", "Choose a priority."
	wrong.Waiting, wrong.Holder, wrong.Mine, wrong.Decided, wrong.DeskWhy = false, "", false, DeskDecided{By: "Avery", At: now, Why: "too old"}, "Referred by Avery."
	checkMain(t, "desk-review-changed-later", DeskReview(wrong))
}

func TestPools(t *testing.T) {
	t.Parallel()
	checkMain(t, "pools-none", Pools(PoolsView{Frame: testFrame("Pools"), DeskURL: "/desk"}))
	checkMain(t, "pools-many", Pools(PoolsView{Frame: testFrame("Pools"), DeskURL: "/desk", Pools: []PoolsRow{
		{Name: "United States, state unknown", URL: "/desk/pools/us-unknown", Open: 1001, Urgent: 2, Oldest: now.Add(-9 * 24 * time.Hour)},
		{Name: rightLeft, URL: "/desk/pools/xx"},
		{Name: "Conflict", URL: "/desk/pools/yy", Open: 3, Late: 2, Unclaimed: 1, Owner: "Sam", Hours: 96, Oldest: now.Add(-time.Hour)},
	}}))
	checkMain(t, "pool-empty", Pool(PoolView{Frame: testFrame("Pool"), Name: "Country unknown", PoolsURL: "/desk/pools"}))
	checkMain(t, "pool-many", Pool(PoolView{Frame: testFrame("Pool"), Name: "Country unknown", PoolsURL: "/desk/pools", Next: "/desk/pools/none?cursor=abc",
		URL: "/desk/pools/none", Owner: rightLeft, Hours: 72, May: true, Problem: "Avery works on report 482910377.",
		Terms: &PoolTermsForm{Hours: "x", HoursError: "Give a number of hours."},
		Rows: []PoolReport{{Number: "482910377", URL: "/reports/482910377", FoundURL: "/reports/482910377/findings", Priority: 2, Type: "Child Sex Trafficking", Provider: "Example Chat", Subject: rightLeft,
			Why: "Nothing in the report names a place.", Since: now.Add(-50 * time.Minute), Due: now.Add(3 * time.Hour)},
			{Number: "482910378", URL: "/reports/482910378", Priority: 3, Since: now.Add(-90 * time.Hour), Due: now.Add(-18 * time.Hour), Late: true, Holder: "Avery", Mine: true, Files: "2, 1 locked"}}}))
	checkMain(t, "pool-past-the-end", Pool(PoolView{Frame: testFrame("Pool"), Name: "Country unknown", PoolsURL: "/desk/pools", First: "/desk/pools/none"}))
}

func TestFindings(t *testing.T) {
	t.Parallel()
	checkMain(t, "finding-new", Finding(FindingView{Frame: testFrame("Where"), Number: "482910377", ReportURL: "/reports/482910377", Action: "/reports/482910377/findings", HowLimit: 500, Country: "US",
		Countries: []components.Option{{Value: "US", Label: "United States"}}, States: []components.Option{{Value: "OH", Label: "Ohio"}}}))
	checkMain(t, "finding-wrong", Finding(FindingView{Frame: testFrame("Where"), Number: "482910377", ReportURL: "/reports/482910377", Action: "/reports/482910377/findings", HowLimit: 500,
		Whose: "victim", Where: rightLeft, Errors: map[string]string{"where": "No such county."}, Problems: []components.FieldError{{ID: "f-where", Message: "No such county."}}, WithdrawProblem: "Say why.",
		Found: []FindingRow{{ID: "2", Place: "Franklin County, Ohio", Whose: "the subject's place", How: rightLeft, By: "Avery", At: now.Add(-time.Hour), Action: "/reports/482910377/findings/2/withdraw"},
			{ID: "1", Place: "Canada", Whose: "the subject's place", How: "By phone", By: "Sam", At: now.Add(-30 * time.Hour), Withdrawn: "by Sam: wrong person"}}}))
}

func TestTheSentenceOverThePoolsCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		urgent []int
		open   int
		want   string
	}{
		{"nothing lies in any", nil, 0, "No report lies in a pool."},
		{"none is urgent", []int{0}, 4, "None of them is marked urgent."},
		{"one is urgent", []int{1, 0}, 4, "One of them is urgent."},
		{"several are, in several pools", []int{1, 2}, 4, "3 of them are urgent."},
	} {
		v := PoolsView{}
		for _, n := range c.urgent {
			v.Pools = append(v.Pools, PoolsRow{Open: c.open, Urgent: n})
		}
		if got := v.lead(); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q in it", c.name, got, c.want)
		}
	}
}
