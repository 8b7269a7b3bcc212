package webtest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"reeve/auth/apikey"
	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/models/casefile"
	"reeve/models/escalation"
	"reeve/models/issuers"
	"reeve/models/labelling"
	"reeve/models/linking"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/people"
	"reeve/models/providers"
	"reeve/models/provisioning"
	"reeve/models/selector"
	"reeve/models/storetest"
	covers "reeve/models/territory"
	"reeve/models/triage"
	"reeve/web"
)

// Options change what Start makes. The zero value is what most tests want.
type Options struct {
	Demo           bool           // demonstration mode: banner, accounts on the sign-in page
	Whole          bool           // provider API, worker and territory too, at the real time; see whole.go
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Config         func(*web.Config)
	Deps           func(*web.Deps) // adds what further areas need
	Log            io.Writer       // where the server's log goes; nil: nowhere
}

// Site is a running server with all that it needs.
type Site struct {
	URL      string
	DB       *storetest.DB
	IdP      *devidp.Provider
	Server   *web.Server
	SignInBy *oidc.Service
	Agencies map[string]models.Agency // by code
	Issuers  map[string]models.Issuer // by agency's code
	Users    map[string]models.User   // by e-mail, as invited
	Keys     *selector.Keyer          // under which identifiers are matched and searched
	AuditKey note.Verifier            // of a whole site's audit log
	Use      *apikey.Use              // a whole site's counts of providers' requests; a test flushes them
}

// Start runs a site until the test ends.
func Start(t testing.TB, o Options) *Site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{URL: "http://" + l.Addr().String(), DB: storetest.New(t), Agencies: map[string]models.Agency{}, Issuers: map[string]models.Issuer{}, Users: map[string]models.User{}}
	if o.Whole {
		s.DB.Clock.Follow()
	}
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.IdP, err = devidp.New(devidp.Options{Issuers: providersOf(s.URL+"/login/callback", s.URL+"/login"), Clock: s.DB.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.IdP.Start(ctx)
	s.seed(t)
	log := slog.New(slog.DiscardHandler)
	if o.Log != nil {
		log = slog.New(slog.NewJSONHandler(o.Log, nil))
	}
	s.SignInBy, err = oidc.New(oidc.Config{Store: s.DB.Web, BaseURL: base, Unseal: Unseal, LoopbackOnly: true, Clock: s.DB.Clock.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	config := web.Config{BaseURL: base, Demo: o.Demo, TrustedProxies: o.TrustedProxies}
	if o.Config != nil {
		o.Config(&config)
	}
	if s.Keys, err = selector.NewKeyer(1, []byte("the match secret of a test, 32 b")); err != nil {
		t.Fatal(err)
	}
	n := names.New(s.DB.Web)
	deps := web.Deps{Store: s.DB.Web, SignIn: s.SignInBy, Log: log, Names: n,
		Casefile: casefile.New(s.DB.Web, n, s.Keys), Triage: triage.New(s.DB.Web, nil), Outcome: outcome.New(s.DB.Web, n),
		People: people.New(s.DB.Web), Issuers: issuers.New(s.DB.Web, issuers.Options{Seal: Seal, NewKey: oidc.NewClientKey}), Agencies: agencies.New(s.DB.Web), Providers: providers.New(s.DB.Web), Provisioning: provisioning.New(s.DB.Web),
		Escalation: escalation.New(s.DB.Web, s.URL), PublicForm: s.publicForm(t, s.DB.Web), Labelling: labelling.New(s.DB.Web), Linking: linking.New(s.DB.Web)}
	deps.Territory = covers.New(s.DB.Web, nil)
	if o.Whole {
		s.whole(t, ctx, &deps)
	}
	if o.Deps != nil {
		o.Deps(&deps)
	}
	if s.Server, err = web.New(config, deps); err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		if err := web.Serve(ctx, l, s.Server, log); err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); done.Wait() })
	return s
}
