package pools_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/pools"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
)

var ohio = pools.Found{Whose: "subject", Country: "US", State: "Ohio", How: "Subscriber's address, by the carrier's answer of 3 May."}

func TestWhatWasFoundOutMovesAReportFromItsPool(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.lost(0)
	ctx := t.Context()
	if _, there := s.at(r)[unknown]; !there {
		t.Fatalf("the report lies at %v, want the pool", s.at(r))
	}
	s.refused("nobody", s.svc.Find(ctx, auth.Actor{}, r.Number, ohio), models.Forbidden)
	s.refused("an agency", s.svc.Find(ctx, s.dana, r.Number, ohio), models.Forbidden)
	s.refused("no such report", s.svc.Find(ctx, s.avery, 9, ohio), models.NotFound)
	if list, err := s.svc.Findings(ctx, s.avery, r.Number); err != nil || len(list) != 0 {
		t.Fatalf("after nothing but refusals: %+v (%v)", list, err)
	}
	if err := s.svc.Find(ctx, s.avery, r.Number, ohio); err != nil {
		t.Fatal(err)
	}
	s.route(r, 2)
	got := s.at(r)
	if f := got[unknown]; f.State != models.ReferralClosed {
		t.Errorf("in the pool: %s, want closed", f.State)
	}
	f, ok := got["oh-ohio"]
	if !ok || f.Basis != "person" || f.Confidence < 0.9 {
		t.Fatalf("it lies at %v, want Ohio, because a person said so", got)
	}
	var d models.RoutingDecision
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("report_id = ? and round = 2", r.ID).Take(&d).Error })
	var decoded routing.Decision
	if err := json.Unmarshal(d.Decision, &decoded); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(decoded.Explain("oh-ohio"), " "); !strings.Contains(text, "established by Avery") || !strings.Contains(text, "carrier's answer") {
		t.Errorf("the agency reads %q, want who found it out and how", text)
	}

	// It was a namesake: without the finding there is no place again.
	list, err := s.svc.Findings(ctx, s.avery, r.Number)
	if err != nil || len(list) != 1 {
		t.Fatalf("findings %+v (%v)", list, err)
	}
	s.refused("an agency withdraws", s.svc.Withdraw(ctx, s.dana, r.Number, list[0].ID, "x"), models.Forbidden)
	s.refused("no reason", s.svc.Withdraw(ctx, s.avery, r.Number, list[0].ID, " "), models.Invalid)
	s.refused("no such finding", s.svc.Withdraw(ctx, s.avery, r.Number, uuid.New(), "x"), models.NotFound)
	other := s.lost(0)
	s.refused("another report's", s.svc.Withdraw(ctx, s.avery, other.Number, list[0].ID, "x"), models.NotFound)
	if err := s.svc.Withdraw(ctx, s.sam, r.Number, list[0].ID, "A namesake."); err != nil {
		t.Fatal(err)
	}
	s.refused("twice", s.svc.Withdraw(ctx, s.sam, r.Number, list[0].ID, "A namesake."), models.NotFound)
	if list, err = s.svc.Findings(ctx, s.avery, r.Number); err != nil || list[0].WithdrawnWhy != "A namesake." || list[0].WithdrawnByName != "Sam" {
		t.Errorf("withdrawn: %+v (%v)", list, err)
	}
}

// A report that two agencies returned lies in a pool for good, unless a person finds
// out where it belongs.
func TestAFindingBreaksTheCircleOfReturns(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.Report(t, s.provider, "circle@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{{Type: "Home", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}}
	})
	s.route(r, 1)
	round := int16(1)
	for _, code := range []string{"ca-silicon-valley", ""} {
		for at, f := range s.at(r) {
			if (code == "" || at == code) && f.State == models.ReferralNew && !routing.IsPool(at) {
				s.giveBack(f, "ca-los-angeles")
			}
		}
		round++
		s.route(r, round)
	}
	if f, ok := s.at(r)[routing.PoolReturned]; !ok || f.Hop != 3 {
		t.Fatalf("after two returns it lies at %v, want the pool of the third hop", s.at(r))
	}
	s.Clock.Advance(time.Minute)
	if err := s.svc.Find(t.Context(), s.avery, r.Number, ohio); err != nil {
		t.Fatal(err)
	}
	s.route(r, 4)
	got := s.at(r)
	if f := got["oh-ohio"]; f.Basis != "person" || got[routing.PoolReturned].State != models.ReferralClosed {
		t.Errorf("it lies at %v, want Ohio, and no longer in the pool", got)
	}
}

func (s *site) giveBack(f models.Referral, named string) {
	s.t.Helper()
	err := s.Work.As(s.t.Context(), auth.System(auth.ForRouting), func(tx *store.Tx) error {
		r, err := referral.LockByID(tx, f.ID)
		if err != nil {
			return err
		}
		to := s.agency[named].ID
		if err := referral.Do(tx, r, referral.Return, func(r *models.Referral) { r.ReturnAgencyID = &to }); err != nil {
			return err
		}
		return referral.Do(tx, r, referral.Send, nil)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAPlaceIsReadOrRefusedWithWhatComesNear(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.lost(0)
	for _, c := range []struct {
		name  string
		in    pools.Found
		field string // that is wrong; empty: it is read
		want  string // in the message, or the place
	}{
		{"a county", pools.Found{Whose: "subject", Country: "US", State: "CA", Where: "Santa Clara", How: "x"}, "", "Santa Clara County, California"},
		{"a county with its word, in capitals", pools.Found{Whose: "victim", Country: "us", State: "california", Where: "SANTA CLARA COUNTY", How: "x"}, "", "Santa Clara County, California"},
		{"a city", pools.Found{Whose: "unknown", Country: "US", State: "CA", Where: "San Jose", How: "x"}, "", "Santa Clara County, California"},
		{"a ZIP code", pools.Found{Whose: "subject", Country: "US", State: "CA", Where: "95113", How: "x"}, "", "Santa Clara County, California"},
		{"another country", pools.Found{Whose: "subject", Country: "CA", How: "x"}, "", "Canada"},
		{"a state alone", ohio, "", "Ohio"},
		{"nobody's place", pools.Found{Whose: "reporter", Country: "US", How: "x"}, "whose", "whose place"},
		{"no country", pools.Found{Whose: "subject", Country: "ZZ", How: "x"}, "country", "country"},
		{"no state", pools.Found{Whose: "subject", Country: "US", State: "Ohayo", How: "x"}, "state", "Ohayo"},
		{"a state elsewhere", pools.Found{Whose: "subject", Country: "CA", State: "Ohio", How: "x"}, "state", "Outside"},
		{"a county without its state", pools.Found{Whose: "subject", Country: "US", Where: "Franklin", How: "x"}, "state", "state too"},
		{"no such county", pools.Found{Whose: "subject", Country: "US", State: "OH", Where: "Frankln", How: "x"}, "where", "Did you mean Franklin County"},
		{"another state's ZIP code", pools.Found{Whose: "subject", Country: "US", State: "OH", Where: "95113", How: "x"}, "where", "lies in California"},
		{"a city in several counties", pools.Found{Whose: "subject", Country: "US", State: "NY", Where: "New York City", How: "x"}, "where", "Give the county"},
		{"no account of it", pools.Found{Whose: "subject", Country: "US", State: "OH", How: "  "}, "how", "how it was established"},
		{"a long account", pools.Found{Whose: "subject", Country: "US", State: "OH", How: strings.Repeat("é", pools.HowLimit+1)}, "how", "500"},
	} {
		err := s.svc.Find(t.Context(), s.avery, r.Number, c.in)
		if c.field != "" {
			if got := models.FieldsOf(err)[c.field]; !strings.Contains(got, c.want) {
				t.Errorf("%s: %v, want %q at %s", c.name, err, c.want, c.field)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		list, err := s.svc.Findings(t.Context(), s.avery, r.Number)
		if err != nil || pools.Place(&list[0]) != c.want {
			t.Errorf("%s: read as %q (%v), want %q", c.name, pools.Place(&list[0]), err, c.want)
		}
	}
}
