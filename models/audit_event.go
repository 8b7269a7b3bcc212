package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// AuditEvent is one line of the audit log. Lines are written in the transaction
// of the deed and never changed.
type AuditEvent struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	At           time.Time
	Side         string
	ActorID      *uuid.UUID
	ActorName    string
	ActorAgency  *uuid.UUID
	Action       string
	Refused      bool
	ReportID     *uuid.UUID
	ReportNumber *int64
	Subject      string
	Words        string
	Detail       json.RawMessage
	RequestID    string
	IP           string `gorm:"column:ip"`
	Concerns     IDList `gorm:"type:uuid[]"` // agencies concerned besides the actor's own, sorted; nil when none
}

// AuditConcern names an agency that an event concerns besides the actor's own,
// with copies of what the agency may filter by.
type AuditConcern struct {
	AgencyID uuid.UUID `gorm:"primaryKey"`
	EventID  uuid.UUID `gorm:"primaryKey"`
	Action   string
	Refused  bool
	ByPerson bool // a person, not a provider and not Reeve itself
}

// AuditPerson names a person whose account an event is about.
type AuditPerson struct {
	UserID  uuid.UUID `gorm:"primaryKey"`
	EventID uuid.UUID `gorm:"primaryKey"`
}

// TableName names the table for gorm.
func (AuditPerson) TableName() string { return "audit_people" }
