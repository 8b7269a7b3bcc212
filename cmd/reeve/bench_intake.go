package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"reeve/cmd/reeve/demodata"
	"reeve/models/audit"
	"reeve/models/store"
)

var benchNumber atomic.Int64

// benchReport is a whole report with one file of 10 KiB, unlike every other, whose
// subject lives in the measured agency's area.
func benchReport() demodata.Report {
	n := benchNumber.Add(1)
	sum := sha256.Sum256([]byte(strconv.FormatInt(n, 10)))
	return demodata.Report{
		Document: fmt.Sprintf(`<report><incidentSummary><incidentType>Online Enticement of Children for Sexual Acts</incidentType>
<incidentDateTime>2026-03-01T10:00:00Z</incidentDateTime></incidentSummary>
<reporter><reportingPerson><email>desk@esp.example</email></reportingPerson></reporter>
<personOrUserReported><personOrUserReportedPerson><email>bench%d@mail.example</email>
<address type="Home"><address>%d Example Street</address><city>San Jose</city><zipCode>95113</zipCode><state>CA</state><country>US</country></address>
</personOrUserReportedPerson></personOrUserReported></report>`, n, n),
		Uploads: []demodata.Upload{{Name: fmt.Sprintf("%d.bin", n), Body: bytes.Repeat(sum[:], 320),
			Details: "<fileDetails><reportId>%s</reportId><fileId>%s</fileId><fileViewedByEsp>true</fileViewedByEsp></fileDetails>"}},
	}
}

func (b *benchmark) machineOf(provider int) *demodata.Client {
	return &demodata.Client{Base: b.c.BaseURL.String() + "/ispws", User: benchUser(provider), Password: benchPassword,
		HTTP: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2}}}
}

// intake is whole reports over HTTP: submit, upload of 10 KiB, fileinfo, finish,
// each durable when it is answered. The worker routes and matches meanwhile.
func (b *benchmark) intake(ctx context.Context) error {
	machines := make([]*demodata.Client, benchProviders)
	for i := range machines {
		machines[i] = b.machineOf(i)
		if _, err := machines[i].Send(ctx, benchReport()); err != nil { // the first proves the password, which takes long
			return err
		}
	}
	send := func(ctx context.Context, w, _ int) error {
		_, err := machines[w].Send(ctx, benchReport())
		return err
	}
	if err := b.together(ctx, "intake of a whole report, 1 provider", "", 1, 10*time.Second, send); err != nil {
		return err
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	if err := b.together(ctx, "intake of a whole report, 16 providers", ">= 150 per second, p99 <= 100", benchProviders, 15*time.Second, send); err != nil {
		return err
	}
	return b.settle(ctx)
}

// settle waits until the worker has nothing left to do.
func (b *benchmark) settle(ctx context.Context) error {
	began := time.Now()
	for {
		left, err := b.number(ctx, "select count(*) from river_job where state in ('available', 'running', 'retryable') and kind <> 'x'")
		if err != nil || left == 0 {
			return err
		}
		if time.Since(began) > 2*time.Minute {
			return fmt.Errorf("the worker still has %d jobs after two minutes", left)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// latency is from the answer to finish until the report is in the agency's inbox,
// with its identifiers matched, while reports come one after another.
func (b *benchmark) latency(ctx context.Context) error {
	machine := b.machineOf(0)
	var took []time.Duration
	began := time.Now()
	for range 200 {
		if time.Since(began) > 20*time.Second {
			break
		}
		number, err := machine.Send(ctx, benchReport())
		if err != nil {
			return err
		}
		at := time.Now()
		for {
			there, err := b.number(ctx, `select count(*) from referrals f where report_id = (select report_id from report_numbers where number = ?::bigint)
				and not exists (select 1 from match_links l where l.report_id = f.report_id and not l.counted)`, number)
			if err != nil {
				return err
			}
			if there > 0 {
				break
			}
			if time.Since(at) > 30*time.Second {
				return fmt.Errorf("report %s is in no inbox after 30 seconds", number)
			}
			if err := pause(ctx, time.Millisecond); err != nil {
				return err
			}
		}
		took = append(took, time.Since(at))
	}
	b.note("finish answered -> routed, matched, in the inbox", "p99 <= 1000", took, time.Since(began))
	return nil
}

// audit is one line written down for ever, alone and by sixteen at once, and how
// long a line waits to be sealed.
func (b *benchmark) audit(ctx context.Context) error {
	web, err := store.Open(ctx, store.Options{URL: b.db.web, Role: store.Web, MaxConns: 16, Log: b.log})
	if err != nil {
		return err
	}
	defer web.Close()
	line := func(ctx context.Context, _, _ int) error {
		return web.As(ctx, b.people.Supervisor, func(tx *store.Tx) error {
			return audit.Record(tx, audit.Event{Action: "bench.line", Words: "Wrote a line for the benchmark."})
		})
	}
	if err := b.together(ctx, "audit line, one at a time", "", 1, 4*time.Second, line); err != nil {
		return err
	}
	if err := b.together(ctx, "audit line, 16 at once", "", 16, 6*time.Second, line); err != nil {
		return err
	}
	return b.sealLag(ctx, func() error { return line(ctx, 0, 0) })
}

func (b *benchmark) sealLag(ctx context.Context, line func() error) error {
	unsealed := func() (int64, error) {
		return b.number(ctx, "select (select count(*) from audit_events where action = 'bench.line') - (select count(*) from audit_leaves l join audit_events e on e.id = l.event_id where e.action = 'bench.line')")
	}
	for { // what was just written comes first
		left, err := unsealed()
		if err != nil {
			return err
		}
		if left == 0 {
			break
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	var took []time.Duration
	began := time.Now()
	for range 40 {
		if err := line(); err != nil {
			return err
		}
		at := time.Now()
		for {
			sealed, err := b.number(ctx, "select count(*) from audit_leaves where event_id = (select id from audit_events where action = 'bench.line' order by id desc limit 1)")
			if err != nil {
				return err
			}
			if sealed > 0 {
				break
			}
			if err := pause(ctx, 2*time.Millisecond); err != nil {
				return err
			}
		}
		took = append(took, time.Since(at))
	}
	b.note("audit line -> sealed under a signature", "p99 <= 250", took, time.Since(began))
	return nil
}
