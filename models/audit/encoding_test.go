package audit

import (
	"bytes"
	"database/sql"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models/store"
)

func TestEveryColumnOfAnEventIsSealed(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	var inTable []string
	l.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select attname from pg_attribute where attrelid = 'audit_events'::regclass and attnum > 0 and not attisdropped order by attnum").Scan(&inTable).Error
	})
	var sealed []string
	for _, c := range columns {
		sealed = append(sealed, c.name)
	}
	if got, want := strings.Join(sealed, " "), strings.Join(inTable, " "); got != want {
		t.Errorf("sealed columns:\ngot  %s\nwant %s", got, want)
	}
}

// The form is part of every signature ever made: it must not change.
func TestTheRecordOfALineIsWhatTheDocumentationSays(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	dana := person(store.NewID(), "Dana", auth.Investigator)
	dana.RequestID, dana.IP = "r-1", "192.0.2.7"
	l.Clock.Set(time.Date(2026, 3, 2, 15, 4, 5, 120_000, time.UTC))
	l.deed(t, dana, Event{Action: "file.opened", Number: 123456789, ReportID: store.NewID(), Words: "Opened a file.\nip=9:192.0.2.8",
		Detail: map[string]any{"purpose": "review"}})
	line, into := newRow()
	l.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select " + columnList() + " from audit_events e").Row().Scan(into...)
	})
	got := string(line.encode(nil))
	want := "reeve audit line 1\nid=36:" + line[colID].String + "\ntxid=" + lengthed(line[colTxid].String) +
		"\nat=27:2026-03-02T15:04:05.000120Z\nside=6:agency\nactor_id=36:" + dana.UserID.String() + "\nactor_name=4:Dana\nactor_agency=36:" +
		dana.AgencyID.String() + "\naction=11:file.opened\nrefused=5:false\nreport_id=36:" + line[9].String + "\nreport_number=9:123456789\nsubject=0:\n" +
		"words=29:Opened a file.\nip=9:192.0.2.8\ndetail=21:{\"purpose\": \"review\"}\nrequest_id=3:r-1\nip=9:192.0.2.7\nconcerns=-\n"
	if got != want {
		t.Errorf("the record of a line:\ngot  %s\nwant %s", got, want)
	}
}

func lengthed(s string) string {
	r := make(row, len(columns))
	r[0] = sql.NullString{String: s, Valid: true}
	b := r.encode(nil)
	b = b[len(encodingTitle)+len("id="):]
	return string(b[:bytes.IndexByte(b, '\n')])
}

func TestAnEmptyValueAndNoValueAreDifferentRecords(t *testing.T) {
	t.Parallel()
	empty, none := make(row, len(columns)), make(row, len(columns))
	empty[11] = sql.NullString{Valid: true}
	if bytes.Equal(empty.encode(nil), none.encode(nil)) {
		t.Error("an empty subject and no subject have the same record")
	}
}

func TestIdsOrderLinesByTheirTimeAndThenByWriting(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 15, 4, 5, 999_000, time.UTC)
	a, b, c := lineID(at), lineID(at), lineID(at.Add(time.Microsecond))
	if a.Version() != 7 || a.Variant().String() != "RFC4122" {
		t.Errorf("version %v, variant %v", a.Version(), a.Variant())
	}
	if !(a.String() < b.String() && b.String() < c.String()) {
		t.Errorf("not in order: %v %v %v", a, b, c)
	}
	if first := firstID(at); !(first.String() <= a.String()) || first.String() <= lineID(at.Add(-time.Millisecond)).String() {
		t.Errorf("firstID %v does not divide the milliseconds", first)
	}
}
