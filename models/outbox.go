package models

import (
	"time"

	"github.com/google/uuid"
)

// OutboxState is where a mail stands.
type OutboxState string

// The states of a mail. The last three are its end.
const (
	MailQueued  OutboxState = "queued"
	MailSent    OutboxState = "sent"    // a mail server took it
	MailFailed  OutboxState = "failed"  // given up
	MailWritten OutboxState = "written" // no mail server is set: it was kept here and noted in the log
)

// OutboxMail is a mail that waits to be sent, or what became of it.
type OutboxMail struct {
	ID        uuid.UUID `gorm:"primaryKey"`
	Kind      string    // on-call, invitation ...
	About     string    // a report's number, or nothing
	AgencyID  *uuid.UUID
	Recipient string
	Subject   string
	Body      string
	State     OutboxState
	Tries     int16
	NextTryAt time.Time
	LastError string
	QueuedAt  time.Time
	EndedAt   *time.Time
}

// TableName names the table for gorm.
func (OutboxMail) TableName() string { return "outbox" }
