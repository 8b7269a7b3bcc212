package agencies_test

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/models/store"
	"reeve/models/storetest"
)

// scene is a hub with two units, one of which has a unit itself, another agency, a
// pool and the clearinghouse; each with an admin named like it.
type scene struct {
	db  *storetest.DB
	svc *agencies.Service
	by  map[string]models.Agency
	who map[string]auth.Actor
}

func setup(t *testing.T) *scene {
	t.Helper()
	s := &scene{db: storetest.New(t), by: map[string]models.Agency{}, who: map[string]auth.Actor{}}
	s.svc = agencies.New(s.db.Web)
	for _, a := range []struct{ code, parent string }{{"hub", ""}, {"unit", "hub"}, {"post", "unit"}, {"sister", "hub"}, {"other", ""}} {
		g := s.db.Agency(t, a.code)
		if a.parent != "" {
			s.under(t, a.code, g.ID, s.by[a.parent].ID)
		}
		s.by[a.code] = s.read(t, a.code)
		s.who[a.code] = s.db.Person(t, g, "Admin", auth.AgencyAdmin)
	}
	s.by["clearinghouse"], s.by["pool"] = s.db.Clearinghouse(t), s.db.Pool(t, "pool")
	s.who["clearinghouse"] = s.db.Person(t, s.by["clearinghouse"], "Sam", auth.ClearinghouseAdmin)
	s.who["desk"] = s.db.Person(t, s.by["clearinghouse"], "Desk", auth.DeskSupervisor)
	s.who["investigator"] = s.db.Person(t, s.by["hub"], "Dana", auth.Investigator)
	return s
}

func (s *scene) under(t *testing.T, code string, id, parent uuid.UUID) {
	t.Helper()
	s.db.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set parent_id = ? where id = ?", parent, id).Error
	})
}

// read is an agency as it stands in the database.
func (s *scene) read(t *testing.T, code string) models.Agency {
	t.Helper()
	var g models.Agency
	s.db.Setup(t, func(tx *store.Tx) error { return tx.Where("code = ?", code).Take(&g).Error })
	return g
}

// lines answers the audit lines of an action, in their order.
func (s *scene) lines(t *testing.T, action string) []models.AuditEvent {
	t.Helper()
	var list []models.AuditEvent
	s.db.Setup(t, func(tx *store.Tx) error { return tx.Where("action = ?", action).Order("id").Find(&list).Error })
	return list
}

func wantKind(t *testing.T, what string, err error, want models.Kind) {
	t.Helper()
	if err == nil || models.KindOf(err) != want {
		t.Errorf("%s: got %v (kind %d), want kind %d", what, err, models.KindOf(err), want)
	}
}

func noError(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func n(i int16) *int16 { return &i }

// as is the agency's settings as a form that nobody touched would send them.
func as(g models.Agency) agencies.Input {
	return agencies.Input{Name: g.Name, ContactName: g.ContactName, ContactEmail: g.ContactEmail, ContactPhone: g.ContactPhone, Zone: g.Zone, Band: g.Band, ORI: g.ORI,
		IdleMinutes: g.IdleMinutes, AbsoluteHours: g.AbsoluteHours, Version: g.Version}
}
