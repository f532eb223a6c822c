"""Expense claims of a test's own making, and one of their values spoiled."""

from parts.installation import Installation


def only_claims(installation: Installation, count: int) -> None:
    """So many expense claims in the order of their positions, 1 to `count`, all good, and no other record."""
    for table in ("mileage_claims", "driver_honorariums", "expense_claims"):
        installation.sql(f"delete from app.{table}")
    installation.sql(
        """
        insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type, incurred_on,
            submitted_at, approved_at, status, amount, currency, cost_center, receipt, created_at, updated_at)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007',
            gen_random_uuid(), 'V10001', 'materials', date '2026-01-05', at, at, 'approved', 100 + n, 'NOK', '310',
            'receipts/2026/x', at, at
        from (select n, timestamptz '2026-01-10 08:00+01' + n * interval '1 minute' as at
              from generate_series(1, %s) as n) as claims""",
        count,
    )


def spoil(installation: Installation, value: str, condition: str) -> None:
    installation.sql(
        f"update app.expense_claims set cost_center = %s where right(id::text, 12)::int in ({condition})", value
    )
