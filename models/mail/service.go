package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// When a mail is tried again, and given up.
const (
	lease     = 2 * time.Minute // a worker that died with a mail in hand keeps it so long
	firstWait = 15 * time.Second
	mostWait  = 30 * time.Minute
	giveUp    = 24 * time.Hour
)

// Service sends what is in the outbox.
type Service struct {
	store  *store.Store
	server *Server // nil: none is set
	log    *slog.Logger
}

// New makes the worker's side of the outbox. Without a server, mail is noted in the
// log and kept in the table.
func New(s *store.Store, server *Server, log *slog.Logger) *Service {
	return &Service{store: s, server: server, log: log}
}

// Send sends one mail if it is due. Doing it again, or at the same time elsewhere,
// sends nothing twice. A mail server that does not answer is no error: the mail is due
// again later.
func (s *Service) Send(ctx context.Context, id uuid.UUID) error {
	m, err := s.claim(ctx, id)
	if err != nil || m == nil {
		return err
	}
	if s.server == nil {
		// The text is for whoever sets Reeve up; it may hold a link, so not everybody's.
		s.log.InfoContext(ctx, "mail is written, not sent: REEVE_SMTP is not set", "to", m.Recipient, "subject", m.Subject, "mail", m.ID)
		s.log.DebugContext(ctx, "the text of that mail", "mail", m.ID, "text", m.Body)
		return s.end(ctx, m, models.MailWritten, nil)
	}
	cause := s.server.send(ctx, *m)
	switch {
	case cause == nil:
		return s.end(ctx, m, models.MailSent, nil)
	case errors.Is(cause, errRefused) || s.store.Now().Sub(m.QueuedAt) >= giveUp:
		s.log.ErrorContext(ctx, "a mail is given up", "to", m.Recipient, "subject", m.Subject, "mail", m.ID, "tries", m.Tries, "error", cause)
		return s.end(ctx, m, models.MailFailed, cause)
	}
	s.log.WarnContext(ctx, "a mail could not be sent yet", "mail", m.ID, "tries", m.Tries, "error", cause)
	return s.later(ctx, m, cause)
}

// dueAtOnce is how many due mails one sweep sends.
const dueAtOnce = 200

// SendDue sends the mails whose next try is due, at most 200, and answers how many it
// took. It is also the net beneath the jobs: a mail whose job was lost goes with it.
func (s *Service) SendDue(ctx context.Context) (int, error) {
	var ids []uuid.UUID
	err := s.store.As(ctx, auth.System(auth.ForMail), func(tx *store.Tx) error {
		return tx.Raw("select id from outbox where state = 'queued' and next_try_at <= ? order by next_try_at, id limit ?", tx.Now, dueAtOnce).Scan(&ids).Error
	})
	if err != nil {
		return 0, fmt.Errorf("looking for due mail: %w", err)
	}
	var failed []error
	for _, id := range ids {
		failed = append(failed, s.Send(ctx, id))
	}
	return len(ids), errors.Join(failed...)
}

// claim takes a mail that is due, for as long as sending it may last.
func (s *Service) claim(ctx context.Context, id uuid.UUID) (*models.OutboxMail, error) {
	var m models.OutboxMail
	err := s.store.As(ctx, auth.System(auth.ForMail), func(tx *store.Tx) error {
		err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Where("id = ? and state = 'queued' and next_try_at <= ?", id, tx.Now).Take(&m).Error
		if err != nil {
			return err
		}
		m.Tries++
		return tx.Model(&models.OutboxMail{}).Where("id = ?", id).Updates(map[string]any{"tries": m.Tries, "next_try_at": tx.Now.Add(lease)}).Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil // sent, in hand, or not due
	}
	if err != nil {
		return nil, fmt.Errorf("taking a mail from the outbox: %w", err)
	}
	return &m, nil
}

// end notes what became of a mail. Only one that was given up leaves a line: the
// deed that caused a mail has its own.
func (s *Service) end(ctx context.Context, m *models.OutboxMail, state models.OutboxState, cause error) error {
	return s.store.As(ctx, auth.System(auth.ForMail), func(tx *store.Tx) error {
		err := tx.Model(&models.OutboxMail{}).Where("id = ?", m.ID).Updates(map[string]any{"state": state, "ended_at": tx.Now, "last_error": clip(cause)}).Error
		if err != nil || state != models.MailFailed {
			return err
		}
		line := audit.Event{Action: "mail.failed", Subject: m.Recipient, Words: fmt.Sprintf("Gave up sending a mail after %d tries: %s.", m.Tries, m.Subject),
			Detail: map[string]any{"kind": m.Kind, "error": clip(cause)}}
		if m.AgencyID != nil {
			line.Concerns = []uuid.UUID{*m.AgencyID}
		}
		return audit.Record(tx, line)
	})
}

// later puts a mail back: 15 seconds at first, doubling up to half an hour.
func (s *Service) later(ctx context.Context, m *models.OutboxMail, cause error) error {
	wait := min(firstWait<<min(m.Tries-1, 10), mostWait)
	return s.store.As(ctx, auth.System(auth.ForMail), func(tx *store.Tx) error {
		at := tx.Now.Add(wait)
		err := tx.Model(&models.OutboxMail{}).Where("id = ?", m.ID).Updates(map[string]any{"next_try_at": at, "last_error": clip(cause)}).Error
		if err != nil {
			return err
		}
		return tx.EnqueueAt(models.SendMail{MailID: m.ID}, at)
	})
}

func clip(err error) string {
	if err == nil {
		return ""
	}
	r := []rune(err.Error())
	return string(r[:min(len(r), 300)])
}
