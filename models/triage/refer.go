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
	"reeve/models/priority"
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
		var rep models.Report
		err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = (select report_id from report_numbers where number = ?)", number).Take(&rep).Error
		if err != nil {
			return store.Translate(err, fmt.Sprintf("Report %d", number))
		}
		if in.Version != 0 && in.Version != rep.Version {
			return models.Conflictf("Report %d was changed since you opened it. Nothing of yours was saved; look at the change, then decide again.", number)
		}
		dir, err := s.directory(tx)
		if err != nil {
			return err
		}
		var decision models.RoutingDecision
		if err := tx.Where("report_id = ?", rep.ID).Order("round desc").Limit(1).Find(&decision).Error; err != nil {
			return fmt.Errorf("reading the decision: %w", err)
		}
		told, err := referByHand(tx, &rep, dir, decision, in)
		if err != nil {
			return err
		}
		if err := closeInPools(tx, &rep, dir, told); err != nil {
			return err
		}
		err = tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(map[string]any{
			"desk": models.DeskDone, "desk_why": "Referred by " + a.Name + ".", "version": rep.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("taking the report off the desk: %w", err)
		}
		if decision.ID != uuid.Nil && decision.Released == "waiting" {
			err = tx.Model(&models.RoutingDecision{}).Where("id = ?", decision.ID).Updates(map[string]any{
				"released": "person", "released_why": in.Reason, "decided_by": a.UserID, "decided_by_name": a.Name}).Error
			if err != nil {
				return fmt.Errorf("noting who decided: %w", err)
			}
		}
		return audit.Record(tx, audit.Event{Action: "report.referred", ReportID: rep.ID, Number: rep.Number, Concerns: told,
			Words: "Referred the report by hand.", Detail: map[string]any{"agencies": in.AgencyCodes, "reason": in.Reason}})
	})
	return audit.Unseen(ctx, s.store, a, "report.referred", number, err)
}

func referByHand(tx *store.Tx, rep *models.Report, dir *directory, row models.RoutingDecision, in Release) ([]uuid.UUID, error) {
	var d routing.Decision
	if len(row.Decision) > 0 {
		if err := json.Unmarshal(row.Decision, &d); err != nil {
			return nil, fmt.Errorf("reading the decision: %w", err)
		}
	}
	var told []uuid.UUID
	for _, code := range in.AgencyCodes {
		agency, ok := dir.byCode[code]
		if !ok || agency.Kind == models.KindClearinghouse {
			return nil, models.InvalidField("agency", fmt.Sprintf("There is no agency %q. Choose one from the list.", code))
		}
		n := referral.New{AgencyID: agency.ID, Capacity: "unknown", Basis: "person", Hop: max(rep.RoutingRound, 1), Confidence: 1, Why: in.Reason, Place: agency.Name}
		if agency.Kind == models.KindPool {
			n.Basis = "pool"
		}
		if c, ok := d.Candidate(code); ok {
			n.Capacity, n.Confidence, n.Place = string(c.Capacity), float32(c.Confidence), c.Place
		}
		if row.ID != uuid.Nil {
			n.DecisionID = &row.ID
		}
		var assessed priority.Result
		if len(rep.Assessment) > 0 {
			if err := json.Unmarshal(rep.Assessment, &assessed); err != nil {
				return nil, fmt.Errorf("reading the assessment: %w", err)
			}
			n.PriorityWhy = assessed.Short()
		}
		fresh, err := referral.Refer(tx, rep, n)
		if err != nil {
			return nil, err
		}
		if !fresh {
			return nil, models.InvalidField("agency", agency.Name+" already has this report or has returned it.")
		}
		told = append(told, agency.ID)
	}
	return told, nil
}

// closeInPools ends the report's stay in every pool that was not just told.
func closeInPools(tx *store.Tx, rep *models.Report, dir *directory, told []uuid.UUID) error {
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
			r.Outcome, r.OutcomeAt = "ref.other_agency", &tx.Now
		})
		if err != nil {
			return err
		}
	}
	return nil
}
