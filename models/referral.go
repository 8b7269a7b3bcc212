package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// ReferralState is where a referral stands at its agency.
type ReferralState string

// The states of a referral. They move only through models/referral.
const (
	ReferralNew       ReferralState = "new"       // nobody has taken it
	ReferralTaken     ReferralState = "taken"     // somebody has
	ReferralWorking   ReferralState = "working"   // an investigation is under way
	ReferralClosed    ReferralState = "closed"    // a closing outcome stands
	ReferralReturning ReferralState = "returning" // will be sent back when its ten minutes are over
	ReferralReturned  ReferralState = "returned"  // was sent back and re-routed
)

// Words says the state as a page shows it.
func (s ReferralState) Words() string {
	switch s {
	case ReferralNew:
		return "New"
	case ReferralTaken:
		return "Taken"
	case ReferralWorking:
		return "Under investigation"
	case ReferralClosed:
		return "Closed"
	case ReferralReturning:
		return "Being returned"
	case ReferralReturned:
		return "Returned"
	default:
		return string(s)
	}
}

// Referral is a report at an agency, with what that agency's queue shows copied
// onto it.
type Referral struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	ReportID       uuid.UUID
	Number         int64
	AgencyID       uuid.UUID
	ProviderID     *uuid.UUID
	DecisionID     *uuid.UUID
	Capacity       string // suspect, victim or unknown: whose place brought it here
	Basis          string // rule, person or pool
	Hop            int16  // 1 for the first routing of the report
	Confidence     float32
	Why            string
	Place          string
	IncidentType   string
	IncidentAt     *time.Time
	Subject        string
	Priority       int16
	Urgent         bool
	Urgency        int16
	PriorityWhy    string
	AgencyPriority *int16
	ReceivedAt     time.Time // when the clearinghouse received the report
	ReferredAt     time.Time // when this agency did
	PreserveUntil  *time.Time
	FilesTotal     int
	FilesLocked    int
	Shared         int16
	State          ReferralState
	Open           bool `gorm:"->"`
	AssigneeID     *uuid.UUID
	Assignee       string
	FirstReadAt    *time.Time
	FirstActAt     *time.Time
	ClosedAt       *time.Time
	HeardAt        *time.Time
	Outcome        string // code of the latest standing outcome
	OutcomeAt      *time.Time
	Usefulness     *int16
	Overdue        bool
	ReturnDueAt    *time.Time
	ReturnAgencyID *uuid.UUID // where the agency believes it belongs
	ReturnWhy      string
	LookAgainAt    *time.Time // the provider sent more about it since
	LookAgainWhy   string
	Version        int
	UpdatedAt      time.Time `gorm:"autoUpdateTime:false"`
	UpdatedBy      string
}

// RoutingDecision is one routing of a report with every input it saw.
type RoutingDecision struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	ReportID      uuid.UUID
	Round         int16
	DecidedAt     time.Time
	DecidedBy     *uuid.UUID
	DecidedByName string
	RulesVersion  string
	Decision      json.RawMessage // routing.Decision
	Released      string          // rule, person or waiting
	ReleasedWhy   string
}

// ReleasePolicy is one row of who releases a report to an agency.
type ReleasePolicy struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	Ordinal       int16
	Class         string // * for any
	MinUrgency    int16
	MinConfidence float32
	Release       string // auto or desk
	Note          string
}

// MatchLink is one keyed identifier of one report at one agency.
type MatchLink struct {
	Prefix   int64     `gorm:"primaryKey"`
	MAC      []byte    `gorm:"column:mac;primaryKey"`
	ReportID uuid.UUID `gorm:"primaryKey"`
	AgencyID uuid.UUID `gorm:"primaryKey"`
	Kind     string
	Target   bool
	Subject  int64
	At       *time.Time
	LinkedAt time.Time
	Counted  bool // in match_stats already
}

// DeconflictionNotice tells one agency that one of its identifiers is held
// elsewhere. Value and report are the agency's own.
type DeconflictionNotice struct {
	ID        uuid.UUID `gorm:"primaryKey"`
	AgencyID  uuid.UUID
	Prefix    int64
	MAC       []byte `gorm:"column:mac"`
	Kind      string
	Value     string
	ReportID  uuid.UUID
	Number    int64
	NoticedAt time.Time
	SeenAt    *time.Time
}
