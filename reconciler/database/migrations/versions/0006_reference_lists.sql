-- What outside systems know by code, and when a sent document is looked for again (docs/decisions/0015).

create table reconciler.reference_lists (
    organization_id uuid not null,
    place text not null,
    name text not null,
    codes jsonb not null default '{}',
    size integer not null default 0,
    read_at timestamptz,
    tried_at timestamptz not null,
    primary key (organization_id, place, name)
);
comment on column reconciler.reference_lists.codes is 'code to what people call it; may name people (a subledger)';
comment on column reconciler.reference_lists.read_at is 'when it was last read whole; null where it never was';

alter table reconciler.reference_lists enable row level security;
create policy own_rows on reconciler.reference_lists for select to authenticated
    using (organization_id = reconciler.current_organization());

alter table reconciler.exports add column next_look_at timestamptz;
comment on column reconciler.exports.next_look_at is
    'when a sent document that is not final is looked for again; null before its first look, and once it is given up';

-- What a version of a credential was proved to reach; whoever was not asked yet is asked before the next sending.
alter table reconciler.credentials
    add column proof text not null default '',
    add column reaches text not null default '';

-- A record that was refused because of a code goes again once the code exists.
grant select (code) on reconciler.exports to reconciler_reader;
