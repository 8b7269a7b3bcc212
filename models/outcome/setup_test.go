package outcome_test

import (
	"fmt"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/store"
	"reeve/models/storetest"
)

// scene is two agencies with people, a provider, and the services of the processes.
type scene struct {
	*storetest.DB
	web, work, console   *outcome.Service
	bay, boroughs, house models.Agency
	dana, drew, pat      auth.Actor // investigators and a prosecutor at bay
	lee                  auth.Actor // investigator at boroughs
	sam, avery           auth.Actor // supervisor and analyst at the clearinghouse
	provider, mail       models.Provider
}

func setUp(t testing.TB) *scene {
	t.Helper()
	d := storetest.New(t)
	s := &scene{DB: d, web: outcome.New(d.Web, names.New(d.Web)), work: outcome.New(d.Work, names.New(d.Work)), console: outcome.New(d.Owner, names.New(d.Owner))}
	s.bay, s.boroughs, s.house = d.Agency(t, "bay"), d.Agency(t, "boroughs"), d.Clearinghouse(t)
	s.dana, s.drew = d.Person(t, s.bay, "Dana", auth.Investigator), d.Person(t, s.bay, "Drew", auth.Supervisor)
	s.pat = d.Person(t, s.bay, "Pat", auth.ReadOnly)
	s.lee = d.Person(t, s.boroughs, "Lee", auth.Investigator)
	s.sam, s.avery = d.Person(t, s.house, "Sam", auth.DeskSupervisor), d.Person(t, s.house, "Avery", auth.Analyst)
	s.provider, s.mail = d.Provider(t, "Example Chat"), d.Provider(t, "Example Mail")
	return s
}

// referred makes a report at bay.
func (s *scene) referred(t testing.TB) models.Referral {
	t.Helper()
	return s.Refer(t, s.Report(t, s.provider, "a@mail.example", nil), s.bay)
}

// referral reads the referral as it is now.
func (s *scene) referral(t testing.TB, r models.Referral) models.Referral {
	t.Helper()
	var out models.Referral
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", r.ID).Take(&out).Error })
	return out
}

// set puts a referral into a state by hand.
func (s *scene) set(t testing.TB, r models.Referral, state models.ReferralState) models.Referral {
	t.Helper()
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Model(&models.Referral{}).Where("id = ?", r.ID).Update("state", state).Error
	})
	return s.referral(t, r)
}

// outcomes reads the referral's outcomes, oldest first.
func (s *scene) outcomes(t testing.TB, r models.Referral) []models.Outcome {
	t.Helper()
	var out []models.Outcome
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("referral_id = ?", r.ID).Order("id").Find(&out).Error })
	return out
}

// jobs answers kinds and arguments of the jobs in the queue, oldest first.
func (s *scene) jobs(t testing.TB, kind string) []string {
	t.Helper()
	var out []string
	s.Setup(t, func(tx *store.Tx) error {
		rows, err := tx.Raw("select args::text, scheduled_at from river_job where kind = ? order by id", kind).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var args string
			var at any
			if err := rows.Scan(&args, &at); err != nil {
				return err
			}
			out = append(out, args)
		}
		return rows.Err()
	})
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
		out = append(out, fmt.Sprintf("%s: %s%s", e.ActorName, e.Action, mark))
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
