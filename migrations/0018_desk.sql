-- The desk's spine: what several of its rooms write and all of them read.
--
-- A label is somebody's word about a report or a file, in a named scheme, so that
-- several schemes stand side by side and none overwrites another. A mark is what
-- comparing a file with known material said; it is kept apart from labels because a
-- machine made it and may make it again. Rules that people edit are versions: a row
-- that is published never changes, and every decision names the one it was made by.

-- +goose Up
create table labels (
  id uuid primary key,
  report_id uuid not null references reports (id),
  file_id uuid references files (id),
  scheme text not null,
  value text not null,
  source text not null constraint labels_source_known check (source in ('person', 'known', 'provider', 'rule')),
  side text not null constraint labels_side_known check (side in ('clearinghouse', 'agency', 'machine')),
  agency_id uuid references agencies (id),
  labelled_by uuid,
  labelled_by_name text not null default '',
  labelled_at timestamptz not null,
  why text not null default '',
  review text not null default 'none' constraint labels_review_known check (review in ('none', 'asked', 'agreed', 'disputed')),
  review_why text not null default '',
  reviewed_by uuid,
  reviewed_by_name text not null default '',
  reviewed_at timestamptz,
  removed_at timestamptz,
  removed_by_name text not null default '',
  version integer not null default 1,
  -- The second person is another person.
  constraint labels_second_person check (reviewed_by is null or reviewed_by is distinct from labelled_by)
);
comment on column labels.file_id is 'null: about the report as a whole';
comment on column labels.side is 'an agency''s labels are seen by that agency and the clearinghouse alone, so that none learns who else works on the report';
comment on column labels.agency_id is 'whose person said so; null for machines and providers';
comment on column labels.removed_at is 'withdrawn, and kept: a label that was relied upon must be found again';
create index labels_report on labels (report_id, id);
create index labels_review on labels (labelled_at, id) where review = 'asked' and removed_at is null;
create index labels_disputed on labels (reviewed_at, id) where review = 'disputed' and removed_at is null;

create table file_marks (
  id uuid primary key,
  report_id uuid not null references reports (id),
  file_id uuid not null references files (id),
  how text not null constraint file_marks_how_known check (how in ('exact', 'near', 'unreadable', 'refused', 'new')),
  distance smallint,
  set_id uuid,
  set_name text not null default '',
  category text not null default '',
  series text not null default '',
  words text not null default '',
  marked_at timestamptz not null,
  constraint file_marks_near_has_distance check ((how = 'near') = (distance is not null))
);
comment on column file_marks.how is 'exact: its bytes are listed; near: its picture is within 31 bits of a listed one; unreadable and refused: its content was to be compared and could not be; new: everything that may be compared was, and nothing fits';
comment on column file_marks.distance is 'bits by which two PDQ hashes differ';
create unique index file_marks_once on file_marks (file_id, how, set_id) nulls not distinct;
create index file_marks_report on file_marks (report_id, id);
create index file_marks_set on file_marks (set_id, id) where set_id is not null;

create table rule_versions (
  id uuid primary key,
  kind text not null constraint rule_versions_kind_known check (kind in ('priority', 'routing')),
  number integer not null,
  state text not null constraint rule_versions_state_known check (state in ('draft', 'published', 'dropped')),
  tables jsonb not null,
  based_on text not null default '',
  note text not null default '',
  tried jsonb,
  made_by uuid,
  made_by_name text not null,
  made_at timestamptz not null,
  changed_at timestamptz not null,
  published_by uuid,
  published_by_name text not null default '',
  published_at timestamptz,
  version integer not null default 1,
  constraint rule_versions_number_unique unique (kind, number),
  constraint rule_versions_published_has_time check ((state = 'published') = (published_at is not null))
);
comment on table rule_versions is 'rules that people edited; without a published row the rules built into the program hold';
comment on column rule_versions.tables is 'the rules as CSV text by table name, as the pure packages read them';
comment on column rule_versions.tried is 'what the last trial on recent reports said, and of which text';
create index rule_versions_current on rule_versions (kind, published_at desc) where state = 'published';

-- What a person decided about a report at the desk. The proposal stays in assessment.
alter table reports
  add column rules_version text not null default '',
  add column decided_by uuid,
  add column decided_by_name text not null default '',
  add column decided_at timestamptz,
  add column decided_why text not null default '';
comment on column reports.rules_version is 'of the priority rules that the proposal was made by';
comment on column reports.decided_at is 'when an analyst decided class and priority; null: they are as proposed';

alter table labels enable row level security;
alter table labels force row level security;
create policy people_read on labels for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then (side <> 'agency' or agency_id = (select app_agency()))
      and exists (select 1 from referrals f where f.report_id = labels.report_id and f.agency_id = (select app_agency()))
    else false end);
-- A person labels and withdraws in the name of their own agency. The second look at
-- another's label is the clearinghouse's.
create policy people_label on labels for insert to reeve_web
  with check (agency_id = (select app_agency()) and side = (select app_side()) and case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then exists (select 1 from referrals f where f.report_id = labels.report_id and f.agency_id = (select app_agency()))
    else false end);
create policy people_change on labels for update to reeve_web
  using (case (select app_side()) when 'clearinghouse' then true when 'agency' then agency_id = (select app_agency()) else false end)
  with check (case (select app_side()) when 'clearinghouse' then true when 'agency' then agency_id = (select app_agency()) else false end);
create policy worker_all on labels to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on labels to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table file_marks enable row level security;
alter table file_marks force row level security;
create policy people_read on file_marks for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then exists (select 1 from referrals f where f.report_id = file_marks.report_id and f.agency_id = (select app_agency()))
    else false end);
create policy worker_all on file_marks to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on file_marks to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table rule_versions enable row level security;
alter table rule_versions force row level security;
create policy clearinghouse_all on rule_versions to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on rule_versions for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on rule_versions to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert, update on labels to reeve_web;
grant select, insert, update on labels to reeve_work;
grant select on file_marks to reeve_web;
grant select, insert, update, delete on file_marks to reeve_work;
grant select, insert, update on rule_versions to reeve_web;
grant select on rule_versions to reeve_work;
