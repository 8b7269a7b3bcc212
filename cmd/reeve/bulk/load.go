package bulk

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"reeve/auth"
	"reeve/models/selector"
)

// Options says what to load. Every field is needed.
type Options struct {
	SuperURL string // a superuser's address of the migrated, empty database
	Reports  int
	Shape    Shape
	Until    time.Time       // when the newest report was received; the oldest is 24 months older
	Keys     *selector.Keyer // makes the keys of what comes again; what comes once has a random one
}

// People are those who were loaded, to act as.
type People struct {
	Investigator auth.Actor // of the largest agency; most of what is assigned there is theirs
	Supervisor   auth.Actor // of the largest agency
	Desk         auth.Actor // the clearinghouse's, who may read everything that it has
}

// Load fills the database, gathers statistics and leaves every index and
// constraint in place.
func Load(ctx context.Context, o Options) (*People, error) {
	if err := o.run(ctx, append(append([]string{indexesOff}, prelude...), o.keyRows())); err != nil {
		return nil, err
	}
	// Two halves at a time: the machines of tests have two processors.
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error {
		return o.run(both, ofReports, "referrals", "reports", "report_numbers", "files", "board_cells", "outcomes", "routing_decisions", "report_documents")
	})
	group.Go(func() error {
		return o.run(both, ofIdentifiers, "match_links", "identifiers", "audit_events", "audit_concerns", "deconfliction_notices", "match_stats")
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	// Vacuum marks a page as visible to all only when nobody's snapshot is older than
	// its rows, so it waits for both halves: until then each would hold up the other's.
	if err := o.run(ctx, []string{"drop schema bulk cascade", "vacuum (analyze, freeze)"}); err != nil {
		return nil, err
	}
	return people(), nil
}

// run takes the steps on a connection of its own, then builds the indexes of the
// tables that they filled.
func (o Options) run(ctx context.Context, steps []string, filled ...string) error {
	conn, err := pgx.Connect(ctx, o.SuperURL)
	if err != nil {
		return fmt.Errorf("filling the database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	all := []string{"set session_replication_role = replica; set work_mem = '128MB'; set maintenance_work_mem = '256MB'; set synchronous_commit = off"}
	for _, step := range steps {
		all = append(all, o.fill(step))
	}
	for _, table := range filled {
		all = append(all, "reindex table "+table)
	}
	for _, step := range all {
		if err := conn.PgConn().Exec(ctx, step).Close(); err != nil {
			return fmt.Errorf("filling the database: %.60s: %w", step, err)
		}
	}
	return nil
}

// fill puts the options' numbers into a step.
func (o Options) fill(step string) string {
	s := o.Shape
	part := func(share float64) string { return fmt.Sprint(int(math.Round(share * 1000))) }
	return strings.NewReplacer(
		"{N}", fmt.Sprint(o.Reports), "{agencies}", fmt.Sprint(s.Agencies), "{providers}", fmt.Sprint(s.Providers),
		"{largest}", part(s.Largest), "{pool}", part(s.Pool), "{desk}", part(s.Desk), "{shared}", part(s.Shared),
		"{addresses}", fmt.Sprint(s.Addresses), "{ips}", fmt.Sprint(min(s.IPs, 762)),
		"{until}", o.Until.UTC().Format(time.RFC3339Nano), "{document}", strings.ReplaceAll(s.Document, "'", "''"),
		"{investigator}", investigator.String(), "{supervisor}", supervisor.String(), "{staff}", staff.String(),
	).Replace(step)
}

// keyRows makes the values that come again, each under its key.
func (o Options) keyRows() string {
	var rows []string
	add := func(kind selector.Kind, n int, value string) {
		k := o.Keys.Key(kind, value)
		rows = append(rows, fmt.Sprintf("('%s', %d, '%s', %d, '\\x%x'::bytea)", kind, n, value, k.Prefix(), k.MAC[:]))
	}
	for n := range o.Shape.Addresses {
		add(selector.Email, n, Address(n))
	}
	for n := range min(o.Shape.IPs, 762) {
		add(selector.IP, n, fmt.Sprintf("%s.%d", []string{"192.0.2", "198.51.100", "203.0.113"}[n%3], 1+n/3))
	}
	return "insert into bulk.keys values " + strings.Join(rows, ",") + "; analyze bulk.keys"
}

// Address is the n-th of the e-mail addresses that come again.
func Address(n int) string { return fmt.Sprintf("again%d@mail.example", n) }

// The people's ids are fixed, like everything that is loaded.
var (
	investigator = uuid.MustParse("01900000-0000-7000-8000-0000000000a1")
	supervisor   = uuid.MustParse("01900000-0000-7000-8000-0000000000a2")
	staff        = uuid.MustParse("01900000-0000-7000-8000-0000000000a3")
	largest      = uuid.MustParse("01900000-0000-7000-9000-000000000001")
	house        = uuid.MustParse("01900000-0000-7000-9000-00000000c1ea")
)

func people() *People {
	at := func(side auth.Side, agency, user uuid.UUID, name string, roles ...auth.Role) auth.Actor {
		return auth.Actor{Side: side, AgencyID: agency, UserID: user, Name: name, Roles: roles}
	}
	return &People{
		Investigator: at(auth.SideAgency, largest, investigator, "Ira Example", auth.Investigator),
		Supervisor:   at(auth.SideAgency, largest, supervisor, "Sol Example", auth.Supervisor, auth.AgencyAdmin),
		Desk: at(auth.SideClearinghouse, house, staff, "Dee Example", auth.Analyst, auth.DeskSupervisor, auth.ClearinghouseAdmin,
			auth.Auditor),
	}
}

// indexesOff lets rows be written without touching an index: Postgres skips those
// that are marked as not ready, and REINDEX marks them ready again. Only a
// superuser may write to the catalogue.
const indexesOff = `update pg_index set indisready = false, indisvalid = false from pg_class c
 where c.oid = indrelid and c.relnamespace = 'public'::regnamespace and c.relname in (` + tables + `)`

const tables = `'report_numbers', 'reports', 'report_documents', 'files', 'identifiers', 'routing_decisions', 'referrals', 'outcomes',
  'match_links', 'match_stats', 'deconfliction_notices', 'board_cells', 'audit_events', 'audit_concerns'`
