package triage

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// deskPage is how many reports a page of the desk shows.
const deskPage = 25

// orderDesk marks cursors of the desk and of pools: most urgent first, then newest.
const orderDesk = 'd'

// DeskRow is a report that waits for an analyst.
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
	DeskWhy      string
	FilesTotal   int
	FilesLocked  int
}

// DeskPage is one page of the desk's queue, most urgent first.
type DeskPage struct {
	Rows    []DeskRow
	Next    string     // cursor of the following page; empty on the last
	Waiting int        // at most 1001
	Oldest  *time.Time // of those counted
}

const deskQueue = `
select r.id, r.number, r.incident_type, coalesce(p.name, 'The public') as provider, r.subject_label, r.priority, r.urgent, r.urgency,
       r.class, r.finished_at, r.desk_why, r.files_total, r.files_locked
  from reports r left join providers p on p.id = r.provider_id
 where r.desk = 'waiting' and (r.urgency, r.finished_at, r.id) < (?, ?, ?)
 order by r.urgency desc, r.finished_at desc, r.id desc
 limit ?`

// deskCount is answered by the queue's index alone, as far as the first thousand.
const deskCount = `
select count(*), min(finished_at) from (
  select finished_at from reports where desk = 'waiting' order by urgency desc, finished_at desc, id desc limit 1001) w`

// Queue answers the reports that wait for an analyst, from a cursor of an earlier
// page or, when it is empty, from the most urgent.
func (s *Service) Queue(ctx context.Context, a auth.Actor, cursor string) (*DeskPage, error) {
	if err := s.mayRead(ctx, a, "desk.listed", "Looked at the desk's queue."); err != nil {
		return nil, err
	}
	at, err := deskCursor(cursor)
	if err != nil {
		return nil, err
	}
	var page *DeskPage
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &DeskPage{}
		if err := tx.Raw(deskQueue, at.Rank, at.At, at.ID, deskPage+1).Scan(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading the desk's queue: %w", err)
		}
		if len(page.Rows) > deskPage {
			page.Rows = page.Rows[:deskPage]
			last := page.Rows[deskPage-1]
			page.Next = store.Cursor{Order: orderDesk, Rank: int64(last.Urgency), At: last.FinishedAt, ID: last.ID}.String()
		}
		err := tx.Raw(deskCount).Row().Scan(&page.Waiting, &page.Oldest)
		if err != nil {
			return fmt.Errorf("counting the desk's queue: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "desk.listed", Words: "Looked at the desk's queue."})
	})
	return page, err
}

// deskCursor reads a cursor; an empty one stands before the most urgent report.
func deskCursor(text string) (store.Cursor, error) {
	at, err := store.ParseCursor(text, orderDesk)
	if err != nil {
		return store.Cursor{}, err
	}
	if at == nil {
		return store.Cursor{Rank: math.MaxInt16, At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}, nil
	}
	if at.Rank < math.MinInt16 || at.Rank > math.MaxInt16 {
		return store.Cursor{}, models.InvalidField("cursor", "This page's address is damaged. Start again from the first page.")
	}
	return *at, nil
}

// mayRead refuses whoever is no analyst, on record.
func (s *Service) mayRead(ctx context.Context, a auth.Actor, action, words string) error {
	return audit.May(ctx, s.store, a, auth.ReadDesk, audit.Event{Action: action, Words: words}, "The desk and its pools are for the clearinghouse's analysts.")
}
