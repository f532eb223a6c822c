-- What people of an organisation say to a proposal without deciding anything: no rule counts it. Decision 0045.

create table reconciler.portal_comments (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    branch text not null,
    head text not null check (head ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
    account text not null,
    words text not null check (length(words) between 1 and 500),
    at timestamptz not null
);
comment on column reconciler.portal_comments.branch is 'of the proposal, whatever becomes of its commits';
comment on column reconciler.portal_comments.head is 'the commit that was looked at';
create index portal_comments_by_branch on reconciler.portal_comments (organization_id, branch, id);

alter table reconciler.portal_comments enable row level security;
create policy portal on reconciler.portal_comments to reconciler_portal
    using (organization_id = reconciler.portal_organization())
    with check (organization_id = reconciler.portal_organization());
grant select, insert on reconciler.portal_comments to reconciler_portal;
