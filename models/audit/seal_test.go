package audit

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/store"
)

func TestSealingUnderEightWritersLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.sealer.batch = 64
	const writers, each = 8, 60
	stop := make(chan struct{})
	var sealing sync.WaitGroup
	for range 2 { // two workers seal at once, too
		s := NewSealer(l.Work, l.signer, nil)
		s.batch = 64
		sealing.Go(func() {
			for {
				if _, err := s.SealOnce(context.Background()); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
				}
			}
		})
	}
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			agency := store.NewID()
			dana := person(agency, fmt.Sprint("Dana ", w))
			for i := range each {
				err := l.Web.As(context.Background(), dana, func(tx *store.Tx) error {
					if err := Record(tx, Event{Action: "test.one", Words: "First.", Concerns: []uuid.UUID{store.NewID()}}); err != nil {
						return err
					}
					if i%5 == 0 {
						time.Sleep(3 * time.Millisecond) // commits behind its neighbours
					}
					if err := Record(tx, Event{Action: "test.two", Words: "Second."}); err != nil {
						return err
					}
					if i%7 == 6 {
						return errors.New("changed its mind")
					}
					return nil
				})
				if (err != nil) != (i%7 == 6) {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	sealing.Wait()
	l.seal(t)
	rolledBack := 0
	for i := range each {
		if i%7 == 6 {
			rolledBack++
		}
	}
	want := int64(writers * (each - rolledBack) * 2)
	if got := l.count(t, "select count(*) from audit_events"); got != want {
		t.Errorf("%d lines, want %d: a rolled back deed leaves none", got, want)
	}
	r := l.verify(t, "")
	if !r.OK() || r.Lines != want || r.Pending != 0 {
		t.Errorf("%v (%d lines, %d pending; want %d, 0)", r, r.Lines, r.Pending, want)
	}
}

func TestALineIsSealedWithinASecond(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { l.sealer.Run(ctx) })
	time.Sleep(50 * time.Millisecond)
	for i := range 3 {
		l.deeds(t, 1)
		began := time.Now()
		for {
			h, err := ReadHead(ctx, l.Web)
			if err != nil {
				t.Fatal(err)
			}
			if h.Size > int64(i) {
				break
			}
			// The goal is 250 ms; the bound here leaves room for a machine that runs
			// other tests, whose transactions hold the horizon too.
			if time.Since(began) > 10*time.Second {
				t.Fatal("a line is not sealed after ten seconds")
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Logf("sealed after %v", time.Since(began).Round(time.Millisecond))
	}
	stop()
	running.Wait()
}

func TestASealerThatIsStoppedSealsWhatIsLeft(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	path := t.TempDir() + "/checkpoints"
	f, err := NewExportFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l.sealer.ExportTo(f)
	l.deeds(t, 3)
	time.Sleep(100 * time.Millisecond) // lets other tests' transactions end
	ctx, stop := context.WithCancel(t.Context())
	stop()
	l.sealer.Run(ctx)
	h, err := ReadHead(t.Context(), l.Web)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := l.sealer.Backlog(t.Context()); err != nil || b.Lines+h.Size != 3 {
		t.Errorf("%d sealed, %d waiting (%v), want 3 together", h.Size, b.Lines, err)
	}
	if h.Size > 0 && readAll(t, path) != h.Note+"\n" {
		t.Errorf("exported %q, want the head %q", readAll(t, path), h.Note)
	}
}

func TestALongTransactionDelaysTheHorizonAndLosesNothing(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	written, end, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- l.Web.As(context.Background(), person(store.NewID(), "Slow"), func(tx *store.Tx) error {
			err := Record(tx, Event{Action: "test.slow", Words: "Began early, committed late."})
			close(written)
			<-end
			return err
		})
	}()
	<-written
	l.deeds(t, 5) // younger transactions that commit first
	if n, err := l.sealer.SealOnce(t.Context()); n != 0 || err != nil {
		t.Errorf("sealed %d (%v) past a transaction that still runs, want 0", n, err)
	}
	if r := l.verify(t, ""); !r.OK() || r.Pending != 5 {
		t.Errorf("while it runs: %v, %d pending, want 5", r, r.Pending)
	}
	close(end)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := l.seal(t); n != 6 {
		t.Errorf("sealed %d, want 6", n)
	}
	if r := l.verify(t, ""); !r.OK() || r.Lines != 6 || r.Pending != 0 {
		t.Errorf("%v", r)
	}
}

// After a dump is restored elsewhere, transaction ids begin anew, lower or higher.
func TestSealingGoesOnAfterARestoreIntoAnotherCluster(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.sealer.batch = 4
	l.deeds(t, 10)
	l.seal(t)
	l.deeds(t, 6) // not sealed when the dump was made
	l.tamper(t,
		"update audit_events set txid = (txid::text::bigint + 4000000000)::text::xid8 where id not in (select event_id from audit_leaves)",
		"update audit_cursor set cluster = 1, txid = '3999999999'")
	l.deeds(t, 5) // below the old cursor
	until := func(query string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); l.count(t, query) == 0; {
			if _, err := l.sealer.SealOnce(t.Context()); err != nil || time.Now().After(deadline) {
				t.Fatalf("waiting for %s: %v", query, err)
			}
		}
	}
	until("select count(*) from audit_cursor where cluster <> 1")
	if got := l.count(t, "select count(*) from audit_leaves"); got != 21 {
		t.Errorf("%d sealed when the sweep is through, want 21", got)
	}
	l.deeds(t, 3)
	until("select count(*) from audit_leaves where n = 23")
	if r := l.verify(t, ""); !r.OK() || r.Lines != 24 || r.Pending != 0 {
		t.Errorf("%v (%d lines, %d pending)", r, r.Lines, r.Pending)
	}
}

func TestTheCursorFollowsWhenMuchElseHappens(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.deeds(t, 1)
	l.seal(t)
	l.tamper(t, "update audit_cursor set txid = '1'")
	if _, err := l.sealer.SealOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := l.count(t, "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
	if got := l.count(t, "select txid::text::bigint from audit_cursor"); now > catchUpAfter && got < now-catchUpAfter {
		t.Errorf("the cursor stands at %d, the horizon at %d", got, now)
	}
}

func TestASealerDoesNotSignAlteredHashesAnew(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		// Beside leaf 3 of five lies the root of the first four: the tree's edge.
		"an altered hash":      "update audit_leaves set hashes = overlay(hashes placing '\\x00000000'::bytea from 66 for 4) where n = 3",
		"a missing leaf":       "delete from audit_leaves where n = 3",
		"a missing tail":       "delete from audit_leaves where n = 4",
		"a missing checkpoint": "delete from audit_checkpoints",
	} {
		l := newLog(t)
		l.deeds(t, 5)
		l.seal(t)
		l.tamper(t, statement)
		l.deeds(t, 1)
		var n int
		var err error
		for deadline := time.Now().Add(10 * time.Second); n == 0 && err == nil && time.Now().Before(deadline); {
			n, err = l.sealer.SealOnce(t.Context())
		}
		if err == nil {
			t.Errorf("%s: sealing went on, %d lines", name, n)
		}
	}
}

func TestARefusalSurvivesTheRollbackOfItsDeed(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	dana := person(store.NewID(), "Dana", auth.Investigator)
	refusal := errors.New("locked")
	err := l.Web.As(t.Context(), dana, func(tx *store.Tx) error {
		if err := Record(tx, Event{Action: "file.opened", Words: "Opened a file."}); err != nil {
			return err
		}
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Fatal(err)
	}
	if err := Refused(t.Context(), l.Web, dana, Event{Action: "file.opened", Words: "Was refused a file."}); err != nil {
		t.Fatal(err)
	}
	if err := Refused(t.Context(), l.Web, auth.Actor{}, Event{Action: "file.opened"}); err != nil {
		t.Errorf("nobody refused: %v", err)
	}
	if got := l.count(t, "select count(*) from audit_events"); got != 1 {
		t.Errorf("%d lines, want the refusal alone", got)
	}
	if got := l.count(t, "select count(*) from audit_events where refused and words = 'Was refused a file.'"); got != 1 {
		t.Error("the refusal left no line")
	}
}

// A pass with nothing to do touches a few pages, however much is sealed already,
// with either kind of plan; one with a few new lines only theirs.
func TestAPassReadsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.bulk(t, 30_000)
	l.seal(t)
	sealer := auth.System(auth.ForSealing)
	ask := func() (from, to string, id string) {
		l.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select txid::text, event_id::text, pg_snapshot_xmin(pg_current_snapshot())::text from audit_cursor").Row().Scan(&from, &id, &to)
		})
		return from, to, id
	}
	for _, plans := range []string{planEachTime, "set local plan_cache_mode = force_generic_plan"} {
		from, to, id := ask()
		got, plan := l.buffers(t, sealer, plans, numbered(sealQuery)+first(sealBatch), []any{from, id, to})
		if got > 20 {
			t.Errorf("an idle pass (%s) touches %.0f buffers\n%s", plans, got, plan)
		}
		l.deeds(t, 10)
		from, to, id = ask()
		if got, plan := l.buffers(t, sealer, plans, numbered(sealQuery)+first(sealBatch), []any{from, id, to}); got > 100 {
			t.Errorf("a pass with ten lines (%s) touches %.0f buffers\n%s", plans, got, plan)
		}
		l.seal(t)
	}
}

// numbered turns $1 into ? for buffers.
func numbered(sql string) string { return regexp.MustCompile(`\$[0-9]`).ReplaceAllString(sql, "?") }
