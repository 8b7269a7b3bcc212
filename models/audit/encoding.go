package audit

import (
	"database/sql"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// column is one column of audit_events and the SQL that gives its text form.
type column struct{ name, sql string }

// columns are all columns of an event in the order in which they are sealed. A
// new column must be added at the end, under a new encodingTitle, with the old
// form kept for the lines sealed before.
var columns = []column{
	{"id", "e.id::text"},
	{"txid", "e.txid::text"},
	{"at", `to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`},
	{"side", "e.side"},
	{"actor_id", "e.actor_id::text"},
	{"actor_name", "e.actor_name"},
	{"actor_agency", "e.actor_agency::text"},
	{"action", "e.action"},
	{"refused", "e.refused::text"},
	{"report_id", "e.report_id::text"},
	{"report_number", "e.report_number::text"},
	{"subject", "e.subject"},
	{"words", "e.words"},
	{"detail", "e.detail::text"},
	{"request_id", "e.request_id"},
	{"ip", "e.ip"},
	{"concerns", "array_to_string(e.concerns, ' ')"},
}

// Places of the columns that sealing and verifying look at themselves.
const (
	colID   = 0
	colTxid = 1
	colAt   = 2
)

// atLayout is the text form of "at": UTC, always six decimals, as Postgres keeps it.
const atLayout = "2006-01-02T15:04:05.000000Z"

// encodingTitle is the first line of every record and names this encoding.
const encodingTitle = "reeve audit line 1\n"

// columnList is the select list that fills a row.
func columnList() string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = c.sql
	}
	return strings.Join(parts, ", ")
}

// row is one event as text, column by column.
type row []sql.NullString

// newRow answers a row and where a scan puts its columns.
func newRow() (row, []any) {
	r := make(row, len(columns))
	into := make([]any, len(columns))
	for i := range r {
		into[i] = &r[i]
	}
	return r, into
}

// encode appends the record of a line, from which its leaf is hashed. It is the
// title, then each column on a line of its own as name=length:value, the length
// in bytes, or name=- when the column is null. Lengths make it unambiguous:
// no value can pass for the end of itself and the start of the next column.
func (r row) encode(b []byte) []byte {
	b = append(b, encodingTitle...)
	for i, c := range columns {
		b = append(b, c.name...)
		if !r[i].Valid {
			b = append(b, "=-\n"...)
			continue
		}
		b = append(b, '=')
		b = strconv.AppendInt(b, int64(len(r[i].String)), 10)
		b = append(b, ':')
		b = append(b, r[i].String...)
		b = append(b, '\n')
	}
	return b
}

// hash is the leaf's hash; buf is reused and answered.
func (r row) hash(buf []byte) (tlog.Hash, []byte) {
	buf = r.encode(buf[:0])
	return tlog.RecordHash(buf), buf
}
