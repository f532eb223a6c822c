-- What the tables of outside systems ask of the fields that we write (docs/decisions/0028).

create table reconciler.table_columns (
    organization_id uuid not null,
    place text not null,
    document text not null,
    columns jsonb not null default '{}',
    read_at timestamptz,
    tried_at timestamptz not null,
    problem text not null default '',
    primary key (organization_id, place, document)
);
comment on column reconciler.table_columns.columns is 'column to max_length, required and the types that it takes';
comment on column reconciler.table_columns.read_at is 'when they were last read; null where they never were';
comment on column reconciler.table_columns.problem is 'why the last try failed; empty where it did not';

alter table reconciler.table_columns enable row level security;
create policy own_rows on reconciler.table_columns for select to authenticated
    using (organization_id = reconciler.current_organization());
