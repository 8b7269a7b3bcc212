package providers

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Sort is an order of the list.
type Sort string

// The orders.
const (
	ByName   Sort = "name"   // a to z
	ByUse    Sort = "used"   // last used first, never used last
	ByErrors Sort = "errors" // highest share of errors in the last 24 hours first
)

// Show is a choice of providers.
type Show string

// The choices.
const (
	All      Show = ""
	Failing  Show = "failing"  // see FailingFrom
	Silent   Show = "silent"   // could send and has not for SilentAfter
	Disabled Show = "disabled" // no password works
)

// A provider fails when of its requests of the last 24 hours at least one in
// FailingShare was answered with an error, and at least FailingFrom of them: one slip
// of a provider that sends little is no failure.
const (
	FailingFrom  = 5
	FailingShare = 5
)

// SilentAfter is how long a provider that could send has not when it counts as silent.
const SilentAfter = 30 * 24 * time.Hour

const (
	pageSize    = 50
	searchLimit = 200
)

// Query says which page of the list is asked for.
type Query struct {
	Search string // part of the name or of a user name
	Show   Show
	Sort   Sort // empty: by name; failing ones by errors
	Cursor string
}

// Count is how many requests there were, and how many were answered with an error.
type Count struct{ Requests, Errors int64 }

// Fails reports whether a day's count is that of a provider that fails.
func (c Count) Fails() bool { return c.Errors >= FailingFrom && c.Errors*FailingShare >= c.Requests }

// State is where a provider's account stands.
type State string

// The states. They follow from the credentials alone, so that the console's commands
// and these pages agree.
const (
	Works    State = "works"
	Rotating State = "rotating" // an old password works beside the new one
	Ending   State = "ending"   // its only passwords end by themselves
	Ended    State = "ended"    // the last password ended by itself
	Off      State = "disabled" // the last password was disabled
	NoneYet  State = "none"     // it never had a password
)

// Row is one provider of the list.
type Row struct {
	ID            uuid.UUID
	Name          string
	Demonstration bool
	Username      string
	State         State
	Ends          *time.Time // of the old password while rotating; of the last one while ending
	LastUsed      *time.Time
	Day, Week     Count  // the last 24 hours; the last seven days, today among them (UTC)
	Worst         *Fault // the commonest error of the seven days
	Networks      int    // to how many it is held; 0: any address
}

// Fault is one kind of error answer.
type Fault struct {
	Code  int    // response code of the provider API
	Cause string // see auth/apikey
	N     int64
}

// Page is a page of the list.
type Page struct {
	Query   Query
	Rows    []Row
	Next    string // cursor of the following page; empty on the last
	Failing int    // how many of all providers fail
}

var orders = map[Sort]byte{ByName: 'n', ByUse: 'u', ByErrors: 'e'}

// List answers a page of the providers. The list is as long as the industry (some
// 1,500), not as the number of reports: by name it follows an index, by use and errors
// it reads one row a provider and at most two days of counts. A choice, an order or a
// cursor that does not exist is Invalid with the field.
func (s *Service) List(ctx context.Context, a auth.Actor, q Query) (*Page, error) {
	line := audit.Event{Action: "providers.listed", Words: "Looked at the list of providers."}
	if err := audit.May(ctx, s.store, a, auth.ManageProviders, line, ask); err != nil {
		return nil, err
	}
	q, from, err := q.checked()
	if err != nil {
		return nil, err
	}
	page := &Page{Query: q}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		found, err := q.read(tx, from)
		if err != nil {
			return err
		}
		if len(found) > pageSize {
			found = found[:pageSize]
			page.Next = found[pageSize-1].cursor(q.Sort)
		}
		if page.Rows, err = describe(tx, found); err != nil {
			return err
		}
		if err := tx.Raw("select count(*) from ("+rates+") r where "+fails, args(tx.Now)).Row().Scan(&page.Failing); err != nil {
			return fmt.Errorf("counting the providers that fail: %w", err)
		}
		line.Detail = map[string]any{"show": string(q.Show), "sort": string(q.Sort), "rows": len(page.Rows)}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

func (q Query) checked() (Query, *store.Cursor, error) {
	q.Search = strings.TrimSpace(q.Search)
	switch q.Show {
	case All, Failing, Silent, Disabled:
	default:
		return q, nil, models.InvalidField("show", "There is no such choice of providers.")
	}
	if q.Sort == "" {
		q.Sort = ByName
		if q.Show == Failing {
			q.Sort = ByErrors
		}
	}
	code, known := orders[q.Sort]
	if !known {
		return q, nil, models.InvalidField("sort", "The list cannot be sorted so.")
	}
	if len(q.Search) > searchLimit || !utf8.ValidString(q.Search) || strings.ContainsRune(q.Search, 0) {
		return q, nil, models.InvalidField("q", "This cannot be searched for. Type a part of a name.")
	}
	from, err := store.ParseCursor(q.Cursor, code)
	return q, from, err
}

// found is a provider's place in the list.
type found struct {
	ID            uuid.UUID
	Name          string
	Demonstration bool
	LastUsedAt    *time.Time
	Networks      int
	Rank          int64
}

func (f found) cursor(by Sort) string {
	c := store.Cursor{Order: orders[by], ID: f.ID, At: time.UnixMicro(0), Rank: f.Rank}
	if f.LastUsedAt != nil {
		c.At = *f.LastUsedAt
	}
	return c.String()
}
