package territory

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
)

// The database names a signal as the rules do, for every kind, event and detail.
func TestTheDatabaseNamesSignalsAsTheRulesDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	kinds := []routing.Kind{routing.AgencyFinding, routing.PostalAddress, routing.EstimatedLocation, routing.IncidentPlace, routing.Coordinates, routing.FileGeotag, routing.IPAddress, routing.Phone, routing.EmailDomain, routing.School}
	keys := map[string]bool{}
	for _, w := range routing.DefaultRules().WeightRows() {
		keys[w.Key] = false
	}
	n := 0
	s.Setup(t, func(tx *store.Tx) error {
		for _, kind := range kinds {
			for _, event := range []string{"", "Upload", "Purchase", "Login", "Registration", "Unknown"} {
				for _, detail := range []string{"", "full", "part", "state", "guessed", "file", "peer"} {
					for _, verified := range []models.Truth{models.NotStated, models.Yes, models.No} {
						for _, as := range []routing.Signal{{}, {Proxy: models.Yes, Network: "mobile"}, {Network: "hosting"}, {Compromised: models.Yes}, {Compromised: models.No, Proxy: models.No}} {
							as.Kind, as.Event, as.Detail, as.Verified = kind, event, detail, verified
							text, err := json.Marshal(as)
							if err != nil {
								return err
							}
							var got string
							if err := tx.Raw("select signal_key(?::jsonb)", string(text)).Row().Scan(&got); err != nil {
								return err
							}
							if got != as.Key() {
								t.Errorf("%s: the database says %q, the rules %q", text, got, as.Key())
							}
							keys[got] = true
							n++
						}
					}
				}
			}
		}
		return nil
	})
	for key, met := range keys {
		if !met {
			t.Errorf("no signal here has the key %s of the table of weights", key)
		}
	}
	if n < 3000 {
		t.Errorf("only %d signals were compared", n)
	}
}

// hits answers the counts of one signal.
func (s *site) hits(key string) Hits {
	s.t.Helper()
	all, err := s.web.Learnt(s.t.Context(), s.avery, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, l := range all.Lines {
		if l.Key == key {
			return l.Hits
		}
	}
	return Hits{}
}

func TestReturnsAndOutcomesMoveTheCountsOfTheSignalThatDecided(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const key = "postal-address/full"
	out := outcome.New(s.Web, names.New(s.Web))
	worker := outcome.New(s.Work, names.New(s.Work))
	a, b := s.report(sanJose), s.report(sanJose)
	want := func(what string, decisive, returned, confirmed int64) {
		t.Helper()
		h := s.hits(key)
		if h.Decisive != decisive || h.Returned != returned || h.Confirmed != confirmed || h.Claimed < 900*h.Judged() || h.Judged() == 0 && h.Claimed != 0 {
			t.Errorf("%s: %+v, want %d, %d returned, %d confirmed", what, h, decisive, returned, confirmed)
		}
	}
	want("routed", 2, 0, 0)
	rec, err := out.Record(t.Context(), s.dana, a.Number, outcome.Input{Code: "open.investigating"})
	if err != nil {
		t.Fatal(err)
	}
	want("an outcome", 2, 0, 1)
	if _, err := worker.Fold(t.Context()); err != nil { // the board's, which is another
		t.Fatal(err)
	}
	if n, err := New(s.Work, nil).Fold(t.Context()); err != nil || n != 3 {
		t.Errorf("folded %d changes (%v), want 3", n, err)
	}
	want("folded", 2, 0, 1)
	if err := out.Undo(t.Context(), s.dana, a.Number, rec.OutcomeID); err != nil {
		t.Fatal(err)
	}
	want("undone", 2, 0, 0)
	if _, err := out.Return(t.Context(), s.dana, b.Number, outcome.ReturnInput{SendNow: true, RightPlace: "another county"}); err != nil {
		t.Fatal(err)
	}
	want("being returned", 2, 0, 0)
	var id uuid.UUID
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select id from referrals where report_id = ? and state = 'returning'", b.ID).Row().Scan(&id)
	})
	if err := worker.SendReturn(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	want("returned", 2, 1, 0)
	s.route(b, 2) // to a pool, which no signal decides
	want("routed again", 2, 1, 0)
	if _, err := out.Record(t.Context(), s.dana, a.Number, outcome.Input{Code: "closed.arrest"}); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Record(t.Context(), s.dana, a.Number, outcome.Input{Code: "closed.victim_identified"}); err != nil {
		t.Fatal(err)
	}
	want("confirmed twice counts once", 2, 1, 1)

	sheet, err := s.web.Signal(t.Context(), s.avery, key, "")
	if err != nil || len(sheet.Months) != 1 || len(sheet.Returned) != 1 || sheet.Returned[0].Number != b.Number || !strings.Contains(sheet.Returned[0].Why, "another county") {
		t.Fatalf("the sheet says %+v (%v)", sheet, err)
	}
	if !sheet.Proposed || !sheet.Proposal.Few || sheet.Proposal.Proposed.County >= sheet.Proposal.Now.County {
		t.Errorf("proposed is %+v", sheet.Proposal)
	}
	if _, err := s.web.Signal(t.Context(), s.avery, "nothing/such", ""); models.KindOf(err) != models.NotFound {
		t.Errorf("no such signal: %v", err)
	}
	if all, err := s.web.Learnt(t.Context(), s.avery, 1); err != nil || all.Unfolded == 0 || all.Sum.Decisive != 2 {
		t.Errorf("of this month: %+v (%v)", all, err)
	}
	// What the catch-up of the migration counts is what was counted on the way.
	if n := s.count(`select count(*) from (select date_trunc('month', referred_at)::date, signal, count(*)::numeric,
			count(*) filter (where signal_verdict(state, outcome) = 'returned')::numeric, count(*) filter (where signal_verdict(state, outcome) = 'confirmed')::numeric,
			coalesce(sum(round(confidence::numeric * 1000)) filter (where signal_verdict(state, outcome) <> ''), 0)
		  from referrals where signal <> '' group by 1, 2
		except select month, signal, sum(decisive), sum(returned), sum(confirmed), sum(claimed)
		  from (select month, signal, decisive, returned, confirmed, claimed from signal_cells union all select month, signal, decisive, returned, confirmed, claimed from signal_changes) x group by 1, 2) d`); n != 0 {
		t.Errorf("%d counts differ from what the referrals say", n)
	}
}

// A referral by hand counts when the decision names the agency, and not else.
func TestAReferralByHandCountsForTheSignalThatSpokeForIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.report(models.ReportedAddress{Country: "US"})
	err := s.Web.As(t.Context(), s.avery, func(tx *store.Tx) error {
		_, err := referral.Refer(tx, &r, referral.New{AgencyID: s.agency["ny-new-york-city"].ID, Capacity: "unknown", Basis: "person", Hop: 1, Confidence: 1, Why: "by hand"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.count("select count(*) from referrals where signal <> ''"); n != 0 || s.count("select count(*) from signal_changes") != 0 {
		t.Errorf("%d referrals have a signal that decided", n)
	}
	if err := s.Web.As(t.Context(), s.dana, func(tx *store.Tx) error {
		return tx.Exec("insert into signal_changes (agency_id, month, signal, decisive, returned, confirmed, claimed) values (?, now(), 'x', 1, 0, 0, 0)", s.agency["ca-los-angeles"].ID).Error
	}); err == nil {
		t.Error("an agency counted in another's name")
	}
	if got := s.hits("x"); got.Decisive != 0 {
		t.Error("it stayed")
	}
}

func TestAnotherWeightIsTriedAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.report(sanJose)
	ctx := t.Context()
	try := func(a auth.Actor, in WeightInput) (*WeightTrial, error) { return s.web.TryWeight(ctx, a, in) }
	// A complete address may weigh as little as a part of one, and no less.
	row := func(key string) WeightInput {
		for _, w := range routing.DefaultRules().WeightRows() {
			if w.Key == key {
				return WeightInput{Key: "postal-address/full", Country: fmt.Sprint(w.Country), State: fmt.Sprint(w.State), County: fmt.Sprint(w.County)}
			}
		}
		t.Fatalf("the rules have no row %s", key)
		return WeightInput{}
	}
	got, err := try(s.sam, row("postal-address/part"))
	if err != nil || got.Trial.Reports != 1 || got.Trial.LessSure != 1 || len(got.Trial.Rows) != 1 || got.Trial.Rows[0].Number != r.Number || got.Trial.Rows[0].After.Confidence >= got.Trial.Rows[0].Before.Confidence {
		t.Fatalf("a lower weight: %+v (%v)", got, err)
	}
	if same, err := try(s.sam, row("postal-address/full")); err != nil || same.Trial.Same != 1 {
		t.Errorf("the same weight: %+v (%v)", same, err)
	}
	for name, c := range map[string]struct {
		in    WeightInput
		field string
	}{
		"no number":      {WeightInput{Key: "ip/Login", Country: "much", State: "0", County: "0"}, "country"},
		"too much":       {WeightInput{Key: "ip/Login", Country: "0.9", State: "1", County: "0.5"}, "state"},
		"against order":  {WeightInput{Key: "ip/Login", Country: "0.95", State: "0.95", County: "0.95"}, "weight"},
		"too many tried": {WeightInput{Key: "ip/Login", Country: "0.8", State: "0.7", County: "0.6", Trial: TrialInput{Reports: 2001}}, "reports"},
	} {
		if _, err := try(s.sam, c.in); models.FieldsOf(err)[c.field] == "" {
			t.Errorf("%s: %v %v", name, err, models.FieldsOf(err))
		}
	}
	for who, a := range map[string]auth.Actor{"nobody": {}, "an agency": s.dana, "an analyst": s.avery} {
		if _, err := try(a, WeightInput{Key: "ip/Login"}); models.KindOf(err) != models.Forbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	if _, err := try(s.sam, WeightInput{Key: "ip/Upload+mobile"}); models.KindOf(err) != models.NotFound {
		t.Errorf("what a factor lowers: %v", err)
	}
	if n := s.count("select count(*) from rule_versions"); n != 0 {
		t.Errorf("%d rules were made", n)
	}
}
