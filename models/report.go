package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// ReportState is a report's life in the provider API: open, then finished,
// retracted or expired. There is no way back.
type ReportState string

// The states of a report.
const (
	ReportOpen      ReportState = "open"
	ReportFinished  ReportState = "finished"
	ReportRetracted ReportState = "retracted"
	ReportExpired   ReportState = "expired"
)

// DeskState says whether an analyst must look at a report.
type DeskState string

// The desk's states.
const (
	DeskNone    DeskState = "none"    // released by rule
	DeskWaiting DeskState = "waiting" // an analyst decides
	DeskDone    DeskState = "done"    // an analyst decided
)

// Report is a report as received, with our reading of it in columns.
type Report struct {
	ID               uuid.UUID `gorm:"primaryKey"`
	Number           int64     // random, 9 to 12 digits
	ProviderID       *uuid.UUID
	State            ReportState
	Batched          bool
	IncidentType     string
	IncidentAt       *time.Time
	OpenedAt         time.Time
	ModifiedAt       time.Time
	FinishedAt       *time.Time
	EndedAt          *time.Time // retracted or expired
	PreserveUntil    *time.Time // nil: no statutory clock
	Reported         *Reported  `gorm:"serializer:json"` // nil once erased
	SubmissionSHA256 []byte     `gorm:"column:submission_sha256"`
	Newer            int        // elements kept that our schema does not know
	Class            string     // referral or informational
	Priority         int16      // the clearinghouse's: 1 imminent, 2 near, 3 past or unclear
	Urgent           bool
	Urgency          int16           // (4-priority)*2, plus 1 when urgent; bigger first
	Assessment       json.RawMessage // priority.Result
	SubjectLabel     string
	SubjectKey       int64 // stands for the subject when distinct subjects are counted
	FilesTotal       int
	FilesLocked      int
	RoutingRound     int16
	Desk             DeskState
	DeskWhy          string
	RulesVersion     string     // of the priority rules that the proposal was made by
	DecidedBy        *uuid.UUID // the analyst who decided class and priority; nil: as proposed
	DecidedByName    string
	DecidedAt        *time.Time
	DecidedWhy       string
	Version          int
}

// ReportNumber turns a number into a report's id.
type ReportNumber struct {
	Number   int64 `gorm:"primaryKey"`
	ReportID uuid.UUID
}

// ReportDocument is a received document, verbatim.
type ReportDocument struct {
	ID         uuid.UUID `gorm:"primaryKey"`
	ReportID   uuid.UUID
	ProviderID *uuid.UUID
	FileID     *uuid.UUID
	Kind       string // report or fileDetails
	Body       []byte // nil once erased
	Size       int64
	SHA256     []byte `gorm:"column:sha256"`
	ReceivedAt time.Time
}

// File is an uploaded file: what we know of its bytes, and what was said of it.
type File struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	PublicID          string    // 32 hexadecimal digits beginning with a letter other than e
	ReportID          uuid.UUID
	ProviderID        *uuid.UUID
	Name              string // of the upload's part
	Size              int64  // bytes
	MD5               []byte `gorm:"column:md5"`
	SHA1              []byte `gorm:"column:sha1"`
	SHA256            []byte `gorm:"column:sha256"`
	StorageKey        string
	ReceivedAt        time.Time
	Reported          *ReportedFile `gorm:"serializer:json"`
	Viewed            Truth
	EXIFViewed        Truth `gorm:"column:exif_viewed"`
	PubliclyAvailable Truth
	ErasedAt          *time.Time
	PDQ               []byte     `gorm:"column:pdq"` // of its picture; nil: not decoded, or no picture that we read
	PDQQuality        *int16     `gorm:"column:pdq_quality"`
	DecodedAt         *time.Time // when its content was read to make the hash
}

// Upload is a file whose bytes are being received and belong to no report yet.
type Upload struct {
	ID         uuid.UUID `gorm:"primaryKey"` // becomes the file's
	ProviderID uuid.UUID
	StorageKey string
	StartedAt  time.Time
}

// Identifier is one identifier read out of a report: as reported, as normalised,
// whose it is and where it stood.
type Identifier struct {
	ID        uuid.UUID `gorm:"primaryKey"`
	ReportID  uuid.UUID
	FileID    *uuid.UUID
	Kind      string // selector.Kind
	Whose     string // subject, recipient, victim, reporter, unknown
	Reported  string
	Value     string
	Matchable bool
	WhyNot    string
	Source    string
	Verified  Truth
	At        *time.Time
	Event     string
	Port      *int
	Proxy     Truth
	Prefix    *int64
	MAC       []byte `gorm:"column:mac"`
}
