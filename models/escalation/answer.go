package escalation

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Acknowledge answers one of the agency's own open calls, by its line's id: the report
// need not be the agency's yet. Answering again changes nothing; a call to another
// agency does not exist.
func (s *Service) Acknowledge(ctx context.Context, a auth.Actor, line uuid.UUID) error {
	return s.acknowledge(ctx, a, "urgent call "+line.String(), func(tx *store.Tx) (*models.EscalationLine, error) {
		return ownLine(tx, "id = ?", line)
	})
}

// AcknowledgeReport answers the call to the agency about a report that it has.
func (s *Service) AcknowledgeReport(ctx context.Context, a auth.Actor, number int64) error {
	return s.acknowledge(ctx, a, reportNumber(number), func(tx *store.Tx) (*models.EscalationLine, error) {
		// The escalations that the agency sees are those of reports that it has.
		return ownLine(tx, "escalation_id in (select id from escalations where report_id = (select report_id from report_numbers where number = ?))", number)
	})
}

func ownLine(tx *store.Tx, where string, key any) (*models.EscalationLine, error) {
	var l models.EscalationLine
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where(where, key).Where("agency_id = ?", tx.Actor.AgencyID).Order("id desc").Take(&l).Error
	if err != nil {
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, models.NotFoundf("There is no such call, or not for you.")
		}
		return nil, fmt.Errorf("reading a call: %w", err)
	}
	return &l, nil
}

func (s *Service) acknowledge(ctx context.Context, a auth.Actor, subject string, find func(*store.Tx) (*models.EscalationLine, error)) error {
	line := audit.Event{Action: "urgent.acknowledged", Subject: subject, Words: "Acknowledged the urgent call."}
	if err := audit.May(ctx, s.store, a, auth.WorkReferral, line, askAnswer); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		l, err := find(tx)
		if err != nil || !l.Waits() {
			return err
		}
		id := a.UserID
		if err := answered(tx, l, models.EscalationLine{AnsweredBy: &id, AnsweredByName: a.Name, AnsweredHow: "portal"}); err != nil {
			return err
		}
		e := line
		if e.ReportID, e.Number, err = visible(tx, l); err != nil {
			return err
		}
		if e.Number != 0 {
			e.Subject = ""
		}
		return audit.Record(tx, e)
	})
	s.forget(a.AgencyID)
	return audit.UnseenThing(ctx, s.store, a, line.Action, subject, "Asked for an urgent call that does not exist or is not theirs.", err)
}

// visible answers which report a line is about, if the actor may know.
func visible(tx *store.Tx, l *models.EscalationLine) (uuid.UUID, int64, error) {
	var e models.Escalation
	if err := tx.Where("id = ?", l.EscalationID).Limit(1).Find(&e).Error; err != nil {
		return uuid.Nil, 0, fmt.Errorf("reading which report a call is about: %w", err)
	}
	return e.ReportID, e.Number, nil
}

// answered ends a line that waits with somebody's answer.
func answered(tx *store.Tx, l *models.EscalationLine, by models.EscalationLine) error {
	err := tx.Model(&models.EscalationLine{}).Where("id = ? and state in ('calling', 'silent')", l.ID).Updates(map[string]any{
		"state": models.LineAcknowledged, "climb_at": nil, "ended_at": tx.Now, "answered_by": by.AnsweredBy, "answered_by_name": by.AnsweredByName,
		"answered_how": by.AnsweredHow, "note": by.Note, "version": l.Version + 1}).Error
	if err != nil {
		return fmt.Errorf("noting an answer: %w", err)
	}
	return settle(tx, l.ID)
}

// errLink is the one answer to a link that was tampered with, used, or is too old.
var errLink = models.NotFoundf("This link does not work, or not any more: it works once and for a day. Sign in, or phone the clearinghouse's desk.")

// LinkWorks reports whether the secret of a mail's link still answers a call. It
// changes nothing, so that a program which looks at links in mail answers no call.
func (s *Service) LinkWorks(ctx context.Context, secret string) error {
	return s.store.As(ctx, auth.System(auth.ForAnswering), func(tx *store.Tx) error {
		_, err := callOf(tx, secret)
		return err
	})
}

// AnswerLink answers the call in whose mail the link stood, once. Whoever follows it
// learns nothing but that it worked. Every link that does not work is NotFound.
func (s *Service) AnswerLink(ctx context.Context, secret string) error {
	var agency uuid.UUID
	err := s.store.As(ctx, auth.System(auth.ForAnswering), func(tx *store.Tx) error {
		c, err := callOf(tx, secret)
		if err != nil {
			return err
		}
		res := tx.Exec("update escalation_calls set token_used_at = ? where id = ? and token_used_at is null", tx.Now, c.ID)
		if res.Error != nil {
			return fmt.Errorf("using a link: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return errLink // somebody followed it in this very moment
		}
		agency = c.AgencyID
		var l models.EscalationLine
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", c.LineID).Take(&l).Error; err != nil {
			return fmt.Errorf("reading the line of a call: %w", err)
		}
		if !l.Waits() {
			return nil // answered otherwise meanwhile; the link is used all the same
		}
		if err := answered(tx, &l, models.EscalationLine{AnsweredByName: c.Name, AnsweredHow: "link"}); err != nil {
			return err
		}
		e := audit.Event{Action: "urgent.acknowledged", Subject: "an urgent report", Concerns: []uuid.UUID{c.AgencyID},
			Words: "Acknowledged the urgent call by the link in the mail to " + c.Name + "."}
		if c.Named {
			if e.ReportID, e.Number, err = visible(tx, &l); err != nil {
				return err
			}
			e.Subject = ""
		}
		return audit.Record(tx, e)
	})
	s.forget(agency)
	return err
}

// callOf finds the call by its link's secret.
func callOf(tx *store.Tx, secret string) (*models.EscalationCall, error) {
	sum := sha256.Sum256([]byte(secret))
	var c models.EscalationCall
	err := tx.Where("token_sha256 = ? and token_used_at is null and token_until > ?", sum[:], tx.Now).Limit(1).Find(&c).Error
	if err != nil {
		return nil, fmt.Errorf("looking for a link: %w", err)
	}
	if c.ID == uuid.Nil {
		return nil, errLink
	}
	return &c, nil
}

// OnBehalf is what the desk notes of an answer that it got itself.
type OnBehalf struct {
	Agency  string // code
	Note    string // "phoned, spoke to the duty sergeant"
	Version int    // of the line, as the page showed it
}

const noteLimit = 500

// AcknowledgeFor notes that an agency answered the desk itself, by telephone say.
func (s *Service) AcknowledgeFor(ctx context.Context, a auth.Actor, number int64, in OnBehalf) error {
	note := strings.TrimSpace(in.Note)
	line := audit.Event{Action: "urgent.acknowledged", Words: "Noted that the agency answered the desk: " + note}
	return s.atDesk(ctx, a, number, in.Agency, in.Version, line, func(tx *store.Tx, h *held, line *audit.Event) error {
		switch {
		case note == "":
			return models.InvalidField("note", "Say how you reached them and to whom you spoke, in a few words.")
		case len([]rune(note)) > noteLimit:
			return models.InvalidField("note", fmt.Sprintf("Keep the note below %d characters.", noteLimit))
		case !h.line.Waits():
			return models.Conflictf("This call has ended meanwhile. Look at what it is now.")
		}
		id := a.UserID
		return answered(tx, &h.line, models.EscalationLine{AnsweredBy: &id, AnsweredByName: a.Name, AnsweredHow: "desk", Note: note})
	})
}
