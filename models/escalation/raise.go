package escalation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/store"
)

// Raise calls the first on-call contact of every agency that may have jurisdiction
// over an urgent report, all at once: those to which it was referred and those that
// the decision on it lists. It is the worker's. Done again it adds the agencies that
// came since and calls nobody twice; an escalation that a person ended stays ended.
// When the report is urgent no more it withdraws the calls instead. A report that is
// gone is left alone.
func (s *Service) Raise(ctx context.Context, report uuid.UUID) error {
	return s.store.As(ctx, auth.System(auth.ForEscalation), func(tx *store.Tx) error {
		var rep models.Report
		err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", report).Take(&rep).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading an urgent report: %w", err)
		}
		var esc models.Escalation
		err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("report_id = ? and state <> 'withdrawn'", report).Limit(1).Find(&esc).Error
		if err != nil {
			return fmt.Errorf("reading the escalation of report %d: %w", rep.Number, err)
		}
		switch {
		case !rep.Urgent || rep.State != models.ReportFinished:
			if esc.State != models.EscalationOpen && esc.State != models.EscalationAnswered {
				return nil
			}
			return s.withdraw(tx, &rep, &esc)
		case esc.State == models.EscalationEnded:
			return nil
		}
		return s.raise(tx, &rep, &esc)
	})
}

func (s *Service) raise(tx *store.Tx, rep *models.Report, esc *models.Escalation) error {
	agencies, err := candidates(tx, rep.ID)
	if err != nil {
		return err
	}
	var have []uuid.UUID
	fresh := esc.ID == uuid.Nil
	if fresh {
		*esc = models.Escalation{ID: store.NewID(), ReportID: rep.ID, Number: rep.Number, Urgency: rep.Urgency, State: models.EscalationOpen, RaisedAt: tx.Now, Version: 1}
		if err := tx.Create(esc).Error; err != nil {
			return fmt.Errorf("opening the escalation of report %d: %w", rep.Number, err)
		}
	} else if err := tx.Model(&models.EscalationLine{}).Where("escalation_id = ?", esc.ID).Pluck("agency_id", &have).Error; err != nil {
		return fmt.Errorf("reading the lines of report %d: %w", rep.Number, err)
	}
	known := map[uuid.UUID]bool{}
	for _, id := range have {
		known[id] = true
	}
	house, err := clearinghouse(tx)
	if err != nil {
		return err
	}
	var told, apart []uuid.UUID // those that have the report, and those that do not
	for _, c := range agencies {
		if known[c.ID] {
			continue
		}
		h := &held{report: *rep, esc: *esc, agency: c.Agency, house: house, has: c.Has,
			line: models.EscalationLine{ID: store.NewID(), EscalationID: esc.ID, AgencyID: c.ID, State: models.LineSilent, FirstCalledAt: tx.Now, Version: 1}}
		if err := tx.Create(&h.line).Error; err != nil {
			return fmt.Errorf("opening a line to %s: %w", c.Code, err)
		}
		if c.Has {
			told = append(told, c.ID)
		} else {
			apart = append(apart, c.ID)
		}
		called, err := s.climb(tx, h)
		if err != nil {
			return err
		}
		if !called {
			if err := s.toDesk(tx, h, c.Name+" has nobody who can be called about an urgent report."); err != nil {
				return err
			}
			*esc, *rep = h.esc, h.report
		}
	}
	n := len(told) + len(apart)
	if fresh && n == 0 {
		h := &held{report: *rep, esc: *esc, agency: *house, house: house}
		if err := s.toDesk(tx, h, "No agency is known that could be called about this urgent report."); err != nil {
			return err
		}
	}
	if !fresh && n == 0 {
		return nil // nothing was done, so no line says that it was
	}
	if esc.State == models.EscalationAnswered {
		err := tx.Model(&models.Escalation{}).Where("id = ?", esc.ID).Updates(map[string]any{"state": models.EscalationOpen, "ended_at": nil, "ended_by_name": "", "version": esc.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("taking up the escalation of report %d again: %w", rep.Number, err)
		}
	}
	if err := recordApart(tx, "urgent.called", "Called the on-call contact of the agency about an urgent report.", apart); err != nil {
		return err
	}
	return audit.Record(tx, audit.Event{Action: "urgent.raised", ReportID: rep.ID, Number: rep.Number, Concerns: told,
		Words: fmt.Sprintf("Called the on-call contacts of %d agencies about the urgent report.", n), Detail: map[string]any{"agencies": n}})
}

// recordApart writes the line of agencies that do not have the report: it says that
// they were called, and not about which.
func recordApart(tx *store.Tx, action, words string, agencies []uuid.UUID) error {
	for _, id := range agencies {
		// One each: a line names all whom it concerns, and none is to learn of another.
		if err := audit.Record(tx, audit.Event{Action: action, Subject: "an urgent report", Words: words, Concerns: []uuid.UUID{id}}); err != nil {
			return err
		}
	}
	return nil
}

// candidate is an agency to be called.
type candidate struct {
	models.Agency
	Has bool // the report was referred to it
}

// candidates are the agencies that hold the report, and those that the newest decision
// on it lists and that have not returned it. Pools and closed agencies are not called.
func candidates(tx *store.Tx, report uuid.UUID) ([]candidate, error) {
	var row models.RoutingDecision
	if err := tx.Where("report_id = ?", report).Order("round desc").Limit(1).Find(&row).Error; err != nil {
		return nil, fmt.Errorf("reading the decision: %w", err)
	}
	codes := []string{}
	if len(row.Decision) > 0 {
		var d routing.Decision
		if err := json.Unmarshal(row.Decision, &d); err != nil {
			return nil, fmt.Errorf("reading the decision: %w", err)
		}
		for _, c := range d.Candidates {
			codes = append(codes, c.Code)
		}
	}
	var list []candidate
	err := tx.Raw(`select g.*, f.id is not null as has
		  from agencies g left join referrals f on f.report_id = @report and f.agency_id = g.id
		 where g.kind = 'agency' and g.closed_at is null
		   and (f.state in ('new', 'taken', 'working') or f.id is null and g.code = any (@codes))
		 order by f.id is null, g.code`, map[string]any{"report": report, "codes": models.TextList(codes)}).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("looking for whom to call: %w", err)
	}
	return list, nil
}
