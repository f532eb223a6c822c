-- What a run may, and no more: where runs are pods, each logs in as a member of this role.
-- It reads what is applied and keeps the ledger and the history; configuration, credentials, approvals, switches and
-- reports are the controller's and the people's. Decision 0038; docs/operations/scheduling.md says how a login is made.

do $$
declare
    guarded text;
begin
    begin
        if not exists (select from pg_roles where rolname = 'reconciler_runner') then
            create role reconciler_runner nologin;
        end if;
    exception when duplicate_object or unique_violation then
        null;  -- another migration was faster
    end;
    -- App records are read as reconciler_reader (set local role).
    if not pg_has_role('reconciler_runner', 'reconciler_reader', 'member') then
        begin
            grant reconciler_reader to reconciler_runner;
        exception when unique_violation then
            null;
        end;
    end if;

    -- Everybody of an installation is served by its runs: rows are not divided here, rights are.
    for guarded in
        select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and c.relrowsecurity and (n.nspname = 'reconciler'
            or (n.nspname, c.relname) in (('public', 'organization_integrations'), ('public', 'feature_flags')))
    loop
        execute format('create policy runner on %s to reconciler_runner using (true) with check (true)', guarded);
    end loop;
end $$;

grant usage on schema reconciler to reconciler_runner;
grant select on all tables in schema reconciler to reconciler_runner;
grant select on public.organization_integrations, public.feature_flags, public.record_exports to reconciler_runner;
-- Approvals and who gave them, switches, what people were told: no run reads them.
revoke select on reconciler.voices, reconciler.notifications, reconciler.notification_marks,
    reconciler.notification_states, reconciler.condition_history, reconciler.report_rows
    from reconciler_runner;

-- The ledger and what hangs on it.
grant insert, update on reconciler.exports, reconciler.export_payloads, reconciler.export_numbers, reconciler.withheld
    to reconciler_runner;
grant insert on reconciler.export_history, reconciler.adoption_findings, reconciler.targets_asked,
    reconciler.reconciliations, reconciler.reconciliation_lines to reconciler_runner;
grant update on reconciler.resend_requests, reconciler.record_holds to reconciler_runner;
grant insert, update, delete on reconciler.shadow_documents, reconciler.shadow_payloads to reconciler_runner;
-- The history, and what runs share.
grant insert, update on reconciler.runs, reconciler.leases, reconciler.chores to reconciler_runner;
grant update on reconciler.run_requests to reconciler_runner;
grant insert, update, delete on reconciler.allowances, reconciler.breakers, reconciler.reference_lists,
    reconciler.table_columns, reconciler.suspensions to reconciler_runner;
-- When a credential was used last, and what came of it; never which one counts, or what it holds.
grant update (last_used_at, tested_at, problem, proof, reaches) on reconciler.credentials to reconciler_runner;
-- A refused credential suspends its integration, and that is written down; a key is made where there is none yet.
grant insert on reconciler.audit, reconciler.installation_keys to reconciler_runner;
grant usage on all sequences in schema reconciler to reconciler_runner;
