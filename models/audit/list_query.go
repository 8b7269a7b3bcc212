package audit

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
)

// lineColumns are what a page shows of a line.
const lineColumns = "e.id, e.at, e.side, e.actor_id, e.actor_name, e.actor_agency, e.action, e.refused, e.report_id, " +
	"e.report_number, e.subject, e.words, e.detail, e.request_id, e.ip, e.concerns"

// query gathers conditions on one stretch of the log; in them {row} stands for the
// table's alias and {id} for the line's id, whichever table is read. Every combination that
// leads with an equality below has an index that ends with the id, so that it
// reads about as many rows as it answers; row-level security is then asked of
// those rows only, from their own columns.
type query struct {
	where []string
	args  []any
}

// newQuery bounds the log by the cursor and the filter's times: ids begin with
// the time of their line.
func newQuery(from uuid.UUID, f Filter) *query {
	q := &query{}
	if !f.Until.IsZero() {
		if until := firstID(f.Until); strings.Compare(until.String(), from.String()) < 0 {
			from = until
		}
	}
	q.and("{id} < ?", from)
	if !f.Since.IsZero() {
		q.and("{id} >= ?", firstID(f.Since))
	}
	return q
}

func (q *query) and(condition string, args ...any) {
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

// events selects from the lines themselves.
func (q *query) events(limit int) (string, []any) {
	where := strings.NewReplacer("{id}", "e.id", "{row}", "e").Replace(strings.Join(q.where, " and "))
	return "select " + lineColumns + " from audit_events e where " + where + " order by e.id desc" + first(limit), q.args
}

// concerns selects lines by the agency that they concern: first the page's ids
// from one index, then those lines.
func (q *query) concerns(limit int) (string, []any) {
	where := strings.NewReplacer("{id}", "c.event_id", "{row}", "c").Replace(strings.Join(q.where, " and "))
	return "select " + lineColumns + " from (select c.event_id from audit_concerns c where " + where +
		" order by c.event_id desc" + first(limit) + ") p join audit_events e on e.id = p.event_id", q.args
}

// first bounds a statement. The number stands in the text: of a bound that is a
// parameter the planner, once it keeps one plan for all, assumes a tenth of the table.
func first(limit int) string { return " limit " + strconv.Itoa(limit) }

// trailQuery is the statement of a report's trail.
func trailQuery(reportID, from uuid.UUID, limit int) (string, []any) {
	q := newQuery(from, Filter{})
	q.and("{row}.report_id = ?", reportID)
	return q.events(limit)
}

// listQuery is the statement of a page of at most limit lines. For an agency it
// merges two stretches, its own people's deeds and what concerns it; an "or" over
// both would read all of one to find the few of the other.
func listQuery(a auth.Actor, f Filter, from uuid.UUID, limit int) (string, []any) {
	q := newQuery(from, f)
	clearinghouse := a.Side == auth.SideClearinghouse
	switch {
	case f.Report != 0:
		// A report has few lines; whose they are is asked of each.
		q.and("{row}.report_id = (select n.report_id from report_numbers n where n.number = ?)", f.Report)
		if f.Outside && !clearinghouse {
			q.and("{row}.actor_agency <> ? and {row}.actor_id is not null", a.AgencyID)
		}
		q.person(f)
		q.narrow(f)
		return q.events(limit)
	case f.Outside && !clearinghouse:
		q.and("{row}.agency_id = ? and {row}.by_person", a.AgencyID)
		if f.Person != uuid.Nil {
			q.and("false") // a person of one's own is not outside
		}
		q.narrow(f)
		sql, args := q.concerns(limit)
		return "select " + lineColumns + " from (" + sql + ") e order by e.id desc", args
	case f.Person != uuid.Nil && !clearinghouse:
		// A stranger's id must not make the database read through all his lines.
		q.and("(select exists (select 1 from users u where u.id = ? and u.agency_id = ?))", f.Person, a.AgencyID)
		q.and("{row}.actor_agency = ?", a.AgencyID)
		q.person(f)
		q.narrow(f)
		return q.events(limit)
	case clearinghouse:
		q.person(f)
		q.narrow(f)
		return q.events(limit)
	}
	q.narrow(f)
	own := &query{where: append([]string{"e.actor_agency = ?"}, q.where...), args: append([]any{a.AgencyID}, q.args...)}
	others := &query{where: append([]string{"c.agency_id = ?"}, q.where...), args: append([]any{a.AgencyID}, q.args...)}
	ownSQL, ownArgs := own.events(limit)
	othersSQL, othersArgs := others.concerns(limit)
	sql := "select " + lineColumns + " from ((" + ownSQL + ") union all (" + othersSQL + ")) e order by e.id desc" + first(limit)
	return sql, append(ownArgs, othersArgs...)
}

func (q *query) person(f Filter) {
	if f.Person != uuid.Nil {
		q.and("{row}.actor_id = ?", f.Person)
	}
}

// narrow adds the conditions that lines and concerns both can answer.
func (q *query) narrow(f Filter) {
	if f.Action != "" {
		q.and("{row}.action = ?", f.Action)
	}
	if f.Refused {
		q.and("{row}.refused")
	}
}
