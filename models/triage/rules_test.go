package triage

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/priority"
	"reeve/models/routing"
	"reeve/models/store"
)

// desk is the site with a supervisor and the web's service.
func newDesk(t *testing.T) (*site, *Service, auth.Actor) {
	s := newSite(t)
	var house models.Agency
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", s.avery.AgencyID).Take(&house).Error })
	return s, New(s.Web, nil), s.Person(t, house, "Sam", auth.DeskSupervisor)
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// edited replaces text in one table of a version.
func edited(t *testing.T, v *RuleVersion, table, from, to string) map[string]string {
	t.Helper()
	text := strings.Replace(v.Texts[table], from, to, 1)
	if text == v.Texts[table] {
		t.Fatalf("%q does not stand in %s", from, table)
	}
	return map[string]string{table: text}
}

// a draft in which enticement is worth 90 points, so that it is priority 1.
func (s *site) grave(t *testing.T, svc *Service, sam auth.Actor) *RuleVersion {
	t.Helper()
	id := must[uuid.UUID](t)(svc.StartRules(t.Context(), sam, BuiltInID(models.PriorityRules))).String()
	v := must[*RuleVersion](t)(svc.Version(t.Context(), sam, id))
	must[bool](t)(svc.EditRules(t.Context(), sam, id, v.Version, edited(t, v, priority.TableRules, "Sexual Acts,35", "Sexual Acts,90")))
	return must[*RuleVersion](t)(svc.Version(t.Context(), sam, id))
}

func TestPublishedRulesDecideTheNextReportAndLeaveTheOldOnes(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	worker := New(s.Work, nil)
	old := s.report(sanJose)
	if err := worker.Route(t.Context(), old.ID, 1); err != nil {
		t.Fatal(err)
	}
	was := s.stored(old)
	v := s.grave(t, svc, sam)
	if len(v.Changes) != 1 || v.Changes[0].Before != "35" || v.Changes[0].After != "90" || v.Against != priority.Version {
		t.Errorf("changes %+v against %s", v.Changes, v.Against)
	}
	trial := must[*Trial](t)(svc.TryRules(t.Context(), sam, v.ID, TrialLeast))
	if trial.Reports != 1 || trial.Changed != 1 || !strings.HasPrefix(trial.Rows[0].After, "Priority 1, urgent") || trial.Rows[0].Number != old.Number ||
		len(trial.Rows[0].Why) != 1 || !strings.Contains(trial.Rows[0].Why[0], "+90 instead of +35") {
		t.Errorf("the trial says %+v", trial)
	}
	if err := svc.PublishRules(t.Context(), sam, v.ID, Publication{Note: "Enticement first", Version: v.Version, Current: priority.Version}); err != nil {
		t.Fatal(err)
	}
	fresh := s.Report(t, s.provider, "other@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.RoutingRound = 0 })
	if err := worker.Route(t.Context(), fresh.ID, 1); err != nil { // the same worker, which had read the built-in rules
		t.Fatal(err)
	}
	if got := s.stored(fresh); got.Priority != 1 || got.RulesVersion != "priority-1" || s.assessment(fresh).Version != "priority-1" {
		t.Errorf("the next report: priority %d by %q", got.Priority, got.RulesVersion)
	}
	if got := s.stored(old); got.Version != was.Version || got.Priority != was.Priority || got.RulesVersion != priority.Version {
		t.Errorf("the old report: priority %d by %q, version %d", got.Priority, got.RulesVersion, got.Version)
	}
	list := must[*RuleList](t)(svc.Rules(t.Context(), s.avery, models.PriorityRules, 0))
	if len(list.Rows) != 2 || !list.Rows[0].Current || list.Rows[0].Note != "Enticement first" || list.Rows[0].PublishedByName != "Sam" || list.Rows[1].Current {
		t.Errorf("the list says %+v", list.Rows)
	}
	// An earlier version is published again as a new one.
	id := must[uuid.UUID](t)(svc.StartRules(t.Context(), sam, BuiltInID(models.PriorityRules))).String()
	again := must[*RuleVersion](t)(svc.Version(t.Context(), sam, id))
	if err := svc.PublishRules(t.Context(), sam, id, Publication{Note: "Back", Version: again.Version, Current: "priority-1"}); err != nil {
		t.Fatal(err)
	}
	if got := must[*RuleList](t)(svc.Rules(t.Context(), sam, models.PriorityRules, 0)).Current; got != "priority-2" {
		t.Errorf("%s holds, want priority-2", got)
	}
}

func TestPublishedWeightsRouteTheNextReport(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	worker := New(s.Work, nil)
	old := s.report(sanJose)
	s.route(old, 1)
	id := must[uuid.UUID](t)(svc.StartRules(t.Context(), sam, BuiltInID(models.RoutingRules))).String()
	v := must[*RuleVersion](t)(svc.Version(t.Context(), sam, id))
	// A home address is worth no more than the part of one, too little to send at once.
	tables := map[string]string{routing.TableWeights: ""}
	for line := range strings.Lines(v.Texts[routing.TableWeights]) {
		if f := strings.SplitN(line, ",", 5); strings.HasPrefix(f[0], "postal-address/") {
			line = strings.Join([]string{f[0], "0.5", "0.5", "0.5", f[4]}, ",")
		}
		tables[routing.TableWeights] += line
	}
	must[bool](t)(svc.EditRules(t.Context(), sam, id, v.Version, tables))
	trial := must[*Trial](t)(svc.TryRules(t.Context(), sam, id, TrialUsual))
	if trial.Changed != 1 || !strings.Contains(trial.Rows[0].Before, "at once") || strings.Contains(trial.Rows[0].After, "at once") {
		t.Errorf("the trial says %+v", trial.Rows)
	}
	v = must[*RuleVersion](t)(svc.Version(t.Context(), sam, id))
	if err := svc.PublishRules(t.Context(), sam, id, Publication{Note: "Try", Version: v.Version, Current: routing.Version}); err != nil {
		t.Fatal(err)
	}
	fresh := s.report(sanJose)
	if err := worker.Route(t.Context(), fresh.ID, 1); err != nil {
		t.Fatal(err)
	}
	var d models.RoutingDecision
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("report_id = ?", fresh.ID).Take(&d).Error })
	if d.RulesVersion != "routing-1" || d.Released == "rule" {
		t.Errorf("the next report was decided by %q and %s", d.RulesVersion, d.Released)
	}
	if len(s.holders(old)) != 1 || s.stored(old).Desk != models.DeskNone {
		t.Error("the old report moved")
	}
}

func TestWhoMayDoWhatWithRules(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	v := s.grave(t, svc, sam)
	stranger := s.Person(t, s.agency["ca-silicon-valley"], "Noor", auth.Supervisor)
	pub := Publication{Note: "x", Version: v.Version, Current: priority.Version}
	for _, who := range []struct {
		name   string
		actor  auth.Actor
		reads  bool
		writes bool
	}{{"nobody", auth.Actor{}, false, false}, {"another agency", stranger, false, false}, {"an analyst", s.avery, true, false}} {
		kindOf := func(what string, err error, may bool) {
			t.Helper()
			if may && err != nil || !may && models.KindOf(err) != models.Forbidden {
				t.Errorf("%s, %s: %v", who.name, what, err)
			}
		}
		_, err := svc.Rules(t.Context(), who.actor, models.PriorityRules, 0)
		kindOf("lists", err, who.reads)
		_, err = svc.Version(t.Context(), who.actor, v.ID)
		kindOf("reads", err, who.reads)
		_, _, err = svc.LastTrial(t.Context(), who.actor, v.ID)
		kindOf("reads a trial", err, who.reads)
		_, err = svc.StartRules(t.Context(), who.actor, v.ID)
		kindOf("begins", err, who.writes)
		_, err = svc.EditRules(t.Context(), who.actor, v.ID, v.Version, v.Texts)
		kindOf("edits", err, who.writes)
		_, err = svc.TryRules(t.Context(), who.actor, v.ID, TrialUsual)
		kindOf("tries", err, who.writes)
		kindOf("publishes", svc.PublishRules(t.Context(), who.actor, v.ID, pub), who.writes)
		kindOf("drops", svc.DropRules(t.Context(), who.actor, v.ID, v.Version), who.writes)
	}
	for _, id := range []string{store.NewID().String(), "built-in-nothing", "x", ""} {
		if _, err := svc.Version(t.Context(), sam, id); models.KindOf(err) != models.NotFound {
			t.Errorf("%q: %v", id, err)
		}
		if err := svc.DropRules(t.Context(), sam, id, 1); models.KindOf(err) != models.NotFound {
			t.Errorf("dropping %q: %v", id, err)
		}
		if _, err := svc.StartRules(t.Context(), sam, id); models.KindOf(err) != models.NotFound {
			t.Errorf("beginning from %q: %v", id, err)
		}
	}
	if now := must[*RuleVersion](t)(svc.Version(t.Context(), sam, v.ID)); now.State != models.RulesDraft || now.Version != v.Version || now.Trial != nil {
		t.Errorf("the draft is %+v", now.RuleHead)
	}
}

func TestRulesThatCannotBeAreRefusedAndTheDraftStays(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	v := s.grave(t, svc, sam)
	_, err := svc.EditRules(t.Context(), sam, v.ID, v.Version, edited(t, v, priority.TableRules, "threshold/imminent,75", "threshold/imminent,999"))
	var wrong *RulesError
	if !errors.As(err, &wrong) || len(wrong.Findings) != 1 || wrong.Findings[0].Column != "points" || !strings.Contains(wrong.Findings[0].Message, "No report can reach 999 points") {
		t.Fatalf("got %v", err)
	}
	if now := must[*RuleVersion](t)(svc.Version(t.Context(), sam, v.ID)); now.Version != v.Version || now.Texts[priority.TableRules] != v.Texts[priority.TableRules] {
		t.Error("the draft changed")
	}
	if changed := must[bool](t)(svc.EditRules(t.Context(), sam, v.ID, v.Version, v.Texts)); changed {
		t.Error("the same text again is a change")
	}
	if err := svc.PublishRules(t.Context(), sam, v.ID, Publication{Note: " ", Version: v.Version, Current: priority.Version}); models.FieldsOf(err)["note"] == "" {
		t.Errorf("without a note: %v", err)
	}
	if _, err := svc.TryRules(t.Context(), sam, v.ID, TrialMost+1); models.FieldsOf(err)["n"] == "" {
		t.Errorf("on too many: %v", err)
	}
	same := must[uuid.UUID](t)(svc.StartRules(t.Context(), sam, BuiltInID(models.PriorityRules))).String()
	if err := svc.PublishRules(t.Context(), sam, same, Publication{Note: "x", Version: 1, Current: priority.Version}); models.KindOf(err) != models.Conflict {
		t.Errorf("rules that differ in nothing: %v", err)
	}
}

func TestATrialIsOfOneText(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	v := s.grave(t, svc, sam)
	must[*Trial](t)(svc.TryRules(t.Context(), sam, v.ID, TrialUsual))
	now := must[*RuleVersion](t)(svc.Version(t.Context(), sam, v.ID))
	if now.Trial == nil || now.Trial.Stale || now.Version != v.Version {
		t.Fatalf("after a trial: %+v", now.RuleHead)
	}
	must[bool](t)(svc.EditRules(t.Context(), sam, v.ID, v.Version, edited(t, now, priority.TableRules, "Sexual Acts,90", "Sexual Acts,91")))
	if now = must[*RuleVersion](t)(svc.Version(t.Context(), sam, v.ID)); now.Trial == nil || !now.Trial.Stale {
		t.Errorf("after an edit the trial still stands: %+v", now.Trial)
	}
}

func TestOneOfTwoWhoPublishAtOnceIsTold(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	drafts := []*RuleVersion{s.grave(t, svc, sam), s.grave(t, svc, sam), s.grave(t, svc, sam)}
	var told sync.Map
	var all sync.WaitGroup
	for i, v := range drafts {
		all.Go(func() {
			told.Store(i, svc.PublishRules(t.Context(), sam, v.ID, Publication{Note: fmt.Sprint("by ", i), Version: v.Version, Current: priority.Version}))
		})
	}
	all.Wait()
	won := 0
	told.Range(func(_, v any) bool {
		switch err, _ := v.(error); {
		case err == nil:
			won++
		case models.KindOf(err) != models.Conflict || !strings.Contains(models.MessageOf(err), "was published since"):
			t.Errorf("the other is told %v", err)
		}
		return true
	})
	if won != 1 {
		t.Errorf("%d drafts were published at once, want 1", won)
	}
	// And two who change the same draft.
	v := s.grave(t, svc, sam)
	if _, err := svc.EditRules(t.Context(), sam, v.ID, v.Version-1, v.Texts); models.KindOf(err) != models.Conflict || !strings.Contains(models.MessageOf(err), "Sam changed") {
		t.Errorf("an older form: %v", err)
	}
	if err := svc.DropRules(t.Context(), sam, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	if err := svc.DropRules(t.Context(), sam, v.ID, v.Version+1); models.KindOf(err) != models.Conflict {
		t.Errorf("dropping twice: %v", err)
	}
}

func TestNumbersOfDraftsRunOnAlsoWhenTwoBeginAtOnce(t *testing.T) {
	t.Parallel()
	_, svc, sam := newDesk(t)
	var all sync.WaitGroup
	for range maxDrafts {
		all.Go(func() {
			if _, err := svc.StartRules(t.Context(), sam, BuiltInID(models.PriorityRules)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list := must[*RuleList](t)(svc.Rules(t.Context(), sam, models.PriorityRules, 0))
	for i, row := range list.Rows[:maxDrafts] {
		if row.Number != maxDrafts-i {
			t.Fatalf("number %d at place %d", row.Number, i)
		}
	}
	if _, err := svc.StartRules(t.Context(), sam, BuiltInID(models.PriorityRules)); models.KindOf(err) != models.Conflict {
		t.Errorf("one draft too many: %v", err)
	}
}

func TestAPublishedVersionNeverChangesAgain(t *testing.T) {
	t.Parallel()
	s, svc, sam := newDesk(t)
	v := s.grave(t, svc, sam)
	if err := svc.PublishRules(t.Context(), sam, v.ID, Publication{Note: "x", Version: v.Version, Current: priority.Version}); err != nil {
		t.Fatal(err)
	}
	err := s.Web.As(t.Context(), sam, func(tx *store.Tx) error {
		return tx.Exec("update rule_versions set note = 'other' where id = ?", v.ID).Error
	})
	if err == nil || !strings.Contains(err.Error(), "never change again") {
		t.Errorf("the database let it change: %v", err)
	}
}
