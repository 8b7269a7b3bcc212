package outcome

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// rankSize is how many agencies or providers a table shows.
const rankSize = 25

// boardQuery answers all figures of the board in one statement, hence of one
// moment: the cells plus the changes not yet folded. Rows are (section, scope_id,
// key, n); the sections are total, month, agency and provider.
//
// An agency without open changes has its exact count in the cells, so the first 25
// of all are among the first 25 plus as many as have changes, and those with
// changes. That keeps the ranking exact while it reads a short stretch of an index.
const boardQuery = `
with c as materialized (
  select agency_id, provider_id, month, before, after from board_changes
), delta as materialized (` + spread + `
), total as (
  select 'total' as section, '' as scope_id, key, n from board_cells where scope = @scope and scope_id = @id
  union all select 'total', '', key, n from delta where scope = @scope and scope_id = @id
), months as (
  select 'month' as section, scope_id, key, n from board_cells where scope = 'month' and scope_id >= @since
  union all select 'month', scope_id, key, n from delta where scope = 'month' and scope_id >= @since
)%s%s
select section, scope_id, key, sum(n)::bigint as n from (
  select * from total union all select * from months union all select * from agency_rows union all select * from provider_rows) f
 group by section, scope_id, key having sum(n) <> 0`

// rankedRows is the part of boardQuery that ranks one scope. The headline keys of
// the chosen ones follow; single outcomes but the return are left to the rows.
const rankedRows = `, %[1]s_near as (
  (select scope_id from board_cells where scope = '%[1]s' and key = @%[1]s_key%[2]s order by n desc, scope_id desc
    limit %[3]d + (select count(distinct scope_id) from delta where scope = '%[1]s'))
  union select scope_id from delta where scope = '%[1]s'
), %[1]s_top as materialized (
  select near.scope_id, (coalesce((select b.n from board_cells b where b.scope = '%[1]s' and b.scope_id = near.scope_id and b.key = @%[1]s_key), 0)
      + coalesce((select d.n from delta d where d.scope = '%[1]s' and d.scope_id = near.scope_id and d.key = @%[1]s_key), 0)) as n
    from %[1]s_near near
), %[1]s_shown as materialized (
  select scope_id, n from %[1]s_top where n > 0%[2]s order by n desc, scope_id desc limit %[3]d
), %[1]s_rows as (
  select '%[1]s' as section, b.scope_id, b.key, b.n from %[1]s_shown s join board_cells b on b.scope = '%[1]s' and b.scope_id = s.scope_id
   where b.key not like 'outcome:%%' or b.key = 'outcome:` + models.OutcomeReturned + `'
  union all select '%[1]s', d.scope_id, d.key, d.n from %[1]s_shown s join delta d on d.scope = '%[1]s' and d.scope_id = s.scope_id
   where d.key not like 'outcome:%%' or d.key = 'outcome:` + models.OutcomeReturned + `'
)`

// lastHeard answers when each agency last did or said anything, by one step of an
// index each.
const lastHeard = `
select a.id, (select max(r.heard_at) from referrals r where r.agency_id = a.id and r.heard_at is not null) as heard
  from unnest(?::uuid[]) a(id)`

type figure struct {
	section, id, key string
	n                int64
}

// scopeOf answers which cells a filter's totals are in.
func scopeOf(f RowsFilter) (scope, id string) {
	switch {
	case f.Agency != uuid.Nil:
		return "agency", f.Agency.String()
	case f.Provider != uuid.Nil:
		return "provider", f.Provider.String()
	case f.PublicForm:
		return "provider", publicScope
	case f.Month != "":
		return "month", f.Month
	default:
		return "all", ""
	}
}

func readFigures(tx *store.Tx, f BoardFilter, since string, agencies, providers *store.Cursor) ([]figure, error) {
	scope, id := scopeOf(f.scope())
	args := map[string]any{"scope": scope, "id": id, "since": since, "agency_key": f.AgencyBy, "provider_key": f.ProviderBy}
	query := fmt.Sprintf(boardQuery, ranked("agency", agencies, args), ranked("provider", providers, args))
	rows, err := tx.Raw(query, args).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading the feedback board: %w", err)
	}
	defer rows.Close()
	var out []figure
	for rows.Next() {
		var g figure
		if err := rows.Scan(&g.section, &g.id, &g.key, &g.n); err != nil {
			return nil, fmt.Errorf("reading the feedback board: %w", err)
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

func ranked(scope string, after *store.Cursor, args map[string]any) string {
	below := ""
	if after != nil {
		below = strings.ReplaceAll(" and (n, scope_id) < (@scope_n, @scope_id)", "@scope", "@"+scope)
		args[scope+"_n"], args[scope+"_id"] = after.Rank, after.ID.String()
	}
	return fmt.Sprintf(rankedRows, scope, below, rankSize+1)
}
