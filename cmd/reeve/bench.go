package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"golang.org/x/sync/errgroup"

	"reeve/auth/apikey"
	"reeve/cmd/reeve/bulk"
	"reeve/migrations"
	"reeve/models/directory"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/store/pgcluster"
	"reeve/web"
)

func init() {
	commands = append(commands, command{"bench", "[--reports N] [--json FILE] | routing [--n N] | hashes [--n N,N] [--json FILE]", "measure this machine, in a database of its own that is thrown away; or where routing sends made-up reports; or the index of near hashes", bench})
}

// bench makes a private installation in a temporary directory, its database as
// durable as a real one, fills it, runs portal and worker in this process, and
// measures both over HTTP. It ends within ten minutes for 100,000 reports on a
// machine that does nothing else.
func bench(ctx context.Context, c config, args []string) error {
	if len(args) > 0 && args[0] == "hashes" {
		return benchHashes(ctx, args[1:])
	}
	if len(args) > 0 && args[0] == "routing" {
		return benchRouting(ctx, args[1:])
	}
	flags := flag.NewFlagSet("reeve bench", flag.ContinueOnError)
	reports := flags.Int("reports", 20000, "how many `reports` to fill the database with")
	file := flags.String("json", "", "also write the figures to this `file`")
	profile := flags.String("cpuprofile", "", "write where the processor's time went to this `file`, for go tool pprof")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *reports < 1000 {
		return fmt.Errorf("bench: %d reports are too few to fill a page of everything; say 1000 or more", *reports)
	}
	dir, err := os.MkdirTemp("", "reeve-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // Postgres may run as another user
		return err
	}
	b := &benchmark{result: benchResult{Reports: *reports, Machine: thisMachine()}, log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))}
	if err := b.prepare(ctx, c, dir, *reports); err != nil {
		return err
	}
	defer b.cluster.Stop()
	defer b.owner.Close()
	if *profile != "" {
		to, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer to.Close()
		if err := pprof.StartCPUProfile(to); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	if err := b.run(ctx); err != nil {
		return err
	}
	b.result.Machine.LoadAfter = loadAverage()
	b.result.print(os.Stdout)
	if *file == "" {
		return nil
	}
	text, err := json.MarshalIndent(b.result, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*file, append(text, '\n'), 0o644)
}

// benchmark is one run.
type benchmark struct {
	c       config
	cluster *pgcluster.Cluster
	db      *database
	keys    *secrets
	owner   *store.Store
	people  *bulk.People
	l       net.Listener
	log     *slog.Logger
	result  benchResult
}

const (
	benchProviders = 16
	benchPassword  = "a password of the benchmark"
)

// prepare makes the installation and fills it.
func (b *benchmark) prepare(ctx context.Context, c config, dir string, reports int) (err error) {
	fmt.Fprintf(os.Stderr, "Making a database with %d reports in %s ...\n", reports, dir)
	b.c = c
	b.c.Data, b.c.Files, b.c.DatabaseURL, b.c.MasterKey, b.c.MetricsAddr = dir, "file://"+filepath.ToSlash(filepath.Join(dir, "files")), "", "", ""
	if b.cluster, err = pgcluster.Start(ctx, pgcluster.Options{Dir: b.c.path("pg")}); err != nil {
		return err
	}
	const name = "reeve"
	b.db = &database{owner: b.cluster.OwnerURL(name), web: b.cluster.WebURL(name), work: b.cluster.WorkURL(name), stop: func() {}}
	defer func() {
		if err != nil {
			b.cluster.Stop()
		}
	}()
	if err := migrations.Up(ctx, b.db.owner); err != nil {
		return err
	}
	if b.keys, err = openKeys(b.c, true); err != nil {
		return err
	}
	began := time.Now()
	shape := bulk.Plausible()
	shape.Document = benchDocument
	b.people, err = bulk.Load(ctx, bulk.Options{SuperURL: b.cluster.SuperURL(name), Reports: reports, Shape: shape, Until: time.Now(), Keys: b.keys.matcher})
	if err != nil {
		return err
	}
	b.result.LoadSeconds = time.Since(began).Seconds()
	if b.owner, err = store.Open(ctx, store.Options{URL: b.db.owner, Role: store.Owner, MaxConns: 4, Log: b.log}); err != nil {
		return err
	}
	d := directory.New(b.owner)
	// Where the benchmark's own reports go: to the agency whose inbox is measured.
	if _, err := d.ImportTerritory(ctx, []routing.Territory{{Code: "bulk-1", Name: "Agency 1 (made up)", Kind: routing.KindTaskForce, Country: "US", State: "CA", County: "*",
		Basis: "statewide", Certainty: routing.High, Source: "benchmark"}}, true); err != nil {
		return err
	}
	hash := apikey.Hash(benchPassword)
	for i := range benchProviders {
		if err := d.AddProvider(ctx, fmt.Sprintf("Benchmark provider %d", i), benchUser(i), hash, true); err != nil {
			return err
		}
	}
	if b.l, err = listen(ctx, "127.0.0.1:0"); err != nil {
		return err
	}
	b.c.Addr = b.l.Addr().String()
	b.c.BaseURL = &url.URL{Scheme: "http", Host: b.c.Addr}
	return nil
}

func benchUser(i int) string { return fmt.Sprintf("bench-%d", i) }

// benchDocument is the document of every filled report: of the size that a short
// report of a provider has.
const benchDocument = `{"Incident":{"Type":"Online Enticement of Children for Sexual Acts","Platform":"Example Chat"},
"Subjects":[{"Person":{"FirstName":"Sam","LastName":"Example","Emails":[{"Address":"person@mail.example"}]}}]}`

// run starts portal and worker, measures, and ends them.
func (b *benchmark) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error { return runPortal(running, b.c, b.db, b.keys, b.l, web.Config{}, b.log) })
	group.Go(func() error { return runWorker(running, b.c, b.db, b.keys, b.log) })
	measured := false
	group.Go(func() error {
		defer stop()
		err := b.measure(running)
		measured = err == nil
		return err
	})
	if err := group.Wait(); err != nil && !measured {
		return err
	}
	return nil
}
