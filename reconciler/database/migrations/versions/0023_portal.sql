-- The portal: who is logged in, tokens of its API, and the role in which it sees one organisation and no other.
-- Decision 0042. Each transaction names its organisation; without a name no row is seen.

do $$
begin
    begin
        if not exists (select from pg_roles where rolname = 'reconciler_portal') then
            -- What a reader may see of all organisations, this role may by `set role` only: policies of a role count for
            -- whoever inherits from it.
            create role reconciler_portal nologin noinherit;
        end if;
    exception when duplicate_object or unique_violation then
        null;  -- another migration was faster
    end;
    -- App records are read as reconciler_reader.
    begin
        -- Asked of the table: what was kept of names may be older than a role that another migration has just made.
        if not exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid
                join pg_roles p on p.oid = m.member
                where g.rolname = 'reconciler_reader' and p.rolname = 'reconciler_portal') then
            grant reconciler_reader to reconciler_portal;
        end if;
    exception when unique_violation then
        null;
    end;
    -- Whoever migrates may run a portal, where they may say so: an administrator who made the role has logins for it.
    begin
        if not pg_has_role(current_user, 'reconciler_portal', 'member') then
            execute format('grant reconciler_portal to %I', current_user);
        end if;
    exception when unique_violation or insufficient_privilege then
        null;
    end;
end $$;

create function reconciler.portal_organization() returns uuid
language sql stable as $$
    select nullif(current_setting('reconciler.organization', true), '')::uuid
$$;


-- Who is logged in ---------------------------------------------------------------------------------------------------

create table reconciler.portal_sessions (
    digest bytea primary key,
    account text not null,
    shown text not null,
    way text not null check (way in ('oidc', 'proxy', 'demo')),
    csrf text not null,
    language text check (language in ('nb', 'en')),
    told jsonb not null default '[]',
    begun_at timestamptz not null,
    seen_at timestamptz not null,
    ends_at timestamptz not null
);
comment on table reconciler.portal_sessions is 'the browser holds what the digest is of; a session that ended is gone';
comment on column reconciler.portal_sessions.told is 'what the next page says first: keys and values, no personal data';
create index portal_sessions_ended on reconciler.portal_sessions (ends_at);
create index portal_sessions_by_account on reconciler.portal_sessions (account);

create table reconciler.portal_attempts (
    digest bytea primary key,
    browser bytea not null,
    nonce text not null,
    verifier text not null,
    back text not null,
    ends_at timestamptz not null
);
comment on table reconciler.portal_attempts is 'logins that were begun at the identity provider: each is answered once';

create table reconciler.portal_logins (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account text not null,
    way text not null,
    what text not null check (what in ('login', 'refused', 'logout', 'ended')),
    reason text not null default ''
);
create index portal_logins_by_account on reconciler.portal_logins (account, id);
create trigger portal_logins_append_only before update or delete on reconciler.portal_logins
    for each row execute function reconciler.refuse_change();
create trigger portal_logins_never_emptied before truncate on reconciler.portal_logins
    for each statement execute function reconciler.refuse_change();

create table reconciler.portal_tokens (
    id uuid primary key,
    organization_id uuid not null,
    digest bytea not null unique,
    name text not null,
    account text not null,
    scopes text[] not null,
    hint text not null,
    created_at timestamptz not null,
    ends_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    revoked_by text
);
create index portal_tokens_by_organization on reconciler.portal_tokens (organization_id, created_at desc);

do $$
declare
    guarded text;
begin
    foreach guarded in array array['portal_sessions', 'portal_attempts', 'portal_logins', 'portal_tokens'] loop
        execute format('alter table reconciler.%I enable row level security', guarded);
    end loop;
    -- Nobody's organisation yet: whose they are is what a login finds out.
    foreach guarded in array array['portal_sessions', 'portal_attempts', 'portal_logins'] loop
        execute format('create policy portal on reconciler.%I to reconciler_portal using (true) with check (true)', guarded);
    end loop;
end $$;


-- What pages ask often, found without reading what is settled ---------------------------------------------------------

-- What went astray, by an index that does not hold the state itself (docs/decisions/0020-what-a-document-costs.md).
alter table reconciler.exports
    add column astray boolean not null generated always as (state in ('unknown', 'not_applied', 'held', 'rejected',
        'rejected_late', 'drifted') or code = 'never-posted') stored;
create index exports_astray on reconciler.exports (organization_id, integration) where astray;
create index runs_carried_out on reconciler.runs (organization_id, integration, started_at desc)
    where state <> 'skipped';
create index runs_succeeded on reconciler.runs (organization_id, integration, ended_at) where state = 'succeeded';
create index reconciliation_lines_by_organization on reconciler.reconciliation_lines (organization_id);
-- Documents are looked through by integration, the newest first: a page reads its own rows. Nothing of it changes once a
-- row is there, so no change of a state touches it.
create index exports_by_integration on reconciler.exports (organization_id, integration, id);


-- What is asked before an organisation is known ----------------------------------------------------------------------

-- The organisations that have somebody of this account among their people.
create function reconciler.portal_memberships(wanted text)
returns table (id uuid, name text, title text, zone text, language text, roles jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.id, o.name, o.body ->> 'title', o.body ->> 'zone', o.body ->> 'language', person -> 'roles'
    from reconciler.organizations o, jsonb_array_elements(o.body -> 'people') person
    where o.body -> 'people' @> jsonb_build_array(jsonb_build_object('account', wanted))
        and person ->> 'account' = wanted
    order by o.name
$$;
create index organizations_by_people on reconciler.organizations using gin ((body -> 'people') jsonb_path_ops);

-- For those who keep the platform: whether they are that is decided before this is asked.
create function reconciler.portal_organizations(wanted text, beyond text, many int)
returns table (id uuid, name text, title text, zone text, language text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.id, o.name, o.body ->> 'title', o.body ->> 'zone', o.body ->> 'language'
    from reconciler.organizations o where o.name > beyond
        and (wanted = '' or strpos(lower(o.name || ' ' || coalesce(o.body ->> 'title', '')), lower(wanted)) > 0)
    order by o.name limit many
$$;
create function reconciler.portal_organization_named(wanted text)
returns table (id uuid, name text, title text, zone text, language text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.id, o.name, o.body ->> 'title', o.body ->> 'zone', o.body ->> 'language'
    from reconciler.organizations o where o.name = wanted
$$;
-- A line about each of a page of organisations: numbers, and nothing that they are about.
create function reconciler.portal_troubles(wanted uuid[], trouble text[])
returns table (id uuid, integrations bigint, failing bigint, needing bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.id, count(i.name), count(*) filter (where r.state in ('failed', 'lost')),
        (select count(*) from reconciler.exports e where e.organization_id = o.id and e.astray
            and (e.state = any(trouble) or e.code = 'never-posted'))
    from unnest(wanted) o(id)
        left join public.organization_integrations i on i.organization_id = o.id
        left join lateral (select state from reconciler.runs where organization_id = o.id and integration = i.name
            and state <> 'skipped' order by started_at desc limit 1) r on true
    group by o.id
$$;
-- A token says whose it is.
create function reconciler.portal_token(wanted bytea)
returns table (id uuid, organization text, name text, account text, scopes text[], ends_at timestamptz,
    used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.id, o.name, t.name, t.account, t.scopes, t.ends_at, t.used_at
    from reconciler.portal_tokens t join reconciler.organizations o on o.id = t.organization_id
    where t.digest = wanted and t.revoked_at is null
$$;
revoke all on function reconciler.portal_memberships(text), reconciler.portal_organizations(text, text, int),
    reconciler.portal_organization_named(text), reconciler.portal_token(bytea),
    reconciler.portal_troubles(uuid[], text[]) from public;
grant execute on function reconciler.portal_memberships(text), reconciler.portal_organizations(text, text, int),
    reconciler.portal_organization_named(text), reconciler.portal_token(bytea),
    reconciler.portal_troubles(uuid[], text[]) to reconciler_portal;




-- One organisation and no other --------------------------------------------------------------------------------------

do $$
declare
    guarded text;
begin
    for guarded in
        select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
        where c.relkind in ('r', 'p') and c.relrowsecurity and (n.nspname = 'reconciler'
            or (n.nspname, c.relname) in (('public', 'organization_integrations'), ('public', 'feature_flags')))
    loop
        execute format('create policy portal on %s to reconciler_portal using (organization_id = '
                       'reconciler.portal_organization()) with check (organization_id = '
                       'reconciler.portal_organization())', guarded);
    end loop;
    -- Known by the name of the one that was applied under the id.
    foreach guarded in array array['conditions', 'condition_history', 'reconcile_requests'] loop
        execute format('create policy portal on reconciler.%I to reconciler_portal using (organization in (select o.name '
                       'from reconciler.organizations o where o.id = reconciler.portal_organization())) with check '
                       '(organization in (select o.name from reconciler.organizations o '
                       'where o.id = reconciler.portal_organization()))', guarded);
    end loop;
    -- Shared by all: what is known of outside systems by keyed names, and the catalogue.
    foreach guarded in array array['installation', 'definitions', 'installation_keys', 'allowances', 'breakers'] loop
        execute format('create policy portal on reconciler.%I to reconciler_portal using (true) with check (true)', guarded);
    end loop;
end $$;
-- Everybody's may be read; taken are those of the organisation's own syncs, `organisation/integration`.
create policy portal_looks on reconciler.leases for select to reconciler_portal using (true);
create policy portal on reconciler.leases to reconciler_portal
    using (split_part(name, '/', 1) in (
        select o.name from reconciler.organizations o where o.id = reconciler.portal_organization()))
    with check (split_part(name, '/', 1) in (
        select o.name from reconciler.organizations o where o.id = reconciler.portal_organization()));
create policy portal on reconciler.organizations for select to reconciler_portal
    using (id = reconciler.portal_organization());
-- Configuration of all stands still by one row that is nobody's.
create policy portal_everybody on reconciler.switches for select to reconciler_portal using (organization_id is null);
-- Rules in force are those that somebody accepted for all.
create policy portal_rules on reconciler.voices for select to reconciler_portal using (organization_id is null);

grant usage on schema reconciler to reconciler_portal;
grant select on all tables in schema reconciler to reconciler_portal;
grant select on public.organization_integrations, public.feature_flags, public.record_exports to reconciler_portal;

-- Who is logged in.
grant insert, update, delete on reconciler.portal_sessions, reconciler.portal_attempts to reconciler_portal;
grant insert on reconciler.portal_logins to reconciler_portal;
grant insert, update on reconciler.portal_tokens to reconciler_portal;
-- What people decide: about documents, about runs, and in their own name.
grant insert on reconciler.run_requests, reconciler.reconcile_requests, reconciler.audit, reconciler.voices
    to reconciler_portal;
grant update (state, exit_code, answer, hint, ended_at) on reconciler.run_requests to reconciler_portal;
grant insert, update on reconciler.record_holds, reconciler.resend_requests to reconciler_portal;
-- Whoever holds a record back, or withdraws a document, waits for a run that has the lease, or takes it.
grant insert, update on reconciler.leases to reconciler_portal;
grant insert, update on reconciler.exports, reconciler.export_payloads, reconciler.export_numbers to reconciler_portal;
grant insert on reconciler.export_history to reconciler_portal;
grant insert, update, delete on reconciler.suspensions to reconciler_portal;
-- Credentials: written beside the one in use, tested, and put in its place.
grant insert, update on reconciler.credentials to reconciler_portal;
grant insert, update, delete on reconciler.secret_values to reconciler_portal;
grant insert on reconciler.installation_keys to reconciler_portal;
grant insert, update, delete on reconciler.allowances, reconciler.breakers, reconciler.reference_lists,
    reconciler.table_columns to reconciler_portal;
-- Reports: frozen, handed over and compared by a named person, who also says to whom.
alter table reconciler.report_handovers add column handed_over_to text not null default '';
grant insert on reconciler.reports_frozen, reconciler.report_files, reconciler.report_rows, reconciler.report_handovers,
    reconciler.report_comparisons to reconciler_portal;
grant usage on all sequences in schema reconciler to reconciler_portal;


-- What people leaf through: the trail by day, deed, person and object, and what was asked of an integration ----------

create index audit_by_day on reconciler.audit (organization_id, at desc, id desc);
create index audit_by_action on reconciler.audit (organization_id, action, at desc, id desc);
create index audit_by_actor on reconciler.audit (organization_id, actor, at desc, id desc);
create index audit_of_object on reconciler.audit (organization_id, object, at desc, id desc);
create index runs_by_state on reconciler.runs (organization_id, integration, state, started_at desc);
create index run_requests_by_integration on reconciler.run_requests (organization_id, integration, requested_at desc);
create index run_requests_of_run on reconciler.run_requests (run_id) where run_id is not null;
