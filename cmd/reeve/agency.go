package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"reeve/auth"
	"reeve/models/directory"
	"reeve/models/routing"
	"reeve/models/store"
)

// agencyCommand imports agencies and their dated territory (dry by default), sets
// the desk that others call, and registers an agency's identity provider.
func agencyCommand(ctx context.Context, c config, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	switch {
	case args[0] == "import" && len(args) >= 2:
		return importAgencies(ctx, c, args[1], slices.Contains(args[2:], "--apply"))
	case args[0] == "contact" && len(args) == 5:
		return console(ctx, c, func(s *store.Store) error {
			return directory.New(s).SetContact(ctx, args[1], args[2], args[3], args[4])
		})
	case args[0] == "issuer" && len(args) >= 5:
		return setIssuer(ctx, c, args[1], args[2], args[3], args[4:])
	}
	return errUsage
}

func importAgencies(ctx context.Context, c config, path string, apply bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := routing.ParseTerritory(f)
	if err != nil {
		return fmt.Errorf("%s:\n%w", path, err)
	}
	return console(ctx, c, func(s *store.Store) error {
		changes, err := directory.New(s).ImportTerritory(ctx, rows, apply)
		if err != nil {
			return err
		}
		for _, ch := range changes {
			fmt.Printf("%-12s %-28s %s\n", ch.What, ch.Code, ch.Text)
		}
		switch {
		case len(changes) == 0:
			fmt.Println("Nothing to change.")
		case apply:
			fmt.Printf("%d changes made.\n", len(changes))
		default:
			fmt.Printf("%d changes would be made. Nothing was written; say --apply to write.\n", len(changes))
		}
		return nil
	})
}

// setIssuer registers an identity provider; its secret comes from the environment
// so that it stands in no shell history.
func setIssuer(ctx context.Context, c config, code, url, clientID string, domains []string) error {
	keys, err := openKeys(c, false)
	if err != nil {
		return err
	}
	var sealed []byte
	if secret := os.Getenv("REEVE_ISSUER_SECRET"); secret != "" {
		if sealed, err = keys.sealIssuerSecret([]byte(secret)); err != nil {
			return err
		}
	}
	return console(ctx, c, func(s *store.Store) error {
		return directory.New(s).SetIssuer(ctx, directory.NewIssuer{AgencyCode: code, URL: url, ClientID: clientID, ClientSecret: sealed, Domains: domains})
	})
}

// adminCommand invites the first admin of an agency, or of the clearinghouse.
func adminCommand(ctx context.Context, c config, args []string) error {
	if len(args) < 2 || args[0] != "invite" {
		return errUsage
	}
	email := args[1]
	fs := flag.NewFlagSet("reeve admin invite", flag.ContinueOnError)
	agency := fs.String("agency", "", "the agency's `code`")
	name := fs.String("name", email, "the person's `name`")
	house := fs.String("clearinghouse", "", "make the clearinghouse of this `name` first (its code is clearinghouse)")
	if err := fs.Parse(args[2:]); err != nil {
		return err
	}
	if *house != "" {
		*agency = directory.ClearinghouseCode
	}
	if *agency == "" {
		return errors.New("say which agency: --agency CODE")
	}
	return console(ctx, c, func(s *store.Store) error {
		d := directory.New(s)
		roles := []auth.Role{auth.AgencyAdmin, auth.Supervisor}
		if *agency == directory.ClearinghouseCode {
			roles = []auth.Role{auth.ClearinghouseAdmin, auth.DeskSupervisor}
			if *house != "" {
				if err := d.EnsureClearinghouse(ctx, *house, "America/New_York"); err != nil {
					return err
				}
			}
		}
		if err := d.Invite(ctx, email, *name, *agency, roles...); err != nil {
			return err
		}
		fmt.Printf("%s may now sign in through the identity provider of %s.\n", email, *agency)
		return nil
	})
}
