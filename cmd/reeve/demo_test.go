package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reeve/models/store/pgcluster"
)

func TestCtrlCEndsTheDemonstrationWholeAndAnotherStartKeepsItsData(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the program")
	}
	if _, err := pgcluster.FindBinaries(); err != nil {
		t.Fatalf("a test needs Postgres: %v", err)
	}
	data, addr := t.TempDir(), freeAddress(t)
	t.Cleanup(func() { _ = pgcluster.Erase(filepath.Join(data, "pg")) })
	env := []string{"REEVE_DATA=" + data, "REEVE_ADDR=" + addr, "REEVE_LOG=warn"}

	first := start(t, env, "demo", "--reports", "5")
	first.mustBeReady("http://"+addr, time.Minute)
	waitFor(t, first, "Done in", time.Minute)
	before := count(t, data)
	if before.reports == 0 || before.audit == 0 {
		t.Fatalf("the demonstration made %d reports and %d lines in the audit log", before.reports, before.audit)
	}
	first.signal(syscall.SIGINT)
	first.mustEnd(20 * time.Second)
	mustBeGone(t, first, data)

	second := start(t, env, "demo", "--reports", "5")
	second.mustBeReady("http://"+addr, time.Minute)
	waitFor(t, second, "Sign in as", 10*time.Second)
	if after := count(t, data); after.reports != before.reports || after.people != before.people || after.agencies != before.agencies {
		t.Errorf("the second start has %+v, want what the first one left, %+v", after, before)
	}
	if strings.Contains(second.log.String(), "sending") {
		t.Error("the second start sent reports again")
	}
	// Ctrl-C twice, as an impatient person does.
	second.signal(syscall.SIGINT)
	second.signal(syscall.SIGINT)
	second.mustEnd(20 * time.Second)
	mustBeGone(t, second, data)
}

// waitFor waits until the program has written the words.
func waitFor(t *testing.T, c *child, words string, within time.Duration) {
	t.Helper()
	for end := time.Now().Add(within); !strings.Contains(c.log.String(), words); time.Sleep(50 * time.Millisecond) {
		select {
		case <-c.done:
			t.Fatalf("it ended before it wrote %q: %v", words, c.err)
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("it had not written %q after %s", words, within)
		}
	}
}

type counted struct{ reports, people, agencies, audit int }

// count looks into the running demonstration's database.
func count(t *testing.T, data string) (n counted) {
	t.Helper()
	ctx := context.Background()
	cluster, err := pgcluster.Running(filepath.Join(data, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, cluster.SuperURL("reeve"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `select (select count(*) from reports), (select count(*) from users), (select count(*) from agencies), (select count(*) from audit_events)`).
		Scan(&n.reports, &n.people, &n.agencies, &n.audit)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// mustBeGone ends the test if anything of the program still runs: a process of
// its group, or one that has the data folder among its arguments.
func mustBeGone(t *testing.T, c *child, data string) {
	t.Helper()
	if err := syscall.Kill(-c.cmd.Process.Pid, 0); err == nil {
		t.Error("a process of its group is still there")
	}
	if _, err := pgcluster.Running(filepath.Join(data, "pg")); err == nil {
		t.Error("its Postgres is still running")
	}
	places := []string{data}
	if b, err := os.ReadFile(filepath.Join(data, "pg", "elsewhere")); err == nil {
		places = append(places, strings.TrimSpace(string(b)))
	}
	procs, _ := filepath.Glob("/proc/[0-9]*/cmdline") // none where there is no /proc
	for _, p := range procs {
		b, err := os.ReadFile(p)
		for _, place := range places {
			if line := strings.ReplaceAll(string(b), "\x00", " "); err == nil && strings.Contains(line, place) {
				t.Errorf("still running: %s", line)
			}
		}
	}
}
