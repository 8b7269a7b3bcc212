package triage

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/storetest"
)

type site struct {
	*storetest.DB
	t        *testing.T
	provider models.Provider
	agency   map[string]models.Agency
	avery    auth.Actor
}

// newSite has the territory of three real rows, the pools, and a clearinghouse.
func newSite(t *testing.T) *site {
	t.Helper()
	d := storetest.New(t)
	s := &site{DB: d, t: t, provider: d.Provider(t, "Example Chat"), agency: map[string]models.Agency{}}
	for _, row := range routing.DefaultTerritory() {
		if _, ok := s.agency[row.Code]; !ok && (row.State == "CA" || row.State == "NY" || row.Country == "CA" || routing.IsPool(row.Code)) {
			if routing.IsPool(row.Code) {
				s.agency[row.Code] = d.Pool(t, row.Code)
			} else {
				s.agency[row.Code] = d.Agency(t, row.Code)
			}
		}
		if a, ok := s.agency[row.Code]; ok {
			d.Setup(t, func(tx *store.Tx) error {
				return tx.Create(&models.Territory{ID: store.NewID(), AgencyID: a.ID, Country: row.Country, State: row.State, County: row.County,
					HolderKind: row.Kind, Basis: row.Basis, Certainty: string(row.Certainty), Source: row.Source}).Error
			})
		}
	}
	s.avery = d.Person(t, d.Clearinghouse(t), "Avery", auth.Analyst)
	return s
}

// report makes a finished report whose subject lives at the address.
func (s *site) report(addr models.ReportedAddress) models.Report {
	s.t.Helper()
	return s.Report(s.t, s.provider, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{addr}
	})
}

func (s *site) route(r models.Report, round int16) {
	s.t.Helper()
	if err := New(s.Work, nil).Route(s.t.Context(), r.ID, round); err != nil {
		s.t.Fatal(err)
	}
}

// holders answers the codes of the agencies that have the report open.
func (s *site) holders(r models.Report) map[string]models.Referral {
	s.t.Helper()
	out := map[string]models.Referral{}
	s.Setup(s.t, func(tx *store.Tx) error {
		var rs []models.Referral
		if err := tx.Where("report_id = ? and open", r.ID).Find(&rs).Error; err != nil {
			return err
		}
		for _, f := range rs {
			for code, a := range s.agency {
				if a.ID == f.AgencyID {
					out[code] = f
				}
			}
		}
		return nil
	})
	return out
}

func (s *site) stored(r models.Report) (rep models.Report) {
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("id = ?", r.ID).Take(&rep).Error })
	return rep
}

var sanJose = models.ReportedAddress{Type: "Home", Street: "1 Example Street", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}

func TestAReportWithAnAddressGoesToItsTaskForceByRule(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.report(sanJose)
	s.route(r, 1)
	s.route(r, 1) // at-least-once delivery
	got := s.holders(r)
	if f, ok := got["ca-silicon-valley"]; len(got) != 1 || !ok || f.Basis != "rule" || f.Why == "" || f.Confidence < 0.9 {
		t.Fatalf("holders %+v, want Silicon Valley alone, by rule, with a reason", got)
	}
	if rep := s.stored(r); rep.Desk != models.DeskNone || rep.RoutingRound != 1 || len(rep.Assessment) == 0 {
		t.Errorf("report: desk %s, round %d, assessment %s", rep.Desk, rep.RoutingRound, rep.Assessment)
	}
}

func TestAReportWithoutAPlaceLiesInAPoolAndOnTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct {
		name, pool string
		addr       models.ReportedAddress
	}{
		{"nothing known", routing.PoolCountryUnknown, models.ReportedAddress{}},
		{"country alone", routing.PoolUSUnknown, models.ReportedAddress{Country: "US"}},
	} {
		r := s.report(c.addr)
		s.route(r, 1)
		if got := s.holders(r); len(got) != 1 || got[c.pool].Basis != "pool" {
			t.Errorf("%s: holders %v, want %s", c.name, got, c.pool)
		}
		if rep := s.stored(r); rep.Desk != models.DeskWaiting || rep.DeskWhy == "" {
			t.Errorf("%s: desk %s (%s), want waiting with a reason", c.name, rep.Desk, rep.DeskWhy)
		}
	}
	page, err := New(s.Web, nil).Queue(t.Context(), s.avery, DeskQuery{})
	if err != nil || page.Counts.Waiting != 2 || len(page.Rows) != 2 {
		t.Errorf("the desk shows %+v (%v), want two reports", page, err)
	}
}

func TestAReturnReroutesNeverBouncesBackAndTheThirdHopIsAPool(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.report(sanJose)
	s.route(r, 1)
	give := func(code, to string, round int16) {
		t.Helper()
		err := s.Work.As(t.Context(), auth.System(auth.ForRouting), func(tx *store.Tx) error {
			f, err := referral.LockByID(tx, s.holders(r)[code].ID)
			if err != nil {
				return err
			}
			if err := referral.Do(tx, f, referral.Return, func(f *models.Referral) {
				if a, ok := s.agency[to]; ok {
					f.ReturnAgencyID = &a.ID
				}
			}); err != nil {
				return err
			}
			return referral.Do(tx, f, referral.Send, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		s.route(r, round)
	}
	give("ca-silicon-valley", "ca-los-angeles", 2)
	if got := s.holders(r); len(got) != 1 || got["ca-los-angeles"].Basis != "person" {
		t.Fatalf("after the first return: %v, want the agency that was named", got)
	}
	give("ca-los-angeles", "ca-silicon-valley", 3)
	got := s.holders(r)
	if len(got) != 1 {
		t.Fatalf("after the second return: %v, want one pool", got)
	}
	for code, f := range got {
		if !routing.IsPool(code) || f.Hop != 3 {
			t.Errorf("the third hop went to %s (hop %d), want a pool", code, f.Hop)
		}
	}
}

func TestReferringByHand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.report(models.ReportedAddress{Country: "US"})
	s.route(r, 1)
	svc := New(s.Web, nil)
	in := Release{AgencyCodes: []string{"ny-new-york-city"}, Reason: "Subject named a borough"}
	dana := s.Person(t, s.agency["ca-silicon-valley"], "Dana", auth.Investigator)
	refused := func(who string, a auth.Actor, number int64, in Release, want models.Kind) {
		t.Helper()
		if err := svc.Refer(t.Context(), a, number, in); models.KindOf(err) != want {
			t.Errorf("%s: %v, want kind %d", who, err, want)
		}
		if _, there := s.holders(r)["ny-new-york-city"]; there {
			t.Fatalf("%s: the report was referred all the same", who)
		}
	}
	refused("nobody", auth.Actor{}, r.Number, in, models.Forbidden)
	refused("an agency", dana, r.Number, in, models.Forbidden)
	refused("no such report", s.avery, 999, in, models.NotFound)
	refused("no reason", s.avery, r.Number, Release{AgencyCodes: in.AgencyCodes}, models.Invalid)
	refused("no such agency", s.avery, r.Number, Release{AgencyCodes: []string{"nowhere"}, Reason: "x"}, models.Invalid)
	refused("an old form", s.avery, r.Number, Release{AgencyCodes: in.AgencyCodes, Reason: "x", Version: 1}, models.Conflict)
	if err := svc.Refer(t.Context(), s.avery, r.Number, in); err != nil {
		t.Fatal(err)
	}
	got := s.holders(r)
	if f, ok := got["ny-new-york-city"]; len(got) != 1 || !ok || f.Basis != "person" || f.Why != in.Reason {
		t.Errorf("holders %+v, want New York City alone with the analyst's reason", got)
	}
	if rep := s.stored(r); rep.Desk != models.DeskDone {
		t.Errorf("desk %s, want done", rep.Desk)
	}
	if err := svc.Refer(t.Context(), s.avery, r.Number, in); models.KindOf(err) != models.Invalid {
		t.Errorf("again: %v, want refused in words", err)
	}
}

func TestARouteOfNothingIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := New(s.Work, nil).Route(t.Context(), uuid.Must(uuid.NewV7()), 1); models.KindOf(err) != models.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

// What routing keeps of the directory must not outlive a change of it.
func TestARoutingAfterAChangeOfTerritorySeesTheChange(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	d.Agency(t, "bay")
	s := New(d.Work, nil)
	read := func() (got *directory) {
		t.Helper()
		err := d.Work.As(t.Context(), auth.System(auth.ForRouting), func(tx *store.Tx) (err error) {
			got, err = s.directory(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := read()
	if again := read(); again != first {
		t.Error("an unchanged directory was read anew")
	}
	d.Agency(t, "boroughs")
	if _, known := read().byCode["boroughs"]; !known {
		t.Error("an agency that was added is not known")
	}
}
