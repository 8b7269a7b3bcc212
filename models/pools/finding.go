package pools

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// HowLimit is how long the account of a finding may be, in characters.
const HowLimit = 500

// Found is what an analyst has found out about where a person of a report is.
type Found struct {
	Whose   string // subject, victim, or unknown for where it happened
	Country string // ISO 3166-1 alpha-2
	State   string // postal code or name, in the United States
	Where   string // county, city or ZIP code within the state; may be empty
	How     string // how it was established
}

// Find keeps a finding and has the report routed anew with it. Earlier findings stay
// beside it, and where they disagree the decision says so.
func (s *Service) Find(ctx context.Context, a auth.Actor, number int64, in Found) error {
	refused := audit.Event{Action: "report.finding", Subject: fmt.Sprintf("report number %d", number), Words: "Recorded where a person of the report was found to be."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askWork); err != nil {
		return err
	}
	f, err := read(in)
	if err != nil {
		return err
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := lockReport(tx, number)
		if err != nil {
			return err
		}
		row := f // a transaction that is tried again begins anew
		row.ID, row.ReportID, row.FoundBy, row.FoundByName, row.FoundAt = store.NewID(), rep.ID, a.UserID, a.Name, tx.Now
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("keeping a finding: %w", err)
		}
		return routeAnew(tx, rep, audit.Event{Action: "report.finding", ReportID: rep.ID, Number: rep.Number,
			Words: "Recorded where a person of the report was found to be.", Detail: map[string]any{"whose": row.Whose, "place": Place(&row)}})
	})
	return audit.Unseen(ctx, s.store, a, "report.finding", number, err)
}

// Withdraw takes a finding back, with a reason, and has the report routed anew
// without it. The finding stays on record.
func (s *Service) Withdraw(ctx context.Context, a auth.Actor, number int64, id uuid.UUID, why string) error {
	refused := audit.Event{Action: "report.finding.withdrawn", Subject: fmt.Sprintf("report number %d", number), Words: "Withdrew a finding about the report."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askWork); err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" || len([]rune(why)) > HowLimit {
		return models.InvalidField("why", fmt.Sprintf("Say in a few words why it no longer holds, in %d characters or less.", HowLimit))
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := lockReport(tx, number)
		if err != nil {
			return err
		}
		res := tx.Exec("update findings set withdrawn_at = ?, withdrawn_by_name = ?, withdrawn_why = ? where id = ? and report_id = ? and withdrawn_at is null",
			tx.Now, a.Name, why, id, rep.ID)
		if res.Error != nil {
			return fmt.Errorf("withdrawing a finding: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return models.NotFoundf("Report %d has no such finding, or it was withdrawn already.", number)
		}
		return routeAnew(tx, rep, audit.Event{Action: "report.finding.withdrawn", ReportID: rep.ID, Number: rep.Number,
			Words: "Withdrew a finding about the report.", Detail: map[string]any{"why": why}})
	})
	return audit.Unseen(ctx, s.store, a, "report.finding.withdrawn", number, err)
}

// Findings answers a report's findings, newest first, the withdrawn ones too.
func (s *Service) Findings(ctx context.Context, a auth.Actor, number int64) (list []models.Finding, err error) {
	line := audit.Event{Action: "report.findings", Words: "Read what staff found out about the report."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askWork); err != nil {
		return nil, err
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		var rep models.Report
		if err := tx.Select("id", "number").Where("id = (select report_id from report_numbers where number = ?)", number).Take(&rep).Error; err != nil {
			return store.Translate(err, fmt.Sprintf("Report %d", number))
		}
		if err := tx.Where("report_id = ?", rep.ID).Order("id desc").Limit(100).Find(&list).Error; err != nil {
			return fmt.Errorf("reading findings: %w", err)
		}
		line.ReportID, line.Number = rep.ID, rep.Number
		return audit.Record(tx, line)
	})
	return list, audit.Unseen(ctx, s.store, a, "report.findings", number, err)
}

func lockReport(tx *store.Tx, number int64) (*models.Report, error) {
	var rep models.Report
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = (select report_id from report_numbers where number = ?)", number).Take(&rep).Error
	if err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	if rep.Reported == nil {
		return nil, models.Conflictf("The content of report %d was erased, so it cannot be routed any more.", number)
	}
	return &rep, nil
}

// routeAnew asks for the next routing in the transaction that gave the reason for it.
func routeAnew(tx *store.Tx, rep *models.Report, line audit.Event) error {
	if err := tx.Enqueue(models.RouteReport{ReportID: rep.ID, Round: rep.RoutingRound + 1}); err != nil {
		return fmt.Errorf("asking for the next routing: %w", err)
	}
	return audit.Record(tx, line)
}
