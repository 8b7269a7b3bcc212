package audit

import (
	"database/sql"
	"fmt"

	"reeve/auth"
	"reeve/models/store"
)

// verifyQuery reads a window of leaves, and for each its event by id.
var verifyQuery = `select l.n, l.event_id::text, l.hashes, e.id is not null, ` + columnList() + `
from (select n, event_id, hashes from audit_leaves where n >= $1 and n < $2 order by n` + first(verifyWindow) + `) l
left join audit_events e on e.id = l.event_id order by l.n`

// read runs fn in a transaction of its own, so that no snapshot is held while the
// whole log is gone through. The purpose is the console's: the one under which the
// owner sees every line.
func (v *verifier) read(fn func(*sql.Tx) error) error {
	return v.store.As(v.ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		raw, err := rawTx(tx)
		if err != nil {
			return err
		}
		return fn(raw)
	})
}

// window reads the leaves from..to with their events, and the checkpoints within.
func (v *verifier) window(from, to int64) (leaves []leafRow, points []pointRow, err error) {
	err = v.read(func(raw *sql.Tx) error {
		leaves, points = nil, nil
		// A window's events are looked up one by one; joined in any other way, each
		// window would read the whole log.
		if _, err := raw.ExecContext(v.ctx, "select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"); err != nil {
			return err
		}
		rows, err := raw.QueryContext(v.ctx, verifyQuery, from, to)
		if err != nil {
			return fmt.Errorf("reading entries from %d on: %w", from, err)
		}
		defer rows.Close()
		for rows.Next() {
			var l leafRow
			line, into := newRow()
			if err := rows.Scan(append([]any{&l.n, &l.event, &l.stored, &l.found}, into...)...); err != nil {
				return fmt.Errorf("reading an entry: %w", err)
			}
			l.line = line
			leaves = append(leaves, l)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		signed, err := raw.QueryContext(v.ctx, "select size, note, at from audit_checkpoints where size > $1 and size <= $2 order by size", from, to)
		if err != nil {
			return fmt.Errorf("reading checkpoints from %d on: %w", from, err)
		}
		defer signed.Close()
		for signed.Next() {
			var p pointRow
			if err := signed.Scan(&p.size, &p.note, &p.at); err != nil {
				return fmt.Errorf("reading a checkpoint: %w", err)
			}
			points = append(points, p)
		}
		return signed.Err()
	})
	return leaves, points, err
}

// outside looks at what lies outside the tree: lines that were never sealed, and
// the copies by which agencies find what concerns them.
func (v *verifier) outside() error {
	return v.read(func(raw *sql.Tx) error {
		var behind int64
		var first sql.NullString
		var oldest sql.NullTime
		// One statement, hence one snapshot: the sealer moves the cursor and adds the
		// leaves in one transaction.
		err := raw.QueryRowContext(v.ctx, `select count(*) filter (where (e.txid, e.id) <= (c.txid, c.event_id)),
				min(e.id::text) filter (where (e.txid, e.id) <= (c.txid, c.event_id)), count(*), min(e.at)
			from audit_events e cross join audit_cursor c
			where not exists (select 1 from audit_leaves l where l.event_id = e.id)
				and c.cluster in (0, (select system_identifier from pg_control_system()))`).
			Scan(&behind, &first, &v.report.Pending, &oldest)
		if err != nil {
			return fmt.Errorf("looking for lines that were not sealed: %w", err)
		}
		v.report.Oldest = oldest.Time
		if behind > 0 {
			return v.fault(-1, first.String, "the line lies before the newest sealed one and was never sealed: it was slipped in, or its entry was cut off (%d such)", behind)
		}
		var event, what sql.NullString
		err = raw.QueryRowContext(v.ctx, concernsQuery).Scan(&event, &what)
		if err == sql.ErrNoRows {
			return nil
		}
		if err != nil {
			return fmt.Errorf("comparing whom lines concern: %w", err)
		}
		return v.fault(-1, event.String, "%s", what.String)
	})
}

// concernsQuery answers one line whose copies in audit_concerns are not what the
// line says. Its second half looks each copy up by key, whatever the planner
// thinks of the policies.
const concernsQuery = `
(select c.event_id::text, 'an agency is told of this line that it does not concern, or not as it stands'
	from audit_concerns c left join audit_events e on e.id = c.event_id
	where e.id is null or c.agency_id <> all (coalesce(e.concerns, '{}')) or c.action <> e.action or c.refused <> e.refused
		or c.by_person <> (e.side in ('agency', 'clearinghouse') and e.actor_id is not null)
	limit 1)
union all
(select e.id::text, 'an agency that this line concerns is not told of it'
	from audit_events e cross join unnest(e.concerns) as a (agency_id)
	where not coalesce((select true from audit_concerns c where c.agency_id = a.agency_id and c.event_id = e.id), false)
	limit 1)
limit 1`
