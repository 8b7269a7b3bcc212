package issuers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/models/store"
	"reeve/models/storetest"
)

// scene is a clearinghouse, an agency with one below it, another agency, and people.
type scene struct {
	*storetest.DB
	svc                                 *issuers.Service
	house, bay, paloalto, boroughs      models.Agency
	noor, ines, dana, robin, kit, admin auth.Actor
	provider                            uuid.UUID // bay's
}

const secretText = "a-secret-that-nobody-reads"

func setUp(t testing.TB) *scene {
	t.Helper()
	d := storetest.New(t)
	n, keys := 0, 0
	s := &scene{DB: d, svc: issuers.New(d.Web, issuers.Options{
		Seal: func(plain []byte) ([]byte, error) { // never the same twice, as a real one
			n++
			return fmt.Appendf(nil, "sealed:%d:%x", n, plain), nil
		},
		NewKey: func() ([]byte, []byte, error) {
			keys++
			return fmt.Appendf(nil, "private %d", keys), fmt.Appendf(nil, `{"kty":"EC","kid":"key-%d"}`, keys), nil
		},
	})}
	s.house, s.bay, s.boroughs, s.paloalto = d.Clearinghouse(t), d.Agency(t, "bay"), d.Agency(t, "boroughs"), d.Agency(t, "paloalto")
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set parent_id = ? where id = ?", s.bay.ID, s.paloalto.ID).Error
	})
	s.noor, s.ines = d.Person(t, s.bay, "Noor", auth.AgencyAdmin, auth.Supervisor), d.Person(t, s.bay, "Ines", auth.AgencyAdmin)
	s.dana = d.Person(t, s.bay, "Dana", auth.Investigator)
	s.robin = d.Person(t, s.paloalto, "Robin", auth.Investigator)
	s.kit = d.Person(t, s.boroughs, "Kit", auth.AgencyAdmin)
	s.admin = d.Person(t, s.house, "Sam", auth.ClearinghouseAdmin)
	for _, a := range []models.Agency{s.house, s.bay, s.boroughs, s.paloalto} {
		s.approved(t, a, a.Code+".example")
		s.lead(t, a, a.Code+".example")
	}
	s.provider = s.issuers(t, s.bay)[0].ID
	return s
}

// approved gives the agency a domain.
func (s *scene) approved(t testing.TB, a models.Agency, domain string) {
	t.Helper()
	yes, now := true, s.Clock.Now()
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&models.AgencyDomain{AgencyID: a.ID, Domain: domain, AskedAt: now, DecidedAt: &now, Approved: &yes}).Error
	})
}

// lead makes a domain lead to the agency's first provider.
func (s *scene) lead(t testing.TB, a models.Agency, domain string) {
	t.Helper()
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("insert into issuer_domains (domain, issuer_id) select ?, id from issuers where agency_id = ? order by created_at, id limit 1", domain, a.ID).Error
	})
}

func (s *scene) issuers(t testing.TB, a models.Agency) []models.Issuer {
	t.Helper()
	var list []models.Issuer
	s.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Where("agency_id = ?", a.ID).Order("created_at, id").Find(&list).Error
	})
	return list
}

func (s *scene) issuer(t testing.TB, id uuid.UUID) models.Issuer {
	t.Helper()
	var i models.Issuer
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", id).Take(&i).Error })
	return i
}

func (s *scene) draft(t testing.TB, id uuid.UUID) models.IssuerDraft {
	t.Helper()
	var d models.IssuerDraft
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", id).Take(&d).Error })
	return d
}

func (s *scene) user(t testing.TB, a auth.Actor) models.User {
	t.Helper()
	var u models.User
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", a.UserID).Take(&u).Error })
	return u
}

// leads answers where each domain leads.
func (s *scene) leads(t testing.TB) map[string]uuid.UUID {
	t.Helper()
	var list []models.IssuerDomain
	s.Setup(t, func(tx *store.Tx) error { list = nil; return tx.Find(&list).Error })
	m := map[string]uuid.UUID{}
	for _, d := range list {
		m[d.Domain] = d.IssuerID
	}
	return m
}

// session makes a session of the person.
func (s *scene) session(t testing.TB, a auth.Actor) {
	t.Helper()
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("insert into sessions (token_hash, data, user_id, expires_at, created_at) values (decode(md5(?), 'hex'), '', ?, ?, ?)", store.NewID().String(), a.UserID, s.Clock.Now().AddDate(0, 0, 1), s.Clock.Now()).Error
	})
}

func (s *scene) sessions(t testing.TB, a auth.Actor) (n int) {
	t.Helper()
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from sessions where user_id = ?", a.UserID).Row().Scan(&n)
	})
	return n
}

// lines answers the audit log's actions so far, refused ones with a mark.
func (s *scene) lines(t testing.TB) []string {
	t.Helper()
	var events []models.AuditEvent
	s.Setup(t, func(tx *store.Tx) error { events = nil; return tx.Order("id").Find(&events).Error })
	var out []string
	for _, e := range events {
		if b, _ := json.Marshal(e); strings.Contains(string(b), secretText) {
			t.Errorf("the audit line %s holds a secret", e.Action)
		}
		mark := ""
		if e.Refused {
			mark = " refused"
		}
		out = append(out, e.ActorName+": "+e.Action+mark)
	}
	return out
}

// settings are good ones for bay.
func settings(domains ...string) issuers.Settings {
	return issuers.Settings{URL: "https://login.new.example/realms/bay", Name: "New login", ClientID: "reeve-bay", Method: models.AuthSecret, Secret: secretText,
		Scopes: []string{"openid", "email"}, AMR: []string{"mfa"}, Domains: domains}
}

// passed is the report of a test that went well.
func passed(subject, email string) models.SignInTest {
	yes := true
	return models.SignInTest{OK: true, Subject: subject, Email: email, Verified: &yes, AMR: []string{"mfa"}, Steps: []models.TestStep{{Name: "The provider answers", OK: true, Text: "It does."}}}
}

// test takes the draft through a test by the actor.
func (s *scene) test(t testing.TB, a auth.Actor, id uuid.UUID, r models.SignInTest) {
	t.Helper()
	noError(t, "beginning a test", s.svc.BeginTest(t.Context(), a, id))
	noError(t, "keeping a test", s.svc.Tested(t.Context(), a, id, r))
}

// tested makes a draft that noor tested as herself.
func (s *scene) tested(t testing.TB, issuer *uuid.UUID, in issuers.Settings) uuid.UUID {
	t.Helper()
	id, err := s.svc.Create(t.Context(), s.noor, "", issuer, in)
	noError(t, "making a draft", err)
	s.test(t, s.noor, id, passed("noor-at-new", "Noor@bay.example"))
	return id
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

func says(t testing.TB, what string, err error, words string) {
	t.Helper()
	text := models.MessageOf(err)
	for _, m := range models.FieldsOf(err) {
		text += " " + m
	}
	if err == nil || !strings.Contains(text, words) {
		t.Errorf("%s: got %v, want it to say %q", what, err, words)
	}
}
