package models

import (
	"time"

	"github.com/google/uuid"
)

// PublicDraft is a report that somebody of the public is writing. Sealed can be read
// with the secret of their cookie only.
type PublicDraft struct {
	TokenHash []byte `gorm:"primaryKey"`
	Sealed    []byte
	Sent      bool
	StartedAt time.Time
	TouchedAt time.Time
}

// PublicReport is what is kept beside a report that came by the public's form.
type PublicReport struct {
	ReportID     uuid.UUID `gorm:"primaryKey"`
	Number       int64
	Proof        []byte // keyed hash of number and code
	ProofVersion int16
	TextKey      []byte // keyed hash of what was told
	Language     string
	Suspicion    TextList `gorm:"type:text[]"`
	SentAt       time.Time
}

// PublicAddition is what a reporter added to a report after it was sent.
type PublicAddition struct {
	ID       uuid.UUID `gorm:"primaryKey"`
	ReportID uuid.UUID
	Text     string
	Links    string
	SHA256   []byte `gorm:"column:sha256"`
	AddedAt  time.Time
	ReadAt   *time.Time
}
