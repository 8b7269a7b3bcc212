package triage

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models/store"
)

// deskPage is how many reports a page of the desk shows, unless it is told otherwise.
const deskPage = 25

// deskScan is how many rows of a list a filter without an index of its own is applied
// to before the page says how far it looked.
const deskScan = 2000

// orderDesk marks cursors of the desk and of pools: most urgent first, then newest.
const orderDesk = 'd'

// deskList is how one list of the desk is read: keys answers report_id, rank, at and
// key of its rows in the list's order, by one index.
type deskList struct {
	keys  string
	order string
	also  string // what must still be true of the report
}

const byUrgency = "rank desc, at desc, key desc"
const byTime = "at desc, key desc"

var deskLists = map[DeskView]deskList{
	DeskWaiting: {order: byUrgency,
		keys: `select r.id as report_id, r.urgency::bigint as rank, r.finished_at as at, r.id as key from reports r
			where r.desk = 'waiting'%s and (r.urgency, r.finished_at, r.id) < (@rank, @at, @key)
			  and not exists (select 1 from desk_holds h where h.report_id = r.id and h.active_at > @idle)
			order by r.urgency desc, r.finished_at desc, r.id desc limit @most`},
	DeskMine: {order: byTime, also: "r.desk = 'waiting'",
		keys: `select report_id, 0::bigint as rank, active_at as at, report_id as key from desk_holds
			where held_by = @me%s and active_at > @idle and (active_at, report_id) < (@at, @key)
			order by active_at desc, report_id desc limit @most`},
	DeskOthers: {order: byTime, also: "r.desk = 'waiting'",
		keys: `select report_id, 0::bigint as rank, active_at as at, report_id as key from desk_holds
			where held_by <> @me%s and active_at > @idle and (active_at, report_id) < (@at, @key)
			order by active_at desc, report_id desc limit @most`},
	DeskReleased: {order: byTime,
		keys: `select report_id, 0::bigint as rank, decided_at as at, id as key from routing_decisions
			where released = 'rule'%s and decided_at >= @since and (decided_at, id) < (@at, @key)
			order by decided_at desc, id desc limit @most`},
	DeskDecided: {order: byTime,
		keys: `select id as report_id, 0::bigint as rank, decided_at as at, id as key from reports
			where decided_by = @me%s and decided_at >= @since and (decided_at, id) < (@at, @key)
			order by decided_at desc, id desc limit @most`},
}

const deskColumns = `r.id, r.number, r.incident_type, coalesce(p.name, 'The public') as provider, r.subject_label, r.priority, r.urgent, r.urgency,
       r.class, r.finished_at, r.desk, r.desk_why, r.files_total, r.files_locked, r.assessment, r.decided_by_name, r.decided_at, r.decided_why,
       h.held_by, coalesce(h.held_by_name, '') as held_by_name, h.active_at, coalesce(h.handed_by_name, '') as handed_by_name, coalesce(h.note, '') as note,
       (select coalesce(sum(k.times), 0) from desk_skips k where k.report_id = r.id) as skipped,
       coalesce((select b.size from report_bundles b where b.head = r.id), 0) as stands_for, w.rank, w.at, w.key, w.n`

// statement writes the list's SQL: the keys by index, then each report by its id.
// A filter that an index answers narrows the keys; any other is applied to at most
// deskScan of them, and the last one looked at comes along.
func (q *DeskQuery) statement(tx *store.Tx, at store.Cursor) (string, map[string]any) {
	l := deskLists[q.View]
	args := map[string]any{"rank": at.Rank, "at": at.At, "key": at.ID, "idle": tx.Now.Add(-HoldIdle), "me": tx.Actor.UserID, "since": q.Since,
		"provider": q.Provider, "type": q.Type, "class": q.Class, "size": q.Size + 2}
	indexed, filters := q.split(q.View == DeskWaiting)
	most := q.Size + 1
	if len(filters) > 0 || l.also != "" {
		most = deskScan
	}
	args["most"] = most
	if l.also != "" {
		filters = append(filters, l.also)
	}
	hit := "true"
	if len(filters) > 0 {
		hit = strings.Join(filters, " and ")
	}
	narrow := ""
	if indexed != "" {
		narrow = " and " + indexed
	}
	return fmt.Sprintf(`select * from (
select %s, (%s) as hit
  from (select k.*, row_number() over (order by %s) as n from (%s) k) w
  join reports r on r.id = w.report_id
  left join providers p on p.id = r.provider_id
  left join desk_holds h on h.report_id = r.id and h.active_at > @idle) s
 where hit or n = %d order by %s limit @size`, deskColumns, hit, l.order, fmt.Sprintf(l.keys, narrow), deskScan, l.order), args
}

// split answers the one filter that an index of what waits serves, and the others.
func (q *DeskQuery) split(waiting bool) (indexed string, filters []string) {
	add := func(set bool, cond string) {
		switch {
		case !set:
		case waiting && indexed == "":
			indexed = cond
		default:
			filters = append(filters, cond)
		}
	}
	add(q.Provider != uuid.Nil, "r.provider_id = @provider")
	add(q.Type != "", "r.incident_type = @type")
	add(q.Urgent, "r.urgent")
	add(q.Class != "", "r.class = @class")
	return indexed, filters
}

// deskCounts answers each figure by a short stretch of one index.
const deskCounts = `
select
 (select count(*) from (select 1 from reports r where r.desk = 'waiting' and not exists (select 1 from desk_holds h where h.report_id = r.id and h.active_at > @idle)
   order by r.urgency desc, r.finished_at desc, r.id desc limit @most) x) as waiting,
 (select count(*) from (select 1 from reports where desk = 'waiting' and urgent order by urgency desc, finished_at desc, id desc limit @most) x) as urgent,
 (select count(*) from (select 1 from desk_holds h join reports r on r.id = h.report_id and r.desk = 'waiting'
   where h.held_by = @me and h.active_at > @idle order by h.active_at desc, h.report_id desc limit @most) x) as mine,
 (select count(*) from (select 1 from desk_holds h join reports r on r.id = h.report_id and r.desk = 'waiting'
   where h.held_by <> @me and h.active_at > @idle order by h.active_at desc, h.report_id desc limit @most) x) as others,
 (select count(*) from (select 1 from routing_decisions where released = 'rule' and decided_at >= @since order by decided_at desc, id desc limit @most) x) as released,
 (select count(*) from (select 1 from reports where decided_by = @me and decided_at >= @since order by decided_at desc, id desc limit @most) x) as decided`

// The oldest is asked for by itself, so that nothing old hides behind what is urgent.
const deskOldest = `select number as oldest_no, finished_at as oldest from reports where desk = 'waiting' order by finished_at, id limit 1`

// countDesk answers the desk's figures. Asked after InOrder, each is counted in the
// order of its index.
func countDesk(tx *store.Tx, since time.Time) (DeskCounts, error) {
	var c DeskCounts
	args := map[string]any{"idle": tx.Now.Add(-HoldIdle), "me": tx.Actor.UserID, "since": since, "most": DeskCountCap + 1}
	if err := tx.Raw(deskCounts, args).Scan(&c).Error; err != nil {
		return c, fmt.Errorf("counting the desk: %w", err)
	}
	var oldest []struct {
		OldestNo int64
		Oldest   time.Time
	}
	if err := tx.Raw(deskOldest).Scan(&oldest).Error; err != nil {
		return c, fmt.Errorf("looking for the oldest that waits: %w", err)
	}
	if len(oldest) > 0 {
		c.OldestNo, c.Oldest = oldest[0].OldestNo, &oldest[0].Oldest
	}
	return c, nil
}
