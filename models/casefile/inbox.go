package casefile

import (
	"time"

	"github.com/google/uuid"

	"reeve/models"
)

// View is one of the inbox's lists.
type View string

// The views. Open is the default; every view but Closed and All holds open
// referrals only.
const (
	ViewOpen       View = "open"
	ViewMine       View = "mine"       // assigned to the actor
	ViewUnassigned View = "unassigned" // assigned to nobody
	ViewUnread     View = "unread"     // nobody at the agency opened it
	ViewShared     View = "shared"     // another agency holds one of its identifiers
	ViewOverdue    View = "overdue"    // silent for too long
	ViewLookAgain  View = "look-again" // the provider sent more about it
	ViewReturning  View = "returning"  // will be sent back when its ten minutes are over
	ViewClosed     View = "closed"     // closed or returned
	ViewAll        View = "all"        // whatever its state
)

// Views lists every view in the order of a page.
func Views() []View {
	return []View{ViewOpen, ViewMine, ViewUnassigned, ViewUnread, ViewShared, ViewOverdue, ViewLookAgain, ViewReturning, ViewClosed, ViewAll}
}

// Words is the view's name on a page.
func (v View) Words() string {
	switch v {
	case ViewOpen:
		return "Open"
	case ViewMine:
		return "Mine"
	case ViewUnassigned:
		return "Unassigned"
	case ViewUnread:
		return "Unread"
	case ViewShared:
		return "Shared with others"
	case ViewOverdue:
		return "Overdue"
	case ViewLookAgain:
		return "Look again"
	case ViewReturning:
		return "Being returned"
	case ViewClosed:
		return "Closed"
	case ViewAll:
		return "All"
	default:
		return string(v)
	}
}

// Sort is the name of an order.
type Sort string

// The orders. Oldest is also the order of least preservation left, since the
// statutory clock starts when a report is received. History (Closed, All,
// Returning) has no order by urgency: asked for it, it answers Newest.
const (
	SortUrgency Sort = "urgency"
	SortNewest  Sort = "newest"
	SortOldest  Sort = "oldest"
)

// InboxQuery is what the inbox is asked. The zero value asks for everything open,
// most urgent first; all filters may be combined.
type InboxQuery struct {
	View       View
	Sort       Sort
	Priority   int16 // 1 to 3; 0: any
	Urgent     bool
	Type       string    // incident type, verbatim; empty: any
	Provider   uuid.UUID // nil: any
	Assignee   uuid.UUID // nil: any
	State      models.ReferralState
	MinAgeDays int    // received at least so many days ago
	Cursor     string // of a page before; empty: the first page
	Size       int    // rows a page, 1 to 100; 0: 50
}

// InboxRow is one referral as the inbox shows it.
type InboxRow struct {
	Number         int64
	Priority       int16 // the clearinghouse's, 1 to 3
	AgencyPriority *int16
	Urgent         bool
	PriorityWhy    string // its shortest reason
	Type           string
	Provider       string
	Subject        string // the subject's strongest identifier
	Place          string // that brought it here
	Why            string
	Capacity       string // suspect, victim or unknown: whose place that is
	ReceivedAt     time.Time
	ReferredAt     time.Time
	PreserveUntil  *time.Time // nil: no statutory clock
	Shared         int        // identifiers that another agency holds too
	FilesTotal     int
	FilesLocked    int
	AssigneeID     *uuid.UUID
	Assignee       string // empty: nobody
	Mine           bool
	State          models.ReferralState
	Unread         bool
	Outcome        string // code of the latest standing outcome; empty: none
	Overdue        bool
	ReturnDueAt    *time.Time
	LookAgain      string // why somebody must look again; empty: nobody must
	Version        int
}

// InboxPage is one page of the inbox.
type InboxPage struct {
	Query  InboxQuery // as answered, defaults filled in
	Rows   []InboxRow
	Next   string // cursor of the following page; empty: this is the last
	Prev   string // cursor of the page before; empty: this is the first
	Looked *Looked
	Counts []ViewCount
	// Colleagues are those by whom the inbox can be filtered: everybody at the agency
	// who may work on reports. Nobody for a reader who may not: who holds what is their
	// colleagues' affair.
	Colleagues []Colleague
}

// Looked says that a filter without an index of its own was applied to a part of
// the view only. Next goes on from there. Nil on a page that looked at all it had to.
type Looked struct {
	Rows  int       // how many referrals were looked at
	Until time.Time // when the last of them was received
}

// ViewCount is how many referrals a view holds, without other filters.
type ViewCount struct {
	View View
	N    int  // at most CountLimit
	More bool // there are more than CountLimit
}

// CountLimit is how far a view is counted; beyond it the page says "1000+".
const CountLimit = 1000
