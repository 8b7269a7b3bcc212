-- Providers (ESPs) and the credentials of their machines.
--
-- A provider's name stands on every report that it sends, so names carry no row
-- policy. Credentials do: only authentication itself may read them. A provider
-- may hold two at once while it rotates.

-- +goose Up
create table providers (
  id uuid primary key,
  code text not null constraint providers_code_unique unique,
  name text not null constraint providers_name_unique unique,
  demonstration boolean not null default false,
  created_at timestamptz not null
);

comment on column providers.code is 'stable; the name space of its screen names and user ids when they are matched. A rename leaves it alone';

create table provider_credentials (
  id uuid primary key,
  provider_id uuid not null references providers (id),
  username text not null,
  password_hash text not null,
  created_at timestamptz not null,
  valid_until timestamptz,
  disabled_at timestamptz,
  last_used_at timestamptz
);
comment on column provider_credentials.password_hash is 'argon2id, PHC string';
comment on column provider_credentials.valid_until is 'end of the overlap after a rotation; null: no end';
create index provider_credentials_username on provider_credentials (username);

alter table provider_credentials enable row level security;
alter table provider_credentials force row level security;
create policy authentication_reads on provider_credentials for select to reeve_web using ((select app_purpose()) = 'provider-auth');
create policy authentication_stamps on provider_credentials for update to reeve_web
  using ((select app_purpose()) = 'provider-auth') with check ((select app_purpose()) = 'provider-auth');
create policy setup_all on provider_credentials to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select on providers to reeve_web, reeve_work;
grant select on provider_credentials to reeve_web;
grant update (last_used_at) on provider_credentials to reeve_web;
