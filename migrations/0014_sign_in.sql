-- An agency's own sign-in, from asking for a domain to going back.
--
-- One provider may serve many agencies: every organisation at Google or Login.gov
-- has the same issuer. What tells them apart is the client, so a pair of issuer and
-- client belongs to one agency, and a token made for one agency's client is no good
-- at another's (OpenID Connect Core 3.1.3.7, audience).

-- +goose Up
alter table issuers drop constraint issuers_url_unique;
create unique index issuers_client_unique on issuers (url, client_id);

alter table issuer_drafts
  add column issuer_version integer,
  add column replaced_at timestamptz,
  add column testing_version integer,
  add column testing_by uuid,
  add column look_report jsonb,
  add column mfa_silent boolean not null default false,
  add column mfa_note text not null default '',
  add column mfa_attested_by text not null default '',
  add column mfa_attested_at timestamptz;
comment on column issuer_drafts.issuer_version is 'the live settings'' version when this draft was begun: whoever switches on must have seen what is live';
comment on column issuer_drafts.replaced_at is 'settings that were live until then, kept for going back';
comment on column issuer_drafts.testing_version is 'the version with which a test sign-in was begun; an answer to an older one proves nothing about what stands here now';
comment on column issuer_drafts.testing_by is 'who began that test';
comment on column issuer_drafts.look_report is 'what was found at the provider without signing in';
comment on column issuer_drafts.mfa_silent is 'the agency says that the provider enforces a second factor but does not say so in its tokens; the clearinghouse must accept that';
create unique index issuer_drafts_replaced on issuer_drafts (issuer_id) where replaced_at is not null;

alter table agency_domains add column answer text not null default '';
comment on column agency_domains.answer is 'what the clearinghouse says to a refusal';

-- Windows past one's own agencies. Both answer yes or no and name nobody: an admin
-- must learn early that a domain or a client is somebody else's.

-- Is the domain approved for another agency?
create function sign_in_domain_taken(p_agency uuid, p_domain text) returns boolean
  language sql stable security definer set search_path = public
  as $$ select exists (select 1 from agency_domains d where d.domain = p_domain and d.approved and d.agency_id <> p_agency) $$;

-- Is the client registered here for another provider than this one?
create function sign_in_client_taken(p_issuer uuid, p_url text, p_client text) returns boolean
  language sql stable security definer set search_path = public
  as $$ select exists (select 1 from issuers i where i.url = p_url and i.client_id = p_client and i.id <> p_issuer) $$;

create policy sign_in_windows on agency_domains for select to reeve_owner using ((select app_side()) in ('agency', 'clearinghouse'));
create policy sign_in_windows on issuers for select to reeve_owner using ((select app_side()) in ('agency', 'clearinghouse'));
revoke execute on function sign_in_domain_taken(uuid, text) from public;
revoke execute on function sign_in_client_taken(uuid, text, text) from public;
grant execute on function sign_in_domain_taken(uuid, text) to reeve_web;
grant execute on function sign_in_client_taken(uuid, text, text) to reeve_web;
