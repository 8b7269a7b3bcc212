package casefile

import (
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// scanLimit is how many referrals a filter without an index of its own is applied
// to before the page says how far it looked: some thousand pages of the database
// at worst, a few milliseconds.
const scanLimit = 2000

// walk is one ordered reading of referrals. Conditions in index are answered by
// the index that also gives the order; those in filter are applied to the rows on
// the way.
type walk struct {
	order      order
	index      []string
	indexArgs  []any
	filter     []string
	filterArgs []any
}

func (w *walk) byIndex(cond string, args ...any) {
	w.index, w.indexArgs = append(w.index, cond), append(w.indexArgs, args...)
}

func (w *walk) onTheWay(cond string, args ...any) {
	w.filter, w.filterArgs = append(w.filter, cond), append(w.filterArgs, args...)
}

// order is a keyset order: its columns, and how rows compare with a cursor.
type order struct {
	code          byte // in cursors
	forward, back string
	after, before string // row comparisons with the cursor's key
	rank          bool   // the key begins with urgency
}

// key answers the cursor's key as the comparisons want it.
func (o order) key(c *store.Cursor) []any {
	if o.rank {
		return []any{c.Rank, c.At, c.ID}
	}
	return []any{c.At, c.ID}
}

// cursorOf answers the cursor of a row in this order.
func (o order) cursorOf(r *models.Referral, back bool) string {
	c := store.Cursor{Order: o.code, Back: back, At: r.ReceivedAt, ID: r.ID}
	if o.rank {
		c.Rank = int64(r.Urgency)
	}
	return c.String()
}

// orders is the fixed map from an order's name; nothing of an address ever
// becomes a column.
var orders = map[Sort]order{
	SortUrgency: {'u', "urgency desc, received_at desc, id desc", "urgency, received_at, id",
		"(urgency, received_at, id) < (?, ?, ?)", "(urgency, received_at, id) > (?, ?, ?)", true},
	SortNewest: {'n', "received_at desc, id desc", "received_at, id",
		"(received_at, id) < (?, ?)", "(received_at, id) > (?, ?)", false},
	SortOldest: {'o', "received_at, id", "received_at desc, id desc",
		"(received_at, id) > (?, ?)", "(received_at, id) < (?, ?)", false},
}

// viewWhere is what makes a view, as its partial index says it.
var viewWhere = map[View]string{
	ViewOpen:       "open",
	ViewMine:       "open and assignee_id = ?",
	ViewUnassigned: "open and assignee_id is null",
	ViewUnread:     "open and first_read_at is null",
	ViewShared:     "open and shared > 0",
	ViewOverdue:    "overdue",
	ViewLookAgain:  "look_again_at is not null",
	ViewReturning:  "state = 'returning'",
	ViewClosed:     "not open",
	ViewAll:        "",
}

// plan chooses how a query is walked. Which index serves what:
//
//	view                 order            index
//	open                 urgency          referrals_queue, or with one filter referrals_mine (assignee),
//	                                      referrals_open_provider, referrals_open_type, referrals_urgent
//	open                 newest, oldest   referrals_queue_newest, referrals_mine_newest (assignee),
//	                                      referrals_provider, referrals_type (then open on the way)
//	mine                 both             referrals_mine, referrals_mine_newest
//	unassigned, unread,  both             referrals_<view>, referrals_<view>_newest
//	shared, overdue, look-again (referrals_look_again)
//	returning            newest, oldest   referrals_state
//	closed               newest, oldest   referrals_past, or with one filter referrals_provider, referrals_type
//	all                  newest, oldest   referrals_newest, or with one filter referrals_state, referrals_provider, referrals_type
//
// A priority is a range of urgency, a least age a range of time; where the order
// begins with that column, the index answers it too. The first filter that finds
// an index takes it, every further one is applied on the way.
func plan(q InboxQuery, agency, me uuid.UUID, now time.Time) walk {
	w := walk{order: orders[q.Sort]}
	w.byIndex("agency_id = ?", agency)
	taken := planView(&w, q, me)
	planFilters(&w, q, taken)
	planRanges(&w, q, now)
	return w
}

// planView puts the view into the walk, together with the one filter that an index
// answers in that view. It answers the filter's name.
func planView(w *walk, q InboxQuery, me uuid.UUID) string {
	byTime := q.Sort != SortUrgency
	where := viewWhere[q.View]
	switch {
	case q.View == ViewMine:
		w.byIndex(where, me)
		return ""
	case q.View == ViewOpen && q.Assignee != uuid.Nil:
		w.byIndex("open and assignee_id = ?", q.Assignee)
		return "assignee"
	case q.View == ViewAll && q.State != "":
		w.byIndex("state = ?", q.State)
		return "state"
	case (q.View == ViewOpen || q.View == ViewClosed || q.View == ViewAll) && q.Provider != uuid.Nil:
		w.byIndex("provider_id = ?", q.Provider)
		return planBeside(w, where, byTime, "provider")
	case (q.View == ViewOpen || q.View == ViewClosed || q.View == ViewAll) && q.Type != "":
		w.byIndex("incident_type = ?", q.Type)
		return planBeside(w, where, byTime, "type")
	case q.View == ViewOpen && q.Urgent && !byTime:
		w.byIndex("open and urgent")
		return "urgent"
	case where != "":
		w.byIndex(where)
	}
	return ""
}

// planBeside adds a view beside a provider or type: by urgency their indexes hold
// open referrals only, by time they hold all.
func planBeside(w *walk, where string, byTime bool, taken string) string {
	switch {
	case where == "":
	case byTime:
		w.onTheWay(where)
	default:
		w.byIndex(where)
	}
	return taken
}

func planFilters(w *walk, q InboxQuery, taken string) {
	if q.Assignee != uuid.Nil && taken != "assignee" {
		w.onTheWay("assignee_id = ?", q.Assignee)
	}
	if q.State != "" && taken != "state" {
		w.onTheWay("state = ?", q.State)
	}
	if q.Provider != uuid.Nil && taken != "provider" {
		w.onTheWay("provider_id = ?", q.Provider)
	}
	if q.Type != "" && taken != "type" {
		w.onTheWay("incident_type = ?", q.Type)
	}
	if q.Urgent && taken != "urgent" && (q.Priority == 0 || q.Sort != SortUrgency) {
		w.onTheWay("urgent")
	}
}

func planRanges(w *walk, q InboxQuery, now time.Time) {
	byUrgency := q.Sort == SortUrgency
	exact := false
	if q.Priority != 0 {
		low := (4 - q.Priority) * 2
		switch {
		case byUrgency && q.Urgent:
			exact = true
			w.byIndex("urgency = ?", low+1)
		case byUrgency:
			w.byIndex("urgency between ? and ?", low, low+1)
		default:
			w.onTheWay("priority = ?", q.Priority)
		}
	}
	if q.MinAgeDays > 0 {
		cut := now.AddDate(0, 0, -q.MinAgeDays)
		if byUrgency && !exact {
			w.onTheWay("received_at <= ?", cut)
		} else {
			w.byIndex("received_at <= ?", cut)
		}
	}
}
