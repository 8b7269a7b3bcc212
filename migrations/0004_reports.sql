-- Reports as received, and our reading of them.
--
-- What was sent is kept three times over, each for its own reader: the received
-- bytes (evidence), the parsed document (the page), and the columns and
-- identifiers that we read out of it (queues, matching). None overwrites another.
--
-- A report's number is random, so that it tells nothing about how many there are;
-- a plain table turns it into the id, so that reports themselves can one day be
-- partitioned by id.

-- +goose Up
create table report_numbers (
  number bigint primary key,
  report_id uuid not null
);

create table reports (
  id uuid primary key,
  number bigint not null,
  provider_id uuid references providers (id),
  state text not null constraint reports_state_known check (state in ('open', 'finished', 'retracted', 'expired')),
  batched boolean not null default false,
  incident_type text not null default '',
  incident_at timestamptz,
  opened_at timestamptz not null,
  modified_at timestamptz not null,
  finished_at timestamptz,
  ended_at timestamptz,
  preserve_until timestamptz,
  reported jsonb,
  submission_sha256 bytea not null,
  newer integer not null default 0,
  class text not null default 'referral' constraint reports_class_known check (class in ('referral', 'informational')),
  priority smallint not null default 3 constraint reports_priority_known check (priority between 1 and 3),
  urgent boolean not null default false,
  urgency smallint not null default 2,
  assessment jsonb,
  subject_label text not null default '',
  subject_key bigint not null default 0,
  files_total integer not null default 0,
  files_locked integer not null default 0,
  routing_round smallint not null default 0,
  desk text not null default 'none' constraint reports_desk_known check (desk in ('none', 'waiting', 'done')),
  desk_why text not null default '',
  version integer not null default 1,
  constraint reports_finished_has_time check (state <> 'finished' or finished_at is not null)
);
alter table reports alter column reported set compression lz4;
comment on column reports.reported is 'the parsed document as sent (models.Reported); null once erased';
comment on column reports.submission_sha256 is 'hash of the received submission; stays when the bytes are erased';
comment on column reports.newer is 'how many elements were kept that our schema does not know';
comment on column reports.priority is 'the clearinghouse''s: 1 imminent, 2 near, 3 past or unclear';
comment on column reports.urgency is 'sort column, bigger first: (4 - priority) * 2, plus 1 when urgent';
comment on column reports.assessment is 'priority.Result: reasons and what is missing';
comment on column reports.preserve_until is 'a finished provider report asks for preservation for one year from submission (18 U.S.C. 2258A(h)); null: no statutory clock';
comment on column reports.routing_round is 'how often it was routed; the third hop goes to a pool';
create index reports_same_submission on reports (provider_id, submission_sha256);
create index reports_open on reports (modified_at, id) where state = 'open';
create index reports_erasable on reports (ended_at) where state in ('retracted', 'expired') and reported is not null;
-- With what the row policies ask for, so that counting reads the index alone.
create index reports_desk on reports (urgency desc, finished_at desc, id desc) include (provider_id, state) where desk = 'waiting';

create table report_documents (
  id uuid primary key,
  report_id uuid not null references reports (id),
  provider_id uuid,
  file_id uuid,
  kind text not null constraint report_documents_kind_known check (kind in ('report', 'fileDetails')),
  body bytea,
  size bigint not null,
  sha256 bytea not null,
  received_at timestamptz not null
);
comment on column report_documents.body is 'the received bytes, verbatim; null once erased, the hash stays';
create index report_documents_report on report_documents (report_id, id);

create table files (
  id uuid primary key,
  public_id text not null constraint files_public_id_unique unique
    constraint files_public_id_form check (public_id ~ '^[a-df][0-9a-f]{31}$'),
  report_id uuid not null references reports (id),
  provider_id uuid,
  name text not null default '',
  size bigint not null,
  md5 bytea not null,
  sha1 bytea not null,
  sha256 bytea not null,
  storage_key text not null,
  received_at timestamptz not null,
  reported jsonb,
  viewed boolean,
  exif_viewed boolean,
  publicly_available boolean,
  erased_at timestamptz
);
comment on column files.public_id is 'begins with a letter other than e, so that no client takes it for a number';
comment on column files.viewed is 'did a person at the provider view the whole file? null: not stated, which is never read as yes or as no';
create index files_report on files (report_id, id);

create table identifiers (
  id uuid primary key,
  report_id uuid not null references reports (id),
  file_id uuid,
  kind text not null,
  whose text not null constraint identifiers_whose_known check (whose in ('subject', 'recipient', 'victim', 'reporter', 'unknown')),
  reported text not null,
  value text not null default '',
  matchable boolean not null,
  why_not text not null default '',
  source text not null,
  verified boolean,
  at timestamptz,
  event text not null default '',
  port integer,
  proxy boolean,
  prefix bigint,
  mac bytea,
  constraint identifiers_matchable_has_key check (not matchable or (prefix is not null and mac is not null))
);
comment on column identifiers.reported is 'as the provider wrote it';
comment on column identifiers.value is 'as we normalised it; empty when it cannot be';
comment on column identifiers.why_not is 'why it is never matched with other reports, in words';
comment on column identifiers.prefix is 'first 64 bits of the keyed hash, for the index; mac is compared whole';
create index identifiers_report on identifiers (report_id, id);
create index identifiers_key on identifiers (prefix, report_id desc) where prefix is not null;

-- A provider sees its own reports while it builds them. The clearinghouse sees
-- finished reports. Agencies see a report only through a referral; that policy
-- follows in the migration that makes referrals.
alter table reports enable row level security;
alter table reports force row level security;
create policy provider_own on reports to reeve_web
  using ((select app_side()) = 'provider' and provider_id = (select app_provider()))
  with check ((select app_side()) = 'provider' and provider_id = (select app_provider()));
create policy clearinghouse_reads on reports for select to reeve_web
  using ((select app_side()) = 'clearinghouse' and state = 'finished');
create policy clearinghouse_triages on reports for update to reeve_web
  using ((select app_side()) = 'clearinghouse' and state = 'finished')
  with check ((select app_side()) = 'clearinghouse' and state = 'finished');
create policy worker_all on reports to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on reports to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table report_documents enable row level security;
alter table report_documents force row level security;
create policy provider_own on report_documents to reeve_web
  using ((select app_side()) = 'provider' and provider_id = (select app_provider()))
  with check ((select app_side()) = 'provider' and provider_id = (select app_provider()));
create policy clearinghouse_reads on report_documents for select to reeve_web
  using ((select app_side()) = 'clearinghouse' and exists (select 1 from reports r where r.id = report_documents.report_id));
create policy worker_all on report_documents to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on report_documents to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table files enable row level security;
alter table files force row level security;
create policy provider_own on files to reeve_web
  using ((select app_side()) = 'provider' and provider_id = (select app_provider()))
  with check ((select app_side()) = 'provider' and provider_id = (select app_provider()));
create policy clearinghouse_reads on files for select to reeve_web
  using ((select app_side()) = 'clearinghouse' and exists (select 1 from reports r where r.id = files.report_id));
create policy worker_all on files to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on files to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table identifiers enable row level security;
alter table identifiers force row level security;
create policy provider_writes on identifiers for insert to reeve_web
  with check ((select app_side()) = 'provider'
    and exists (select 1 from reports r where r.id = identifiers.report_id and r.provider_id = (select app_provider())));
create policy clearinghouse_reads on identifiers for select to reeve_web
  using ((select app_side()) = 'clearinghouse' and exists (select 1 from reports r where r.id = identifiers.report_id));
create policy worker_all on identifiers to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on identifiers to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert on report_numbers to reeve_web, reeve_work;
grant delete on report_numbers to reeve_work;
grant select, insert, update on reports to reeve_web, reeve_work;
grant select, insert on report_documents to reeve_web;
grant select, update on report_documents to reeve_work;
grant update (body) on report_documents to reeve_web;
grant select, insert, update on files to reeve_web;
grant select, update on files to reeve_work;
grant select, insert on identifiers to reeve_web;
grant select, insert, delete on identifiers to reeve_work;
