package triage

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/priority"
	"reeve/models/store"
)

// atRisk are the built-in rules and a row for one label.
func atRisk() map[string]string {
	t := builtIn(models.PriorityRules).tables()
	t[priority.TableRules] += "label/example/at risk,40,yes,child at risk: label,Somebody at the desk labelled it: child at risk,label\n"
	return t
}

// publish puts a version into force without its page.
func (s *site) publish(kind models.RuleKind, number int, tables map[string]string) {
	s.t.Helper()
	now := s.Clock.Now()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Create(&models.RuleVersion{ID: store.NewID(), Kind: kind, Number: number, State: models.RulesPublished, Tables: tables,
			MadeByName: "Sam", MadeAt: now, ChangedAt: now, PublishedAt: &now, PublishedByName: "Sam", Version: 1}).Error
	})
}

// label sets a label as a person of the side would.
func (s *site) label(r models.Report, side models.LabelSide, scheme, value string) {
	s.t.Helper()
	agency := s.avery.AgencyID
	if side == models.LabelOfAgency {
		agency = s.agency["ca-silicon-valley"].ID
	}
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Create(&models.Label{ID: store.NewID(), ReportID: r.ID, Scheme: scheme, Value: value, Source: models.LabelByPerson, Side: side,
			AgencyID: &agency, LabelledByName: "Avery", LabelledAt: s.Clock.Now(), Review: models.ReviewNone, Version: 1}).Error
	})
}

func (s *site) reassess(r models.Report) {
	s.t.Helper()
	if err := New(s.Work, nil).Reassess(s.t.Context(), r.ID); err != nil {
		s.t.Fatal(err)
	}
}

// lines counts the audit lines of an action about the report.
func (s *site) lines(r models.Report, action string) (n int64) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Model(&models.AuditEvent{}).Where("report_id = ? and action = ?", r.ID, action).Count(&n).Error
	})
	return n
}

func (s *site) assessment(r models.Report) (out priority.Result) {
	s.t.Helper()
	if err := json.Unmarshal(s.stored(r).Assessment, &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

func TestALabelRaisesAReportAndItsReferralsOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(models.PriorityRules, 1, atRisk())
	r := s.report(sanJose)
	s.route(r, 1)
	before := s.stored(r)
	if before.RulesVersion != "priority-1" || before.Urgent {
		t.Fatalf("routed by %q, urgent %v; want priority-1 and not urgent", before.RulesVersion, before.Urgent)
	}
	s.reassess(r)
	if now := s.stored(r); now.Version != before.Version || s.lines(r, "report.reassessed") != 0 {
		t.Fatal("nothing was learnt, and something was written")
	}
	s.label(r, models.LabelOfAgency, "example", "at risk")
	s.reassess(r)
	if s.lines(r, "report.reassessed") != 0 {
		t.Fatal("an agency's own label told other agencies of it")
	}
	s.label(r, models.LabelOfClearinghouse, "example", "at risk")
	s.reassess(r)
	s.reassess(r)
	after := s.stored(r)
	if !after.Urgent || after.Priority != 1 || after.Urgency != 7 || after.Version != before.Version+1 {
		t.Errorf("priority %d, urgent %v, urgency %d, version %d (was %d)", after.Priority, after.Urgent, after.Urgency, after.Version, before.Version)
	}
	f := s.holders(r)["ca-silicon-valley"]
	if f.Priority != 1 || !f.Urgent || f.Urgency != 7 || f.PriorityWhy != "child at risk: label" || f.Version != 1 {
		t.Errorf("the agency's list says priority %d, urgent %v, %q, version %d", f.Priority, f.Urgent, f.PriorityWhy, f.Version)
	}
	if n := s.lines(r, "report.reassessed"); n != 1 {
		t.Errorf("%d audit lines, want 1", n)
	}
}

func TestWhatAPersonDecidedStaysAndTheProposalChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(models.PriorityRules, 1, atRisk())
	r := s.report(sanJose)
	s.route(r, 1)
	decide := func(class string) {
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Model(&models.Report{}).Where("id = ?", r.ID).Updates(map[string]any{"class": class, "priority": 3, "urgent": false, "urgency": 2,
				"desk": models.DeskDone, "decided_at": tx.Now, "decided_by_name": "Avery", "decided_why": "seen before"}).Error
		})
	}
	decide("informational")
	before := s.holders(r)["ca-silicon-valley"]
	s.label(r, models.LabelOfClearinghouse, "example", "at risk")
	s.reassess(r)
	after := s.stored(r)
	if after.Priority != 3 || after.Urgent || after.Class != "informational" {
		t.Errorf("the decision became %s, priority %d, urgent %v", after.Class, after.Priority, after.Urgent)
	}
	if a := s.assessment(r); !a.Urgent || a.Priority != 1 {
		t.Errorf("the proposal is %+v, want urgent", a)
	}
	if after.Desk != models.DeskWaiting || !strings.Contains(after.DeskWhy, "child at risk: label") {
		t.Errorf("desk %s (%s): an urgent proposal against the decision must be looked at", after.Desk, after.DeskWhy)
	}
	if f := s.holders(r)["ca-silicon-valley"]; f.Urgency != before.Urgency {
		t.Errorf("the agency's urgency went from %d to %d", before.Urgency, f.Urgency)
	}
}

func TestAnInformationalReportThatBecomesUrgentComesToTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(models.PriorityRules, 1, atRisk())
	r := s.Report(t, s.provider, "two@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound, r.Reported.Incident.Annotations = 0, []string{"informational"}
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{sanJose}
	})
	s.route(r, 1)
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Model(&models.Report{}).Where("id = ?", r.ID).Updates(map[string]any{"desk": models.DeskDone}).Error
	})
	if got := s.stored(r); got.Class != "informational" || got.Urgent {
		t.Fatalf("routed as %s, urgent %v", got.Class, got.Urgent)
	}
	s.label(r, models.LabelOfClearinghouse, "example", "at risk")
	s.reassess(r)
	if got := s.stored(r); got.Class != "referral" || !got.Urgent || got.Desk != models.DeskWaiting || !strings.Contains(got.DeskWhy, "child at risk: label") {
		t.Errorf("%s, urgent %v, desk %s (%s)", got.Class, got.Urgent, got.Desk, got.DeskWhy)
	}
	var n int64
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from river_job where kind = 'raise_urgent' and args->>'report_id' = ?", r.ID.String()).Row().Scan(&n)
	})
	if n != 1 {
		t.Errorf("%d calls of the on-call contacts were set off, want 1", n)
	}
}

func TestMarksOfFilesCount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.Report(t, s.provider, "three@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound, r.Reported.Incident.Type = 0, "Child Pornography (possession, manufacture, and distribution)"
	})
	file := models.File{ID: store.NewID(), PublicID: strings.Repeat("a", 32), ReportID: r.ID, ProviderID: r.ProviderID, Size: 1, MD5: make([]byte, 16), SHA1: make([]byte, 20), SHA256: make([]byte, 32),
		StorageKey: "k", ReceivedAt: s.Clock.Now(), Reported: &models.ReportedFile{FileID: strings.Repeat("a", 32), Viewed: models.Yes}}
	mark := func(how models.MarkHow) {
		s.Setup(t, func(tx *store.Tx) error {
			if err := tx.Exec("delete from file_marks where file_id = ?", file.ID).Error; err != nil {
				return err
			}
			return tx.Create(&models.FileMark{ID: store.NewID(), ReportID: r.ID, FileID: file.ID, How: how, MarkedAt: tx.Now}).Error
		})
		s.reassess(r)
	}
	s.Setup(t, func(tx *store.Tx) error { return tx.Create(&file).Error })
	s.route(r, 1)
	was := s.assessment(r).Points
	if mark(models.MarkNew); s.assessment(r).Points != was+10 {
		t.Errorf("a new file: %d points, want %d", s.assessment(r).Points, was+10)
	}
	if mark(models.MarkExact); s.assessment(r).Points != was-10 {
		t.Errorf("known material alone: %d points, want %d", s.assessment(r).Points, was-10)
	}
}

func TestEarlierReportsOfTheSameSubjectCountAndAVictimsDoNot(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	of := func(whose string) models.Report {
		return s.Report(t, s.provider, "same@mail.example", func(r *models.Report, ids *[]models.Identifier) {
			r.RoutingRound = 0
			(*ids)[0].Whose = whose
		})
	}
	of("victim")
	prior := func(r models.Report) (n int) {
		t.Helper()
		for _, a := range []auth.Actor{auth.System(auth.ForRouting), s.avery} {
			db := s.Work
			if a.Side != auth.SideSystem {
				db = s.Web
			}
			err := db.As(t.Context(), a, func(tx *store.Tx) error {
				k, err := learn(tx, []uuid.UUID{r.ID})
				if err == nil {
					n = k.prior[r.ID]
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	first := of("subject")
	if n := prior(first); n != 0 {
		t.Errorf("the first report has %d earlier ones", n)
	}
	second := of("subject")
	if n := prior(second); n != 1 {
		t.Errorf("the second report has %d earlier ones, want 1", n)
	}
	if n := prior(first); n != 0 {
		t.Errorf("a later report counts as an earlier one of the first (%d)", n)
	}
	s.route(second, 1)
	for _, reason := range s.assessment(second).Reasons {
		if reason.Key == "prior/1" && reason.Desk {
			return
		}
	}
	t.Errorf("the proposal has no reason of the earlier report: %+v", s.assessment(second).Reasons)
}

func TestABrokenPublishedVersionLeavesTheBuiltInRules(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(models.PriorityRules, 1, map[string]string{priority.TableRules: "key\n", priority.TableMissing: ""})
	r := s.report(sanJose)
	s.route(r, 1)
	if got := s.stored(r).RulesVersion; got != priority.Version {
		t.Errorf("assessed by %q, want the built-in rules", got)
	}
}
