-- Links: reports about the same incident, supplements, and bundles.
--
-- Linked reports stay reports of their own: nothing is merged, both keep their
-- numbers. A pair is linked once. An agency learns of a link only when it holds both
-- reports, since a link names the other one; of bundles agencies learn nothing.

-- +goose Up
create table report_links (
  id uuid primary key,
  earlier uuid not null references reports (id),
  later uuid not null references reports (id),
  kind text not null constraint report_links_kind_known check (kind in ('supplement', 'duplicate', 'same-incident')),
  state text not null constraint report_links_state_known check (state in ('found', 'confirmed', 'rejected')),
  how text not null constraint report_links_how_known check (how in ('prior-number', 'same-user', 'shared-file', 'shared-identifier', 'by-hand')),
  why text not null,
  score real not null,
  found_at timestamptz not null,
  found_by uuid,
  found_by_name text not null,
  decided_at timestamptz,
  decided_by_name text not null default '',
  decided_why text not null default '',
  version integer not null default 1,
  constraint report_links_two check (earlier <> later)
);
create unique index report_links_once on report_links (least(earlier, later), greatest(earlier, later));
create index report_links_earlier on report_links (earlier, id);
create index report_links_later on report_links (later, id);
comment on column report_links.later is 'the supplement, where it is one';

create table report_bundles (
  head uuid primary key references reports (id),
  file_sha256 bytea not null constraint report_bundles_file_once unique,
  why text not null,
  size integer not null default 0,
  settled text not null default '' constraint report_bundles_settled_known check (settled in ('', 'kept', 'apart')),
  made_at timestamptz not null
);
comment on table report_bundles is 'reports of one widely spread file: one row at the desk stands for many';
comment on column report_bundles.settled is 'what became of it when its head was decided: kept, all are informational with it; apart, each is decided by itself';
comment on column report_bundles.size is 'how many reports the head stands for besides itself';

create table report_bundle_members (
  report_id uuid primary key references reports (id),
  head uuid not null references report_bundles (head),
  joined_at timestamptz not null,
  was_waiting boolean not null,
  left_at timestamptz,
  left_by_name text not null default ''
);
comment on column report_bundle_members.was_waiting is 'it waited at the desk, where the head now stands for it';
comment on column report_bundle_members.left_at is 'a person took it out: it stands for itself and is not put in again';
create index report_bundle_members_head on report_bundle_members (head, report_id);

-- Files with the same bytes, newest first: bounded looks only.
create index files_sha256_newest on files (sha256, received_at desc);

-- Who must look again, because the provider sent more about a report they hold.
alter table referrals
  add column look_again_at timestamptz,
  add column look_again_why text not null default '';
comment on column referrals.look_again_at is 'the provider sent more about it since; cleared when somebody opens or dismisses it';
create index referrals_look_again on referrals (agency_id, urgency desc, received_at desc, id desc) where look_again_at is not null;
create index referrals_look_again_newest on referrals (agency_id, received_at desc, id desc) where look_again_at is not null;

alter table report_links enable row level security;
alter table report_links force row level security;
create policy people_read on report_links for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then exists (select 1 from referrals f where f.report_id = report_links.earlier and f.agency_id = (select app_agency()))
      and exists (select 1 from referrals f where f.report_id = report_links.later and f.agency_id = (select app_agency()))
    else false end);
create policy clearinghouse_links on report_links for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_decides on report_links for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on report_links to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on report_links to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table report_bundles enable row level security;
alter table report_bundles force row level security;
create policy clearinghouse_all on report_bundles to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on report_bundles to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on report_bundles to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table report_bundle_members enable row level security;
alter table report_bundle_members force row level security;
create policy clearinghouse_all on report_bundle_members to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on report_bundle_members to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on report_bundle_members to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert, update on report_links, report_bundles, report_bundle_members to reeve_web, reeve_work;
