package casefile_test

import (
	"bytes"
	"slices"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/names"
	"reeve/models/selector"
	"reeve/models/store"
	"reeve/models/storetest"
)

// scene is two agencies with people, a provider, and the service between them.
type scene struct {
	*storetest.DB
	svc                   *casefile.Service
	keys                  *selector.Keyer
	bay, boroughs, house  models.Agency
	dana, drew, noor, pat auth.Actor // investigators, an admin and a prosecutor at bay
	lee                   auth.Actor // investigator at boroughs
	avery                 auth.Actor // analyst at the clearinghouse
	provider              models.Provider
}

func setUp(t testing.TB) *scene {
	t.Helper()
	d := storetest.New(t)
	keys, err := selector.NewKeyer(1, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{DB: d, keys: keys, svc: casefile.New(d.Web, names.New(d.Web), keys)}
	s.bay, s.boroughs, s.house = d.Agency(t, "bay"), d.Agency(t, "boroughs"), d.Clearinghouse(t)
	s.dana, s.drew = d.Person(t, s.bay, "Dana", auth.Investigator), d.Person(t, s.bay, "Drew", auth.Supervisor)
	s.noor, s.pat = d.Person(t, s.bay, "Noor", auth.AgencyAdmin), d.Person(t, s.bay, "Pat", auth.ReadOnly)
	s.lee = d.Person(t, s.boroughs, "Lee", auth.Investigator)
	s.avery = d.Person(t, s.house, "Avery", auth.Analyst)
	s.provider = d.Provider(t, "Example Chat")
	return s
}

// referred makes a report at bay.
func (s *scene) referred(t testing.TB, email string, edit func(*models.Report, *[]models.Identifier)) models.Referral {
	t.Helper()
	return s.Refer(t, s.Report(t, s.provider, email, edit), s.bay)
}

// referral reads the referral as it is now.
func (s *scene) referral(t testing.TB, r models.Referral) models.Referral {
	t.Helper()
	var out models.Referral
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", r.ID).Take(&out).Error })
	return out
}

// lines answers the audit log's actions so far, refused ones with a mark, oldest first.
func (s *scene) lines(t testing.TB) []string {
	t.Helper()
	var events []models.AuditEvent
	s.Setup(t, func(tx *store.Tx) error { return tx.Order("id").Find(&events).Error })
	var out []string
	for _, e := range events {
		mark := ""
		if e.Refused {
			mark = " refused"
		}
		out = append(out, e.ActorName+": "+e.Action+mark)
	}
	return out
}

func wantKind(t testing.TB, what string, err error, want models.Kind) {
	t.Helper()
	if got := models.KindOf(err); err == nil || got != want {
		t.Errorf("%s: got %v (kind %d), want kind %d", what, err, got, want)
	}
}

func noError(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func numbersOf(p *casefile.InboxPage) []int64 {
	var out []int64
	for _, r := range p.Rows {
		out = append(out, r.Number)
	}
	return out
}

func sameSet(a, b []int64) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
