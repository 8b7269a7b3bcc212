package people_test

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
	"reeve/models/store"
	"reeve/models/storetest"
)

// office is an agency with admins, a commander and investigators, an agency below
// it, one beside it and the clearinghouse.
type office struct {
	*storetest.DB
	people                       *people.Service
	bay, below, beside, clearing models.Agency
	noor                         auth.Actor // bay: admin and supervisor
	ines, sup, dana              auth.Actor // bay: admin, supervisor, investigator
	robin                        auth.Actor // admin below
	kit                          auth.Actor // admin beside
	sam, avery                   auth.Actor // the clearinghouse's admin, and an analyst
}

func newOffice(t testing.TB) *office {
	t.Helper()
	d := storetest.New(t)
	o := &office{DB: d, people: people.New(d.Web), bay: d.Agency(t, "bay"), below: d.Agency(t, "below"), beside: d.Agency(t, "beside"), clearing: d.Clearinghouse(t)}
	o.noor, o.ines = d.Person(t, o.bay, "Noor", auth.Supervisor, auth.AgencyAdmin), d.Person(t, o.bay, "Ines", auth.AgencyAdmin)
	o.sup, o.dana = d.Person(t, o.bay, "Sup", auth.Supervisor), d.Person(t, o.bay, "Dana", auth.Investigator)
	o.kit, o.robin = d.Person(t, o.beside, "Kit", auth.AgencyAdmin), d.Person(t, o.below, "Robin", auth.AgencyAdmin)
	o.sam, o.avery = d.Person(t, o.clearing, "Sam", auth.ClearinghouseAdmin), d.Person(t, o.clearing, "Avery", auth.Analyst)
	d.Setup(t, func(tx *store.Tx) error {
		if err := tx.Exec("update agencies set parent_id = ? where id = ?", o.bay.ID, o.below.ID).Error; err != nil {
			return err
		}
		if err := tx.Exec("update users set approved_at = created_at, last_sign_in_at = created_at").Error; err != nil {
			return err
		}
		return tx.Exec("insert into issuer_domains (domain, issuer_id) select a.code || '.example', i.id from issuers i join agencies a on a.id = i.agency_id").Error
	})
	return o
}

// user reads an account as it stands.
func (o *office) user(t testing.TB, id uuid.UUID) (u models.User) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error { u = models.User{}; return tx.Where("id = ?", id).Take(&u).Error })
	return u
}

// exec runs a statement as the console.
func (o *office) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error { return tx.Exec(sql, args...).Error })
}

func (o *office) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error { return tx.Raw(query, args...).Row().Scan(&n) })
	return n
}

// last is the newest line of the audit log.
func (o *office) last(t testing.TB) (e models.AuditEvent) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error { e = models.AuditEvent{}; return tx.Order("id desc").Take(&e).Error })
	return e
}

// working refers n reports to the agency and gives them to the person.
func (o *office) working(t testing.TB, a models.Agency, who auth.Actor, n int, state models.ReferralState) {
	t.Helper()
	p := o.Provider(t, "Example Chat "+uuid.NewString())
	for range n {
		r := o.Refer(t, o.Report(t, p, "someone@mail.example", nil), a)
		o.exec(t, "update referrals set state = ?, assignee_id = ?, assignee = ? where id = ?", state, who.UserID, who.Name, r.ID)
	}
}

func target(a auth.Actor) people.Target { return people.Target{ID: a.UserID} }

func kind(err error) models.Kind { return models.KindOf(err) }
