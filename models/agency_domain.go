package models

import (
	"time"

	"github.com/google/uuid"
)

// AgencyDomain is an e-mail domain that an agency asked for. Only one whose
// ownership the clearinghouse has checked and approved leads to a sign-in.
type AgencyDomain struct {
	AgencyID      uuid.UUID `gorm:"primaryKey"`
	Domain        string    `gorm:"primaryKey"`
	AskedByName   string
	AskedAt       time.Time
	Note          string // how the clearinghouse can check whose it is
	DecidedAt     *time.Time
	DecidedByName string
	Approved      *bool  // nil: undecided
	Answer        string // what the clearinghouse says to a refusal
}
