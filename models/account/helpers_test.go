package account_test

import (
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
	"reeve/models/storetest"
)

// office is an agency with two admins and an investigator, an agency below it and
// one beside it.
type office struct {
	*storetest.DB
	bay, below, beside, clearing models.Agency
	noor, ines, dana             auth.Actor // of bay: admin and supervisor, admin, investigator
	kit                          auth.Actor // admin beside
	robin                        auth.Actor // admin below
	sam                          auth.Actor // the clearinghouse's admin
}

func newOffice(t testing.TB) *office {
	t.Helper()
	d := storetest.New(t)
	o := &office{DB: d, bay: d.Agency(t, "bay"), below: d.Agency(t, "below"), beside: d.Agency(t, "beside"), clearing: d.Clearinghouse(t)}
	o.noor, o.ines = d.Person(t, o.bay, "Noor", auth.Supervisor, auth.AgencyAdmin), d.Person(t, o.bay, "Ines", auth.AgencyAdmin)
	o.dana = d.Person(t, o.bay, "Dana", auth.Investigator)
	o.kit, o.robin = d.Person(t, o.beside, "Kit", auth.AgencyAdmin), d.Person(t, o.below, "Robin", auth.AgencyAdmin)
	o.sam = d.Person(t, o.clearing, "Sam", auth.ClearinghouseAdmin)
	d.Setup(t, func(tx *store.Tx) error {
		if err := tx.Exec("update agencies set parent_id = ? where id = ?", o.bay.ID, o.below.ID).Error; err != nil {
			return err
		}
		return tx.Exec("insert into issuer_domains (domain, issuer_id) select a.code || '.example', i.id from issuers i join agencies a on a.id = i.agency_id").Error
	})
	return o
}

// as runs a step as the actor and answers its error.
func (o *office) as(t testing.TB, a auth.Actor, fn func(*store.Tx) error) error {
	t.Helper()
	return o.Web.As(t.Context(), a, fn)
}

// on locks the account and does something to it.
func (o *office) on(t testing.TB, a auth.Actor, id uuid.UUID, fn func(*store.Tx, *models.User) error) error {
	t.Helper()
	return o.as(t, a, func(tx *store.Tx) error {
		u, err := account.Lock(tx, id, 0)
		if err != nil {
			return err
		}
		return fn(tx, u)
	})
}

// user reads an account as it stands.
func (o *office) user(t testing.TB, id uuid.UUID) (u models.User) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error { u = models.User{}; return tx.Where("id = ?", id).Take(&u).Error })
	return u
}

// set changes a column of an account.
func (o *office) set(t testing.TB, id uuid.UUID, column string, value any) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set "+column+" = ? where id = ?", value, id).Error
	})
}

// session opens a session for a person that lasts an hour from now, or ended then.
func (o *office) session(t testing.TB, id uuid.UUID, hours string) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("insert into sessions (created_at, expires_at, user_id, token_hash, data) values (?, ?::timestamptz + ?::interval, ?, decode(md5(random()::text), 'hex'), '\\x7b7d')",
			o.Clock.Now(), o.Clock.Now(), hours, id).Error
	})
}

func (o *office) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error { return tx.Raw(query, args...).Row().Scan(&n) })
	return n
}
