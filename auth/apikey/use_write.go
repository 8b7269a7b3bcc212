package apikey

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/store"
)

// batch is what one flush writes, as Postgres reads it.
type batch struct {
	Counts    []countRow
	Addresses []addressRow
	Used      []usedRow
}

type countRow struct {
	Provider uuid.UUID `json:"provider_id"`
	Day      string    `json:"day"`
	Code     int       `json:"code"`
	Cause    string    `json:"cause"`
	N        int64     `json:"n"`
	Hours    [24]int64 `json:"hours"`
	At       time.Time `json:"last_at"`
	IP       string    `json:"last_ip"`
}

type addressRow struct {
	Provider uuid.UUID `json:"provider_id"`
	Address  string    `json:"address"`
	First    time.Time `json:"first_at"`
	Last     time.Time `json:"last_at"`
}

type usedRow struct {
	Provider uuid.UUID `json:"provider_id"`
	At       time.Time `json:"last_at"`
}

// batch gathers the rows. The caller holds the lock.
func (u *Use) batch(counts map[useKey]*useCount, proven map[addressKey]*addressSeen, now time.Time) batch {
	var b batch
	for k, c := range counts {
		b.Counts = append(b.Counts, countRow{k.Provider, k.Day, k.Code, k.Cause, c.N, c.Hours, c.At, c.IP})
	}
	used := map[uuid.UUID]time.Time{}
	for k, seen := range proven {
		if seen.last.After(used[k.Provider]) {
			used[k.Provider] = seen.last
		}
		if at, ok := u.written[k]; !ok || now.Sub(at) >= addressEvery {
			b.Addresses = append(b.Addresses, addressRow{k.Provider, k.Address, seen.first, seen.last})
		}
	}
	for provider, at := range used {
		b.Used = append(b.Used, usedRow{provider, at})
	}
	return b
}

// Rows are written in the order of their keys, so that two processes that flush at
// one time wait for each other and do not lock each other out.
const (
	addCounts = `
insert into provider_use (provider_id, day, code, cause, n, hours, last_at, last_ip)
select * from jsonb_to_recordset(?::jsonb) as k(provider_id uuid, day date, code integer, cause text, n bigint, hours bigint[], last_at timestamptz, last_ip text)
 order by provider_id, day, code, cause
on conflict (provider_id, day, code, cause) do update set n = provider_use.n + excluded.n,
  hours = (select array_agg(x + y order by i) from unnest(provider_use.hours, excluded.hours) with ordinality as h(x, y, i)),
  last_ip = case when excluded.last_at >= provider_use.last_at then excluded.last_ip else provider_use.last_ip end,
  last_at = greatest(provider_use.last_at, excluded.last_at)`
	addAddresses = `
insert into provider_addresses (provider_id, address, first_at, last_at)
select * from jsonb_to_recordset(?::jsonb) as k(provider_id uuid, address inet, first_at timestamptz, last_at timestamptz) order by provider_id, address
on conflict (provider_id, address) do update set last_at = greatest(provider_addresses.last_at, excluded.last_at)`
	addUsed = `
insert into provider_accounts (provider_id, last_used_at)
select * from jsonb_to_recordset(?::jsonb) as k(provider_id uuid, last_at timestamptz) order by provider_id
on conflict (provider_id) do update set last_used_at = greatest(provider_accounts.last_used_at, excluded.last_used_at)`
)

func (u *Use) write(ctx context.Context, b batch, sweep bool) error {
	return u.store.As(ctx, auth.System(auth.ForProviderAuth), func(tx *store.Tx) error {
		for _, part := range []struct {
			query string
			rows  any
			n     int
		}{{addCounts, b.Counts, len(b.Counts)}, {addAddresses, b.Addresses, len(b.Addresses)}, {addUsed, b.Used, len(b.Used)}} {
			if part.n == 0 {
				continue
			}
			rows, err := json.Marshal(part.rows)
			if err != nil {
				return fmt.Errorf("writing providers' counts: %w", err)
			}
			if err := tx.Exec(part.query, string(rows)).Error; err != nil {
				return fmt.Errorf("writing providers' counts: %w", err)
			}
		}
		if !sweep {
			return nil
		}
		if err := tx.Exec("delete from provider_addresses where last_at < ?", tx.Now.Add(-keepAddresses)).Error; err != nil {
			return fmt.Errorf("forgetting old addresses: %w", err)
		}
		if err := tx.Exec("delete from provider_use where day < ?", tx.Now.Add(-keepUse).Format(time.DateOnly)).Error; err != nil {
			return fmt.Errorf("forgetting old counts: %w", err)
		}
		return nil
	})
}
