//go:build demo

package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/cmd/reeve/demodata"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/store"
	"reeve/models/triage"
	"reeve/web"
)

// demoDays is how far back the made-up reports reach.
const demoDays = 60

// fill sends made-up reports through a provider API of its own whose clock starts
// two months ago, and lets the agencies work on them through the use cases as the
// days pass. What is written is what the real paths write; only the clock is set.
func fill(ctx context.Context, c config, db *database, keys *secrets, owner *store.Store, reports int) error {
	began := time.Now()
	say("The database is empty: sending %d made-up reports through the provider API ...", reports)
	var now atomic.Int64
	now.Store(began.AddDate(0, 0, -demoDays).UnixMicro())
	c.clock = func() time.Time { return time.UnixMicro(now.Load()).UTC() }
	quiet := slog.New(slog.DiscardHandler)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	done := make(chan struct{}, 2)
	run := func(f func() error) {
		if err := f(); err != nil && ctx.Err() == nil {
			failed <- err
		}
		done <- struct{}{}
	}
	go run(func() error { return runPortal(ctx, c, db, keys, l, web.Config{Demo: true}, quiet) })
	go run(func() error { return runWorker(ctx, c, db, keys, quiet) })
	base := "http://" + l.Addr().String()
	if err := whenReady(ctx, base); err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: db.web, Role: store.Web, MaxConns: 4, Clock: c.clock, Log: quiet})
	if err != nil {
		return err
	}
	defer s.Close()
	n := names.New(s)
	staff := &demoStaff{owner: owner, casefile: casefile.New(s, n, keys.matcher), outcome: outcome.New(s, n), triage: triage.New(s, nil),
		now: c.clock, r: rand.New(rand.NewPCG(2, 3))}

	gen := demodata.New(1)
	step := time.Duration(demoDays) * 24 * time.Hour / time.Duration(reports)
	for i := range reports {
		select {
		case err := <-failed:
			return err
		default:
		}
		user := demoProviders[[]int{0, 0, 0, 1, 1, 2, 3}[i%7]].user
		client := &demodata.Client{Base: base + "/ispws", User: user, Password: demoPassword, HTTP: http.DefaultClient}
		if _, err := client.Send(ctx, gen.Next(c.clock())); err != nil {
			return err
		}
		// Never past the real time: the last reports arrive now.
		now.Store(min(now.Load()+step.Microseconds(), time.Now().UnixMicro()))
		if i%8 == 7 || i == reports-1 {
			if err := idle(ctx, owner); err != nil {
				return err
			}
			if err := staff.work(ctx); err != nil {
				return err
			}
		}
		if i%80 == 79 {
			say("  %d reports sent", i+1)
		}
	}
	if err := idle(ctx, owner); err != nil {
		return err
	}
	cancel()
	<-done
	<-done
	if err := callAboutNewest(ctx, owner); err != nil {
		return err
	}
	say("Done in %s: the inboxes, the desk and the board are filled.", time.Since(began).Round(time.Second))
	return nil
}

// callAboutNewest lets the demonstration's own worker call about the newest urgent
// reports, so that calls wait for an answer when somebody looks.
func callAboutNewest(ctx context.Context, owner *store.Store) error {
	return owner.As(context.WithoutCancel(ctx), auth.System(auth.ForSetup), func(tx *store.Tx) error {
		var ids []uuid.UUID
		if err := tx.Raw("select id from reports where urgent and state = 'finished' order by id desc limit 3").Scan(&ids).Error; err != nil {
			return err
		}
		for _, id := range ids {
			if err := tx.Enqueue(models.RaiseUrgent{ReportID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// idle waits until the worker has done what is due.
func idle(ctx context.Context, owner *store.Store) error {
	for {
		var busy bool
		err := owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
			return tx.Raw("select exists (select 1 from river_job where state in ('available', 'running') and kind in ('route_report', 'match_report', 'send_return'))").Row().Scan(&busy)
		})
		if err != nil || !busy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// demoStaff works on referrals as the agencies' people would.
type demoStaff struct {
	owner    *store.Store
	casefile *casefile.Service
	outcome  *outcome.Service
	triage   *triage.Service
	now      func() time.Time
	r        *rand.Rand
}

type demoTask struct {
	Number   int64
	Code     string
	Kind     models.AgencyKind
	State    models.ReferralState
	Since    time.Time
	UserID   string
	UserName string
	Roles    models.TextList `gorm:"type:text[]"`
	AgencyID string
}

// work lets a day pass: each agency opens, takes, investigates and closes some of
// what it has; one in twelve agencies never does anything, as in life.
func (d *demoStaff) work(ctx context.Context) error {
	var tasks []demoTask
	err := d.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Raw(`select r.number, g.code, g.kind, r.state, coalesce(r.heard_at, r.referred_at) as since,
				u.id as user_id, u.name as user_name, u.roles, g.id as agency_id
			from referrals r join agencies g on g.id = r.agency_id
			join lateral (select * from users where agency_id = g.id and roles && '{investigator,supervisor}'
				order by id = r.assignee_id desc nulls last, md5(id::text || r.number::text) limit 1) u on true
			where r.open and r.state <> 'returning' order by r.number`).Scan(&tasks).Error
	})
	if err != nil {
		return fmt.Errorf("looking for work: %w", err)
	}
	for _, t := range tasks {
		if err := d.act(ctx, t); err != nil && models.KindOf(err) != models.Conflict {
			return err
		}
	}
	return d.desk(ctx)
}

func (d *demoStaff) act(ctx context.Context, t demoTask) error {
	if len(t.Code)%12 == 11 {
		return nil // a silent agency
	}
	who := auth.Actor{Side: auth.SideAgency, UserID: parse(t.UserID), AgencyID: parse(t.AgencyID), Name: t.UserName}
	for _, r := range t.Roles {
		who.Roles = append(who.Roles, auth.Role(r))
	}
	age := d.now().Sub(t.Since)
	switch {
	case t.State == models.ReferralNew && age > 10*time.Hour && d.r.IntN(100) < 30:
		if _, err := d.casefile.Open(ctx, who, t.Number); err != nil {
			return err
		}
		if d.r.IntN(100) < 8 {
			in := outcome.ReturnInput{Note: "The person moved away before the incident.", SendNow: true}
			if d.r.IntN(2) == 0 {
				in.RightAgencyCode = []string{"ca-los-angeles", "ny-state", "wa-washington", "il-cook-county"}[d.r.IntN(4)]
			}
			if in.RightAgencyCode == t.Code {
				in.RightAgencyCode = ""
			}
			_, err := d.outcome.Return(ctx, who, t.Number, in)
			return err
		}
		return d.casefile.Take(ctx, who, t.Number, 0)
	case t.State == models.ReferralTaken && age > 20*time.Hour && d.r.IntN(100) < 35:
		return d.casefile.Start(ctx, who, t.Number, 0)
	case t.State == models.ReferralWorking && age > 4*24*time.Hour && d.r.IntN(100) < 16:
		_, err := d.outcome.Record(ctx, who, t.Number, d.outcomeOf())
		return err
	}
	return nil
}

// outcomeOf draws an outcome about as often as such outcomes occur.
func (d *demoStaff) outcomeOf() outcome.Input {
	codes := []string{"link.existing_case", "closed.insufficient.no_ip", "closed.insufficient.no_identity", "closed.insufficient.stale_data", "closed.arrest", "closed.prevention",
		"closed.not_illegal.meme", "closed.no_resources", "closed.victim_identified", "closed.charged", "open.legal_process", "link.duplicate", "closed.insufficient.not_retained"}
	in := outcome.Input{Code: codes[min(d.r.IntN(len(codes)), d.r.IntN(len(codes)+4))%len(codes)]}
	use := int16(d.r.IntN(3))
	in.Usefulness = &use
	if c, _ := models.OutcomeByCode(in.Code); c.Counts {
		one := 1
		in.Count = &one
	}
	if in.Code == "closed.insufficient.no_ip" {
		in.Missing = []string{"upload_ip", "port"}
	}
	return in
}

// desk lets an analyst refer some of what waits.
func (d *demoStaff) desk(ctx context.Context) error {
	var avery struct{ ID, AgencyID, Name string }
	err := d.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Raw("select id, agency_id, name from users where email = 'avery@clearinghouse.example'").Scan(&avery).Error
	})
	if err != nil {
		return err
	}
	who := auth.Actor{Side: auth.SideClearinghouse, UserID: parse(avery.ID), AgencyID: parse(avery.AgencyID), Name: avery.Name, Roles: []auth.Role{auth.Analyst}}
	page, err := d.triage.Queue(ctx, who, triage.DeskQuery{})
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		if d.r.IntN(100) >= 12 {
			continue
		}
		code := []string{"bay", "boroughs", "north", "ca-los-angeles", "wa-washington", "ny-state"}[d.r.IntN(6)]
		err := d.triage.Refer(ctx, who, row.Number, triage.Release{AgencyCodes: []string{code}, Reason: "Analyst: the profile names a town in this area"})
		if k := models.KindOf(err); err != nil && k != models.Conflict && k != models.Invalid {
			return err
		}
	}
	return nil
}

func parse(id string) uuid.UUID { return uuid.MustParse(id) } // from the database's own uuid column
