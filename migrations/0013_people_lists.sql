-- Lists of people, whom an audit line is about, and who outside an agency did it.
--
-- An agency's page of its people has four worklists on top (to approve, to review,
-- idle, leavers with open work). Each is counted, up to a limit, whenever the page
-- is shown, so each has an index or a window of its own.

-- +goose Up
select set_config('app.side', 'system', true), set_config('app.purpose', 'setup', true);

-- Everybody but those who left, in the order of the list.
create index users_here on users (agency_id, name, id) where state <> 'removed';
create index users_to_approve on users (agency_id, name, id) where state in ('invited', 'waiting') and approved_at is null;
-- The yearly review counts from the last one, or from when the account was made;
-- idleness from the last sign-in. See models.User.RecertifyDue, account.Sleeping.
-- They are columns, since behind a row policy no index on an expression is used.
alter table users
  add column review_from timestamptz generated always as (coalesce(recertified_at, created_at)) stored,
  add column idle_from timestamptz generated always as (coalesce(last_sign_in_at, created_at)) stored;
create index users_review on users (agency_id, review_from) where state <> 'removed';
create index users_idle on users (agency_id, idle_from) where state = 'active';

-- The persons whom a line of the audit log is about, as audit_concerns has the
-- agencies: a line that names fourteen people stands in the history of each.
create table audit_people (
  user_id uuid not null,
  event_id uuid not null references audit_events (id),
  primary key (user_id, event_id)
);
comment on table audit_people is 'whose account a line is about; a way to find lines, no part of what is sealed';
create trigger audit_people_fixed before update or delete or truncate on audit_people
  for each statement execute function audit_refuse_change();
alter table audit_people enable row level security;
alter table audit_people force row level security;
create policy people_append on audit_people for insert to reeve_web with check ((select app_side()) <> '');
create policy worker_appends on audit_people for insert to reeve_work with check ((select app_side()) = 'system');
create policy managers_windows on audit_people for select to reeve_owner
  using ((select app_side()) in ('agency', 'clearinghouse') and exists (select 1 from users u where u.id = user_id));
create policy setup_all on audit_people to reeve_owner
  using (case (select app_purpose()) when 'setup' then true else false end) with check ((select app_purpose()) = 'setup');
grant insert on audit_people to reeve_web, reeve_work;

-- A window: what was done to a person's account, newest first. An admin above reads
-- here also what the agency's own admins did, of this person and of nobody else.
create policy managers_windows on audit_events for select to reeve_owner
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then actor_agency = any ((select app_agencies_below())::uuid[]) or concerns && (select app_agencies_below())::uuid[]
    else false end);
create function people_history(p_user uuid, p_before uuid, p_limit integer)
  returns table (id uuid, at timestamptz, actor_name text, actor_agency uuid, action text, refused boolean, words text, detail jsonb)
  language sql stable security definer set search_path = public
  as $$
    select e.id, e.at, e.actor_name, e.actor_agency, e.action, e.refused, e.words, e.detail
      from users u join audit_people p on p.user_id = u.id join audit_events e on e.id = p.event_id
     where u.id = p_user and app_manages(u.agency_id) and p.event_id < p_before
     order by p.event_id desc limit least(p_limit, 200)
  $$;

-- A window: who of an agency's suspended and removed people still holds open
-- referrals, 500 at most. Holders are few however many people ever left, so they
-- are stepped through from one to the next.
create function people_leavers(p_agency uuid) returns table (user_id uuid)
  language sql stable security definer set search_path = public
  as $$
    with recursive holders (id) as (
      (select f.assignee_id from referrals f
        where f.agency_id = p_agency and f.open and f.assignee_id is not null and app_manages(p_agency)
        order by f.assignee_id limit 1)
      union all
      select (select f.assignee_id from referrals f
        where f.agency_id = p_agency and f.open and f.assignee_id is not null and f.assignee_id > h.id
        order by f.assignee_id limit 1)
        from holders h where h.id is not null)
    select u.id from holders h join users u on u.id = h.id and u.agency_id = p_agency
     where u.state in ('suspended', 'removed') limit 500
  $$;
revoke execute on function people_history(uuid, uuid, integer) from public;
revoke execute on function people_leavers(uuid) from public;
grant execute on function people_history(uuid, uuid, integer) to reeve_web;
grant execute on function people_leavers(uuid) to reeve_web;

-- Whether a person did it. An agency asks who outside it looked at its reports, and
-- most of what concerns it was done by Reeve itself.
alter table audit_concerns add column by_person boolean not null default false;
comment on column audit_concerns.by_person is 'a copy: a person, not a provider and not Reeve itself; "reeve audit verify" compares it';
alter table audit_concerns disable trigger audit_concerns_fixed;
update audit_concerns c set by_person = true from audit_events e
  where e.id = c.event_id and e.side in ('agency', 'clearinghouse') and e.actor_id is not null;
alter table audit_concerns enable trigger audit_concerns_fixed;
create index audit_concerns_people on audit_concerns (agency_id, event_id desc) where by_person;
