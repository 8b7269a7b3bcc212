package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/cmd/reeve/demodata"
	"reeve/models"
	"reeve/models/directory"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/store/pgcluster"
)

// installation is a database, keys and files of their own, for processes that the
// test starts and kills.
type installation struct {
	env   []string
	base  string
	owner *store.Store
	db    *pgx.Conn // a superuser's, to see everything
	c     config
}

func install(t *testing.T) *installation {
	t.Helper()
	ctx := t.Context()
	cluster, err := pgcluster.ForTests(ctx)
	if err != nil {
		t.Fatalf("a test needs Postgres: %v", err)
	}
	admin, err := pgx.Connect(ctx, cluster.SuperURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	secret := make([]byte, 36)
	_, _ = rand.Read(secret)
	name := "reeve_kill_" + hex.EncodeToString(secret[32:])
	if _, err := admin.Exec(ctx, "create database "+name+" owner "+pgcluster.RoleOwner); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		_, _ = admin.Exec(ctx, "drop database if exists "+name+" with (force)")
		_ = admin.Close(ctx)
	})
	addr := freeAddress(t)
	in := &installation{base: "http://" + addr, env: []string{"REEVE_ADDR=" + addr, "REEVE_DATA=" + t.TempDir(), "REEVE_MASTER_KEY=" + hex.EncodeToString(secret[:32]), "REEVE_LOG=warn",
		"REEVE_DATABASE_URL=" + cluster.OwnerURL(name), "REEVE_DATABASE_WEB_URL=" + cluster.WebURL(name), "REEVE_DATABASE_WORK_URL=" + cluster.WorkURL(name)}}
	in.c, err = readConfig(func(key string) string {
		for _, v := range in.env {
			if value, ok := strings.CutPrefix(v, key+"="); ok {
				return value
			}
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	start(t, in.env, "migrate").mustEnd(time.Minute)
	if in.db, err = pgx.Connect(ctx, cluster.SuperURL(name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.db.Close(context.Background()) })
	if in.owner, err = store.Open(ctx, store.Options{URL: cluster.OwnerURL(name), Role: store.Owner, MaxConns: 2}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.owner.Close)
	d := directory.New(in.owner)
	if err := d.EnsureClearinghouse(ctx, "Clearinghouse (test)", "UTC"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ImportTerritory(ctx, routing.DefaultTerritory(), true); err != nil {
		t.Fatal(err)
	}
	if err := d.AddProvider(ctx, "Example Chat", "esp", apikey.Hash("a password"), true); err != nil {
		t.Fatal(err)
	}
	return in
}

// number scans one number.
func (in *installation) number(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := in.db.QueryRow(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

const killed = 200 // submissions at once

// sent is what one provider's machine knows of its report.
type sent struct {
	number, file string
	uploaded     bool
	acknowledged bool // finish answered 0
	err          error
}

func TestKillingPortalAndWorkerAmidSubmissionsLosesNothingAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the program")
	}
	in := install(t)
	portal, worker := start(t, in.env, "serve"), start(t, in.env, "work")
	portal.mustBeReady(in.base, 30*time.Second)

	var acknowledged atomic.Int32
	enough := make(chan struct{})
	machines := make([]sent, killed)
	var all sync.WaitGroup
	for i := range machines {
		all.Go(func() {
			in.submit(t.Context(), i, &machines[i])
			if machines[i].acknowledged && acknowledged.Add(1) == killed/4 {
				close(enough)
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(90 * time.Second):
		portal.kill()
		all.Wait()
		for _, m := range machines {
			t.Log(m.err)
		}
		t.Fatalf("only %d reports were acknowledged", acknowledged.Load())
	}
	portal.kill()
	worker.kill()
	all.Wait()
	n := int(acknowledged.Load())
	open := in.number(t, "select count(*) from reports where state = 'open'")
	t.Logf("killed with %d of %d acknowledged and %d begun", n, killed, open)
	if n == killed {
		t.Fatal("everything was acknowledged before the kill; nothing was tried")
	}

	under := in.number(t, "select count(*) from river_job where state = 'running'")
	portal, worker = start(t, in.env, "serve"), start(t, in.env, "work")
	portal.mustBeReady(in.base, 30*time.Second)
	in.settle(t)
	t.Logf("%d jobs were under way when the worker was killed", under)
	if took := strings.Contains(worker.log.String(), "a worker was killed"); under > 0 && !took {
		t.Error("the next worker did not say that it took them up")
	}
	in.check(t, machines)

	// A provider whose machine got no answer asks again: what was begun can be
	// finished, what was finished meanwhile says so, and nothing is there twice.
	for i := range machines {
		if m := &machines[i]; m.number != "" && !m.acknowledged && m.uploaded {
			status, code := in.post(t.Context(), "/finish", "application/x-www-form-urlencoded", "id="+m.number)
			if code != "0" && code != "5102" {
				t.Errorf("finishing report %s again answered %d, code %s", m.number, status, code)
			}
			m.acknowledged = true
		}
	}
	in.settle(t)
	in.check(t, machines)
}

// submit sends one report as far as the portal lives.
func (in *installation) submit(ctx context.Context, i int, m *sent) {
	document := fmt.Sprintf(`<report><incidentSummary><incidentType>Online Enticement of Children for Sexual Acts</incidentType>
<incidentDateTime>2026-03-01T10:00:00Z</incidentDateTime></incidentSummary>
<reporter><reportingPerson><email>desk@esp.example</email></reportingPerson></reporter>
<personOrUserReported><personOrUserReportedPerson><email>subject%d@mail.example</email>
<address type="Home"><address>%d Example Street</address><city>San Jose</city><zipCode>95113</zipCode><state>CA</state><country>US</country></address>
</personOrUserReportedPerson></personOrUserReported></report>`, i, i+1)
	client := &demodata.Client{Base: in.base + "/ispws", User: "esp", Password: "a password", HTTP: &http.Client{Timeout: 30 * time.Second}}
	// The client goes on after each answer; the number is known from the first.
	number, err := client.Send(ctx, demodata.Report{Document: document, Uploads: []demodata.Upload{{Name: fmt.Sprintf("%d.txt", i), Body: body(i),
		Details: "<fileDetails><reportId>%s</reportId><fileId>%s</fileId><fileViewedByEsp>true</fileViewedByEsp></fileDetails>"}}})
	m.number, m.acknowledged, m.err = number, err == nil, err
	m.uploaded = err == nil || strings.Contains(err.Error(), "/ispws/finish")
}

// body is a file's content: 96 KiB, so that some are under way when the end comes.
func body(i int) []byte { return []byte(strings.Repeat(fmt.Sprintf("file of report %05d\n", i), 4500)) }

func (in *installation) post(ctx context.Context, path, kind, text string) (status int, code string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, in.base+"/ispws"+path, strings.NewReader(text))
	if err != nil {
		return 0, err.Error()
	}
	req.Header.Set("Content-Type", kind)
	req.SetBasicAuth("esp", "a password")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	_, rest, _ := strings.Cut(string(answer), "<responseCode>")
	code, _, _ = strings.Cut(rest, "<")
	return res.StatusCode, code
}

// settle waits until the worker has done everything, what was under way when the
// worker was killed included.
func (in *installation) settle(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		left := in.number(t, "select count(*) from river_job where kind in ('route_report', 'match_report') and state <> 'completed'")
		if left == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d jobs were not done 20 s after the restart", left)
		}
	}
}

// check compares what the database and the files hold with what providers were told.
func (in *installation) check(t *testing.T, machines []sent) {
	t.Helper()
	ctx := t.Context()
	agency := in.number(t, "select count(*) from agencies where code = 'ca-silicon-valley'")
	if agency != 1 {
		t.Fatal("the territory has no such agency")
	}
	for i := range machines {
		m := &machines[i]
		if !m.acknowledged {
			continue
		}
		var state string
		var decisions, referrals, files int
		err := in.db.QueryRow(ctx, `select r.state, (select count(*) from routing_decisions d where d.report_id = r.id),
			(select count(*) from referrals f join agencies a on a.id = f.agency_id where f.report_id = r.id and a.code = 'ca-silicon-valley' and f.open),
			(select count(*) from files f where f.report_id = r.id) from reports r where r.number = $1::bigint`, m.number).Scan(&state, &decisions, &referrals, &files)
		if err != nil {
			t.Errorf("report %s was acknowledged and is not there: %v", m.number, err)
			continue
		}
		if state != "finished" || decisions != 1 || referrals != 1 || files != 1 {
			t.Errorf("report %s was acknowledged and is %s, routed %d times, referred %d times, with %d files; want finished, 1, 1 and 1", m.number, state, decisions, referrals, files)
		}
	}
	for what, query := range map[string]string{
		"referrals of a report that is not finished":   "select count(*) from referrals f join reports r on r.id = f.report_id where r.state <> 'finished'",
		"decisions on a report that is not finished":   "select count(*) from routing_decisions d join reports r on r.id = d.report_id where r.state <> 'finished'",
		"identifiers of a report that is not finished": "select count(*) from identifiers i join reports r on r.id = i.report_id where r.state <> 'finished'",
		"finished reports that were not routed once":   "select count(*) from reports r where r.state = 'finished' and (select count(*) from routing_decisions d where d.report_id = r.id) <> 1",
		"referrals beyond one for a report":            "select count(*) - count(distinct report_id) from referrals",
		"finished reports without their audit line":    "select count(*) from reports r where r.state = 'finished' and not exists (select 1 from audit_events e where e.report_id = r.id and e.action = 'report.finished')",
	} {
		if got := in.number(t, query); got != 0 {
			t.Errorf("%d %s, want none", got, what)
		}
	}
	in.checkFiles(t)
}

// checkFiles reads every file of a finished report whole, which proves its hash.
func (in *installation) checkFiles(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	keys, err := openKeys(in.c, false)
	if err != nil {
		t.Fatal(err)
	}
	storage, err := keys.openFiles(ctx, in.c)
	if err != nil {
		t.Fatal(err)
	}
	defer storage.Close()
	var files []models.File
	err = in.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Where("report_id in (select id from reports where state = 'finished')").Find(&files).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		r, err := storage.Get(ctx, f.StorageKey)
		if err != nil {
			t.Errorf("the file %s of a finished report: %v", f.Name, err)
			continue
		}
		got, err := io.ReadAll(r)
		_ = r.Close()
		var i int
		_, _ = fmt.Sscanf(f.Name, "%d.txt", &i)
		if err != nil || string(got) != string(body(i)) {
			t.Errorf("the file %s has %d bytes that are not what was sent: %v", f.Name, len(got), err)
		}
	}
}
