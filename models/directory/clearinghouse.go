package directory

import (
	"context"
	"fmt"

	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// ClearinghouseCode is the code of the one clearinghouse of an installation.
const ClearinghouseCode = "clearinghouse"

// EnsureClearinghouse makes the clearinghouse if there is none.
func (s *Service) EnsureClearinghouse(ctx context.Context, name, zone string) error {
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		res := tx.Exec(`insert into agencies (id, code, name, kind, zone, band, created_at) values (?, ?, ?, ?, ?, 'graphite', ?)
			on conflict (code) do nothing`, store.NewID(), ClearinghouseCode, name, models.KindClearinghouse, zone, tx.Now)
		if res.Error != nil {
			return fmt.Errorf("making the clearinghouse: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil
		}
		return audit.Record(tx, audit.Event{Action: "clearinghouse.made", Subject: name, Words: "Made the clearinghouse."})
	})
}

// MarkDemonstration marks every agency and provider as made up, so that every page
// says so.
func (s *Service) MarkDemonstration(ctx context.Context) error {
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		if err := tx.Exec("update agencies set demonstration = true where not demonstration").Error; err != nil {
			return fmt.Errorf("marking the demonstration's agencies: %w", err)
		}
		if err := tx.Exec("update providers set demonstration = true where not demonstration").Error; err != nil {
			return fmt.Errorf("marking the demonstration's providers: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "demonstration.marked", Words: "Marked all agencies and providers as made up for a demonstration."})
	})
}
