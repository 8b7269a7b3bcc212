package migrations

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed *.sql
var files embed.FS

// lockKey is the advisory lock under which a database is migrated, so that
// several processes started at once do it one after the other.
const lockKey = 0x5265657665 // "Reeve"

// ownerRole owns every object; the other two run the program.
const ownerRole = "reeve_owner"

// Up makes the roles if they are missing, then brings the database at ownerURL to
// the newest schema. It is idempotent and safe when several processes call it at
// once. When the connecting role may not create roles, the error lists the
// statements an administrator must run.
func Up(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connecting to migrate: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return fmt.Errorf("waiting for other migrations: %w", err)
	}
	if err := ensureRoles(ctx, conn); err != nil {
		return err
	}
	return runAsOwner(ctx, ownerURL)
}

// Pending answers the names of the migrations that the database lacks. It reads
// only; a database never migrated lacks them all.
func Pending(ctx context.Context, db *pgxpool.Pool) ([]string, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var applied int64
	err = db.QueryRow(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&applied)
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && pg.Code == "42P01" {
		return names, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the schema's version: %w", err)
	}
	var pending []string
	for _, n := range names {
		if v, err := goose.NumericComponent(n); err == nil && v > applied {
			pending = append(pending, n)
		}
	}
	return pending, nil
}

func runAsOwner(ctx context.Context, ownerURL string) error {
	cfg, err := pgxpool.ParseConfig(ownerURL)
	if err != nil {
		return fmt.Errorf("reading the owner's database address: %w", err)
	}
	cfg.MaxConns = 2
	cfg.ConnConfig.RuntimeParams["role"] = ownerRole
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connecting as %s: %w", ownerRole, err)
	}
	defer pool.Close()

	jobs, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return fmt.Errorf("preparing the job tables: %w", err)
	}
	if _, err := jobs.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrating the job tables: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	// Everybody may ask whether the schema is current.
	_, err = pool.Exec(ctx, "grant select on goose_db_version to reeve_web, reeve_work")
	return err
}

// ensureRoles makes the three roles and lets the connecting role act as the
// owner. Parallel runs against one cluster may collide on the shared catalogue;
// such a collision means that somebody else just did it, so it looks again.
func ensureRoles(ctx context.Context, conn *pgx.Conn) error {
	for attempt := 0; ; attempt++ {
		missing, err := roleStatements(ctx, conn)
		if err != nil || len(missing) == 0 {
			return err
		}
		err = nil
		for _, s := range missing {
			if _, err = conn.Exec(ctx, s); err != nil {
				break
			}
		}
		if err == nil {
			return nil
		}
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "42501" {
			return fmt.Errorf("this database user may not prepare Reeve's roles; ask an administrator to run, in this database:\n  %s;\nand start again (%w)",
				strings.Join(missing, ";\n  "), err)
		}
		if attempt == 20 {
			return fmt.Errorf("preparing the database roles: %w", err)
		}
		time.Sleep(time.Duration(10*(attempt+1)) * time.Millisecond)
	}
}

// roleStatements answers what is still to be done for roles, in order.
func roleStatements(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	var out []string
	var me, db string
	var super bool
	if err := conn.QueryRow(ctx, "select current_user, current_database(), rolsuper from pg_roles where rolname = current_user").Scan(&me, &db, &super); err != nil {
		return nil, fmt.Errorf("looking at the database roles: %w", err)
	}
	for _, role := range []string{ownerRole, "reeve_web", "reeve_work"} {
		var exists bool
		if err := conn.QueryRow(ctx, "select exists (select 1 from pg_roles where rolname = $1)", role).Scan(&exists); err != nil {
			return nil, fmt.Errorf("looking for role %s: %w", role, err)
		}
		if !exists {
			out = append(out, "create role "+role+" nosuperuser nobypassrls nocreaterole")
		}
		member := exists && role == me
		if exists && !member {
			if err := conn.QueryRow(ctx, "select pg_has_role(current_user, $1, 'member')", role).Scan(&member); err != nil {
				return nil, fmt.Errorf("looking at membership in %s: %w", role, err)
			}
		}
		// The owner's own login needs no right to run as the other two when they
		// sign in for themselves.
		if !member && !super && me != ownerRole {
			out = append(out, fmt.Sprintf("grant %s to %s", role, pgx.Identifier{me}.Sanitize()))
		}
	}
	var may bool
	err := conn.QueryRow(ctx, `select exists (select 1 from pg_roles where rolname = 'reeve_owner')
		and has_schema_privilege('reeve_owner', 'public', 'create')`).Scan(&may)
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && pg.Code == "42704" {
		may, err = false, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking at the owner's rights: %w", err)
	}
	if !may {
		out = append(out, "grant create, usage on schema public to reeve_owner",
			fmt.Sprintf("grant create on database %s to reeve_owner", pgx.Identifier{db}.Sanitize()))
	}
	return out, nil
}

// WithRole answers the address with a role set for every connection, when the
// address signs in as somebody else. A connection cannot reset it.
func WithRole(address, role string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("reading a database address: %w", err)
	}
	if u.User.Username() == role {
		return address, nil
	}
	q := u.Query()
	q.Set("role", role)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Fingerprint is a short hash of the schema's files; it changes when any of them does.
func Fingerprint() string {
	h := sha256.New()
	names, _ := fs.Glob(files, "*.sql") // the pattern is constant and sound
	for _, n := range names {
		b, err := files.ReadFile(n)
		if err != nil {
			continue // an embedded file cannot fail to be read
		}
		fmt.Fprintf(h, "%s %d\n", n, len(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
