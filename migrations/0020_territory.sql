-- Territory as people change it, and what returns teach about signals.
--
-- Territory is dated. A change never rewrites a row: it ends one and adds another. A
-- row that was to begin later and does not, or that is corrected from its first day,
-- is withdrawn: it stays to be read and holds no more. What is about to change is
-- collected in a draft, whose changes each stand as a sentence; publishing applies
-- them all, as one numbered version, or none. Referrals are not touched by it.
--
-- How good a kind of signal is, is counted where referrals begin and end: the signal
-- that weighed most for the agency is noted with the referral when it is made, and
-- whether the report came back as wrong jurisdiction, or something became of it, moves
-- a count. As with the board's figures, counts are appended and folded later, so that
-- nobody waits for a counter; whoever reads them adds what is not folded yet.

-- +goose Up
-- Row policies bind the owner too: say for whom this migration works.
set local app.side = 'system';
set local app.purpose = 'setup';

create table territory_versions (
  number integer primary key,
  origin text not null constraint territory_versions_origin_known check (origin in ('desk', 'console')),
  name text not null,
  note text not null default '',
  past_why text not null default '',
  added integer not null,
  ended integer not null,
  published_by uuid,
  published_by_name text not null,
  published_at timestamptz not null
);
comment on table territory_versions is 'each publication of a change of territory, in order';
comment on column territory_versions.past_why is 'why something changes for days that have passed; empty: nothing does';

create table territory_drafts (
  id uuid primary key,
  name text not null,
  note text not null default '',
  past_why text not null default '',
  state text not null constraint territory_drafts_state_known check (state in ('draft', 'published', 'dropped')),
  number integer references territory_versions (number),
  made_by uuid,
  made_by_name text not null,
  made_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by_name text not null,
  version integer not null default 1,
  constraint territory_drafts_published_has_number check ((state = 'published') = (number is not null))
);
create index territory_drafts_open on territory_drafts (changed_at desc, id desc) where state = 'draft';
create unique index territory_drafts_number on territory_drafts (number) where number is not null;

create table territory_changes (
  id uuid primary key,
  draft_id uuid not null references territory_drafts (id),
  deed text not null constraint territory_changes_deed_known check (deed in ('give', 'end', 'amend', 'lead')),
  territory_id uuid references territories (id),
  agency_code text not null,
  country text not null default '',
  state text not null default '',
  county text not null default '',
  first_day date,
  last_day date,
  lead text not null default '',
  holder_kind text not null default '',
  basis text not null default '',
  certainty text not null default '',
  certainty_note text not null default '',
  source text not null default '',
  line integer not null default 0,
  words text not null,
  added_by_name text not null,
  added_at timestamptz not null,
  constraint territory_changes_row_named check ((deed in ('end', 'amend')) = (territory_id is not null))
);
comment on column territory_changes.deed is 'give: an area to an agency from first_day; end: a row after last_day; amend: a row says something else from first_day; lead: an agency is led by another from first_day';
comment on column territory_changes.line is 'of the file that it was imported from; 0: entered by hand';
create index territory_changes_draft on territory_changes (draft_id, id);

alter table territories
  add column added_in integer references territory_versions (number),
  add column ended_in integer references territory_versions (number),
  add column withdrawn_at timestamptz;
comment on column territories.added_in is 'version that added the row; null: there before versions were counted';
comment on column territories.ended_in is 'version that ended or withdrew it';
comment on column territories.withdrawn_at is 'the row holds on no day any more, and is kept to be read';
drop index territories_once;
create unique index territories_once on territories (agency_id, country, state, county, coalesce(valid_from, '-infinity'::date)) where withdrawn_at is null;

-- Reading stays free to all who may sign in; the policies bind writing. The web may
-- end and withdraw rows and change nothing else of them.
alter table territories enable row level security;
alter table territories force row level security;
create policy everybody_reads on territories for select to reeve_web, reeve_work, reeve_owner using (true);
create policy clearinghouse_adds on territories for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_ends on territories for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy setup_all on territories to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant insert on territories to reeve_web;
grant update (valid_to, ended_in, withdrawn_at) on territories to reeve_web;

alter table territory_versions enable row level security;
alter table territory_versions force row level security;
create policy clearinghouse_all on territory_versions to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on territory_versions for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on territory_versions to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert on territory_versions to reeve_web;
grant select on territory_versions to reeve_work;

alter table territory_drafts enable row level security;
alter table territory_drafts force row level security;
create policy clearinghouse_all on territory_drafts to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy setup_all on territory_drafts to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, update on territory_drafts to reeve_web;

-- What a published version consists of stays as it was published.
alter table territory_changes enable row level security;
alter table territory_changes force row level security;
create policy clearinghouse_reads on territory_changes for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy clearinghouse_adds on territory_changes for insert to reeve_web
  with check ((select app_side()) = 'clearinghouse' and exists (select 1 from territory_drafts d where d.id = draft_id and d.state = 'draft'));
create policy clearinghouse_takes_out on territory_changes for delete to reeve_web
  using ((select app_side()) = 'clearinghouse' and exists (select 1 from territory_drafts d where d.id = draft_id and d.state = 'draft'));
create policy setup_all on territory_changes to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert, delete on territory_changes to reeve_web;

-- The key of a signal: that of its row in the rules' table of weights, and after a
-- plus sign what lowers it most. It must say what routing.Signal.Key says; a test
-- compares the two over every kind.
-- +goose StatementBegin
create function signal_key(s jsonb) returns text language plpgsql immutable set search_path = public as $$
declare
  kind text := coalesce(s->>'kind', '');
  detail text := coalesce(s->>'detail', '');
  event text := coalesce(s->>'event', '');
  verified boolean := coalesce(s->>'verified', '') = 'true';
  key text;
begin
  key := case
    when kind in ('postal-address', 'incident-place') then kind || '/' || detail
    when kind in ('estimated-location', 'phone') and verified then kind || '/verified'
    when kind = 'phone' and detail = 'guessed' then 'phone/guessed'
    when kind = 'ip-address' and event in ('Upload', 'Purchase', 'Login', 'Registration') then 'ip/' || event
    when kind = 'ip-address' and detail <> '' then 'ip/' || detail
    when kind = 'ip-address' then 'ip/Other'
    else kind end;
  return key || case
    when kind = 'ip-address' and s->>'proxy' = 'true' then '+proxy'
    when kind = 'ip-address' and coalesce(s->>'network', '') <> '' then '+' || (s->>'network')
    when s->>'compromised' = 'true' then '+compromised'
    else '' end;
end $$;
-- +goose StatementEnd

-- The signal that weighs most for an agency in a decision; empty when the decision
-- does not name the agency in this capacity, or names it for no signal.
-- +goose StatementBegin
create function decisive_signal(decision jsonb, code text, capacity text) returns text language plpgsql immutable set search_path = public as $$
declare
  c jsonb;
begin
  select x into c from jsonb_array_elements(case when jsonb_typeof(decision->'candidates') = 'array' then decision->'candidates' else '[]' end) x
   where x->>'code' = code and x->>'capacity' = capacity limit 1;
  if c is null or c->'evidence'->0 is null then
    return '';
  end if;
  return coalesce(signal_key(decision->'evidence'->((c->'evidence'->0->>'index')::integer)->'signal'), '');
end $$;
-- +goose StatementEnd

-- Whether what became of a referral speaks for or against its place. Having passed a
-- report on, or closed it in a pool, says neither.
create function signal_verdict(state text, outcome text) returns text language sql immutable parallel safe
  as $$ select case when state = 'returned' then 'returned' when outcome in ('', 'ret.wrong_jurisdiction', 'ref.other_agency') then '' else 'confirmed' end $$;

alter table referrals add column signal text not null default '';
comment on column referrals.signal is 'key of the signal that weighed most for this agency in the decision; empty: none did';

create table signal_cells (
  month date not null,
  signal text not null,
  decisive bigint not null,
  returned bigint not null,
  confirmed bigint not null,
  claimed bigint not null,
  primary key (month, signal)
);
comment on table signal_cells is 'folded counts of referrals by the signal that decided them and the month in which they were referred';
comment on column signal_cells.claimed is 'confidence in thousandths, summed over those returned and confirmed: what was expected of them';

create table signal_changes (
  id bigint generated always as identity primary key,
  agency_id uuid not null,
  month date not null,
  signal text not null,
  decisive smallint not null,
  returned smallint not null,
  confirmed smallint not null,
  claimed smallint not null
);
comment on table signal_changes is 'what moved a count, written in the transaction that moved it, folded into signal_cells within a minute';

-- What is there already. The signal is noted first, while nothing listens yet.
update referrals r set signal = decisive_signal(d.decision, a.code, r.capacity)
  from routing_decisions d, agencies a
 where d.id = r.decision_id and a.id = r.agency_id and r.basis <> 'pool' and decisive_signal(d.decision, a.code, r.capacity) <> '';
insert into signal_cells (month, signal, decisive, returned, confirmed, claimed)
select date_trunc('month', referred_at at time zone 'UTC')::date, signal, count(*),
       count(*) filter (where signal_verdict(state, outcome) = 'returned'), count(*) filter (where signal_verdict(state, outcome) = 'confirmed'),
       coalesce(sum(round(confidence::numeric * 1000)) filter (where signal_verdict(state, outcome) <> ''), 0)
  from referrals where signal <> '' group by 1, 2;

create index referrals_signal_returned on referrals (signal, received_at desc, id desc) where state = 'returned';

-- Runs with the rights of whoever refers: both the worker and the clearinghouse read
-- the decision that they refer by.
-- +goose StatementBegin
create function referrals_note_signal() returns trigger language plpgsql set search_path = public as $$
begin
  new.signal := coalesce((select decisive_signal(d.decision, a.code, new.capacity)
    from routing_decisions d, agencies a where d.id = new.decision_id and a.id = new.agency_id), '');
  return new;
end $$;
-- +goose StatementEnd
create trigger referrals_signal before insert on referrals
  for each row when (new.decision_id is not null and new.basis <> 'pool' and new.signal = '') execute function referrals_note_signal();

-- +goose StatementBegin
create function referrals_count_signal() returns trigger language plpgsql set search_path = public as $$
declare
  was text := '';
  is_now text := signal_verdict(new.state, new.outcome);
begin
  if tg_op = 'UPDATE' then
    was := signal_verdict(old.state, old.outcome);
    if was = is_now then
      return null;
    end if;
  end if;
  insert into signal_changes (agency_id, month, signal, decisive, returned, confirmed, claimed)
  values (new.agency_id, date_trunc('month', new.referred_at at time zone 'UTC')::date, new.signal, (tg_op = 'INSERT')::integer,
    (is_now = 'returned')::integer - (was = 'returned')::integer, (is_now = 'confirmed')::integer - (was = 'confirmed')::integer,
    ((is_now <> '')::integer - (was <> '')::integer) * round(new.confidence::numeric * 1000));
  return null;
end $$;
-- +goose StatementEnd
create trigger referrals_signal_begun after insert on referrals
  for each row when (new.signal <> '') execute function referrals_count_signal();
create trigger referrals_signal_judged after update of state, outcome on referrals
  for each row when (new.signal <> '') execute function referrals_count_signal();

alter table signal_cells enable row level security;
alter table signal_cells force row level security;
create policy clearinghouse_reads on signal_cells for select to reeve_web using ((select app_side()) = 'clearinghouse');
create policy worker_all on signal_cells to reeve_work using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on signal_cells to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select on signal_cells to reeve_web;
grant select, insert, update, delete on signal_cells to reeve_work;

alter table signal_changes enable row level security;
alter table signal_changes force row level security;
create policy agency_appends on signal_changes for insert to reeve_web
  with check ((select app_side()) = 'agency' and agency_id = (select app_agency()));
create policy clearinghouse_all on signal_changes to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_all on signal_changes to reeve_work using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on signal_changes to reeve_owner using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');
grant select, insert on signal_changes to reeve_web;
grant select, insert, delete on signal_changes to reeve_work;
