package store_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

// A report's content must not reach a log, whichever way a statement is run.
func TestAFailedStatementIsLoggedWithoutItsValues(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	const secret = "a-value-out-of-a-report"
	for name, run := range map[string]func(*store.Tx) error{
		"Raw and Scan": func(tx *store.Tx) error {
			var out []models.Referral
			return tx.Raw("select no_such_column from referrals where subject = ?", secret).Scan(&out).Error
		},
		"Find": func(tx *store.Tx) error {
			var out []models.Referral
			return tx.Where("no_such_column = ?", secret).Find(&out).Error
		},
		"Exec": func(tx *store.Tx) error { return tx.Exec("update referrals set no_such_column = ?", secret).Error },
	} {
		var log bytes.Buffer
		s, err := store.Open(t.Context(), store.Options{URL: d.URL, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		err = s.As(t.Context(), auth.System(auth.ForSetup), run)
		s.Close()
		if err == nil || !strings.Contains(log.String(), "statement failed") || strings.Contains(log.String(), secret) {
			t.Errorf("%s: error %v, log %s", name, err, log.String())
		}
	}
}
