-- Deconfliction: two agencies learn that they hold the same identifier, and
-- nothing else.
--
-- No pairs are stored: they would grow as the square of an identifier's
-- popularity. A link is one keyed identifier of one report at one agency. An
-- agency reads its own links; what others hold it learns only through
-- deconfliction_pointers(), which answers agencies and never reports.

-- +goose Up
create table match_links (
  prefix bigint not null,
  mac bytea not null,
  report_id uuid not null,
  agency_id uuid not null,
  kind text not null,
  target boolean not null,
  subject bigint not null,
  at timestamptz,
  linked_at timestamptz not null,
  counted boolean not null default false,
  primary key (agency_id, prefix, report_id, mac)
) with (autovacuum_vacuum_insert_scale_factor = 0.01);
comment on column match_links.target is 'a subject''s, recipient''s or unknown person''s identifier; a victim''s or reporter''s never makes a hit';
comment on column match_links.subject is 'hash that stands for the report''s subject, to count how many different subjects share the value';
comment on column match_links.counted is 'already in match_stats; set by the matcher, so that doing its job twice counts once';
comment on column match_links.at is 'an IP address matches only near its time';
create index match_links_hits on match_links (prefix, report_id desc) include (agency_id, mac, at, subject, linked_at) where target;
create index match_links_report on match_links (report_id, agency_id);

create table match_limits (
  kind text primary key,
  max_subjects integer not null,
  within_days integer not null,
  window_hours integer
);
comment on table match_limits is 'a value shared by more subjects than this within the days is too common to mean anything; an IP matches only within window_hours of the other event';
insert into match_limits (kind, max_subjects, within_days, window_hours) values
  ('email', 50, 90, null), ('phone', 50, 90, null), ('ip', 50, 90, 24), ('screen_name', 50, 90, null),
  ('provider_user', 50, 90, null), ('device', 50, 90, null), ('url', 50, 90, null),
  ('hash_md5', 50, 90, null), ('hash_sha1', 50, 90, null), ('hash_sha256', 50, 90, null), ('hash_pdq', 50, 90, null);

create table match_stats (
  prefix bigint not null,
  mac bytea not null,
  kind text not null,
  links bigint not null,
  primary key (prefix, mac)
);
comment on table match_stats is 'how many links an identifier has, so that "64+" can be given its exact number';

create table deconfliction_notices (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  prefix bigint not null,
  mac bytea not null,
  kind text not null,
  value text not null,
  report_id uuid not null,
  number bigint not null,
  noticed_at timestamptz not null,
  seen_at timestamptz,
  constraint deconfliction_notices_once unique (agency_id, prefix, mac)
);
comment on table deconfliction_notices is 'one notice for each agency and identifier; value and report are the agency''s own';
create index deconfliction_notices_newest on deconfliction_notices (agency_id, noticed_at desc, id desc);

-- These functions read the newest links of an identifier in the order of their
-- index and stop. A planner that believes an identifier to be rare would rather
-- read all its links and sort them, which at a popular one is tens of thousands of
-- pages (measured at a million reports); so sorting and bitmaps are ruled out here.

-- Is this value shared by too many different subjects to mean anything? Looks at
-- the newest 512 links only, so its cost does not follow popularity, and counts the
-- days back from the newest.
create function match_too_common(p_prefix bigint, p_mac bytea, p_kind text) returns boolean
  language sql stable security definer set search_path = public set enable_bitmapscan = off set enable_sort = off
  as $$
    select coalesce((
      select (select count(distinct l.subject) from (
                select subject, linked_at, mac, max(linked_at) over () as newest from (
                  select subject, linked_at, mac from match_links
                   where prefix = p_prefix and target order by report_id desc limit 512) newest_links) l
               where l.mac = p_mac and l.linked_at > l.newest - make_interval(days => m.within_days)) > m.max_subjects
        from match_limits m where m.kind = p_kind), false)
  $$;

-- Who else holds the identifiers of a report that the caller's agency holds?
-- The one window through which an agency sees past its own rows, and it shows:
-- which of the caller's own identifiers, which agency, how many of the newest 64
-- links are theirs, and since when. Never a report, a number or a name. It answers
-- nothing about a report that was not referred to the caller's agency. With a key
-- it looks at that identifier of the report alone. Whether a value is too common is
-- asked once for each identifier, and not at all below 50 links.
create function deconfliction_look(p_report uuid, p_agency uuid, p_prefix bigint, p_mac bytea)
  returns table (prefix bigint, mac bytea, kind text, other_agency uuid, reports integer, since timestamptz, more boolean)
  language sql stable security definer set search_path = public set enable_bitmapscan = off set enable_sort = off
  as $$
    with mine as materialized (
      select l.prefix, l.mac, l.kind, l.report_id, l.at, m.window_hours,
             case when (select count(*) from (select from match_links o where o.prefix = l.prefix and o.target
                                               order by o.report_id desc limit 50) fifty) < 50 then false
                  else match_too_common(l.prefix, l.mac, l.kind) end as common
        from match_links l left join match_limits m on m.kind = l.kind
       where l.report_id = p_report and l.agency_id = p_agency and l.target
         and (p_prefix is null or (l.prefix = p_prefix and l.mac = p_mac))
         and (p_agency = app_agency() or app_side() in ('clearinghouse', 'system')))
    select mine.prefix, mine.mac, mine.kind, o.agency_id, count(*)::integer, min(o.linked_at), bool_or(o.n = 64)
      from mine
      cross join lateral (
        select h.agency_id, h.report_id, h.mac, h.at, h.linked_at, count(*) over () as n from (
          select l.agency_id, l.report_id, l.mac, l.at, l.linked_at from match_links l
           where l.prefix = mine.prefix and l.target
           order by l.report_id desc limit 64) h) o
     where not mine.common and o.mac = mine.mac and o.agency_id <> p_agency
       and o.report_id <> mine.report_id -- one report at two agencies is told once: see report_holders()
       and (mine.window_hours is null or (o.at is not null and mine.at is not null
            and abs(extract(epoch from o.at - mine.at)) <= mine.window_hours * 3600))
     group by mine.prefix, mine.mac, mine.kind, o.agency_id
  $$;

-- All identifiers of a report.
create function deconfliction_pointers(p_report uuid, p_agency uuid)
  returns table (prefix bigint, mac bytea, kind text, other_agency uuid, reports integer, since timestamptz, more boolean)
  language sql stable security definer set search_path = public set enable_bitmapscan = off set enable_sort = off
  as $$ select * from deconfliction_look(p_report, p_agency, null, null) $$;

-- Which other agencies hold this very report? A report may be due to the suspect's
-- agency and to the victim's; each is told of the other once, as the clearinghouse's
-- own copy says where a report was sent. Answers only who holds the report too.
create function report_holders(p_report uuid, p_agency uuid)
  returns table (other_agency uuid, since timestamptz)
  language sql stable security definer set search_path = public set enable_bitmapscan = off set enable_sort = off
  as $$
    select l.agency_id, min(l.linked_at)
      from match_links l
     where l.report_id = p_report and l.agency_id <> p_agency
       and (p_agency = app_agency() or app_side() in ('clearinghouse', 'system'))
       and exists (select 1 from match_links m where m.report_id = p_report and m.agency_id = p_agency)
     group by l.agency_id
  $$;

alter table match_links enable row level security;
alter table match_links force row level security;
create policy agency_reads_own on match_links for select to reeve_web
  using ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy clearinghouse_all on match_links to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on match_links to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
-- The functions above run as the owner of the tables. Links hold keyed hashes and
-- ids, never a clear value, so the owner's reading them needs no purpose.
create policy pointers_read on match_links for select to reeve_owner using (true);
create policy setup_all on match_links to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table match_stats enable row level security;
alter table match_stats force row level security;
create policy clearinghouse_reads on match_stats for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy worker_all on match_stats to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on match_stats to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table deconfliction_notices enable row level security;
alter table deconfliction_notices force row level security;
create policy agency_own on deconfliction_notices for select to reeve_web
  using ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy agency_marks_seen on deconfliction_notices for update to reeve_web
  using ((select app_side()) = 'agency' and agency_id = (select app_agency()))
  with check ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy clearinghouse_reads on deconfliction_notices for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy worker_all on deconfliction_notices to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on deconfliction_notices to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select on match_limits to reeve_web, reeve_work;
grant select, insert on match_links to reeve_web;
grant select, insert, delete, update (counted) on match_links to reeve_work;
grant select on match_stats to reeve_web;
grant select, insert, update on match_stats to reeve_work;
grant select, update (seen_at) on deconfliction_notices to reeve_web;
grant select, insert, update, delete on deconfliction_notices to reeve_work;
revoke execute on function match_too_common(bigint, bytea, text) from public;
revoke execute on function deconfliction_look(uuid, uuid, bigint, bytea) from public;
revoke execute on function deconfliction_pointers(uuid, uuid) from public;
revoke execute on function report_holders(uuid, uuid) from public;
grant execute on function report_holders(uuid, uuid) to reeve_web, reeve_work;
grant execute on function deconfliction_pointers(uuid, uuid) to reeve_web, reeve_work;
grant execute on function deconfliction_look(uuid, uuid, bigint, bytea) to reeve_web, reeve_work;
