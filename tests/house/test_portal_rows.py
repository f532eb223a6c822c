"""Every row of what the product is for that the portal covers is a scenario in a browser, named by its row."""

import ast
from pathlib import Path

SCENARIOS = Path(__file__).parents[1] / "portal"
ROWS = {
    "a1": "a dashboard lists the integration types with their state: not configured, active, error",
    "a2_a_new_link": "the wizard offers the types, and ends in a proposal: settings, credential (A3, A4), environment"
    " (A5), data, suggested mapping, schedule (A6)",
    "a2_the_yearly_report": "the wizard offers the yearly report: year, scope, columns, activity types, a live count",
    "b1": "stored encrypted, shown only as dots and the last four characters",
    "b2": "updated without touching the integration, its schedule or its history",
    "b3": "tested live before it replaces the old one; running syncs finish with the one they began with",
    "b4": "status: version, who, when, last tested, last used, expiry, reminders before expiry",
    "b5": "previous version can be restored; revoke",
    "b6": "every use and change audited; no secret on a page",
    "c1_a_field_is_dragged": "two columns: app fields left, the target's fields right, by drag-and-drop or dropdown",
    "c1_a_field_is_carried": "the same by keyboard",
    "c1_the_editor_is_whole": "the same on a phone and without scripts",
    "c2": "date fields choose their output format (ISO 8601, DD.MM.YYYY, epoch, more)",
    "c3": "preview shows 3 to 5 sample records transformed",
    "c4": "required fields unmapped, type or length clashes, unknown fields: refused before review, at their place",
    "c5_constants": "constants, defaults, lookups, templates, dated rates, several lines per record (balanced)",
    "c5_a_number": "number formats",
    "c6_a_sample": "tests inside the mapping; start from a template, an earlier version or another organisation's",
    "c6_each_version": "history with author and reviewer; back to any earlier version",
    "d1": "toggles for the categories",
    "d2": "filter by status, type, department; incomplete records are withheld with the missing field named",
    "d3": "date range on approved; a cut-over day before which nothing is ever sent",
    "d4": "exclusions, each with a reason and an optional end date",
    "d5": "preview: how many records would go, how many are held back and why",
    "d6": "excluded features appear to the app as feature flags",
    "e1": "manual, daily, weekly, monthly, custom cron",
    "e2": "a time and zone give the next runs",
    "e3": "a cron expression is validated and described in words (English and Norwegian)",
    "e4_runs": "pause and resume with reason and expiry",
    "e4_closed": "freeze windows (closing of accounts)",
    "e5_a_run": "never two syncs of one integration at once",
    "e5_runs_that_were_missed": "missed runs are coalesced and reported",
    "e5_what_did_not_arrive": "retries with back-off",
    "e6": "sync now, back-fill of a date range",
    "f1": "what was exported is not sent again",
    "f2": "sync now after a partial failure sends only the rest",
    "f3": "force re-export needs a reason and a confirmation and is in the audit trail",
    "f4": "every record's state, time, target id and history can be looked up, and why is one sentence",
    "f5": "a crash at any moment neither loses nor doubles a record",
    "f6_what_changed": "a record changed after export is shown as drifted, never silently re-sent",
    "f6_the_nightly": "nightly comparison with the target",
    "g1": "green (last sync successful), yellow (warnings), red (failed, or none in 48 h)",
    "g2": "in error: the outside system's own message, the time, the list of failed records",
    "g3": "a failed record shows the message, the field, and the mapping line that produced it",
    "g4": "history with counts, duration, revision; filter, export as CSV",
    "g5_who": "who is told of a change of state; quota",
    "g5_a_change": "notifications on change of state, and on recovery",
    "g5_a_spent_limit": "rate limits as states with reset time",
    "g6": "retry one, retry all, give up, from the page; pages update live",
    "i1": "members, branches, peer-support activities counted by dated rules; no personal data in the files",
    "i2": "per-organisation column mappings and templates, versioned",
    "i3": "unmapped activity types block; zeros are shown; totals checked",
    "i4": "frozen with checksums, handed over by a named person, corrections compared with what was handed over",
}
"""By what the name of its scenario begins with: a row of several parts has a scenario for each."""


def scenarios() -> list[str]:
    """The names of the tests that stand for rows: those that have a visit of a browser."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SCENARIOS.rglob("test_rows_*.py"))]
    functions = [each for tree in trees for each in tree.body if isinstance(each, ast.FunctionDef)]
    seen = {"visit", "reader"}
    return [each.name for each in functions if seen & {argument.arg for argument in each.args.args}]


def test_every_row_that_the_portal_covers_is_one_scenario_in_a_browser() -> None:
    names = [each for each in scenarios() if each.startswith("test_")]
    found = {row: [each for each in names if each.startswith(f"test_{row}_")] for row in ROWS}
    assert {row: tests for row, tests in found.items() if len(tests) != 1} == {}
    assert any("red_light_to_a_green" in each for each in names)
