package models

import (
	"time"

	"github.com/google/uuid"
)

// KnownState is where a hash set stands.
type KnownState string

// The states of a hash set. Only the hashes of an active one are compared with.
const (
	KnownImporting KnownState = "importing" // its file is being read
	KnownActive    KnownState = "active"
	KnownWithdrawn KnownState = "withdrawn"
	KnownFailed    KnownState = "failed" // its file was broken or its import broke off; nothing of it is kept
)

// KnownSet is a hash set: a list of hashes of known material, with what its file was.
type KnownSet struct {
	ID              uuid.UUID `gorm:"primaryKey"`
	Number          int32     // stands for it in its hashes; given by the database
	Name            string
	Source          string // who made the list, in words
	Scheme          string // what its categories mean
	Note            string
	Format          string // vics or csv; empty: not known yet
	FileName        string
	FileSize        int64  // as announced; 0: not stated
	FileSHA256      []byte `gorm:"column:file_sha256"`
	State           KnownState
	Entries         int
	Pictures        int // entries with a PDQ hash
	Bytes           int64
	Lines           int64
	Problem         string // why it failed
	ProblemLine     *int64
	MadeBy          *uuid.UUID
	MadeByName      string
	MadeAt          time.Time
	BeatAt          time.Time
	EndedAt         *time.Time
	WithdrawnBy     *uuid.UUID
	WithdrawnByName string
	WithdrawnAt     *time.Time
	WithdrawnWhy    string
	Change          int64
	Cleared         bool // its hashes are removed
	Version         int
}
