-- River's job tables, made before this migration by River's own.
--
-- The web process adds jobs in the transaction of the deed and looks at none; the
-- worker does everything else. Arguments are ids only, never case data, because
-- these tables carry no row policy.

-- +goose Up
-- Adding a job is `insert ... on conflict do update set kind`, hence the one column.
grant select, insert, update (kind) on river_job to reeve_web;
grant usage on sequence river_job_id_seq to reeve_web, reeve_work;
grant select, insert, update, delete on river_job, river_leader, river_queue, river_notification to reeve_work;
grant usage on sequence river_notification_id_seq to reeve_work;
