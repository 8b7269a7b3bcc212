-- Providers' accounts as the clearinghouse keeps them: whom to call, from where
-- their machines may come, what they sent and what was refused.
--
-- A provider's name stands on every report and is read by all (0003). Whom to call
-- there, its allowed addresses and its use concern the clearinghouse alone, so they
-- stand in tables of their own with row policies.

-- +goose Up

create table provider_accounts (
  provider_id uuid primary key references providers (id),
  contact_name text not null default '',
  contact_email text not null default '',
  contact_phone text not null default '',
  allowed cidr[] not null default '{}' constraint provider_accounts_allowed_few check (cardinality(allowed) <= 200),
  last_used_at timestamptz,
  changed_at timestamptz,
  changed_by_name text not null default '',
  version integer not null default 1
);
comment on table provider_accounts is 'made when first needed; a provider without a row has no contact, no restriction and was never used';
comment on column provider_accounts.allowed is 'networks from which its machines may call; empty: any';
comment on column provider_accounts.last_used_at is 'last request with a right password, to within the seconds in which counts are gathered';
-- Row policies hold for the owner too, who would else see no credential here.
set local app.purpose = 'setup';
insert into provider_accounts (provider_id, last_used_at)
  select provider_id, max(last_used_at) from provider_credentials group by provider_id;

alter table provider_accounts enable row level security;
alter table provider_accounts force row level security;
create policy clearinghouse_reads on provider_accounts for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy clearinghouse_adds on provider_accounts for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_changes on provider_accounts for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy authentication_reads on provider_accounts for select to reeve_web using ((select app_purpose()) = 'provider-auth');
create policy authentication_adds on provider_accounts for insert to reeve_web with check ((select app_purpose()) = 'provider-auth');
create policy authentication_stamps on provider_accounts for update to reeve_web
  using ((select app_purpose()) = 'provider-auth') with check ((select app_purpose()) = 'provider-auth');
create policy setup_all on provider_accounts to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update on provider_accounts to reeve_web;

-- Names stay readable by all; adding and renaming a provider is now a deed of the
-- clearinghouse's people too. The policies bind writing only.
alter table providers enable row level security;
alter table providers force row level security;
create policy everybody_reads on providers for select to reeve_web, reeve_work, reeve_owner using (true);
create policy clearinghouse_adds on providers for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_changes on providers for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy setup_all on providers to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant insert on providers to reeve_web;
grant update (name) on providers to reeve_web;

alter table provider_credentials
  add column made_by_name text not null default '',
  add column ended_by_name text not null default '',
  add column ended_why text not null default '';
comment on column provider_credentials.made_by_name is 'who made it; empty: an administrator at the console';
comment on column provider_credentials.ended_by_name is 'who disabled it or ended its overlap early; empty otherwise, and at the console';
create index provider_credentials_provider on provider_credentials (provider_id);
create policy clearinghouse_reads on provider_credentials for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy clearinghouse_adds on provider_credentials for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_changes on provider_credentials for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
grant insert on provider_credentials to reeve_web;
grant update (valid_until, disabled_at, ended_by_name, ended_why) on provider_credentials to reeve_web;

-- A user name leads to one provider. Its credentials repeat it while they rotate, so
-- an index cannot say this; the lock makes two at one time wait for each other.
-- +goose StatementBegin
create function provider_credentials_one_holder() returns trigger language plpgsql set search_path = public as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('provider user name ' || new.username, 0));
  if exists (select 1 from provider_credentials c where c.username = new.username and c.provider_id <> new.provider_id and c.disabled_at is null) then
    raise exception 'another provider has this user name' using errcode = 'unique_violation', constraint = 'provider_credentials_one_holder';
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger provider_credentials_one_holder before insert on provider_credentials
  for each row execute function provider_credentials_one_holder();

-- Use: how often each answer was given, by provider and day. The portal counts in
-- memory and adds up here every few seconds; a crash loses those seconds, an orderly
-- end loses nothing.
create table provider_use (
  provider_id uuid not null references providers (id),
  day date not null,
  code integer not null,
  cause text not null default '',
  n bigint not null,
  hours bigint[] not null constraint provider_use_hours check (cardinality(hours) = 24),
  last_at timestamptz not null,
  last_ip text not null default '',
  primary key (provider_id, day, code, cause)
) with (fillfactor = 70);
comment on column provider_use.day is 'in UTC';
comment on column provider_use.code is 'response code of the provider API; 0: accepted';
comment on column provider_use.cause is 'what the code leaves open: address, slowed, busy; see auth/apikey';
comment on column provider_use.hours is 'n by hour of the day, so that the last 24 hours can be added up';
create index provider_use_day on provider_use (day);

create table provider_addresses (
  provider_id uuid not null references providers (id),
  address inet not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (provider_id, address)
);
comment on table provider_addresses is 'addresses from which a right password came, for a month after the last time';
create index provider_addresses_last on provider_addresses (last_at);

alter table provider_use enable row level security;
alter table provider_use force row level security;
create policy clearinghouse_reads on provider_use for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy authentication_reads on provider_use for select to reeve_web using ((select app_purpose()) = 'provider-auth');
create policy authentication_counts on provider_use for insert to reeve_web with check ((select app_purpose()) = 'provider-auth');
create policy authentication_adds on provider_use for update to reeve_web
  using ((select app_purpose()) = 'provider-auth') with check ((select app_purpose()) = 'provider-auth');
create policy authentication_forgets on provider_use for delete to reeve_web
  using ((select app_purpose()) = 'provider-auth' and day < current_date - 400);
create policy setup_all on provider_use to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update, delete on provider_use to reeve_web;

alter table provider_addresses enable row level security;
alter table provider_addresses force row level security;
create policy clearinghouse_reads on provider_addresses for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy authentication_reads on provider_addresses for select to reeve_web using ((select app_purpose()) = 'provider-auth');
create policy authentication_notes on provider_addresses for insert to reeve_web with check ((select app_purpose()) = 'provider-auth');
create policy authentication_stamps on provider_addresses for update to reeve_web
  using ((select app_purpose()) = 'provider-auth') with check ((select app_purpose()) = 'provider-auth');
create policy authentication_forgets on provider_addresses for delete to reeve_web
  using ((select app_purpose()) = 'provider-auth' and last_at < now() - interval '30 days');
create policy setup_all on provider_addresses to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update, delete on provider_addresses to reeve_web;
