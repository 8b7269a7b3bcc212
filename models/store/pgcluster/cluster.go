package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// ErrInUse is wrapped by the error of Start and Erase on a directory whose
// cluster is running.
var ErrInUse = errors.New("the database is already in use")

// startLimit bounds a start whose context has no deadline. Recovery after a
// power cut may take a while; everything else takes seconds.
const startLimit = 2 * time.Minute

// Options say where and how a cluster runs.
type Options struct {
	Dir  string    // the cluster's own directory; made if missing
	Port int       // on 127.0.0.1; 0 takes a free one
	Fast bool      // faster, and lost or broken by a power cut: tests only
	Log  io.Writer // a line for whatever is worth saying; nil is silence
}

// Cluster is a running private Postgres.
type Cluster struct {
	host      string // host:port
	query     string // of every address
	super     string // the superuser's name
	passwords passwords
	version   int
	socket    string
	server    *server  // nil if the cluster is not ours to stop
	lock      *os.File // held while it runs
	stop      sync.Once
}

// Start makes the cluster if the directory holds none, and starts it. When it
// returns, the server answers, the four roles exist, and reeve_owner owns a
// database named reeve. ctx bounds the start only: the cluster runs until Stop.
//
// Errors wrap ErrInUse if the directory's cluster is already running, and
// ErrNoBinaries if there is no Postgres to run; see Install.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	log := func(format string, args ...any) {
		if o.Log != nil {
			fmt.Fprintf(o.Log, format+"\n", args...)
		}
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	// One spelling of the name for all runs: a leftover server is known by it.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	c, err := start(ctx, dir, o, log)
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("private Postgres in %s: %w", dir, err)
	}
	c.lock = lock
	return c, nil
}

// start does the work of Start under the directory's lock.
func start(ctx context.Context, dir string, o Options, log func(string, ...any)) (*Cluster, error) {
	home := dir
	if elsewhere, ok := follow(dir, "elsewhere"); ok {
		home = elsewhere
	}
	data := filepath.Join(home, "data")
	bin, err := binariesFor(majorOfData(data), data)
	if err != nil {
		return nil, err
	}
	a, err := chooseAccount(ctx, bin, ownerOf(data))
	if err != nil {
		return nil, err
	}
	p, err := settle(ctx, dir, bin, a, log)
	if err != nil {
		return nil, err
	}
	exists := majorOfData(p.data()) != 0
	pw, err := loadPasswords(dir, exists)
	if err != nil {
		return nil, err
	}
	if exists {
		err = endLeftover(p.data(), log)
	} else {
		log("making a database in %s (PostgreSQL %d)", p.data(), bin.Major)
		err = initialise(ctx, bin, a, p, pw[RoleSuper], o.Fast)
	}
	if err != nil {
		return nil, err
	}
	clearSockets(p.socket)
	c := &Cluster{passwords: pw, super: RoleSuper, version: bin.Major, socket: p.socket, query: "sslmode=disable"}
	for try := 1; ; try++ {
		port := o.Port
		if port == 0 {
			if port, err = freePort(); err != nil {
				return nil, err
			}
		}
		c.host = fmt.Sprintf("127.0.0.1:%d", port)
		c.server, err = launch(ctx, bin, a, p, port, o.Fast, c.SuperURL("postgres"))
		if err == nil {
			break
		}
		// Between finding a free port and taking it, someone else may.
		if !errors.Is(err, errPortTaken) || o.Port != 0 || try == 5 {
			return nil, err
		}
	}
	if err := prepareRoles(ctx, c.SuperURL("postgres"), pw); err != nil {
		c.server.stop()
		return nil, fmt.Errorf("preparing the roles: %w", err)
	}
	return c, nil
}

// Stop ends the cluster and frees its directory. It waits until the server is
// gone. Safe to repeat; on a cluster that was joined, not started, it does
// nothing.
func (c *Cluster) Stop() {
	c.stop.Do(func() {
		if c.server == nil {
			return
		}
		c.server.stop()
		c.lock.Close()
	})
}

// Done is closed when the server has ended, by Stop or by itself. It is nil,
// so never ready, for a cluster that was joined.
func (c *Cluster) Done() <-chan struct{} {
	if c.server == nil {
		return nil
	}
	return c.server.exited
}

// OwnerURL is the address of a database for the role that owns and migrates it.
func (c *Cluster) OwnerURL(db string) string { return c.address(RoleOwner, c.passwords[RoleOwner], db) }

// WebURL is the address of a database for the portal's role.
func (c *Cluster) WebURL(db string) string { return c.address(RoleWeb, c.passwords[RoleWeb], db) }

// WorkURL is the address of a database for the job worker's role.
func (c *Cluster) WorkURL(db string) string { return c.address(RoleWork, c.passwords[RoleWork], db) }

// SuperURL is the address of a database for the cluster's superuser.
func (c *Cluster) SuperURL(db string) string { return c.address(c.super, c.passwords[RoleSuper], db) }

// Socket is the directory of the server's unix socket, as psql's -h takes it;
// empty for a cluster that was joined.
func (c *Cluster) Socket() string { return c.socket }

// Version is the server's major version.
func (c *Cluster) Version() int { return c.version }

func (c *Cluster) address(role, password, db string) string {
	u := url.URL{Scheme: "postgres", Host: c.host, Path: "/" + db, RawQuery: c.query}
	u.User = url.User(role)
	if password != "" {
		u.User = url.UserPassword(role, password)
	}
	return u.String()
}
