-- For whom a transaction works.
--
-- Every transaction of Reeve begins by saying for whom it works, as
-- transaction-local settings (see models/store). Policies compare against these
-- functions, always written `(select app_agency())`, so that the planner asks
-- once per statement and keeps using the index. After a scoped transaction a
-- pooled connection's setting is an empty string, not null; hence nullif. With no
-- scope set at all every policy is false: forgetting the scope shows nothing.
--
-- The roles reeve_owner, reeve_web and reeve_work are made before the first
-- migration, since they belong to the cluster and not to this database.

-- +goose Up
create function app_side() returns text
  language sql stable parallel safe
  as $$ select coalesce(current_setting('app.side', true), '') $$;
comment on function app_side() is 'agency, clearinghouse, provider, public, system, or empty: nobody';

create function app_purpose() returns text
  language sql stable parallel safe
  as $$ select coalesce(current_setting('app.purpose', true), '') $$;
comment on function app_purpose() is 'the one thing a system actor does under this name; empty for people and providers';

create function app_agency() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('app.agency_id', true), '')::uuid $$;

create function app_user() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

create function app_provider() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('app.provider_id', true), '')::uuid $$;

grant usage on schema public to reeve_web, reeve_work;
