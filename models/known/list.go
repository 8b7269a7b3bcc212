package known

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

const pageSize = 50

// HitsLimit is how far the files that a set marks are counted.
const HitsLimit = 1000

// Row is a set of the list.
type Row struct {
	models.KnownSet
	Hits int // files that it marks, at most one more than HitsLimit
}

// Page is a page of the sets, newest first.
type Page struct {
	Rows []Row
	Next string // cursor of the following page; empty on the last
}

const listOrder, hitOrder = 'k', 'h'

// rows reads sets with how many files each marks, counted in the index alone and only
// up to the limit.
const rows = `select s.*, (select count(*) from (select 1 from file_marks m where m.set_id = s.id limit 1001) h) as hits from known_sets s`

// List answers a page of the hash sets. A damaged cursor is Invalid.
func (s *Service) List(ctx context.Context, a auth.Actor, cursor string) (*Page, error) {
	line := audit.Event{Action: "known.listed", Words: "Looked at the hash sets of known material."}
	if err := audit.May(ctx, s.store, a, auth.ManageKnown, line, ask); err != nil {
		return nil, err
	}
	from, err := store.ParseCursor(cursor, listOrder)
	if err != nil {
		return nil, err
	}
	page := &Page{}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		page.Rows, page.Next = nil, ""
		before := uuid.Max
		if from != nil {
			before = from.ID
		}
		if err := tx.Raw(rows+" where s.id < ? order by s.id desc limit ?", before, pageSize+1).Scan(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading the hash sets: %w", err)
		}
		if len(page.Rows) > pageSize {
			page.Rows = page.Rows[:pageSize]
			last := page.Rows[pageSize-1]
			page.Next = store.Cursor{Order: listOrder, At: last.MadeAt, ID: last.ID}.String()
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// AtConsole answers all sets, newest first, for an administrator at the console.
func (s *Service) AtConsole(ctx context.Context) (list []Row, err error) {
	err = s.store.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		list = nil
		return tx.Raw(rows + " order by s.id desc limit 10000").Scan(&list).Error
	})
	return list, err
}

// Hit is a file that a set marks.
type Hit struct {
	ID       uuid.UUID // of the mark
	Number   int64     // of the report
	PublicID string    // of the file
	Name     string
	How      models.MarkHow
	Distance *int16
	Category string
	Words    string
	MarkedAt time.Time
}

// Set is one set with a page of what it marks, newest first.
type Set struct {
	Row
	Found []Hit
	Next  string // cursor of the following page of hits; empty on the last
}

// Show answers a set with a page of its hits. One that does not exist is NotFound, a
// damaged cursor Invalid.
func (s *Service) Show(ctx context.Context, a auth.Actor, id, cursor string) (*Set, error) {
	const action = "known.read"
	line := audit.Event{Action: action, Subject: "hash set " + id, Words: "Tried to look at a hash set."}
	if err := audit.May(ctx, s.store, a, auth.ManageKnown, line, ask); err != nil {
		return nil, err
	}
	from, err := store.ParseCursor(cursor, hitOrder)
	if err != nil {
		return nil, err
	}
	out := &Set{}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		out.Found, out.Next = nil, ""
		set, err := find(tx, id)
		if err != nil {
			return err
		}
		if err := tx.Raw(rows+" where s.id = ?", set.ID).Scan(&out.Row).Error; err != nil {
			return fmt.Errorf("reading hash set %q: %w", set.Name, err)
		}
		before := uuid.Max
		if from != nil {
			before = from.ID
		}
		err = tx.Raw(`select m.id, r.number, f.public_id, f.name, m.how, m.distance, m.category, m.words, m.marked_at
			from (select * from file_marks where set_id = ? and id < ? order by id desc limit ?) m
			join files f on f.id = m.file_id join reports r on r.id = m.report_id order by m.id desc`, set.ID, before, pageSize+1).Scan(&out.Found).Error
		if err != nil {
			return fmt.Errorf("reading what hash set %q marks: %w", set.Name, err)
		}
		if len(out.Found) > pageSize {
			out.Found = out.Found[:pageSize]
			last := out.Found[pageSize-1]
			out.Next = store.Cursor{Order: hitOrder, At: last.MarkedAt, ID: last.ID}.String()
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: set.Name, Words: "Looked at a hash set and what it marks.", Detail: map[string]any{"set": set.ID}})
	})
	if err != nil {
		return nil, audit.UnseenThing(ctx, s.store, a, action, "hash set "+id, "Asked for a hash set that does not exist.", err)
	}
	return out, nil
}

// find reads a set by its id as an address carries it.
func find(tx *store.Tx, id string) (*models.KnownSet, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, noSet()
	}
	var set models.KnownSet
	err = tx.Where("id = ?", parsed).Take(&set).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, noSet()
	case err != nil:
		return nil, fmt.Errorf("reading a hash set: %w", err)
	}
	return &set, nil
}
