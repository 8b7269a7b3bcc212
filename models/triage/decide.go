package triage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/referral"
	"reeve/models/store"
)

// Decision is what an analyst decides about a report at the desk: what it is, how
// soon it is wanted, and where it goes.
type Decision struct {
	Class    string
	Priority int16
	Urgent   bool
	To       Destination
	Agencies []string // codes, for ToAgencies
	Pool     string   // code, for ToPool
	Reason   string   // needed for whatever differs from the proposal; the agencies read it
	Version  int      // of the report, as the form showed it; 0: whatever it is now
}

// reasonLimit is how long the reason of a decision may be.
const reasonLimit = 500

func (in *Decision) check() error {
	in.Reason = strings.TrimSpace(in.Reason)
	slices.Sort(in.Agencies)
	in.Agencies = slices.Compact(in.Agencies)
	switch {
	case in.Class != string(priority.Referral) && in.Class != string(priority.Informational):
		return models.InvalidField("class", "Choose whether it is a referral or informational.")
	case in.Priority < 1 || in.Priority > 3:
		return models.InvalidField("priority", "A priority is 1, 2 or 3.")
	case len([]rune(in.Reason)) > reasonLimit:
		return models.InvalidField("reason", "Keep the reason below 500 characters.")
	case in.To == ToAgencies && len(in.Agencies) == 0:
		return models.InvalidField("to", "Tick the agencies that are to get it, or say below where else it goes.")
	case in.To == ToPool && in.Pool == "":
		return models.InvalidField("pool", "Choose the pool.")
	case in.To == ToNobody && in.Class != string(priority.Informational):
		return models.InvalidField("go", "Only an informational report is kept without an agency. Make it informational, or send it somewhere.")
	case in.To != ToAgencies && in.To != ToPool && in.To != ToNobody && in.To != ToSame:
		return models.InvalidField("go", "Choose where it goes.")
	}
	return nil
}

// Decide carries out a decision: class, priority and urgency of the report and of
// every copy on its open referrals, the referrals themselves, and the report off the desk,
// all or nothing, with one line that says what was before and what is after. It
// answers what was done in one sentence. A decision can be changed by another one, with
// a reason, as often as needed; what an agency was given it keeps until it returns it.
//
// A report that a colleague holds, or that was changed since the form was made, is a
// Conflict; whatever lacks its reason is Invalid at its field.
func (s *Service) Decide(ctx context.Context, a auth.Actor, number int64, in Decision) (string, error) {
	refused := audit.Event{Action: "report.decided", Subject: fmt.Sprintf("report number %d", number), Words: "Decided about the report at the desk."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askDesk); err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	var done string
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		done, err = s.decide(tx, number, in)
		return err
	})
	return done, audit.Unseen(ctx, s.store, a, refused.Action, number, err)
}

func (s *Service) decide(tx *store.Tx, number int64, in Decision) (string, error) {
	rep, err := lockReport(tx, number)
	if err != nil {
		return "", err
	}
	if err := heldByAnother(tx, rep); err != nil {
		return "", err
	}
	if in.Version != 0 && in.Version != rep.Version {
		return "", models.Conflictf("Report %d was changed since you opened it. Nothing of yours was saved; look at the change, then decide again.", number)
	}
	dir, err := s.directory(tx)
	if err != nil {
		return "", err
	}
	by, err := latestRouting(tx, rep.ID)
	if err != nil {
		return "", err
	}
	was := verdictOf(rep)
	rep.Class, rep.Priority, rep.Urgent = in.Class, in.Priority, in.Urgent
	rep.Urgency = priority.UrgencyOf(priority.Priority(in.Priority), in.Urgent)
	changed := verdictOf(rep) != was
	switch {
	case in.Reason != "":
		rep.DecidedWhy = in.Reason
	case changed:
		return "", models.InvalidField("reason", "Say in a few words why class, priority or urgency is another. The agencies read it.")
	case rep.Desk != models.DeskWaiting:
		return "", models.InvalidField("reason", "It was decided already. Say in a few words why that is changed.")
	}
	concerned := []uuid.UUID{}
	if changed {
		if concerned, err = referral.Reassess(tx, rep, priorityWhy(rep)); err != nil {
			return "", err
		}
	}
	sent, err := send(tx, rep, dir, by, in)
	if err != nil {
		return "", err
	}
	rep.DecidedBy, rep.DecidedByName, rep.DecidedAt = &tx.Actor.UserID, tx.Actor.Name, &tx.Now
	if err := offDesk(tx, rep, sent.desk); err != nil {
		return "", err
	}
	if err := settleBundle(tx, rep, in.To == ToNobody); err != nil {
		return "", err
	}
	if rep.Urgent && !was.Urgent {
		for _, args := range becameUrgent(rep) {
			if err := tx.Enqueue(args); err != nil {
				return "", fmt.Errorf("setting off %s: %w", args.Kind(), err)
			}
		}
	}
	why := in.Reason
	if why == "" {
		why = "Accepted as proposed."
	}
	if err := by.releasedBy(tx, why); err != nil {
		return "", err
	}
	return sent.words, audit.Record(tx, audit.Event{Action: "report.decided", ReportID: rep.ID, Number: rep.Number, Concerns: append(concerned, sent.told...),
		Words: fmt.Sprintf("Decided about the report at the desk: %s. %s Rules of priority: %s; of routing: %s.", was.to(verdictOf(rep)), sent.words, ruleName(rep.Assessment, rep.RulesVersion), orNone(by.row.RulesVersion)),
		Detail: map[string]any{"before": was, "after": verdictOf(rep), "to": in.To, "agencies": in.Agencies, "pool": in.Pool, "reason": in.Reason,
			"priorityRules": ruleName(rep.Assessment, rep.RulesVersion), "routingRules": by.row.RulesVersion}})
}
