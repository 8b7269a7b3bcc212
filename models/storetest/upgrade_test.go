package storetest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"reeve/migrations"
)

// An installation from before accounts could be managed keeps its people, their
// sign-in and their sessions. Row policies bind the owner too: a migration that
// forgets to say for whom it works brings nothing along and says nothing.
func TestPeopleOfAnOlderInstallationAreBroughtAlong(t *testing.T) {
	t.Parallel()
	d, ctx := New(t), context.WithoutCancel(t.Context())
	name := "reeve_old_" + random()
	admin, err := pgx.Connect(ctx, d.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = admin.Exec(ctx, fmt.Sprintf("drop database if exists %s with (force)", name))
		admin.Close(ctx)
	})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = admin.Exec(ctx, "create database "+name)
	must(err)
	address := withDatabase(d.URL, name)
	super, err := pgx.Connect(ctx, address)
	must(err)
	defer super.Close(ctx)
	_, err = super.Exec(ctx, "grant create, usage on schema public to reeve_owner")
	must(err)
	migrateTo(t, address, 11)
	_, err = super.Exec(ctx, `
		insert into agencies (id, code, name, kind, zone, created_at) values ('00000000-0000-7000-8000-000000000001', 'bay', 'Bay', 'agency', 'UTC', now());
		insert into issuers (id, agency_id, url, client_id, created_at) values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'https://login.bay.example', 'x', now());
		insert into issuer_domains (domain, issuer_id) values ('bay.example', '00000000-0000-7000-8000-000000000002');
		insert into users (id, agency_id, issuer_id, email, name, roles, state, created_at)
			values ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'dana@bay.example', 'Dana', '{investigator}', 'active', now());
		insert into sessions (token_hash, data, user_id, expires_at, created_at) values ('x', '{}', '00000000-0000-7000-8000-000000000003', now() + interval '30 minutes', now())`)
	must(err)
	must(migrations.Up(ctx, address))
	for what, query := range map[string]string{
		"a person who was active is approved": "select count(*) from users where approved_at is not null and recertified_at is not null",
		"an address still leads to sign-in":   "select count(*) from agency_domains where approved and domain = 'bay.example'",
		"a session goes on":                   "select count(*) from sessions where auth_at is not null and seen_at is not null",
	} {
		var n int
		must(super.QueryRow(ctx, query).Scan(&n))
		if n != 1 {
			t.Errorf("%s: not so after the upgrade", what)
		}
	}
}

// migrateTo brings an empty database to an older schema.
func migrateTo(t *testing.T, address string, version int64) {
	t.Helper()
	ctx := t.Context()
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	cfg.ConnConfig.RuntimeParams["role"] = "reeve_owner"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	jobs, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jobs.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		t.Fatal(err)
	}
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("../../migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		t.Fatal(err)
	}
}
