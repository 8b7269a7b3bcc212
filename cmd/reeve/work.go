package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"reeve/auth/session"
	"reeve/migrations"
	"reeve/models/audit"
	"reeve/models/deconflict"
	"reeve/models/escalation"
	"reeve/models/intake"
	"reeve/models/jobs"
	"reeve/models/known"
	"reeve/models/linking"
	"reeve/models/mail"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/pools"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/territory"
	"reeve/models/triage"
)

// work is `reeve work`: the job worker alone.
func work(ctx context.Context, c config, _ []string) error {
	db, err := openDatabase(ctx, c, false)
	if err != nil {
		return err
	}
	defer db.stop()
	keys, err := openKeys(c, false)
	if err != nil {
		return err
	}
	return runWorker(ctx, c, db, keys, c.logger())
}

// runWorker works until ctx ends.
func runWorker(ctx context.Context, c config, db *database, keys *secrets, log *slog.Logger) error {
	s, err := store.Open(ctx, store.Options{URL: db.work, Role: store.Work, MaxConns: 12, Clock: c.clock, Log: log})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := current(ctx, s); err != nil {
		return err
	}
	files, err := keys.openFiles(ctx, c)
	if err != nil {
		return err
	}
	defer files.Close()
	// What interrupted uploads left behind; an upload under way is never idle for an hour.
	if _, err := files.Sweep(ctx, time.Hour); err != nil {
		return err
	}
	locate, closeGeo, err := openGeo(c)
	if err != nil {
		return err
	}
	defer closeGeo()
	go routing.Warm() // the tables of counties take half a second to read, once
	signer, _, err := openSigner(c)
	if err != nil {
		return err
	}
	sealer := audit.NewSealer(s, signer, log)
	exports, err := audit.NewExportFile(c.path("audit-checkpoints"))
	if err != nil {
		return err
	}
	sealer.ExportTo(exports)
	server, err := c.mailServer()
	if err != nil {
		return err
	}
	public, err := keys.publicForm(s)
	if err != nil {
		return err
	}
	deps := jobs.Deps{
		Territory: territory.New(s, locate),
		Mail:      mail.New(s, server, log), Escalation: escalation.New(s, c.BaseURL.String()),
		Triage: triage.New(s, locate), Deconflict: deconflict.New(s), Outcome: outcome.New(s, names.New(s)),
		Linking: linking.New(s),
		Pools:   pools.New(s), Intake: intake.New(s, files, keys.matcher), Public: public, Sealer: sealer,
		Known:    known.NewExaminer(s, files, known.NewNear(s, c.path("known-pictures.snapshot"), log), log),
		Sessions: func(ctx context.Context) (int64, error) { return session.Sweep(ctx, s) }, Log: log,
	}
	if c.clock != nil {
		deps.Escalation = nobodyCalled{}
	}
	return jobs.Run(ctx, s.Pool(), deps)
}

// nobodyCalled stands in while made-up reports of past weeks are sent: whoever was on
// call then cannot answer now, and every call would climb to its end at once.
type nobodyCalled struct{}

// Raise calls nobody.
func (nobodyCalled) Raise(context.Context, uuid.UUID) error { return nil }

// Climb finds no call that waits.
func (nobodyCalled) Climb(context.Context) (int, error) { return 0, nil }

// current refuses to run on an old schema.
func current(ctx context.Context, s *store.Store) error {
	pending, err := migrations.Pending(ctx, s.Pool())
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return errors.New("the database's schema is older than this program; run `reeve migrate` first")
	}
	return nil
}
