package escalation

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// mostOpen is how many open calls an agency's page shows.
const mostOpen = 100

// OwnLine is a call to the actor's agency. Number is 0 where the report is not the
// agency's (yet).
type OwnLine struct {
	Line
	Number int64
}

// Own is what an agency's people see of the calls to it.
type Own struct {
	Open []OwnLine // at most 100, the newest first
	Past []OwnLine // 25 of those that have ended
	Next string    // cursor of further past ones; empty on the last page
}

// Own answers the calls to the actor's agency: all that wait for an answer, and a page
// of the past ones.
func (s *Service) Own(ctx context.Context, a auth.Actor, cursor string) (*Own, error) {
	line := audit.Event{Action: "urgent.listed", Words: "Looked at the urgent calls to the agency."}
	if err := audit.May(ctx, s.store, a, auth.ReadInbox, line, askOwn); err != nil {
		return nil, err
	}
	at, err := store.ParseCursor(cursor, orderOwn)
	if err != nil {
		return nil, err
	}
	if at == nil {
		at = &store.Cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}
	}
	out := &Own{}
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		*out = Own{}
		if out.Open, err = ownLines(tx, "state in ('calling', 'silent')", mostOpen, store.Cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}); err != nil {
			return err
		}
		if out.Past, err = ownLines(tx, "state not in ('calling', 'silent')", pageSize+1, *at); err != nil {
			return err
		}
		if len(out.Past) > pageSize {
			out.Past = out.Past[:pageSize]
			last := out.Past[pageSize-1]
			out.Next = store.Cursor{Order: orderOwn, At: last.FirstCalledAt, ID: last.ID}.String()
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func ownLines(tx *store.Tx, state string, limit int, at store.Cursor) ([]OwnLine, error) {
	var ids []uuid.UUID
	err := tx.Raw("select id from escalation_lines where agency_id = ? and "+state+" and (first_called_at, id) < (?, ?) order by first_called_at desc, id desc limit ?",
		tx.Actor.AgencyID, at.At, at.ID, limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("reading the calls to an agency: %w", err)
	}
	lines, err := linesOf(tx, "l.id = any (?)", models.IDList(ids))
	if err != nil {
		return nil, err
	}
	return numbered(tx, lines)
}

// numbered says which reports lines are about, as far as the actor may know.
func numbered(tx *store.Tx, lines []Line) ([]OwnLine, error) {
	of := make([]uuid.UUID, len(lines))
	for i, l := range lines {
		of[i] = l.EscalationID
	}
	var seen []models.Escalation
	if err := tx.Where("id = any (?)", models.IDList(of)).Find(&seen).Error; err != nil {
		return nil, fmt.Errorf("reading which reports calls are about: %w", err)
	}
	number := map[uuid.UUID]int64{}
	for _, e := range seen {
		number[e.ID] = e.Number
	}
	out := make([]OwnLine, len(lines))
	for i, l := range lines {
		out[i] = OwnLine{Line: l, Number: number[l.EscalationID]}
	}
	return out, nil
}

// Panel answers what a report's page shows of its calls: to the clearinghouse all
// lines, to an agency its own. Nil: nobody was called, as far as the actor may know.
// It is part of reading the report, whose line says so.
func (s *Service) Panel(ctx context.Context, a auth.Actor, number int64) (*Row, error) {
	if !a.Can(auth.ReadReport) {
		return nil, nil
	}
	var row *Row
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		var esc []models.Escalation
		err := tx.Where("report_id = (select report_id from report_numbers where number = ?)", number).Order("id desc").Limit(1).Find(&esc).Error
		if err != nil || len(esc) == 0 {
			return err
		}
		rows := []Row{{Escalation: esc[0]}}
		if a.Side == auth.SideAgency {
			// Why it is at the desk may name another agency.
			rows[0].DeskWhy, rows[0].EndedWhy, rows[0].EndedByName = "", "", ""
		}
		if err := fill(tx, rows); err != nil {
			return err
		}
		if len(rows[0].Lines) > 0 || a.Side == auth.SideClearinghouse {
			row = &rows[0]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the calls about report %d: %w", number, err)
	}
	return row, nil
}

// counted is how many calls waited, and when that was read.
type counted struct {
	n  int
	at time.Time
}

// countedFor is how long a count of waiting calls is shown.
const countedFor = 5 * time.Second

// Waiting answers how many calls wait for the actor: to their agency, or at the
// clearinghouse's desk. It stands in the frame of every page, so it is read at most
// every five seconds for each agency. It is 0 for whoever may not look at them.
func (s *Service) Waiting(ctx context.Context, a auth.Actor) (int, error) {
	q := "select count(*) from (select 1 from escalation_lines where agency_id = ? and state in ('calling', 'silent') limit 100) l"
	switch {
	case a.Side == auth.SideClearinghouse && a.Can(auth.ReadUrgent):
		q = "select count(*) from (select 1 from escalations where ?::uuid is not null and state = 'open' limit 100) e"
	case a.Side != auth.SideAgency || !a.Can(auth.ReadInbox):
		return 0, nil
	}
	now := s.store.Now()
	s.mu.Lock()
	c, known := s.waiting[a.AgencyID]
	s.mu.Unlock()
	if known && now.Sub(c.at) < countedFor && !now.Before(c.at) {
		return c.n, nil
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error { return tx.Raw(q, a.AgencyID).Row().Scan(&c.n) })
	if err != nil {
		return 0, fmt.Errorf("counting urgent calls: %w", err)
	}
	c.at = now
	s.mu.Lock()
	s.waiting[a.AgencyID] = c
	s.mu.Unlock()
	return c.n, nil
}

// forget makes the next page count again.
func (s *Service) forget(agency uuid.UUID) {
	s.mu.Lock()
	delete(s.waiting, agency)
	s.mu.Unlock()
}
