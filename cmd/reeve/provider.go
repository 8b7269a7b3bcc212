package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"reeve/auth/apikey"
	"reeve/models/directory"
	"reeve/models/store"
)

// providerCommand manages the accounts of providers' machines. A password is
// printed once and never kept in clear.
func providerCommand(ctx context.Context, c config, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	return console(ctx, c, func(s *store.Store) error {
		d := directory.New(s)
		switch {
		case args[0] == "add" && (len(args) == 2 || len(args) == 3):
			user := args[len(args)-1]
			password := apikey.NewPassword()
			if err := d.AddProvider(ctx, args[1], user, apikey.Hash(password), false); err != nil {
				return err
			}
			fmt.Printf("user      %s\npassword  %s\n", user, password)
			fmt.Println("The password is not shown again.")
			return nil
		case args[0] == "list" && len(args) == 1:
			return listProviders(ctx, d)
		case args[0] == "rotate" && len(args) == 2:
			password := apikey.NewPassword()
			if err := d.RotateProvider(ctx, args[1], apikey.Hash(password)); err != nil {
				return err
			}
			fmt.Printf("user      %s\npassword  %s\n", args[1], password)
			fmt.Printf("The old password works until %s. The new one is not shown again.\n", time.Now().Add(directory.RotationOverlap).UTC().Format(time.RFC3339))
			return nil
		case args[0] == "disable" && len(args) == 2:
			if err := d.DisableProvider(ctx, args[1]); err != nil {
				return err
			}
			fmt.Printf("%s can no longer send reports.\n", args[1])
			return nil
		}
		return errUsage
	})
}

func listProviders(ctx context.Context, d *directory.Service) error {
	rows, err := d.Providers(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "PROVIDER\tUSER\tSINCE\tLAST USED\tSTATE")
	for _, r := range rows {
		state, used := "works", "never"
		switch {
		case r.Disabled != nil:
			state = "disabled"
		case r.ValidUntil != nil && r.ValidUntil.Before(time.Now()):
			state = "ended"
		case r.ValidUntil != nil:
			state = "works until " + r.ValidUntil.UTC().Format(time.RFC3339)
		}
		if r.LastUsed != nil {
			used = r.LastUsed.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Name, r.Username, r.Created.UTC().Format(time.DateOnly), used, state)
	}
	return w.Flush()
}
