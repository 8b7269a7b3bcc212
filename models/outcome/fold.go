package outcome

import (
	"context"
	"fmt"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/store"
)

// foldBatch is how many changes one folding takes, some 70 ms of work.
const foldBatch = 10000

// foldLock is the advisory lock under which one worker folds at a time.
const foldLock = 0x666f6c64 // "fold"

// publicScope stands for the public's form where a provider's id stands otherwise.
const publicScope = "00000000-0000-0000-0000-000000000000"

// spread turns changes (the common table expression "c") into counts by scope and
// key. A referral stays in the month in which it was referred.
const spread = `
select s.scope, s.scope_id, k.key, sum(k.d)::bigint as n
  from c
  cross join lateral (select unnest(c.after) as key, 1 as d union all select unnest(c.before), -1) k
  cross join lateral (values ('all', ''), ('agency', c.agency_id::text),
    ('provider', coalesce(c.provider_id::text, '` + publicScope + `')), ('month', to_char(c.month, 'YYYY-MM'))) s(scope, scope_id)
 group by s.scope, s.scope_id, k.key having sum(k.d) <> 0`

// foldChanges moves a batch of changes into the cells in one statement. A reader
// sees a change either among the changes or in the cells, never in both. The order
// lets two foldings, should there ever be two, wait for each other one way only.
const foldChanges = `
with c as (
  delete from board_changes where id in (select id from board_changes order by id limit ?)
  returning agency_id, provider_id, month, before, after
), cells as (` + spread + `), put as (
  insert into board_cells (scope, scope_id, key, n)
  select scope, scope_id, key, n from cells order by scope, scope_id, key
  on conflict (scope, scope_id, key) do update set n = board_cells.n + excluded.n
)
select count(*) from c`

// Fold moves the oldest changes into the board's cells, at most foldBatch, and
// answers how many; fewer than that means that nothing was left. It is the
// worker's, called about once a second; when another worker is folding it answers 0.
// Folding changes no figure, so it leaves no audit line.
func (s *Service) Fold(ctx context.Context) (int, error) {
	n := 0
	err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		n = 0
		var mine bool
		if err := tx.Raw("select pg_try_advisory_xact_lock(?)", foldLock).Row().Scan(&mine); err != nil {
			return fmt.Errorf("waiting to fold the board: %w", err)
		}
		if !mine {
			return nil
		}
		if err := tx.Raw(foldChanges, foldBatch).Row().Scan(&n); err != nil {
			return fmt.Errorf("folding the board: %w", err)
		}
		return nil
	})
	return n, err
}

// rebuildCells counts every referral under the headings of referral.BoardKeys. The
// two must say the same; a test compares them over random histories.
const rebuildCells = `
with c as (
  select agency_id, provider_id, date_trunc('month', referred_at at time zone 'UTC') as month, '{}'::text[] as before,
         array_remove(array['received', 'state:' || state,
           case when outcome <> '' then 'outcome:' || outcome end,
           case when overdue then 'overdue' end,
           case when first_read_at is not null then 'opened' end,
           case when first_act_at is not null then 'acted' end], null) as after
    from referrals
)
insert into board_cells (scope, scope_id, key, n) ` + spread

// Rebuild counts the board's cells anew from the referrals. It is an
// administrator's at the console, after a repair; deeds wait until it is done.
func (s *Service) Rebuild(ctx context.Context) error {
	return s.store.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		for _, step := range []string{
			"lock table board_changes in exclusive mode", // no deed may be half counted
			"delete from board_changes",
			"delete from board_cells",
			rebuildCells,
		} {
			if err := tx.Exec(step).Error; err != nil {
				return fmt.Errorf("counting the board anew: %w", err)
			}
		}
		return audit.Record(tx, audit.Event{Action: "feedback.rebuilt", Words: "Counted the feedback board anew."})
	})
}
