-- Drafts of the portal: files of one organisation that somebody is changing, before they are proposed. Decision 0043.

create table reconciler.portal_drafts (
    id uuid primary key,
    organization_id uuid not null,
    account text not null,
    kind text not null,
    title text not null,
    base text not null check (base ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
    files jsonb not null default '{}' check (jsonb_typeof(files) = 'object'),
    answers jsonb not null default '{}' check (jsonb_typeof(answers) = 'object'),
    version integer not null default 1,
    begun_at timestamptz not null,
    changed_at timestamptz not null,
    state text not null default 'open' check (state in ('open', 'proposed', 'dropped')),
    branch text not null default '',
    head text not null default '',
    number bigint,
    url text not null default '',
    check ((state = 'proposed') = (branch <> '' and head <> ''))
);
comment on column reconciler.portal_drafts.files is 'path below orgs/<organisation>/ to the whole text, null for one that goes';
comment on column reconciler.portal_drafts.version is 'counts changes: who saves names the one that they saw';
create index portal_drafts_by_organization on reconciler.portal_drafts (organization_id, changed_at desc);

alter table reconciler.portal_drafts enable row level security;
create policy portal on reconciler.portal_drafts to reconciler_portal
    using (organization_id = reconciler.portal_organization())
    with check (organization_id = reconciler.portal_organization());
grant select, insert, update on reconciler.portal_drafts to reconciler_portal;
