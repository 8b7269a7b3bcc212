package triage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// HoldIdle is how long a report stays with whoever took it while they do nothing with
// it; then anybody may take it.
const HoldIdle = 30 * time.Minute

// SkipFor is how long a report that somebody passed by is not given to them again.
const SkipFor = 30 * time.Minute

// noteLimit is how long a note to a colleague, and the reason of a skip, may be.
const noteLimit = 500

// Hold says who works on a report at the desk.
type Hold struct {
	ReportID     uuid.UUID `gorm:"primaryKey"`
	HeldBy       uuid.UUID
	HeldByName   string
	TakenAt      time.Time
	ActiveAt     time.Time // when the holder last did anything with it
	HandedByName string    // the colleague who handed it over; empty: it was taken
	Note         string    // of that colleague
}

// TableName names the table for gorm.
func (Hold) TableName() string { return "desk_holds" }

// Until is when the hold ends unless the holder does something.
func (h *Hold) Until() time.Time { return h.ActiveAt.Add(HoldIdle) }

// takeTries is how often the next report is asked for while others are just taking or
// deciding all there is.
const takeTries = 100

// askDesk tells whose role does not allow a deed of the desk whom to ask.
const askDesk = "Deciding about reports at the desk is for the clearinghouse's analysts. Ask an administrator of the clearinghouse for that role."

// takeNext gives the transaction's person the most urgent report that nobody holds.
// Two who ask at once meet twice: `skip locked` sends the second to the next report,
// and where their moments differ so little that a hold is not seen yet, the row of
// the hold decides, which only one of them can write. The loser asks again.
//
// The report is locked against another taker and against a decision, not against the
// foreign keys of what is written about it meanwhile (`no key update`).
const takeNext = `
with next as (
  select r.id from reports r
   where r.desk = 'waiting'%s
     and not exists (select 1 from desk_holds h where h.report_id = r.id and h.active_at > @idle)
     and not exists (select 1 from desk_skips k where k.user_id = @me and k.report_id = r.id and k.skipped_at > @skipped)
   order by r.urgency desc, r.finished_at desc, r.id desc
   limit 1 for no key update of r skip locked)
insert into desk_holds as h (report_id, held_by, held_by_name, taken_at, active_at)
select id, @me, @name, @now, @now from next
on conflict (report_id) do update set held_by = excluded.held_by, held_by_name = excluded.held_by_name, taken_at = excluded.taken_at,
       active_at = excluded.active_at, handed_by_name = '', note = ''
 where h.active_at <= @idle
returning h.report_id`

// waitsForMe says whether the queue holds anything that takeNext could give.
const waitsForMe = `
select exists (select 1 from reports r where r.desk = 'waiting'%s
   and not exists (select 1 from desk_holds h where h.report_id = r.id and h.active_at > @idle)
   and not exists (select 1 from desk_skips k where k.user_id = @me and k.report_id = r.id and k.skipped_at > @skipped))`

// TakeNext gives the actor the most urgent report within the filter that nobody holds
// and that they did not just skip, and answers its number; 0 when nothing waits.
func (s *Service) TakeNext(ctx context.Context, a auth.Actor, f DeskFilter) (int64, error) {
	line := audit.Event{Action: "desk.taken", Words: "Took the most urgent report that waits at the desk."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, line, askDesk); err != nil {
		return 0, err
	}
	q := DeskQuery{DeskFilter: f}
	if err := q.check(); err != nil {
		return 0, err
	}
	var number int64
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		id, err := q.takeNext(tx)
		if err != nil {
			return err
		}
		if number = 0; id == uuid.Nil {
			return audit.Record(tx, audit.Event{Action: line.Action, Words: "Asked for the next report at the desk. None was free."})
		}
		if err := tx.Raw("select number from reports where id = ?", id).Row().Scan(&number); err != nil {
			return fmt.Errorf("reading the number of the report taken: %w", err)
		}
		line.ReportID, line.Number = id, number
		return audit.Record(tx, line)
	})
	return number, err
}

// takeNext answers the report's id; nil when nothing waits.
func (q *DeskQuery) takeNext(tx *store.Tx) (uuid.UUID, error) {
	if err := tx.InOrder(); err != nil {
		return uuid.Nil, err
	}
	indexed, filters := q.split(true)
	narrow := ""
	if indexed != "" {
		narrow = " and " + strings.Join(append(filters, indexed), " and ")
	}
	args := map[string]any{"me": tx.Actor.UserID, "name": tx.Actor.Name, "now": tx.Now, "idle": tx.Now.Add(-HoldIdle), "skipped": tx.Now.Add(-SkipFor),
		"provider": q.Provider, "type": q.Type, "class": q.Class}
	for range takeTries {
		var got []uuid.UUID
		if err := tx.Raw(fmt.Sprintf(takeNext, narrow), args).Scan(&got).Error; err != nil {
			return uuid.Nil, fmt.Errorf("taking the next report: %w", err)
		}
		if len(got) > 0 {
			return got[0], nil
		}
		// Nobody got anything: the queue is empty, all that is left is being taken this
		// moment, or the one that was found had just been taken.
		var more bool
		if err := tx.Raw(fmt.Sprintf(waitsForMe, narrow), args).Row().Scan(&more); err != nil || !more {
			return uuid.Nil, err
		}
		select {
		case <-tx.Context().Done():
			return uuid.Nil, tx.Context().Err()
		case <-time.After(time.Millisecond):
		}
	}
	return uuid.Nil, nil
}

// Take gives the actor a report that waits and that nobody else holds.
func (s *Service) Take(ctx context.Context, a auth.Actor, number int64) error {
	return s.atDesk(ctx, a, number, audit.Event{Action: "desk.taken", Words: "Took the report at the desk."}, func(tx *store.Tx, rep *models.Report) error {
		if rep.Desk != models.DeskWaiting {
			return notWaiting(rep)
		}
		h := Hold{ReportID: rep.ID, HeldBy: a.UserID, HeldByName: a.Name, TakenAt: tx.Now, ActiveAt: tx.Now}
		return putHold(tx, &h)
	})
}

// putHold writes a hold over whatever hold there was. The report is locked and its
// hold was looked at.
func putHold(tx *store.Tx, h *Hold) error {
	if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "report_id"}}, UpdateAll: true}).Create(h).Error; err != nil {
		return fmt.Errorf("holding a report: %w", err)
	}
	return nil
}

// Release gives a report that the actor holds back to the queue.
func (s *Service) Release(ctx context.Context, a auth.Actor, number int64) error {
	return s.atDesk(ctx, a, number, audit.Event{Action: "desk.released", Words: "Put the report back at the desk."}, func(tx *store.Tx, rep *models.Report) error {
		return dropHold(tx, rep.ID)
	})
}

func dropHold(tx *store.Tx, report uuid.UUID) error {
	if err := tx.Exec("delete from desk_holds where report_id = ?", report).Error; err != nil {
		return fmt.Errorf("ending a hold: %w", err)
	}
	return nil
}

const skip = `
insert into desk_skips as k (user_id, report_id, user_name, times, skipped_at, why) values (?, ?, ?, 1, ?, ?)
on conflict (user_id, report_id) do update set times = k.times + 1, skipped_at = excluded.skipped_at, why = excluded.why, user_name = excluded.user_name`

// Skip passes a report by: it goes back to the queue and is not given to the actor
// again for SkipFor. The reason may be empty.
func (s *Service) Skip(ctx context.Context, a auth.Actor, number int64, why string) error {
	why = strings.TrimSpace(why)
	if len([]rune(why)) > noteLimit {
		return models.InvalidField("why", "Keep the reason below 500 characters.")
	}
	line := audit.Event{Action: "desk.skipped", Words: "Passed the report by at the desk.", Detail: map[string]any{"reason": why}}
	return s.atDesk(ctx, a, number, line, func(tx *store.Tx, rep *models.Report) error {
		if rep.Desk != models.DeskWaiting {
			return notWaiting(rep)
		}
		if err := tx.Exec(skip, a.UserID, rep.ID, a.Name, tx.Now, why).Error; err != nil {
			return fmt.Errorf("noting a skip: %w", err)
		}
		return dropHold(tx, rep.ID)
	})
}

// HandOver gives a report that the actor holds, or that nobody holds, to a colleague
// at the desk, with a note.
func (s *Service) HandOver(ctx context.Context, a auth.Actor, number int64, to uuid.UUID, note string) error {
	note = strings.TrimSpace(note)
	if len([]rune(note)) > noteLimit {
		return models.InvalidField("note", "Keep the note below 500 characters.")
	}
	line := audit.Event{Action: "desk.handed-over", Words: "Handed the report over at the desk.", Detail: map[string]any{"to": to, "note": note}}
	return s.atDesk(ctx, a, number, line, func(tx *store.Tx, rep *models.Report) error {
		if rep.Desk != models.DeskWaiting {
			return notWaiting(rep)
		}
		if to == a.UserID {
			return models.InvalidField("colleague", "This is you. Choose a colleague.")
		}
		people, err := deskPeople(tx)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.ID == to {
				return putHold(tx, &Hold{ReportID: rep.ID, HeldBy: p.ID, HeldByName: p.Name, TakenAt: tx.Now, ActiveAt: tx.Now, HandedByName: a.Name, Note: note})
			}
		}
		return models.InvalidField("colleague", "Choose a colleague who works at the desk.")
	})
}
