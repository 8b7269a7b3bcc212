package territory

import (
	"context"
	"fmt"

	"reeve/auth"
	"reeve/models/store"
)

// foldBatch is how many changes one folding takes.
const foldBatch = 20000

// foldLock is the advisory lock under which one worker folds at a time.
const foldLock = 0x7369676e // "sign"

// foldChanges moves a batch of changes into the cells in one statement, so that a
// reader sees each either here or there.
const foldChanges = `
with c as (
  delete from signal_changes where id in (select id from signal_changes order by id limit ?)
  returning month, signal, decisive, returned, confirmed, claimed
), put as (
  insert into signal_cells (month, signal, decisive, returned, confirmed, claimed)
  select month, signal, sum(decisive), sum(returned), sum(confirmed), sum(claimed) from c group by month, signal order by month, signal
  on conflict (month, signal) do update set decisive = signal_cells.decisive + excluded.decisive, returned = signal_cells.returned + excluded.returned,
    confirmed = signal_cells.confirmed + excluded.confirmed, claimed = signal_cells.claimed + excluded.claimed
)
select count(*) from c`

// Fold moves the oldest changes into the counts of signals, at most foldBatch, and
// answers how many. It is the worker's, called about once a minute; when another
// worker is folding it answers 0. It changes no count, so it leaves no audit line.
func (s *Service) Fold(ctx context.Context) (int, error) {
	n := 0
	err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		n = 0
		var mine bool
		if err := tx.Raw("select pg_try_advisory_xact_lock(?)", foldLock).Row().Scan(&mine); err != nil {
			return fmt.Errorf("waiting to fold the counts of signals: %w", err)
		}
		if !mine {
			return nil
		}
		if err := tx.Raw(foldChanges, foldBatch).Row().Scan(&n); err != nil {
			return fmt.Errorf("folding the counts of signals: %w", err)
		}
		return nil
	})
	return n, err
}
