-- What people decide about single documents (docs/decisions/0021-operations.md).

-- A later epoch stands in the place of a row: of each record and target exactly one row is not superseded.
alter table reconciler.exports add column superseded_by bigint references reconciler.exports (id);
comment on column reconciler.exports.superseded_by is
    'the row of the next epoch, after a forced re-export or a withdrawal; only the newest epoch is ever sent';
grant select (superseded_by) on reconciler.exports to reconciler_reader;

create table reconciler.record_holds (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    target text not null,
    category text not null,
    record_id text not null,
    reason text not null,
    author text not null,
    since timestamptz not null,
    ends_at timestamptz,
    released_at timestamptz,
    released_by text
);
comment on table reconciler.record_holds is
    'Single records that a person holds back. They hang off the target, like the ledger: a new name changes nothing.';
create unique index record_holds_open on reconciler.record_holds (organization_id, target, category, record_id)
    where released_at is null;
grant select (organization_id, target, category, record_id, ends_at, released_at) on reconciler.record_holds
    to reconciler_reader;

-- Forced re-exports that are so large that a second person has to agree.
create table reconciler.resend_requests (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    exports jsonb not null,
    documents integer not null,
    amount numeric(16, 2) not null,
    reason text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'approved', 'refused')),
    decided_by text,
    decided_at timestamptz,
    check (decided_by <> asked_by or state = 'refused')
);
comment on column reconciler.resend_requests.exports is '[row, attempt] of each: none may have moved when it is approved';
create index resend_requests_waiting on reconciler.resend_requests (organization_id) where state = 'waiting';

do $$
declare
    guarded text;
begin
    foreach guarded in array array['reconciler.record_holds', 'reconciler.resend_requests'] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy own_rows on %s for select to authenticated '
                       'using (organization_id = reconciler.current_organization())', guarded);
    end loop;
end $$;
create policy reader on reconciler.record_holds for select to reconciler_reader using (true);

-- Who decided what about one document is asked by its reference.
create index audit_by_object on reconciler.audit (organization_id, object, id);
