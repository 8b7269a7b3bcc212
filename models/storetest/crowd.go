package storetest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"reeve/auth"
	"reeve/models"
)

// Crowd is the size and the people of a bulk load.
type Crowd struct {
	Large, Small  models.Agency // half of all reports go to Large
	Clearinghouse models.Agency
	Holder        auth.Actor // holds a tenth of what is taken at Large
	Common, Rare  models.Provider
}

// The incident types of a crowd.
const (
	CrowdType     = "Type 1"
	CrowdRareType = "Type rare"
)

// CrowdSizes are the two sizes at which a test of growth compares costs: 10,000 and
// 30,000 reports, or as many as REEVE_GROWTH says for the larger.
func CrowdSizes(t testing.TB) (small, large int) {
	t.Helper()
	text := os.Getenv("REEVE_GROWTH")
	if text == "" {
		return 10_000, 30_000
	}
	large, err := strconv.Atoi(text)
	if err != nil || large < 20_000 {
		t.Fatalf("REEVE_GROWTH=%q: want a number of at least 20000", text)
	}
	return 10_000, large
}

// crowdRows makes reports from..to with their numbers, identifiers, referrals,
// links and outcomes inside Postgres, all by hash functions, so that a load can be
// repeated and enlarged. Times are spread over 700 days whatever the size; ids grow
// with time as UUIDv7 do. Every list of the large agency is full at 10,000 reports.
const crowdRows = `
create temp table crowd on commit drop as
select g, h, 100000000 + g::bigint as number, at,
       (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(m, 1, 3) || '8' || substr(m, 4, 15))::uuid as id,
       (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(m, 17, 3) || '9' || substr(m, 2, 15))::uuid as referral,
       case when h %% 2 = 0 then '%[3]s'::uuid else '%[4]s'::uuid end as agency,
       case when h / 2 %% 200 = 0 then '%[6]s'::uuid else '%[5]s'::uuid end as provider,
       case when h / 400 %% 200 = 0 then 'Type rare' else 'Type ' || h / 400 %% 9 end as type,
       (2 + h / 7 %% 6)::smallint as urgency,
       (array['closed','closed','closed','closed','closed','closed','closed','closed','closed','closed','closed','closed','returned',
              'new','new','new','taken','taken','working','working'])[1 + h / 11 %% 20] as state
  from (select g, ('x' || substr(md5(g::text), 1, 7))::bit(28)::int as h, md5('m' || g) as m,
               timestamptz '2026-03-01 00:00Z' - (('x' || substr(md5('t' || g), 1, 8))::bit(32)::bigint + 2147483648) %% 60480000 * interval '1 second' as at
          from generate_series(%[1]d, %[2]d) g) x;
insert into report_numbers (number, report_id) select number, id from crowd;
insert into reports (id, number, provider_id, state, incident_type, incident_at, opened_at, modified_at, finished_at, submission_sha256, priority, urgent, urgency, subject_label, reported)
select id, number, provider, 'finished', type, at - interval '2 days', at, at, at, '\x00', 4 - urgency / 2, urgency %% 2 = 1, urgency, 'subject ' || g, '{}' from crowd;
insert into referrals (id, report_id, number, agency_id, provider_id, capacity, basis, hop, confidence, why, place, incident_type, incident_at, subject, priority, urgent, urgency,
  priority_why, received_at, referred_at, preserve_until, files_total, files_locked, shared, state, assignee_id, assignee, first_read_at, first_act_at, heard_at, outcome, outcome_at,
  usefulness, overdue, version, updated_at, updated_by)
select referral, id, number, agency, provider, 'suspect', 'rule', 1, 0.95, 'Subject''s home address', 'Test County', type, at - interval '2 days', 'subject ' || g,
  4 - urgency / 2, urgency %% 2 = 1, urgency, 'stated by the provider', at, at + interval '1 minute', at + interval '1 year', 3, 1, (h / 13 %% 10 = 0)::int, state,
  case when state in ('taken', 'working') and h / 17 %% 10 = 0 then '%[7]s'::uuid end, case when state in ('taken', 'working') and h / 17 %% 10 = 0 then 'Holder' else '' end,
  case when state <> 'new' or h / 19 %% 2 = 0 then at + interval '1 hour' end, case when state <> 'new' then at + interval '2 hours' end,
  case when state <> 'new' or h / 19 %% 2 = 0 then at + interval '2 hours' end,
  case state when 'closed' then (array['closed.arrest','link.duplicate','closed.insufficient.no_ip','closed.no_resources'])[1 + h / 23 %% 4] when 'returned' then 'ret.wrong_jurisdiction' else '' end,
  case when state in ('closed', 'returned') then at + interval '9 days' end, case when state = 'closed' then (h / 29 %% 3)::smallint end,
  state in ('new', 'taken', 'working') and h / 31 %% 10 = 0, 1, at, 'Holder' from crowd;
insert into identifiers (id, report_id, kind, whose, reported, value, matchable, source, prefix, mac)
select gen_random_uuid(), id, k.kind, k.whose, k.value, k.value, true, k.whose || ' 1', ('x' || substr(md5(k.value), 1, 16))::bit(64)::bigint, decode(md5(k.value) || md5(k.value), 'hex')
  from crowd cross join lateral (values ('email', 'subject', 'own-' || g || '@mail.example'), ('email', 'recipient', 'shared-' || h %% 40 || '@mail.example')) k(kind, whose, value);
insert into match_links (prefix, mac, report_id, agency_id, kind, target, subject, linked_at)
select i.prefix, i.mac, c.id, c.agency, i.kind, true, c.h, c.at from crowd c join identifiers i on i.report_id = c.id;
insert into outcomes (id, referral_id, report_id, agency_id, code, recorded_by, recorded_by_name, recorded_at, before)
select gen_random_uuid(), referral, id, agency, 'closed.arrest', '%[7]s', 'Holder', at + interval '9 days', '{}' from crowd where state = 'closed';
`

// NewCrowd makes the agencies and people of a load.
func (d *DB) NewCrowd(t testing.TB) *Crowd {
	t.Helper()
	c := &Crowd{Large: d.Agency(t, "large"), Small: d.Agency(t, "small"), Clearinghouse: d.Clearinghouse(t), Common: d.Provider(t, "Common"), Rare: d.Provider(t, "Rare")}
	c.Holder = d.Person(t, c.Large, "Holder", auth.Investigator)
	return c
}

// Load adds the reports from..to and lets Postgres look at what there is.
func (d *DB) Load(t testing.TB, c *Crowd, from, to int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, d.URL)
	if err != nil {
		t.Fatalf("loading: %v", err)
	}
	defer conn.Close(ctx)
	rows := fmt.Sprintf(crowdRows, from, to, c.Large.ID, c.Small.ID, c.Common.ID, c.Rare.ID, c.Holder.UserID)
	for _, step := range []string{
		// A superuser's session writes past policies and foreign keys.
		"set session_replication_role = replica",
		// Indexes are made anew after the rows, which takes a tenth of the time.
		`create temp table remade as select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as def from pg_index
		  where indrelid in ('reports'::regclass, 'referrals'::regclass, 'identifiers'::regclass, 'match_links'::regclass, 'outcomes'::regclass)
		    and not exists (select 1 from pg_constraint where conindid = indexrelid)`,
		"do $$ declare r record; begin for r in select name from remade loop execute 'drop index ' || r.name; end loop; end $$",
		"begin;" + rows + "commit",
		"do $$ declare r record; begin for r in select def from remade loop execute r.def; end loop; end $$",
		"vacuum analyze",
	} {
		if _, err := conn.Exec(ctx, step, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatalf("loading %d to %d: %v", from, to, err)
		}
	}
}
