package triage

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

// What the pages of rules read costs the same however many reports there are.
func TestTrialsAndCompletenessCostTheSameAtAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many reports")
	}
	t.Parallel()
	small, large := storetest.CrowdSizes(t)
	d := storetest.New(t)
	c := d.NewCrowd(t)
	svc, sam := New(d.Web, nil), d.Person(t, c.Clearinghouse, "Sam", auth.DeskSupervisor)
	draft := must[uuid.UUID](t)(svc.StartRules(t.Context(), sam, BuiltInID(models.PriorityRules))).String()
	d.Load(t, c, 1, small)
	pages := map[string]func() error{
		"trial": func() error { _, err := svc.TryRules(t.Context(), sam, draft, trialChunk); return err },
		"list":  func() error { _, err := svc.Gaps(t.Context(), sam, ""); return err },
		"one": func() error {
			_, err := svc.ProviderGaps(t.Context(), sam, c.Common.ID.String(), GapsUsual)
			return err
		},
	}
	most := map[string]int{"one": 2 * (GapsUsual + 40)}
	measure := func() map[string]int {
		total := map[string]int{}
		for name, run := range pages {
			for _, s := range d.Statements(t, func() {
				if err := run(); err != nil {
					t.Fatal(err)
				}
			}) {
				if !strings.HasPrefix(strings.TrimSpace(strings.ToLower(s.SQL)), "select") {
					continue // the audit line, and what keeps the trial
				}
				plan := d.Explain(t, sam, s, false)
				total[name] += plan.Buffers
				if os.Getenv("PLANS") != "" {
					t.Log(s.SQL + "\n" + plan.Text)
				}
			}
		}
		return total
	}
	before := measure()
	d.Load(t, c, small+1, large)
	after := measure()
	for name := range pages {
		t.Logf("%-8s %6d buffers at %d, %6d at %d", name, before[name], small, after[name], large)
		// Of more reports the newest lie on more pages: at most one for each that is read.
		if after[name] > before[name]*12/10+40 && after[name] > most[name] {
			t.Errorf("%s: %d buffers at %d reports, %d at %d", name, before[name], small, after[name], large)
		}
	}
	// The worker, whose policies are others, counts earlier reports at no more cost.
	err := d.Work.As(t.Context(), auth.System(auth.ForRouting), func(tx *store.Tx) error {
		var id uuid.UUID
		if err := tx.Raw("select id from reports order by id desc limit 1").Row().Scan(&id); err != nil {
			return err
		}
		var lines []string
		if err := tx.Raw("explain (analyze, buffers, costs off, timing off, summary off) "+earlier, models.IDList{id}).Scan(&lines).Error; err != nil {
			return err
		}
		if text := strings.Join(lines, "\n"); strings.Contains(text, "Seq Scan on identifiers") {
			return fmt.Errorf("all identifiers are read:\n%s", text)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
