package provisioning

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Approval is whether accounts that an agency's directory makes need no further
// yes by a commander.
type Approval struct {
	Directory bool // its own word is enough
	ByName    string
	At        *time.Time
}

// askCommander says whom to ask who may not decide about approval.
const askCommander = "Whether the directory approves people is for a commander to decide. Ask a supervisor of your agency."

// Approval answers how the actor's own agency has decided.
func (s *Service) Approval(ctx context.Context, a auth.Actor) (*Approval, error) {
	line := audit.Event{Action: "directory.read", Words: "Looked at whether the agency's directory approves people."}
	if err := audit.May(ctx, s.store, a, auth.ApproveUsers, line, askCommander); err != nil {
		return nil, err
	}
	var out Approval
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if out, err = approval(tx, a.AgencyID); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// SetApproval decides for the actor's own agency: a commander answers for their own
// people only. Accounts that wait already go on waiting. What is so already is
// Conflict: somebody else was first.
func (s *Service) SetApproval(ctx context.Context, a auth.Actor, directory bool) error {
	line := audit.Event{Action: "directory.approval", Words: "Decided that accounts made by the agency's directory need a commander's approval."}
	if directory {
		line.Words = "Decided that the agency's directory approves the accounts that it makes."
	}
	if err := audit.May(ctx, s.store, a, auth.ApproveUsers, line, askCommander); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		res := tx.Exec("update agencies set directory_approves = ?, directory_approves_at = ?, directory_approves_by_name = ? where id = ? and directory_approves <> ?",
			directory, tx.Now, a.Name, a.AgencyID, directory)
		if res.Error != nil {
			return fmt.Errorf("deciding about approval: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return models.Conflictf("That is decided so already.")
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return s.refuseHere(ctx, a, line, err)
	}
	return nil
}

func approval(tx *store.Tx, agency uuid.UUID) (out Approval, err error) {
	err = tx.Raw("select directory_approves, directory_approves_by_name, directory_approves_at from agencies where id = ?", agency).Row().Scan(&out.Directory, &out.ByName, &out.At)
	if err != nil {
		return out, fmt.Errorf("reading who approves: %w", err)
	}
	return out, nil
}
