package outcome

import (
	"context"
	"fmt"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/names"
	"reeve/models/store"
)

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	names *names.Names
}

// New makes the service: on the web's store for people, on the worker's for
// SendReturn, SendDueReturns, Fold and MarkOverdue, on the owner's for Rebuild.
func New(s *store.Store, n *names.Names) *Service { return &Service{store: s, names: n} }

// may answers nil when the actor's role grants the permission; otherwise a
// Forbidden that says whom to ask, after writing the refusal to the audit log.
func (s *Service) may(ctx context.Context, a auth.Actor, p auth.Permission, e audit.Event, ask string) error {
	if a.Can(p) {
		return nil
	}
	if err := audit.Refused(ctx, s.store, a, e); err != nil {
		return err
	}
	return models.Forbiddenf("%s", ask)
}

// unseen writes the line of a report that was asked for and not found. Somebody
// else's report and no report at all leave the same line and the same answer.
func (s *Service) unseen(ctx context.Context, a auth.Actor, action string, number int64, err error) error {
	if models.KindOf(err) != models.NotFound {
		return err
	}
	line := audit.Event{Action: action, Subject: fmt.Sprintf("report number %d", number), Words: "Asked for a report that does not exist or is not theirs."}
	if failed := audit.Refused(ctx, s.store, a, line); failed != nil {
		return failed
	}
	return err
}

// What a person is told whose role does not allow a deed.
const (
	askWork  = "Recording what became of a report is for investigators and supervisors. Ask your agency's admin for that role."
	askBoard = "The feedback board is for the clearinghouse's supervisors and admins. Ask the clearinghouse's admin for that role."
)
