-- Syncs that are asked for, what a run was told, suspensions, and runs that only observe (docs/decisions/0025).

alter table reconciler.runs
    add column actor text not null default '',
    add column range daterange,
    add column sends boolean not null default true,
    add column again boolean not null default false;
comment on column reconciler.runs.sends is 'it began, and its integration was not only observed';
comment on column reconciler.runs.range is 'the days that it was limited to; null where it was not';
comment on column reconciler.runs.again is 'nothing was sent: its occurrence may be tried again';
create index runs_by_occurrence on reconciler.runs (organization_id, integration, occurrence)
    where occurrence is not null;

-- A request names its run before that begins, so that whoever finds it later knows which run to look for.
alter table reconciler.run_requests
    drop constraint run_requests_run_id_fkey,
    add column reason text not null default '',
    add column confirmed integer not null default 0,
    add column not_before timestamptz,
    add column taken_by text not null default '',
    add column lease_until timestamptz,
    add column attempts integer not null default 0,
    add column ended_at timestamptz,
    add column exit_code integer,
    add column answer text not null default '',
    add column hint text not null default '';
comment on column reconciler.run_requests.confirmed is 'the number of documents that whoever asked agreed to send';
comment on column reconciler.run_requests.lease_until is
    'whoever took it is gone after this, unless its run holds the integration''s lease';
comment on column reconciler.run_requests.answer is 'why it was refused, or what stopped its run; never a payload';
create index run_requests_open on reconciler.run_requests (requested_at, id) where state in ('waiting', 'taken');
create index run_requests_by_run on reconciler.run_requests (run_id) where state = 'taken';

-- Who stopped an integration, and until when: operational state, never in git (docs/design.md 4.17).
create table reconciler.suspensions (
    organization_id uuid not null,
    integration text not null,
    cause text not null check (cause in ('person', 'credential')),
    reason text not null,
    author text not null,
    since timestamptz not null,
    until timestamptz,
    version integer,
    primary key (organization_id, integration, cause)
);
comment on column reconciler.suspensions.version is
    'of a refused credential: once another is in use, or this one passes a test, runs go on';

-- What a run that observes would have sent. Holds no personal data; never part of the ledger.
create table reconciler.shadow_documents (
    run_id uuid not null references reconciler.runs (id),
    organization_id uuid not null,
    integration text not null,
    target text not null,
    category text not null,
    record_id text not null,
    verdict text not null check (verdict in ('would_send', 'would_reject')),
    amount numeric(14, 2),
    record_digest text not null,
    mapping_digest text not null,
    payload_digest text not null,
    field text not null default '',
    origin text not null default '',
    created_at timestamptz not null,
    primary key (run_id, category, record_id)
);
create index shadow_documents_by_integration on reconciler.shadow_documents (organization_id, integration);

-- Its payloads and our refusals: may hold personal data, has its own retention clock.
create table reconciler.shadow_payloads (
    run_id uuid not null,
    category text not null,
    record_id text not null,
    organization_id uuid not null,
    subject text not null,
    payload jsonb,
    message text not null default '',
    created_at timestamptz not null,
    primary key (run_id, category, record_id),
    foreign key (run_id, category, record_id)
        references reconciler.shadow_documents (run_id, category, record_id) on delete cascade
);
create index shadow_payloads_by_subject on reconciler.shadow_payloads (organization_id, subject);

do $$
declare
    guarded text;
begin
    foreach guarded in array array[
        'reconciler.suspensions', 'reconciler.shadow_documents', 'reconciler.shadow_payloads'
    ] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy own_rows on %s for select to authenticated '
                       'using (organization_id = reconciler.current_organization())', guarded);
    end loop;
end $$;
