// Command reeve is the whole of Reeve: the portal, the worker, the schema, and
// the commands of an administrator.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"reeve/models"
)

// command is one subcommand. It writes to standard output what was asked for, and
// answers an error that main prints as one message.
type command struct {
	name, args, what string
	run              func(ctx context.Context, c config, args []string) error
}

// commands lists the subcommands in the order of help. Files with build tags add theirs.
var commands = []command{
	{"serve", "", "run the portal", serve},
	{"work", "", "run the job worker", work},
	{"migrate", "", "bring the database to the newest schema", migrate},
	{"provider", "add NAME [USER] | list | rotate USER | disable USER", "accounts of providers' machines", providerCommand},
	{"agency", "import FILE.csv [--apply] | contact CODE NAME EMAIL PHONE | issuer CODE URL CLIENT_ID DOMAIN...", "agencies, territory, sign-in", agencyCommand},
	{"admin", "invite EMAIL --agency CODE [--name NAME] [--clearinghouse NAME]", "first admin of an agency", adminCommand},
	{"keys", "rotate", "give the master key a new version; old files stay readable", keysCommand},
	{"audit", "verify | key", "check the audit log; print its public key", auditCommand},
}

// errUsage asks main to print help.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		usage()
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "reeve:", err)
		fields := models.FieldsOf(err)
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(os.Stderr, "  %s: %s\n", name, fields[name])
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		usage()
		return nil
	}
	c, err := readConfig(os.Getenv)
	if err != nil {
		return err
	}
	for _, cmd := range commands {
		if cmd.name == args[0] {
			return cmd.run(ctx, c, args[1:])
		}
	}
	return errUsage
}

func usage() {
	fmt.Fprintln(os.Stderr, "Reeve carries reports from providers to the agencies with jurisdiction, and their outcomes back.")
	fmt.Fprintln(os.Stderr, "\nCommands:")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  reeve %-10s %s\n", c.name, c.what)
		if c.args != "" {
			fmt.Fprintf(os.Stderr, "        %s\n", c.args)
		}
	}
	fmt.Fprintln(os.Stderr, "\nSettings, from the environment:")
	for _, s := range settings {
		fmt.Fprintf(os.Stderr, "  %s\n        %s\n", s.name, s.what)
	}
}
