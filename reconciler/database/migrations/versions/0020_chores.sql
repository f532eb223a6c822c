-- What is done every night for each organisation, and when it was done last (docs/decisions/0034).

create table reconciler.chores (
    organization_id uuid not null,
    name text not null,
    night date not null,
    state text not null check (state in ('done', 'failed')),
    said text not null default '',
    at timestamptz not null,
    primary key (organization_id, name)
);
comment on column reconciler.chores.night is 'the organisation''s local day: a chore is done once for each';
alter table reconciler.chores enable row level security;
create policy own_rows on reconciler.chores for select to authenticated
    using (organization_id = reconciler.current_organization());

-- Runs that nobody has ended yet: few, and asked for every minute.
create index runs_running on reconciler.runs (organization_id, integration) where state = 'running';
