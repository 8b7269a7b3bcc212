package models

import (
	"time"

	"github.com/google/uuid"
)

// UserState is where a person's account stands. models/account moves it.
type UserState string

// The states of an account.
const (
	UserInvited   UserState = "invited"   // waits for the person's first sign-in
	UserWaiting   UserState = "waiting"   // signed in once, waits for a commander's approval
	UserActive    UserState = "active"    // may come in
	UserSuspended UserState = "suspended" // shut out at once, for now
	UserRemoved   UserState = "removed"   // gone; the row stays, so that the audit log keeps a name
)

// UserSource is how an account came.
type UserSource string

// The sources.
const (
	ByConsole    UserSource = "console"    // an administrator's command
	ByInvitation UserSource = "invitation" // an admin's page
	ByFile       UserSource = "file"       // a CSV file
	ByDirectory  UserSource = "directory"  // the agency's own directory, by SCIM
)

// RecertifyAfter is how long a recertification holds: accounts are reviewed at
// least yearly (CJIS Security Policy AC-2).
const RecertifyAfter = 365 * 24 * time.Hour

// IdleAfter is when an account without a sign-in is listed as idle (CJIS Security
// Policy AC-2(3)).
const IdleAfter = 90 * 24 * time.Hour

// User is a person. Identity is (issuer, subject), never the e-mail.
type User struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	AgencyID          uuid.UUID
	IssuerID          uuid.UUID
	Subject           *string // nil until the first sign-in binds it
	Email             string
	Name              string
	Title             string   // rank or office; may be empty
	Sworn             *bool    // sworn officer; nil: not said
	Roles             TextList `gorm:"type:text[]"`
	State             UserState
	StateAt           *time.Time // since when
	StateWhy          string     // the reason given for a suspension or removal
	Source            UserSource `gorm:"default:console"`
	ExternalID        *string    // the directory's identifier
	InvitedBy         *uuid.UUID
	InvitedByName     string
	ApprovedAt        *time.Time // nil: a commander must still say yes
	ApprovedBy        *uuid.UUID
	ApprovedByName    string
	RecertifiedAt     *time.Time
	RecertifiedByName string
	LastSignInAt      *time.Time
	LastSeenAt        *time.Time
	LastACR           string   `gorm:"column:last_acr"`
	LastAMR           TextList `gorm:"column:last_amr;type:text[]"`
	CreatedAt         time.Time
	Version           int `gorm:"default:1"`
}

// RecertifyDue is when the account's yearly review falls due. The review counts
// from the last one, or from when the account was made.
func (u User) RecertifyDue() time.Time {
	from := u.CreatedAt
	if u.RecertifiedAt != nil {
		from = *u.RecertifiedAt
	}
	return from.Add(RecertifyAfter)
}
