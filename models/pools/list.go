package pools

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

// Row is a pool with what lies in it and who answers for it.
type Row struct {
	Code, Name string
	Open       int // at most 1001
	Urgent     int
	Unclaimed  int // of those counted
	Late       int // past the clock, at most 1001
	Oldest     *time.Time
	Terms      models.PoolTerms
}

// Pools differ in size by a factor of thousands. Each is asked for by its own id,
// and planned so: for a pool of average size Postgres would read all of it and sort.
// An urgent report's urgency is odd; asked so, the queue's index alone answers.
const (
	countOpen = `
select count(*) as open, count(*) filter (where urgency % 2 = 1) as urgent, min(received_at) as oldest
  from (select urgency, received_at from referrals where agency_id = ? and open
         order by urgency desc, received_at desc, id desc limit 1001) o`
	countUnclaimed = `
select count(*) from (select 1 from referrals where agency_id = ? and open and assignee_id is null
         order by urgency desc, received_at desc, id desc limit 1001) o`
	countLate = `
select count(*) from (select 1 from referrals where agency_id = ? and overdue
         order by urgency desc, received_at desc, id desc limit 1001) o`
	planEachPool = "set local plan_cache_mode = force_custom_plan"
)

// List answers what lies in each pool.
func (s *Service) List(ctx context.Context, a auth.Actor) ([]Row, error) {
	line := audit.Event{Action: "pools.listed", Words: "Looked at the pools."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, err
	}
	var rows []Row
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		var of []models.Agency
		if err := tx.Select("id", "code", "name").Where("kind = ?", models.KindPool).Order("code").Find(&of).Error; err != nil {
			return fmt.Errorf("listing the pools: %w", err)
		}
		terms, err := allTerms(tx)
		if err != nil {
			return err
		}
		if err := tx.Exec(planEachPool).Error; err != nil {
			return fmt.Errorf("preparing to count the pools: %w", err)
		}
		rows = make([]Row, len(of))
		for i := range of {
			r := &rows[i]
			r.Code, r.Name, r.Terms = of[i].Code, of[i].Name, terms(of[i].ID)
			if err := tx.Raw(countOpen, of[i].ID).Row().Scan(&r.Open, &r.Urgent, &r.Oldest); err != nil {
				return fmt.Errorf("counting the pool %s: %w", r.Code, err)
			}
			if r.Open == 0 {
				continue
			}
			if err := tx.Raw(countUnclaimed, of[i].ID).Row().Scan(&r.Unclaimed); err != nil {
				return fmt.Errorf("counting what nobody works on in the pool %s: %w", r.Code, err)
			}
			if err := tx.Raw(countLate, of[i].ID).Row().Scan(&r.Late); err != nil {
				return fmt.Errorf("counting what is late in the pool %s: %w", r.Code, err)
			}
		}
		return audit.Record(tx, line)
	})
	return rows, err
}

// Show says which of a pool's reports a page lists.
type Show string

// The lists of a pool.
const (
	Open      Show = "" // all
	Unclaimed Show = "unclaimed"
	Mine      Show = "mine"
	Late      Show = "late"
)

// Page is one page of a pool's reports, most urgent first.
type Page struct {
	Code, Name string
	Terms      models.PoolTerms
	Colleagues []Colleague // who may answer for it
	Rows       []models.Referral
	Next       string // cursor of the following page; empty on the last
}

// pageSize is how many reports a page of a pool shows.
const pageSize = 25

// order marks cursors of pools: most urgent first, then newest.
const order = 'd'

// Read answers one page of one pool.
func (s *Service) Read(ctx context.Context, a auth.Actor, code string, show Show, cursor string) (*Page, error) {
	line := audit.Event{Action: "pool.listed", Subject: code, Words: "Looked at a pool."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, err
	}
	at, err := readCursor(cursor)
	if err != nil {
		return nil, err
	}
	var page *Page
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		pool, err := find(tx, code)
		if err != nil {
			return err
		}
		page = &Page{Code: code, Name: pool.Name}
		terms, err := allTerms(tx)
		if err != nil {
			return err
		}
		page.Terms = terms(pool.ID)
		if page.Colleagues, err = colleagues(tx); err != nil {
			return err
		}
		q := tx.Where("agency_id = ? and (urgency, received_at, id) < (?, ?, ?)", pool.ID, at.Rank, at.At, at.ID)
		switch show {
		case Unclaimed:
			q = q.Where("open and assignee_id is null")
		case Mine:
			q = q.Where("open and assignee_id is not null and assignee_id = ?", a.UserID)
		case Late:
			q = q.Where("overdue")
		default:
			q = q.Where("open")
		}
		if err := q.Order("urgency desc, received_at desc, id desc").Limit(pageSize + 1).Find(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading a pool: %w", err)
		}
		if len(page.Rows) > pageSize {
			page.Rows = page.Rows[:pageSize]
			last := page.Rows[pageSize-1]
			page.Next = store.Cursor{Order: order, Rank: int64(last.Urgency), At: last.ReceivedAt, ID: last.ID}.String()
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.UnseenThing(ctx, s.store, a, "pool.listed", code, "Asked for a pool that does not exist.", err)
	}
	return page, nil
}

// readCursor reads a cursor; an empty one stands before the most urgent report.
func readCursor(text string) (store.Cursor, error) {
	at, err := store.ParseCursor(text, order)
	switch {
	case err != nil:
		return store.Cursor{}, err
	case at == nil:
		return store.Cursor{Rank: math.MaxInt16, At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}, nil
	case at.Rank < math.MinInt16 || at.Rank > math.MaxInt16:
		return store.Cursor{}, models.InvalidField("cursor", "This page's address is damaged. Start again from the first page.")
	}
	return *at, nil
}

// allTerms reads the terms of the pools, of which there are a dozen; one without a
// row has no owner and the usual hours.
func allTerms(tx *store.Tx) (func(uuid.UUID) models.PoolTerms, error) {
	var list []models.PoolTerms
	if err := tx.Find(&list).Error; err != nil {
		return nil, fmt.Errorf("reading who answers for the pools: %w", err)
	}
	return func(id uuid.UUID) models.PoolTerms {
		for _, t := range list {
			if t.AgencyID == id {
				return t
			}
		}
		return models.PoolTerms{AgencyID: id, Hours: models.PoolHours}
	}, nil
}
