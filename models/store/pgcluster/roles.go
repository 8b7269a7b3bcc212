package pgcluster

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// roleLock is an advisory lock in the database postgres: several processes may
// prepare one cluster at once.
const roleLock = 0x7265657665 // "reeve"

// prepareRoles makes sure that the roles and the database reeve are there, with
// these passwords. Safe to repeat and to run from several processes.
//
// No role is a member of another. A member of reeve_web would have the policies
// written for reeve_web applied to itself, and one that may not inherit could
// not use the rights of a database's owner either.
func prepareRoles(ctx context.Context, superURL string, pw passwords) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // also lets go of the lock
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(roleLock)); err != nil {
		return err
	}
	for _, r := range []struct{ name, rights string }{
		{RoleOwner, "createdb"},
		{RoleWeb, "nocreatedb"},
		{RoleWork, "nocreatedb"},
	} {
		exists := false
		if err := conn.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", r.name).Scan(&exists); err != nil {
			return err
		}
		verb := "alter"
		if !exists {
			verb = "create"
		}
		// Passwords are letters and digits; role statements take no parameters.
		sql := fmt.Sprintf("%s role %s login nosuperuser nocreaterole nobypassrls noreplication %s password '%s'",
			verb, r.name, r.rights, pw[r.name])
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("role %s: %w", r.name, err)
		}
	}
	exists := false
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = 'reeve')").Scan(&exists); err != nil {
		return err
	}
	if !exists {
		if _, err := conn.Exec(ctx, "create database reeve owner "+RoleOwner); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, "revoke all on database reeve from public; grant connect on database reeve to reeve_web, reeve_work")
	return err
}
