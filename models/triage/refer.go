package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
)

// Release is what an analyst decides about a report.
type Release struct {
	AgencyCodes []string
	Reason      string
	Version     int // of the report, as the form showed it; 0: whatever it is now
}

// Refer refers a report by hand to one or more agencies, with a reason, and takes
// it off the desk and out of its pool. An agency that already has it, or returned
// it, is refused in words.
func (s *Service) Refer(ctx context.Context, a auth.Actor, number int64, in Release) error {
	refused := audit.Event{Action: "report.referred", Subject: fmt.Sprintf("report number %d", number), Words: "Referred the report by hand."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, "Referring a report is for the clearinghouse's analysts."); err != nil {
		return err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	switch {
	case len(in.AgencyCodes) == 0:
		return models.InvalidField("agency", "Choose the agency that is to get the report.")
	case in.Reason == "":
		return models.InvalidField("reason", "Say in a few words why it goes there. The agency will read it.")
	case len([]rune(in.Reason)) > 500:
		return models.InvalidField("reason", "Keep the reason below 500 characters.")
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := lockReport(tx, number)
		if err != nil {
			return err
		}
		if err := heldByAnother(tx, rep); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != rep.Version {
			return models.Conflictf("Report %d was changed since you opened it. Nothing of yours was saved; look at the change, then decide again.", number)
		}
		dir, err := s.directory(tx)
		if err != nil {
			return err
		}
		routed, err := latestRouting(tx, rep.ID)
		if err != nil {
			return err
		}
		told, settled, err := referByHand(tx, rep, dir, routed, in.AgencyCodes, in.Reason, false)
		if err != nil {
			return err
		}
		if settled {
			if err := closeInPools(tx, rep, dir, told); err != nil {
				return err
			}
		}
		if err := offDesk(tx, rep, "Referred by "+a.Name+"."); err != nil {
			return err
		}
		if err := settleBundle(tx, rep, false); err != nil {
			return err
		}
		if err := routed.releasedBy(tx, in.Reason); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "report.referred", ReportID: rep.ID, Number: rep.Number, Concerns: told,
			Words: "Referred the report by hand.", Detail: map[string]any{"agencies": in.AgencyCodes, "reason": in.Reason}})
	})
	return audit.Unseen(ctx, s.store, a, "report.referred", number, err)
}

// routed is the latest routing of a report: as stored, and as read.
type routed struct {
	row      models.RoutingDecision // without an id: never routed
	decision routing.Decision
}

func latestRouting(tx *store.Tx, report uuid.UUID) (*routed, error) {
	r := &routed{}
	if err := tx.Where("report_id = ?", report).Order("round desc").Limit(1).Find(&r.row).Error; err != nil {
		return nil, fmt.Errorf("reading the decision: %w", err)
	}
	if len(r.row.Decision) > 0 {
		if err := json.Unmarshal(r.row.Decision, &r.decision); err != nil {
			return nil, fmt.Errorf("reading the decision: %w", err)
		}
	}
	return r, nil
}

// releasedBy notes that a person released what routing had left waiting.
func (r *routed) releasedBy(tx *store.Tx, why string) error {
	if r.row.ID == uuid.Nil || r.row.Released != "waiting" {
		return nil
	}
	err := tx.Model(&models.RoutingDecision{}).Where("id = ?", r.row.ID).Updates(map[string]any{
		"released": "person", "released_why": why, "decided_by": tx.Actor.UserID, "decided_by_name": tx.Actor.Name}).Error
	if err != nil {
		return fmt.Errorf("noting who decided: %w", err)
	}
	return nil
}

// referByHand refers the report to the agencies. Each is told the reason; with
// asNamed, those that routing named are told why it did. settled says that the
// suspect's place is provided for: a report that went to the victim's agency alone
// still wants a home.
func referByHand(tx *store.Tx, rep *models.Report, dir *directory, by *routed, codes []string, reason string, asNamed bool) (told []uuid.UUID, settled bool, err error) {
	for _, code := range codes {
		agency, ok := dir.byCode[code]
		if !ok || agency.Kind == models.KindClearinghouse {
			return nil, false, models.InvalidField("agency", fmt.Sprintf("There is no agency %q. Choose one from the list.", code))
		}
		n := referral.New{AgencyID: agency.ID, Capacity: "unknown", Basis: "person", Hop: max(rep.RoutingRound, 1), Confidence: 1, Why: reason, Place: agency.Name,
			PriorityWhy: priorityWhy(rep)}
		if c, ok := by.decision.Candidate(code); ok {
			n.Capacity, n.Confidence, n.Place = string(c.Capacity), float32(c.Confidence), c.Place
			if asNamed {
				n.Why = c.Why
			}
		}
		if by.row.ID != uuid.Nil {
			n.DecisionID = &by.row.ID
		}
		if agency.Kind == models.KindPool {
			n.Basis = "pool"
		}
		fresh, err := referral.Refer(tx, rep, n)
		if err != nil {
			return nil, false, err
		}
		if !fresh {
			return nil, false, models.InvalidField("agency", agency.Name+" already has this report or has returned it.")
		}
		told = append(told, agency.ID)
		settled = settled || n.Capacity != string(routing.CapacityVictim)
	}
	return told, settled, nil
}

// priorityWhy is what an agency reads beside the priority: the rules' shortest reason,
// or the analyst's own words where they decided otherwise.
func priorityWhy(rep *models.Report) string {
	r := assessed(rep.Assessment)
	if r != nil && string(r.Class) == rep.Class && int16(r.Priority) == rep.Priority && r.Urgent == rep.Urgent || rep.DecidedWhy == "" {
		if r == nil {
			return ""
		}
		return r.Short()
	}
	return rep.DecidedWhy
}

// offDesk takes a report off the desk as it is in rep: nobody holds it any more, and a
// form of its older version is good no more. Referring by hand decides where it goes and
// not what it is: class and priority stay proposals.
func offDesk(tx *store.Tx, rep *models.Report, why string) error {
	rep.Desk, rep.DeskWhy, rep.Version = models.DeskDone, why, rep.Version+1
	err := tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(map[string]any{
		"class": rep.Class, "priority": rep.Priority, "urgent": rep.Urgent, "urgency": rep.Urgency,
		"desk": rep.Desk, "desk_why": rep.DeskWhy, "version": rep.Version,
		"decided_by": rep.DecidedBy, "decided_by_name": rep.DecidedByName, "decided_at": rep.DecidedAt, "decided_why": rep.DecidedWhy}).Error
	if err != nil {
		return fmt.Errorf("taking the report off the desk: %w", err)
	}
	return dropHold(tx, rep.ID)
}

// closeInPools ends the report's stay in every pool that was not just told: it went to
// somebody else.
func closeInPools(tx *store.Tx, rep *models.Report, dir *directory, told []uuid.UUID) error {
	return leavePools(tx, rep, dir, told, "ref.other_agency")
}

// leavePools is closeInPools with the outcome; it may be empty.
func leavePools(tx *store.Tx, rep *models.Report, dir *directory, told []uuid.UUID, outcome string) error {
	var held []models.Referral
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("report_id = ? and open", rep.ID).Order("id").Find(&held).Error; err != nil {
		return fmt.Errorf("looking for the report in pools: %w", err)
	}
	for i := range held {
		r := &held[i]
		if dir.byID[r.AgencyID].Kind != models.KindPool || slices.Contains(told, r.AgencyID) {
			continue
		}
		err := referral.Do(tx, r, referral.Close, func(r *models.Referral) {
			if outcome != "" {
				r.Outcome, r.OutcomeAt = outcome, &tx.Now
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
