package webtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"reeve/auth/apikey"
	"reeve/auth/session"
	"reeve/handlers/ispws"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/deconflict"
	"reeve/models/directory"
	"reeve/models/escalation"
	"reeve/models/evidence"
	"reeve/models/geo"
	"reeve/models/intake"
	"reeve/models/jobs"
	"reeve/models/known"
	"reeve/models/linking"
	"reeve/models/mail"
	"reeve/models/outcome"
	"reeve/models/pools"
	"reeve/models/routing"
	"reeve/models/store"
	covers "reeve/models/territory"
	"reeve/models/triage"
	"reeve/web"
)

// ProviderUser is the account with which a provider's machine sends reports to a
// whole site; its password is Password.
const ProviderUser = "demo-esp"

// territoryOf names the real row whose territory a seeded agency has.
var territoryOf = map[string]string{"ca-silicon-valley": "bay", "ny-new-york-city": "boroughs", "canada-ncecc": "north"}

// whole gives the site what the rest of an installation has: territory, a
// provider's account, files, the provider API, and a worker that runs until ctx
// ends.
func (s *Site) whole(t testing.TB, ctx context.Context, d *web.Deps) {
	t.Helper()
	dir := directory.New(s.DB.Owner)
	must(t, dir.AddProvider(ctx, "Example Chat", ProviderUser, apikey.Hash(Password), true))
	_, err := dir.ImportTerritory(ctx, territory(), true)
	must(t, err)
	must(t, dir.MarkDemonstration(ctx))

	files, err := evidence.Open(ctx, "file://"+filepath.ToSlash(t.TempDir()), evidence.Keys{Current: 1, ByVersion: map[uint8][]byte{1: bytes.Repeat([]byte{7}, 32)}})
	must(t, err)
	d.ProviderAuth, s.Use = apikey.NewAuthenticator(s.DB.Web, apikey.Options{}, d.Log), apikey.NewUse(s.DB.Web, d.Log)
	d.Provider = ispws.New(intake.New(s.DB.Web, files, s.Keys), d.ProviderAuth, ispws.Options{Now: s.DB.Clock.Now, Count: s.Use.Count})
	d.Deconflict, d.Audit = deconflict.New(s.DB.Web), audit.NewService(s.DB.Web)
	d.Territory = covers.New(s.DB.Web, locations(t))
	d.Pools, d.Known = pools.New(s.DB.Web), known.New(s.DB.Web)

	secret, public, err := note.GenerateKey(rand.Reader, "webtest")
	must(t, err)
	signer, err := note.NewSigner(secret)
	must(t, err)
	s.AuditKey, err = note.NewVerifier(public)
	must(t, err)

	// A store of its own, with as many connections as a worker has.
	work, err := store.Open(ctx, store.Options{URL: s.DB.URL, Role: store.Work, MaxConns: 12, Clock: s.DB.Clock.Now, Log: d.Log})
	must(t, err)
	deps := jobs.Deps{Escalation: escalation.New(work, s.URL), Mail: mail.New(work, nil, d.Log), Triage: triage.New(work, locations(t)), Deconflict: deconflict.New(work), Outcome: outcome.New(work, d.Names),
		Pools: pools.New(work), Intake: intake.New(work, files, s.Keys), Public: s.publicForm(t, work), Sealer: audit.NewSealer(work, signer, d.Log),
		Known:    known.NewExaminer(work, files, known.NewNear(work, "", d.Log), d.Log),
		Sessions: func(ctx context.Context) (int64, error) { return session.Sweep(ctx, work) }, Log: d.Log}
	deps.Linking = linking.New(work)
	deps.Territory = covers.New(work, locations(t))
	go routing.Warm()
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		if err := jobs.Run(ctx, work.Pool(), deps); err != nil {
			t.Errorf("the worker: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); done.Wait(); work.Close(); _ = files.Close() })
}

// territory is the real territory with the seeded agencies in the places of those
// whose it is; every other agency keeps its code and has nobody who signs in.
func territory() []routing.Territory {
	names := map[string]string{}
	for _, a := range seeded {
		names[a.code] = a.name
	}
	var rows []routing.Territory
	for _, r := range routing.DefaultTerritory() {
		if code := territoryOf[r.Code]; code != "" {
			r.Code, r.Name, r.Lead = code, names[code], ""
		}
		rows = append(rows, r)
	}
	return append(rows, routing.Territory{Code: "paloalto", Name: names["paloalto"], Kind: routing.KindAffiliate, Parent: "bay", Certainty: routing.High, Source: "demonstration"})
}

// locations is the demonstration's location database, of documentation ranges.
func locations(t testing.TB) routing.GeoLookup {
	path := filepath.Join(t.TempDir(), "locations.mmdb")
	f, err := os.Create(path)
	must(t, err)
	must(t, geo.BuildDemo(f))
	must(t, f.Close())
	db, err := geo.Open(path)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return func(a netip.Addr) (routing.GeoPlace, bool) { return db.Lookup(a) }
}

// Agency answers any agency of the site by its code, territory's included.
func (s *Site) Agency(t testing.TB, code string) models.Agency {
	t.Helper()
	var a models.Agency
	s.DB.Setup(t, func(tx *store.Tx) error { return tx.Where("code = ?", code).Take(&a).Error })
	return a
}

// MustVerify ends the test unless the whole audit log is sealed as it was written
// and signed.
func (s *Site) MustVerify(t testing.TB) audit.Report {
	t.Helper()
	report, err := audit.Verify(context.WithoutCancel(t.Context()), s.DB.Owner, note.VerifierList(s.AuditKey), audit.VerifyOptions{})
	must(t, err)
	if report.Fault != nil {
		t.Fatalf("the audit log is not as it was sealed: %+v", *report.Fault)
	}
	return report
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
