-- What an agency's directory says of its people and groups (SCIM 2.0), beside what
-- the portal itself goes by.
--
-- An account is one row of users, whoever made it. A directory knows the person
-- under a name of its own and spells names its own way; it compares what it sent
-- with what it gets back, so its spelling is kept as it came. The account's name
-- and e-mail address follow from it.
--
-- Groups are the roles that an agency's people can have. They are not stored: a
-- member is whoever has the role. What is stored is only how the directory calls
-- them.

-- +goose Up
alter table agencies
  add column directory_approves boolean not null default false,
  add column directory_approves_at timestamptz,
  add column directory_approves_by_name text not null default '';
comment on column agencies.directory_approves is 'accounts that the agency''s directory makes need no further approval by a commander; a commander has said so';
grant update (directory_approves, directory_approves_at, directory_approves_by_name) on agencies to reeve_web;

-- When anything that a directory or an admin may change was last changed; and the
-- name to look up by, since case does not count there. A column and not an index on
-- lower(name): behind row policies Postgres uses no index through a function that is
-- not marked leakproof, and lower is not.
alter table users
  add column changed_at timestamptz,
  add column name_key text generated always as (lower(name)) stored;
comment on column users.changed_at is 'when the version last went up; null: never since the account was made';
-- +goose StatementBegin
create function users_note_change() returns trigger language plpgsql set search_path = public as $$
begin
  new.changed_at := now();
  return new;
end $$;
-- +goose StatementEnd
create trigger users_changed before update on users for each row
  when (old.version is distinct from new.version) execute function users_note_change();

create table scim_users (
  user_id uuid primary key references users (id),
  agency_id uuid not null references agencies (id),
  user_name text not null,
  user_name_key text not null generated always as (lower(user_name)) stored,
  own_email boolean not null default false,
  display_name text not null default '',
  formatted text not null default '',
  given_name text not null default '',
  family_name text not null default '',
  suspended_at timestamptz
);
comment on table scim_users is 'how the agency''s directory names a person whom it manages, in its own spelling';
comment on column scim_users.own_email is 'the directory gave an e-mail address besides the user name; otherwise the user name is the address';
comment on column scim_users.suspended_at is 'when the directory suspended the account. It lifts its own suspension (users.state_at is the same), never one by a person';
create unique index scim_users_name on scim_users (agency_id, user_name_key);

create table scim_groups (
  agency_id uuid not null references agencies (id),
  role text not null,
  display_name text not null default '',
  external_id text,
  primary key (agency_id, role)
);
comment on table scim_groups is 'how the agency''s directory calls the group that stands for a role; without a row it has our own name';
create unique index scim_groups_name on scim_groups (agency_id, lower(display_name)) where display_name <> '';

alter table scim_users enable row level security;
alter table scim_users force row level security;
create policy managers_all on scim_users to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy setup_all on scim_users to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update, delete on scim_users to reeve_web;

alter table scim_groups enable row level security;
alter table scim_groups force row level security;
create policy managers_all on scim_groups to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy setup_all on scim_groups to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update on scim_groups to reeve_web;

-- A directory reads its agency's people page by page in the order of their ids and
-- must be told how many there are (RFC 7644 3.4.2.4): both come from this index alone.
create index users_directory on users (agency_id, id) include (state) where state <> 'removed';
create index users_agency_email on users (agency_id, email);
create index users_agency_name_key on users (agency_id, name_key);

-- Two live tokens of an agency never have the same name: the audit log knows a
-- directory by it.
create unique index scim_tokens_name on scim_tokens (agency_id, lower(name)) where revoked_at is null;
