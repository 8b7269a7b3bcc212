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

// PoolRow is a pool with what lies in it.
type PoolRow struct {
	Code, Name string
	Open       int // at most 1001
	Urgent     int
	Oldest     *time.Time
}

const pools = `select id, code, name from agencies where kind = 'pool' order by code`

// Pools differ in size by a factor of thousands. Each is asked for by its own id,
// and planned so: for a pool of average size Postgres would read all of it and sort.
// An urgent report's urgency is odd; asked so, the queue's index alone answers.
const (
	poolCount = `
select count(*) as open, count(*) filter (where urgency % 2 = 1) as urgent, min(received_at) as oldest
  from (select urgency, received_at from referrals where agency_id = ? and open
         order by urgency desc, received_at desc, id desc limit 1001) o`
	planEachPool = "set local plan_cache_mode = force_custom_plan"
)

// Pools answers what lies in each pool.
func (s *Service) Pools(ctx context.Context, a auth.Actor) ([]PoolRow, error) {
	if err := s.mayRead(ctx, a, "pools.listed", "Looked at the pools."); err != nil {
		return nil, err
	}
	var rows []PoolRow
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		var of []models.Agency
		if err := tx.Raw(pools).Scan(&of).Error; err != nil {
			return fmt.Errorf("listing the pools: %w", err)
		}
		if err := tx.Exec(planEachPool).Error; err != nil {
			return fmt.Errorf("preparing to count the pools: %w", err)
		}
		rows = make([]PoolRow, len(of))
		for i := range of {
			rows[i].Code, rows[i].Name = of[i].Code, of[i].Name
			if err := tx.Raw(poolCount, of[i].ID).Row().Scan(&rows[i].Open, &rows[i].Urgent, &rows[i].Oldest); err != nil {
				return fmt.Errorf("counting the pool %s: %w", of[i].Code, err)
			}
		}
		return audit.Record(tx, audit.Event{Action: "pools.listed", Words: "Looked at the pools."})
	})
	return rows, err
}

// PoolPage is one page of a pool's reports.
type PoolPage struct {
	Name string
	Rows []models.Referral
	Next string // cursor of the following page; empty on the last
}

// Pool answers the open reports of one pool, most urgent first.
func (s *Service) Pool(ctx context.Context, a auth.Actor, code, cursor string) (*PoolPage, error) {
	if err := s.mayRead(ctx, a, "pool.listed", "Looked at a pool."); err != nil {
		return nil, err
	}
	at, err := deskCursor(cursor)
	if err != nil {
		return nil, err
	}
	var page *PoolPage
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &PoolPage{}
		var pool models.Agency
		if err := tx.Where("code = ? and kind = ?", code, models.KindPool).Take(&pool).Error; err != nil {
			return store.Translate(err, "This pool")
		}
		page.Name = pool.Name
		q := tx.Where("agency_id = ? and open and (urgency, received_at, id) < (?, ?, ?)", pool.ID, at.Rank, at.At, at.ID)
		if err := q.Order("urgency desc, received_at desc, id desc").Limit(deskPage + 1).Find(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading a pool: %w", err)
		}
		if len(page.Rows) > deskPage {
			page.Rows = page.Rows[:deskPage]
			last := page.Rows[deskPage-1]
			page.Next = store.Cursor{Order: orderDesk, Rank: int64(last.Urgency), At: last.ReceivedAt, ID: last.ID}.String()
		}
		return audit.Record(tx, audit.Event{Action: "pool.listed", Subject: code, Words: "Looked at a pool."})
	})
	if err != nil {
		return nil, audit.UnseenThing(ctx, s.store, a, "pool.listed", code, "Asked for a pool that does not exist.", err)
	}
	return page, nil
}

// mayRead refuses whoever is no analyst, on record.
func (s *Service) mayRead(ctx context.Context, a auth.Actor, action, words string) error {
	return audit.May(ctx, s.store, a, auth.ReadDesk, audit.Event{Action: action, Words: words}, "The desk and its pools are for the clearinghouse's analysts.")
}
