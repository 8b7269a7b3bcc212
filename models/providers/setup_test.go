package providers_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/models"
	"reeve/models/providers"
	"reeve/models/store"
	"reeve/models/storetest"
)

// house is a database with the clearinghouse, an agency, and people of both.
type house struct {
	*storetest.DB
	t                *testing.T
	s                *providers.Service
	use              *apikey.Use
	sam, avery, dana auth.Actor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	d := storetest.New(t)
	house1, bay := d.Clearinghouse(t), d.Agency(t, "bay")
	return &house{DB: d, t: t, s: providers.New(d.Web), use: apikey.NewUse(d.Web, nil),
		sam: d.Person(t, house1, "Sam", auth.DeskSupervisor), avery: d.Person(t, house1, "Avery", auth.Analyst), dana: d.Person(t, bay, "Dana", auth.Investigator, auth.AgencyAdmin)}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// kind fails the test unless the error is of the kind.
func (h *house) kind(what string, err error, want models.Kind) {
	h.t.Helper()
	if err == nil || models.KindOf(err) != want {
		h.t.Errorf("%s: got %v, want kind %d", what, err, want)
	}
}

func (h *house) field(what string, err error, field string) {
	h.t.Helper()
	if models.FieldsOf(err)[field] == "" {
		h.t.Errorf("%s: got %v (%v), want a message at %s", what, err, models.FieldsOf(err), field)
	}
}

// add makes a provider with the password "first".
func (h *house) add(name string) uuid.UUID {
	h.t.Helper()
	g, err := h.s.Add(h.t.Context(), h.sam, providers.NewProvider{Hash: "hash of first",
		Contact: providers.Contact{Name: name, ContactName: "Kim Vale", ContactEmail: "kim@provider.example", ContactPhone: "+1 202 555 0101"}})
	h.must(err)
	return g.ProviderID
}

func (h *house) read(id uuid.UUID) *providers.Provider {
	h.t.Helper()
	p, err := h.s.Read(h.t.Context(), h.sam, id)
	h.must(err)
	return p
}

// counted notes n answers of a code, at the clock's time.
func (h *house) counted(id uuid.UUID, code, n int) {
	h.t.Helper()
	for range n {
		h.use.Count(apikey.Answer{Provider: id, Code: code, IP: "192.0.2.1", Proven: code != 2000})
	}
	h.must(h.use.Flush(h.t.Context()))
}

// seen notes that a right password came from the addresses.
func (h *house) seen(id uuid.UUID, ips ...string) {
	h.t.Helper()
	for _, ip := range ips {
		h.use.Count(apikey.Answer{Provider: id, IP: ip, Proven: true})
	}
	h.must(h.use.Flush(h.t.Context()))
}

// lines counts audit lines.
func (h *house) lines(where string, args ...any) (n int) {
	h.t.Helper()
	h.Setup(h.t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where "+where, args...).Row().Scan(&n)
	})
	return n
}

// live reads the credentials that work, newest first, as "hash until".
func (h *house) live(id uuid.UUID) (list []string) {
	h.t.Helper()
	h.Setup(h.t, func(tx *store.Tx) error {
		return tx.Raw(`select concat_ws(' until ', password_hash, to_char(valid_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI')) from provider_credentials
			where provider_id = ? and disabled_at is null and (valid_until is null or valid_until > ?) order by created_at desc`, id, tx.Now).Scan(&list).Error
	})
	return list
}

const day = 24 * time.Hour
