package audit

import (
	"context"
	"crypto/md5"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"

	"reeve/auth"
	"reeve/models/store"
	"reeve/models/storetest"
)

// testLog is a database with a sealer and the public key that goes with it.
type testLog struct {
	*storetest.DB
	sealer *Sealer
	signer note.Signer
	public note.Verifiers
}

func newLog(t testing.TB) *testLog {
	t.Helper()
	secret, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	d := storetest.New(t)
	return &testLog{DB: d, sealer: NewSealer(d.Work, signer, nil), signer: signer, public: note.VerifierList(verifier)}
}

// deed writes one line as the actor.
func (l *testLog) deed(t testing.TB, a auth.Actor, e Event) {
	t.Helper()
	s := l.Web
	if a.Side == auth.SideSystem {
		s = l.Work
	}
	if err := s.As(context.Background(), a, func(tx *store.Tx) error { return Record(tx, e) }); err != nil {
		t.Fatalf("writing %s: %v", e.Action, err)
	}
}

// deeds writes lines of which some concern another agency and carry details.
func (l *testLog) deeds(t testing.TB, n int) {
	t.Helper()
	concerned := uuid.MustParse("0195ffff-0000-7000-8000-000000000001")
	for i := range n {
		e := Event{Action: "test.deed", Subject: fmt.Sprint("thing ", i), Words: "Did a thing.\nIn two lines, with ünïcode."}
		if i%3 == 0 {
			e.Detail, e.Concerns = map[string]any{"n": i, "why": "a test"}, []uuid.UUID{concerned}
		}
		l.deed(t, auth.System(auth.ForRouting), e)
	}
}

// seal waits until every line lies below the horizon, which other tests'
// transactions on the same cluster hold back, and then seals them all.
func (l *testLog) seal(t testing.TB) (sealed int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); l.count(t, `select count(*) from audit_events e
		where e.txid = (select max(txid) from audit_events) and e.txid >= pg_snapshot_xmin(pg_current_snapshot())`) > 0; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("some transaction has held the horizon for 20 seconds")
		}
	}
	for {
		n, err := l.sealer.SealOnce(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		sealed += n
		if n < l.sealer.batch {
			return sealed
		}
	}
}

func (l *testLog) verify(t testing.TB, exported string) Report {
	t.Helper()
	var in io.Reader
	if exported != "" {
		in = strings.NewReader(exported)
	}
	r, err := Verify(context.Background(), l.Owner, l.public, VerifyOptions{Exported: in})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tamper runs statements as a superuser who switched the triggers off.
func (l *testLog) tamper(t testing.TB, statements ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, l.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, s := range append([]string{"set session_replication_role = replica"}, statements...) {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// count answers a number as the console.
func (l *testLog) count(t testing.TB, query string, args ...any) (n int64) {
	t.Helper()
	l.Setup(t, func(tx *store.Tx) error { return tx.Raw(query, args...).Row().Scan(&n) })
	return n
}

// person is somebody at an agency without a row in users.
func person(agency uuid.UUID, name string, roles ...auth.Role) auth.Actor {
	return auth.Actor{Side: auth.SideAgency, UserID: store.NewID(), AgencyID: agency, Roles: roles, Name: name}
}

// bulk loads n lines at once, most of them of the largest agency, as years of
// work would leave them: a second apart, before the test's clock.
func (l *testLog) bulk(t testing.TB, n int) {
	t.Helper()
	l.tamper(t,
		fmt.Sprintf(`insert into audit_events (id, at, side, actor_id, actor_name, actor_agency, action, refused, report_id, report_number, words, concerns)
		select %s, at, case when g %% 10 < 7 then 'agency' else 'clearinghouse' end,
			md5('person ' || (g %% 500))::uuid, 'Person', case when g %% 10 < 7 then md5('agency ' || case when g %% 10 < 4 then 0 else g / 10 %% 200 end)::uuid else md5('agency ' || (9999))::uuid end,
			case when g %% 5000 = 17 then 'user.removed' else 'report.read' end, g %% 1000 = 3, md5('report ' || (g / 20))::uuid, 100000000 + g / 20, 'Read the report.',
			case when g %% 10 = 8 then array[md5('agency ' || (g / 10 %% 40))::uuid] when g %% 5000 = 2507 then array[md5('agency ' || (0))::uuid] end
		from generate_series(1, %d) g, lateral (select timestamptz '2026-03-02 15:04:05Z' - make_interval(secs => %d - g) as at) a`, bulkLineID, n, n),
		`insert into audit_concerns (agency_id, event_id, action, refused, by_person) select a, id, action, refused, true from audit_events, unnest(concerns) a`,
		`insert into report_numbers (number, report_id) select distinct report_number, report_id from audit_events where report_number is not null`,
		"analyze audit_events", "analyze audit_concerns", "analyze report_numbers")
}

// bulkLineID is lineID in SQL, and bulkID a made-up id of a kind of thing.
const bulkLineID = `(lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(g), 15, '0'))::uuid`

func bulkID(kind string, n int) uuid.UUID {
	sum := md5.Sum(fmt.Appendf(nil, "%s %d", kind, n))
	return uuid.UUID(sum)
}
