-- Agencies, what they cover, who signs in for them.
--
-- The clearinghouse is an agency of kind 'clearinghouse'. Pools ("US, state
-- unknown") are agencies of kind 'pool': they have an owner, a clock and a queue
-- like everybody else, and nobody signs in for them. The directory of agencies
-- and its territory is no secret among those who may sign in, so these two tables
-- carry no row policy; only an administrator's command writes them.

-- +goose Up
create table agencies (
  id uuid primary key,
  code text not null constraint agencies_code_unique unique
    constraint agencies_code_form check (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name text not null,
  kind text not null constraint agencies_kind_known check (kind in ('clearinghouse', 'agency', 'pool')),
  parent_id uuid references agencies (id),
  zone text not null default 'UTC',
  band text not null default 'graphite',
  contact_name text not null default '',
  contact_email text not null default '',
  contact_phone text not null default '',
  demonstration boolean not null default false,
  created_at timestamptz not null
);
comment on column agencies.zone is 'IANA time zone in which its people read times';
comment on column agencies.band is 'name of the colour band on its pages, so that nobody forgets as whom they act';
comment on column agencies.contact_name is 'the desk that another agency is told to call on a deconfliction hit';
create index agencies_parent on agencies (parent_id) where parent_id is not null;

create table territories (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  country text not null,
  state text not null default '',
  county text not null default '',
  valid_from date,
  valid_to date,
  lead text not null default '',
  holder_kind text not null default '',
  basis text not null default '',
  certainty text not null constraint territories_certainty_known check (certainty in ('high', 'medium', 'low', 'unknown')),
  certainty_note text not null default '',
  source text not null default '',
  constraint territories_dates_ordered check (valid_to is null or valid_from is null or valid_from <= valid_to)
);
comment on table territories is 'who covers what, from when to when; lead agencies change hands, so rows are ended, never overwritten';
comment on column territories.county is 'county name, * for all counties that no other row names, empty when the area within the state is not known';
comment on column territories.basis is 'how the area is known: listed, statewide, elimination, affiliates, ...';
comment on column territories.valid_to is 'last day; both days belong to the span';
create index territories_agency on territories (agency_id);
create unique index territories_once on territories (agency_id, country, state, county, coalesce(valid_from, '-infinity'::date));

-- How often the two tables above were changed. Routing needs both whole for every
-- report; it reads this instead while nothing has changed.
create table directory_version (
  one boolean primary key default true constraint directory_version_one check (one),
  n bigint not null default 0
);
insert into directory_version default values;
-- +goose StatementBegin
create function directory_changed() returns trigger language plpgsql as $$
begin
  update directory_version set n = n + 1;
  return null;
end $$;
-- +goose StatementEnd
create trigger agencies_changed after insert or update or delete or truncate on agencies
  for each statement execute function directory_changed();
create trigger territories_changed after insert or update or delete or truncate on territories
  for each statement execute function directory_changed();

create table issuers (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  url text not null constraint issuers_url_unique unique,
  client_id text not null,
  client_secret bytea,
  enabled boolean not null default true,
  created_at timestamptz not null
);
comment on table issuers is 'an agency''s own OpenID provider; bound to one agency, so that it can never vouch for another agency''s people';
comment on column issuers.client_secret is 'sealed under the master key; null for a public client';

create table issuer_domains (
  domain text primary key constraint issuer_domains_lower check (domain = lower(domain)),
  issuer_id uuid not null references issuers (id)
);

create table users (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  issuer_id uuid not null references issuers (id),
  subject text,
  email text not null constraint users_email_lower check (email = lower(email)),
  name text not null,
  roles text[] not null,
  state text not null constraint users_state_known check (state in ('invited', 'active', 'suspended', 'removed')),
  last_sign_in_at timestamptz,
  created_at timestamptz not null,
  constraint users_identity_unique unique (issuer_id, subject),
  constraint users_email_unique unique (issuer_id, email)
);
comment on column users.subject is 'the issuer''s own identifier; null until the first sign-in binds it. Identity is (issuer, subject), never the e-mail';
create index users_agency on users (agency_id, name, id);

create table sessions (
  token_hash bytea primary key,
  data bytea not null,
  user_id uuid references users (id),
  expires_at timestamptz not null,
  created_at timestamptz not null
);
comment on table sessions is 'server-side sessions; only a hash of the cookie''s secret is kept';
create index sessions_user on sessions (user_id) where user_id is not null;
create index sessions_expiry on sessions (expires_at);

alter table issuers enable row level security;
alter table issuers force row level security;
create policy login_reads on issuers for select to reeve_web using ((select app_purpose()) = 'login');
create policy setup_all on issuers to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table issuer_domains enable row level security;
alter table issuer_domains force row level security;
create policy login_reads on issuer_domains for select to reeve_web using ((select app_purpose()) = 'login');
create policy setup_all on issuer_domains to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table users enable row level security;
alter table users force row level security;
create policy login_reads on users for select to reeve_web using ((select app_purpose()) in ('login', 'session'));
create policy login_binds on users for update to reeve_web using ((select app_purpose()) = 'login') with check ((select app_purpose()) = 'login');
create policy colleagues_read on users for select to reeve_web
  using ((select app_side()) in ('agency', 'clearinghouse') and agency_id = (select app_agency()));
create policy worker_reads on users for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on users to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table sessions enable row level security;
alter table sessions force row level security;
create policy session_all on sessions to reeve_web using ((select app_purpose()) = 'session') with check ((select app_purpose()) = 'session');
create policy upkeep_deletes on sessions to reeve_work using ((select app_purpose()) = 'upkeep');
create policy setup_all on sessions to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select on agencies, territories, directory_version to reeve_web, reeve_work;
grant select on issuers, issuer_domains to reeve_web;
grant select on users to reeve_web, reeve_work;
grant update (subject, state, last_sign_in_at) on users to reeve_web;
grant select, insert, update, delete on sessions to reeve_web;
grant select, delete on sessions to reeve_work;
