"""The figures of all three worked examples against plain SQL over the same tables."""

import pytest
from parts.report_sql import IDS, MEMBERS, figures

from reconciler.cli.context import Context
from reconciler.cli.desk import desk
from reconciler.engine.reporting import opened


@pytest.mark.parametrize("organization", IDS)
def test_every_figure_is_what_plain_sql_says(organization, twin, sql):
    found = {each["key"]: each["value"] for each in twin("check", organization)["figures"]}
    assert found == figures(sql, organization)


@pytest.mark.parametrize("organization", IDS)
def test_the_tables_hold_what_sql_says(organization, applied, sql):
    whose = IDS[organization]
    with opened(desk(Context(applied)), organization, "bufdir") as found:
        sheets = {each.name: [list(row) for row in each.rows()] for each in found.built.report.sheets}
    per_county = dict(sql(f"select county, count(*) {MEMBERS} and county is not null group by county", whose))
    shown = {row[0]: row[2] for row in sheets["Medlemmer per fylke"] if row[0] and isinstance(row[2], int) and row[2]}
    assert shown
    assert shown == {code: count for code, count in per_county.items() if code in shown}
    year = "held_on between '2025-01-01' and '2025-12-31'"
    held = dict(
        sql(f"select id::text, minutes from app.peer_support_activities where {year} and organization_id = %s", whose)
    )
    rows = sheets["Likepersonsaktiviteter"] + sheets["Kurs"]
    assert {row[0]: row[10] for row in rows} == held
    assert len(rows) == len(held)
