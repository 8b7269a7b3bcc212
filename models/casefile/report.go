package casefile

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/gate"
	"reeve/models/priority"
	"reeve/models/routing"
)

// ReportView is everything that the page of a report shows.
type ReportView struct {
	Report     models.Report // Reported holds every element as sent; nil once erased
	Provider   string
	Priority   *priority.Result // its priority with all reasons, and what is missing; nil: not assessed
	Assessment json.RawMessage  // the same as stored

	Referral  *Referral  // the agency's own; nil for clearinghouse staff
	SentTo    []SentTo   // where it was sent, as far as the reader may know
	Decisions []Decision // routings, newest first

	Identifiers     []Identifier
	MoreIdentifiers bool // only the first identifierLimit are shown
	IPEvents        []IPEvent
	Shared          []Pointer // identifiers that other agencies hold too
	AlsoAt          []AlsoAt  // other agencies that were sent this very report
	Files           []File
	MoreFiles       bool // Files answers the rest
	Documents       []Document
	Outcomes        []Outcome
	Additions       []models.PublicAddition // by the reporter of a report of the public's form, oldest first
	Trail           []TrailLine             // who did what, newest first, at most 50
	SameSubject     []RelatedReport         // other reports here with an identifier of the subject, newest first
	Marks           []models.FileMark
	Labels          []models.Label
	Now             time.Time // when this was read
}

// Referral is the reader's own referral with what may be done with it now.
type Referral struct {
	models.Referral
	Mine  bool
	Deeds Deeds
}

// Deeds says which deeds the state and the reader's role allow now.
type Deeds struct {
	Take, Assign, Release, Start, Record, Return, Keep, Reopen, Prioritise bool
}

// SentTo is an agency that the report was referred to.
type SentTo struct {
	Agency     string
	Code       string
	Contact    string
	Email      string
	Phone      string
	ReferredAt time.Time
	Capacity   string
	State      models.ReferralState
	Own        bool
	Why        string
	Outcome    string
	Assignee   string
}

// Decision is one routing of the report. Decoded is nil when the row was written
// under rules that this version cannot read; Raw always shows what was stored.
type Decision struct {
	Round       int16
	At          time.Time
	By          string
	Version     string
	Released    string // rule, person or waiting
	ReleasedWhy string
	Raw         json.RawMessage
	Decoded     *routing.Decision
	BroughtHere bool // the reader's referral rests on it
}

// Identifier is one identifier with our reading of it and how often it is known.
type Identifier struct {
	models.Identifier
	KindWords string
	Shown     string // as a person reads it
	Seen      int    // other reports of this agency with it (of any agency, for the clearinghouse), at most SeenLimit
	SeenMore  bool   // there are more than SeenLimit
	Elsewhere int    // other agencies that hold it
}

// SeenLimit is how far the other reports with an identifier are counted.
const SeenLimit = 50

// IPEvent is an IP address at a time, with its distance from the incident.
type IPEvent struct {
	Address  string
	Event    string // Login, Upload, ...: a log-in says who used an account, not who uploaded
	Upload   bool   // the event is the upload itself
	At       *time.Time
	Port     *int
	Proxy    models.Truth
	Whose    string
	Source   string
	Distance *time.Duration // event minus incident; nil when either time is not stated
	Nearest  bool           // of all events with a time, nearest to the incident
}

// Pointer says that another agency holds one of the report's identifiers, and
// whom to call there. It never says more of the other's report.
type Pointer struct {
	Kind      string
	KindWords string
	Value     string // from this report
	Whose     string
	AgencyID  uuid.UUID
	Agency    string
	Contact   string
	Email     string
	Phone     string
	Reports   int // of the newest 64 with the identifier
	Since     time.Time
	More      bool // the identifier has 64 or more
}

// AlsoAt is another agency that holds this very report, and whom to call there: a
// report may be due to the suspect's agency and to the victim's.
type AlsoAt struct {
	AgencyID                      uuid.UUID
	Agency, Contact, Email, Phone string
	Since                         time.Time
}

// File is an uploaded file with its gate. Nothing of its content is here.
type File struct {
	models.File
	Gate      gate.Decision
	Elsewhere int // other reports with the very same bytes, at most one more than ElsewhereLimit; 0 for agencies
}

// Document is a received document, downloadable as long as it is not erased.
type Document struct {
	ID         uuid.UUID
	Kind       string // report or fileDetails
	FileID     *uuid.UUID
	Size       int64
	SHA256     []byte `gorm:"column:sha256"`
	ReceivedAt time.Time
	Erased     bool
}

// Outcome is one recorded outcome.
type Outcome struct {
	models.Outcome
	Words   string
	Agency  string
	Undone  bool
	Waiting bool // a return that can still be taken back
}

// TrailLine is one line of the audit log about this report.
type TrailLine struct {
	At      time.Time
	Who     string
	Agency  string // empty for Reeve itself and for providers
	Action  string
	Words   string
	Refused bool
}

// RelatedReport is another report here that names the same subject.
type RelatedReport struct {
	Number     int64
	Type       string
	Provider   string
	Subject    string
	ReceivedAt time.Time
	State      models.ReferralState // empty for clearinghouse staff
	Outcome    string
	By         []string // the shared identifiers, as this report has them
}
