package casefile

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// inboxColumns is what a row of the inbox needs; nothing is joined.
const inboxColumns = `id, number, agency_id, provider_id, capacity, why, place, incident_type, subject, priority, agency_priority,
	urgent, urgency, priority_why, received_at, referred_at, preserve_until, files_total, files_locked, shared, state, open, assignee_id, assignee,
	first_read_at, outcome, overdue, return_due_at, look_again_why, version`

// walked is a referral met on a walk: hit when the filters let it through, at
// which step n.
type walked struct {
	models.Referral
	Hit bool
	N   int
}

// statement writes the walk's SQL. Without filters it is the index's rows; with
// them it looks at scanLimit rows and answers those let through and the last one
// looked at, which is where the next page goes on.
func (w *walk) statement(c *store.Cursor, size int) (string, []any) {
	where, args := slices.Clone(w.index), slices.Clone(w.indexArgs)
	ordered := w.order.forward
	if c != nil {
		compare := w.order.after
		if c.Back {
			compare, ordered = w.order.before, w.order.back
		}
		where, args = append(where, compare), append(args, w.order.key(c)...)
	}
	base := "select " + inboxColumns + " from referrals where " + strings.Join(where, " and ") + " order by " + ordered
	if len(w.filter) == 0 {
		return fmt.Sprintf("%s limit %d", strings.Replace(base, " from referrals", ", true as hit, 0 as n from referrals", 1), size+1), args
	}
	return fmt.Sprintf(`select * from (
		select w.*, (%s) as hit, row_number() over (order by %s) as n from (%s limit %d) w) s
		where hit or n = %d order by %s limit %d`,
		strings.Join(w.filter, ") and ("), ordered, base, scanLimit, scanLimit, ordered, size+2), append(slices.Clone(w.filterArgs), args...)
}

// found is what a walk brought: the rows in the order of the page, whether there
// are more beyond them in the walk's direction, and the row at which it stopped
// looking, if it stopped before the end.
type found struct {
	rows    []models.Referral
	more    bool
	stopped *models.Referral
}

func (w *walk) run(tx *store.Tx, c *store.Cursor, size int) (*found, error) {
	met, err := w.read(tx, c, size)
	if err != nil {
		return nil, fmt.Errorf("walking the inbox: %w", err)
	}
	f := &found{}
	for i := range met {
		if met[i].Hit {
			f.rows = append(f.rows, met[i].Referral)
		}
		if met[i].N == scanLimit {
			f.stopped = &met[i].Referral
		}
	}
	if len(f.rows) > size {
		f.rows, f.more, f.stopped = f.rows[:size], true, nil
	}
	if c != nil && c.Back {
		slices.Reverse(f.rows)
	}
	return f, nil
}

// read runs the statement. The columns are read by name of their fields here, in the
// order of inboxColumns: finding out by reflection where each goes took as long as the
// database took to answer.
func (w *walk) read(tx *store.Tx, c *store.Cursor, size int) ([]walked, error) {
	query, args := w.statement(c, size)
	rows, err := tx.Raw(query, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	met := make([]walked, 0, size+2)
	for rows.Next() {
		met = append(met, walked{})
		m := &met[len(met)-1]
		r := &m.Referral
		var hit sql.NullBool // a filter on what a row does not have is neither true nor false
		err := rows.Scan(&r.ID, &r.Number, &r.AgencyID, &r.ProviderID, &r.Capacity, &r.Why, &r.Place, &r.IncidentType, &r.Subject, &r.Priority, &r.AgencyPriority,
			&r.Urgent, &r.Urgency, &r.PriorityWhy, &r.ReceivedAt, &r.ReferredAt, &r.PreserveUntil, &r.FilesTotal, &r.FilesLocked, &r.Shared, &r.State, &r.Open, &r.AssigneeID, &r.Assignee,
			&r.FirstReadAt, &r.Outcome, &r.Overdue, &r.ReturnDueAt, &r.LookAgainWhy, &r.Version, &hit, &m.N)
		if err != nil {
			return nil, err
		}
		m.Hit = hit.Bool
	}
	return met, rows.Err()
}

// cursors answers the cursors beside a page that was reached by c.
func (w *walk) cursors(f *found, c *store.Cursor) (prev, next string) {
	back := c != nil && c.Back
	onward := ""
	switch {
	case f.more && back:
		onward = w.order.cursorOf(&f.rows[0], true)
	case f.more:
		onward = w.order.cursorOf(&f.rows[len(f.rows)-1], false)
	case f.stopped != nil:
		onward = w.order.cursorOf(f.stopped, back)
	}
	if back {
		if len(f.rows) > 0 {
			next = w.order.cursorOf(&f.rows[len(f.rows)-1], false)
		}
		return onward, next
	}
	if c != nil && len(f.rows) > 0 {
		prev = w.order.cursorOf(&f.rows[0], true)
	}
	return prev, onward
}

// counts answers how many referrals each view holds, up to one more than
// CountLimit, in one statement. The order makes each a short stretch of its index.
func counts(tx *store.Tx, agency, me uuid.UUID) ([]ViewCount, error) {
	var parts []string
	var args []any
	views := Views()
	for _, v := range views {
		cond := "agency_id = ?"
		args = append(args, agency)
		if viewWhere[v] != "" {
			cond += " and " + viewWhere[v]
		}
		if v == ViewMine {
			args = append(args, me)
		}
		by := orders[SortNewest].forward
		parts = append(parts, fmt.Sprintf("(select count(*) from (select 1 from referrals where %s order by %s limit %d) x)", cond, by, CountLimit+1))
	}
	n := make([]int, len(views))
	into := make([]any, len(views))
	for i := range n {
		into[i] = &n[i]
	}
	if err := tx.Raw("select "+strings.Join(parts, ", "), args...).Row().Scan(into...); err != nil {
		return nil, fmt.Errorf("counting the inbox's views: %w", err)
	}
	out := make([]ViewCount, len(views))
	for i, v := range views {
		out[i] = ViewCount{View: v, N: min(n[i], CountLimit), More: n[i] > CountLimit}
	}
	return out, nil
}
