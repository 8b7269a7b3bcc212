package providers

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// lastDay is how much of a row u of provider_use lies in the last 24 hours, the hour of
// now among them: all of today, and of yesterday what came after this hour of the day.
const lastDay = `case when u.day >= @today then u.n when u.day = @yesterday then (select sum(x) from unnest(u.hours[cast(@after as int):24]) x) else 0 end`

// rates answers what each provider sent in the last 24 hours.
const rates = `
select provider_id, sum(n)::bigint as requests, coalesce(sum(n) filter (where code <> 0), 0)::bigint as errors from (
    select u.provider_id, u.code, ` + lastDay + ` as n from provider_use u where u.day >= @yesterday) d
 group by provider_id`

var fails = fmt.Sprintf("r.errors >= %d and r.errors * %d >= r.requests", FailingFrom, FailingShare)

// working is true of a provider p of which a password works.
const working = `exists (select 1 from provider_credentials c where c.provider_id = p.id and c.disabled_at is null and (c.valid_until is null or c.valid_until > @now))`

// rank orders by the share of errors in thousandths, and where that is equal by their
// number.
const rank = `case when coalesce(r.requests, 0) = 0 then 0 else (r.errors * 1000 / r.requests) * 1000000000 + least(r.errors, 999999999) end`

func args(now time.Time) map[string]any {
	return map[string]any{"now": now, "today": now.Format(time.DateOnly), "yesterday": now.AddDate(0, 0, -1).Format(time.DateOnly),
		"after": now.Hour() + 2} // arrays begin at 1
}

// read answers one more than a page of places in the list.
func (q Query) read(tx *store.Tx, from *store.Cursor) ([]found, error) {
	in := args(tx.Now)
	counted := q.Show == Failing || q.Sort == ByErrors
	var b strings.Builder
	b.WriteString("select p.id, p.name, p.demonstration, a.last_used_at, coalesce(cardinality(a.allowed), 0) as networks")
	if counted {
		b.WriteString(", " + rank + " as rank")
	}
	b.WriteString(" from providers p left join provider_accounts a on a.provider_id = p.id")
	if counted {
		b.WriteString(" left join (" + rates + ") r on r.provider_id = p.id")
	}
	b.WriteString(" where true")
	if q.Search != "" {
		in["like"] = "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q.Search) + "%"
		b.WriteString(" and (p.name ilike @like or exists (select 1 from provider_credentials c where c.provider_id = p.id and c.username ilike @like))")
	}
	switch q.Show {
	case Failing:
		b.WriteString(" and " + fails)
	case Silent:
		in["silent"] = tx.Now.Add(-SilentAfter)
		b.WriteString(" and (a.last_used_at is null or a.last_used_at < @silent) and " + working)
	case Disabled:
		b.WriteString(" and not " + working)
	}
	if from != nil {
		in["id"], in["at"], in["rank"] = from.ID, from.At, from.Rank
	}
	switch q.Sort {
	case ByUse:
		if from != nil {
			b.WriteString(" and (coalesce(a.last_used_at, 'epoch'), p.id) < (cast(@at as timestamptz), cast(@id as uuid))")
		}
		b.WriteString(" order by coalesce(a.last_used_at, 'epoch') desc, p.id desc")
	case ByErrors:
		if from != nil {
			b.WriteString(" and (" + rank + ", p.id) < (cast(@rank as bigint), cast(@id as uuid))")
		}
		b.WriteString(" order by " + rank + " desc, p.id desc")
	default:
		if from != nil {
			b.WriteString(" and p.name > (select n.name from providers n where n.id = @id)")
		}
		b.WriteString(" order by p.name")
	}
	fmt.Fprintf(&b, " limit %d", pageSize+1)
	var values []any
	if strings.Contains(b.String(), "@") { // gorm takes arguments that nothing names for too many
		values = []any{in}
	}
	var list []found
	if err := tx.Raw(b.String(), values...).Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("reading the list of providers: %w", err)
	}
	return list, nil
}

// standing is what the credentials of a provider come to.
type standing struct {
	ID       uuid.UUID
	Username string
	Live     int        // that work now
	Lasting  int        // of them without an end
	Ends     *time.Time // the last end among those that work and have one
	LastOff  bool       // of those that do not work, the newest was disabled
	Any      int
}

const standings = `
select p.id,
       (array_agg(c.username order by c.disabled_at is null desc, c.created_at desc) filter (where c.id is not null))[1] as username,
       count(c.id) as any, count(c.id) filter (where w.works) as live, count(c.id) filter (where w.works and c.valid_until is null) as lasting,
       max(c.valid_until) filter (where w.works) as ends,
       coalesce((array_agg(c.disabled_at is not null order by coalesce(c.disabled_at, c.valid_until) desc) filter (where not w.works))[1], false) as last_off
  from unnest(cast(@ids as uuid[])) p(id)
  left join provider_credentials c on c.provider_id = p.id
  left join lateral (select c.disabled_at is null and (c.valid_until is null or c.valid_until > @now) as works) w on true
 group by p.id`

func (s standing) state() State {
	switch {
	case s.Lasting > 0 && s.Live > s.Lasting:
		return Rotating
	case s.Lasting > 0:
		return Works
	case s.Live > 0:
		return Ending
	case s.Any == 0:
		return NoneYet
	case s.LastOff:
		return Off
	}
	return Ended
}

// weeks answers counts of seven days by code, the commonest errors first.
const weeks = `
select u.provider_id, u.code, u.cause, sum(u.n)::bigint as week, coalesce(sum(` + lastDay + `), 0)::bigint as day
  from provider_use u where u.provider_id = any(cast(@ids as uuid[])) and u.day >= @week
 group by u.provider_id, u.code, u.cause order by week desc, u.code, u.cause`

// describe reads what the list shows of the chosen providers.
func describe(tx *store.Tx, list []found) ([]Row, error) {
	ids := make(models.IDList, len(list))
	rows, at := make([]Row, len(list)), make(map[uuid.UUID]*Row, len(list))
	for i, f := range list {
		ids[i] = f.ID
		rows[i] = Row{ID: f.ID, Name: f.Name, Demonstration: f.Demonstration, LastUsed: f.LastUsedAt, Networks: f.Networks}
		at[f.ID] = &rows[i]
	}
	in := args(tx.Now)
	in["ids"], in["week"] = ids, tx.Now.AddDate(0, 0, -6).Format(time.DateOnly)
	var states []standing
	if err := tx.Raw(standings, in).Scan(&states).Error; err != nil {
		return nil, fmt.Errorf("reading the credentials of providers: %w", err)
	}
	for _, s := range states {
		r := at[s.ID]
		r.Username, r.State, r.Ends = s.Username, s.state(), s.Ends
	}
	var counts []struct {
		ProviderID uuid.UUID
		Code       int
		Cause      string
		Week, Day  int64
	}
	if err := tx.Raw(weeks, in).Scan(&counts).Error; err != nil {
		return nil, fmt.Errorf("reading what providers sent: %w", err)
	}
	for _, c := range counts {
		r := at[c.ProviderID]
		r.Day.Requests, r.Week.Requests = r.Day.Requests+c.Day, r.Week.Requests+c.Week
		if c.Code == 0 {
			continue
		}
		r.Day.Errors, r.Week.Errors = r.Day.Errors+c.Day, r.Week.Errors+c.Week
		if r.Worst == nil {
			r.Worst = &Fault{Code: c.Code, Cause: c.Cause, N: c.Week}
		}
	}
	return rows, nil
}
