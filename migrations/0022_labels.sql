-- Labels: in which schemes, with which values, and what the second person said.
--
-- A scheme is data, because clearinghouses differ and standards come: people add
-- schemes and values on a page. Nothing of them is ever deleted: a label that was set
-- five years ago must still say what it meant. What is no longer used bears an end,
-- and is offered no more. Values are protocol vocabulary or neutral words.

-- +goose Up
create table label_schemes (
  code text primary key constraint label_schemes_code_form check (code ~ '^[a-z][a-z0-9-]{0,39}$'),
  name text not null,
  about text not null constraint label_schemes_about_known check (about in ('file', 'report', 'both')),
  several boolean not null,
  second_look boolean not null default false,
  ordinal smallint not null,
  help text not null default '',
  added_at timestamptz not null,
  added_by_name text not null,
  ended_at timestamptz,
  version integer not null default 1
);
comment on column label_schemes.several is 'several values may stand together; otherwise a new one of the same agency takes the place of its old one';
comment on column label_schemes.second_look is 'a second person must look at every label of the scheme';
comment on column label_schemes.ended_at is 'offered no more from then on; its labels stay';

create table label_values (
  scheme text not null references label_schemes (code),
  code text not null constraint label_values_code_form check (code ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$'),
  words text not null,
  about text not null default '' constraint label_values_about_known check (about in ('', 'file', 'report', 'both')),
  excludes text not null default '',
  second_look boolean not null default false,
  ordinal smallint not null,
  added_at timestamptz not null,
  added_by_name text not null,
  ended_at timestamptz,
  version integer not null default 1,
  primary key (scheme, code)
);
comment on column label_values.about is 'narrower than the scheme''s; empty: as the scheme';
comment on column label_values.excludes is 'values of one scheme with the same word here exclude each other';
comment on column label_values.second_look is 'a second person must look at every label with this value';

insert into label_schemes (code, name, about, several, ordinal, help, added_at, added_by_name) values
  ('industry', 'Industry class', 'file', false, 10, 'A or B: the apparent age. 1 or 2: what is shown. As the provider API names them.', now(), 'Reeve'),
  ('age', 'Estimated age range', 'file', false, 20, 'Of the youngest person shown, as far as it can be told.', now(), 'Reeve'),
  ('flag', 'Flags', 'both', true, 30, 'The provider API''s own names.', now(), 'Reeve'),
  ('ai', 'Made by a generator', 'file', false, 40, 'Whether a machine made or altered it.', now(), 'Reeve'),
  ('meme', 'Meme or viral', 'file', true, 50, 'Spread widely, mostly without intent to harm.', now(), 'Reeve'),
  ('vics-us', 'VICS category (US)', 'file', false, 60, 'The category as the US profile of VICS 2.0 numbers it.', now(), 'Reeve'),
  ('iccam', 'ICCAM classification', 'file', false, 70, 'As hotlines exchange it.', now(), 'Reeve'),
  ('subject-access', 'Access to a child', 'report', false, 80, 'Whether the subject can reach a child, as far as the report says.', now(), 'Reeve'),
  ('subject-age', 'Who the subject is', 'report', false, 90, 'As far as the report says.', now(), 'Reeve');

insert into label_values (scheme, code, words, about, excludes, second_look, ordinal, added_at, added_by_name)
select v.scheme, v.code, v.words, v.about, v.excludes, v.second_look, v.ordinal, now(), 'Reeve' from (values
  ('industry', 'A1', 'A1', '', '', true, 1), ('industry', 'A2', 'A2', '', '', false, 2),
  ('industry', 'B1', 'B1', '', '', false, 3), ('industry', 'B2', 'B2', '', '', false, 4),
  ('age', 'infant', 'Infant', '', '', true, 1), ('age', 'prepubescent', 'Prepubescent', '', '', false, 2),
  ('age', 'pubescent', 'Pubescent', '', '', false, 3), ('age', 'adult', 'Adult', '', '', false, 4), ('age', 'unknown', 'Cannot be told', '', '', false, 5),
  ('flag', 'infant', 'infant', 'file', '', false, 1), ('flag', 'physicalHarm', 'physicalHarm', 'file', '', false, 2),
  ('flag', 'violenceGore', 'violenceGore', 'file', '', false, 3), ('flag', 'bestiality', 'bestiality', 'file', '', false, 4),
  ('flag', 'liveStreaming', 'liveStreaming', 'file', '', false, 5), ('flag', 'possibleSelfProduction', 'possibleSelfProduction', 'file', '', false, 6),
  ('flag', 'animeDrawingVirtualHentai', 'animeDrawingVirtualHentai', 'file', '', false, 7),
  ('flag', 'sextortion', 'sextortion', 'report', '', false, 8), ('flag', 'csamSolicitation', 'csamSolicitation', 'report', '', false, 9),
  ('flag', 'minorToMinorInteraction', 'minorToMinorInteraction', 'report', '', false, 10), ('flag', 'spam', 'spam', 'report', '', false, 11),
  ('flag', 'sadisticOnlineExploitation', 'sadisticOnlineExploitation', 'report', '', false, 12),
  ('ai', 'yes', 'Yes', '', '', false, 1), ('ai', 'no', 'No', '', '', false, 2), ('ai', 'unsure', 'Unsure', '', '', false, 3),
  ('meme', 'potentialMeme', 'potentialMeme', '', 'meme', false, 1), ('meme', 'notMeme', 'Not a meme', '', 'meme', false, 2),
  ('meme', 'viral', 'viral', '', 'viral', false, 3), ('meme', 'notViral', 'Not viral', '', 'viral', false, 4),
  ('vics-us', '0', 'Category 0', '', '', false, 1), ('vics-us', '1', 'Category 1', '', '', true, 2), ('vics-us', '2', 'Category 2', '', '', false, 3),
  ('vics-us', '3', 'Category 3', '', '', false, 4), ('vics-us', '4', 'Category 4', '', '', false, 5), ('vics-us', '5', 'Category 5', '', '', false, 6),
  ('iccam', 'baseline', 'Baseline', '', '', true, 1), ('iccam', 'national', 'Illegal by national law', '', '', false, 2),
  ('iccam', 'doubtful', 'Doubtful', '', '', false, 3), ('iccam', 'ignore', 'To be ignored', '', '', false, 4),
  ('subject-access', 'stated', 'Stated', '', '', false, 1), ('subject-access', 'likely', 'Likely', '', '', false, 2),
  ('subject-access', 'no-sign', 'No sign of it', '', '', false, 3),
  ('subject-age', 'adult', 'Adult', '', '', false, 1), ('subject-age', 'minor', 'Minor', '', '', false, 2), ('subject-age', 'unknown', 'Cannot be told', '', '', false, 3)
) as v (scheme, code, words, about, excludes, second_look, ordinal);

alter table label_schemes enable row level security;
alter table label_schemes force row level security;
create policy people_read on label_schemes for select to reeve_web using ((select app_side()) in ('clearinghouse', 'agency'));
create policy clearinghouse_adds on label_schemes for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_changes on label_schemes for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on label_schemes for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on label_schemes to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table label_values enable row level security;
alter table label_values force row level security;
create policy people_read on label_values for select to reeve_web using ((select app_side()) in ('clearinghouse', 'agency'));
create policy clearinghouse_adds on label_values for insert to reeve_web with check ((select app_side()) = 'clearinghouse');
create policy clearinghouse_changes on label_values for update to reeve_web
  using ((select app_side()) = 'clearinghouse') with check ((select app_side()) = 'clearinghouse');
create policy worker_reads on label_values for select to reeve_work using ((select app_side()) = 'system');
create policy setup_all on label_values to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

-- Who asked for a second look, and why. Beside the label and not on it, because an
-- agency's asking would tell the other agencies that hold the report of it.
create table label_asks (
  id uuid primary key,
  label_id uuid not null references labels (id),
  agency_id uuid not null references agencies (id),
  asked_by uuid not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  why text not null default ''
);
create index label_asks_label on label_asks (label_id, id);
alter table label_asks enable row level security;
alter table label_asks force row level security;
create policy people_read on label_asks for select to reeve_web
  using (case (select app_side()) when 'clearinghouse' then true when 'agency' then agency_id = (select app_agency()) else false end);
create policy people_ask on label_asks for insert to reeve_web
  with check (agency_id = (select app_agency()) and exists (select 1 from labels l where l.id = label_asks.label_id));
create policy setup_all on label_asks to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

-- A dispute is settled by a third person, whose word stands beside the second's.
alter table labels
  add column settled_by uuid,
  add column settled_by_name text not null default '',
  add column settled_at timestamptz,
  add column settled_why text not null default '',
  add column removed_why text not null default '',
  add constraint labels_third_person check (settled_by is null or settled_by is distinct from labelled_by and settled_by is distinct from reviewed_by);
comment on column labels.settled_by is 'who upheld or withdrew the label after a dispute: neither who set it nor who disputed it';
-- One agency says a thing once.
create unique index labels_said_once on labels (report_id, file_id, scheme, value, agency_id) nulls not distinct
  where source = 'person' and removed_at is null;

-- What a label says, who said it and when never changes: it is withdrawn, and another
-- is set. An agency may besides ask for a second look at a label of the clearinghouse,
-- and change nothing else of it; the policy that lets it reach the row is the next one.
-- +goose StatementBegin
create function labels_guard() returns trigger language plpgsql as $$
begin
  if (new.id, new.report_id, new.file_id, new.scheme, new.value, new.source, new.side, new.agency_id, new.labelled_by, new.labelled_by_name, new.labelled_at, new.why)
     is distinct from
     (old.id, old.report_id, old.file_id, old.scheme, old.value, old.source, old.side, old.agency_id, old.labelled_by, old.labelled_by_name, old.labelled_at, old.why) then
    raise exception 'what a label says never changes: withdraw it and set another' using errcode = 'check_violation';
  end if;
  if app_side() = 'agency' and old.agency_id is distinct from app_agency()
     and (new.review <> 'asked' or to_jsonb(new) - 'review' - 'version' <> to_jsonb(old) - 'review' - 'version') then
    raise exception 'of another''s label an agency may ask for a second look, no more' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger labels_guard before update on labels for each row execute function labels_guard();
create policy agency_asks on labels for update to reeve_web
  using ((select app_side()) = 'agency' and side <> 'agency'
    and exists (select 1 from referrals f where f.report_id = labels.report_id and f.agency_id = (select app_agency())))
  with check ((select app_side()) = 'agency' and side <> 'agency');

grant select, insert, update on label_schemes, label_values to reeve_web;
grant select on label_schemes, label_values to reeve_work;
grant select, insert on label_asks to reeve_web;
