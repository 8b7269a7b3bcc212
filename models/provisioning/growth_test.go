package provisioning_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reeve/models/provisioning"
	"reeve/models/store"
)

// crowd makes people of one agency, numbered.
const crowd = `with made as (insert into users (id, agency_id, issuer_id, email, name, roles, state, external_id, created_at)
	select gen_random_uuid(), i.agency_id, i.id, 'p' || n || '@' || a.code || '.example', 'Person ' || n, '{investigator}', 'active', 'x-' || n, now()
	  from issuers i join agencies a on a.id = i.agency_id, generate_series(?::int, ?::int) n where a.code = ? returning id, agency_id, email)
	insert into scim_users (user_id, agency_id, user_name) select id, agency_id, 'name of ' || email from made`

// What a directory asks all the time costs the same however many people other
// agencies have, and a person is found at the same cost among ten times as many of
// the agency's own. The count that a page of people must give (RFC 7644 3.4.2.4)
// reads the agency's part of one index and no row.
func TestAskingCostsTheSameAtAnyNumberOfPeople(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many people")
	}
	t.Parallel()
	o := open(t)
	dir := o.directory(t, o.ines)
	load := func(agency string, from, to int) {
		o.Setup(t, func(tx *store.Tx) error { return tx.Exec(crowd, from, to, agency).Error })
		conn, err := pgx.Connect(t.Context(), o.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		// What a snapshot elsewhere in the database still needs, a vacuum leaves for the
		// next one; then an index alone is not enough to answer.
		for range 50 {
			if _, err := conn.Exec(t.Context(), "vacuum analyze users, scim_users"); err != nil {
				t.Fatal(err)
			}
			var done bool
			if err := conn.QueryRow(t.Context(), "select bool_and(relallvisible = relpages) from pg_class where relname in ('users', 'scim_users')").Scan(&done); err != nil {
				t.Fatal(err)
			}
			if done {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatal("something holds an old snapshot")
	}
	asks := map[string]provisioning.Query{
		"userName": {Start: 1, Count: 100, Where: []provisioning.Is{{Attr: provisioning.ByUserName, Value: "Name of p77@bay.example"}}},
		"e-mail":   {Start: 1, Count: 100, Where: []provisioning.Is{{Attr: provisioning.ByEmail, Value: "p77@bay.example"}, {Attr: provisioning.ByActive, Value: "true"}}},
		"external": {Start: 1, Count: 100, Where: []provisioning.Is{{Attr: provisioning.ByExternalID, Value: "x-77"}}},
		"name":     {Start: 1, Count: 100, Where: []provisioning.Is{{Attr: provisioning.ByDisplayName, Value: "person 77"}}},
		"page":     {Start: 101, Count: 50},
		"count":    {Start: 1},
	}
	cost := func() map[string]int {
		out := map[string]int{}
		for name, q := range asks {
			want := 1
			if len(q.Where) == 0 {
				want = 0
			}
			list := o.Statements(t, func() {
				page, err := o.svc.Users(t.Context(), dir, q)
				if err != nil || want == 1 && (page.Total != 1 || page.People[0].Email != "p77@bay.example") {
					t.Fatalf("%s: %+v (%v)", name, page, err)
				}
			})
			for _, s := range list {
				for _, generic := range []bool{false, true} {
					plan := o.Explain(t, dir, s, generic)
					out[name] = max(out[name], 0) + plan.Buffers
					t.Logf("%s, generic %v: %d buffers", name, generic, plan.Buffers)
					if testing.Verbose() && plan.Buffers > 100 {
						t.Log(plan.Text)
					}
				}
			}
		}
		return out
	}
	load("bay", 1, 400)
	load("beside", 1, 2000)
	small := cost()
	load("beside", 2001, 20000)
	for name, n := range cost() {
		if n > small[name]+small[name]/5+16 {
			t.Errorf("%s: %d buffers beside 2,000 strangers, %d beside 20,000", name, small[name], n)
		}
	}
	load("bay", 401, 4000)
	for name, n := range cost() {
		most := small[name] + small[name]/5 + 16
		if name == "count" || name == "page" {
			most += 2 * 4000 / 30 // the count, by two plans: some thirty people to a page of an index
		}
		if n > most {
			t.Errorf("%s: %d buffers among 400 colleagues, %d among 4,000", name, small[name], n)
		}
	}
}
