package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"

	"reeve/models/audit"
	"reeve/models/store"
)

// auditCommand checks the log with nothing but the public key, or prints that key.
// REEVE_AUDIT_PUBLIC_KEY, when set, is believed instead of the one in REEVE_DATA.
func auditCommand(ctx context.Context, c config, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	public := os.Getenv("REEVE_AUDIT_PUBLIC_KEY")
	if public == "" {
		var err error
		if _, public, err = openSigner(c); err != nil {
			return err
		}
	}
	switch args[0] {
	case "key":
		fmt.Println(public)
		return nil
	case "verify":
		return verifyAudit(ctx, c, public)
	}
	return errUsage
}

func verifyAudit(ctx context.Context, c config, public string) error {
	v, err := note.NewVerifier(public)
	if err != nil {
		return fmt.Errorf("the audit log's public key: %w", err)
	}
	return console(ctx, c, func(s *store.Store) error {
		var opts audit.VerifyOptions
		if f, err := os.Open(c.path("audit-checkpoints")); err == nil {
			defer f.Close()
			opts.Exported = f
		}
		report, err := audit.Verify(ctx, s, note.VerifierList(v), opts)
		if err != nil {
			return err
		}
		fmt.Println(report)
		if !report.OK() {
			return errors.New("the audit log is not whole")
		}
		return nil
	})
}
