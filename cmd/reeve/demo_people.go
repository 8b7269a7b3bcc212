//go:build demo

package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/auth/devidp"
	"reeve/models"
	"reeve/models/directory"
	"reeve/models/routing"
	"reeve/models/store"
)

// demoPassword is everybody's in the demonstration: people's and the provider's.
const demoPassword = "reeve-demo"

// demoAgency is an agency of the demonstration that people can sign in for. Its
// territory is that of a real row; its name is made up, and every page says so.
type demoAgency struct {
	code, name, domain string
	row                string // the code of the real row whose territory it has; empty: none
	parent             string
	people             []demoPerson
	more               []demoPerson // in every state of an account; not shown, see demo_accounts.go
}

type demoPerson struct {
	user, name, does string
	roles            []auth.Role
}

func (p demoPerson) email(a demoAgency) string { return p.user + "@" + a.domain }

var demoAgencies = []demoAgency{
	{code: directory.ClearinghouseCode, name: "Example Clearinghouse (demonstration)", domain: "clearinghouse.example", people: []demoPerson{
		{"avery", "Avery Lindqvist", "clearinghouse analyst", []auth.Role{auth.Analyst}},
		{"sam", "Sam Okafor", "clearinghouse supervisor", []auth.Role{auth.DeskSupervisor, auth.ClearinghouseAdmin}}}},
	{code: "bay", name: "Bay Region Task Force (demonstration)", domain: "bay.example", row: "ca-silicon-valley", people: []demoPerson{
		{"dana", "Dana Cruz", "investigator", []auth.Role{auth.Investigator}},
		{"noor", "Noor Haddad", "agency admin and supervisor", []auth.Role{auth.AgencyAdmin, auth.Supervisor}}}, more: demoAccounts},
	{code: "boroughs", name: "Five Boroughs Task Force (demonstration)", domain: "boroughs.example", row: "ny-new-york-city", people: []demoPerson{
		{"lee", "Lee Moreau", "investigator", []auth.Role{auth.Investigator}},
		{"kit", "Kit Alvarez", "agency admin", []auth.Role{auth.AgencyAdmin}}}},
	{code: "paloalto", name: "Palo Alto Affiliate (demonstration)", domain: "paloalto.example", parent: "bay", people: []demoPerson{
		{"robin", "Robin Tate", "investigator at an affiliate below Bay Region", []auth.Role{auth.Investigator}}}},
	{code: "north", name: "Northern National Centre (demonstration)", domain: "north.example", row: "canada-ncecc", people: []demoPerson{
		{"jules", "Jules Tremblay", "investigator", []auth.Role{auth.Investigator}}}},
}

// demoTerritory lays made-up agencies over the real territory. Rows without a
// well-known demonstration agency get one whose name says what it is.
func demoTerritory() ([]routing.Territory, []demoAgency) {
	byRow := map[string]demoAgency{}
	for _, a := range demoAgencies {
		if a.row != "" {
			byRow[a.row] = a
		}
	}
	others := map[string]demoAgency{}
	var rows []routing.Territory
	var extra []demoAgency
	for _, t := range routing.DefaultTerritory() {
		if !routing.IsPool(t.Code) {
			a, known := byRow[t.Code]
			if !known {
				if a, known = others[t.Code]; !known {
					a = demoAgency{code: t.Code, name: strings.TrimSuffix(madeUpName(t), " ") + " (demonstration)", domain: t.Code + ".example",
						people: []demoPerson{{"desk", "Duty Desk", "", []auth.Role{auth.Investigator}}}}
					others[t.Code], extra = a, append(extra, a)
				}
			}
			t.Code, t.Name, t.Lead = a.code, a.name, ""
		}
		rows = append(rows, t)
	}
	for _, a := range demoAgencies {
		if a.parent != "" {
			rows = append(rows, routing.Territory{Code: a.code, Name: a.name, Kind: routing.KindAffiliate, Parent: a.parent, Certainty: routing.High, Source: "demonstration"})
		}
	}
	return rows, extra
}

func madeUpName(t routing.Territory) string {
	if t.Country != "US" {
		return routing.CountryName(t.Country) + " National Centre"
	}
	name, _, _ := strings.Cut(t.Name, " (")
	return strings.TrimSuffix(name, " ICAC") + " Task Force"
}

// startProviders runs an identity provider for each agency, all on one loopback
// address that is remembered for the next run.
func startProviders(ctx context.Context, c config) (*devidp.Provider, error) {
	_, extra := demoTerritory()
	var issuers []devidp.Issuer
	for _, a := range append(demoAgencies[:len(demoAgencies):len(demoAgencies)], extra...) {
		i := devidp.Issuer{Path: "/" + a.code, Name: a.name, Note: "Demonstration: everybody's password is " + demoPassword, ClientID: "reeve",
			RedirectURIs: []string{c.BaseURL.String() + "/login/callback"}, SignedOut: []string{c.BaseURL.String() + "/login"}}
		for _, p := range append(a.people[:len(a.people):len(a.people)], a.more...) {
			i.Users = append(i.Users, devidp.User{Subject: p.user + "-" + a.code, Email: p.email(a), Name: p.name, Password: demoPassword, EmailVerified: true, MFA: true})
		}
		issuers = append(issuers, i)
	}
	idp, err := devidp.New(devidp.Options{Addr: rememberedPort(c), Issuers: issuers})
	if err != nil {
		return nil, err
	}
	idp.Start(ctx)
	return idp, os.WriteFile(c.path("demo-idp"), []byte(strings.TrimPrefix(idp.Origin(), "http://")), 0o600)
}

// seedDirectory brings agencies, people, providers and sign-in to what the
// demonstration has. It changes nothing that is so already.
func seedDirectory(ctx context.Context, owner *store.Store, idp *devidp.Provider) error {
	d := directory.New(owner)
	if err := d.EnsureClearinghouse(ctx, demoAgencies[0].name, "America/New_York"); err != nil {
		return err
	}
	rows, extra := demoTerritory()
	if _, err := d.ImportTerritory(ctx, rows, true); err != nil {
		return err
	}
	for i, a := range append(demoAgencies[:len(demoAgencies):len(demoAgencies)], extra...) {
		err := d.SetIssuer(ctx, directory.NewIssuer{AgencyCode: a.code, URL: idp.URL("/" + a.code), ClientID: "reeve", Domains: []string{a.domain}})
		if err != nil {
			return err
		}
		for _, p := range a.people {
			if err := d.Invite(ctx, p.email(a), p.name, a.code, p.roles...); err != nil {
				return err
			}
		}
		if err := d.SetContact(ctx, a.code, "Deconfliction desk", "desk@"+a.domain, fmt.Sprintf("+1 202 555 01%02d", i%100)); err != nil {
			return err
		}
	}
	for _, p := range demoProviders {
		if err := d.AddProvider(ctx, p.name, p.user, apikey.Hash(demoPassword), true); err != nil && models.KindOf(err) != models.Conflict {
			return err
		}
	}
	return d.MarkDemonstration(ctx)
}

var demoProviders = []struct{ name, user string }{
	{"Example Chat", "demo-esp"}, {"Example Share", "demo-share"}, {"Example Mail", "demo-mail"}, {"Example Quest", "demo-quest"},
}

func noReports(ctx context.Context, owner *store.Store) (empty bool, err error) {
	err = owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Raw("select not exists (select 1 from reports)").Row().Scan(&empty)
	})
	return empty, err
}
