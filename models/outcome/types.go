package outcome

import (
	"time"

	"github.com/google/uuid"

	"reeve/models"
)

// NoteLimit is how many characters a note may have.
const NoteLimit = 3000

// Input is an outcome as a form gives it. Everything but Code is optional.
type Input struct {
	Code       string
	Usefulness *int16   // 0 none, 1 some, 2 key
	Missing    []string // codes of models.MissingItems
	Count      *int     // arrests, victims: 1 to 9999, only for codes that count
	HappenedOn string   // a date, YYYY-MM-DD, in the agency's zone; empty: not stated
	Note       string   // at most NoteLimit characters
	Version    int      // of the referral as the form showed it; 0: whatever it is now
}

// Recorded is what recording an outcome led to.
type Recorded struct {
	OutcomeID uuid.UUID
	Words     string
	State     models.ReferralState
	Version   int
	UndoUntil time.Time
}

// ReturnInput is a return as wrong jurisdiction as a form gives it.
type ReturnInput struct {
	RightAgencyCode string // the agency that it belongs to, if known
	RightPlace      string // or the place, in words, if only that is known
	Note            string // at most NoteLimit characters
	Version         int
	SendNow         bool // do not wait the ten minutes
}

// Returning is a return that waits to be sent.
type Returning struct {
	DueAt   time.Time
	Version int
}

// Form is what the outcome form shows.
type Form struct {
	Number      int64
	Referral    models.Referral
	MayRecord   []models.OutcomeCode // in the order of the taxonomy; empty when the state allows none
	Common      []models.OutcomeCode // of these, the eight that this agency uses most
	Missing     []models.MissingItem
	MayReturn   bool
	MayKeep     bool
	ReturnTo    []AgencyChoice // where a return may say that it belongs
	Undoable    *Undoable      // the latest outcome while it can be undone
	Latest      string         // day of today in the agency's zone, YYYY-MM-DD: the last day that HappenedOn may be
	Earliest    string         // the first
	Zone        string         // the agency's time zone
	NotRecorded string         // why nothing may be recorded now; empty when something may
}

// AgencyChoice is an agency in a list to choose from.
type AgencyChoice struct{ Code, Name string }

// Undoable is an outcome that can still be undone.
type Undoable struct {
	ID    uuid.UUID
	Words string
	Until time.Time
}
