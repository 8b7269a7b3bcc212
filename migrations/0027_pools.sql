-- Pools have an owner and a clock, and what people find out is kept.
--
-- A pool is where a report lies that no agency covers. Somebody at the clearinghouse
-- answers for each, and what lies in one for too long goes back to the desk. What
-- staff find out about where a person is ("we found him: Ohio") is a finding: the
-- next routing reads it as the strongest of signals and says whose it is.

-- +goose Up
create table pool_terms (
  agency_id uuid primary key references agencies (id),
  owner_id uuid references users (id),
  owner_name text not null default '',
  hours integer not null default 72 constraint pool_terms_hours_sane check (hours between 1 and 2160),
  version integer not null default 1,
  changed_at timestamptz not null,
  changed_by_name text not null
);
comment on table pool_terms is 'who answers for a pool, and for how many hours a report may lie there; a pool without a row has no owner and 72 hours';

create table findings (
  id uuid primary key,
  report_id uuid not null references reports (id),
  whose text not null constraint findings_whose_known check (whose in ('subject', 'victim', 'unknown')),
  country text not null constraint findings_country_form check (country ~ '^[A-Z]{2}$'),
  state text not null default '',
  fips text not null default '',
  county text not null default '',
  city text not null default '',
  how text not null,
  found_by uuid not null,
  found_by_name text not null,
  found_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by_name text not null default '',
  withdrawn_why text not null default ''
);
comment on column findings.how is 'how it was established, as the agencies that get the report will read it';
create index findings_report on findings (report_id, id);

-- What has lain in a pool for longest; small, because most referrals are to agencies.
create index referrals_pool_clock on referrals (agency_id, referred_at, id) where open and basis = 'pool' and not overdue;

alter table pool_terms enable row level security;
alter table pool_terms force row level security;
create policy clearinghouse_all on pool_terms to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on pool_terms for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on pool_terms to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table findings enable row level security;
alter table findings force row level security;
create policy clearinghouse_all on findings to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on findings for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on findings to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert, update on pool_terms to reeve_web;
grant select on pool_terms to reeve_work;
grant select, insert, update on findings to reeve_web;
grant select on findings to reeve_work;
