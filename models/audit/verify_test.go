package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"reeve/models/store"
)

// sealedLog has twelve lines sealed in three passes, four lines each.
func sealedLog(t testing.TB) *testLog {
	t.Helper()
	l := newLog(t)
	for range 3 {
		l.deeds(t, 4)
		l.seal(t)
		l.Clock.Advance(time.Minute)
	}
	return l
}

// checkpoints answers every signed note in the form of an export file.
func (l *testLog) checkpoints(t testing.TB) string {
	t.Helper()
	var notes []string
	l.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select note from audit_checkpoints order by size").Scan(&notes).Error
	})
	return strings.Join(notes, "\n") + "\n"
}

func TestAWholeLogVerifies(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	if r := l.verify(t, ""); !r.OK() || r.Lines != 0 {
		t.Errorf("an empty log: %v", r)
	}
	l = sealedLog(t)
	exported := l.checkpoints(t)
	l.deeds(t, 2)
	r := l.verify(t, exported)
	if !r.OK() || r.Lines != 12 || r.Checkpoints < 3 || r.Exported != r.Checkpoints || r.Pending != 2 || r.Late != 0 {
		t.Errorf("%v%+v", r, r)
	}
	// A worker's connection may verify too; the web's may not read the tree.
	if r, err := Verify(t.Context(), l.Work, l.public, VerifyOptions{}); err != nil || !r.OK() {
		t.Errorf("as the worker: %v, %v", r, err)
	}
	if _, err := Verify(t.Context(), l.Web, l.public, VerifyOptions{}); err == nil {
		t.Error("the web role verified a tree that it cannot read")
	}
}

func TestTamperingIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	const event = "(select event_id from audit_leaves where n = 6)"
	for name, c := range map[string]struct {
		tamper []string
		number int64
		what   string
	}{
		"changed words":                   {[]string{"update audit_events set words = 'Did nothing.' where id = " + event}, 6, "not the one that was sealed"},
		"changed time, by a microsecond":  {[]string{"update audit_events set at = at + interval '1 microsecond' where id = " + event}, 6, "not the one that was sealed"},
		"changed detail":                  {[]string{`update audit_events set detail = '{"n": 2}' where id = ` + event}, 6, "not the one that was sealed"},
		"a concerned agency taken out":    {[]string{"update audit_events set concerns = null where id = (select event_id from audit_leaves where n = 7)", "delete from audit_concerns where event_id = (select event_id from audit_leaves where n = 7)"}, 7, "not the one that was sealed"},
		"a deleted line":                  {[]string{"delete from audit_events where id = " + event}, 6, "is gone"},
		"a deleted line with its entry":   {[]string{"delete from audit_events where id = " + event, "delete from audit_leaves where n = 6"}, 6, "no entry at this place"},
		"a line replaced under a new id":  {[]string{"update audit_events set id = gen_random_uuid() where id = " + event}, 6, "is gone"},
		"swapped order":                   {[]string{"update audit_leaves set n = -1 where n = 5", "update audit_leaves set n = 5 where n = 6", "update audit_leaves set n = 6 where n = -1"}, 5, "not in their order"},
		"swapped lines, hashes in place":  {[]string{"create temp table two as select n, event_id from audit_leaves where n in (5, 6)", "alter table audit_leaves drop constraint audit_leaves_event_once", "update audit_leaves l set event_id = two.event_id from two where l.n = 11 - two.n"}, 5, "not the one that was sealed"},
		"an altered leaf hash":            {[]string{`update audit_leaves set hashes = overlay(hashes placing '\x00000000'::bytea from 3 for 4) where n = 6`}, 6, "the line itself is as it was sealed"},
		"an altered hash inside the tree": {[]string{`update audit_leaves set hashes = overlay(hashes placing '\x00000000'::bytea from 40 for 4) where n = 5`}, 5, "the stored hash was changed"},
		"an altered checkpoint":           {[]string{"update audit_checkpoints set note = replace(note, E'\\n8\\n', E'\\n9\\n') where size = 8"}, 7, "not signed by a known key"},
		"a checkpoint filed elsewhere":    {[]string{"update audit_checkpoints set at = at + interval '1 hour' where size = 8"}, 7, "filed under another"},
		"checkpoints swapped":             {[]string{"update audit_checkpoints c set note = (select note from audit_checkpoints where size = 4) where size = 8"}, 7, "filed under another"},
		"the last checkpoint removed":     {[]string{"delete from audit_checkpoints where size = 12"}, 8, "no checkpoint is signed"},
		"the last entries removed":        {[]string{"delete from audit_leaves where n >= 10"}, 10, "no entry at this place"},
		"the end cut off, lines kept":     {[]string{"delete from audit_leaves where n >= 8", "delete from audit_checkpoints where size > 8"}, -1, "never sealed"},
		"a line slipped in":               {[]string{"insert into audit_events (id, txid, at, side, actor_name, action, words) select gen_random_uuid(), txid, at, side, actor_name, action, words from audit_events where id = " + event}, -1, "slipped in"},
		"an agency told too much":         {[]string{"insert into audit_concerns (agency_id, event_id, action, refused) select gen_random_uuid(), event_id, 'test.deed', false from audit_leaves where n = 6"}, -1, "does not concern"},
		"an agency told otherwise":        {[]string{"update audit_concerns set action = 'other.deed' where event_id = (select event_id from audit_leaves where n = 4)"}, -1, "not as it stands"},
		"a person hidden as a machine":    {[]string{"update audit_concerns set by_person = not by_person where event_id = (select event_id from audit_leaves where n = 4)"}, -1, "not as it stands"},
		"an agency told too little":       {[]string{"delete from audit_concerns where event_id = (select event_id from audit_leaves where n = 4)"}, -1, "is not told"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := sealedLog(t)
			l.tamper(t, c.tamper...)
			r := l.verify(t, "")
			if r.OK() || r.Fault.Number != c.number || !strings.Contains(r.Fault.What, c.what) {
				t.Errorf("got %v\nwant line %d: … %s …", r, c.number, c.what)
			}
			if !strings.Contains(r.String(), "NOT whole") {
				t.Errorf("the report says %q", r.String())
			}
		})
	}
}

// Whoever has the database and not the key can rewrite everything and cut the
// end off, but cannot sign what is left.
func TestARewrittenLogIsNotSigned(t *testing.T) {
	t.Parallel()
	l := sealedLog(t)
	kept := l.checkpoints(t)
	l.tamper(t, "update audit_events set words = 'Nothing.' where id = (select event_id from audit_leaves where n = 2)",
		"delete from audit_leaves", "delete from audit_checkpoints", "update audit_cursor set txid = '0', event_id = '00000000-0000-0000-0000-000000000000'")
	other := newLog(t)
	forger := NewSealer(l.Work, other.signer, nil)
	for l.count(t, "select count(*) from audit_leaves") < 12 {
		if _, err := forger.SealOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if r := l.verify(t, ""); r.OK() || !strings.Contains(r.Fault.What, "known key") {
		t.Errorf("sealed anew with another key: %v", r)
	}
	// With the right key, which no administrator of the database has, only a copy
	// kept elsewhere shows it.
	l.tamper(t, "delete from audit_leaves", "delete from audit_checkpoints", "update audit_cursor set txid = '0', event_id = '00000000-0000-0000-0000-000000000000'")
	l.seal(t)
	if r := l.verify(t, ""); !r.OK() {
		t.Errorf("sealed anew with the key itself: %v", r)
	}
	if r := l.verify(t, kept); r.OK() || r.Fault.Number != 3 || !strings.Contains(r.Fault.What, "outside the database signs another log") {
		t.Errorf("compared with a copy kept elsewhere: %v", r)
	}
}

func TestACutOffEndIsFoundByACopyKeptElsewhere(t *testing.T) {
	t.Parallel()
	l := sealedLog(t)
	kept := l.checkpoints(t)
	l.tamper(t, "delete from audit_concerns where event_id in (select event_id from audit_leaves where n >= 8)",
		"delete from audit_events where id in (select event_id from audit_leaves where n >= 8)",
		"delete from audit_leaves where n >= 8", "delete from audit_checkpoints where size > 8")
	if r := l.verify(t, ""); !r.OK() {
		t.Errorf("the database alone should know nothing of it: %v", r)
	}
	r := l.verify(t, kept)
	if r.OK() || r.Fault.Number != 8 || !strings.Contains(r.Fault.What, "covers 12 lines: its end was cut off") {
		t.Errorf("%v", r)
	}
	if r := l.verify(t, strings.Replace(kept, "\n4\n", "\n5\n", 1)); r.OK() || !strings.Contains(r.Fault.What, "export file is not signed") {
		t.Errorf("an altered copy: %v", r)
	}
}

func TestLinesThatBearAnEarlierTimeAreRemarkedOn(t *testing.T) {
	t.Parallel()
	l := sealedLog(t)
	l.Clock.Set(l.Clock.Now().Add(-5 * time.Hour))
	l.deeds(t, 2)
	l.Clock.Set(l.Clock.Now().Add(6 * time.Hour))
	l.seal(t)
	if r := l.verify(t, ""); !r.OK() || r.Late != 2 || !strings.Contains(r.String(), "an hour after") {
		t.Errorf("%v%+v", r, r)
	}
}

func TestALogIsVerifiedOverAKeyChange(t *testing.T) {
	t.Parallel()
	l := sealedLog(t)
	secret, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	first, err := l.public.Verifier(KeyName, l.signer.KeyHash())
	if err != nil {
		t.Fatal(err)
	}
	second, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	l.sealer = NewSealer(l.Work, signer, nil)
	l.deeds(t, 1)
	l.seal(t)
	if r := l.verify(t, ""); r.OK() {
		t.Error("the old key alone verified what the new one signed")
	}
	l.public = note.VerifierList(first, second)
	if r := l.verify(t, ""); !r.OK() || r.Lines != 13 {
		t.Errorf("%v", r)
	}
}

func TestVerifyingReadsWindowByWindow(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.sealer.batch = 1000
	l.bulk(t, verifyWindow+700)
	l.seal(t)
	var told []string
	r, err := Verify(t.Context(), l.Owner, l.public, VerifyOptions{Progress: func(checked, all int64) { told = append(told, fmt.Sprint(checked, "/", all)) }})
	if err != nil || !r.OK() || r.Lines != verifyWindow+700 {
		t.Errorf("%v, %v", r, err)
	}
	if got, want := strings.Join(told, " "), "4096/4796 4796/4796"; got != want {
		t.Errorf("progress: got %s, want %s", got, want)
	}
	l.tamper(t, "update audit_events set ip = '198.51.100.9' where id = (select event_id from audit_leaves where n = 4500)")
	if r := l.verify(t, ""); r.OK() || r.Fault.Number != 4500 {
		t.Errorf("%v", r)
	}
}
