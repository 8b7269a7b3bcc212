package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// PageSize is how many lines a page shows.
const PageSize = 50

// Filter narrows the audit page. The zero Filter is everything that one may see;
// what is set must all hold.
type Filter struct {
	Action  string    // exactly this deed, e.g. file.opened
	Refused bool      // only what was refused
	Person  uuid.UUID // the actor: for an agency one of its own people, for the clearinghouse anybody, providers too
	Report  int64     // a report's number
	Outside bool      // for an agency: only what people of other agencies and of the clearinghouse did
	Since   time.Time // inclusive, to the millisecond; zero: no bound
	Until   time.Time // exclusive, to the millisecond; zero: no bound
}

// Page is some lines, newest first.
type Page struct {
	Lines []models.AuditEvent
	Next  string // where the next, older page begins; empty when this is the last
}

// Service answers what is in the log.
type Service struct{ store *store.Store }

// NewService answers the log's reader over a store of the web's role.
func NewService(s *store.Store) *Service { return &Service{store: s} }

// List answers a page of the log as the actor may see it: an agency what its
// people did and what others did that concerns it, the clearinghouse everything.
// cursor is the Next of the page before, or empty. It answers Forbidden without
// the permission to read the log and Invalid for a cursor that is none. Its cost
// does not depend on the size of the log.
func (s *Service) List(ctx context.Context, a auth.Actor, f Filter, cursor string) (Page, error) {
	if !a.Can(auth.ReadAudit) {
		return Page{}, models.Forbiddenf("Your role may not read the audit log. Ask your agency's administrator.")
	}
	from, err := parseCursor(cursor)
	if err != nil {
		return Page{}, err
	}
	var page Page
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		if err := tx.Exec(planEachTime).Error; err != nil {
			return fmt.Errorf("preparing to read the audit log: %w", err)
		}
		sql, args := listQuery(a, f, from, PageSize+1)
		page, err = fetch(tx, PageSize, sql, args)
		return err
	})
	return page, err
}

// planEachTime keeps Postgres from using one plan for all values. Deeds differ in
// number by a factor of millions: the plan that fits reading a report reads
// through the whole log for the removal of a person.
const planEachTime = "set local plan_cache_mode = force_custom_plan"

// Trail answers who did what to a report, newest first, limit lines at a time, as
// far as the transaction's actor may see it. cursor as for List.
func Trail(tx *store.Tx, reportID uuid.UUID, cursor string, limit int) (Page, error) {
	from, err := parseCursor(cursor)
	if err != nil {
		return Page{}, err
	}
	sql, args := trailQuery(reportID, from, limit+1)
	return fetch(tx, limit, sql, args)
}

func fetch(tx *store.Tx, limit int, sql string, args []any) (Page, error) {
	var lines []models.AuditEvent
	if err := tx.Raw(sql, args...).Scan(&lines).Error; err != nil {
		return Page{}, fmt.Errorf("reading the audit log: %w", err)
	}
	if len(lines) <= limit {
		return Page{Lines: lines}, nil
	}
	lines = lines[:limit]
	return Page{Lines: lines, Next: lines[limit-1].ID.String()}, nil
}

// parseCursor reads a cursor: the id of the last line shown. It needs no
// signature, since it only says where to go on within what the actor may see.
func parseCursor(cursor string) (uuid.UUID, error) {
	if cursor == "" {
		return uuid.Max, nil
	}
	id, err := uuid.Parse(cursor)
	if err != nil {
		return id, models.InvalidField("cursor", "This page of the audit log does not exist. Start again from the newest.")
	}
	return id, nil
}
