-- The public's form: a report without an account.
--
-- Nobody is signed in, so a row is reached by a secret instead: a draft by that of
-- its cookie, a report that was sent by its number and the code that was shown once.
-- What stands here are keyed hashes of them; a transaction says which it holds (see
-- models/publicform), and the policies compare. What a draft holds is encrypted under
-- the cookie's secret, which is kept nowhere: a copy of the database does not tell it.

-- +goose Up
create function app_public_key() returns bytea
  language sql stable parallel safe
  as $$ select decode(nullif(current_setting('app.public_key', true), ''), 'hex') $$;
comment on function app_public_key() is 'what somebody of the public proves to hold: the hash of a draft''s secret, or of a report''s number and code';

create table public_drafts (
  token_hash bytea primary key,
  sealed bytea not null,
  sent boolean not null default false,
  started_at timestamptz not null,
  touched_at timestamptz not null
);
comment on column public_drafts.sealed is 'the answers, encrypted under the secret of the cookie; once sent, the number and the code until the person closes the page';
create index public_drafts_touched on public_drafts (touched_at);

create table public_reports (
  report_id uuid primary key references reports (id),
  number bigint not null,
  proof bytea not null constraint public_reports_proof_unique unique,
  proof_version smallint not null,
  text_key bytea not null,
  language text not null,
  suspicion text[] not null default '{}',
  sent_at timestamptz not null
);
comment on column public_reports.proof is 'keyed hash of number and code: whoever knows both may add to the report, and sees nothing of it';
comment on column public_reports.proof_version is 'of the key; codes cannot be hashed anew, so the older keys stay in use';
comment on column public_reports.text_key is 'keyed hash of what was told, folded: the same text sent many times is marked, never dropped';
comment on column public_reports.suspicion is 'why an analyst may think of a machine; a reason to look, never to discard';
create index public_reports_text on public_reports (text_key, sent_at);

create table public_additions (
  id uuid primary key,
  report_id uuid not null references reports (id),
  text text not null,
  links text not null default '',
  sha256 bytea not null,
  added_at timestamptz not null,
  read_at timestamptz,
  constraint public_additions_once unique (report_id, sha256)
);
comment on table public_additions is 'what a reporter added later, dated; the report itself stays as it was sent';
comment on column public_additions.read_at is 'when identifiers were read out of it and whoever holds the report was told';
create index public_additions_report on public_additions (report_id, id);

-- How many reports of the last hours told the very same? A number and nothing else.
create function public_same_text(p_text bytea, p_since timestamptz) returns integer
  language sql stable security definer set search_path = public
  as $$ select count(*)::integer from (select 1 from public_reports where text_key = p_text and sent_at > p_since limit 100) s $$;
revoke execute on function public_same_text(bytea, timestamptz) from public;
grant execute on function public_same_text(bytea, timestamptz) to reeve_web;

alter table public_drafts enable row level security;
alter table public_drafts force row level security;
create policy public_own on public_drafts to reeve_web
  using ((select app_side()) = 'public' and token_hash = (select app_public_key()))
  with check ((select app_side()) = 'public' and token_hash = (select app_public_key()));
create policy worker_sweeps on public_drafts to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on public_drafts to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table public_reports enable row level security;
alter table public_reports force row level security;
create policy public_own on public_reports for select to reeve_web
  using (case (select app_side())
    when 'public' then proof = (select app_public_key())
    when 'clearinghouse' then true
    else false end);
create policy public_sends on public_reports for insert to reeve_web
  with check ((select app_side()) = 'public' and proof = (select app_public_key()));
create policy worker_reads on public_reports for select to reeve_work using ((select app_side()) = 'system');
create policy same_text on public_reports for select to reeve_owner using ((select app_side()) = 'public');
create policy setup_all on public_reports to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

alter table public_additions enable row level security;
alter table public_additions force row level security;
create policy people_read on public_additions for select to reeve_web
  using (case (select app_side())
    when 'clearinghouse' then true
    when 'agency' then exists (select 1 from referrals f where f.report_id = public_additions.report_id and f.agency_id = (select app_agency()))
    else false end);
create policy public_adds on public_additions for insert to reeve_web
  with check ((select app_side()) = 'public'
    and exists (select 1 from public_reports p where p.report_id = public_additions.report_id and p.proof = (select app_public_key())));
create policy worker_all on public_additions to reeve_work
  using ((select app_side()) = 'system') with check ((select app_side()) = 'system');
create policy setup_all on public_additions to reeve_owner
  using ((select app_purpose()) = 'setup') with check ((select app_purpose()) = 'setup');

-- The public sends a whole report and reads none, its own included.
create policy public_sends on reports for insert to reeve_web
  with check ((select app_side()) = 'public' and provider_id is null and state = 'finished' and routing_round = 0 and desk = 'none'
    and preserve_until is null);
create policy public_sends on report_documents for insert to reeve_web
  with check ((select app_side()) = 'public' and provider_id is null
    and exists (select 1 from public_reports p where p.report_id = report_documents.report_id and p.proof = (select app_public_key())));
create policy public_sends on identifiers for insert to reeve_web
  with check ((select app_side()) = 'public'
    and exists (select 1 from public_reports p where p.report_id = identifiers.report_id and p.proof = (select app_public_key())));

grant select, insert, update, delete on public_drafts to reeve_web;
grant select, delete on public_drafts to reeve_work;
grant select, insert on public_reports to reeve_web;
grant select on public_reports to reeve_work;
grant select, insert on public_additions to reeve_web;
grant select, update on public_additions to reeve_work;
