package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Label is somebody's word about a report or one of its files, in a named scheme:
// kept as scheme, value, by whom and when, so that several schemes stand side by side.
type Label struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	ReportID       uuid.UUID
	FileID         *uuid.UUID // nil: about the report as a whole
	Scheme         string
	Value          string
	Source         LabelSource
	Side           LabelSide
	AgencyID       *uuid.UUID // whose person said so; nil for machines and providers
	LabelledBy     *uuid.UUID
	LabelledByName string
	LabelledAt     time.Time
	Why            string
	Review         LabelReview
	ReviewWhy      string
	ReviewedBy     *uuid.UUID
	ReviewedByName string
	ReviewedAt     *time.Time
	SettledBy      *uuid.UUID // after a dispute: neither who set it nor who disputed it
	SettledByName  string
	SettledAt      *time.Time
	SettledWhy     string
	RemovedAt      *time.Time // withdrawn, and kept
	RemovedByName  string
	RemovedWhy     string
	SetID          *uuid.UUID // of source known: the hash set that said so
	Version        int
}

// LabelScheme is a named way of labelling. Nothing of it is ever deleted.
type LabelScheme struct {
	Code        string `gorm:"primaryKey"`
	Name        string
	About       LabelAbout
	Several     bool // several values may stand together
	SecondLook  bool // a second person must look at every label of it
	Ordinal     int16
	Help        string
	AddedAt     time.Time
	AddedByName string
	EndedAt     *time.Time // offered no more; its labels stay
	Version     int
}

// LabelValue is one value of a scheme.
type LabelValue struct {
	Scheme      string `gorm:"primaryKey"`
	Code        string `gorm:"primaryKey"`
	Words       string
	About       LabelAbout // narrower than the scheme's; empty: as the scheme
	Excludes    string     // values with the same word here exclude each other
	SecondLook  bool
	Ordinal     int16
	AddedAt     time.Time
	AddedByName string
	EndedAt     *time.Time
	Version     int
}

// LabelAbout says what a scheme's labels are about.
type LabelAbout string

// What a label may be about.
const (
	AboutFile   LabelAbout = "file"
	AboutReport LabelAbout = "report"
	AboutBoth   LabelAbout = "both"
)

// LabelAsk is somebody's request that a second person look at a label.
type LabelAsk struct {
	ID          uuid.UUID `gorm:"primaryKey"`
	LabelID     uuid.UUID
	AgencyID    uuid.UUID
	AskedBy     uuid.UUID
	AskedByName string
	AskedAt     time.Time
	Why         string
}

// LabelSource says who speaks in a label.
type LabelSource string

// The sources of labels.
const (
	LabelByPerson   LabelSource = "person"
	LabelByKnown    LabelSource = "known"    // the file is known material, which carries the label
	LabelByProvider LabelSource = "provider" // as the provider sent it
	LabelByRule     LabelSource = "rule"
)

// LabelSide says on whose side a label was set. An agency's labels are seen by that
// agency and the clearinghouse alone.
type LabelSide string

// The sides of labels.
const (
	LabelOfClearinghouse LabelSide = "clearinghouse"
	LabelOfAgency        LabelSide = "agency"
	LabelOfMachine       LabelSide = "machine"
)

// LabelReview says whether a second person has looked at a label.
type LabelReview string

// The states of the second look.
const (
	ReviewNone     LabelReview = "none"
	ReviewAsked    LabelReview = "asked"
	ReviewAgreed   LabelReview = "agreed"
	ReviewDisputed LabelReview = "disputed"
)

// FileMark is what comparing a file with known material said.
type FileMark struct {
	ID       uuid.UUID `gorm:"primaryKey"`
	ReportID uuid.UUID
	FileID   uuid.UUID
	How      MarkHow
	Distance *int16     // bits by which the PDQ hashes differ; of a near mark only
	SetID    *uuid.UUID // the hash set that lists it
	SetName  string
	Category string // as the set has it
	Series   string
	Words    string // what to say of it when it could not be compared
	MarkedAt time.Time
}

// MarkHow is the result of a comparison.
type MarkHow string

// The results of a comparison.
const (
	MarkExact      MarkHow = "exact"      // its bytes are listed
	MarkNear       MarkHow = "near"       // its picture is within 31 bits of a listed one
	MarkUnreadable MarkHow = "unreadable" // its content was to be compared and is no picture that can be read
	MarkRefused    MarkHow = "refused"    // reading it would have cost more than is allowed
	MarkNew        MarkHow = "new"        // everything that may be compared was, and nothing fits
)

// NothingToCompareWith is what a mark says while no hash set is active. Then a file is
// neither known nor new.
const NothingToCompareWith = "There was no hash set to compare it with."

// RuleVersion is one version of rules that people edit. A published one never
// changes.
type RuleVersion struct {
	ID              uuid.UUID `gorm:"primaryKey"`
	Kind            RuleKind
	Number          int
	State           RuleState
	Tables          map[string]string `gorm:"serializer:json"` // CSV text by table name
	BasedOn         string            // the version's name from which it was made
	Note            string
	Tried           json.RawMessage // what the last trial said; nil: none
	MadeBy          *uuid.UUID
	MadeByName      string
	MadeAt          time.Time
	ChangedAt       time.Time
	ChangedByName   string // who last edited the draft
	PublishedBy     *uuid.UUID
	PublishedByName string
	PublishedAt     *time.Time
	Version         int // of the row, for the form
}

// RuleKind says what rules are about.
type RuleKind string

// The kinds of rules that people edit.
const (
	PriorityRules RuleKind = "priority"
	RoutingRules  RuleKind = "routing"
)

// RuleState is a version's life.
type RuleState string

// The states of a version of rules.
const (
	RulesDraft     RuleState = "draft"
	RulesPublished RuleState = "published"
	RulesDropped   RuleState = "dropped"
)
