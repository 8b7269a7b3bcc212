package models

import (
	"time"

	"github.com/google/uuid"
)

// PoolTerms says who at the clearinghouse answers for a pool, and for how many hours
// a report may lie there before it goes back to the desk.
type PoolTerms struct {
	AgencyID      uuid.UUID `gorm:"primaryKey"` // the pool
	OwnerID       *uuid.UUID
	OwnerName     string
	Hours         int
	Version       int
	ChangedAt     time.Time
	ChangedByName string
}

// TableName names the table for gorm.
func (PoolTerms) TableName() string { return "pool_terms" }

// PoolHours is how long a report may lie in a pool whose terms nobody has set.
const PoolHours = 72

// Finding is what staff found out about where a person of a report is. The next
// routing reads it before everything that the report itself says.
type Finding struct {
	ID              uuid.UUID `gorm:"primaryKey"`
	ReportID        uuid.UUID
	Whose           string // subject, victim or unknown: where it happened
	Country         string // ISO 3166-1 alpha-2
	State           string // of the United States; may be empty
	FIPS            string `gorm:"column:fips"`
	County          string
	City            string
	How             string // how it was established
	FoundBy         uuid.UUID
	FoundByName     string
	FoundAt         time.Time
	WithdrawnAt     *time.Time
	WithdrawnByName string
	WithdrawnWhy    string
}
