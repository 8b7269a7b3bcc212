package labelling_test

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/labelling"
	"reeve/models/store"
	"reeve/models/storetest"
)

// site is two agencies that hold one report with two files, a third that does not, and
// the clearinghouse.
type site struct {
	*storetest.DB
	t                                      *testing.T
	house, bay, boroughs, north            models.Agency
	avery, alex, sam, dana, lee, jul, reed auth.Actor
	rep                                    models.Report
	files                                  []models.File
	*labelling.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	d := storetest.New(t)
	s := &site{DB: d, t: t, house: d.Clearinghouse(t), bay: d.Agency(t, "bay"), boroughs: d.Agency(t, "boroughs"), north: d.Agency(t, "north"), Service: labelling.New(d.Web)}
	s.avery, s.alex = d.Person(t, s.house, "Avery", auth.Analyst), d.Person(t, s.house, "Alex", auth.Analyst)
	s.sam = d.Person(t, s.house, "Sam", auth.Analyst, auth.DeskSupervisor)
	s.dana, s.reed = d.Person(t, s.bay, "Dana", auth.Investigator), d.Person(t, s.bay, "Reed", auth.ReadOnly)
	s.lee, s.jul = d.Person(t, s.boroughs, "Lee", auth.Investigator), d.Person(t, s.north, "Jules", auth.Investigator)
	provider := d.Provider(t, "Example Chat")
	s.rep = d.Report(t, provider, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.FilesTotal, r.FilesLocked = 2, 2
		r.Reported.Incident.Annotations = []string{"sextortion"}
	})
	for _, name := range []string{"a", "b"} {
		id := store.NewID()
		s.files = append(s.files, models.File{ID: id, PublicID: "a" + id.String()[:8] + id.String()[9:13] + id.String()[14:18] + id.String()[19:23] + id.String()[24:35], ReportID: s.rep.ID, ProviderID: &provider.ID,
			Name: name + ".png", Size: 5, MD5: id[:], SHA1: id[:], SHA256: id[:], StorageKey: id.String(), ReceivedAt: d.Clock.Now()})
	}
	s.files[0].Reported = &models.ReportedFile{IndustryClass: "A2", Annotations: []string{"generativeAi", "viral", "physicalHarm"}}
	d.Setup(t, func(tx *store.Tx) error { return tx.Create(&s.files).Error })
	d.Refer(t, s.rep, s.bay)
	d.Refer(t, s.rep, s.boroughs)
	return s
}

// labels answers every label of the report, in the order in which they were set.
func (s *site) labels() (out []models.Label) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("report_id = ?", s.rep.ID).Order("id").Find(&out).Error })
	return out
}

// label answers the only label of the scheme.
func (s *site) label(scheme string) (out models.Label) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Where("report_id = ? and scheme = ? and removed_at is null", s.rep.ID, scheme).Take(&out).Error
	})
	return out
}

func (s *site) set(a auth.Actor, in labelling.Input) *labelling.Done {
	s.t.Helper()
	done, err := s.Service.Set(s.t.Context(), a, s.rep.Number, in)
	if err != nil {
		s.t.Fatalf("%s sets %+v: %v", a.Name, in, err)
	}
	return done
}

func (s *site) deed(l models.Label, why string) labelling.Deed {
	return labelling.Deed{Label: l.ID, Why: why, Version: l.Version}
}

func (s *site) want(what string, err error, kind models.Kind) {
	s.t.Helper()
	if models.KindOf(err) != kind || err == nil {
		s.t.Errorf("%s: %v, want kind %d", what, err, kind)
	}
}

func (s *site) jobs(kind string) (n int) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from river_job where kind = ?", kind).Row().Scan(&n)
	})
	return n
}

// lines counts the audit lines of an action that the agency may read.
func (s *site) lines(a auth.Actor, action string) (n int) {
	s.t.Helper()
	err := s.Web.As(s.t.Context(), a, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = ? and not refused", action).Row().Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *site) ids() []uuid.UUID { return []uuid.UUID{s.files[0].ID, s.files[1].ID} }
