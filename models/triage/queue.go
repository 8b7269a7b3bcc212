package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/store"
)

// DeskView is a list of the desk.
type DeskView string

// The lists of the desk.
const (
	DeskWaiting  DeskView = "waiting"  // waits, and nobody holds it: most urgent first
	DeskMine     DeskView = "mine"     // the actor holds it
	DeskOthers   DeskView = "others"   // a colleague holds it
	DeskReleased DeskView = "released" // released by rule since a moment of the reader's
	DeskDecided  DeskView = "decided"  // decided by the actor since that moment
)

// DeskViews lists the lists in the order of the page.
func DeskViews() []DeskView {
	return []DeskView{DeskWaiting, DeskMine, DeskOthers, DeskReleased, DeskDecided}
}

// DeskFilter narrows a list of the desk. The zero value narrows nothing.
type DeskFilter struct {
	Urgent   bool
	Class    string
	Type     string
	Provider uuid.UUID
}

// DeskQuery asks for a page of the desk.
type DeskQuery struct {
	DeskFilter
	View   DeskView  // empty: DeskWaiting
	Since  time.Time // from when "today" counts in DeskReleased and DeskDecided
	Cursor string
	Size   int // rows of a page; 0: 25
}

// DeskRow is a report on a list of the desk.
type DeskRow struct {
	ID           uuid.UUID
	Number       int64
	IncidentType string
	Provider     string
	SubjectLabel string
	Priority     int16
	Urgent       bool
	Urgency      int16
	Class        string
	FinishedAt   time.Time
	Desk         models.DeskState
	DeskWhy      string
	FilesTotal   int
	FilesLocked  int
	Assessment   json.RawMessage

	HeldBy        *uuid.UUID // nil: nobody
	HeldByName    string
	ActiveAt      *time.Time // when the holder last did anything with it
	HandedByName  string
	Note          string // of the colleague who handed it over
	Skipped       int    // how often it was passed by, by anybody
	StandsFor     int    // how many other reports of a bundle wait behind it
	DecidedByName string
	DecidedAt     *time.Time
	DecidedWhy    string
	Short         string `gorm:"-"` // the shortest reason of its priority

	// Where the row stands in its list.
	Rank int64
	At   time.Time
	Key  uuid.UUID
	Hit  bool
	N    int
}

// DeskPage is one page of a list of the desk.
type DeskPage struct {
	View   DeskView
	Rows   []DeskRow
	Next   string // cursor of the following page; empty on the last
	Looked int    // how many were looked at, when a filter ended the search early; 0: all
	Counts DeskCounts
}

// DeskCounts are the figures of the desk, each counted up to DeskCountCap and one
// more, however many there are.
type DeskCounts struct {
	Waiting  int // nobody holds them
	Urgent   int // of all that wait, held or not
	Mine     int
	Others   int
	Released int
	Decided  int
	Oldest   *time.Time // when the oldest that waits was received, held or not
	OldestNo int64      // its number
}

// DeskCountCap is up to where the desk's figures count.
const DeskCountCap = 1000

// Queue answers a page of one list of the desk, from a cursor of an earlier page or,
// when it is empty, from the list's beginning.
func (s *Service) Queue(ctx context.Context, a auth.Actor, q DeskQuery) (*DeskPage, error) {
	line := audit.Event{Action: "desk.listed", Words: "Looked at the desk's queue."}
	if err := s.mayRead(ctx, a, line.Action, line.Words); err != nil {
		return nil, err
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	at, err := deskCursor(q.Cursor)
	if err != nil {
		return nil, err
	}
	var page *DeskPage
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if page, err = readDesk(tx, q, at); err != nil {
			return err
		}
		if page.Counts, err = countDesk(tx, q.Since); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	return page, err
}

func (q *DeskQuery) check() error {
	if q.View == "" {
		q.View = DeskWaiting
	}
	if q.Size == 0 {
		q.Size = deskPage
	}
	if _, ok := deskLists[q.View]; !ok {
		return models.InvalidField("view", "There is no such list of the desk. Begin with what waits.")
	}
	if q.Class != "" && q.Class != string(priority.Referral) && q.Class != string(priority.Informational) {
		return models.InvalidField("class", "A report is a referral or informational.")
	}
	return nil
}

// readDesk reads one page: the keys of the list by its index, and then the reports.
func readDesk(tx *store.Tx, q DeskQuery, at store.Cursor) (*DeskPage, error) {
	if err := tx.InOrder(); err != nil {
		return nil, err
	}
	text, args := q.statement(tx, at)
	page := &DeskPage{View: q.View}
	if err := tx.Raw(text, args).Scan(&page.Rows).Error; err != nil {
		return nil, fmt.Errorf("reading the desk's list %s: %w", q.View, err)
	}
	var stopped *DeskRow
	rows := page.Rows[:0]
	for i := range page.Rows {
		r := page.Rows[i]
		if r.N == deskScan {
			stopped = &r
		}
		if r.Hit {
			r.Short = shortReason(r.Assessment)
			rows = append(rows, r)
		}
	}
	page.Rows = rows
	switch {
	case len(rows) > q.Size:
		page.Rows = rows[:q.Size]
		page.Next = cursorOf(&rows[q.Size-1])
	case stopped != nil:
		page.Next, page.Looked = cursorOf(stopped), deskScan
	}
	return page, nil
}

func cursorOf(r *DeskRow) string {
	return store.Cursor{Order: orderDesk, Rank: r.Rank, At: r.At, ID: r.Key}.String()
}

// shortReason is what weighs most in a stored assessment; empty when there is none
// that can be read.
func shortReason(stored json.RawMessage) string {
	if r := assessed(stored); r != nil {
		return r.Short()
	}
	return ""
}

// assessed reads a stored assessment; nil when there is none, or one of rules that
// this version cannot read.
func assessed(stored json.RawMessage) *priority.Result {
	var r priority.Result
	if len(stored) == 0 || json.Unmarshal(stored, &r) != nil {
		return nil
	}
	return &r
}
