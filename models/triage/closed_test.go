package triage

import (
	"testing"

	"reeve/models"
	"reeve/models/referral"
	"reeve/models/store"
)

// A closed agency's territory is passed over, by rule and by hand, at once: also by a
// worker that read the directory before.
func TestNothingGoesToAClosedAgency(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	worker := New(s.Work, nil)
	before := s.report(sanJose)
	if err := worker.Route(t.Context(), before.ID, 1); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.holders(before)["ca-silicon-valley"]; !ok {
		t.Fatal("an open agency was passed over")
	}
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set closed_at = now() where code in ('ca-silicon-valley', 'canada-ncecc')").Error
	})
	after := s.report(sanJose)
	if err := worker.Route(t.Context(), after.ID, 1); err != nil {
		t.Fatal(err)
	}
	got := s.holders(after)
	if _, ok := got["ca-silicon-valley"]; ok || len(got) == 0 {
		t.Errorf("holders %v, want somebody else", got)
	}
	err := New(s.Web, nil).Refer(t.Context(), s.avery, after.Number, Release{AgencyCodes: []string{"ca-silicon-valley"}, Reason: "by hand"})
	if models.FieldsOf(err)["agency"] == "" {
		t.Errorf("by hand: %v, want a word at the field", err)
	}

	// Named as the right one by whoever returned it: passed over too.
	returned := s.report(models.ReportedAddress{Type: "Home", City: "Albany", ZIP: "12207", State: "NY", Country: "US"})
	if err := worker.Route(t.Context(), returned.ID, 1); err != nil {
		t.Fatal(err)
	}
	named := s.agency["canada-ncecc"].ID
	var holder string
	for code, f := range s.holders(returned) {
		holder = code
		s.Setup(t, func(tx *store.Tx) error {
			return referral.Do(tx, &f, referral.Return, func(r *models.Referral) { r.ReturnAgencyID = &named })
		})
		s.Setup(t, func(tx *store.Tx) error {
			r, err := referral.LockByID(tx, f.ID)
			if err != nil {
				return err
			}
			return referral.Do(tx, r, referral.Send, nil)
		})
	}
	if err := worker.Route(t.Context(), returned.ID, 2); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.holders(returned)["canada-ncecc"]; ok || holder == "" {
		t.Errorf("a closed agency that was named holds %v", s.holders(returned))
	}
}
