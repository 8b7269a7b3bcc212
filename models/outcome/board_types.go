package outcome

import (
	"time"

	"github.com/google/uuid"

	"reeve/models"
)

// Keys of figures. Every figure is a count of referrals under one key; state and
// outcome keys carry the state or code behind a colon.
const (
	KeyReceived = "received"
	KeyOpened   = "opened"
	KeyActed    = "acted"
	KeyOverdue  = "overdue"
)

// KeyState is the key of a state's figure.
func KeyState(s models.ReferralState) string { return "state:" + string(s) }

// KeyOutcome is the key of an outcome code's figure.
func KeyOutcome(code string) string { return "outcome:" + code }

// BoardFilter says what the board's totals are of, and how its tables are ordered.
// At most one of Agency, Provider, PublicForm and Month narrows the totals; the
// tables and months are always of everything.
type BoardFilter struct {
	Agency     uuid.UUID
	Provider   uuid.UUID
	PublicForm bool   // reports that came by the public's form
	Month      string // YYYY-MM of referral

	AgencyBy       string // key by which agencies are ranked; empty: received
	AgencyCursor   string
	ProviderBy     string // key by which providers are ranked; empty: received
	ProviderCursor string
}

// Board is the feedback board. All its figures are of one moment.
type Board struct {
	Filter       BoardFilter // as answered, defaults filled in
	Of           string      // name of what the totals are of; empty: everything
	Totals       Figures
	Outcomes     []OutcomeFigure // in the order of the taxonomy, the return's first; zero figures included
	States       []StateFigure
	Agencies     []BoardRow
	NextAgency   string // cursor; empty: no more
	Providers    []BoardRow
	NextProvider string
	Months       []MonthRow // the newest 24, oldest first
	At           time.Time
}

// Figures are counts by key.
type Figures map[string]int64

// Returned is how many were returned as wrong jurisdiction.
func (f Figures) Returned() int64 { return f[KeyOutcome(models.OutcomeReturned)] }

// Received is how many were referred.
func (f Figures) Received() int64 { return f[KeyReceived] }

// Closed is how many are closed.
func (f Figures) Closed() int64 { return f[KeyState(models.ReferralClosed)] }

// OutcomeFigure is one outcome code's figure.
type OutcomeFigure struct {
	models.OutcomeCode
	N int64
}

// StateFigure is one state's figure.
type StateFigure struct {
	State models.ReferralState
	N     int64
}

// BoardRow is one agency or provider. ID is nil for reports by the public's form.
type BoardRow struct {
	ID        uuid.UUID
	Name      string
	Code      string // an agency's
	Figures   Figures
	LastHeard *time.Time // when the agency last did or said anything; nil: never, and for providers
}

// MonthRow is a month of referral.
type MonthRow struct {
	Month   string // YYYY-MM
	Figures Figures
}

// RowsFilter names a figure whose referrals are asked for: the scope as in
// BoardFilter and the key. An empty key is KeyReceived.
type RowsFilter struct {
	Agency     uuid.UUID
	Provider   uuid.UUID
	PublicForm bool
	Month      string
	Key        string
}

// Row is one referral behind a figure, as the clearinghouse sees it.
type Row struct {
	Number     int64
	Agency     string
	Provider   string
	Type       string
	Priority   int16
	Urgent     bool
	Place      string
	State      models.ReferralState
	Outcome    string
	OutcomeAt  *time.Time
	Usefulness *int16
	Overdue    bool
	ReceivedAt time.Time
	ReferredAt time.Time
	HeardAt    *time.Time
	ReturnWhy  string
}

// RowsPage is one page of rows, newest first.
type RowsPage struct {
	Filter RowsFilter
	Title  string // the figure in words
	Rows   []Row
	Next   string // cursor; empty: no more
	Prev   string
	Looked int // how many referrals were looked at when that was not all; 0: all
}
