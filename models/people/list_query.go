package people

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// condition is what a view asks of an account. Each has an index of its own: see
// migrations 0012 and 0013.
func (v View) condition(agency uuid.UUID, now time.Time) (string, []any) {
	switch v {
	case ToApprove:
		return "u.state in ('invited', 'waiting') and u.approved_at is null", nil
	case ToReview:
		return "u.state <> 'removed' and u.review_from <= ?", []any{now.Add(ReviewAhead - models.RecertifyAfter)}
	case Idle:
		return "u.state = 'active' and u.idle_from <= ?", []any{now.Add(-models.IdleAfter)}
	case Leavers:
		return "u.state in ('suspended', 'removed') and u.id in (select l.user_id from people_leavers(?) l)", []any{agency}
	case Invited:
		return "u.state = 'invited'", nil
	case Suspended:
		return "u.state = 'suspended'", nil
	case Removed:
		return "u.state = 'removed'", nil
	}
	return "u.state <> 'removed'", nil
}

// indexed says that an index holds exactly this list in its order. The planner,
// which cannot see through the policies, would else collect the list and sort it.
func (f Filter) indexed() bool {
	switch f.View {
	case ToReview, Idle, Leavers:
		return false
	}
	return f.Search == "" && f.Role == ""
}

// users reads at most limit people of the view by name, and says whether there are
// more in the direction of reading.
func (f Filter) users(tx *store.Tx, agency uuid.UUID, limit int) ([]models.User, bool, error) {
	where, args := f.View.condition(agency, tx.Now)
	where, args = "u.agency_id = ? and "+where, append([]any{agency}, args...)
	if f.Search != "" {
		begins := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(f.Search) + "%"
		where += " and (lower(u.name) like ? or lower(u.name) like ? or u.email like ?)"
		args = append(args, begins, "% "+begins, begins)
	}
	if f.Role != "" {
		where += " and ? = any (u.roles)"
		args = append(args, string(f.Role))
	}
	order := "u.name, u.id"
	switch {
	case f.After != uuid.Nil:
		where += " and (u.name, u.id) > (select x.name, x.id from users x where x.id = ?)"
		args = append(args, f.After)
	case f.Before != uuid.Nil:
		where += " and (u.name, u.id) < (select x.name, x.id from users x where x.id = ?)"
		args = append(args, f.Before)
		order = "u.name desc, u.id desc"
	}
	if f.indexed() {
		if err := tx.InOrder(); err != nil {
			return nil, false, err
		}
	}
	var users []models.User
	err := tx.Raw(fmt.Sprintf("select u.* from users u where %s order by %s limit %d", where, order, limit+1), args...).Scan(&users).Error
	if err != nil {
		return nil, false, fmt.Errorf("reading the list of people: %w", err)
	}
	more := len(users) > limit
	if more {
		users = users[:limit]
	}
	if f.Before != uuid.Nil {
		slices.Reverse(users)
	}
	return users, more, nil
}

// countWorklists counts each worklist, no further than pages say.
func countWorklists(tx *store.Tx, agency uuid.UUID) (c Counts, err error) {
	for _, w := range []struct {
		view View
		into *int
	}{{ToApprove, &c.ToApprove}, {ToReview, &c.ToReview}, {Idle, &c.Idle}, {Leavers, &c.Leavers}} {
		where, args := w.view.condition(agency, tx.Now)
		sql := fmt.Sprintf("select count(*) from (select 1 from users u where u.agency_id = ? and %s limit %d) x", where, CountUpTo+1)
		if err := tx.Raw(sql, append([]any{agency}, args...)...).Row().Scan(w.into); err != nil {
			return c, fmt.Errorf("counting the list %q: %w", w.view, err)
		}
	}
	return c, nil
}
