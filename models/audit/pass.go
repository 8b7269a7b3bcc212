package audit

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"reeve/models/store"
)

// catchUpAfter is how many transactions without an audit line move the cursor.
const catchUpAfter = 10_000

// place is a point in the order of sealing: after the line with this transaction
// id and id.
type place struct{ txid, id string }

// before is the place before the first line of a transaction id.
func before(txid string) place { return place{txid, uuid.Nil.String()} }

// pass is one sealing transaction.
type pass struct {
	*store.Tx
	key   note.Signer
	limit int

	cursor  place
	horizon string // the oldest transaction id still running
	cluster int64  // which Postgres cluster the cursor's transaction ids belong to
	here    int64  // which one this is
}

// sealQuery reads the next lines of the order: those after the cursor and below
// the horizon. Lines already sealed lie in that range only after a dump was
// restored into another cluster (see sweep); the sub-select is written so that it
// can be nothing but one index look-up per line.
var sealQuery = `select ` + columnList() + ` from audit_events e
where (e.txid, e.id) > ($1::text::xid8, $2::text::uuid) and e.txid < $3::text::xid8
  and not coalesce((select true from audit_leaves l where l.event_id = e.id), false)
order by e.txid, e.id`

// run seals what is due and answers how many lines that was.
func (p *pass) run(sw *sweep) (int, error) {
	raw, err := rawTx(p.Tx)
	if err != nil {
		return 0, err
	}
	var mine bool
	if err := raw.QueryRowContext(p.Context(), "select pg_try_advisory_xact_lock($1)", int64(sealLock)).Scan(&mine); err != nil || !mine {
		return 0, err
	}
	err = raw.QueryRowContext(p.Context(), `select txid::text, event_id::text, cluster,
		pg_snapshot_xmin(pg_current_snapshot())::text, (select system_identifier from pg_control_system()) from audit_cursor`).
		Scan(&p.cursor.txid, &p.cursor.id, &p.cluster, &p.horizon, &p.here)
	if err != nil {
		return 0, fmt.Errorf("reading how far the log is sealed: %w", err)
	}
	if p.cluster != 0 && p.cluster != p.here {
		return p.runSweep(raw, sw)
	}
	lines, err := p.read(raw, sealQuery, p.cursor.txid, p.cursor.id, p.horizon)
	if err != nil {
		return 0, err
	}
	if len(lines) == 0 {
		return 0, p.catchUp(raw)
	}
	next := before(p.horizon) // all below the horizon is read
	if len(lines) == p.limit {
		last := lines[len(lines)-1]
		next = place{last[colTxid].String, last[colID].String}
	}
	return len(lines), p.seal(raw, lines, next)
}

// catchUp moves the cursor to the horizon when much else has happened in the
// database since the last line, so that the range to look through stays small
// even where a restored dump filled it with lines of before.
func (p *pass) catchUp(raw *sql.Tx) error {
	from, err := strconv.ParseUint(p.cursor.txid, 10, 64)
	if err != nil {
		return fmt.Errorf("reading the cursor: %w", err)
	}
	to, err := strconv.ParseUint(p.horizon, 10, 64)
	if err != nil {
		return fmt.Errorf("reading the horizon: %w", err)
	}
	if to < from+catchUpAfter {
		return nil
	}
	return p.move(raw, before(p.horizon))
}

func (p *pass) read(raw *sql.Tx, query string, args ...any) ([]row, error) {
	rows, err := raw.QueryContext(p.Context(), query+first(p.limit), args...)
	if err != nil {
		return nil, fmt.Errorf("reading lines to seal: %w", err)
	}
	defer rows.Close()
	var lines []row
	for rows.Next() {
		line, into := newRow()
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("reading a line to seal: %w", err)
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

// seal appends the lines, signs the new head and moves the cursor.
func (p *pass) seal(raw *sql.Tx, lines []row, next place) error {
	e, err := p.loadEdge(raw)
	if err != nil {
		return err
	}
	ns, ids, hashes := make([]int64, len(lines)), make([]string, len(lines)), make([][]byte, len(lines))
	var buf []byte
	for i, line := range lines {
		var leaf tlog.Hash
		leaf, buf = line.hash(buf)
		ns[i], ids[i] = e.size, line[colID].String
		hashes[i] = packHashes(e.append(leaf))
	}
	_, err = raw.ExecContext(p.Context(), `insert into audit_leaves (n, event_id, hashes)
		select n, id::uuid, h from unnest($1::bigint[], $2::text[], $3::bytea[]) as l (n, id, h)`, ns, ids, hashes)
	if err != nil {
		return fmt.Errorf("appending leaves: %w", err)
	}
	c := Checkpoint{Size: e.size, Root: e.root(), At: p.Now.Truncate(time.Microsecond)}
	signed, err := c.sign(p.key)
	if err != nil {
		return err
	}
	if _, err := raw.ExecContext(p.Context(), "insert into audit_checkpoints (size, note, at) values ($1, $2, $3)", c.Size, signed, c.At); err != nil {
		return fmt.Errorf("writing checkpoint %d: %w", c.Size, err)
	}
	return p.move(raw, next)
}

// move sets the cursor.
func (p *pass) move(raw *sql.Tx, to place) error {
	_, err := raw.ExecContext(p.Context(), "update audit_cursor set txid = $1::text::xid8, event_id = $2::text::uuid, cluster = $3",
		to.txid, to.id, p.here)
	if err != nil {
		return fmt.Errorf("noting how far the log is sealed: %w", err)
	}
	return nil
}

// loadEdge reads the tree's right edge and refuses it unless it is what the last
// checkpoint signed: altered hashes must not be signed anew.
func (p *pass) loadEdge(raw *sql.Tx) (*edge, error) {
	var leaves int64
	var signed sql.NullString
	err := raw.QueryRowContext(p.Context(), `select (select coalesce(max(n) + 1, 0) from audit_leaves),
		(select note from audit_checkpoints order by size desc limit 1)`).Scan(&leaves, &signed)
	if err != nil {
		return nil, fmt.Errorf("reading the log's head: %w", err)
	}
	e := &edge{size: leaves}
	if !signed.Valid && leaves == 0 {
		return e, nil
	}
	head, err := unverified(signed.String)
	if err != nil {
		return nil, err
	}
	if head.Size != leaves {
		return nil, fmt.Errorf("the log has %d sealed lines, its last checkpoint says %d", leaves, head.Size)
	}
	rows, err := raw.QueryContext(p.Context(), "select n, hashes from audit_leaves where n = any($1)", edgeLeaves(leaves))
	if err != nil {
		return nil, fmt.Errorf("reading the tree's edge: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var stored []byte
		if err := rows.Scan(&n, &stored); err != nil {
			return nil, fmt.Errorf("reading the tree's edge: %w", err)
		}
		if err := e.take(n, stored); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the tree's edge: %w", err)
	}
	if e.root() != head.Root {
		return nil, fmt.Errorf("the stored hashes of the log's %d lines are not those that were signed", leaves)
	}
	return e, nil
}

// unverified reads a checkpoint without its signature, which needs the public key.
func unverified(signed string) (Checkpoint, error) {
	_, err := note.Open([]byte(signed), note.VerifierList())
	var u *note.UnverifiedNoteError
	if !errors.As(err, &u) {
		return Checkpoint{}, fmt.Errorf("the last checkpoint cannot be read: %w", err)
	}
	return parseCheckpoint(u.Note.Text)
}

// rawTx is the transaction beneath gorm's, which would take a slice apart instead
// of sending it as an array.
func rawTx(tx *store.Tx) (*sql.Tx, error) {
	raw, ok := tx.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return nil, fmt.Errorf("audit: no transaction but %T", tx.Statement.ConnPool)
	}
	return raw, nil
}
