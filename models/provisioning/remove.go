package provisioning

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// Remove ends an account for good. Its open reports stay with it and wait for an
// admin to hand them over.
func (s *Service) Remove(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error {
	line := audit.Event{Action: "user.removed", Subject: id.String()}
	if err := s.directory(ctx, a, line.Action); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := lock(tx, id)
		if err != nil {
			return err
		}
		line.Subject, line.People = r.Email, []uuid.UUID{r.ID}
		if version != 0 && version != r.Version {
			return ErrChanged
		}
		var open int
		if err := tx.Raw("select coalesce((select open from people_load(array[?]::uuid[])), 0)", id).Row().Scan(&open); err != nil {
			return fmt.Errorf("counting open work: %w", err)
		}
		r.User.ExternalID = nil // free for whoever comes next
		ended, _, err := account.DoRemove(tx, &r.User, "The agency's directory removed the account.", nil)
		if err != nil {
			return err
		}
		if err := tx.Exec("delete from scim_users where user_id = ?", id).Error; err != nil {
			return fmt.Errorf("forgetting how the directory names a person: %w", err)
		}
		line.Words = fmt.Sprintf("The agency's directory removed the account of %s and ended its sessions (%d).", r.Name, ended)
		line.Detail = map[string]any{"sessions": ended, "open_work": open}
		if open > 0 {
			line.Words += fmt.Sprintf(" Open reports (%d) wait for an admin to hand them over.", open)
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return s.refuse(ctx, a, line, err)
	}
	return nil
}
