-- Uploads under way.
--
-- A row is written before the first byte is stored and removed in the transaction
-- that makes the bytes a report's file, or once they are removed. What a crash
-- leaves between the two can so be found and erased: stored bytes that no row
-- names would be kept for ever and be nobody's.

-- +goose Up
create table uploads (
  id uuid primary key,
  provider_id uuid not null,
  storage_key text not null,
  started_at timestamptz not null
);
create index uploads_started on uploads (started_at);

alter table uploads enable row level security;
alter table uploads force row level security;
create policy provider_own on uploads to reeve_web
  using ((select app_side()) = 'provider' and provider_id = (select app_provider()))
  with check ((select app_side()) = 'provider' and provider_id = (select app_provider()));
create policy worker_all on uploads to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on uploads to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

grant select, insert, delete on uploads to reeve_web;
grant select, delete on uploads to reeve_work;
