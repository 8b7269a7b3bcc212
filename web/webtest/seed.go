package webtest

import (
	"testing"

	"reeve/auth"
	"reeve/auth/devidp"
	"reeve/models"
	"reeve/models/store"
)

// Password is everybody's at the identity provider.
const Password = "reeve-demo"

// agency is one agency of the seed, with its issuer.
type agency struct {
	code, name, zone, band, parent, domain string
	kind                                   models.AgencyKind
	people                                 []person
}

type person struct {
	name  string
	roles []auth.Role
}

// seeded are the demonstration's. Two further people are never invited or
// already suspended, so that refusals can be tried: everybody here exists at the
// identity provider; "pat" has no account in Reeve.
var seeded = []agency{
	{code: "clearinghouse", name: "Clearinghouse (demonstration)", zone: "America/New_York", band: "graphite", domain: "clearinghouse.example", kind: models.KindClearinghouse,
		people: []person{{"avery", []auth.Role{auth.Analyst}}, {"sam", []auth.Role{auth.Analyst, auth.DeskSupervisor, auth.ClearinghouseAdmin}}, {"ash", []auth.Role{auth.Auditor}}}},
	{code: "bay", name: "Bay Region Task Force (demonstration)", zone: "America/Los_Angeles", band: "teal", domain: "bay.example", kind: models.KindAgency,
		people: []person{{"dana", []auth.Role{auth.Investigator}}, {"noor", []auth.Role{auth.Supervisor, auth.AgencyAdmin}}, {"reed", []auth.Role{auth.ReadOnly}}, {"ines", []auth.Role{auth.AgencyAdmin}}}},
	{code: "boroughs", name: "Five Boroughs Task Force (demonstration)", zone: "America/New_York", band: "plum", domain: "boroughs.example", kind: models.KindAgency,
		people: []person{{"lee", []auth.Role{auth.Investigator}}, {"kit", []auth.Role{auth.AgencyAdmin}}}},
	{code: "paloalto", name: "Palo Alto Affiliate (demonstration)", zone: "America/Los_Angeles", band: "olive", parent: "bay", domain: "paloalto.example", kind: models.KindAgency,
		people: []person{{"robin", []auth.Role{auth.Investigator}}}},
	{code: "north", name: "Northern National Centre (demonstration)", zone: "America/Toronto", band: "pine", domain: "north.example", kind: models.KindAgency,
		people: []person{{"jules", []auth.Role{auth.Investigator}}}},
}

// providersOf describes the identity providers: one per agency, with its people and
// one more, pat, whom nobody invited.
func providersOf(redirect, signedOut string) []devidp.Issuer {
	var list []devidp.Issuer
	for _, a := range seeded {
		i := devidp.Issuer{Path: "/" + a.code, Name: a.name, ClientID: "reeve-" + a.code, RedirectURIs: []string{redirect}, SignedOut: []string{signedOut}}
		for _, p := range append(a.people[:len(a.people):len(a.people)], person{name: "pat"}) {
			email := p.name + "@" + a.domain
			i.Users = append(i.Users, devidp.User{Subject: p.name + "-at-" + a.code, Email: email, Name: display(p.name), Password: Password, EmailVerified: true, MFA: true})
		}
		list = append(list, i)
	}
	return list
}

func display(name string) string { return string(name[0]-'a'+'A') + name[1:] + " Example" }

// seed writes agencies, issuers and invitations as an administrator would.
func (s *Site) seed(t testing.TB) {
	t.Helper()
	now := s.DB.Clock.Now()
	s.DB.Setup(t, func(tx *store.Tx) error {
		for _, a := range seeded {
			row := models.Agency{ID: store.NewID(), Code: a.code, Name: a.name, Kind: a.kind, Zone: a.zone, Band: a.band, Demonstration: true, CreatedAt: now,
				ContactName: a.name + " front desk", ContactEmail: "desk@" + a.domain, ContactPhone: "+1 202 555 0100"}
			if a.parent != "" {
				id := s.Agencies[a.parent].ID
				row.ParentID = &id
			}
			issuer := models.Issuer{ID: store.NewID(), AgencyID: row.ID, URL: s.IdP.URL("/" + a.code), ClientID: "reeve-" + a.code, Enabled: true, CreatedAt: now}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
			if err := tx.Create(&issuer).Error; err != nil {
				return err
			}
			if err := tx.Exec("insert into agency_domains (agency_id, domain, asked_at, decided_at, approved) values (?, ?, ?, ?, true)", row.ID, a.domain, now, now).Error; err != nil {
				return err
			}
			if err := tx.Create(&models.IssuerDomain{Domain: a.domain, IssuerID: issuer.ID}).Error; err != nil {
				return err
			}
			s.Agencies[a.code], s.Issuers[a.code] = row, issuer
			for _, p := range a.people {
				u := models.User{ID: store.NewID(), AgencyID: row.ID, IssuerID: issuer.ID, Email: p.name + "@" + a.domain, Name: display(p.name), State: models.UserInvited, CreatedAt: now, ApprovedAt: &now, ApprovedByName: "the test's seed"}
				for _, r := range p.roles {
					u.Roles = append(u.Roles, string(r))
				}
				if err := tx.Create(&u).Error; err != nil {
					return err
				}
				s.Users[u.Email] = u
			}
		}
		return nil
	})
}

// Actor is as whom a seeded person acts, for calling use cases beside the server.
func (s *Site) Actor(t testing.TB, email string) auth.Actor {
	t.Helper()
	u, ok := s.Users[email]
	if !ok {
		t.Fatalf("nobody seeded has the address %s", email)
	}
	side := auth.SideAgency
	if u.AgencyID == s.Agencies["clearinghouse"].ID {
		side = auth.SideClearinghouse
	}
	a := auth.Actor{Side: side, UserID: u.ID, AgencyID: u.AgencyID, Name: u.Name}
	for _, r := range u.Roles {
		a.Roles = append(a.Roles, auth.Role(r))
	}
	return a
}
