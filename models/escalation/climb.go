package escalation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/mail"
	"reeve/models/store"
)

// atOnce is how many lines, or reports, one call of Climb looks at for each reason.
const atOnce = 200

// notSeen is how long ago a report may have become urgent that Climb still raises
// itself, should the job that raises it be lost.
const notSeen = time.Hour

// Climb looks after every escalation and answers how many lines it moved. It is the
// worker's, called every minute and when a wait is over, and harmless to call at the
// same time elsewhere:
//
// A line whose agency has opened the report or worked on it since it was called, or has
// it no more, ends. A line whose wait is over calls the next contact, or at the end of
// its ladder gives the report back to the desk. A report that became urgent and was not
// raised is raised; the calls about one that is urgent no more are withdrawn.
func (s *Service) Climb(ctx context.Context) (int, error) {
	moved := 0
	var failed []error
	for _, step := range []struct {
		look string
		do   func(context.Context, uuid.UUID) (bool, error)
	}{
		{changedReports, func(ctx context.Context, id uuid.UUID) (bool, error) { return true, s.Raise(ctx, id) }},
		{heardLines, s.stop},
		{dueLines, s.climbOne},
	} {
		var ids []uuid.UUID
		now := s.store.Now()
		err := s.store.As(ctx, auth.System(auth.ForEscalation), func(tx *store.Tx) error {
			return tx.Raw(step.look, map[string]any{"now": tx.Now, "since": now.Add(-notSeen), "limit": atOnce}).Scan(&ids).Error
		})
		if err != nil {
			return moved, fmt.Errorf("looking for calls to make: %w", err)
		}
		for _, id := range ids {
			did, err := step.do(ctx, id)
			if err != nil {
				failed = append(failed, err) // one line does not hold back the others
			} else if did {
				moved++
			}
		}
	}
	return moved, errors.Join(failed...)
}

const (
	changedReports = `
(select r.id from reports r
  where r.urgent and r.state = 'finished' and r.finished_at > @since
    and not exists (select 1 from escalations e where e.report_id = r.id and e.state <> 'withdrawn') limit @limit)
union
(select r.id from reports r
  where r.urgent and r.state = 'finished' and r.decided_at > @since
    and not exists (select 1 from escalations e where e.report_id = r.id and e.state <> 'withdrawn') limit @limit)
union
(select r.id from escalations e join reports r on r.id = e.report_id
  where e.state = 'open' and (not r.urgent or r.state <> 'finished') limit @limit)`

	heardLines = `
select l.id from escalation_lines l join escalations e on e.id = l.escalation_id
  join referrals f on f.report_id = e.report_id and f.agency_id = l.agency_id
 where l.state in ('calling', 'silent') and (f.heard_at >= l.first_called_at or f.state in ('closed', 'returning', 'returned'))
 order by l.first_called_at limit @limit`

	dueLines = `select id from escalation_lines where state = 'calling' and climb_at <= @now order by climb_at, id limit @limit`
)

// stop ends a line because of what its agency did with the report.
func (s *Service) stop(ctx context.Context, line uuid.UUID) (did bool, err error) {
	err = s.store.As(ctx, auth.System(auth.ForEscalation), func(tx *store.Tx) error {
		h, err := hold(tx, line)
		if err != nil {
			return err
		}
		did, err = s.stopIfHeard(tx, h)
		return err
	})
	return did, err
}

func (s *Service) stopIfHeard(tx *store.Tx, h *held) (bool, error) {
	if !h.line.Waits() {
		return false, nil
	}
	var f models.Referral
	if err := tx.Where("report_id = ? and agency_id = ?", h.report.ID, h.agency.ID).Limit(1).Find(&f).Error; err != nil {
		return false, fmt.Errorf("reading what %s did with report %d: %w", h.agency.Code, h.esc.Number, err)
	}
	to, words := models.LineState(""), ""
	by := models.EscalationLine{AnsweredHow: "work"}
	switch {
	case f.State == models.ReferralClosed || f.State == models.ReferralReturning || f.State == models.ReferralReturned:
		to, words = models.LineStopped, "Ended the calls to the agency: it closed or returned the report."
	case f.HeardAt != nil && !f.HeardAt.Before(h.line.FirstCalledAt):
		to, words = models.LineTaken, "Ended the calls to the agency: somebody there opened or took the report."
		by.AnsweredByName = f.Assignee
	default:
		return false, nil
	}
	if err := s.over(tx, h, to, by, false); err != nil {
		return false, err
	}
	if err := settle(tx, h.line.ID); err != nil {
		return false, err
	}
	return true, audit.Record(tx, audit.Event{Action: "urgent.stopped", ReportID: h.report.ID, Number: h.esc.Number, Concerns: []uuid.UUID{h.agency.ID}, Words: words})
}

// climbOne calls the next contact of a line whose wait is over.
func (s *Service) climbOne(ctx context.Context, line uuid.UUID) (did bool, err error) {
	err = s.store.As(ctx, auth.System(auth.ForEscalation), func(tx *store.Tx) error {
		h, err := hold(tx, line)
		if err != nil {
			return err
		}
		if h.line.State != models.LineCalling || h.line.ClimbAt.After(tx.Now) {
			return nil // another worker was here
		}
		if did, err = s.stopIfHeard(tx, h); err != nil || did {
			return err
		}
		did = true
		return s.climbOrDesk(tx, h, "")
	})
	return did, err
}

// climbOrDesk calls the next contact, or gives the report back at the ladder's end.
func (s *Service) climbOrDesk(tx *store.Tx, h *held, why string) error {
	called, err := s.climb(tx, h)
	if err != nil {
		return err
	}
	line := audit.Event{Action: "urgent.called", Words: "Nobody had answered in time: called the next on-call contact.", Detail: map[string]any{"call": h.line.Rung}}
	if why != "" {
		line.Words = why
	}
	if !called {
		line.Action, line.Words = "urgent.silent", "Nobody at the agency answered: gave the urgent report back to the clearinghouse's desk."
		if err := s.toDesk(tx, h, fmt.Sprintf("Nobody at %s answered the urgent call.", h.agency.Name)); err != nil {
			return err
		}
	}
	return h.record(tx, line)
}

// record writes a line about the held line, naming the report only to an agency that
// has it: for the others a second line, without it, says what concerns them.
func (h *held) record(tx *store.Tx, e audit.Event) error {
	if h.has {
		e.Concerns = []uuid.UUID{h.agency.ID}
	} else if err := recordApart(tx, e.Action, e.Words, []uuid.UUID{h.agency.ID}); err != nil {
		return err
	}
	e.ReportID, e.Number = h.report.ID, h.esc.Number
	return audit.Record(tx, e)
}

// toDesk gives the report back to the desk, and calls all of the clearinghouse's own
// contacts. Their answer is what they then do at the desk.
func (s *Service) toDesk(tx *store.Tx, h *held, why string) error {
	if h.line.ID != uuid.Nil {
		h.line.State, h.line.ClimbAt = models.LineSilent, nil
		err := tx.Model(&models.EscalationLine{}).Where("id = ?", h.line.ID).Updates(map[string]any{"state": models.LineSilent, "climb_at": nil, "version": h.line.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("noting that nobody answers: %w", err)
		}
		h.line.Version++
	}
	since := &tx.Now
	if h.esc.AtDeskAt != nil {
		since = h.esc.AtDeskAt
	}
	err := tx.Model(&models.Escalation{}).Where("id = ?", h.esc.ID).Updates(map[string]any{"at_desk_at": since, "desk_why": why, "version": h.esc.Version + 1}).Error
	if err != nil {
		return fmt.Errorf("giving report %d back to the desk: %w", h.esc.Number, err)
	}
	h.esc.AtDeskAt, h.esc.DeskWhy = since, why
	h.esc.Version++
	err = tx.Model(&models.Report{}).Where("id = ?", h.report.ID).Updates(map[string]any{"desk": models.DeskWaiting, "desk_why": why, "version": h.report.Version + 1}).Error
	if err != nil {
		return fmt.Errorf("putting report %d on the desk: %w", h.esc.Number, err)
	}
	h.report.Version++
	rungs, err := rungsOf(tx, h.house)
	if err != nil {
		return err
	}
	for _, r := range rungs {
		to, err := mail.Address(r.email)
		if err != nil {
			continue // a telephone number alone; the desk's page is what tells them
		}
		l := s.silentLetter(h.esc.Number, why)
		m := mail.Message{To: to, Subject: l.subject, Text: l.text, Kind: "on-call-desk", About: fmt.Sprint(h.esc.Number), Agency: h.house.ID}
		if _, err := mail.Queue(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// withdraw ends every line and tells whoever was called.
func (s *Service) withdraw(tx *store.Tx, rep *models.Report, esc *models.Escalation) error {
	told, err := s.endLines(tx, rep, esc, models.LineWithdrawn, models.EscalationLine{})
	if err != nil {
		return err
	}
	err = tx.Model(&models.Escalation{}).Where("id = ?", esc.ID).Updates(map[string]any{"state": models.EscalationWithdrawn, "ended_at": tx.Now, "ended_by_name": "Reeve",
		"ended_why": "The report is urgent no more.", "version": esc.Version + 1}).Error
	if err != nil {
		return fmt.Errorf("withdrawing the calls about report %d: %w", rep.Number, err)
	}
	return audit.Record(tx, audit.Event{Action: "urgent.withdrawn", ReportID: rep.ID, Number: rep.Number, Concerns: told, Words: "Withdrew the calls about the report: it is urgent no more."})
}

// endLines ends the lines that wait, says so to whoever was called on any line, and
// answers the agencies that have the report. To the others a line of their own is
// written, which names none.
func (s *Service) endLines(tx *store.Tx, rep *models.Report, esc *models.Escalation, to models.LineState, by models.EscalationLine) (told []uuid.UUID, err error) {
	var lines []models.EscalationLine
	if err := tx.Where("escalation_id = ?", esc.ID).Order("id").Find(&lines).Error; err != nil {
		return nil, fmt.Errorf("reading the lines of report %d: %w", rep.Number, err)
	}
	for _, l := range lines {
		h := &held{report: *rep, esc: *esc, line: l}
		if err := h.read(tx); err != nil {
			return nil, err
		}
		if err := s.over(tx, h, to, by, l.Waits() || l.State == models.LineAcknowledged); err != nil {
			return nil, err
		}
		if h.has {
			told = append(told, h.agency.ID)
		} else if err := recordApart(tx, "urgent.withdrawn", "Ended the calls to the agency about an urgent report.", []uuid.UUID{h.agency.ID}); err != nil {
			return nil, err
		}
	}
	return told, nil
}
