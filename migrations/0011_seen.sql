-- How often the clearinghouse has seen an identifier, at a cost that does not
-- follow the identifier's popularity (see 0007 on why sorting is ruled out).

-- +goose Up
-- In how many other reports is an identifier, among its newest 128 links? For the
-- clearinghouse, which sees every report; runs with the caller's own rights.
create function match_seen(p_prefix bigint, p_mac bytea, p_report uuid) returns bigint
  language sql stable set search_path = public set enable_bitmapscan = off set enable_sort = off
  as $$
    select count(distinct s.report_id) from (
      select l.report_id from match_links l
       where l.prefix = p_prefix and l.target and l.mac = p_mac and l.report_id <> p_report
       order by l.report_id desc limit 128) s
  $$;
revoke execute on function match_seen(bigint, bytea, uuid) from public;
grant execute on function match_seen(bigint, bytea, uuid) to reeve_web;
