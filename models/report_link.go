package models

import (
	"time"

	"github.com/google/uuid"
)

// ReportLink says that two reports are about the same matter. Both stay reports of
// their own.
type ReportLink struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	Earlier       uuid.UUID
	Later         uuid.UUID // the supplement, where it is one
	Kind          LinkKind
	State         LinkState
	How           string // prior-number, same-user, shared-file, shared-identifier or by-hand
	Why           string
	Score         float32 // 0 to 1
	FoundAt       time.Time
	FoundBy       *uuid.UUID // nil: Reeve itself
	FoundByName   string
	DecidedAt     *time.Time
	DecidedByName string
	DecidedWhy    string
	Version       int
}

// LinkKind is what two linked reports are to each other.
type LinkKind string

// The kinds of links.
const (
	LinkSupplement   LinkKind = "supplement"    // the same provider sent more
	LinkDuplicate    LinkKind = "duplicate"     // the same file and the same person, from two providers
	LinkSameIncident LinkKind = "same-incident" // the same file or the same person near the same time
)

// Words names the kind for a page.
func (k LinkKind) Words() string {
	switch k {
	case LinkSupplement:
		return "Supplement"
	case LinkDuplicate:
		return "Duplicate"
	case LinkSameIncident:
		return "Same incident"
	}
	return string(k)
}

// LinkState is what people think of a link.
type LinkState string

// The states of a link.
const (
	LinkFound     LinkState = "found"
	LinkConfirmed LinkState = "confirmed"
	LinkRejected  LinkState = "rejected" // and not found again
)

// ReportBundle is a report that stands at the desk for many of one widely spread file.
type ReportBundle struct {
	Head       uuid.UUID `gorm:"primaryKey"`
	FileSHA256 []byte    `gorm:"column:file_sha256"`
	Why        string
	Size       int // how many it stands for besides itself
	MadeAt     time.Time
	Settled    string // kept, apart, or empty while its head waits
}

// ReportBundleMember is a report for which another stands.
type ReportBundleMember struct {
	ReportID   uuid.UUID `gorm:"primaryKey"`
	Head       uuid.UUID
	JoinedAt   time.Time
	WasWaiting bool
	LeftAt     *time.Time // a person took it out
	LeftByName string
}
