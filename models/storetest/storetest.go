// Package storetest gives each test a database of its own on real Postgres.
//
// A template is migrated once per schema and cluster; New copies it, which takes
// tens of milliseconds. The cluster is the one at REEVE_TEST_POSTGRES (a
// superuser's address) or a private one started for the test process.
package storetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reeve/migrations"
	"reeve/models/store"
	"reeve/models/store/pgcluster"
)

// DB is one test's database. Web and Work are what the two processes run as;
// Owner may do anything under auth.ForSetup.
type DB struct {
	Web, Work, Owner *store.Store
	Clock            *Clock
	URL              string // a superuser's address of this database
}

// Clock is a clock that a test sets. It starts at a fixed time.
type Clock struct {
	mu   sync.Mutex
	now  time.Time
	real bool
}

// Start is where every test's clock starts.
var Start = time.Date(2026, 3, 2, 15, 4, 5, 0, time.UTC)

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real {
		return time.Now().UTC()
	}
	return c.now
}

// Follow makes it the real clock from now on, for tests in which jobs run: their
// queue goes by the database's clock, which nobody sets.
func (c *Clock) Follow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.real = true
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set sets the clock.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// New makes a migrated, empty database for the test and drops it afterwards.
func New(t testing.TB) *DB {
	t.Helper()
	ctx := context.Background()
	admin, err := cluster()
	if err != nil {
		t.Fatalf("a test needs Postgres: %v", err)
	}
	template, err := readyTemplate(admin)
	if err != nil {
		t.Fatalf("preparing the template database: %v", err)
	}
	name := "reeve_t_" + random()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		t.Fatalf("connecting to the test cluster: %v", err)
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("create database %s template %s strategy file_copy", name, template))
	conn.Close(ctx)
	if err != nil {
		t.Fatalf("making a database for the test: %v", err)
	}
	address := withDatabase(admin, name)
	d := &DB{Clock: &Clock{now: Start}, URL: address}
	t.Cleanup(func() {
		for _, s := range []*store.Store{d.Web, d.Work, d.Owner} {
			if s != nil {
				s.Close()
			}
		}
		conn, err := pgx.Connect(ctx, admin)
		if err != nil {
			return
		}
		defer conn.Close(ctx)
		_, _ = conn.Exec(ctx, fmt.Sprintf("drop database if exists %s with (force)", name))
	})
	d.Web, d.Work, d.Owner = d.open(t, store.Web), d.open(t, store.Work), d.open(t, store.Owner)
	return d
}

func (d *DB) open(t testing.TB, role store.Role) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: d.URL, Role: role, MaxConns: 8, Clock: d.Clock.Now})
	if err != nil {
		t.Fatalf("opening the test database as %s: %v", role, err)
	}
	return s
}

var cluster = sync.OnceValues(func() (string, error) {
	if u := os.Getenv("REEVE_TEST_POSTGRES"); u != "" {
		return u, nil
	}
	c, err := pgcluster.ForTests(context.Background())
	if err != nil {
		return "", err
	}
	return c.SuperURL("postgres"), nil
})

var (
	templateOnce sync.Once
	templateName string
	templateErr  error
)

// readyTemplate makes or finds the template of this schema. Other test processes
// may be doing the same; an advisory lock lets one do it.
func readyTemplate(admin string) (string, error) {
	templateOnce.Do(func() {
		templateName = "reeve_template_" + migrations.Fingerprint()
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, admin)
		if err != nil {
			templateErr = err
			return
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, "select pg_advisory_lock(7265657665)"); err != nil {
			templateErr = err
			return
		}
		var exists bool
		if err := conn.QueryRow(ctx, "select exists (select 1 from pg_database where datname = $1)", templateName).Scan(&exists); err != nil || exists {
			templateErr = err
			return
		}
		building := templateName + "_building"
		for _, s := range []string{"drop database if exists " + building, "create database " + building} {
			if _, templateErr = conn.Exec(ctx, s); templateErr != nil {
				return
			}
		}
		if templateErr = migrations.Up(ctx, withDatabase(admin, building)); templateErr != nil {
			return
		}
		if _, templateErr = conn.Exec(ctx, fmt.Sprintf("alter database %s rename to %s", building, templateName)); templateErr != nil {
			return
		}
		// Marked, so that a cluster used again by a later process keeps it.
		_, templateErr = conn.Exec(ctx, fmt.Sprintf("alter database %s is_template true", templateName))
	})
	return templateName, templateErr
}

func withDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Path = "/" + name
	return u.String()
}

func random() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
