-- Referrals: a report does not have an agency, it has referrals to agencies.
--
-- A referral carries what a queue must show, copied when it is made, so that an
-- inbox page is one index and no join at any size. Its state moves only through
-- models/referral. Outcomes are a dated list beside it: recording is not closing.

-- +goose Up
create table referrals (
  id uuid primary key,
  report_id uuid not null references reports (id),
  number bigint not null,
  agency_id uuid not null references agencies (id),
  provider_id uuid references providers (id),
  decision_id uuid references routing_decisions (id),
  capacity text not null constraint referrals_capacity_known check (capacity in ('suspect', 'victim', 'unknown')),
  basis text not null constraint referrals_basis_known check (basis in ('rule', 'person', 'pool')),
  hop smallint not null,
  confidence real not null,
  why text not null,
  place text not null default '',
  incident_type text not null,
  incident_at timestamptz,
  subject text not null default '',
  priority smallint not null,
  urgent boolean not null,
  urgency smallint not null,
  priority_why text not null default '',
  agency_priority smallint,
  received_at timestamptz not null,
  referred_at timestamptz not null,
  preserve_until timestamptz,
  files_total integer not null,
  files_locked integer not null,
  shared smallint not null default 0,
  state text not null constraint referrals_state_known check (state in ('new', 'taken', 'working', 'closed', 'returning', 'returned')),
  open boolean generated always as (state in ('new', 'taken', 'working', 'returning')) stored,
  assignee_id uuid references users (id),
  assignee text not null default '',
  first_read_at timestamptz,
  first_act_at timestamptz,
  closed_at timestamptz,
  heard_at timestamptz,
  outcome text not null default '',
  outcome_at timestamptz,
  usefulness smallint,
  overdue boolean not null default false,
  return_due_at timestamptz,
  return_agency_id uuid references agencies (id),
  return_why text not null default '',
  version integer not null default 1,
  updated_at timestamptz not null,
  updated_by text not null default '',
  constraint referrals_once unique (report_id, agency_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.02);
comment on column referrals.capacity is 'whose place brought it here: the suspect''s or the victim''s';
comment on column referrals.why is 'the short reason shown in the inbox';
comment on column referrals.subject is 'the subject''s strongest identifier, as shown in the inbox';
comment on column referrals.agency_priority is 'the agency''s own, apart from the clearinghouse''s';
comment on column referrals.shared is 'how many of its identifiers another agency holds too';
comment on column referrals.heard_at is 'when the agency last did or said anything about it';
comment on column referrals.overdue is 'not opened in 7 days (1 when urgent), or opened and silent for 90; set and cleared by upkeep and by deeds';
comment on column referrals.return_due_at is 'a return waits ten minutes before it is sent, so that it can be taken back';
-- Each list of the inbox is one index, in the order in which it is read, by urgency
-- and by time; the lists of open referrals are partial, so that they stay small
-- however much history there is. A keyset page then costs the rows that it shows.
create index referrals_queue on referrals (agency_id, urgency desc, received_at desc, id desc) where open;
create index referrals_queue_newest on referrals (agency_id, received_at desc, id desc) where open;
create index referrals_mine on referrals (agency_id, assignee_id, urgency desc, received_at desc, id desc) where open and assignee_id is not null;
create index referrals_mine_newest on referrals (agency_id, assignee_id, received_at desc, id desc) where open and assignee_id is not null;
create index referrals_unassigned on referrals (agency_id, urgency desc, received_at desc, id desc) where open and assignee_id is null;
create index referrals_unassigned_newest on referrals (agency_id, received_at desc, id desc) where open and assignee_id is null;
create index referrals_unread on referrals (agency_id, urgency desc, received_at desc, id desc) where open and first_read_at is null;
create index referrals_unread_newest on referrals (agency_id, received_at desc, id desc) where open and first_read_at is null;
create index referrals_shared on referrals (agency_id, urgency desc, received_at desc, id desc) where open and shared > 0;
create index referrals_shared_newest on referrals (agency_id, received_at desc, id desc) where open and shared > 0;
create index referrals_overdue on referrals (agency_id, urgency desc, received_at desc, id desc) where overdue;
create index referrals_overdue_newest on referrals (agency_id, received_at desc, id desc) where overdue;
create index referrals_urgent on referrals (agency_id, urgency desc, received_at desc, id desc) where open and urgent;
create index referrals_open_provider on referrals (agency_id, provider_id, urgency desc, received_at desc, id desc) where open;
create index referrals_open_type on referrals (agency_id, incident_type, urgency desc, received_at desc, id desc) where open;
create index referrals_past on referrals (agency_id, received_at desc, id desc) where not open;
create index referrals_newest on referrals (agency_id, received_at desc, id desc);
create index referrals_provider on referrals (agency_id, provider_id, received_at desc, id desc);
create index referrals_type on referrals (agency_id, incident_type, received_at desc, id desc);
create index referrals_state on referrals (agency_id, state, received_at desc, id desc);
-- The rows behind the feedback board's figures, and when an agency was last heard of.
create index referrals_board_newest on referrals (received_at desc, id desc);
create index referrals_board_month on referrals (referred_at desc, id desc);
create index referrals_board_state on referrals (state, received_at desc, id desc);
create index referrals_board_outcome on referrals (outcome, received_at desc, id desc) where outcome <> '';
create index referrals_board_overdue on referrals (received_at desc, id desc) where overdue;
create index referrals_board_provider on referrals (provider_id, received_at desc, id desc);
create index referrals_board_agency_outcome on referrals (agency_id, outcome, received_at desc, id desc) where outcome <> '';
create index referrals_board_provider_outcome on referrals (provider_id, outcome, received_at desc, id desc) where outcome <> '';
create index referrals_heard on referrals (agency_id, heard_at desc) where heard_at is not null;
-- What upkeep looks for: returns that are due, and agencies that are silent.
-- heard_at is null until somebody opens or does anything.
create index referrals_returning on referrals (return_due_at, id) where state = 'returning';
create index referrals_unheard on referrals (referred_at, id) where state in ('new', 'taken', 'working') and not overdue and heard_at is null;
create index referrals_unheard_urgent on referrals (referred_at, id) where state in ('new', 'taken', 'working') and not overdue and heard_at is null and urgent;
create index referrals_silent on referrals (heard_at, id) where state in ('new', 'taken', 'working') and not overdue and heard_at is not null;

create table outcomes (
  id uuid primary key,
  referral_id uuid not null references referrals (id),
  report_id uuid not null,
  agency_id uuid not null,
  code text not null,
  usefulness smallint constraint outcomes_usefulness_known check (usefulness between 0 and 2),
  missing text[] not null default '{}',
  count integer constraint outcomes_count_sane check (count between 1 and 9999),
  happened_on date,
  note text not null default '',
  recorded_by uuid not null,
  recorded_by_name text not null,
  recorded_at timestamptz not null,
  undone_at timestamptz,
  undone_by_name text not null default '',
  before jsonb not null
);
comment on column outcomes.before is 'the referral as it was, so that undoing within ten minutes restores it exactly';
create index outcomes_referral on outcomes (referral_id, recorded_at desc, id desc);
create index outcomes_report on outcomes (report_id, id);
create index outcomes_agency on outcomes (agency_id, id desc);

create table board_cells (
  scope text not null constraint board_cells_scope_known check (scope in ('all', 'agency', 'provider', 'month')),
  scope_id text not null,
  key text not null,
  n bigint not null,
  primary key (scope, scope_id, key)
);
comment on table board_cells is 'folded counts of referrals, as the feedback board shows them: by everything, agency, provider or month; key is received, state:..., outcome:..., overdue';
create index board_cells_rank on board_cells (scope, key, n desc, scope_id desc);

create table board_changes (
  id bigint generated always as identity primary key,
  agency_id uuid not null,
  provider_id uuid,
  month date not null,
  before text[] not null,
  after text[] not null
);
comment on table board_changes is 'one row for each referral that began or changed state, outcome or overdue; written in the same transaction, folded into board_cells within a second, and counted by the board until then';

alter table referrals enable row level security;
alter table referrals force row level security;
-- Who reads is one policy with a `case`, not one for each side. The planner cannot
-- look into a `case` and takes it for a coin toss; from a policy's `agency_id = ...`
-- beside the query's own it concludes that almost no row passes, and then reads all
-- that an agency has and sorts it rather than stop after one page of the index.
create policy people_read on referrals for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency())
    else false end);
create policy agency_works on referrals for update to reeve_web
  using ((select app_side()) = 'agency' and agency_id = (select app_agency()))
  with check ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy clearinghouse_refers on referrals for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_works on referrals for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on referrals to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on referrals to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table outcomes enable row level security;
alter table outcomes force row level security;
create policy people_read on outcomes for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency())
    else false end);
create policy agency_records on outcomes for insert to reeve_web
  with check ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy agency_undoes on outcomes for update to reeve_web
  using ((select app_side()) = 'agency' and agency_id = (select app_agency()))
  with check ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy worker_reads on outcomes for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on outcomes to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table board_cells enable row level security;
alter table board_cells force row level security;
create policy clearinghouse_reads on board_cells for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy worker_all on board_cells to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on board_cells to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table board_changes enable row level security;
alter table board_changes force row level security;
create policy agency_appends on board_changes for insert to reeve_web
  with check ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy clearinghouse_all on board_changes to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on board_changes to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on board_changes to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

-- An agency sees a report, and what belongs to it, through a referral to itself.
-- The sub-select runs under the referrals' own policy.
create policy agency_through_referral on reports for select to reeve_web
  using ((select app_side()) = 'agency' and state = 'finished'
    and exists (select 1 from referrals f where f.report_id = reports.id and f.agency_id = (select app_agency())));
create policy agency_through_referral on report_documents for select to reeve_web
  using ((select app_side()) = 'agency'
    and exists (select 1 from referrals f where f.report_id = report_documents.report_id and f.agency_id = (select app_agency())));
create policy agency_through_referral on files for select to reeve_web
  using ((select app_side()) = 'agency'
    and exists (select 1 from referrals f where f.report_id = files.report_id and f.agency_id = (select app_agency())));
create policy agency_through_referral on identifiers for select to reeve_web
  using ((select app_side()) = 'agency'
    and exists (select 1 from referrals f where f.report_id = identifiers.report_id and f.agency_id = (select app_agency())));
create policy agency_through_referral on routing_decisions for select to reeve_web
  using ((select app_side()) = 'agency'
    and exists (select 1 from referrals f where f.report_id = routing_decisions.report_id and f.agency_id = (select app_agency())));

grant select, insert, update on referrals to reeve_web, reeve_work;
grant select, insert, update on outcomes to reeve_web;
grant select on outcomes to reeve_work;
grant select on board_cells to reeve_web;
grant select, insert, update, delete on board_cells to reeve_work;
grant select, insert on board_changes to reeve_web;
grant select, insert, delete on board_changes to reeve_work;
