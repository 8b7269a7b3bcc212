package audit

import (
	"database/sql"
)

// sweep is what a sealer remembers while it looks through the whole log once,
// after a dump was restored into another Postgres cluster. There transaction ids
// began anew, so the cursor says nothing: lines of before may lie above the
// horizon for ever, and new ones below the cursor. The sweep seals every line that
// is not, batch by batch; only when it is through does the cursor move to the
// horizon at which it began, since whatever committed meanwhile lies above that.
type sweep struct {
	begun   bool
	horizon string
	after   place
}

// sweepQuery reads the next lines that are not sealed, wherever they lie.
var sweepQuery = `select ` + columnList() + ` from audit_events e
where (e.txid, e.id) > ($1::text::xid8, $2::text::uuid)
  and not coalesce((select true from audit_leaves l where l.event_id = e.id), false)
order by e.txid, e.id`

// runSweep does the next batch of a sweep.
func (p *pass) runSweep(raw *sql.Tx, sw *sweep) (int, error) {
	if !sw.begun {
		*sw = sweep{begun: true, horizon: p.horizon, after: before("0")}
	}
	lines, err := p.read(raw, sweepQuery, sw.after.txid, sw.after.id)
	if err != nil {
		return 0, err
	}
	if len(lines) < p.limit {
		p.cursor = before(sw.horizon)
		*sw = sweep{}
		if len(lines) == 0 {
			return 0, p.move(raw, p.cursor)
		}
		return len(lines), p.seal(raw, lines, p.cursor)
	}
	last := lines[len(lines)-1]
	sw.after = place{last[colTxid].String, last[colID].String}
	p.here = p.cluster // not through yet: the cursor still belongs to the old cluster
	return len(lines), p.seal(raw, lines, p.cursor)
}
