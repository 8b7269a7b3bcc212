package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"reeve/migrations"
	"reeve/models/store"
	"reeve/models/store/pgcluster"
)

// database is where the program's data lies: the one that the settings name, or
// the private cluster, started here or joined.
type database struct {
	owner, web, work string
	stop             func()
}

// openDatabase finds the database. Without REEVE_DATABASE_URL it starts the
// private cluster, or joins it where another process runs it; own says whether
// this process should run it when nobody does.
func openDatabase(ctx context.Context, c config, own bool) (*database, error) {
	if c.DatabaseURL != "" {
		d := &database{owner: c.DatabaseURL, web: c.WebURL, work: c.WorkURL, stop: func() {}}
		if d.web == "" {
			d.web = c.DatabaseURL
		}
		if d.work == "" {
			d.work = c.DatabaseURL
		}
		return d, nil
	}
	cluster, err := pgcluster.Running(c.path("pg"))
	if errors.Is(err, pgcluster.ErrNotRunning) && own {
		cluster, err = pgcluster.Start(ctx, pgcluster.Options{Dir: c.path("pg"), Log: os.Stderr})
		if errors.Is(err, pgcluster.ErrNoBinaries) {
			if _, err = pgcluster.Install(ctx, os.Stderr); err == nil {
				cluster, err = pgcluster.Start(ctx, pgcluster.Options{Dir: c.path("pg"), Log: os.Stderr})
			}
		}
	}
	if errors.Is(err, pgcluster.ErrNotRunning) {
		return nil, fmt.Errorf("REEVE_DATABASE_URL is not set and no portal runs in %s; start one, or set it", c.Data)
	}
	if err != nil {
		return nil, err
	}
	const name = "reeve"
	return &database{owner: cluster.OwnerURL(name), web: cluster.WebURL(name), work: cluster.WorkURL(name), stop: cluster.Stop}, nil
}

// console runs fn with a store opened as the owner, for commands.
func console(ctx context.Context, c config, fn func(*store.Store) error) error {
	db, err := openDatabase(ctx, c, true)
	if err != nil {
		return err
	}
	defer db.stop()
	if err := migrations.Up(ctx, db.owner); err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: db.owner, Role: store.Owner, MaxConns: 4, Log: c.logger()})
	if err != nil {
		return err
	}
	defer s.Close()
	return fn(s)
}

func migrate(ctx context.Context, c config, _ []string) error {
	return console(ctx, c, func(*store.Store) error {
		fmt.Println("The database is at the newest schema.")
		return nil
	})
}
