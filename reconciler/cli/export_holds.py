"""`exports hold`, `release` and `holds`: single records that a person keeps from going."""

from typing import Any

import click

from reconciler.cli.choosing import day, desk, place_options
from reconciler.cli.context import Context, counted, format_option
from reconciler.runs.moments import local
from reconciler.runs.operations import RecordHold


def _records(verb: Any) -> Any:
    records = click.argument("records", nargs=-1, metavar="RECORD...", required=True)(verb)
    return click.argument("organization", metavar="ORGANISATION")(records)


@click.command("hold")
@_records
@place_options
@click.option("--reason", required=True, help="Why, in a sentence; shown wherever the record is.")
@click.option("--until", metavar="DAY", help="The last local day on which it is held, YYYY-MM-DD; for good if not.")
@format_option
@click.pass_obj
def hold(
    context: Context,
    /,
    *,
    organization: str,
    records: tuple[str, ...],
    integration: str,
    category: str,
    reason: str,
    until: str | None,
    form: str,
) -> int:
    """Keep single records from going, until a day or until somebody releases them. What is on its way cannot be held.

    RECORD is a record's id in the app. Many records by a rule are an Exclusion, in git.
    """
    from reconciler.engine.holding import Place, hold_back

    context.formatted(form)
    where = desk(context, organization)
    made = hold_back(where, records, Place(integration, category), reason, day(until))
    return _told(context, organization, "held back", where.people().zone, made)


@click.command("release")
@_records
@place_options
@click.option("--reason", default="", help="Why, for the audit trail.")
@format_option
@click.pass_obj
def release(
    context: Context, *, organization: str, records: tuple[str, ...], integration: str, category: str, reason: str,
    form: str,
) -> int:  # fmt: skip
    """Let records that somebody holds back go again, with the next sync."""
    from reconciler.engine.holding import Place, release

    context.formatted(form)
    where = desk(context, organization)
    made = release(where, records, Place(integration, category), reason)
    return _told(context, organization, "released", where.people().zone, made)


@click.command("holds")
@click.argument("organization", metavar="ORGANISATION")
@format_option
@click.pass_obj
def holds(context: Context, organization: str, form: str) -> int:
    """List the records that somebody holds back."""
    context.formatted(form)
    where = desk(context, organization)
    now, zone = where.office.clock.now(), where.people().zone
    found = [each for each in where.office.record_holds.held(where.organization_id) if each.holds(now)]
    if context.json:
        context.data({"organization": organization, "holds": [_data(each) for each in found]})
    elif not found:
        context.say(f"nobody holds back a record of {organization}.")
        context.say(f"next: reconciler exports hold {organization} RECORD --reason WHY keeps one from going")
    else:
        columns = ["category", "record", "by", "since", "until", "because"]
        rows = [
            [each.category, each.record_id, each.author, local(each.since, zone), _until(each, zone), each.reason]
            for each in found
        ]
        context.table(columns, rows)
        context.say(f"{counted(len(found), 'record')} held back")
    return 0


def _told(context: Context, organization: str, what: str, zone: str, made: list[RecordHold]) -> int:
    if context.json:
        context.data({"organization": organization, "holds": [_data(each) for each in made]})
        return 0
    context.say(f"{counted(len(made), 'record')} {what}", "green")
    for each in made:
        until = f", until {_until(each, zone)}" if what != "released" else ""
        context.say(f"  {each.category} {each.record_id} to {each.target}{until}")
    return 0


def _until(hold: RecordHold, zone: str) -> str:
    return local(hold.ends_at, zone) if hold.ends_at else "somebody releases it"


def _data(hold: RecordHold) -> dict[str, Any]:
    return {
        "category": hold.category,
        "record": hold.record_id,
        "target": hold.target,
        "reason": hold.reason,
        "by": hold.author,
        "since": hold.since.isoformat(),
        "until": hold.ends_at.isoformat() if hold.ends_at else None,
    }
