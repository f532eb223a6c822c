-- Who said what to which intent (docs/decisions/0031-approval-before-apply.md).

create table reconciler.voices (
    id bigint generated always as identity primary key,
    organization_id uuid,
    organization text not null,
    intent text not null check (intent ~ '^[0-9a-f]{64}$'),
    account text not null check (account <> ''),
    voice text not null check (voice in ('author', 'approve', 'refuse')),
    as_platform boolean not null default false,
    reason text not null,
    source text not null check (source in ('cli', 'host', 'portal')),
    revision text not null,
    at timestamptz not null,
    check ((organization = '') = (organization_id is null))
);
comment on table reconciler.voices is
    'Append-only: of each account the last word counts. Without an organisation: a word on the rules that all share, '
    'whose text stands in reconciler.definitions by the same digest.';
comment on column reconciler.voices.as_platform is 'whoever wrote it down answers for it that the platform speaks';
create index voices_by_intent on reconciler.voices (intent, id);
create index voices_by_organization on reconciler.voices (organization, id);
create trigger voices_append_only before update or delete on reconciler.voices
    for each row execute function reconciler.refuse_change();
create trigger voices_never_emptied before truncate on reconciler.voices
    for each statement execute function reconciler.refuse_change();

alter table reconciler.voices enable row level security;
create policy own_rows on reconciler.voices for select to authenticated
    using (organization_id = reconciler.current_organization());

-- Whether a yes is spent is asked by the intent that was applied.
create index applied_revisions_by_intent on reconciler.applied_revisions (intent, organization_id);
