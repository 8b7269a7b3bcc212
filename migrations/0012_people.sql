-- People: how an account lives, who may manage it, and how agencies bring their
-- own sign-in.
--
-- Agencies form a tree. An agency's people are managed by its own admins and by
-- those of the agencies above it; the clearinghouse manages the roots. The tree
-- decides who may see accounts, sign-in settings and load; it never opens a report
-- (see 0006: a report is seen through a referral alone).
--
-- Row policies know side and agency, not roles: what a role may do is asked before
-- (auth.Can), whose rows it may do that to is asked here.

-- +goose Up

-- Rows that exist already are brought along below; the owner, too, sees them only
-- under a purpose.
select set_config('app.side', 'system', true), set_config('app.purpose', 'setup', true);

-- The caller's agency and every one below it, at any depth. Always written
-- `any ((select app_agencies_below())::uuid[])`, so that it is asked once a statement.
create function app_agencies_below() returns uuid[]
  language sql stable set search_path = public
  as $$
    with recursive below (id) as (
      select app_agency()
      union
      select a.id from agencies a join below b on a.parent_id = b.id)
    select coalesce(array_agg(id), '{}') from below where id is not null
  $$;

-- May the caller manage this agency's people and settings, as far as rows go?
create function app_manages(p_agency uuid) returns boolean
  language sql stable set search_path = public
  as $$
    select case app_side()
      when 'clearinghouse' then true
      when 'agency' then p_agency = any (app_agencies_below())
      else app_purpose() = 'setup' end
  $$;

alter table agencies
  add column ori text not null default '',
  add column idle_minutes smallint constraint agencies_idle_downwards check (idle_minutes between 5 and 30),
  add column absolute_hours smallint constraint agencies_absolute_downwards check (absolute_hours between 1 and 12),
  add column closed_at timestamptz,
  add column version integer not null default 1;
comment on column agencies.ori is 'originating agency identifier, as CJIS asks of account records (AC-2)';
comment on column agencies.idle_minutes is 'minutes without a request after which its people''s sessions lock; null: 30, the most there is';
comment on column agencies.absolute_hours is 'hours after sign-in at which its people''s sessions end; null: 12, the most there is';
comment on column agencies.closed_at is 'an agency that is no more: nobody signs in, nothing new is referred';

-- A tree has no circles, and the clearinghouse and the pools have no place in it.
-- +goose StatementBegin
create function agencies_keep_tree() returns trigger language plpgsql set search_path = public as $$
begin
  if new.parent_id is not null then
    if exists (
      with recursive above (id) as (
        select new.parent_id
        union
        select a.parent_id from agencies a join above b on a.id = b.id where a.parent_id is not null)
      select 1 from above where id = new.id) then
      raise exception 'an agency cannot stand below itself' using errcode = 'check_violation', constraint = 'agencies_tree';
    end if;
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger agencies_tree before insert or update of parent_id on agencies
  for each row execute function agencies_keep_tree();

-- The directory stays readable by all who may sign in; writing it is now a deed of
-- people too. The policies bind writing only.
alter table agencies enable row level security;
alter table agencies force row level security;
create policy everybody_reads on agencies for select to reeve_web, reeve_work, reeve_owner using (true);
create policy managers_add on agencies for insert to reeve_web
  with check (kind = 'agency' and case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then parent_id = any ((select app_agencies_below())::uuid[])
    else false end);
create policy managers_change on agencies for update to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and id = any ((select app_agencies_below())::uuid[])));
create policy setup_all on agencies to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant insert on agencies to reeve_web;
grant update (name, zone, band, contact_name, contact_email, contact_phone, ori, idle_minutes, absolute_hours, closed_at, parent_id, version) on agencies to reeve_web;
-- The trigger that counts changes of the directory writes this as the caller.
grant update on directory_version to reeve_web;

-- Accounts. invited: waits for the first sign-in. waiting: signed in, waits for a
-- commander. active, suspended, removed say themselves.
alter table users
  drop constraint users_state_known,
  add constraint users_state_known check (state in ('invited', 'waiting', 'active', 'suspended', 'removed')),
  add column title text not null default '',
  add column sworn boolean,
  add column source text not null default 'console' constraint users_source_known check (source in ('console', 'invitation', 'file', 'directory')),
  add column external_id text,
  add column invited_by uuid,
  add column invited_by_name text not null default '',
  add column approved_at timestamptz,
  add column approved_by uuid,
  add column approved_by_name text not null default '',
  add column state_at timestamptz,
  add column state_why text not null default '',
  add column recertified_at timestamptz,
  add column recertified_by_name text not null default '',
  add column last_seen_at timestamptz,
  add column last_acr text not null default '',
  add column last_amr text[] not null default '{}',
  add column version integer not null default 1;
comment on column users.sworn is 'sworn officer; null: not said (CJIS AC-2)';
comment on column users.source is 'how the account came: by a console command, an invitation on a page, a file, the agency''s directory (SCIM)';
comment on column users.external_id is 'the agency directory''s own identifier, for SCIM';
comment on column users.approved_at is 'when a commander said that this person may come in; an invitation may be approved before the first sign-in';
comment on column users.recertified_at is 'when an admin last said that this person still needs the access; due again a year later';
comment on column users.last_seen_at is 'last sign-in; an account idle for 90 days is listed';
comment on column users.last_amr is 'authentication methods of the last sign-in (RFC 8176), for "sign-in strength"';
update users set approved_at = created_at, approved_by_name = 'console', recertified_at = created_at, state_at = coalesce(last_sign_in_at, created_at), last_seen_at = last_sign_in_at;
create unique index users_external on users (agency_id, external_id) where external_id is not null;
create index users_agency_state on users (agency_id, state, name, id);
create index users_issuer_subject on users (issuer_id, subject) where subject is not null;

create policy managers_read on users for select to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy managers_add on users for insert to reeve_web
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy managers_change on users for update to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
grant insert on users to reeve_web;
grant update (issuer_id, email, name, title, sworn, roles, source, external_id, invited_by, invited_by_name, approved_at, approved_by, approved_by_name,
  state_at, state_why, recertified_at, recertified_by_name, last_seen_at, last_acr, last_amr, version) on users to reeve_web;

-- Identity providers as data. What is live stands in issuers; what an admin is
-- preparing stands in issuer_drafts until a test sign-in has succeeded with it.
alter table issuers
  add column name text not null default '',
  add column auth_method text not null default 'none' constraint issuers_auth_known check (auth_method in ('none', 'client_secret', 'private_key_jwt')),
  add column private_key bytea,
  add column public_key jsonb,
  add column scopes text[] not null default '{openid,email,profile}',
  add column roles_claim text not null default '',
  add column role_map jsonb not null default '{}',
  add column required_acr text[] not null default '{}',
  add column required_amr text[] not null default '{}',
  add column mfa_attested_by text not null default '',
  add column mfa_attested_at timestamptz,
  add column changed_at timestamptz,
  add column changed_by_name text not null default '',
  add column tested_at timestamptz,
  add column last_success_at timestamptz,
  add column last_failure_at timestamptz,
  add column last_failure text not null default '',
  add column version integer not null default 1;
update issuers set auth_method = case when client_secret is null then 'none' else 'client_secret' end, changed_at = created_at;
comment on column issuers.private_key is 'for private_key_jwt: a sealed ES256 key in PKCS 8; its public half is public_key, a JWK to give to the provider';
comment on column issuers.role_map is 'value of roles_claim -> list of our roles; empty: roles are given here, not by the provider';
comment on column issuers.required_acr is 'any one of these in acr is a strong sign-in';
comment on column issuers.required_amr is 'any one of these in amr is a strong sign-in (RFC 8176: mfa, hwk, ...); both lists empty: strength is not read';
comment on column issuers.mfa_attested_by is 'who at the clearinghouse accepted that this provider enforces a second factor without saying so in its tokens';
comment on column issuers.last_failure is 'why the provider could last not be used, in plain words, for its agency''s admin';

create table issuer_drafts (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  issuer_id uuid references issuers (id),
  url text not null,
  name text not null default '',
  client_id text not null,
  auth_method text not null constraint issuer_drafts_auth_known check (auth_method in ('none', 'client_secret', 'private_key_jwt')),
  client_secret bytea,
  private_key bytea,
  public_key jsonb,
  scopes text[] not null,
  roles_claim text not null default '',
  role_map jsonb not null default '{}',
  required_acr text[] not null default '{}',
  required_amr text[] not null default '{}',
  domains text[] not null default '{}',
  made_by uuid not null,
  made_by_name text not null,
  made_at timestamptz not null,
  tested_at timestamptz,
  tested_by uuid,
  tested_subject text not null default '',
  tested_email text not null default '',
  test_report jsonb,
  version integer not null default 1
);
comment on table issuer_drafts is 'sign-in settings in the making; a test sign-in by the admin who will switch them on must succeed first, so that nobody locks themselves out';
comment on column issuer_drafts.issuer_id is 'the live provider that this will change; null: a new one';
comment on column issuer_drafts.tested_subject is 'who the tester is at the provider: on switching on, that account is bound at once';
create index issuer_drafts_agency on issuer_drafts (agency_id);

create table agency_domains (
  agency_id uuid not null references agencies (id),
  domain text not null constraint agency_domains_lower check (domain = lower(domain)),
  asked_by_name text not null default '',
  asked_at timestamptz not null,
  note text not null default '',
  decided_at timestamptz,
  decided_by_name text not null default '',
  approved boolean,
  primary key (agency_id, domain)
);
comment on table agency_domains is 'e-mail domains that an agency asked for; only one whose ownership the clearinghouse has checked and approved can lead to its sign-in';
create unique index agency_domains_one_holder on agency_domains (domain) where approved;
create index agency_domains_undecided on agency_domains (asked_at) where approved is null;
insert into agency_domains (agency_id, domain, asked_at, decided_at, decided_by_name, approved)
  select i.agency_id, d.domain, i.created_at, i.created_at, 'console', true from issuer_domains d join issuers i on i.id = d.issuer_id;

create policy managers_read on issuers for select to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy managers_add on issuers for insert to reeve_web
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy managers_change on issuers for update to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy login_stamps on issuers for update to reeve_web using ((select app_purpose()) = 'login') with check ((select app_purpose()) = 'login');
grant insert, update on issuers to reeve_web;

create policy managers_read on issuer_domains for select to reeve_web
  using (exists (select 1 from issuers i where i.id = issuer_id and ((select app_side()) = 'clearinghouse' or i.agency_id = any ((select app_agencies_below())::uuid[]))));
create policy managers_write on issuer_domains to reeve_web
  using ((select app_side()) in ('agency', 'clearinghouse') and exists (select 1 from issuers i where i.id = issuer_id and ((select app_side()) = 'clearinghouse' or i.agency_id = any ((select app_agencies_below())::uuid[]))))
  with check ((select app_side()) in ('agency', 'clearinghouse')
    and exists (select 1 from issuers i join agency_domains d on d.agency_id = i.agency_id and d.domain = issuer_domains.domain and d.approved where i.id = issuer_id));
grant insert, delete, update on issuer_domains to reeve_web;

alter table issuer_drafts enable row level security;
alter table issuer_drafts force row level security;
create policy managers_all on issuer_drafts to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy login_reads on issuer_drafts for select to reeve_web using ((select app_purpose()) = 'login');
create policy setup_all on issuer_drafts to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update, delete on issuer_drafts to reeve_web;

alter table agency_domains enable row level security;
alter table agency_domains force row level security;
create policy managers_read on agency_domains for select to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
-- An agency may ask; deciding is the clearinghouse's.
create policy managers_ask on agency_domains for insert to reeve_web
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and approved is null and agency_id = any ((select app_agencies_below())::uuid[])));
create policy clearinghouse_decides on agency_domains for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy managers_withdraw on agency_domains for delete to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
-- A test sign-in says whether the address's domain is approved.
create policy login_reads on agency_domains for select to reeve_web using ((select app_purpose()) = 'login');
create policy setup_all on agency_domains to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update, delete on agency_domains to reeve_web;

-- Sessions: what a person needs to know their own, what step-up asks, and what a
-- back-channel logout names.
alter table sessions
  add column id uuid not null default gen_random_uuid(),
  add column issuer_id uuid,
  add column subject text,
  add column sid text,
  add column auth_at timestamptz,
  add column strong boolean not null default false,
  add column seen_at timestamptz,
  add column was_user uuid references users (id),
  add column ip text not null default '',
  add column agent text not null default '';
comment on column sessions.seen_at is 'the person''s last request, to the minute; the agency''s limits are counted from here and from created_at at each request';
comment on column sessions.was_user is 'nobody is signed in, and this is whose session ended by itself in this browser; a form that they send now is kept for them';
comment on column sessions.ip is 'from where the last request came, to the minute';
comment on column sessions.auth_at is 'when the person last proved who they are, as the provider says (auth_time); a step-up renews it';
comment on column sessions.strong is 'the last proof met what the agency''s provider is required to give (acr, amr)';
comment on column sessions.sid is 'the provider''s own name of its session, by which it ends ours (OpenID Connect Back-Channel Logout)';
update sessions set auth_at = created_at, seen_at = greatest(created_at, expires_at - interval '30 minutes');
create unique index sessions_id on sessions (id);
create index sessions_provider on sessions (issuer_id, sid) where sid is not null;

-- The session keeper asks whether the person's provider must give a strong proof.
create policy session_reads on issuers for select to reeve_web using ((select app_purpose()) = 'session');

-- Sessions that ended by themselves, for a day: no data, and a secret that signs
-- nobody in. They say whose form it is that a page left open sends too late.
create table ended_sessions (
  token_hash bytea primary key,
  user_id uuid not null references users (id),
  ended_at timestamptz not null
);
create index ended_sessions_at on ended_sessions (ended_at);
alter table ended_sessions enable row level security;
alter table ended_sessions force row level security;
create policy session_reads on ended_sessions for select to reeve_web using ((select app_purpose()) = 'session');
create policy upkeep_all on ended_sessions to reeve_work using ((select app_purpose()) = 'upkeep') with check ((select app_purpose()) = 'upkeep');
create policy setup_all on ended_sessions to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select on ended_sessions to reeve_web;
grant select, insert, delete on ended_sessions to reeve_work;

-- Forms that could not be carried out before a sign-in: kept for a few minutes, for
-- one person in one browser.
create table kept_forms (
  id uuid primary key,
  token_hash bytea not null,
  user_id uuid not null references users (id),
  path text not null,
  sealed bytea not null,
  kept_at timestamptz not null
);
comment on column kept_forms.token_hash is 'of the browser''s cookie, as in sessions; moves along when the secret changes';
comment on column kept_forms.sealed is 'what was typed, under a key that only the browser''s cookie gives: it may be a provider''s secret';
create index kept_forms_browser on kept_forms (token_hash);
create index kept_forms_at on kept_forms (kept_at);
alter table kept_forms enable row level security;
alter table kept_forms force row level security;
create policy session_all on kept_forms to reeve_web using ((select app_purpose()) = 'session') with check ((select app_purpose()) = 'session');
create policy upkeep_deletes on kept_forms to reeve_work using ((select app_purpose()) = 'upkeep');
create policy setup_all on kept_forms to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update, delete on kept_forms to reeve_web;
grant select, delete on kept_forms to reeve_work;

create table logout_tokens (
  issuer_id uuid not null,
  jti text not null,
  expires_at timestamptz not null,
  primary key (issuer_id, jti)
);
comment on table logout_tokens is 'logout tokens already obeyed, until they expire by themselves: one is obeyed once';
alter table logout_tokens enable row level security;
alter table logout_tokens force row level security;
create policy session_all on logout_tokens to reeve_web using ((select app_purpose()) = 'session') with check ((select app_purpose()) = 'session');
create policy upkeep_deletes on logout_tokens to reeve_work using ((select app_purpose()) = 'upkeep');
create policy setup_all on logout_tokens to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, delete on logout_tokens to reeve_web;
grant select, delete on logout_tokens to reeve_work;

-- Directory tokens: with one, an agency's directory manages its people (SCIM).
create table scim_tokens (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  name text not null,
  token_hash bytea not null constraint scim_tokens_hash_unique unique,
  hint text not null,
  made_by_name text not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  last_used_ip text not null default '',
  revoked_at timestamptz,
  revoked_by_name text not null default ''
);
comment on column scim_tokens.token_hash is 'SHA-256 of a token of 256 random bits; the token itself is shown once';
comment on column scim_tokens.hint is 'the token''s last four characters, to tell tokens apart';
create index scim_tokens_agency on scim_tokens (agency_id, made_at desc);
alter table scim_tokens enable row level security;
alter table scim_tokens force row level security;
create policy managers_all on scim_tokens to reeve_web
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy authentication_reads on scim_tokens for select to reeve_web using ((select app_purpose()) = 'directory-auth');
create policy authentication_stamps on scim_tokens for update to reeve_web using ((select app_purpose()) = 'directory-auth') with check ((select app_purpose()) = 'directory-auth');
create policy setup_all on scim_tokens to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update on scim_tokens to reeve_web;

-- Windows for managers. Sessions belong to the session keeper alone and referrals
-- to their agency; a manager above may end the one and see the load of the other,
-- and learns no more. Each asks app_manages first.

-- Ends every session of a person and answers how many there were.
-- +goose StatementBegin
create function people_end_sessions(p_user uuid, p_session uuid default null) returns integer
  language plpgsql security definer set search_path = public
  as $$
    declare n integer := 0;
    begin
      if exists (select 1 from users u where u.id = p_user and app_manages(u.agency_id)) then
        delete from sessions s where s.user_id = p_user and (p_session is null or s.id = p_session);
        get diagnostics n = row_count;
      end if;
      return n;
    end $$;
-- +goose StatementEnd

-- The sessions of a person, newest first.
create function people_sessions(p_user uuid) returns table (id uuid, created_at timestamptz, expires_at timestamptz, auth_at timestamptz, strong boolean, ip text, agent text)
  language sql stable security definer set search_path = public
  as $$
    select s.id, s.created_at, s.expires_at, s.auth_at, s.strong, s.ip, s.agent
      from sessions s join users u on u.id = s.user_id
     where s.user_id = p_user and app_manages(u.agency_id) order by s.created_at desc limit 100
  $$;

-- How many open referrals each of these people has, at most 100 each.
create function people_load(p_users uuid[]) returns table (user_id uuid, open integer)
  language sql stable security definer set search_path = public
  as $$
    select u.id, (select count(*)::integer from (select 1 from referrals f
             where f.agency_id = u.agency_id and f.assignee_id = u.id and f.open limit 100) f)
      from users u where u.id = any (p_users) and app_manages(u.agency_id)
  $$;

-- Gives a person's open referrals to a colleague and answers how many. States stay
-- as they are: a leaver's work goes on under another name.
-- +goose StatementBegin
create function people_hand_over(p_user uuid, p_to uuid, p_at timestamptz, p_by text) returns integer
  language plpgsql security definer set search_path = public
  as $$
    declare n integer := 0; heir text; home uuid;
    begin
      select u.agency_id into home from users u where u.id = p_user and app_manages(u.agency_id);
      select t.name into heir from users t where t.id = p_to and t.id <> p_user and t.agency_id = home and t.state = 'active' and t.roles && array['investigator', 'supervisor'];
      if home is null or heir is null then
        return 0;
      end if;
      update referrals f set assignee_id = p_to, assignee = heir, version = f.version + 1, updated_at = p_at, updated_by = p_by
       where f.agency_id = home and f.assignee_id = p_user and f.open;
      get diagnostics n = row_count;
      return n;
    end $$;
-- +goose StatementEnd

-- The windows run as the owner of the tables; through these policies even they see
-- no row of an agency that the caller does not manage.
create policy managers_windows on users for select to reeve_owner
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
create policy managers_windows on sessions to reeve_owner
  using ((select app_side()) in ('agency', 'clearinghouse') and exists (select 1 from users u where u.id = user_id));
create policy managers_windows on referrals to reeve_owner
  using ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])))
  with check ((select app_side()) = 'clearinghouse' or ((select app_side()) = 'agency' and agency_id = any ((select app_agencies_below())::uuid[])));
revoke execute on function app_agencies_below() from public;
revoke execute on function app_manages(uuid) from public;
revoke execute on function people_end_sessions(uuid, uuid) from public;
revoke execute on function people_sessions(uuid) from public;
revoke execute on function people_load(uuid[]) from public;
revoke execute on function people_hand_over(uuid, uuid, timestamptz, text) from public;
grant execute on function app_agencies_below() to reeve_web, reeve_work;
grant execute on function app_manages(uuid) to reeve_web, reeve_work;
grant execute on function people_end_sessions(uuid, uuid) to reeve_web;
grant execute on function people_sessions(uuid) to reeve_web;
grant execute on function people_load(uuid[]) to reeve_web;
grant execute on function people_hand_over(uuid, uuid, timestamptz, text) to reeve_web;
