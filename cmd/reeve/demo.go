//go:build demo

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"reeve/migrations"
	"reeve/models/geo"
	"reeve/models/store"
	"reeve/models/store/pgcluster"
	"reeve/views/pages"
	"reeve/web"
)

func init() {
	commands = append(commands, command{"demo", "[--fresh]", "everything on one machine with made-up data (what `make run` calls)", demo})
}

// demo runs the whole of Reeve on one machine: database, identity providers,
// portal and worker; with an empty database it sends made-up reports through the
// provider API and lets made-up agencies work on them.
func demo(ctx context.Context, c config, args []string) error {
	flags := flag.NewFlagSet("reeve demo", flag.ContinueOnError)
	fresh := flags.Bool("fresh", false, "start over: forget the data of earlier runs")
	reports := flags.Int("reports", 320, "how many reports to send into an empty database")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c.demo = true
	if _, err := c.mailServer(); err != nil {
		return err
	}
	if err := prepareData(c, *fresh); err != nil {
		return err
	}
	// The address first: a portal that cannot listen should say so at once.
	l, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer l.Close()
	say("Starting the database ...")
	db, err := openDatabase(ctx, c, true)
	if err != nil {
		return err
	}
	defer db.stop()
	if err := migrations.Up(ctx, db.owner); err != nil {
		return err
	}
	keys, err := openKeys(c, true)
	if err != nil {
		return err
	}
	if c.GeoIP == "" {
		if c.GeoIP, err = demoLocations(c); err != nil {
			return err
		}
	}
	idp, err := startProviders(ctx, c)
	if err != nil {
		return err
	}
	defer idp.Close()
	owner, err := store.Open(ctx, store.Options{URL: db.owner, Role: store.Owner, MaxConns: 4, Log: c.logger()})
	if err != nil {
		return err
	}
	defer owner.Close()
	if err := seedDirectory(ctx, owner, idp); err != nil {
		return err
	}
	empty, err := noReports(ctx, owner)
	if err != nil {
		return err
	}
	log := c.logger()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return runPortal(ctx, c, db, keys, l, web.Config{Demo: true, DemoAccounts: accountsShown(), DemoPassword: demoPassword}, log)
	})
	group.Go(func() error {
		if err := whenReady(ctx, "http://"+l.Addr().String()); err != nil {
			return err
		}
		greet(c)
		if empty {
			if err := seedOnCall(ctx, db, owner); err != nil {
				return stopped(ctx, fmt.Errorf("making on-call contacts: %w", err))
			}
			if err := fill(ctx, c, db, keys, owner, *reports); err != nil {
				return stopped(ctx, fmt.Errorf("making demonstration data: %w", err))
			}
			if err := seedAccounts(ctx, db, owner, keys); err != nil {
				return stopped(ctx, fmt.Errorf("making demonstration accounts: %w", err))
			}
		}
		return runWorker(ctx, c, db, keys, log)
	})
	err = group.Wait()
	say("Stopped.")
	return stopped(ctx, err)
}

// stopped forgets an error that only says that the person ended the program.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// prepareData makes the folder of the data; with fresh it forgets what is in it.
func prepareData(c config, fresh bool) error {
	// Postgres runs as another user when we are root, and must be able to enter.
	if err := os.MkdirAll(c.Data, 0o711); err != nil {
		return err
	}
	if !fresh {
		return nil
	}
	if c.DatabaseURL != "" {
		return errors.New("FRESH=1 erases only the private database; REEVE_DATABASE_URL is set, so empty that one yourself")
	}
	say("Starting over: erasing the demonstration's data in %s", c.Data)
	if err := pgcluster.Erase(c.path("pg")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range []string{"files", "master.key", "audit.key", "audit-checkpoints", "demo-locations.mmdb", "demo-idp"} {
		if err := os.RemoveAll(c.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// demoLocations writes the demonstration's location database, made of ranges that
// are reserved for documentation.
func demoLocations(c config) (string, error) {
	path := c.path("demo-locations.mmdb")
	f, err := os.CreateTemp(filepath.Dir(path), "locations-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(geo.BuildDemo(f), f.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(f.Name(), path)
}

// whenReady waits until the portal answers.
func whenReady(ctx context.Context, base string) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func greet(c config) {
	var b strings.Builder
	fmt.Fprintf(&b, "\nReeve answers at %s\n\nDemonstration data, nothing there is real. Sign in as (one password for all: %s)\n", c.BaseURL, demoPassword)
	for _, a := range accountsShown() {
		fmt.Fprintf(&b, "  %-28s %s, %s\n", a.Email, a.Does, a.Agency)
	}
	fmt.Fprintf(&b, "\nProviders send reports to %s/ispws as user demo-esp, password %s\nCtrl-C stops everything; the data stays. `make run FRESH=1` starts over.\n", c.BaseURL, demoPassword)
	say("%s", b.String())
}

func accountsShown() []pages.DemoAccount {
	var list []pages.DemoAccount
	for _, a := range demoAgencies {
		for _, p := range a.people {
			if p.does != "" {
				list = append(list, pages.DemoAccount{Email: p.email(a), Name: p.name, Does: p.does, Agency: a.name, Provider: a.name})
			}
		}
	}
	return list
}

// rememberedPort is where the identity providers listened last: their addresses
// hold the port, and people are known by (issuer, subject).
func rememberedPort(c config) string {
	b, err := os.ReadFile(c.path("demo-idp"))
	if err != nil {
		return "127.0.0.1:0"
	}
	addr := strings.TrimSpace(string(b))
	if l, err := net.Listen("tcp", addr); err == nil {
		_ = l.Close()
		return addr
	}
	return "127.0.0.1:0"
}
