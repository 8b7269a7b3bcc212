-- Known material: lists of hashes ("hash sets"), and what comparing files with them
-- needs.
--
-- A set's hashes are written while its file is still being read, a batch in each
-- transaction, since a file of gigabytes fits in none. They count for nothing until
-- the set is active, which one statement makes it; every look-up joins known_sets and
-- asks for that. A file that breaks off leaves a failed set, whose hashes are removed.
--
-- Hashes are found by their bytes through three plain indexes. Pictures that are only
-- nearly the same are found in the worker's memory (models/hashindex), which follows
-- this table by known_sets.change.

-- +goose Up
create sequence known_change;
comment on sequence known_change is 'drawn under a lock that is held until commit, so that whoever has seen a number has seen all before it';

create table known_sets (
  id uuid primary key,
  number integer not null generated always as identity constraint known_sets_number_unique unique,
  name text not null,
  source text not null default '',
  scheme text not null,
  note text not null default '',
  format text not null default '' constraint known_sets_format_known check (format in ('', 'vics', 'csv')),
  file_name text not null default '',
  file_size bigint not null default 0,
  file_sha256 bytea,
  state text not null constraint known_sets_state_known check (state in ('importing', 'active', 'withdrawn', 'failed')),
  entries integer not null default 0,
  pictures integer not null default 0,
  bytes bigint not null default 0,
  lines bigint not null default 0,
  problem text not null default '',
  problem_line bigint,
  made_by uuid,
  made_by_name text not null default '',
  made_at timestamptz not null,
  beat_at timestamptz not null,
  ended_at timestamptz,
  withdrawn_by uuid,
  withdrawn_by_name text not null default '',
  withdrawn_at timestamptz,
  withdrawn_why text not null default '',
  change bigint not null default 0,
  cleared boolean not null default false,
  version integer not null default 1,
  constraint known_sets_active_is_whole check (state <> 'active' or (file_sha256 is not null and ended_at is not null)),
  constraint known_sets_withdrawn_has_time check ((state = 'withdrawn') = (withdrawn_at is not null))
);
comment on column known_sets.number is 'stands for the set in its hashes, in a quarter of the room';
comment on column known_sets.source is 'who made the list, in words';
comment on column known_sets.scheme is 'what its categories mean, e.g. "VICS 2.0, profile US"; files found in it are labelled in this scheme';
comment on column known_sets.file_size is 'as announced; 0: not stated';
comment on column known_sets.pictures is 'entries with a PDQ hash';
comment on column known_sets.beat_at is 'the last sign of life of its import; one that gives none for minutes was killed';
comment on column known_sets.ended_at is 'when its import ended, well or not';
comment on column known_sets.change is 'orders activations and withdrawals, so that an index in memory can follow; 0: neither yet';
comment on column known_sets.cleared is 'of a failed or withdrawn set: its hashes are removed, and what they marked';
create unique index known_sets_file_once on known_sets (file_sha256) where state = 'active';
create index known_sets_change on known_sets (change) where change > 0;
create index known_sets_importing on known_sets (beat_at) where state = 'importing';
create index known_sets_clearing on known_sets (number) where state in ('failed', 'withdrawn') and not cleared;

create table known_hashes (
  set_no integer not null,
  n integer not null,
  flags smallint not null default 0,
  victim_identified boolean,
  md5 bytea,
  sha1 bytea,
  sha256 bytea,
  pdq bytea,
  category text,
  series text,
  primary key (set_no, n),
  constraint known_hashes_some check (num_nonnulls(md5, sha1, sha256, pdq) > 0),
  constraint known_hashes_lengths check ((md5 is null or length(md5) = 16) and (sha1 is null or length(sha1) = 20)
    and (sha256 is null or length(sha256) = 32) and (pdq is null or length(pdq) = 32))
);
comment on column known_hashes.set_no is 'known_sets.number; no foreign key, since checking it for each of a hundred million rows costs as much as writing them, and no set is ever deleted';
comment on column known_hashes.n is 'which record of the set''s file it was, from 1';
comment on column known_hashes.flags is 'bits: 1 offender identified, 2 distributed, 4 suspected, 8 self-generated, 16 categorised before';
comment on column known_hashes.victim_identified is 'null: the list does not say';
-- A hash in several sets has a row in each: none knows of the others.
create index known_hashes_md5 on known_hashes (md5) where md5 is not null;
create index known_hashes_sha1 on known_hashes (sha1) where sha1 is not null;
create index known_hashes_sha256 on known_hashes (sha256) where sha256 is not null;

alter table known_sets enable row level security;
alter table known_sets force row level security;
create policy clearinghouse_reads on known_sets for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy clearinghouse_adds on known_sets for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_changes on known_sets for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on known_sets for select to reeve_work using ((select app_side()) = 'system');
create policy worker_changes on known_sets for update to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on known_sets to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

-- `case`, because the planner takes a bare comparison of the side for one row in two
-- hundred and would plan large joins for few rows.
alter table known_hashes enable row level security;
alter table known_hashes force row level security;
create policy clearinghouse_all on known_hashes to reeve_web
  using (case (select app_side()) when 'clearinghouse' then true else false end)
  with check (case (select app_side()) when 'clearinghouse' then true else false end);
create policy worker_all on known_hashes to reeve_work
  using (case (select app_side()) when 'system' then true else false end)
  with check (case (select app_side()) when 'system' then true else false end);
create policy setup_all on known_hashes to reeve_owner
  using (case (select app_purpose()) when 'setup' then true else false end)
  with check (case (select app_purpose()) when 'setup' then true else false end);

grant select, insert, update on known_sets to reeve_web;
grant select, update on known_sets to reeve_work;
grant select, insert, delete on known_hashes to reeve_web;
grant select, delete on known_hashes to reeve_work;
grant usage on sequence known_change to reeve_web, reeve_work;

-- What was made of a file's content, where the gate was open: made once, kept, so
-- that no content is decoded twice.
alter table files
  add column pdq bytea constraint files_pdq_length check (length(pdq) = 32),
  add column pdq_quality smallint,
  add column decoded_at timestamptz;
comment on column files.pdq is 'perceptual hash of the picture; null: its content was not decoded, or is no picture that we read';
comment on column files.pdq_quality is '0 to 100; below 50 the picture is too plain to be matched';
comment on column files.decoded_at is 'when its content was read to make the hash, whatever came of it';
create index if not exists files_sha256 on files (sha256);

-- Which set a label came from, so that it goes with it.
alter table labels add column set_id uuid;
comment on column labels.set_id is 'of source known: the hash set that said so';
create index labels_set on labels (set_id, id) where set_id is not null and removed_at is null;
