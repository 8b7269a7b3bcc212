package models

import (
	"time"

	"github.com/google/uuid"
)

// AgencyKind says what an agency is.
type AgencyKind string

// The kinds. A pool has a queue, an owner (the clearinghouse) and a clock, and
// nobody signs in for it.
const (
	KindClearinghouse AgencyKind = "clearinghouse"
	KindAgency        AgencyKind = "agency"
	KindPool          AgencyKind = "pool"
)

// Agency is an agency, the clearinghouse itself, or a pool.
type Agency struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	Code          string
	Name          string
	Kind          AgencyKind
	ParentID      *uuid.UUID
	Zone          string // IANA
	Band          string // colour band of its pages
	ContactName   string // the desk to call on a hit
	ContactEmail  string
	ContactPhone  string
	Demonstration bool
	CreatedAt     time.Time
	ORI           string     `gorm:"column:ori"` // originating agency identifier; may be empty
	IdleMinutes   *int16     // sessions lock after so long without a request; nil: 30
	AbsoluteHours *int16     // sessions end so long after sign-in; nil: 12
	ClosedAt      *time.Time // the agency is no more
	Version       int        `gorm:"default:1"`
}

// Territory is one dated row of what an agency covers, as routing.Territory has it.
type Territory struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	AgencyID      uuid.UUID
	Country       string // ISO 3166-1 alpha-2, -- for the rest of the world, empty: no area
	State         string
	County        string     // * for all counties that no other row names
	ValidFrom     *time.Time // first day
	ValidTo       *time.Time // last day
	Lead          string
	HolderKind    string
	Basis         string
	Certainty     string
	CertaintyNote string
	Source        string
	AddedIn       *int       // version that added the row; nil: there before versions were counted
	EndedIn       *int       // version that ended or withdrew it
	WithdrawnAt   *time.Time // it holds on no day any more and is kept to be read
}

// Provider is an electronic service provider (ESP) that sends reports.
type Provider struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	Code          string    // stable; the name space of its screen names and user ids
	Name          string
	Demonstration bool
	CreatedAt     time.Time
}

// ProviderCredential is one user name and password hash of a provider's machine.
type ProviderCredential struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	ProviderID   uuid.UUID
	Username     string
	PasswordHash string // argon2id, PHC
	CreatedAt    time.Time
	ValidUntil   *time.Time // end of a rotation's overlap
	DisabledAt   *time.Time
	LastUsedAt   *time.Time
	MadeByName   string // empty: an administrator at the console
	EndedByName  string // who disabled it or ended its overlap early
	EndedWhy     string
}

// ProviderAccount is what the clearinghouse keeps of a provider besides its name. A
// provider without one has no contact, no restriction, and was never used.
type ProviderAccount struct {
	ProviderID    uuid.UUID `gorm:"primaryKey"`
	ContactName   string
	ContactEmail  string
	ContactPhone  string
	Allowed       TextList `gorm:"type:cidr[]"` // networks from which its machines may call; empty: any
	LastUsedAt    *time.Time
	ChangedAt     *time.Time
	ChangedByName string
	Version       int `gorm:"default:1"`
}

// IssuerDomain is an e-mail domain whose people sign in at an issuer.
type IssuerDomain struct {
	Domain   string `gorm:"primaryKey"`
	IssuerID uuid.UUID
}
