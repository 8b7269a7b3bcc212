package pages

import (
	"strings"
	"testing"
	"time"

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
	}}))
	checkMain(t, "pool-empty", Pool(PoolView{Frame: testFrame("Pool"), Name: "Country unknown", PoolsURL: "/desk/pools"}))
	checkMain(t, "pool-many", Pool(PoolView{Frame: testFrame("Pool"), Name: "Country unknown", PoolsURL: "/desk/pools", Next: "/desk/pools/none?cursor=abc",
		Rows: []DeskRow{{Number: "482910377", URL: "/reports/482910377", Priority: 2, Type: "Child Sex Trafficking", Provider: "Example Chat", Subject: rightLeft,
			Why: "Nothing in the report names a place.", Received: now.Add(-50 * time.Minute)}}}))
	checkMain(t, "pool-past-the-end", Pool(PoolView{Frame: testFrame("Pool"), Name: "Country unknown", PoolsURL: "/desk/pools", First: "/desk/pools/none"}))
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
