package bulk

// prelude makes agencies, people and providers, and one row for each report from
// which the rest is made. What stands in braces is the options'; "pick" is a number
// from 0 to n-1 that depends on the row and a salt alone, and "lean" is one that is
// small far more often than large: the first of n comes up with the cube root of 1/n.
var prelude = []string{
	`create schema bulk;
create function bulk.pick(i bigint, salt int, n int) returns int language sql immutable
  return abs(hashint8extended(i, salt) % n)::int;
create function bulk.lean(i bigint, salt int, n int) returns int language sql immutable
  return floor(n * power(abs(hashint8extended(i, salt) % 1000003) / 1000003.0::float8, 3))::int;
create function bulk.agency(i int) returns uuid language sql immutable
  return ('01900000-0000-7000-9000-' || lpad(to_hex(i), 12, '0'))::uuid;
create function bulk.provider(i int) returns uuid language sql immutable
  return ('01900000-0000-7000-a000-' || lpad(to_hex(i), 12, '0'))::uuid;
create function bulk.id(at timestamptz, i bigint, salt int) returns uuid language sql stable
  return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(salt), 3, '0') || '8' ||
    substr(lpad(to_hex(hashint8extended(i, salt)), 16, '0'), 2))::uuid;
create function bulk.bytes(i bigint, salt int) returns bytea language sql immutable
  return int8send(hashint8extended(i, salt)) || int8send(hashint8extended(i, salt + 1)) || int8send(hashint8extended(i, salt + 2)) || int8send(hashint8extended(i, salt + 3));
create unlogged table bulk.keys (kind text, n int, value text, prefix bigint, mac bytea)`,

	`insert into agencies (id, code, name, kind, zone, contact_name, contact_email, contact_phone, demonstration, created_at)
select bulk.agency(i), 'bulk-' || i, 'Agency ' || i || ' (made up)', 'agency', 'America/Los_Angeles',
       'Desk ' || i, 'desk@a' || i || '.example', '+1 202 555 0101', true, timestamptz '2020-01-01' from generate_series(1, {agencies}) i
union all select '01900000-0000-7000-9000-00000000c1ea', 'clearinghouse', 'Clearinghouse (made up)', 'clearinghouse', 'UTC', '', '', '', true, timestamptz '2020-01-01'
union all select '01900000-0000-7000-9000-000000009001', 'pool-bulk', 'Pool (made up)', 'pool', 'UTC', '', '', '', true, timestamptz '2020-01-01';
insert into providers (id, code, name, demonstration, created_at)
select bulk.provider(i), 'bulk-' || i, 'Provider ' || i || ' (made up)', true, timestamptz '2020-01-01' from generate_series(1, {providers}) i;
insert into issuers (id, agency_id, url, client_id, created_at) values
  ('01900000-0000-7000-8000-0000000000b1', bulk.agency(1), 'http://127.0.0.1:1/bulk-1', 'reeve', '2020-01-01'),
  ('01900000-0000-7000-8000-0000000000b2', '01900000-0000-7000-9000-00000000c1ea', 'http://127.0.0.1:1/clearinghouse', 'reeve', '2020-01-01');
insert into users (id, agency_id, issuer_id, subject, email, name, roles, state, created_at) values
  ('{investigator}', bulk.agency(1), '01900000-0000-7000-8000-0000000000b1', 'ira', 'ira@a1.example', 'Ira Example', array['investigator'], 'active', '2020-01-01'),
  ('{supervisor}', bulk.agency(1), '01900000-0000-7000-8000-0000000000b1', 'sol', 'sol@a1.example', 'Sol Example', array['supervisor', 'agency-admin'], 'active', '2020-01-01'),
  ('{staff}', '01900000-0000-7000-9000-00000000c1ea', '01900000-0000-7000-8000-0000000000b2', 'dee', 'dee@house.example', 'Dee Example',
   array['analyst', 'desk-supervisor', 'clearinghouse-admin', 'auditor'], 'active', '2020-01-01')`,

	// One row a report, from which all the others are made.
	`create unlogged table bulk.made as
select i, bulk.bytes(i, 100) as sum, bulk.id(at, i, 1) as id, bulk.id(at, i, 2) as referral, bulk.id(at, i, 3) as decision, at,
       100000000 + i * 7919 as number, bulk.provider(1 + bulk.lean(i, 4, {providers})) as provider,
       case when r < {desk} then null when r < {desk} + {pool} then '01900000-0000-7000-9000-000000009001'::uuid
            when bulk.pick(i, 5, 1000) < {largest} then bulk.agency(1) else bulk.agency(1 + bulk.lean(i, 6, {agencies})) end as agency,
       case when bulk.pick(i, 7, 1000) < {shared} then 'again' || bulk.lean(i, 8, {addresses}) || '@mail.example'
            else 'person' || i || '@mail.example' end as email,
       bulk.pick(i, 7, 1000) < {shared} as shared,
       bulk.pick(i, 14, {ips}) as ip,
       case when r < {desk} + {pool} then 0 else bulk.pick(i, 9, 100) end as state,
       (array[3, 3, 3, 2, 1])[1 + bulk.pick(i, 10, 5)]::smallint as priority, bulk.pick(i, 11, 10) = 0 as urgent,
       (array['Child Pornography (possession, manufacture, and distribution)', 'Online Enticement of Children for Sexual Acts',
              'Misleading Domain Name', 'Unsolicited Obscene Material Sent to a Child', 'Child Sex Tourism'])[1 + bulk.lean(i, 12, 5)] as type
  from (select i::bigint as i, '{until}'::timestamptz - (({N} - i)::float8 / {N}) * interval '730 days' as at,
               bulk.pick(i, 13, 1000) as r from generate_series(1, {N}) i) s`,
}

// ofReports makes reports, referrals and what became of them.
var ofReports = []string{
	`insert into report_numbers select number, id from bulk.made;
insert into reports (id, number, provider_id, state, incident_type, incident_at, opened_at, modified_at, finished_at, preserve_until, reported,
  submission_sha256, priority, urgent, urgency, subject_label, subject_key, files_total, files_locked, routing_round, desk)
select id, number, provider, 'finished', type, at - interval '2 days', at, at, at, at + interval '1 year', '{document}',
       sum, priority, urgent, (4 - priority) * 2 + urgent::int, email, hashtextextended(email, 0), 1, i % 2, 1,
       case when agency is null then 'waiting' else 'none' end from bulk.made;
insert into report_documents (id, report_id, provider_id, kind, body, size, sha256, received_at)
select bulk.id(at, i, 20), id, provider, 'report', '\x3c', 1, sum, at from bulk.made;
insert into files (id, public_id, report_id, provider_id, name, size, md5, sha1, sha256, storage_key, received_at, viewed)
select bulk.id(at, i, 21), 'a' || substr(encode(sum, 'hex'), 2, 31), id, provider, 'picture.png', 10240, substr(sum, 1, 16),
       substr(sum, 1, 20), sum, 'none', at, case when i % 2 = 0 then true end from bulk.made;
insert into routing_decisions (id, report_id, round, decided_at, decided_by_name, rules_version, decision, released)
select decision, id, 1, at, 'Reeve (routing)', 'bulk', '{}', 'rule' from bulk.made`,

	// New, taken, in work, closed, returned, overdue where upkeep would have said so; of the largest agency's newest forty
	// some wait to be returned, since that state lasts ten minutes. Urgent ones are overdue no sooner than others: a window of
	// six days holds more rows the larger the load, and the newest overdue would lie further apart for no reason but that.
	`insert into referrals (id, report_id, number, agency_id, provider_id, decision_id, capacity, basis, hop, confidence, why, place, incident_type,
  incident_at, subject, priority, urgent, urgency, priority_why, received_at, referred_at, preserve_until, files_total, files_locked, shared,
  state, assignee_id, assignee, first_read_at, first_act_at, closed_at, heard_at, outcome, outcome_at, usefulness, overdue, return_due_at, updated_at, updated_by)
select referral, id, number, agency, provider, decision, 'suspect', case when state = 0 then 'pool' else 'rule' end, 1, 0.95,
       'Subject''s home address', 'Example County', type, at - interval '2 days', email, priority, urgent, (4 - priority) * 2 + urgent::int,
       'stated by the provider', at, at, at + interval '1 year', 1, (i % 2)::int, case when shared then 1 else 0 end, became,
       case when mine then '{investigator}'::uuid end, case when mine then 'Ira Example' else '' end,
       case when state >= 26 then at + interval '2 hours' end, case when state >= 30 then at + interval '3 hours' end,
       case when became = 'closed' then at + interval '9 days' end,
       case when state between 26 and 60 then greatest(at + interval '3 hours', '{until}'::timestamptz - bulk.pick(i, 19, 80) * interval '1 day')
            when state >= 26 then at + interval '9 days' end,
       outcome, case when outcome <> '' then at + interval '9 days' end, case when outcome <> '' then bulk.pick(i, 15, 3) end,
       state < 26 and at < '{until}'::timestamptz - interval '7 days', case when became = 'returning' then '{until}'::timestamptz + interval '5 minutes' end,
       at, 'Ira Example'
  from (select *, agency = bulk.agency(1) and became in ('taken', 'working') and bulk.pick(i, 16, 10) > 0 as mine,
               case became when 'returned' then 'ret.wrong_jurisdiction' when 'working' then 'open.investigating'
                 when 'closed' then (array['closed.arrest', 'closed.insufficient.no_ip', 'link.duplicate', 'closed.no_resources'])[1 + bulk.pick(i, 17, 4)]
                 else '' end as outcome
          from (select *, case when agency = bulk.agency(1) and i > {N} - 40 and state between 30 and 60 then 'returning' when state < 30 then 'new' when state < 42 then 'taken' when state < 61 then 'working'
                  when state < 96 then 'closed' else 'returned' end as became from bulk.made where agency is not null) b) s`,

	`insert into outcomes (id, referral_id, report_id, agency_id, code, usefulness, recorded_by, recorded_by_name, recorded_at, before)
select bulk.id(outcome_at, number, 50), id, report_id, agency_id, outcome, usefulness, '{investigator}', 'Ira Example', outcome_at, '{}'
  from referrals where outcome <> '';
insert into board_cells (scope, scope_id, key, n)
select s.scope, s.scope_id, k.key, sum(r.n)
  from (select agency_id, provider_id, to_char(referred_at at time zone 'UTC', 'YYYY-MM') as month, state, outcome, overdue,
               first_read_at is not null as opened, first_act_at is not null as acted, count(*) as n from referrals group by 1, 2, 3, 4, 5, 6, 7, 8) r
  cross join lateral unnest(array_remove(array['received', 'state:' || state, case when outcome <> '' then 'outcome:' || outcome end,
    case when overdue then 'overdue' end, case when opened then 'opened' end, case when acted then 'acted' end], null)) k(key)
  cross join lateral (values ('all', ''), ('agency', agency_id::text), ('provider', provider_id::text), ('month', month)) s(scope, scope_id)
 group by 1, 2, 3`,
}

// ofIdentifiers makes identifiers, links, notices and the audit log, at the same time.
var ofIdentifiers = []string{
	`insert into identifiers (id, report_id, kind, whose, reported, value, matchable, source, at, event, prefix, mac)
select bulk.id(at, i, 30), id, 'email', 'subject', email, email, true, 'subject, e-mail 1', null::timestamptz, '', hashint8extended(i, 104), bulk.bytes(i, 104)
  from bulk.made where not shared
union all select bulk.id(m.at, m.i, 30), m.id, 'email', 'subject', m.email, m.email, true, 'subject, e-mail 1', null, '', k.prefix, k.mac
  from bulk.made m join bulk.keys k on k.kind = 'email' and k.value = m.email where m.shared
union all select bulk.id(m.at, m.i, 31), m.id, 'ip', 'subject', k.value, k.value, true, 'subject, connection 1', m.at - interval '2 days', 'Upload', k.prefix, k.mac
  from bulk.made m join bulk.keys k on k.kind = 'ip' and k.n = m.ip
union all select bulk.id(at, i, 32), id, 'hash_sha256', 'subject', encode(sum, 'hex'), encode(sum, 'hex'), true, 'file 1', null, '', hashint8extended(i, 108), bulk.bytes(i, 108)
  from bulk.made
order by 1;
insert into match_links (prefix, mac, report_id, agency_id, kind, target, subject, at, linked_at, counted)
select d.prefix, d.mac, d.report_id, m.agency, d.kind, true, hashtextextended(m.email, 0), d.at, m.at, true
  from identifiers d join bulk.made m on m.id = d.report_id where m.agency is not null;
insert into match_stats select prefix, mac, min(kind), count(*) from match_links group by prefix, mac having count(*) > 1;
insert into deconfliction_notices (id, agency_id, prefix, mac, kind, value, report_id, number, noticed_at)
select bulk.id(m.at, m.i, 40 + n.k), n.agency_id, n.prefix, n.mac, n.kind, k.value, m.id, m.number, m.at
  from (select l.agency_id, l.prefix, l.mac, l.kind, case l.kind when 'ip' then 1 else 0 end as k, max(l.report_id::text)::uuid as report_id
          from match_links l join match_stats s on s.prefix = l.prefix and s.mac = l.mac group by 1, 2, 3, 4, 5) n
  join bulk.made m on m.id = n.report_id join bulk.keys k on k.prefix = n.prefix`,

	// Two lines a referral: it was made, and somebody read it. What the worker and
	// the desk did concerns the agency, what its own people did is theirs.
	`insert into audit_events (id, at, side, actor_id, actor_name, actor_agency, action, refused, report_id, report_number, words, concerns)
select bulk.id(at, i, 60), at, 'system', null::uuid, 'Reeve (routing)', null::uuid, 'report.referred', false, id, number, 'Referred the report.', array[agency]
  from bulk.made where agency is not null
union all
select bulk.id(at + interval '2 hours', i, 61), at + interval '2 hours', 'agency', '{investigator}'::uuid, 'Ira Example', agency, 'report.read', bulk.pick(i, 18, 10) = 0,
       id, number, 'Read the report.', null from bulk.made where agency is not null and state >= 26
order by 1;
insert into audit_concerns (agency_id, event_id, action, refused)
select concerns[1], id, action, refused from audit_events where concerns is not null`,
}
