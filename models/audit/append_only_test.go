package audit

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"reeve/auth"
	"reeve/models/store"
)

// Neither the program's roles nor the owner change what is written; nobody
// chooses a line's place in the order; nobody writes in another's name.
func TestTheLogIsAppendOnlyForEveryRole(t *testing.T) {
	t.Parallel()
	l := sealedLog(t)
	dana := person(store.NewID(), "Dana", auth.Supervisor)
	l.deed(t, dana, Event{Action: "test.deed", Words: "Did a thing."})
	roles := map[string]struct {
		store *store.Store
		actor auth.Actor
	}{
		"web": {l.Web, dana}, "web, clearinghouse": {l.Web, auth.Actor{Side: auth.SideClearinghouse, AgencyID: store.NewID(), UserID: store.NewID()}},
		"work": {l.Work, auth.System(auth.ForSealing)}, "owner": {l.Owner, auth.System(auth.ForSetup)},
	}
	for _, statement := range []string{
		"update audit_events set words = 'Nothing.'", "delete from audit_events", "truncate audit_events cascade",
		"update audit_concerns set action = 'x'", "delete from audit_concerns", "truncate audit_concerns",
		"update audit_leaves set n = n + 100", "delete from audit_leaves", "truncate audit_leaves",
		"update audit_checkpoints set note = ''", "delete from audit_checkpoints", "truncate audit_checkpoints",
	} {
		for name, r := range roles {
			err := r.store.As(t.Context(), r.actor, func(tx *store.Tx) error { return tx.Exec(statement).Error })
			if !denied(err) {
				t.Errorf("%s as %s: %v, want a refusal", statement, name, err)
			}
		}
	}
	for _, c := range []struct{ why, statement string }{
		{"choose the place in the order", "insert into audit_events (id, txid, at, side, actor_agency, actor_name, action, words) values (gen_random_uuid(), '1', now(), 'agency', app_agency(), 'x', 'x', 'x')"},
		{"write in another agency's name", "insert into audit_events (id, at, side, actor_agency, actor_name, action, words) values (gen_random_uuid(), now(), 'agency', gen_random_uuid(), 'x', 'x', 'x')"},
		{"write as the system", "insert into audit_events (id, at, side, actor_name, action, words) values (gen_random_uuid(), now(), 'system', 'x', 'x', 'x')"},
		{"read the tree", "select n from audit_leaves"},
		{"sign a head", "insert into audit_checkpoints (size, note, at) values (99, '', now())"},
		{"move the sealer's cursor", "update audit_cursor set txid = '9'"},
	} {
		if err := l.Web.As(t.Context(), dana, func(tx *store.Tx) error { return tx.Exec(c.statement).Error }); !denied(err) {
			t.Errorf("the web could %s: %v", c.why, err)
		}
	}
	if r := l.verify(t, ""); !r.OK() || r.Lines != 12 || r.Pending != 1 {
		t.Errorf("after all attempts: %v", r)
	}
}

func denied(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}
