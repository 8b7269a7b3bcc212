//go:build demo

package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/escalation"
	"reeve/models/store"
)

// seedOnCall gives the agencies with which one signs in their on-call contacts, before
// the first report is sent; the others show what happens without.
func seedOnCall(ctx context.Context, db *database, owner *store.Store) error {
	web, err := store.Open(ctx, store.Options{URL: db.web, Role: store.Web, MaxConns: 2, Clock: func() time.Time { return time.Now().AddDate(0, 0, -demoDays) }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer web.Close()
	sam, err := demoActor(ctx, owner, "sam@clearinghouse.example")
	if err != nil {
		return err
	}
	sam.Side = auth.SideClearinghouse
	lists := escalation.New(web, "")
	for _, a := range demoAgencies {
		if a.code == "north" {
			continue // stands in the list of agencies without contacts
		}
		for i, c := range []escalation.Contact{
			{Name: "Duty officer", Duty: "First on call", Email: "duty@" + a.domain, Phone: "+1 202 555 0110", Wait: "10"},
			{Name: "Watch commander", Duty: "Second on call", Email: "watch@" + a.domain, Phone: "+1 202 555 0111", Wait: "15"},
		} {
			err := lists.AddContact(ctx, sam, a.code, c, i)
			if k := models.KindOf(err); err != nil && k != models.Conflict && k != models.Invalid {
				return fmt.Errorf("naming on-call contacts of %s: %w", a.code, err)
			}
		}
	}
	return nil
}
