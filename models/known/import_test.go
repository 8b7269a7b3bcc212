package known_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/known"
	"reeve/models/store"
)

const (
	md5A = "0123456789abcdef0123456789abcdef"
	pdqA = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
)

func vics(records ...string) string { return `{"value": [` + strings.Join(records, ",\n") + "]}\n" }

const record = `{"MD5": "` + md5A + `", "Category": 1, "Series": "A", "VictimIdentified": "true", "IsDistributed": true, "AlternativeHashes": [{"HashName": "PDQ", "HashValue": "` + pdqA + `"}]}`

func TestASetIsImportedWholeAndOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := vics(record, `{"MD5": "`+md5A+`"}`)
	set, err := h.s.Import(t.Context(), h.sam, draft("First"), strings.NewReader(file))
	h.must(err)
	got := h.set(set.ID)
	if got.State != models.KnownActive || got.Entries != 2 || got.Pictures != 1 || got.Lines != 2 || got.Bytes != int64(len(file)) || got.Format != "vics" || got.Change == 0 || len(got.FileSHA256) != 32 || got.MadeByName != "Sam" {
		t.Errorf("%+v", got)
	}
	if n := h.rows("known_hashes where set_no = ? and n = 1 and category = '1' and series = 'A' and victim_identified and flags = 2 and length(pdq) = 32 and sha1 is null", got.Number); n != 1 {
		t.Error("the first record is not as the file had it")
	}
	_, err = h.s.Import(t.Context(), h.sam, draft("Again"), strings.NewReader(file))
	h.kind("the same file again", err, models.Conflict)
	if !strings.Contains(models.MessageOf(err), `"First", by Sam`) {
		t.Error(models.MessageOf(err))
	}
	if n, m := h.rows("known_hashes"), h.rows("known_sets where state = 'failed' and cleared and problem like 'This very file%'"); n != 2 || m != 1 {
		t.Errorf("%d hashes, %d failed sets", n, m)
	}
	if h.lines("known.begun") != 2 || h.lines("known.imported") != 1 || h.lines("known.failed") != 1 {
		t.Error("the audit log does not say so")
	}
	// A file may come back after its set was withdrawn.
	_, err = h.s.Withdraw(t.Context(), h.sam, set.ID.String(), "It was the wrong list", got.Version)
	h.must(err)
	if _, err = h.s.Import(t.Context(), h.sam, draft("Once more"), strings.NewReader(file)); err != nil {
		t.Error(err)
	}
}

func TestNothingOfABrokenFileIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	many := strings.Repeat(`{"MD5": "`+md5A+`"},`+"\n", 25_000)
	_, err := h.s.Import(t.Context(), h.sam, draft("Broken"), strings.NewReader(`{"value": [`+many+`{"MD5": "`+md5A+`5"}]}`))
	h.kind("a wrong hash after 25,000 records", err, models.Invalid)
	if m := models.FieldsOf(err)["file"]; !strings.Contains(m, "Line 25001, column") || !strings.Contains(m, "record 25001") || !strings.Contains(m, "33 characters") || !strings.Contains(m, "Nothing of the file was kept") {
		t.Error(m)
	}
	if n := h.rows("known_hashes"); n != 0 {
		t.Errorf("%d hashes are kept", n)
	}
	if n := h.rows("known_sets where state = 'failed' and cleared and problem_line = 25001 and change = 0"); n != 1 {
		t.Error("the failed set does not say where")
	}
}

func TestFieldsOfASetAreChecked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := draft("")
	d.Scheme, d.Note = "a\nb", strings.Repeat("x", 501)
	_, err := h.s.Import(t.Context(), h.sam, d, strings.NewReader(vics(record)))
	h.kind("an empty form", err, models.Invalid)
	for _, field := range []string{"name", "scheme", "note"} {
		if models.FieldsOf(err)[field] == "" {
			t.Errorf("nothing is said of %s", field)
		}
	}
	if h.rows("known_sets") != 0 {
		t.Error("a set was made")
	}
}

// slow hands out a file record by record and lets the test act in between.
type slow struct {
	parts  []string
	before func(part int)
	at     int
}

func (s *slow) Read(p []byte) (int, error) {
	if s.at == len(s.parts) {
		return 0, io.EOF
	}
	s.before(s.at)
	n := copy(p, s.parts[s.at])
	if s.parts[s.at] = s.parts[s.at][n:]; s.parts[s.at] == "" {
		s.at++
	}
	return n, nil
}

func TestASetUnderWayIsSeenCountsForNothingAndCanBeCancelled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	half := strings.Repeat(md5A+"\n", 12_000)
	d := draft("Slow")
	d.FileSize = int64(2*len(half) + 4)
	stopped := false
	_, err := h.s.Import(t.Context(), h.sam, d, &slow{parts: []string{"md5\n", half, half}, before: func(part int) {
		if part < 2 || stopped {
			return
		}
		stopped = true
		page, err := h.s.List(t.Context(), h.sam, "")
		h.must(err)
		if r := page.Rows[0]; r.State != models.KnownImporting || r.FileSize != d.FileSize {
			t.Errorf("the list says %+v", r)
		}
		set, err := h.s.Cancel(t.Context(), h.sam, page.Rows[0].ID.String())
		h.must(err)
		_, err = h.s.Cancel(t.Context(), h.sam, set.ID.String())
		h.kind("cancelling twice", err, models.Conflict)
	}})
	h.kind("a cancelled import", err, models.Conflict)
	if !stopped || h.rows("known_hashes") != 0 || h.rows("known_sets where state = 'failed' and problem = 'It was cancelled by Sam.'") != 1 || h.lines("known.cancelled") != 1 {
		t.Error("something of it is left, or nothing says so")
	}
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := h.s.Import(ctx, h.sam, draft("Gone"), &slow{parts: []string{"md5\n", strings.Repeat(md5A+"\n", 30_000), md5A + "\n"}, before: func(part int) {
		if part == 2 {
			cancel()
		}
	}})
	if err == nil || h.rows("known_hashes") != 0 || h.rows("known_sets where state = 'failed' and problem like 'The upload broke off%'") != 1 {
		t.Errorf("%v; %d hashes", err, h.rows("known_hashes"))
	}
}

func TestWhatAKilledImportLeftIsSwept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Setup(t, func(tx *store.Tx) error {
		for i, beat := range []time.Time{tx.Now.Add(-time.Hour), tx.Now.Add(-time.Minute)} {
			var number int
			err := tx.Raw("insert into known_sets (id, name, scheme, state, made_at, beat_at) values (?, ?, 'x', 'importing', ?, ?) returning number", store.NewID(), []string{"dead", "alive"}[i], beat, beat).Row().Scan(&number)
			if err == nil {
				err = tx.Exec("insert into known_hashes (set_no, n, md5) select ?, n, decode(md5(n::text), 'hex') from generate_series(1, 30000) n", number).Error
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	for range 2 { // again is harmless
		h.must(known.New(h.Work).Sweep(t.Context()))
	}
	if h.rows("known_sets where name = 'dead' and state = 'failed' and cleared and problem like 'Its import broke off%'") != 1 || h.rows("known_sets where name = 'alive' and state = 'importing'") != 1 || h.rows("known_hashes") != 30_000 {
		t.Errorf("%d hashes are left", h.rows("known_hashes"))
	}
	if h.lines("known.failed") != 1 {
		t.Error("the audit log does not say once that it failed")
	}
}

func TestOnlyThoseWhoMayTouchHashSets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	set := h.listed("First", md5A+",,,,1,")
	before := h.rows("audit_events where refused")
	const nowhere = "0190aaaa-0000-7000-8000-000000000000"
	deeds := map[string]func(a auth.Actor, id string) error{
		"list":     func(a auth.Actor, _ string) error { _, err := h.s.List(t.Context(), a, ""); return err },
		"show":     func(a auth.Actor, id string) error { _, err := h.s.Show(t.Context(), a, id, ""); return err },
		"cancel":   func(a auth.Actor, id string) error { _, err := h.s.Cancel(t.Context(), a, id); return err },
		"withdraw": func(a auth.Actor, id string) error { _, err := h.s.Withdraw(t.Context(), a, id, "why", 2); return err },
		"import": func(a auth.Actor, _ string) error {
			_, err := h.s.Import(t.Context(), a, draft("x"), strings.NewReader(vics(record)))
			return err
		},
	}
	for name, deed := range deeds {
		for _, who := range []auth.Actor{h.avery, h.dana} {
			h.kind(name+" as "+who.Name, deed(who, set.ID.String()), models.Forbidden)
		}
		if err := deed(auth.Actor{}, set.ID.String()); err == nil {
			t.Errorf("%s as nobody is allowed", name)
		}
		if name != "list" && name != "import" {
			h.kind(name+" of none", deed(h.sam, nowhere), models.NotFound)
			h.kind(name+" of no id", deed(h.sam, "x"), models.NotFound)
		}
	}
	if n := h.rows("audit_events where refused") - before; n != 5*2+3*2 {
		t.Errorf("%d refusals are written", n)
	}
	if got := h.set(set.ID); got.State != models.KnownActive || h.rows("known_sets") != 1 || h.rows("known_hashes") != 1 {
		t.Errorf("something was done: %+v", got)
	}
	// The database itself shows an agency nothing.
	for _, table := range []string{"known_sets", "known_hashes"} {
		var n int
		h.must(h.Web.As(t.Context(), h.dana, func(tx *store.Tx) error { return tx.Raw("select count(*) from " + table).Row().Scan(&n) }))
		if n != 0 {
			t.Errorf("an agency sees %d rows of %s", n, table)
		}
	}
}

func TestAStorageFaultIsNotBlamedOnTheFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.s.Import(t.Context(), h.sam, draft("x"), io.MultiReader(strings.NewReader("md5\n"), failing{}))
	if models.KindOf(err) != models.Internal || h.rows("known_sets where state = 'failed' and problem like '%fault on our side%'") != 1 {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }
