"""Years of an installation, made by SQL: organisations like a first one, with ledgers, histories, runs and trails."""

import psycopg

TARGET = "simulator:xledger:31007:voucher"
_ORGANIZATIONS = """
    insert into reconciler.organizations (id, name, body, origins, revision, applied_at)
    select md5('organization ' || n)::uuid, 'o' || lpad(n::text, 5, '0'), o.body || jsonb_build_object('title',
        'Forening ' || n, 'people', jsonb_build_array(jsonb_build_object('account', 'admin-' || n, 'roles',
        jsonb_build_array('admin')))), o.origins, o.revision, o.applied_at
    from (select * from reconciler.organizations order by name limit 1) o, generate_series(1, %(many)s) n"""
_COPIED = (
    "public.organization_integrations",
    "reconciler.schedules",
    "reconciler.exclusions",
    "reconciler.credentials",
    "reconciler.reports",
)
_COPY = """
    insert into {table} select (jsonb_populate_record(t, jsonb_build_object('organization_id', o.id) ||
        case when to_jsonb(t) ? 'id' then jsonb_build_object('id', gen_random_uuid()) else '{{}}'::jsonb end)).*
    from {table} t, reconciler.organizations o where o.id <> t.organization_id and t.organization_id =
        (select id from reconciler.organizations where name !~ '^o[0-9]{{5}}$' order by name limit 1)"""
_RECORDS = """
    insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type, description,
        incurred_on, submitted_at, approved_at, status, amount, currency, cost_center, project, receipt, created_at,
        updated_at)
    select md5(o.name || n)::uuid, o.id, md5('person ' || n %% 5000)::uuid, 'V' || 10000 + n %% 5000, 'travel',
        'Buss til medlemsmøte', '2026-01-13', '2026-01-14 18:22+01', timestamptz '2026-01-16 10:05+01'
            + n * interval '1 s', 'approved', 348 + n %% 100, 'NOK', '310', '4100', 'receipts/2026/' || n,
        '2026-01-14 18:10+01', '2027-01-01'
    from reconciler.organizations o, generate_series(1, %(records)s) n"""
_LEDGER = """
    insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number,
        state, revision, amount, code, claimed_at, sent_at, changed_at)
    select o.id, %(target)s, 'expense_claims', md5(o.name || n)::uuid, 'xledger', 'RC-' || n, 26000000 + n,
        case when n %% 1000 = 1 then 'rejected' else 'posted' end, 'r', 100 + n %% 100, '',
        '2026-02-01', '2026-02-01', timestamptz '2026-02-01' + n * interval '1 s'
    from reconciler.organizations o, generate_series(1, %(rows)s) n"""
_NUMBERS = """
    insert into reconciler.export_numbers (organization_id, target, year, last)
    select id, %(target)s, 2026, %(rows)s from reconciler.organizations
    on conflict (organization_id, target, year) do nothing"""
_PAYLOADS = """
    insert into reconciler.export_payloads (export_id, attempt, organization_id, subject, payload, message, created_at)
    select id, attempt, organization_id, 'V10001', '{"lines": []}', case when state = 'rejected'
        then 'dimension 9999 does not exist' else '' end, changed_at from reconciler.exports"""
_RUNS = """
    insert into reconciler.runs (id, organization_id, integration, trigger, occurrence, actor, fence, revision, state,
        counts, started_at, ended_at)
    select gen_random_uuid(), o.id, 'xledger', 'schedule', timestamptz '2025-12-01' + n * interval '20 min', '', n, 'r',
        case when n %% 7 = 0 then 'skipped' when n %% 50 = 1 then 'failed' else 'succeeded' end,
        '{"expense_claims": {"sent": 12, "amount": "3480.00"}}', timestamptz '2025-12-01' + n * interval '20 min',
        timestamptz '2025-12-01' + n * interval '20 min' + interval '9 s'
    from reconciler.organizations o, generate_series(1, %(runs)s) n"""
_AUDIT = """
    insert into reconciler.audit (at, actor, organization_id, action, object, detail)
    select timestamptz '2026-01-01' + n * interval '1 min', 'scheduler', o.id, 'credential-used', 'xledger',
        '{"version": 1}' from reconciler.organizations o, generate_series(1, %(runs)s) n"""
_WITHHELD = """
    insert into reconciler.withheld (organization_id, integration, category, record_id, reason, since, until)
    select o.id, 'xledger', 'expense_claims', 'w' || n, 'receipt is missing', '2026-01-01', '2026-01-02'
    from reconciler.organizations o, generate_series(1, %(runs)s) n"""


def grow(connection: psycopg.Connection, organizations: int, rows: int, *, records: int = 0, runs: int = 0) -> None:
    """`organizations` more, and in every one `rows` of the ledger, `records` of the app and `runs`."""
    values = {"many": organizations, "rows": rows, "records": records, "runs": runs, "target": TARGET}
    if organizations:
        connection.execute(_ORGANIZATIONS, values)
        for table in _COPIED:
            connection.execute(_COPY.format(table=table))
    for statement in (_RECORDS, _LEDGER, _NUMBERS, _PAYLOADS, _RUNS, _AUDIT, _WITHHELD):
        connection.execute(statement, values if "%(" in statement else None)
    connection.commit()
    connection.autocommit = True
    connection.execute("vacuum analyze")
