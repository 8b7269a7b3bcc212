package audit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"reeve/models/store"
)

// verifyWindow is how many leaves are read at a time.
const verifyWindow = 4096

// lateAfter is how long a line may stay unsealed before Verify remarks on it.
const lateAfter = time.Hour

// VerifyOptions are what Verify may be given besides the public key.
type VerifyOptions struct {
	Exported io.Reader                // an export file (see ExportFile), or nil
	Progress func(checked, all int64) // told now and then, or nil
}

// Verify reads the whole log and checks, from the public key alone, that every
// sealed line is as it was when it was sealed, in its place, that none is missing
// or slipped in, that every checkpoint is signed and agrees, and that only the
// newest lines are not sealed yet. It reads on a store of the owner's or the
// worker's role, in constant memory, while the portal runs.
//
// What it finds wrong is in the report's Fault, the first one only; an error
// means that it could not check. Several keys may be known, after a rotation.
// Against cutting off the newest lines together with their checkpoints the
// database alone proves nothing: give an export file.
func Verify(ctx context.Context, s *store.Store, known note.Verifiers, o VerifyOptions) (Report, error) {
	v := &verifier{ctx: ctx, store: s, known: known, report: Report{}}
	if o.Exported != nil {
		v.exports = newExportReader(o.Exported)
	}
	err := v.run(o.Progress)
	if errors.Is(err, errFault) {
		err = nil
	}
	if err != nil {
		return Report{}, fmt.Errorf("verifying the audit log: %w", err)
	}
	return v.report, nil
}

// errFault ends the verification once the report holds a fault.
var errFault = errors.New("audit: a fault was found")

type verifier struct {
	ctx    context.Context
	store  *store.Store
	known  note.Verifiers
	report Report

	edge     edge      // of the tree rebuilt from the lines
	previous time.Time // the time of the last checkpoint passed
	suspect  *Fault    // a line that disagrees with its leaf, until a checkpoint says which is wrong
	exports  *exportReader
	export   *Checkpoint // the next exported one, read ahead
	buf      []byte
}

// fault notes what is wrong, unless something earlier already was.
func (v *verifier) fault(n int64, event, format string, args ...any) error {
	v.report.Fault = v.suspect
	if v.suspect == nil {
		v.report.Fault = &Fault{Number: n, EventID: event, What: fmt.Sprintf(format, args...)}
	}
	return errFault
}

// leafRow is a leaf beside its event.
type leafRow struct {
	n      int64
	event  string
	stored []byte
	found  bool
	line   row
}

// pointRow is a stored checkpoint.
type pointRow struct {
	size int64
	note string
	at   time.Time
}

func (v *verifier) run(progress func(checked, all int64)) error {
	leaves, head, err := v.extent()
	if err != nil {
		return err
	}
	if err := v.nextExport(); err != nil {
		return err
	}
	for from := int64(0); from < max(leaves, head); from += verifyWindow {
		to := min(from+verifyWindow, max(leaves, head))
		rows, points, err := v.window(from, to)
		if err != nil {
			return err
		}
		for n := from; n < to; n++ {
			if len(rows) == 0 || rows[0].n != n {
				return v.fault(n, "", "the log has no entry at this place; its last checkpoint covers %d", head)
			}
			if err := v.leaf(rows[0]); err != nil {
				return err
			}
			rows = rows[1:]
			for len(points) > 0 && points[0].size == n+1 {
				if err := v.point(points[0]); err != nil {
					return err
				}
				points = points[1:]
			}
			if err := v.exported(); err != nil {
				return err
			}
		}
		if progress != nil {
			progress(to, leaves)
		}
	}
	if leaves > head {
		return v.fault(head, "", "from here on no checkpoint is signed; one was removed, or entries were added without the sealer")
	}
	if v.suspect != nil {
		v.report.Fault = v.suspect
		return errFault
	}
	if err := v.exportedRest(); err != nil {
		return err
	}
	return v.outside()
}

// extent answers the number of leaves and the size of the newest checkpoint, at
// one moment. What is sealed after it is not looked at.
func (v *verifier) extent() (leaves, head int64, err error) {
	err = v.read(func(raw *sql.Tx) error {
		return raw.QueryRowContext(v.ctx, `select (select coalesce(max(n) + 1, 0) from audit_leaves),
			(select coalesce(max(size), 0) from audit_checkpoints)`).Scan(&leaves, &head)
	})
	return leaves, head, err
}

// leaf checks one entry and appends it to the rebuilt tree.
func (v *verifier) leaf(l leafRow) error {
	if v.suspect == nil {
		v.report.Lines = l.n
	}
	if !l.found {
		return v.fault(l.n, l.event, "the line that was sealed here is gone")
	}
	var h tlog.Hash
	h, v.buf = l.line.hash(v.buf)
	hashes := packHashes(v.edge.append(h))
	if v.suspect == nil {
		switch {
		case len(l.stored) < tlog.HashSize || !bytes.Equal(h[:], l.stored[:tlog.HashSize]):
			v.suspect = &Fault{Number: l.n, EventID: l.event,
				What: "the line is not the one that was sealed here: it was changed, or another put in its place"}
		case !bytes.Equal(hashes, l.stored):
			v.suspect = &Fault{Number: l.n, EventID: l.event, What: "entries up to here are not the ones that were sealed, or not in their order"}
		default:
			v.report.Lines = l.n + 1
		}
	}
	at, err := time.Parse(atLayout, l.line[colAt].String)
	if err != nil {
		return v.fault(l.n, l.event, "the line bears no time that can be read: %q", l.line[colAt].String)
	}
	if at.Before(v.previous.Add(-lateAfter)) {
		if v.report.Late == 0 {
			v.report.FirstLate = l.event
		}
		v.report.Late++
	}
	return nil
}

// point checks a stored checkpoint against the tree rebuilt so far. When a line
// disagreed with its leaf, the signed root says which of the two was altered.
func (v *verifier) point(p pointRow) error {
	c, err := OpenCheckpoint(p.note, v.known)
	agrees := err == nil && c.Size == p.size && c.Root == v.edge.root()
	switch {
	case v.suspect != nil:
		if agrees {
			v.suspect.What = "the stored hash was changed; the line itself is as it was sealed"
		}
		v.report.Fault = v.suspect
		return errFault
	case err != nil:
		return v.fault(p.size-1, "", "the checkpoint after this line is not signed by a known key: %v", err)
	case c.Size != p.size || !c.At.Equal(p.at):
		return v.fault(p.size-1, "", "the checkpoint after this line is filed under another size or time than it was signed with (%d lines, %s)", c.Size, c.At.Format(atLayout))
	case !agrees:
		return v.fault(p.size-1, "", "the checkpoint after this line signs another log: lines up to here were replaced, with their hashes")
	}
	v.previous = c.At
	v.report.Checkpoints++
	v.report.Head, v.report.Root = c.At, c.Root.String()
	return nil
}
