package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/migrations"
)

// Role is the database role that a process runs as.
type Role string

// The roles. Owner is for commands at the console only.
const (
	Owner Role = "reeve_owner"
	Web   Role = "reeve_web"
	Work  Role = "reeve_work"
)

// Options says how to open a store. The zero value of each field is usable.
type Options struct {
	URL      string           // postgres://...; may sign in as another user that may act as Role
	Role     Role             // empty: Web
	MaxConns int32            // 0: 16
	Clock    func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default()
	// Notice gets what the server says besides its answers; nil: nobody. Tests read
	// plans there.
	Notice func(message string)
}

// Store is a pool of connections of one role.
type Store struct {
	pool  *pgxpool.Pool
	sqldb *sql.DB
	db    *gorm.DB
	jobs  *river.Client[*sql.Tx]
	clock func() time.Time
}

// Open connects. It does not migrate: see migrations.Up.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Role == "" {
		o.Role = Web
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxConns == 0 {
		o.MaxConns = 16
	}
	address, err := migrations.WithRole(o.URL, string(o.Role))
	if err != nil {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("reading the database address: %w", err)
	}
	cfg.MaxConns = o.MaxConns
	params := cfg.ConnConfig.RuntimeParams
	params["application_name"] = string(o.Role)
	params["timezone"] = "UTC"
	// A forgotten transaction would hold back the audit sequencer's horizon, and a
	// runaway statement a connection; both end by themselves.
	params["idle_in_transaction_session_timeout"] = "60000"
	if o.Role == Web {
		params["statement_timeout"] = "30000"
	}
	if o.Notice != nil {
		cfg.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { o.Notice(n.Message) }
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	sqldb := stdlib.OpenDBFromPool(pool)
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: sqldb}), &gorm.Config{
		TranslateError:         true,
		QueryFields:            true,
		SkipDefaultTransaction: true,
		Logger:                 quietLogger{log: o.Log},
		NowFunc:                func() time.Time { return o.Clock().UTC() },
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("preparing the database: %w", err)
	}
	jobs, err := river.NewClient(riverdatabasesql.New(sqldb), &river.Config{Logger: o.Log})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("preparing jobs: %w", err)
	}
	return &Store{pool: pool, sqldb: sqldb, db: db, jobs: jobs, clock: o.Clock}, nil
}

// Close ends every connection.
func (s *Store) Close() {
	_ = s.sqldb.Close()
	s.pool.Close()
}

// Pool is the pool beneath, for what cannot be a use case: the job worker's
// notifications and the readiness check.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.clock().UTC() }

// Tx is one use case's transaction, scoped to one actor.
type Tx struct {
	*gorm.DB
	Actor auth.Actor
	Now   time.Time // UTC, microseconds, the same throughout the transaction

	ctx  context.Context
	jobs *river.Client[*sql.Tx]
}

// Context is the request's, for statements that want one.
func (tx *Tx) Context() context.Context { return tx.ctx }

// As runs fn in one transaction scoped to the actor. It commits when fn answers
// nil and rolls back otherwise, also on panic. An actor that is nobody is refused
// before the database is asked. fn runs again, at most twice, when the database
// aborts it for a deadlock or serialisation conflict: it must change nothing but
// the transaction.
func (s *Store) As(ctx context.Context, a auth.Actor, fn func(*Tx) error) error {
	if !a.Known() {
		return errors.New("store: no query without an actor")
	}
	for attempt := 0; ; attempt++ {
		err := s.once(ctx, a, fn)
		if attempt < 2 && mayRetry(err) && ctx.Err() == nil {
			continue
		}
		return err
	}
}

func (s *Store) once(ctx context.Context, a auth.Actor, fn func(*Tx) error) error {
	return s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		// One round trip sets the whole scope; `true` makes it local to this transaction.
		err := db.Exec(`select set_config('app.side', ?, true), set_config('app.purpose', ?, true),
			set_config('app.agency_id', ?, true), set_config('app.user_id', ?, true), set_config('app.provider_id', ?, true)`,
			string(a.Side), string(a.Purpose), idText(a.AgencyID), idText(a.UserID), idText(a.ProviderID)).Error
		if err != nil {
			return fmt.Errorf("scoping the transaction: %w", err)
		}
		return fn(&Tx{DB: db, Actor: a, Now: s.Now().Truncate(time.Microsecond), ctx: ctx, jobs: s.jobs})
	})
}

// Enqueue adds a job that becomes visible on commit, never otherwise. Arguments
// are ids only: job rows are readable by whoever reads the queue.
func (tx *Tx) Enqueue(args river.JobArgs) error { return tx.enqueue(args, nil) }

// EnqueueAt is Enqueue for a job that is worked not before the time.
func (tx *Tx) EnqueueAt(args river.JobArgs, at time.Time) error {
	return tx.enqueue(args, &river.InsertOpts{ScheduledAt: at})
}

func (tx *Tx) enqueue(args river.JobArgs, opts *river.InsertOpts) error {
	raw, ok := tx.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return fmt.Errorf("store: a job needs the transaction itself, got %T", tx.Statement.ConnPool)
	}
	if _, err := tx.jobs.InsertTx(tx.ctx, raw, args, opts); err != nil {
		return fmt.Errorf("enqueueing %s: %w", args.Kind(), err)
	}
	return nil
}

func mayRetry(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40P01" || pg.Code == "40001")
}
