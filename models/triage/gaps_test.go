package triage

import (
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

func TestWhatAProviderLeavesOutIsCountedOverItsNewestReports(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	quiet := s.DB.Provider(t, "Another Example")
	for range 3 {
		s.route(s.report(models.ReportedAddress{}), 1)
	}
	page := must[*GapsPage](t)(svc.Gaps(t.Context(), s.avery, ""))
	if len(page.Rows) != 2 || page.Rows[0].ID != quiet.ID || page.Rows[0].Reports != 0 || page.Rows[1].Reports != 3 || page.Rows[1].Mean <= 0 || page.Rows[1].Mean >= 100 {
		t.Fatalf("the list says %+v", page.Rows)
	}
	got := must[*ProviderGaps](t)(svc.ProviderGaps(t.Context(), sam, s.provider.ID.String(), GapsUsual))
	costs := 0
	for _, g := range got.Gaps {
		if g.Times != 3 || g.Text == "" {
			t.Errorf("a gap of all three reports: %+v", g)
		}
		costs += g.Cost
	}
	if got.Reports != 3 || len(got.Gaps) == 0 || got.Mean != float64(100-costs) {
		t.Errorf("%d reports, mean %v, gaps %+v", got.Reports, got.Mean, got.Gaps)
	}
	if two := must[*ProviderGaps](t)(svc.ProviderGaps(t.Context(), sam, s.provider.ID.String(), 2)); two.Reports != 2 || two.Gaps[0].Times != 2 {
		t.Errorf("of the newest two: %+v", two)
	}
	for _, id := range []string{store.NewID().String(), "x"} {
		if _, err := svc.ProviderGaps(t.Context(), sam, id, GapsUsual); models.KindOf(err) != models.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
	stranger := s.Person(t, s.agency["ca-silicon-valley"], "Noor", auth.Supervisor)
	if _, err := svc.Gaps(t.Context(), stranger, ""); models.KindOf(err) != models.Forbidden {
		t.Errorf("another agency: %v", err)
	}
	if _, err := svc.ProviderGaps(t.Context(), stranger, s.provider.ID.String(), GapsUsual); models.KindOf(err) != models.Forbidden {
		t.Errorf("another agency: %v", err)
	}
}
