package territory

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// The whole way: a change previewed and published; old reports keep their place, new
// ones follow, and those that would now go elsewhere are listed for a person.
func TestAChangeIsPreviewedAndPublishedAndOldReportsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	old := s.report(sanJose)
	other := s.report(models.ReportedAddress{Type: "Home", City: "Albany", ZIP: "12207", State: "NY", Country: "US"})
	if got := s.holder(old); got != "ca-silicon-valley" {
		t.Fatalf("before: %s", got)
	}
	elsewhere := s.holder(other)
	d := s.draft("Santa Clara changes hands")
	s.add(d, Give, toLA(today))
	sheet, trial, err := s.web.Preview(t.Context(), s.sam, d, TrialInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(sheet.Findings) > 0 || trial.Reports != 2 || trial.Elsewhere != 1 || trial.Same != 1 || len(trial.Rows) != 1 {
		t.Fatalf("the preview says %+v with findings %v", trial, sheet.Findings)
	}
	if m := trial.Rows[0]; m.Number != old.Number || m.Before.Code != "ca-silicon-valley" || m.After.Code != "ca-los-angeles" || m.Before.Confidence < 0.9 || m.After.Place == "" {
		t.Errorf("the preview's row is %+v", m)
	}
	if s.holder(old) != "ca-silicon-valley" || s.count("select count(*) from territories where added_in is not null") != 0 {
		t.Error("a preview changed something")
	}
	before := s.count("select n from directory_version")
	if n := s.publish(d); n != 1 {
		t.Errorf("it became version %d", n)
	}
	if after := s.count("select n from directory_version"); after <= before {
		t.Error("routing is not told that the directory changed")
	}
	fresh := s.report(sanJose)
	if got := s.holder(old); got != "ca-silicon-valley" {
		t.Errorf("an old report moved to %s", got)
	}
	if got := s.holder(fresh); got != "ca-los-angeles" {
		t.Errorf("a new report went to %s", got)
	}
	if s.holder(other) != elsewhere {
		t.Error("a report of another state moved")
	}
	// History stays: the row is ended the day before, and the new one begins.
	if n := s.count("select count(*) from territories where county in ('Santa Clara', 'Santa Clara County') and (valid_to = ? and ended_in = 1 or valid_from = ? and added_in = 1)",
		time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)); n != 2 {
		t.Errorf("%d of two rows are as they should be", n)
	}
	list, err := s.web.OpenElsewhere(t.Context(), s.avery, "", "")
	if err != nil || len(list.Rows) != 1 || list.Looked != 3 {
		t.Fatalf("the list says %+v (%v)", list, err)
	}
	if m := list.Rows[0]; m.Number != old.Number || m.Holder.Code != "ca-silicon-valley" || m.Now.Code != "ca-los-angeles" {
		t.Errorf("listed is %+v", m)
	}
	if of, err := s.web.OpenElsewhere(t.Context(), s.avery, "ca-los-angeles", ""); err != nil || len(of.Rows) != 0 || of.Looked != 1 {
		t.Errorf("of the new holder: %+v (%v)", of, err)
	}
	v, err := s.web.Published(t.Context(), s.avery, 1)
	if err != nil || v.Version.PublishedByName != "Sam" || v.Version.Note != "agreed" || len(v.Changes) != 2 || len(v.Losing) != 1 || v.Losing[0].Code != "ca-silicon-valley" {
		t.Errorf("the version is %+v (%v)", v, err)
	}
	yesterday, err := s.web.WhoHolds(t.Context(), s.avery, Asked{State: "CA", County: "Santa Clara", Day: "2026-03-01"})
	if err != nil || yesterday.Row.Code != "ca-silicon-valley" {
		t.Errorf("the day before it was held by %+v (%v)", yesterday, err)
	}
	now, err := s.web.WhoHolds(t.Context(), s.avery, Asked{State: "CA", County: "Santa Clara"})
	if err != nil || now.Row.Code != "ca-los-angeles" || now.AddedBy == nil || now.AddedBy.Number != 1 {
		t.Errorf("today it is held by %+v (%v)", now, err)
	}
}

func TestOfTwoWhoPublishAtOnceOneIsToldOfTheOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := []uuid.UUID{s.draft("one"), s.draft("two")}
	s.add(ids[0], Give, toLA("2026-04-01"))
	in := toLA("2026-04-01")
	in.AgencyCode = "ca-san-diego"
	s.add(ids[1], Give, in)
	versions := []int{s.sheet(ids[0]).Draft.Version, s.sheet(ids[1]).Draft.Version}
	errs := make([]error, 2)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			_, errs[i] = s.web.Publish(t.Context(), s.sam, ids[i], Publishing{Version: versions[i]})
		})
	}
	all.Wait()
	won, lost := 0, 0
	for i, err := range errs {
		switch {
		case err == nil:
			won++
		case models.KindOf(err) == models.Conflict && strings.Contains(models.MessageOf(err), "Sam published version 1"):
			lost++
			// Looked at again, it says what stands against it now.
			if sheet := s.sheet(ids[i]); len(sheet.Findings) == 0 || sheet.Head != 1 {
				t.Errorf("the draft that lost says %+v", sheet)
			}
		}
	}
	if won != 1 || lost != 1 {
		t.Errorf("answers %v", errs)
	}
	if n := s.count("select count(*) from territories where added_in = 1"); n != 1 || s.count("select count(*) from territory_versions") != 1 {
		t.Errorf("%d rows were added", n)
	}
	// The same draft once more.
	for i, err := range errs {
		if err == nil {
			if _, err := s.web.Publish(t.Context(), s.sam, ids[i], Publishing{Version: versions[i]}); models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "as version 1") {
				t.Errorf("published again: %v", err)
			}
		}
	}
}

func TestWhatMayNotBePublishedIsRefusedWithAnExample(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	empty := s.draft("empty")
	two := s.draft("two holders")
	in := toLA("2026-04-01")
	in.EndOthers = false
	s.add(two, Give, in)
	closed := s.draft("closed later")
	s.add(closed, Give, toLA("2026-04-01"))
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set closed_at = now() where code = 'ca-san-diego'").Error
	})
	for _, c := range []struct {
		draft uuid.UUID
		want  string
	}{{empty, "changes nothing yet"}, {two, "on 2026-04-01"}} {
		sheet := s.sheet(c.draft)
		_, err := s.web.Publish(t.Context(), s.sam, c.draft, Publishing{Version: sheet.Draft.Version})
		if !strings.Contains(models.FieldsOf(err)["draft"], c.want) {
			t.Errorf("%s: %v", sheet.Draft.Name, err)
		}
	}
	if sheet := s.sheet(two); len(sheet.Findings) != 1 || sheet.Findings[0].Day != "2026-04-01" || sheet.Findings[0].Area != "Santa Clara County, California" {
		t.Errorf("findings %+v", sheet.Findings)
	}
	// Time passes: what was to begin today would now change yesterday.
	late := s.draft("late")
	s.add(late, Give, toLA(today))
	s.Clock.Advance(24 * time.Hour)
	sheet := s.sheet(late)
	if _, err := s.web.Publish(t.Context(), s.sam, late, Publishing{Version: sheet.Draft.Version}); !strings.Contains(models.FieldsOf(err)["draft"], "no reason is given") {
		t.Errorf("a draft that has become retroactive: %v", err)
	}
	if err := s.web.Describe(t.Context(), s.sam, late, DraftInput{Name: "late", PastWhy: "agreed last week", Version: sheet.Draft.Version}); err != nil {
		t.Fatal(err)
	}
	s.publish(late)
	if n := s.count("select count(*) from territory_versions where past_why = 'agreed last week'"); n != 1 {
		t.Error("the version does not say why it changes the past")
	}
}

// Each deed as nobody, an agency, an analyst, the supervisor, and of no such draft.
func TestOnlyTheDesksSupervisorsChangeTerritory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.draft("mine")
	s.add(d, Give, toLA("2026-04-01"))
	sheet := s.sheet(d)
	change, v := sheet.Changes[0].ID, sheet.Draft.Version
	ctx := t.Context()
	deeds := map[string]func(a auth.Actor, id uuid.UUID) error{
		"add": func(a auth.Actor, id uuid.UUID) error { return s.web.Add(ctx, a, id, Give, toLA("2026-05-01")) },
		"load": func(a auth.Actor, id uuid.UUID) error {
			_, err := s.web.Load(ctx, a, id, strings.NewReader(oneRow), Input{FirstDay: "2026-05-01"})
			return err
		},
		"take out": func(a auth.Actor, id uuid.UUID) error { return s.web.TakeOut(ctx, a, id, change, v) },
		"describe": func(a auth.Actor, id uuid.UUID) error {
			return s.web.Describe(ctx, a, id, DraftInput{Name: "x", Version: v})
		},
		"drop": func(a auth.Actor, id uuid.UUID) error { return s.web.Drop(ctx, a, id, v) },
		"preview": func(a auth.Actor, id uuid.UUID) error {
			_, _, err := s.web.Preview(ctx, a, id, TrialInput{})
			return err
		},
		"publish": func(a auth.Actor, id uuid.UUID) error {
			_, err := s.web.Publish(ctx, a, id, Publishing{Version: v})
			return err
		},
	}
	for name, deed := range deeds {
		for who, a := range map[string]auth.Actor{"nobody": {}, "an agency": s.dana, "an analyst": s.avery} {
			if err := deed(a, d); models.KindOf(err) != models.Forbidden {
				t.Errorf("%s by %s: %v", name, who, err)
			}
		}
		if err := deed(s.sam, store.NewID()); models.KindOf(err) != models.NotFound {
			t.Errorf("%s of no such draft: %v", name, err)
		}
	}
	if after := s.sheet(d); after.Draft.Version != v || len(after.Changes) != 2 || s.count("select count(*) from territory_versions") != 0 {
		t.Errorf("something was done: %+v", after.Draft)
	}
	if _, err := s.web.Begin(ctx, s.avery, DraftInput{Name: "x"}); models.KindOf(err) != models.Forbidden {
		t.Errorf("an analyst began a draft: %v", err)
	}
	for who, a := range map[string]auth.Actor{"nobody": {}, "an agency": s.dana} {
		if _, err := s.web.Overview(ctx, a, Query{}); models.KindOf(err) != models.Forbidden {
			t.Errorf("the overview by %s: %v", who, err)
		}
		if _, err := s.web.Learnt(ctx, a, 0); models.KindOf(err) != models.Forbidden {
			t.Errorf("the signals by %s: %v", who, err)
		}
		if _, err := s.web.OpenElsewhere(ctx, a, "", ""); models.KindOf(err) != models.Forbidden {
			t.Errorf("the misplaced by %s: %v", who, err)
		}
	}
	if _, err := s.web.Sheet(ctx, s.avery, d); err != nil {
		t.Errorf("an analyst may read a draft: %v", err)
	}
	if n := s.count("select count(*) from audit_events where refused and action like 'territory.%'"); n < 14 {
		t.Errorf("%d refusals are on record", n)
	}
	// The database keeps agencies out too, and the web from rewriting a row.
	err := s.Web.As(ctx, s.dana, func(tx *store.Tx) error { return tx.Exec("update territories set valid_to = now()").Error })
	if n := s.count("select count(*) from territories where valid_to is not null"); n != 0 {
		t.Errorf("an agency ended %d rows (%v)", n, err)
	}
	if err := s.Web.As(ctx, s.sam, func(tx *store.Tx) error { return tx.Exec("update territories set agency_id = agency_id").Error }); err == nil {
		t.Error("the web rewrote rows")
	}
}

const oneRow = "code,name,kind,country,state,county,valid_from,valid_to,certainty,source\nny-new-york-city,x,task-force,US,NY,Queens,,,high,test\n"

func TestAPublishedDraftDoesNotChange(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.draft("done")
	s.add(d, Give, toLA("2026-04-01"))
	c := s.sheet(d).Changes[0]
	s.publish(d)
	if err := s.web.TakeOut(t.Context(), s.sam, d, c.ID, 0); models.KindOf(err) != models.Conflict {
		t.Errorf("taking out of a published draft: %v", err)
	}
	var n int64
	err := s.Web.As(t.Context(), s.sam, func(tx *store.Tx) error {
		res := tx.Where("id = ?", c.ID).Delete(&Change{})
		n = res.RowsAffected
		return res.Error
	})
	if err != nil || n != 0 {
		t.Errorf("the database let %d changes of a version go (%v)", n, err)
	}
}
