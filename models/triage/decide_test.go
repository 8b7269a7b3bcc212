package triage

import (
	"strings"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
)

// proposed is a decision that accepts all that the desk proposes.
func (s *site) proposed(svc *Service, a auth.Actor, number int64) Decision {
	s.t.Helper()
	v, err := svc.Review(s.t.Context(), a, number, DeskQuery{})
	if err != nil {
		s.t.Fatal(err)
	}
	d := Decision{Class: v.Report.Class, Priority: v.Report.Priority, Urgent: v.Report.Urgent, To: v.Proposal.To, Pool: v.Proposal.Pool, Version: v.Report.Version}
	for _, o := range v.Proposal.Options {
		if o.Proposed {
			d.Agencies = append(d.Agencies, o.Code)
		}
	}
	return d
}

// linesOf answers the lines that a report has in the log for an action, oldest first.
func (s *site) linesOf(r models.Report, action string) (out []models.AuditEvent) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Where("report_id = ? and action = ?", r.ID, action).Order("id").Find(&out).Error
	})
	return out
}

// billing is an address that makes routing sure, and not sure enough for the policy.
var billing = models.ReportedAddress{Type: "Technical", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}

func TestAcceptingAllRefersAsProposedAndTakesItOffTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	r := s.report(billing)
	s.route(r, 1)
	if got := s.next(svc, s.avery, DeskFilter{}); got != r.Number {
		t.Fatalf("took %d, want the report that waits", got)
	}
	d := s.proposed(svc, s.avery, r.Number)
	if d.To != ToAgencies || len(d.Agencies) != 1 || d.Agencies[0] != "ca-silicon-valley" {
		t.Fatalf("proposed %+v, want Silicon Valley", d)
	}
	words, err := svc.Decide(t.Context(), s.avery, r.Number, d)
	if err != nil || words != "It was referred to one agency." {
		t.Fatalf("%q (%v)", words, err)
	}
	f, ok := s.holders(r)["ca-silicon-valley"]
	if rep := s.stored(r); !ok || f.Basis != "person" || f.Confidence >= 0.9 || !strings.Contains(f.Why, "San Jose") || f.PriorityWhy == "" ||
		rep.Desk != models.DeskDone || rep.DecidedByName != "Avery" || rep.DecidedAt == nil || *rep.DecidedBy != s.avery.UserID {
		t.Errorf("referral %+v, report %+v: want it referred with routing's reason and decided by Avery", f, rep)
	}
	if h := s.holder(r); h.HeldByName != "" {
		t.Errorf("it is still held: %+v", h)
	}
	log := s.linesOf(r, "report.decided")
	if len(log) != 1 || !strings.Contains(log[0].Words, "priority 2, as it was") || !strings.Contains(log[0].Words, "Rules of priority: ") || len(log[0].Concerns) != 1 {
		t.Errorf("the log says %+v, want one line with what was before and the rules", log)
	}
	page, err := svc.Queue(t.Context(), s.avery, DeskQuery{View: DeskDecided, Since: s.Clock.Now().Add(-1)})
	if err != nil || len(page.Rows) != 1 || page.Counts.Decided != 1 || page.Counts.Waiting != 0 {
		t.Errorf("decided today: %+v (%v), want the report", page, err)
	}
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, d); models.KindOf(err) != models.Conflict {
		t.Errorf("the same form again: %v, want a conflict", err)
	}
}

func TestWhatDiffersFromTheProposalNeedsAReasonAndReachesEveryCopy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	r := s.report(models.ReportedAddress{Country: "US"})
	s.route(r, 1)
	d := s.proposed(svc, s.avery, r.Number)
	if d.To != ToPool || d.Pool != routing.PoolUSUnknown {
		t.Fatalf("proposed %+v, want its pool", d)
	}
	d.Priority, d.Urgent = 1, true
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, d); models.FieldsOf(err)["reason"] == "" {
		t.Fatalf("without a reason: %v, want a word at the field", err)
	}
	if rep := s.stored(r); rep.Priority == 1 || rep.Desk != models.DeskWaiting {
		t.Fatalf("it was changed all the same: %+v", rep)
	}
	d.Reason = "The text names a meeting tonight"
	words, err := svc.Decide(t.Context(), s.avery, r.Number, d)
	if err != nil || !strings.Contains(words, "lies in the pool") {
		t.Fatalf("%q (%v)", words, err)
	}
	f := s.holders(r)[routing.PoolUSUnknown]
	if f.Priority != 1 || !f.Urgent || f.Urgency != 7 || f.PriorityWhy != d.Reason || f.Version != 1 {
		t.Errorf("the pool's copy is %+v, want the decision with its reason and the version as it was", f)
	}
	if rep := s.stored(r); rep.Priority != 1 || rep.Urgency != 7 || rep.DecidedWhy != d.Reason || rep.Desk != models.DeskDone {
		t.Errorf("the report is %+v", rep)
	}
	if log := s.linesOf(r, "report.decided"); len(log) != 1 || !strings.Contains(log[0].Words, "priority 2 → 1; urgent no → yes") {
		t.Errorf("the log says %+v", log)
	}
	// Changed later, with a reason again, to an agency that routing does not name.
	later := Decision{Class: "referral", Priority: 2, To: ToAgencies, Agencies: []string{"ny-new-york-city"}}
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, later); models.FieldsOf(err)["reason"] == "" {
		t.Errorf("changed without a reason: %v", err)
	}
	later.Reason = "The provider named a borough"
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, later); err != nil {
		t.Fatal(err)
	}
	got := s.holders(r)
	if f, ok := got["ny-new-york-city"]; !ok || len(got) != 1 || f.Why != later.Reason || f.Priority != 2 || f.Urgent {
		t.Errorf("holders %+v, want New York City alone, with the reason", got)
	}
	// And back into the pool that it left.
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, Decision{Class: "referral", Priority: 2, To: ToPool, Pool: routing.PoolUSUnknown, Reason: "Wrong borough"}); err != nil {
		t.Fatal(err)
	}
	if got := s.holders(r); len(got) != 2 || got[routing.PoolUSUnknown].Outcome != "" {
		t.Errorf("holders %+v, want the agency, which keeps it, and the pool", got)
	}
}

func TestAnInformationalReportMayBeKeptAndOnlySuch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	r := s.report(models.ReportedAddress{Country: "US"})
	s.route(r, 1)
	in := Decision{Class: "referral", Priority: 3, To: ToNobody, Reason: "Nothing to act on"}
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, in); models.FieldsOf(err)["go"] == "" {
		t.Errorf("a referral kept: %v, want a word at the field", err)
	}
	in.Class = "informational"
	words, err := svc.Decide(t.Context(), s.avery, r.Number, in)
	if err != nil || !strings.Contains(words, "kept at the clearinghouse") {
		t.Fatalf("%q (%v)", words, err)
	}
	if got := s.holders(r); len(got) != 0 {
		t.Errorf("holders %+v, want nobody", got)
	}
	// What an agency has cannot be kept from it.
	sent := s.report(billing)
	s.route(sent, 1)
	if _, err := svc.Decide(t.Context(), s.avery, sent.Number, s.proposed(svc, s.avery, sent.Number)); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Decide(t.Context(), s.avery, sent.Number, in); models.FieldsOf(err)["go"] == "" {
		t.Errorf("kept from the agency that has it: %v", err)
	}
}

func TestADecisionSaysAtWhichFieldItIsWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	r := s.waits(nil)
	ok := Decision{Class: "referral", Priority: 2, To: ToAgencies, Agencies: []string{"ny-new-york-city"}, Reason: "by hand"}
	for _, c := range []struct {
		field string
		edit  func(*Decision)
	}{
		{"class", func(d *Decision) { d.Class = "other" }}, {"priority", func(d *Decision) { d.Priority = 0 }},
		{"to", func(d *Decision) { d.Agencies = nil }}, {"to", func(d *Decision) { d.Agencies = []string{"nowhere"} }},
		{"to", func(d *Decision) { d.Agencies = []string{"clearinghouse"} }}, {"to", func(d *Decision) { d.Agencies = []string{routing.PoolUSUnknown} }},
		{"reason", func(d *Decision) { d.Reason = " " }}, {"reason", func(d *Decision) { d.Reason = strings.Repeat("x", 501) }},
		{"pool", func(d *Decision) { d.To = ToPool }}, {"pool", func(d *Decision) { d.To, d.Pool = ToPool, "ny-new-york-city" }},
		{"reason", func(d *Decision) { d.To, d.Pool, d.Reason = ToPool, routing.PoolTexas, "" }}, {"go", func(d *Decision) { d.To = "anywhere" }},
	} {
		in := ok
		c.edit(&in)
		if _, err := svc.Decide(t.Context(), s.avery, r.Number, in); models.FieldsOf(err)[c.field] == "" {
			t.Errorf("%+v: %v, want a word at %s", in, err, c.field)
		}
	}
	if rep, got := s.stored(r), s.holders(r); rep.Desk != models.DeskWaiting || rep.Version != 1 || len(got) != 0 {
		t.Errorf("something was changed: %+v, %+v", rep, got)
	}
}

// A report that goes to the victim's agency alone still wants a home for the suspect.
func TestAReferralToTheVictimsAgencyLeavesTheReportInItsPool(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	r := s.Report(t, s.provider, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Victims = []models.ReportedParty{{Person: models.ReportedPerson{Addresses: []models.ReportedAddress{billing}}}}
	})
	s.route(r, 1)
	d := s.proposed(svc, s.avery, r.Number)
	if d.To != ToAgencies || len(d.Agencies) != 1 {
		t.Fatalf("proposed %+v, want the victim's agency", d)
	}
	if _, err := svc.Decide(t.Context(), s.avery, r.Number, d); err != nil {
		t.Fatal(err)
	}
	got := s.holders(r)
	if _, pooled := got[routing.PoolCountryUnknown]; len(got) != 2 || !pooled || got[d.Agencies[0]].Capacity != "victim" {
		t.Errorf("holders %+v, want the victim's agency and the pool", got)
	}
}
