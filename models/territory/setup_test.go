package territory

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/storetest"
	"reeve/models/triage"
)

// site has the territory of California, New York, Canada and the pools.
type site struct {
	*storetest.DB
	t        *testing.T
	web      *Service
	triage   *triage.Service // the worker's, the same throughout
	provider models.Provider
	agency   map[string]models.Agency
	avery    auth.Actor // analyst
	sam      auth.Actor // desk supervisor
	dana     auth.Actor // of ca-silicon-valley
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := storetest.New(t)
	s := &site{DB: d, t: t, web: New(d.Web, nil), triage: triage.New(d.Work, nil), provider: d.Provider(t, "Example Chat"), agency: map[string]models.Agency{}}
	d.Setup(t, func(tx *store.Tx) error {
		for _, row := range routing.DefaultTerritory() {
			if row.State != "CA" && row.State != "NY" && row.Country != "CA" && !routing.IsPool(row.Code) {
				continue
			}
			a, there := s.agency[row.Code]
			if !there {
				a = models.Agency{ID: store.NewID(), Code: row.Code, Name: row.Name, Kind: models.KindAgency, Zone: "UTC", Band: "steel", CreatedAt: tx.Now}
				if routing.IsPool(row.Code) {
					a.Kind = models.KindPool
				}
				if err := tx.Create(&a).Error; err != nil {
					return err
				}
				s.agency[row.Code] = a
			}
			r := models.Territory{ID: store.NewID(), AgencyID: a.ID, Country: row.Country, State: row.State, County: row.County, Lead: row.Lead,
				HolderKind: row.Kind, Basis: row.Basis, Certainty: string(row.Certainty), CertaintyNote: row.CertaintyNote, Source: row.Source}
			if err := tx.Create(&r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	house := d.Clearinghouse(t)
	s.avery, s.sam = d.Person(t, house, "Avery", auth.Analyst), d.Person(t, house, "Sam", auth.Analyst, auth.DeskSupervisor)
	s.dana = d.Person(t, s.agency["ca-silicon-valley"], "Dana", auth.Investigator, auth.Supervisor)
	return s
}

var sanJose = models.ReportedAddress{Type: "Home", Street: "1 Example Street", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}

// report makes a finished report whose subject lives at the address, and routes it.
func (s *site) report(addr models.ReportedAddress) models.Report {
	s.t.Helper()
	r := s.Report(s.t, s.provider, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{addr}
	})
	s.route(r, 1)
	return r
}

func (s *site) route(r models.Report, round int16) {
	s.t.Helper()
	if err := s.triage.Route(s.t.Context(), r.ID, round); err != nil {
		s.t.Fatal(err)
	}
}

// holder answers the code of the one agency that has the report open.
func (s *site) holder(r models.Report) string {
	s.t.Helper()
	var codes []string
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select a.code from referrals f join agencies a on a.id = f.agency_id where f.report_id = ? and f.open", r.ID).Scan(&codes).Error
	})
	if len(codes) != 1 {
		s.t.Fatalf("report %d is held by %v", r.Number, codes)
	}
	return codes[0]
}

func (s *site) count(query string, args ...any) (n int) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Raw(query, args...).Row().Scan(&n) })
	return n
}

// draft begins a draft.
func (s *site) draft(name string) uuid.UUID {
	s.t.Helper()
	id, err := s.web.Begin(s.t.Context(), s.sam, DraftInput{Name: name})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *site) sheet(id uuid.UUID) *Sheet {
	s.t.Helper()
	sheet, err := s.web.Sheet(s.t.Context(), s.sam, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return sheet
}

func (s *site) add(id uuid.UUID, d Deed, in Input) {
	s.t.Helper()
	in.Version = s.sheet(id).Draft.Version
	if err := s.web.Add(s.t.Context(), s.sam, id, d, in); err != nil {
		s.t.Fatalf("%v (%v)", err, models.FieldsOf(err))
	}
}

func (s *site) publish(id uuid.UUID) int {
	s.t.Helper()
	sheet := s.sheet(id)
	n, err := s.web.Publish(s.t.Context(), s.sam, id, Publishing{Note: "agreed", Version: sheet.Draft.Version, Head: sheet.Head})
	if err != nil {
		s.t.Fatalf("%v (%v)", err, models.FieldsOf(err))
	}
	return n
}

// row finds the row that holds a county today.
func (s *site) row(state, county string) Row {
	s.t.Helper()
	a, err := s.web.WhoHolds(s.t.Context(), s.sam, Asked{State: state, County: county})
	if err != nil || !a.Held {
		s.t.Fatalf("%s in %s: %+v (%v)", county, state, a, err)
	}
	return a.Row
}

// toLA gives Santa Clara to Los Angeles from a day.
func toLA(from string) Input {
	return Input{AgencyCode: "ca-los-angeles", Country: "US", State: "CA", County: "Santa Clara", FirstDay: from, Certainty: "high", Source: "agreement of the two", EndOthers: true}
}

var today = storetest.Start.Format("2006-01-02")
