package agencies_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"reeve/auth"
	"reeve/models/agencies"
	"reeve/models/store"
)

// crowd makes agencies n.. below and beside the hub, eight people each.
const crowd = `
insert into agencies (id, code, name, kind, parent_id, zone, created_at)
  select gen_random_uuid(), 'g-' || g, 'Agency ' || g, 'agency', case when g % 2 = 0 then (select id from agencies where code = 'hub') end, 'UTC', now() from generate_series(?::int, ?::int) g;
`

const crowdPeople = `
insert into issuers (id, agency_id, url, client_id, created_at)
  select gen_random_uuid(), a.id, 'https://' || a.code || '.example', 'reeve', now() from agencies a where a.code like 'g-%' and not exists (select 1 from issuers i where i.agency_id = a.id);
insert into users (id, agency_id, issuer_id, email, name, roles, state, created_at, last_sign_in_at)
  select gen_random_uuid(), i.agency_id, i.id, p || '@' || i.url, 'Person ' || p, case when p = 1 then '{agency-admin}'::text[] else '{investigator}'::text[] end, 'active', now(), now() - p * interval '1 day'
    from issuers i cross join generate_series(1, 8) p where i.url like 'https://g-%' and not exists (select 1 from users u where u.issuer_id = i.id);
`

// The pages are as quick with 5,500 agencies as with 1,500: their figures are counted
// for the rows that are shown, and only a search looks through all names.
func TestPagesOfAgenciesCostTheSameAtAnyNumber(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many agencies")
	}
	t.Parallel()
	s := setup(t)
	load := func(from, to int) {
		s.db.Setup(t, func(tx *store.Tx) error {
			for _, step := range []struct {
				sql  string
				args []any
			}{{crowd, []any{from, to}}, {crowdPeople, nil}} {
				if err := tx.Exec(step.sql, step.args...).Error; err != nil {
					return err
				}
			}
			return nil
		})
		conn, err := pgx.Connect(t.Context(), s.db.URL)
		noError(t, "connecting", err)
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), "vacuum analyze")
		noError(t, "vacuum", err)
	}
	type page struct {
		name string
		who  auth.Actor
		run  func() error
		more int // buffers that it may cost more at 5,500
	}
	house, hub := s.who["clearinghouse"], s.who["hub"]
	list := func(f agencies.Filter) func() error {
		return func() error { _, err := s.svc.List(t.Context(), house, f, ""); return err }
	}
	pages := []page{
		{"roots", house, list(agencies.Filter{}), 300},
		{"all", house, list(agencies.Filter{Which: agencies.All}), 300},
		{"closed", house, list(agencies.Filter{Which: agencies.Closed}), 150},
		{"search", house, list(agencies.Filter{Words: "agency 4"}), 2500},
		{"profile", house, func() error { _, err := s.svc.Show(t.Context(), house, "hub"); return err }, 400},
		{"settings", hub, func() error { _, err := s.svc.Settings(t.Context(), hub, ""); return err }, 300}, // its own tree is four times as large
	}
	cost := func() map[string]int {
		out := map[string]int{}
		for _, p := range pages {
			for _, q := range s.db.Statements(t, func() { noError(t, p.name, p.run()) }) {
				if strings.HasPrefix(strings.ToLower(q.SQL), "insert") {
					continue // the audit line; the log has its own test of growth
				}
				plan := s.db.Explain(t, p.who, q, false)
				out[p.name] += plan.Buffers
			}
		}
		return out
	}
	load(1, 1500)
	small := cost()
	load(1501, 5500)
	large := cost()
	for _, p := range pages {
		t.Logf("%-10s %5d buffers with 1,500 agencies, %5d with 5,500", p.name, small[p.name], large[p.name])
		if large[p.name] > small[p.name]+p.more {
			t.Errorf("%s: %d buffers with 1,500 agencies, %d with 5,500", p.name, small[p.name], large[p.name])
		}
	}
}
