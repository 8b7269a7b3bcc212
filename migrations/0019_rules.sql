-- Rules as data: what the pages of rules need besides the versions themselves.
--
-- A version that is published or dropped never changes again: decisions name it, and
-- a court must find it as it was. The policies cannot say so, since the same people may
-- change drafts; a trigger does. Trying rules, and a provider's completeness, read the
-- newest finished reports, of all providers or of one; each is one index, read from its
-- beginning as far as asked for.

-- +goose Up
alter table rule_versions add column changed_by_name text not null default '';
comment on column rule_versions.changed_by_name is 'who last edited the draft';

-- +goose StatementBegin
create function rule_versions_stay() returns trigger language plpgsql as $$
begin
  if old.state <> 'draft' then
    raise exception 'rules % of kind % are %; they never change again', old.number, old.kind, old.state;
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger rule_versions_stay before update on rule_versions for each row execute function rule_versions_stay();

create index reports_newest on reports (finished_at desc, id desc) where state = 'finished';
create index reports_provider_newest on reports (provider_id, finished_at desc, id desc) where state = 'finished';
