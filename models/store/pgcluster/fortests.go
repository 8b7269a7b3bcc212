package pgcluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5"
)

// TestVariable names a Postgres for the tests by the address of one of its
// superusers. Unset, tests run their own.
const TestVariable = "REEVE_TEST_POSTGRES"

// slots bounds how many test processes of one user have a cluster at once.
const slots = 64

var forTests = sync.OnceValues(func() (*Cluster, error) {
	if address := os.Getenv(TestVariable); address != "" {
		return join(context.Background(), address)
	}
	return takeSlot(context.Background())
})

// ForTests answers this test process's cluster, the same one at every call.
//
// If REEVE_TEST_POSTGRES holds a superuser's address, that server is joined:
// the roles are made there, with passwords derived from that superuser's, so
// that test processes running side by side agree on them.
//
// Otherwise the process takes the first free of this user's numbered
// directories and starts a fast cluster in it. The directory stays when the process ends and its server is ended by
// the kernel (elsewhere than on Linux, by the next process that takes the
// directory). So the first run pays for making as many clusters as packages
// are tested side by side, and every later process finds one ready, with the
// template databases of earlier processes (those marked `is_template`) still
// in it; any other database left there is dropped. Nobody need call Stop.
//
// The directories are below TMPDIR if that is set, else in memory (/dev/shm) on
// a Linux machine with plenty, where databases are made several times faster,
// else below the system's temporary directory. `rm -r` of reeve-tests-* there
// is safe whenever no test runs. To make a database quickly, use
// `create database ... template ... strategy file_copy`.
//
// ctx bounds this call's waiting, not the work that later calls will share.
func ForTests(ctx context.Context) (*Cluster, error) {
	type answer struct {
		c   *Cluster
		err error
	}
	ready := make(chan answer, 1)
	go func() {
		c, err := forTests()
		ready <- answer{c, err}
	}()
	select {
	case a := <-ready:
		return a.c, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the tests' Postgres: %w", context.Cause(ctx))
	}
}

func takeSlot(ctx context.Context) (*Cluster, error) {
	base := filepath.Join(testDir(), fmt.Sprintf("reeve-tests-%d", os.Geteuid()))
	if err := os.MkdirAll(base, 0o711); err != nil {
		return nil, err
	}
	// The name can be guessed, so someone else may have taken it first.
	if info, err := os.Lstat(base); err != nil || !info.IsDir() || ownerOf(base) != os.Geteuid() {
		return nil, fmt.Errorf("%s is not a directory of this user", base)
	}
	for n := range slots {
		c, err := startSlot(ctx, filepath.Join(base, fmt.Sprintf("pg-%d", n)))
		if errors.Is(err, ErrInUse) {
			continue
		}
		return c, err
	}
	return nil, fmt.Errorf("all %d of the tests' clusters in %s are in use", slots, base)
}

// testDir is where tests make clusters.
func testDir() string {
	if dir := memoryDir(); dir != "" && os.Getenv("TMPDIR") == "" {
		return dir
	}
	return os.TempDir()
}

// startSlot starts what is in the directory, or if that is broken (fast
// clusters do not survive a power cut) a new one.
func startSlot(ctx context.Context, dir string) (*Cluster, error) {
	o := Options{Dir: dir, Fast: true}
	c, err := Start(ctx, o)
	if err != nil {
		if errors.Is(err, ErrInUse) {
			return nil, err
		}
		if _, noBinaries := FindBinaries(); noBinaries != nil {
			return nil, noBinaries
		}
		first := err
		if err := Erase(dir); err != nil {
			return nil, errors.Join(first, err)
		}
		if c, err = Start(ctx, o); err != nil {
			return nil, err
		}
	}
	if err := dropLeftovers(ctx, c.SuperURL("postgres")); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// dropLeftovers drops the databases of tests that did not live to clean up.
func dropLeftovers(ctx context.Context, superURL string) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "select datname from pg_database where not datistemplate and datname not in ('postgres', 'reeve')")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, "drop database "+pgx.Identifier{name}.Sanitize()+" with (force)"); err != nil {
			return err
		}
	}
	return nil
}

// join prepares someone else's server for the tests.
func join(ctx context.Context, address string) (*Cluster, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, fmt.Errorf("%s must be an address like postgres://user:password@host:port/postgres", TestVariable)
	}
	super, _ := u.User.Password()
	c := &Cluster{host: u.Host, query: u.RawQuery, super: u.User.Username(), passwords: passwords{RoleSuper: super}}
	for _, role := range []string{RoleOwner, RoleWeb, RoleWork} {
		sum := sha256.Sum256([]byte("reeve tests\x00" + role + "\x00" + super))
		c.passwords[role] = hex.EncodeToString(sum[:16])
	}
	conn, err := pgx.Connect(ctx, c.SuperURL("postgres"))
	if err != nil {
		return nil, fmt.Errorf("the Postgres that %s names: %w", TestVariable, err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, "select current_setting('server_version_num')::int / 10000").Scan(&c.version); err != nil {
		return nil, err
	}
	if c.version < Oldest {
		return nil, fmt.Errorf("the Postgres that %s names has version %d, and version %d or newer is needed", TestVariable, c.version, Oldest)
	}
	if err := prepareRoles(ctx, c.SuperURL("postgres"), c.passwords); err != nil {
		return nil, fmt.Errorf("preparing the roles on the Postgres that %s names: %w", TestVariable, err)
	}
	return c, nil
}
