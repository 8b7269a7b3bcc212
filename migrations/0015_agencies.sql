-- The tree of agencies as its people change it on pages.
--
-- 0012 let an agency's admin write the agencies of its subtree. A row policy sees
-- one row and not what it was before, so these rules stand in triggers, where they
-- hold for every door:
--
-- * The clearinghouse and the pools have no place in the tree.
-- * An agency moves only those below it, and only within what is below it; whether
--   it stands below another itself, and whether it is closed, others decide.
-- * A child's session limits are never laxer than its parent's. What stands in a row
--   is therefore what holds for its people: whoever reads a session's limits reads
--   one row. A tighter limit, or a move below a stricter agency, tightens all below.
-- * Nothing is referred to an agency that is closed.

-- +goose Up
-- +goose StatementBegin
create or replace function agencies_keep_tree() returns trigger language plpgsql set search_path = public as $$
begin
  -- Two moves at once could each be right and together make a circle; a closing at
  -- the same time could leave an open agency below a closed one.
  perform pg_advisory_xact_lock(hashtext('agencies_tree'));
  if new.parent_id is not null then
    if new.kind <> 'agency' or not exists (select 1 from agencies p where p.id = new.parent_id and p.kind = 'agency') then
      raise exception 'the clearinghouse and the pools have no place in the tree' using errcode = 'check_violation', constraint = 'agencies_tree_kind';
    end if;
    if (tg_op = 'INSERT' or new.parent_id is distinct from old.parent_id) and exists (select 1 from agencies p where p.id = new.parent_id and p.closed_at is not null) then
      raise exception 'nothing comes to stand below a closed agency' using errcode = 'check_violation', constraint = 'agencies_tree_open';
    end if;
    if exists (
      with recursive above (id) as (
        select new.parent_id
        union
        select a.parent_id from agencies a join above b on a.id = b.id where a.parent_id is not null)
      select 1 from above where id = new.id) then
      raise exception 'an agency cannot stand below itself' using errcode = 'check_violation', constraint = 'agencies_tree';
    end if;
  end if;
  if tg_op = 'UPDATE' and app_side() = 'agency' and new.parent_id is distinct from old.parent_id
    and (new.id = app_agency() or new.parent_id is null or not new.parent_id = any (app_agencies_below())) then
    raise exception 'an agency moves only those below it, within what is below it' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function agencies_keep_closing() returns trigger language plpgsql set search_path = public as $$
begin
  if new.closed_at is distinct from old.closed_at then
    if new.kind <> 'agency' then
      raise exception 'the clearinghouse and the pools cannot be closed' using errcode = 'check_violation', constraint = 'agencies_closing_kind';
    end if;
    if app_side() = 'agency' and new.id = app_agency() then
      raise exception 'an agency does not close itself' using errcode = 'insufficient_privilege';
    end if;
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger agencies_closing before update of closed_at on agencies
  for each row execute function agencies_keep_closing();

-- Limits: never laxer than the parent's. The name sorts after agencies_tree, so that
-- the tree is known to be one.
-- +goose StatementBegin
create function agencies_keep_limits() returns trigger language plpgsql set search_path = public as $$
begin
  if new.parent_id is not null then
    -- least() passes over nulls: null is the portal's own limit, the laxest.
    select least(new.idle_minutes, p.idle_minutes), least(new.absolute_hours, p.absolute_hours)
      into new.idle_minutes, new.absolute_hours from agencies p where p.id = new.parent_id;
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger agencies_tree_limits before insert or update of parent_id, idle_minutes, absolute_hours on agencies
  for each row execute function agencies_keep_limits();

-- +goose StatementBegin
create function agencies_tighten_below() returns trigger language plpgsql set search_path = public as $$
begin
  if new.idle_minutes is distinct from old.idle_minutes or new.absolute_hours is distinct from old.absolute_hours then
    update agencies c set idle_minutes = least(c.idle_minutes, new.idle_minutes), absolute_hours = least(c.absolute_hours, new.absolute_hours), version = c.version + 1
     where c.parent_id = new.id
       and (c.idle_minutes is distinct from least(c.idle_minutes, new.idle_minutes) or c.absolute_hours is distinct from least(c.absolute_hours, new.absolute_hours));
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger agencies_tighten after update on agencies
  for each row execute function agencies_tighten_below();

-- A referral that begins while its agency is being closed waits for the closing at
-- its foreign key, and is then refused: the job decides anew, without that agency.
-- After the row, and by its name after the key's own trigger, so that what is looked
-- at is what was decided last.
-- +goose StatementBegin
create function referrals_keep_open() returns trigger language plpgsql set search_path = public as $$
begin
  if exists (select 1 from agencies a where a.id = new.agency_id and a.closed_at is not null) then
    raise exception 'this agency is closed' using errcode = 'check_violation', constraint = 'referrals_agency_open';
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger referrals_agency_open after insert on referrals
  for each row execute function referrals_keep_open();

-- Lists of agencies go by name; a search looks through the few thousand there are.
create index agencies_roots on agencies (lower(name), id) where parent_id is null and kind = 'agency';
create index agencies_names on agencies (lower(name), id);
-- Whose sign-in it is could only be told by reading them all.
create index if not exists issuers_agency on issuers (agency_id);
-- An agency's last sign-in is one step; who is due has users_review (0013).
create index users_agency_last on users (agency_id, last_sign_in_at desc) where last_sign_in_at is not null;

-- Windows, as those of 0012: each asks whose agencies the caller manages.

-- How many open referrals each of these agencies has, at most a thousand and one
-- each: a number and nothing of any report.
create function agencies_open_work(p_agencies uuid[]) returns table (agency_id uuid, open integer)
  language sql stable security definer set search_path = public
  as $$
    select a.id, (select count(*)::integer from (select 1 from referrals f where f.agency_id = a.id and f.open limit 1001) f)
      from agencies a
     where a.id = any (p_agencies) and (app_side() = 'clearinghouse' or app_side() = 'agency' and a.id = any ((select app_agencies_below())::uuid[]))
  $$;

-- Ends every session of an agency's people and answers how many there were.
-- +goose StatementBegin
create function agencies_end_sessions(p_agency uuid) returns integer
  language plpgsql security definer set search_path = public
  as $$
    declare n integer := 0;
    begin
      if app_manages(p_agency) then
        delete from sessions s using users u where u.id = s.user_id and u.agency_id = p_agency;
        get diagnostics n = row_count;
      end if;
      return n;
    end $$;
-- +goose StatementEnd
revoke execute on function agencies_open_work(uuid[]) from public;
revoke execute on function agencies_end_sessions(uuid) from public;
grant execute on function agencies_open_work(uuid[]) to reeve_web;
grant execute on function agencies_end_sessions(uuid) to reeve_web;
