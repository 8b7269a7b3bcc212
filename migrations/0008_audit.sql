-- The audit log: who did what, to which report, concerning which agencies.
--
-- Append-only for every role that runs the program: insert and select, nothing
-- else, and a trigger refuses the rest even to the owner. A row is written in the
-- same transaction as the deed. There is no chain from row to row, because a chain
-- makes every transaction wait for the one before; instead a sequencer in the
-- worker reads committed rows in an order that has no gaps (transaction id below
-- the oldest one still running), appends them to a Merkle tree and signs its root.

-- +goose Up
create table audit_events (
  id uuid primary key,
  txid xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  side text not null,
  actor_id uuid,
  actor_name text not null,
  actor_agency uuid,
  action text not null,
  refused boolean not null default false,
  report_id uuid,
  report_number bigint,
  subject text not null default '',
  words text not null,
  detail jsonb,
  request_id text not null default '',
  ip text not null default '',
  concerns uuid[]
);
comment on column audit_events.id is 'begins with the milliseconds of "at", so that one index serves order, paging and time bounds';
comment on column audit_events.words is 'the deed in one sentence that a court can read';
comment on column audit_events.subject is 'what was acted upon when it is not a report: a user, a provider, a session';
comment on column audit_events.concerns is 'agencies concerned besides the actor''s own, sorted; null when none';
-- Each index below serves one filter of the audit page and ends with the id, so
-- that a page costs the same whatever the size of the log.
create index audit_events_sequence on audit_events (txid, id);
create index audit_events_report on audit_events (report_id, id desc) where report_id is not null;
create index audit_events_agency on audit_events (actor_agency, id desc) where actor_agency is not null;
create index audit_events_agency_action on audit_events (actor_agency, action, id desc) where actor_agency is not null;
create index audit_events_action on audit_events (action, id desc);
create index audit_events_person on audit_events (actor_id, id desc) where actor_id is not null;
create index audit_events_refused on audit_events (id desc) where refused;
create index audit_events_agency_refused on audit_events (actor_agency, id desc) where refused;

-- Whose people do what hangs together: nobody at an agency refers reports. Taken
-- apart, the two would promise a page of such lines soon, and the log be read for it.
create statistics audit_events_who_does_what (mcv) on actor_agency, action from audit_events;

-- The concerned agencies once more, for finding: an agency's page of what others
-- did is one scan of one index. action and refused are copies for the filters;
-- "reeve audit verify" compares them with the event.
create table audit_concerns (
  agency_id uuid not null,
  event_id uuid not null references audit_events (id),
  action text not null,
  refused boolean not null,
  primary key (agency_id, event_id)
);
comment on table audit_concerns is 'the agencies that an event concerns besides the actor''s own: what others did to one''s reports';
create index audit_concerns_action on audit_concerns (agency_id, action, event_id desc);
create index audit_concerns_refused on audit_concerns (agency_id, event_id desc) where refused;

create table audit_leaves (
  n bigint primary key,
  event_id uuid not null constraint audit_leaves_event_once unique,
  hashes bytea not null
);
comment on table audit_leaves is 'the Merkle tree: leaf n is this event';
comment on column audit_leaves.hashes is 'the leaf''s hash, then those of the complete subtrees that end with this leaf, from the lowest up, 32 bytes each';
create table audit_checkpoints (
  size bigint primary key,
  note text not null,
  at timestamptz not null
);
comment on table audit_checkpoints is 'signed tree heads; a copy kept elsewhere makes rewriting the whole log visible';

-- How far the sealer has read. Transaction ids belong to one Postgres cluster and
-- begin anew when a dump is restored into another; the cluster's own identifier
-- tells the sealer so.
create table audit_cursor (
  one boolean primary key default true constraint audit_cursor_one check (one),
  txid xid8 not null default '0',
  event_id uuid not null default '00000000-0000-0000-0000-000000000000',
  cluster bigint not null default 0
);
insert into audit_cursor default values;

-- +goose StatementBegin
create function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger audit_events_fixed before update or delete or truncate on audit_events
  for each statement execute function audit_refuse_change();
create trigger audit_concerns_fixed before update or delete or truncate on audit_concerns
  for each statement execute function audit_refuse_change();
create trigger audit_leaves_fixed before update or delete or truncate on audit_leaves
  for each statement execute function audit_refuse_change();
create trigger audit_checkpoints_fixed before update or delete or truncate on audit_checkpoints
  for each statement execute function audit_refuse_change();

alter table audit_events enable row level security;
alter table audit_events force row level security;
create policy people_append on audit_events for insert to reeve_web
  with check (side = (select app_side()) and actor_agency is not distinct from (select app_agency()));
create policy worker_appends on audit_events for insert to reeve_work with check ((select app_side()) = 'system');
-- Reading is written as a `case`, since the planner cannot look into one and takes
-- it for a coin toss. From an equality it would conclude that one row in two hundred
-- passes, or, when the query names the agency too, almost none: then it reads an
-- agency's whole history and sorts it rather than stop after one page of an index.
create policy readers on audit_events for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then actor_agency = (select app_agency()) or (select app_agency()) = any (concerns)
    else false end);
create policy worker_reads on audit_events for select to reeve_work
  using (case (select app_side()) when 'system' then true else false end);
create policy setup_all on audit_events to reeve_owner
  using (case (select app_purpose()) when 'setup' then true else false end) with check ((select app_purpose()) = 'setup');

alter table audit_concerns enable row level security;
alter table audit_concerns force row level security;
create policy people_append on audit_concerns for insert to reeve_web with check ((select app_side()) <> '');
create policy worker_appends on audit_concerns for insert to reeve_work with check ((select app_side()) = 'system');
create policy readers on audit_concerns for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency())
    else false end);
create policy worker_reads on audit_concerns for select to reeve_work
  using (case (select app_side()) when 'system' then true else false end);
create policy setup_all on audit_concerns to reeve_owner
  using (case (select app_purpose()) when 'setup' then true else false end) with check ((select app_purpose()) = 'setup');

-- Not txid: whoever could choose it could hide a line from the sealer.
grant select, insert (id, at, side, actor_id, actor_name, actor_agency, action, refused, report_id, report_number, subject,
  words, detail, request_id, ip, concerns) on audit_events to reeve_web, reeve_work;
grant select, insert on audit_concerns to reeve_web, reeve_work;
grant select, insert on audit_leaves, audit_checkpoints to reeve_work;
grant select, update on audit_cursor to reeve_work;
grant select on audit_checkpoints to reeve_web;
