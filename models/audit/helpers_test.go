package audit

import (
	"context"
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

// seal seals until nothing is left. Other tests share the cluster, and with it
// the horizon, so a pass may have to wait for their transactions.
func (l *testLog) seal(t testing.TB) (sealed int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		n, err := l.sealer.SealOnce(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		sealed += n
		b, err := l.sealer.Backlog(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if b.Lines == 0 {
			return sealed
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d lines are not sealed after 20 seconds", b.Lines)
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
