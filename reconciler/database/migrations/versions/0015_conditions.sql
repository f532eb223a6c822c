-- Where the configuration of every organisation stands between git and these tables (docs/decisions/0030).

alter table reconciler.installation add column controlled_since timestamptz;
comment on column reconciler.installation.controlled_since is
    'since when a controller keeps this database; null where none does, and people apply by hand';

create table reconciler.conditions (
    organization text primary key,
    reason text not null,
    message text not null,
    hint text not null default '',
    since timestamptz not null,
    attempted text not null default '',
    attempted_at timestamptz,
    applied text not null default '',
    applied_at timestamptz,
    verified_at timestamptz,
    findings text[] not null default '{}',
    fingerprint text not null default '',
    mark text not null default '',
    claim text not null default '',
    repairs timestamptz[] not null default '{}',
    failures integer not null default 0,
    not_before timestamptz,
    handled_at timestamptz
);
comment on table reconciler.conditions is
    'One row per organisation folder, and one with an empty name for the repository itself. Holds no personal data.';
comment on column reconciler.conditions.claim is 'the organisation''s id in the app, as its spec says: proved by nobody';

create table reconciler.condition_history (
    id bigint generated always as identity primary key,
    organization text not null,
    reason text not null,
    message text not null,
    hint text not null default '',
    attempted text not null default '',
    applied text not null default '',
    findings text[] not null default '{}',
    superseded boolean not null default false,
    at timestamptz not null
);
comment on column reconciler.condition_history.superseded is
    'a commit that another followed before it was applied: what it would have come to';
create index condition_history_by_organization on reconciler.condition_history (organization, id desc);
create unique index condition_history_once on reconciler.condition_history (organization, attempted) where superseded;

create table reconciler.reconcile_requests (
    id bigint generated always as identity primary key,
    organization text not null default '',
    requested_by text not null,
    requested_at timestamptz not null,
    handled_at timestamptz
);
create index reconcile_requests_open on reconciler.reconcile_requests (id) where handled_at is null;

-- An organisation sees what is said of the one that was applied under its id, whatever another folder claims.
do $$
declare
    guarded text;
begin
    foreach guarded in array array['reconciler.conditions', 'reconciler.condition_history'] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy own_rows on %s for select to authenticated using (organization in '
                       '(select o.name from reconciler.organizations o where o.id = reconciler.current_organization()))',
                       guarded);
    end loop;
    alter table reconciler.reconcile_requests enable row level security;
end $$;
