-- The foundation: what the app may see (public), and everything else (schema reconciler).
-- Decisions 7, 8, 9, 15 and section 5 of docs/design.md.

create schema if not exists reconciler;

-- Roles belong to the server, not to the database: several databases may be migrated at once.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['authenticated', 'reconciler_reader'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin noinherit', wanted);
            end if;
        exception when duplicate_object or unique_violation then
            null;  -- another migration was faster
        end;
    end loop;
    -- The engine reads app records as reconciler_reader (set local role), never as itself.
    if not pg_has_role(current_user, 'reconciler_reader', 'member') then
        execute format('grant reconciler_reader to %I', current_user);
    end if;
end $$;

grant usage on schema reconciler to authenticated, reconciler_reader;

-- Whose rows a user of the app may see; Supabase puts the token's claims here.
create function reconciler.current_organization() returns uuid
language sql stable as $$
    select (nullif(current_setting('request.jwt.claims', true), '')::jsonb
            -> 'app_metadata' ->> 'organization_id')::uuid
$$;

create function reconciler.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op)
        using errcode = 'insufficient_privilege';
end $$;


-- Configuration ------------------------------------------------------------------------------------------------------

create table reconciler.installation (
    singleton boolean primary key default true check (singleton),
    name text not null,
    environments text[] not null,
    claimed_at timestamptz not null
);

create table reconciler.organizations (
    id uuid primary key,
    name text not null unique,
    body jsonb not null,
    origins jsonb not null default '{}',
    version bigint not null default 0,
    revision text not null,
    applied_at timestamptz not null
);
comment on column reconciler.organizations.version is 'counts applies; a plan names the version it was computed from';

create table reconciler.definitions (
    digest text primary key,
    kind text not null,
    name text not null,
    body jsonb not null,
    created_at timestamptz not null
);
create trigger definitions_append_only before update or delete on reconciler.definitions
    for each row execute function reconciler.refuse_change();
create trigger definitions_never_emptied before truncate on reconciler.definitions
    for each statement execute function reconciler.refuse_change();

create table public.organization_integrations (
    organization_id uuid not null references reconciler.organizations (id),
    name text not null,
    integration_type text not null,
    environment text not null check (environment in ('simulator', 'sandbox', 'production')),
    mode text not null check (mode in ('send', 'observe')),
    settings jsonb not null,
    identity jsonb not null,
    credentials jsonb not null,
    exports jsonb not null,
    health jsonb not null,
    definitions jsonb not null,
    field_mappings jsonb not null default '{}',
    origins jsonb not null default '{}',
    revision text not null,
    updated_at timestamptz not null,
    primary key (organization_id, name)
);
comment on column public.organization_integrations.field_mappings is
    'by mapping name: {"spec": the mapping, "origins": where each value was written}';

create table public.feature_flags (
    organization_id uuid not null,
    feature text not null,
    enabled boolean not null,
    reason text,
    managed_by text not null,
    origins jsonb not null default '{}',
    revision text,
    updated_at timestamptz not null,
    primary key (organization_id, feature)
);

create table reconciler.schedules (
    organization_id uuid not null references reconciler.organizations (id),
    name text not null,
    integration text not null,
    cron text not null,
    last_day boolean not null,
    zone text not null,
    origins jsonb not null default '{}',
    revision text not null,
    applied_at timestamptz not null,
    primary key (organization_id, name)
);

create table reconciler.exclusions (
    organization_id uuid not null references reconciler.organizations (id),
    name text not null,
    body jsonb not null,
    origins jsonb not null default '{}',
    revision text not null,
    applied_at timestamptz not null,
    primary key (organization_id, name)
);

create table reconciler.applied_revisions (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    version bigint not null,
    revision text not null,
    plan text not null,
    intent text not null,
    resources jsonb not null,
    changes jsonb not null,
    actor text not null,
    applied_at timestamptz not null,
    unique (organization_id, version)
);
comment on column reconciler.applied_revisions.resources is '"Kind/name" to the digest that was written';

create table reconciler.audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    organization_id uuid,
    action text not null,
    object text not null,
    detail jsonb not null default '{}'
);
create index audit_by_organization on reconciler.audit (organization_id, id);
create trigger audit_append_only before update or delete on reconciler.audit
    for each row execute function reconciler.refuse_change();
create trigger audit_never_emptied before truncate on reconciler.audit
    for each statement execute function reconciler.refuse_change();


-- Credentials --------------------------------------------------------------------------------------------------------

create table reconciler.credentials (
    organization_id uuid not null,
    name text not null,
    version integer not null,
    state text not null check (state in ('pending', 'current', 'previous', 'revoked')),
    ciphertext bytea not null,
    nonce bytea not null,
    key_id text not null,
    fingerprint text not null,
    hint text not null,
    target text,
    created_by text not null,
    created_at timestamptz not null,
    tested_at timestamptz,
    last_used_at timestamptz,
    expires_at timestamptz,
    primary key (organization_id, name, version)
);
create unique index credentials_one_current on reconciler.credentials (organization_id, name) where state = 'current';
create unique index credentials_one_pending on reconciler.credentials (organization_id, name) where state = 'pending';


-- Runs ---------------------------------------------------------------------------------------------------------------

create table reconciler.leases (
    name text primary key,
    holder text not null,
    fence bigint not null,
    expires_at timestamptz not null
);

create table reconciler.runs (
    id uuid primary key,
    organization_id uuid not null,
    integration text not null,
    trigger text not null check (trigger in ('manual', 'schedule', 'request')),
    occurrence timestamptz,
    fence bigint not null,
    revision text not null,
    state text not null check (state in ('running', 'succeeded', 'partial', 'failed', 'skipped', 'lost')),
    counts jsonb not null default '{}',
    problem text not null default '',
    started_at timestamptz not null,
    ended_at timestamptz
);
create index runs_by_integration on reconciler.runs (organization_id, integration, started_at desc);

create table reconciler.run_requests (
    id uuid primary key,
    organization_id uuid not null,
    integration text not null,
    requested_by text not null,
    requested_at timestamptz not null,
    range daterange,
    state text not null default 'waiting' check (state in ('waiting', 'taken', 'done', 'refused')),
    run_id uuid references reconciler.runs (id)
);


-- The export ledger --------------------------------------------------------------------------------------------------

create table reconciler.exports (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    target text not null,
    category text not null,
    record_id text not null,
    epoch integer not null default 1,
    integration text not null,
    reference text not null,
    number bigint not null,
    state text not null check (state in ('sending', 'sent', 'accepted', 'posted', 'rejected_late', 'rejected',
                                         'not_applied', 'unknown', 'held', 'drifted', 'voided')),
    attempt integer not null default 1,
    run_id uuid,
    lease_until timestamptz,
    frozen boolean not null default false,
    revision text not null,
    mapping_digest text not null default '',
    record_digest text not null default '',
    payload_digest text not null default '',
    amount numeric(14, 2),
    target_ids jsonb not null default '[]',
    code text not null default '',
    field text not null default '',
    origin text not null default '',
    first_absent_at timestamptz,
    next_attempt_at timestamptz,
    claimed_at timestamptz not null,
    sent_at timestamptz,
    changed_at timestamptz not null,
    unique (organization_id, target, category, record_id, epoch),
    unique (organization_id, target, reference),
    unique (organization_id, target, number)
);
comment on table reconciler.exports is
    'One row per (record, target, epoch): the promise is at most one document per row. Holds no personal data.';
create index exports_unsettled on reconciler.exports (organization_id, target, state)
    where state in ('sending', 'unknown', 'not_applied', 'held', 'rejected', 'sent', 'accepted');

create table reconciler.export_payloads (
    export_id bigint not null references reconciler.exports (id),
    attempt integer not null,
    organization_id uuid not null,
    subject text not null,
    payload jsonb,
    message text not null default '',
    created_at timestamptz not null,
    primary key (export_id, attempt)
);
comment on table reconciler.export_payloads is
    'What was frozen, and the outside system''s own words: may hold personal data, has its own retention clock.';
create index export_payloads_by_subject on reconciler.export_payloads (organization_id, subject);

create table reconciler.export_history (
    id bigint generated always as identity primary key,
    export_id bigint not null references reconciler.exports (id),
    organization_id uuid not null,
    state text not null,
    attempt integer not null,
    run_id uuid,
    code text not null,
    at timestamptz not null
);
create index export_history_by_export on reconciler.export_history (export_id, id);
create trigger export_history_append_only before update or delete on reconciler.export_history
    for each row execute function reconciler.refuse_change();
create trigger export_history_never_emptied before truncate on reconciler.export_history
    for each statement execute function reconciler.refuse_change();

create function reconciler.remember_export() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' or (new.state, new.attempt) is distinct from (old.state, old.attempt) then
        insert into reconciler.export_history (export_id, organization_id, state, attempt, run_id, code, at)
        values (new.id, new.organization_id, new.state, new.attempt, new.run_id, new.code, new.changed_at);
    end if;
    return null;
end $$;
create trigger exports_remembered after insert or update on reconciler.exports
    for each row execute function reconciler.remember_export();

create table reconciler.export_numbers (
    organization_id uuid not null,
    target text not null,
    year integer not null,
    last bigint not null,
    primary key (organization_id, target, year)
);

create table reconciler.withheld (
    organization_id uuid not null,
    integration text not null,
    category text not null,
    record_id text not null,
    reason text not null,
    since timestamptz not null,
    until timestamptz,
    primary key (organization_id, integration, category, record_id, since)
);
create unique index withheld_open on reconciler.withheld (organization_id, integration, category, record_id)
    where until is null;


-- What the app sees of exports ---------------------------------------------------------------------------------------

create view public.record_exports with (security_invoker = true) as
    select organization_id, category, record_id, integration, state, number, epoch, sent_at, changed_at
    from reconciler.exports;


-- An organisation sees only itself (row level security from the start) ----------------------------------------------

alter table reconciler.organizations enable row level security;
create policy own_rows on reconciler.organizations for select to authenticated
    using (id = reconciler.current_organization());

do $$
declare
    guarded text;
begin
    foreach guarded in array array[
        'public.organization_integrations', 'public.feature_flags', 'reconciler.schedules', 'reconciler.exclusions',
        'reconciler.applied_revisions', 'reconciler.audit', 'reconciler.runs', 'reconciler.run_requests',
        'reconciler.exports', 'reconciler.export_payloads', 'reconciler.export_history', 'reconciler.export_numbers',
        'reconciler.withheld', 'reconciler.credentials'
    ] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy own_rows on %s for select to authenticated '
                       'using (organization_id = reconciler.current_organization())', guarded);
    end loop;
    -- Shared by all, or nobody's business: no policy, so that row level security shows no row to anybody but the owner.
    foreach guarded in array array[
        'reconciler.installation', 'reconciler.leases', 'reconciler.definitions'
    ] loop
        execute format('alter table %s enable row level security', guarded);
    end loop;
end $$;

-- Supabase grants everything in public to its roles by default; say what is meant.
revoke all on public.organization_integrations, public.feature_flags, public.record_exports from public, authenticated;
grant select on public.organization_integrations, public.feature_flags, public.record_exports to authenticated;
grant select (organization_id, category, record_id, integration, state, number, epoch, sent_at, changed_at)
    on reconciler.exports to authenticated;

-- The reader joins app records against the ledger (the anti-join), and may see nothing else of ours.
grant select (organization_id, target, category, record_id, epoch, state, next_attempt_at, record_digest, mapping_digest)
    on reconciler.exports to reconciler_reader;
create policy reader on reconciler.exports for select to reconciler_reader using (true);
