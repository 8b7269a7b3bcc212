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
  ip text not null default ''
);
comment on column audit_events.words is 'the deed in one sentence that a court can read';
comment on column audit_events.subject is 'what was acted upon when it is not a report: a user, a provider, a session';
create index audit_events_sequence on audit_events (txid, id);
create index audit_events_report on audit_events (report_id, id desc) where report_id is not null;
create index audit_events_agency on audit_events (actor_agency, id desc);

create table audit_concerns (
  agency_id uuid not null,
  event_id uuid not null references audit_events (id),
  report_id uuid,
  primary key (agency_id, event_id)
);
comment on table audit_concerns is 'the agencies that an event concerns besides the actor''s own: what others did to one''s reports';

create table audit_leaves (
  n bigint primary key,
  event_id uuid not null constraint audit_leaves_event_once unique,
  txid xid8 not null,
  sealed_at timestamptz not null
);
create index audit_leaves_cursor on audit_leaves (txid desc, event_id desc);
create table audit_hashes (
  n bigint primary key,
  hash bytea not null
);
comment on table audit_hashes is 'the Merkle tree''s stored hashes, numbered as golang.org/x/mod/sumdb/tlog numbers them';
create table audit_checkpoints (
  size bigint primary key,
  note text not null,
  at timestamptz not null
);
comment on table audit_checkpoints is 'signed tree heads; a copy kept elsewhere makes rewriting the whole log visible';

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

alter table audit_events enable row level security;
alter table audit_events force row level security;
create policy people_append on audit_events for insert to reeve_web
  with check (side = (select app_side()) and actor_agency is not distinct from (select app_agency()));
create policy worker_appends on audit_events for insert to reeve_work with check ((select app_side()) = 'system');
create policy agency_reads_own on audit_events for select to reeve_web
  using ((select app_side()) = 'agency'
    and (actor_agency = (select app_agency())
      or exists (select 1 from audit_concerns c where c.event_id = audit_events.id and c.agency_id = (select app_agency()))));
create policy clearinghouse_reads on audit_events for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy worker_reads on audit_events for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on audit_events to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table audit_concerns enable row level security;
alter table audit_concerns force row level security;
create policy people_append on audit_concerns for insert to reeve_web with check ((select app_side()) <> '');
create policy worker_appends on audit_concerns for insert to reeve_work with check ((select app_side()) = 'system');
create policy agency_reads_own on audit_concerns for select to reeve_web
  using ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy clearinghouse_reads on audit_concerns for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy worker_reads on audit_concerns for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on audit_concerns to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert on audit_events, audit_concerns to reeve_web, reeve_work;
grant select, insert on audit_leaves, audit_hashes, audit_checkpoints to reeve_work;
grant select on audit_checkpoints to reeve_web;
