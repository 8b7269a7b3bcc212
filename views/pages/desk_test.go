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
	rows := []DeskRow{
		{Number: "482910377", URL: "/reports/482910377", Priority: 1, Urgent: true, Type: "Online Enticement of Children for Sexual Acts", Provider: "Example Chat",
			Subject: "one@mail.example", Why: "Urgent: an analyst confirms before it goes out.", Files: "2, 1 locked", Received: now.Add(-3 * time.Hour)},
		{Number: "100000001", URL: "/reports/100000001", Priority: 3, Type: "Misleading Domain Name", Provider: rightLeft, Class: "Informational",
			Subject: longWord, Why: longText, Received: now.Add(-100 * 24 * time.Hour)},
		{Number: "100000002", URL: "/reports/100000002", Why: "No agency with jurisdiction is known with enough confidence.", Provider: "Public form", Files: "1", Received: now},
	}
	checkMain(t, "desk-empty", Desk(DeskView{Frame: testFrame("Desk")}))
	checkMain(t, "desk-one", Desk(DeskView{Frame: testFrame("Desk"), Waiting: 1, Oldest: now.Add(-3 * time.Hour), Rows: rows[:1], PoolsURL: "/desk/pools"}))
	checkMain(t, "desk-many", Desk(DeskView{Frame: testFrame("Desk"), Waiting: 1001, Oldest: now.Add(-100 * 24 * time.Hour), Rows: rows,
		PoolsURL: "/desk/pools", First: "/desk", Next: "/desk?cursor=abc"}))
	checkMain(t, "desk-past-the-end", Desk(DeskView{Frame: testFrame("Desk"), Waiting: 2, Oldest: now.Add(-time.Hour), First: "/desk"}))
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
