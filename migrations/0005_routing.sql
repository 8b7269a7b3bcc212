-- Where a report goes, and what was known when that was decided.
--
-- A decision is a row with every input it saw, so that an investigator can be
-- told why a report came, and so that returned reports can measure the rules.
-- Who releases a report is data: a policy by class, urgency and confidence.

-- +goose Up
create table routing_decisions (
  id uuid primary key,
  report_id uuid not null references reports (id),
  round smallint not null,
  decided_at timestamptz not null,
  decided_by uuid,
  decided_by_name text not null default '',
  rules_version text not null,
  decision jsonb not null,
  released text not null constraint routing_decisions_released_known check (released in ('rule', 'person', 'waiting')),
  released_why text not null default '',
  constraint routing_decisions_once unique (report_id, round)
);
comment on column routing_decisions.round is '1 for the first routing; a return starts the next';
comment on column routing_decisions.decision is 'routing.Decision: candidates, every signal, conflicts, confidence, pool';

create table release_policies (
  id uuid primary key,
  ordinal smallint not null constraint release_policies_ordinal_unique unique,
  class text not null default '*',
  min_urgency smallint not null default 0,
  min_confidence real not null,
  release text not null constraint release_policies_release_known check (release in ('auto', 'desk')),
  note text not null
);
comment on table release_policies is 'first matching row by ordinal decides whether a candidate agency gets the report at once or an analyst looks first';
insert into release_policies (id, ordinal, class, min_urgency, min_confidence, release, note) values
  ('01900000-0000-7000-8000-000000000001', 10, 'informational', 0, 0.90, 'desk', 'Informational reports wait for an analyst.'),
  ('01900000-0000-7000-8000-000000000002', 20, '*', 0, 0.90, 'auto', 'A place known with confidence 0.90 or more: released by rule, shown to the desk.'),
  ('01900000-0000-7000-8000-000000000003', 90, '*', 0, 0.00, 'desk', 'Everything else waits for an analyst.');

alter table routing_decisions enable row level security;
alter table routing_decisions force row level security;
create policy clearinghouse_all on routing_decisions to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on routing_decisions to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on routing_decisions to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select on release_policies to reeve_web, reeve_work;
grant select, insert, update on routing_decisions to reeve_web, reeve_work;
