package provisioning_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/models/storetest"
)

// office is an agency with an admin, a commander and an investigator, one below it,
// one beside it, and the clearinghouse.
type office struct {
	*storetest.DB
	svc                          *provisioning.Service
	bay, below, beside, clearing models.Agency
	ines, noor, dana             auth.Actor // of bay: admin, supervisor, investigator
	robin, kit, sam              auth.Actor // admins below, beside, and the clearinghouse's
}

func open(t testing.TB) *office {
	t.Helper()
	d := storetest.New(t)
	o := &office{DB: d, svc: provisioning.New(d.Web), bay: d.Agency(t, "bay"), below: d.Agency(t, "below"), beside: d.Agency(t, "beside"), clearing: d.Clearinghouse(t)}
	o.ines, o.noor, o.dana = d.Person(t, o.bay, "Ines", auth.AgencyAdmin), d.Person(t, o.bay, "Noor", auth.Supervisor), d.Person(t, o.bay, "Dana", auth.Investigator)
	o.robin, o.kit, o.sam = d.Person(t, o.below, "Robin", auth.AgencyAdmin), d.Person(t, o.beside, "Kit", auth.AgencyAdmin), d.Person(t, o.clearing, "Sam", auth.ClearinghouseAdmin)
	d.Setup(t, func(tx *store.Tx) error {
		return errors.Join(tx.Exec("update agencies set parent_id = ? where id = ?", o.bay.ID, o.below.ID).Error,
			tx.Exec("insert into issuer_domains (domain, issuer_id) select a.code || '.example', i.id from issuers i join agencies a on a.id = i.agency_id").Error)
	})
	return o
}

// directory makes a token as the admin and answers whose directory it is.
func (o *office) directory(t testing.TB, admin auth.Actor) auth.Actor {
	t.Helper()
	token, _, err := o.svc.Make(t.Context(), admin, provisioning.NewToken{Name: "Test", Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := o.svc.Authenticate(t.Context(), token, provisioning.Asked{IP: "192.0.2.1", RequestID: "r-1"})
	if err != nil {
		t.Fatal(err)
	}
	return caller.Actor
}

// text answers what one statement finds, as text.
func (o *office) text(t testing.TB, sql string, args ...any) (out string) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select coalesce(("+sql+")::text, '')", args...).Row().Scan(&out)
	})
	return out
}

// lines counts audit lines of a kind.
func (o *office) lines(t testing.TB, action string, refused bool) (n int) {
	t.Helper()
	o.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = ? and refused = ?", action, refused).Row().Scan(&n)
	})
	return n
}

func kindIs(t testing.TB, what string, err error, want models.Kind) {
	t.Helper()
	if err == nil || models.KindOf(err) != want {
		t.Errorf("%s: got %v, want kind %d", what, err, want)
	}
}

func ptr[T any](v T) *T { return &v }

var nobody = uuid.MustParse("0190aaaa-0000-7000-8000-000000000000")
