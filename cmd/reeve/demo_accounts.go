//go:build demo

package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/casefile"
	"reeve/models/directory"
	"reeve/models/names"
	"reeve/models/people"
	"reeve/models/store"
)

// demoAccounts are people of the Bay Region besides those with whom one signs in:
// one for each worklist of its admin.
var demoAccounts = []demoPerson{
	{"remy", "Remy Castillo", "", []auth.Role{auth.Investigator}}, // has signed in, waits for approval
	{"ivy", "Ivy Nakamura", "", []auth.Role{auth.ReadOnly}},       // yearly review is overdue
	{"tomas", "Tomas Brandt", "", []auth.Role{auth.Investigator}}, // has not signed in for 90 days
	{"ola", "Ola Petrov", "", []auth.Role{auth.Investigator}},     // suspended, with open work
}

const demoDay = 24 * time.Hour

// seedAccounts gives a new database those people, through the use cases with a clock
// that is set back. Only their sign-ins are written by hand.
func seedAccounts(ctx context.Context, db *database, owner *store.Store, keys *secrets) error {
	began := time.Now()
	at := func(url string, role store.Role, ago time.Duration) (*store.Store, error) {
		return store.Open(ctx, store.Options{URL: url, Role: role, MaxConns: 2, Clock: func() time.Time { return began.Add(-ago) }, Log: slog.New(slog.DiscardHandler)})
	}
	noor, err := demoActor(ctx, owner, "noor@bay.example")
	if err != nil {
		return err
	}
	for _, p := range []struct {
		demoPerson
		made, seen time.Duration // ago
	}{{demoAccounts[1], 380 * demoDay, 3 * demoDay}, {demoAccounts[2], 200 * demoDay, 112 * demoDay}, {demoAccounts[3], 40 * demoDay, 2 * demoDay}} {
		console, err := at(db.owner, store.Owner, p.made)
		if err != nil {
			return err
		}
		err = directory.New(console).Invite(ctx, p.user+"@bay.example", p.name, "bay", p.roles...)
		console.Close()
		if err != nil {
			return err
		}
		if err := demoSignIn(ctx, db, owner, p.demoPerson, models.UserActive, began.Add(-p.seen)); err != nil {
			return err
		}
	}
	invites, err := at(db.web, store.Web, 3*time.Hour)
	if err != nil {
		return err
	}
	defer invites.Close()
	sworn := true
	waits := demoAccounts[0]
	_, err = people.New(invites).Invite(ctx, noor, people.Invitation{Email: waits.user + "@bay.example", Name: waits.name, Title: "Detective", Sworn: &sworn, Roles: waits.roles})
	if err != nil {
		return err
	}
	if err := demoSignIn(ctx, db, owner, waits, models.UserWaiting, began.Add(-time.Hour)); err != nil {
		return err
	}
	return demoSuspend(ctx, db, owner, keys, noor, began)
}

// demoSignIn writes what a first sign-in at the given time would have.
func demoSignIn(ctx context.Context, db *database, owner *store.Store, p demoPerson, state models.UserState, at time.Time) error {
	email := p.user + "@bay.example"
	err := owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Exec(`update users set subject = ?, state = ?, state_at = ?, last_sign_in_at = case when ? = 'active' then ?::timestamptz end,
				last_seen_at = case when ? = 'active' then ?::timestamptz end, last_amr = '{pwd,otp,mfa}' where email = ? and state = 'invited'`,
			p.user+"-bay", state, at, state, at, state, at, email).Error
	})
	if err != nil {
		return fmt.Errorf("signing in %s: %w", email, err)
	}
	who, err := demoActor(ctx, owner, email)
	if err != nil {
		return err
	}
	then, err := store.Open(ctx, store.Options{URL: db.web, Role: store.Web, MaxConns: 2, Clock: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer then.Close()
	return then.As(ctx, who, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Event{Action: "session.signed-in", Subject: "sign-in of the demonstration", Words: "Signed in for the first time; the account is now bound to this identity.", People: []uuid.UUID{who.UserID}})
	})
}

// demoSuspend gives one of them open work and lets the admin suspend them.
func demoSuspend(ctx context.Context, db *database, owner *store.Store, keys *secrets, noor auth.Actor, began time.Time) error {
	leaver, err := demoActor(ctx, owner, demoAccounts[3].user+"@bay.example")
	if err != nil {
		return err
	}
	web, err := store.Open(ctx, store.Options{URL: db.web, Role: store.Web, MaxConns: 2, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer web.Close()
	n := names.New(web)
	files := casefile.New(web, n, keys.matcher)
	var open []struct {
		Number  int64
		Version int
	}
	err = owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Raw("select number, version from referrals where agency_id = ? and state in ('new', 'taken') order by received_at desc limit 2", noor.AgencyID).Scan(&open).Error
	})
	if err != nil {
		return fmt.Errorf("looking for open reports: %w", err)
	}
	for _, r := range open {
		if err := files.AssignTo(ctx, noor, r.Number, leaver.UserID, r.Version); err != nil && models.KindOf(err) != models.Conflict {
			return err
		}
	}
	_, err = people.New(web).Suspend(ctx, noor, people.Target{ID: leaver.UserID}, "Leaves for another agency at the end of the week.")
	return err
}

// demoActor is as whom somebody of the Bay Region acts.
func demoActor(ctx context.Context, owner *store.Store, email string) (a auth.Actor, err error) {
	err = owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		var u models.User
		if err := tx.Where("email = ?", email).Take(&u).Error; err != nil {
			return store.Translate(err, "The account of "+email)
		}
		a = auth.Actor{Side: auth.SideAgency, UserID: u.ID, AgencyID: u.AgencyID, Name: u.Name}
		for _, r := range u.Roles {
			a.Roles = append(a.Roles, auth.Role(r))
		}
		return nil
	})
	return a, err
}
