-- The urgent path: whom an urgent report calls, who answered, and the mail that calls.
--
-- A report that is urgent has one escalation. For each agency that may have
-- jurisdiction the escalation has a line, and each line climbs a ladder of its own:
-- one call after the other, until somebody answers or the ladder ends at the desk.
--
-- Which report it is stands in the escalation alone, and an agency sees that only
-- through a referral to itself. A line and its calls hold nothing of the report: an
-- agency that is called before the report is its own learns from them that it was
-- called, and no more.
--
-- Mail is written into the outbox in the transaction of the deed that causes it and
-- sent afterwards. So no mail exists of a deed that did not happen, and a mail server
-- that is down stops no deed.

-- +goose Up
create table outbox (
  id uuid primary key,
  kind text not null,
  about text not null default '',
  agency_id uuid references agencies (id),
  recipient text not null,
  subject text not null,
  body text not null,
  state text not null constraint outbox_state_known check (state in ('queued', 'sent', 'failed', 'written')),
  tries smallint not null default 0,
  next_try_at timestamptz not null,
  last_error text not null default '',
  queued_at timestamptz not null,
  ended_at timestamptz,
  constraint outbox_ended_has_time check ((state = 'queued') = (ended_at is null))
);
comment on column outbox.about is 'a report''s number or nothing; mail carries no other word of a report';
comment on column outbox.agency_id is 'whose people it goes to; null: nobody''s in particular';
comment on column outbox.state is 'written: no mail server is set, so it was only kept here';
comment on column outbox.next_try_at is 'when a worker may take it; one that takes it moves this ahead, so that no two send it';
comment on column outbox.body is 'may hold a link that answers a call; nobody signed in may read it';
create index outbox_due on outbox (next_try_at, id) where state = 'queued';
create index outbox_failed on outbox (ended_at desc, id desc) where state = 'failed';

create table on_call_lists (
  agency_id uuid primary key references agencies (id),
  version integer not null default 1,
  changed_at timestamptz not null,
  changed_by_name text not null
);
comment on table on_call_lists is 'one row for each agency whose contacts were ever edited: what a form was based on';

create table on_call_contacts (
  id uuid primary key,
  agency_id uuid not null references agencies (id),
  place smallint not null constraint on_call_contacts_place check (place >= 1),
  name text not null,
  duty text not null default '',
  email text not null,
  phone text not null default '',
  days text not null default 'all' constraint on_call_contacts_days check (days in ('all', 'weekdays', 'weekends')),
  from_minute smallint,
  to_minute smallint,
  wait_minutes smallint not null constraint on_call_contacts_wait check (wait_minutes between 1 and 240),
  added_at timestamptz not null,
  constraint on_call_contacts_hours check ((from_minute is null) = (to_minute is null) and (from_minute is null or from_minute <> to_minute)
    and coalesce(from_minute, 0) between 0 and 1439 and coalesce(to_minute, 1) between 0 and 1439),
  constraint on_call_contacts_place_unique unique (agency_id, place) deferrable initially deferred
);
comment on column on_call_contacts.from_minute is 'minutes after midnight in the agency''s zone; null: at all hours. An end before the beginning is on the next day';
comment on column on_call_contacts.wait_minutes is 'how long nobody may answer before the next contact is called';

create table escalations (
  id uuid primary key,
  report_id uuid not null references reports (id),
  number bigint not null,
  urgency smallint not null,
  state text not null constraint escalations_state_known check (state in ('open', 'answered', 'ended', 'withdrawn')),
  raised_at timestamptz not null,
  at_desk_at timestamptz,
  desk_why text not null default '',
  ended_at timestamptz,
  ended_by_name text not null default '',
  ended_why text not null default '',
  rank smallint generated always as (urgency + case when at_desk_at is null then 0 else 100 end) stored,
  version integer not null default 1,
  constraint escalations_ended_has_time check ((state = 'open') = (ended_at is null))
);
comment on column escalations.at_desk_at is 'since when the desk itself must act, because a ladder ended';
comment on column escalations.rank is 'the order of the desk''s page: what came back to the desk first, then the more urgent';
-- A withdrawn one may be followed by another, should the report be urgent again.
create unique index escalations_report on escalations (report_id) where state <> 'withdrawn';
create index escalations_of_report on escalations (report_id, id);
create index escalations_open on escalations (rank desc, raised_at, id) where state = 'open';
create index escalations_past on escalations (ended_at desc, id desc) where state <> 'open';

create table escalation_lines (
  id uuid primary key,
  escalation_id uuid not null references escalations (id),
  agency_id uuid not null references agencies (id),
  state text not null constraint escalation_lines_state_known check (state in ('calling', 'silent', 'acknowledged', 'taken', 'stopped', 'ended', 'withdrawn')),
  rung smallint not null default 0,
  first_called_at timestamptz not null,
  climb_at timestamptz,
  ended_at timestamptz,
  answered_by uuid,
  answered_by_name text not null default '',
  answered_how text not null default '' constraint escalation_lines_how_known check (answered_how in ('', 'portal', 'link', 'desk', 'work')),
  note text not null default '',
  version integer not null default 1,
  constraint escalation_lines_once unique (escalation_id, agency_id),
  constraint escalation_lines_calling_climbs check ((state = 'calling') = (climb_at is not null)),
  constraint escalation_lines_ended_has_time check ((state in ('calling', 'silent')) = (ended_at is null))
);
comment on column escalation_lines.state is 'calling: somebody is called and the next waits; silent: nobody answered, the desk acts; taken: the agency works on the report; stopped: it has the report no more';
comment on column escalation_lines.rung is 'how many calls were made';
create index escalation_lines_due on escalation_lines (climb_at, id) where state = 'calling';
create index escalation_lines_unanswered on escalation_lines (first_called_at) where state in ('calling', 'silent');
create index escalation_lines_agency_open on escalation_lines (agency_id, first_called_at desc, id desc) where state in ('calling', 'silent');
create index escalation_lines_agency on escalation_lines (agency_id, first_called_at desc, id desc);

create table escalation_calls (
  id uuid primary key,
  line_id uuid not null references escalation_lines (id),
  agency_id uuid not null references agencies (id),
  rung smallint not null,
  contact_id uuid,
  name text not null,
  duty text not null default '',
  email text not null default '',
  phone text not null default '',
  called_at timestamptz not null,
  called_by_name text not null,
  wait_minutes smallint not null,
  outbox_id uuid references outbox (id),
  named boolean not null,
  token_sha256 bytea,
  token_until timestamptz,
  token_used_at timestamptz,
  constraint escalation_calls_once unique (line_id, rung)
);
comment on table escalation_calls is 'who was called, as the list had them then';
comment on column escalation_calls.outbox_id is 'null: there is no e-mail address, so the desk must phone';
comment on column escalation_calls.named is 'whether the mail named the report by its number: the agency had it then';
comment on column escalation_calls.token_sha256 is 'of the secret in the mail''s link, which is random and kept nowhere else';
create unique index escalation_calls_token on escalation_calls (token_sha256) where token_sha256 is not null;

alter table outbox enable row level security;
alter table outbox force row level security;
-- Whoever is signed in causes mail and reads how it fared, never its text: the grants
-- below leave that column out.
create policy people_queue on outbox for insert to reeve_web with check ((select app_side()) <> '' and state = 'queued');
create policy people_read on outbox for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = any ((select app_agencies_below())::uuid[])
    else false end);
create policy worker_all on outbox to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on outbox to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table on_call_lists enable row level security;
alter table on_call_lists force row level security;
create policy managers_all on on_call_lists to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = any ((select app_agencies_below())::uuid[])
    else false end)
  with check (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = any ((select app_agencies_below())::uuid[])
    else false end);
create policy worker_reads on on_call_lists for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on on_call_lists to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table on_call_contacts enable row level security;
alter table on_call_contacts force row level security;
create policy managers_all on on_call_contacts to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = any ((select app_agencies_below())::uuid[])
    else false end)
  with check (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = any ((select app_agencies_below())::uuid[])
    else false end);
create policy worker_reads on on_call_contacts for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on on_call_contacts to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table escalations enable row level security;
alter table escalations force row level security;
create policy people_read on escalations for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then exists (select 1 from referrals f where f.report_id = escalations.report_id and f.agency_id = (select app_agency()))
    when 'system' then (select app_purpose()) = 'answering'
    else false end);
create policy desk_changes on escalations for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on escalations to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on escalations to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table escalation_lines enable row level security;
alter table escalation_lines force row level security;
create policy people_read on escalation_lines for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency())
    when 'system' then (select app_purpose()) = 'answering'
    else false end);
create policy people_answer on escalation_lines for update to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency())
    when 'system' then (select app_purpose()) = 'answering'
    else false end)
  with check (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency()) and state = 'acknowledged'
    when 'system' then (select app_purpose()) = 'answering' and state = 'acknowledged'
    else false end);
create policy worker_all on escalation_lines to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on escalation_lines to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table escalation_calls enable row level security;
alter table escalation_calls force row level security;
create policy people_read on escalation_calls for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then agency_id = (select app_agency())
    when 'system' then (select app_purpose()) = 'answering'
    else false end);
create policy desk_calls on escalation_calls for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy links_are_used on escalation_calls for update to reeve_web
  using ((select app_purpose()) = 'answering') with check ((select app_purpose()) = 'answering');
create policy worker_all on escalation_calls to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on escalation_calls to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

-- An answer must settle its escalation also when the answerer's agency does not have
-- the report and so sees neither the escalation nor how other agencies fare. This does
-- it and answers nothing. It runs as the owner of the tables, hence the two policies.
create policy window_settles on escalations to reeve_owner using (true) with check (true);
create policy window_reads on escalation_lines for select to reeve_owner using (true);
-- +goose StatementBegin
create function settle_escalation(p_line uuid) returns void
  language plpgsql security definer set search_path = public
  as $$
    declare l escalation_lines;
    begin
      select * into l from escalation_lines where id = p_line;
      if l.ended_at is null then
        return;
      end if;
      -- Two lines that end at the same time each wait for the other to be seen.
      perform 1 from escalations where id = l.escalation_id for update;
      update escalations e set state = 'answered', ended_at = l.ended_at, ended_by_name = l.answered_by_name, version = e.version + 1
       where e.id = l.escalation_id and e.state = 'open'
         and not exists (select 1 from escalation_lines o where o.escalation_id = e.id and o.state in ('calling', 'silent'));
    end $$;
-- +goose StatementEnd
comment on function settle_escalation(uuid) is 'marks the escalation of a line as answered once none of its lines waits for an answer';
revoke all on function settle_escalation(uuid) from public;
grant execute on function settle_escalation(uuid) to reeve_web, reeve_work;

grant insert on outbox to reeve_web;
grant select (id, kind, about, agency_id, recipient, subject, state, tries, next_try_at, last_error, queued_at, ended_at) on outbox to reeve_web;
grant select, insert, update on outbox to reeve_work;
grant select, insert, update on on_call_lists to reeve_web;
grant select, insert, update, delete on on_call_contacts to reeve_web;
grant select on on_call_lists, on_call_contacts to reeve_work;
grant select, update on escalations to reeve_web;
grant select, insert, update on escalations to reeve_work;
grant select, update on escalation_lines to reeve_web;
grant select, insert, update on escalation_lines to reeve_work;
grant select, insert on escalation_calls to reeve_web;
grant update (token_used_at) on escalation_calls to reeve_web;
grant select, insert, update on escalation_calls to reeve_work;
