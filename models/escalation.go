package models

import (
	"time"

	"github.com/google/uuid"
)

// OnCallList is what the contacts of an agency have in common: who changed them last.
type OnCallList struct {
	AgencyID      uuid.UUID `gorm:"primaryKey"`
	Version       int
	ChangedAt     time.Time
	ChangedByName string
}

// OnCallContact is whom an urgent report calls at an agency, in the order of Place.
type OnCallContact struct {
	ID          uuid.UUID `gorm:"primaryKey"`
	AgencyID    uuid.UUID
	Place       int16 // from 1
	Name        string
	Duty        string // what they are: "Duty sergeant"
	Email       string
	Phone       string
	Days        string // all, weekdays or weekends
	FromMinute  *int16 // after midnight in the agency's zone; nil with ToMinute: at all hours
	ToMinute    *int16
	WaitMinutes int16 // before the next one is called
	AddedAt     time.Time
}

// EscalationState is where an urgent report's calls stand as a whole.
type EscalationState string

// The states of an escalation.
const (
	EscalationOpen      EscalationState = "open"
	EscalationAnswered  EscalationState = "answered"  // no agency is waited for
	EscalationEnded     EscalationState = "ended"     // by a person at the desk
	EscalationWithdrawn EscalationState = "withdrawn" // the report is urgent no more
)

// Escalation is the calls about one urgent report.
type Escalation struct {
	ID          uuid.UUID `gorm:"primaryKey"`
	ReportID    uuid.UUID
	Number      int64
	Urgency     int16
	State       EscalationState
	RaisedAt    time.Time
	AtDeskAt    *time.Time // since when the desk itself must act
	DeskWhy     string
	EndedAt     *time.Time
	EndedByName string
	EndedWhy    string
	Rank        int16 `gorm:"->"` // bigger first
	Version     int
}

// LineState is where the calls to one agency stand.
type LineState string

// The states of a line. The first two wait for an answer.
const (
	LineCalling      LineState = "calling" // somebody is called; the next waits
	LineSilent       LineState = "silent"  // nobody answered; the desk acts
	LineAcknowledged LineState = "acknowledged"
	LineTaken        LineState = "taken"   // the agency works on the report
	LineStopped      LineState = "stopped" // the agency has the report no more
	LineEnded        LineState = "ended"   // by the desk
	LineWithdrawn    LineState = "withdrawn"
)

// EscalationLine is the calls to one agency. It holds nothing of the report, since the
// agency may be called before the report is its own.
type EscalationLine struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	EscalationID   uuid.UUID
	AgencyID       uuid.UUID
	State          LineState
	Rung           int16 // calls made
	FirstCalledAt  time.Time
	ClimbAt        *time.Time
	EndedAt        *time.Time
	AnsweredBy     *uuid.UUID
	AnsweredByName string
	AnsweredHow    string // portal, link, desk, work
	Note           string
	Version        int
}

// Waits reports whether nobody at the agency has answered yet.
func (l EscalationLine) Waits() bool { return l.State == LineCalling || l.State == LineSilent }

// EscalationCall is one call: whom, as the list had them then, and when.
type EscalationCall struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	LineID       uuid.UUID
	AgencyID     uuid.UUID
	Rung         int16
	ContactID    *uuid.UUID
	Name         string
	Duty         string
	Email        string
	Phone        string
	CalledAt     time.Time
	CalledByName string
	WaitMinutes  int16
	OutboxID     *uuid.UUID // nil: no address, the desk must phone
	Named        bool       // the mail named the report by its number
	TokenSHA256  []byte     `gorm:"column:token_sha256"`
	TokenUntil   *time.Time
	TokenUsedAt  *time.Time
}
