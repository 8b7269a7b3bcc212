package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"reeve/auth/apikey"
	"reeve/auth/oidc"
	"reeve/handlers/ispws"
	"reeve/migrations"
	"reeve/models/agencies"
	"reeve/models/audit"
	"reeve/models/casefile"
	"reeve/models/deconflict"
	"reeve/models/escalation"
	"reeve/models/intake"
	"reeve/models/issuers"
	"reeve/models/known"
	"reeve/models/labelling"
	"reeve/models/linking"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/people"
	"reeve/models/pools"
	"reeve/models/providers"
	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/models/territory"
	"reeve/models/triage"
	"reeve/web"
)

// serve is `reeve serve`: the portal alone. With the private cluster it also
// starts that, and brings it to the newest schema.
func serve(ctx context.Context, c config, _ []string) error {
	db, err := openDatabase(ctx, c, true)
	if err != nil {
		return err
	}
	defer db.stop()
	if c.DatabaseURL == "" {
		if err := migrations.Up(ctx, db.owner); err != nil {
			return err
		}
	}
	keys, err := openKeys(c, false)
	if err != nil {
		return err
	}
	l, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "Reeve answers at %s\n", c.BaseURL)
	return runPortal(ctx, c, db, keys, l, web.Config{}, c.logger())
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening on %s (set REEVE_ADDR to another address): %w", addr, err)
	}
	return l, nil
}

// runPortal answers requests on the listener until ctx ends. wc carries what the
// demonstration adds; the rest of it is filled in here.
func runPortal(ctx context.Context, c config, db *database, keys *secrets, l net.Listener, wc web.Config, log *slog.Logger) error {
	s, err := store.Open(ctx, store.Options{URL: db.web, Role: store.Web, MaxConns: 24, Clock: c.clock, Log: log})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := current(ctx, s); err != nil {
		return err
	}
	files, err := keys.openFiles(ctx, c)
	if err != nil {
		return err
	}
	defer files.Close()
	signIn, err := oidc.New(oidc.Config{Store: s, BaseURL: c.BaseURL, Unseal: keys.unsealIssuerSecret, LoopbackOnly: wc.Demo, Log: log})
	if err != nil {
		return err
	}
	// Rules of routing are tried with the same places of addresses as reports are routed.
	locate, closeGeo, err := openGeo(c)
	if err != nil {
		return err
	}
	defer closeGeo()
	wc.BaseURL, wc.TrustedProxies = c.BaseURL, c.TrustedProxies
	wc.EmergencyNumber, wc.LeaveURL = c.Emergency, c.LeaveURL
	n := names.New(s)
	credentials, use := apikey.NewAuthenticator(s, apikey.Options{}, log), apikey.NewUse(s, log)
	// Counting ends after the last request, so that its answer is counted too.
	counting, stopCounting := context.WithCancel(context.WithoutCancel(ctx))
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		use.Run(counting)
	}()
	defer func() { stopCounting(); <-counted }()
	public, err := keys.publicForm(s)
	if err != nil {
		return err
	}
	deps := web.Deps{
		Store: s, SignIn: signIn, Log: log,
		Provider: ispws.New(intake.New(s, files, keys.matcher), credentials, ispws.Options{Now: c.clock, Count: use.Count}), ProviderAuth: credentials,
		Casefile: casefile.New(s, n, keys.matcher), Outcome: outcome.New(s, n), Triage: triage.New(s, locate),
		Deconflict: deconflict.New(s), Audit: audit.NewService(s), Names: n,
		People: people.New(s), Issuers: issuers.New(s, issuers.Options{Seal: keys.sealIssuerSecret, NewKey: oidc.NewClientKey}), Agencies: agencies.New(s), Providers: providers.New(s), Provisioning: provisioning.New(s),
		Known: known.New(s), Labelling: labelling.New(s), Linking: linking.New(s), Escalation: escalation.New(s, c.BaseURL.String()), PublicForm: public, Pools: pools.New(s),
	}
	deps.Territory = territory.New(s, locate)
	var metrics *http.Server
	if c.MetricsAddr != "" {
		deps.Metrics = web.NewMetrics()
		metrics = &http.Server{Addr: c.MetricsAddr, Handler: deps.Metrics.Handler(), ReadHeaderTimeout: 10 * time.Second}
	}
	server, err := web.New(wc, deps)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return web.Serve(ctx, l, server, log) })
	if metrics != nil {
		group.Go(func() error {
			<-ctx.Done()
			return metrics.Close()
		})
		group.Go(func() error {
			if err := metrics.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serving metrics: %w", err)
			}
			return nil
		})
	}
	return group.Wait()
}
