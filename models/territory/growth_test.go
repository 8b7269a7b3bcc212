package territory

import (
	"strings"
	"testing"

	"reeve/auth"
	"reeve/models/store"
	"reeve/models/storetest"
)

// What the pages read of referrals and reports costs the same with three times as many.
func TestListsOfTheTerritoryCostTheSameAtAnyNumber(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many reports")
	}
	t.Parallel()
	d := storetest.New(t)
	c := d.NewCrowd(t)
	sam := d.Person(t, c.Clearinghouse, "Sam", auth.Analyst, auth.DeskSupervisor)
	s := New(d.Web, nil)
	pages := map[string]func() error{
		"open elsewhere":            func() error { _, err := s.OpenElsewhere(t.Context(), sam, "", ""); return err },
		"open elsewhere, an agency": func() error { _, err := s.OpenElsewhere(t.Context(), sam, c.Large.Code, ""); return err },
		"returned for a signal":     func() error { _, err := s.Signal(t.Context(), sam, "ip/Login", ""); return err },
		"a trial": func() error {
			_, err := s.TryWeight(t.Context(), sam, WeightInput{Key: "ip/Login", Trial: TrialInput{Reports: 200}})
			return err
		},
	}
	cost := map[string][]int{}
	small, large := storetest.CrowdSizes(t)
	for _, span := range [][2]int{{0, small}, {small, large}} {
		d.Load(t, c, span[0]+1, span[1])
		d.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update referrals set signal = 'ip/Login' where signal = '' and number % 3 = 0").Error
		})
		d.Setup(t, func(tx *store.Tx) error { return tx.Exec("analyze referrals").Error })
		for name, run := range pages {
			total := 0
			for _, st := range d.Statements(t, func() {
				if err := run(); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}) {
				if !strings.Contains(st.SQL, "referrals") && !strings.Contains(st.SQL, "reports") {
					continue
				}
				p := d.Explain(t, sam, st, false)
				total += p.Buffers
				for line := range strings.Lines(p.Text) {
					// Policies of other sides stand in the plan and are not run.
					if strings.Contains(line, "Seq Scan on re") && !strings.Contains(line, "never executed") {
						t.Errorf("%s reads a whole table:\n%s\n%s", name, st.SQL, p.Text)
					}
				}
			}
			cost[name] = append(cost[name], total)
		}
	}
	for name, n := range cost {
		t.Logf("%s: %v buffers", name, n)
		if n[1] > n[0]*3/2+200 {
			t.Errorf("%s costs %d buffers at %d reports and %d at %d", name, n[0], small, n[1], large)
		}
	}
}
