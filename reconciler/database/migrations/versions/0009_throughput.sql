-- What each document costs in the database (docs/decisions/0020-what-a-document-costs.md).

-- No row of the ledger is ever deleted: so nothing that belongs to one can be left behind, and what is written beside it
-- need not look the row up and lock it each time.
create trigger exports_never_deleted before delete on reconciler.exports
    for each row execute function reconciler.refuse_change();
alter table reconciler.export_history drop constraint export_history_export_id_fkey;
alter table reconciler.export_payloads drop constraint export_payloads_export_id_fkey;

-- A state that stands in an index makes each change of it a new entry in every index of the table. These two say what a
-- state is about, and neither changes while a document goes its ordinary way: claimed, frozen, sent, accepted.
drop index reconciler.exports_unsettled;
alter table reconciler.exports
    add column underway boolean not null generated always as (state in ('sending', 'sent', 'accepted')) stored,
    add column undecided boolean not null
        generated always as (state in ('unknown', 'not_applied', 'held', 'rejected')) stored;
create index exports_underway on reconciler.exports (organization_id, target, category) where underway;
create index exports_undecided on reconciler.exports (organization_id, target, category) where undecided;

-- A row grows by half when it is frozen: with room for that on its page, no index is touched.
alter table reconciler.exports set (fillfactor = 30);

-- The history of hundreds of rows is one statement; a call for each cost more than the change itself.
drop trigger changed_exports_remembered on reconciler.exports;
create function reconciler.remember_changed_exports() returns trigger
language plpgsql as $$
begin
    insert into reconciler.export_history (export_id, organization_id, state, attempt, run_id, code, at)
    select id, organization_id, state, attempt, run_id, code, changed_at from made
    -- A join would compare each with each: nobody knows how many there are when it is planned.
    where (id, state, attempt) not in (select id, state, attempt from replaced) order by id;
    return null;
end $$;
create trigger changed_exports_remembered after update on reconciler.exports
    referencing new table as made old table as replaced
    for each statement execute function reconciler.remember_changed_exports();
drop function reconciler.remember_export();
