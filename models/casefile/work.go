package casefile

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// Take makes the report the actor's own: a new one becomes taken, a colleague's
// passes over. Taking what one holds changes nothing. Version is the referral's as
// the page showed it (0: whatever it is now); if somebody changed it since, the
// answer is a Conflict that names them.
func (s *Service) Take(ctx context.Context, a auth.Actor, number int64, version int) error {
	return s.work(ctx, a, number, version, deed{
		deed: referral.Take, line: audit.Event{Action: "referral.taken", Words: "Took the report."},
		done: func(r *models.Referral) bool { return r.State == models.ReferralTaken && holds(r, a.UserID) },
		edit: func(r *models.Referral) { assign(r, a.UserID, a.Name) },
	})
}

// AssignTo gives the report to a colleague, who must be active at the actor's
// agency and may work on reports; anybody else is Invalid on the field assignee.
// Assigning it to whoever holds it changes nothing.
func (s *Service) AssignTo(ctx context.Context, a auth.Actor, number int64, colleague uuid.UUID, version int) error {
	var name string
	line := audit.Event{Action: "referral.assigned", Words: "Assigned the report to a colleague.", Subject: "user " + colleague.String()}
	return s.work(ctx, a, number, version, deed{
		deed: referral.Assign, line: line,
		prepare: func(tx *store.Tx) (err error) { name, err = colleagueName(tx, colleague); return err },
		done:    func(r *models.Referral) bool { return r.State != models.ReferralNew && holds(r, colleague) },
		edit: func(r *models.Referral) {
			if r.State == models.ReferralNew {
				r.State = models.ReferralTaken
			}
			assign(r, colleague, name)
		},
	})
}

// Release gives the report back to the agency's queue: it is nobody's, and new
// again unless work on it had begun. Releasing what nobody holds changes nothing.
func (s *Service) Release(ctx context.Context, a auth.Actor, number int64, version int) error {
	return s.work(ctx, a, number, version, deed{
		deed: referral.Release, line: audit.Event{Action: "referral.released", Words: "Released the report to the agency's queue."},
		done: func(r *models.Referral) bool {
			return r.AssigneeID == nil && (r.State == models.ReferralNew || r.State == models.ReferralWorking)
		},
		edit: func(r *models.Referral) {
			if r.State == models.ReferralTaken {
				r.State = models.ReferralNew
			}
			r.AssigneeID, r.Assignee = nil, ""
		},
	})
}

// Start says that an investigation is under way. What nobody holds becomes the
// actor's. Starting what the actor has already under way changes nothing.
func (s *Service) Start(ctx context.Context, a auth.Actor, number int64, version int) error {
	return s.work(ctx, a, number, version, deed{
		deed: referral.Start, line: audit.Event{Action: "referral.started", Words: "Began to work on the report."},
		done: func(r *models.Referral) bool { return r.State == models.ReferralWorking && holds(r, a.UserID) },
		edit: func(r *models.Referral) {
			if r.AssigneeID == nil {
				assign(r, a.UserID, a.Name)
			}
		},
	})
}

// Reopen takes a closed report up again. Its outcomes stay on its list.
func (s *Service) Reopen(ctx context.Context, a auth.Actor, number int64, version int) error {
	return s.work(ctx, a, number, version, deed{
		deed: referral.Reopen, line: audit.Event{Action: "referral.reopened", Words: "Reopened the report."},
		edit: func(r *models.Referral) {
			if r.AssigneeID == nil {
				assign(r, a.UserID, a.Name)
			}
		},
	})
}

// SetAgencyPriority sets the agency's own priority, 1 to 3, beside the
// clearinghouse's; nil takes it away. Setting what is set changes nothing.
func (s *Service) SetAgencyPriority(ctx context.Context, a auth.Actor, number int64, priority *int16, version int) error {
	if priority != nil && (*priority < 1 || *priority > 3) {
		return models.InvalidField("priority", "A priority is 1, 2 or 3.")
	}
	line := audit.Event{Action: "referral.prioritised", Words: "Took away the agency's own priority of the report."}
	if priority != nil {
		line.Words = fmt.Sprintf("Set the agency's own priority of the report to %d.", *priority)
	}
	return s.work(ctx, a, number, version, deed{
		deed: referral.Prioritise, line: line,
		done: func(r *models.Referral) bool {
			return (priority == nil) == (r.AgencyPriority == nil) && (priority == nil || *priority == *r.AgencyPriority)
		},
		edit: func(r *models.Referral) { r.AgencyPriority = priority },
	})
}

// deed is a deed as work does it.
type deed struct {
	deed    referral.Deed
	line    audit.Event
	prepare func(*store.Tx) error       // may be nil
	done    func(*models.Referral) bool // it is so already; may be nil
	edit    func(*models.Referral)
}

// work does a deed to the referral of the actor's agency: the role, the row under
// lock, whether it is so already, the version, the state machine, the line.
func (s *Service) work(ctx context.Context, a auth.Actor, number int64, version int, d deed) error {
	refused := d.line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.WorkReferral, refused, askWork); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := referral.Lock(tx, number, a.AgencyID, 0)
		if err != nil {
			return err
		}
		if d.prepare != nil {
			if err := d.prepare(tx); err != nil {
				return err
			}
		}
		if d.done != nil && d.done(r) {
			return nil // nothing was done, so no line says that it was
		}
		if version != 0 && r.Version != version {
			return referral.Changed(r)
		}
		if err := referral.Do(tx, r, d.deed, d.edit); err != nil {
			return err
		}
		line := d.line
		line.ReportID, line.Number = r.ReportID, r.Number
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, d.line.Action, number, err)
}

func holds(r *models.Referral, who uuid.UUID) bool {
	return r.AssigneeID != nil && *r.AssigneeID == who
}

func assign(r *models.Referral, who uuid.UUID, name string) { r.AssigneeID, r.Assignee = &who, name }
