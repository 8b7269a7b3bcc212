-- Work at the desk: who holds a report, who passed it by, what was decided.
--
-- A hold is a row beside the report, not a column of it: taking a report must not
-- write its evidence anew, must not raise the version that a form was made for, and
-- is nobody's business outside the clearinghouse. A hold ends by itself when its
-- holder was idle for too long (triage.HoldIdle); that is a condition of every
-- question, so no job has to run for it. The row stays until somebody else takes the
-- report or decides about it.
--
-- A skip is one row for each person and report: the report does not come back to that
-- person for a while, and how often it was passed by is shown to everybody.

-- +goose Up
create table desk_holds (
  report_id uuid primary key references reports (id),
  held_by uuid not null references users (id),
  held_by_name text not null,
  taken_at timestamptz not null,
  active_at timestamptz not null,
  handed_by_name text not null default '',
  note text not null default ''
);
comment on table desk_holds is 'who works on a waiting report; one row for each, so that two people never hold the same';
comment on column desk_holds.active_at is 'when the holder last did anything with it; too long ago, and the hold counts no more';
comment on column desk_holds.handed_by_name is 'the colleague who handed it over, with their note; empty when it was taken';
create index desk_holds_mine on desk_holds (held_by, active_at desc, report_id desc);
create index desk_holds_active on desk_holds (active_at desc, report_id desc);

create table desk_skips (
  user_id uuid not null references users (id),
  report_id uuid not null references reports (id),
  user_name text not null,
  times integer not null default 1,
  skipped_at timestamptz not null,
  why text not null default '',
  primary key (user_id, report_id)
);
comment on column desk_skips.skipped_at is 'the last time, with the reason given then';
create index desk_skips_report on desk_skips (report_id);

-- Each filter of the queue is one index in the order of the queue. They hold waiting
-- reports only and stay small. The oldest of them is always shown, whatever its urgency.
create index reports_desk_urgent on reports (urgency desc, finished_at desc, id desc) include (provider_id, state) where desk = 'waiting' and urgent;
create index reports_desk_provider on reports (provider_id, urgency desc, finished_at desc, id desc) where desk = 'waiting';
create index reports_desk_type on reports (incident_type, urgency desc, finished_at desc, id desc) where desk = 'waiting';
create index reports_desk_class on reports (class, urgency desc, finished_at desc, id desc) where desk = 'waiting';
create index reports_desk_oldest on reports (finished_at, id) include (provider_id, state) where desk = 'waiting';
create index reports_decided on reports (decided_by, decided_at desc, id desc) where decided_by is not null;
create index routing_decisions_by_rule on routing_decisions (decided_at desc, id desc) include (report_id) where released = 'rule';

alter table desk_holds enable row level security;
alter table desk_holds force row level security;
create policy clearinghouse_all on desk_holds to reeve_web
  using (case (select app_side()) when 'clearinghouse' then true else false end)
  with check (case (select app_side()) when 'clearinghouse' then true else false end);
create policy setup_all on desk_holds to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table desk_skips enable row level security;
alter table desk_skips force row level security;
create policy clearinghouse_all on desk_skips to reeve_web
  using (case (select app_side()) when 'clearinghouse' then true else false end)
  with check (case (select app_side()) when 'clearinghouse' then true else false end);
create policy setup_all on desk_skips to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert, update, delete on desk_holds to reeve_web;
grant select, insert, update on desk_skips to reeve_web;
