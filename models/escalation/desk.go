package escalation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// CallNext calls the next contact of an agency's ladder at once, without waiting.
func (s *Service) CallNext(ctx context.Context, a auth.Actor, number int64, code string, version int) error {
	line := audit.Event{Action: "urgent.called", Words: "Called the next on-call contact without waiting."}
	return s.atDesk(ctx, a, number, code, version, line, func(tx *store.Tx, h *held, _ *audit.Event) error {
		if !h.line.Waits() {
			return models.Conflictf("This call has ended meanwhile. Look at what it is now.")
		}
		called, err := s.climb(tx, h)
		if err == nil && !called {
			err = models.Conflictf("Everybody on the list of %s was called already. Phone them, or refer the report to another agency.", h.agency.Name)
		}
		return err
	})
}

// End ends all calls about a report with a reason, and tells whoever was called.
func (s *Service) End(ctx context.Context, a auth.Actor, number int64, why string, version int) error {
	why = strings.TrimSpace(why)
	refused := audit.Event{Action: "urgent.ended", Subject: reportNumber(number), Words: "Tried to end the calls about an urgent report."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askDesk); err != nil {
		return err
	}
	switch {
	case why == "":
		return models.InvalidField("why", "Say in a few words why nobody needs to be called any more.")
	case len([]rune(why)) > noteLimit:
		return models.InvalidField("why", fmt.Sprintf("Keep the reason below %d characters.", noteLimit))
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, esc, err := byNumber(tx, number, true)
		if err != nil {
			return err
		}
		if esc.Version != version || esc.State != models.EscalationOpen {
			return models.Conflictf("These calls changed since you opened the page. Nothing was ended; look at what they are now.")
		}
		id := a.UserID
		told, err := s.endLines(tx, rep, esc, models.LineEnded, models.EscalationLine{AnsweredBy: &id, AnsweredByName: a.Name, AnsweredHow: "desk", Note: why})
		if err != nil {
			return err
		}
		err = tx.Model(&models.Escalation{}).Where("id = ?", esc.ID).Updates(map[string]any{"state": models.EscalationEnded, "ended_at": tx.Now, "ended_by_name": a.Name,
			"ended_why": why, "version": esc.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("ending the calls about report %d: %w", number, err)
		}
		return audit.Record(tx, audit.Event{Action: "urgent.ended", ReportID: rep.ID, Number: number, Concerns: told, Words: "Ended the calls about the urgent report.", Detail: map[string]any{"reason": why}})
	})
	return audit.Unseen(ctx, s.store, a, "urgent.ended", number, err)
}

// atDesk does a deed of the desk on one agency's line of a report.
func (s *Service) atDesk(ctx context.Context, a auth.Actor, number int64, code string, version int, line audit.Event, do func(*store.Tx, *held, *audit.Event) error) error {
	refused := line
	refused.Subject, refused.Words = reportNumber(number), "Tried to act on the calls about an urgent report."
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askDesk); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		line := line // As may run this again
		_, esc, err := byNumber(tx, number, true)
		if err != nil {
			return err
		}
		var ids []uuid.UUID
		err = tx.Raw("select l.id from escalation_lines l join agencies g on g.id = l.agency_id where l.escalation_id = ? and g.code = ?", esc.ID, code).Scan(&ids).Error
		if err != nil {
			return fmt.Errorf("looking for the line of an agency: %w", err)
		}
		if len(ids) == 0 {
			return noEscalation(number)
		}
		h, err := hold(tx, ids[0])
		if err != nil {
			return err
		}
		if h.line.Version != version {
			return models.Conflictf("The calls to %s changed since you opened the page. Nothing was done; look at what they are now.", h.agency.Name)
		}
		if err := do(tx, h, &line); err != nil {
			return err
		}
		return h.record(tx, line)
	})
	return audit.Unseen(ctx, s.store, a, line.Action, number, err)
}

// byNumber reads a report's newest escalation; locked, together with the report.
func byNumber(tx *store.Tx, number int64, lock bool) (*models.Report, *models.Escalation, error) {
	tail := ""
	if lock {
		tail = " for update"
	}
	var rep models.Report
	var esc models.Escalation
	err := tx.Raw("select * from reports where id = (select report_id from report_numbers where number = ?)"+tail, number).Take(&rep).Error
	if err == nil {
		err = tx.Raw("select * from escalations where report_id = ? order by id desc limit 1"+tail, rep.ID).Take(&esc).Error
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, noEscalation(number)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading the calls about report %d: %w", number, err)
	}
	return &rep, &esc, nil
}
