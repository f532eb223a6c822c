"""`new schedule` and `new exclusion`: when an integration sends, and what it never sends."""

from pathlib import Path

import click

from reconciler.cli.asking import Question, ask, ask_several, pairs, terminal
from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.scaffold import Repository
from reconciler.errors import UsageError
from reconciler.plans.beginning import head
from reconciler.specs.yaml import Tree

QUIET = "03:30"
"""Outside the hour that the change of the clocks moves (design.md 4.14)."""
EVERY = {"hourly": "", "daily": "", "weekly": "needs --on with a weekday", "monthly": "needs --on with 1-28, or last"}


@click.command("schedule")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration", metavar="INTEGRATION")
@click.option("--every", help=f"{', '.join(EVERY)}.")
@click.option("--at", help=f"The local time, HH:MM; {QUIET} where left out.")
@click.option("--on", help="With weekly: mon to sun; with monthly: 1 to 28, or last.")
@click.option("--cron", help="Five fields instead, such as '30 3 * * 1-5'.")
@root_option
@format_option
@click.pass_obj
def schedule(
    context: Context, /, organization: str, integration: str, root: Path, form: str, **given: str | None
) -> int:
    """Say when INTEGRATION of ORGANISATION sends. What it means is said in words."""
    from reconciler.plans.timing import timing
    from reconciler.schedules.describe import describe
    from reconciler.specs.models.integration import Integration
    from reconciler.specs.models.schedule import SyncSchedule
    from reconciler.specs.write import block

    repository = Repository(context.formatted(form), root)
    there = repository.organization(organization)
    known = {name: each.spec.type for name, each in there.of(Integration).items()}
    name = ask(Question("INTEGRATION", "Which integration", known), integration)
    spec: Tree = {"integration": name} | _times(given)
    path = f"orgs/{there.name}/schedules/{name}.yaml"
    lines = [*head(path, "SyncSchedule", name), *(f"  {line}" for line in block(spec, 60))]
    repository.create(path, "\n".join(lines) + "\n")
    here = repository.organization(there.name)
    when = timing(here.of(SyncSchedule)[name].spec, here.organization.spec) if here.organization else None
    if when is not None and not context.json:
        context.say(f"{name} sends: {describe(when.expression, 'en', when.zone)}")
    return repository.go_on(there.name)


def _times(given: dict[str, str | None]) -> dict[str, Tree]:
    if given["cron"]:
        if given["every"] or given["at"] or given["on"]:
            raise UsageError("--cron says everything by itself", "leave out --every, --at and --on")
        return {"cron": given["cron"]}
    every = ask(Question("--every", "How often", EVERY, default="daily"), given["every"])
    if every == "hourly":
        return {"every": every}
    found: dict[str, Tree] = {"every": every}
    if every != "daily":
        found["on"] = ask(Question("--on", EVERY[every].removeprefix("needs --on with ")), given["on"])
    return found | {"at": ask(Question("--at", "At what local time", default=QUIET), given["at"])}


@click.command("exclusion")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("name", required=False)
@click.option("--category", help="With --record and --field: whose.")
@click.option("--record", "records", multiple=True, metavar="FIELD=VALUE", help="Records with this value stay here.")
@click.option("--field", "fields", multiple=True, help="A field that never leaves.")
@click.option("--feature", "features", multiple=True, help="An app feature that is turned off.")
@click.option("--integration", help="Only this integration; every one where left out.")
@click.option("--reason", help="Why, in ten characters or more.")
@click.option("--until", help="The last day on which it holds, YYYY-MM-DD; for ever where left out.")
@root_option
@format_option
@click.pass_obj
def exclusion(
    context: Context,
    /,
    organization: str,
    name: str | None,
    root: Path,
    form: str,
    **given: "str | tuple[str, ...] | None",
) -> int:
    """Withhold records, fields or app features of ORGANISATION, with a reason."""
    from reconciler.specs.scalars import Day, Name, Reason
    from reconciler.specs.write import block

    repository = Repository(context.formatted(form), root)
    there = repository.organization(organization)
    name = ask(Question("NAME", "A name for this exclusion", form=Name), name)
    spec = _what(repository, given)
    spec["reason"] = ask(
        Question("--reason", "Why (ten characters or more; shown wherever it holds something back)", form=Reason),
        _text(given["reason"]),
    )
    if until := _text(given["until"]):
        spec["until"] = ask(Question("--until", "Until when", form=Day), until)
    path = f"orgs/{there.name}/exclusions/{name}.yaml"
    lines = [*head(path, "Exclusion", name), *(f"  {line}" for line in block(spec, 100))]
    repository.create(path, "\n".join(lines) + "\n")
    return repository.go_on(there.name)


def _text(given: "str | tuple[str, ...] | None") -> str | None:
    return given if isinstance(given, str) else None


def _what(repository: Repository, given: "dict[str, str | tuple[str, ...] | None]") -> dict[str, Tree]:
    """What is withheld: exactly one of records, fields and features."""
    catalog = repository.specs().catalog
    kinds = [key for key in ("records", "fields", "features") if given[key]]
    if len(kinds) > 1:
        raise UsageError("an exclusion withholds one of records, fields and features", "make one of each")
    if not kinds and not terminal():
        raise UsageError("what is withheld is missing", "add --record FIELD=VALUE, --field FIELD, or --feature FEATURE")
    choices = {"records": "by a rule", "fields": "never mapped", "features": "turned off in the app"}
    kind = kinds[0] if kinds else ask(Question("--record", "What is withheld", choices), None)
    told = given[kind]
    assert isinstance(told, tuple)
    if kind == "features":
        known = {
            name: each.label.en for found in catalog.features.values() for name, each in found.spec.features.items()
        }
        return {"features": ask_several(Question("--feature", "Which features", known), told)}
    found: dict[str, Tree] = {"integration": _text(given["integration"])} if given["integration"] else {}
    categories = {name: each.spec.label.en for name, each in sorted(catalog.categories.items())}
    found["category"] = ask(Question("--category", "Of which records", categories), _text(given["category"]))
    names = {name: each.label.en for name, each in catalog.categories[found["category"]].spec.fields.items()}
    if kind == "fields":
        return found | {"fields": ask_several(Question("--field", "Which fields", names), told)}
    return found | {"records": _conditions(names, told)}


def _conditions(names: dict[str, str], told: tuple[str, ...]) -> dict[str, Tree]:
    """Field to accepted values, from `FIELD=VALUE`, a field several times for several values."""
    conditions: dict[str, Tree] = {}
    if not told:
        field = ask(Question("--record", "By which field", names), None)
        values = ask(Question("--record", f"The values of {field}, with commas"), None)
        return {field: [value.strip() for value in values.split(",")]}
    for each in told:
        ((field, value),) = pairs("--record", [each]).items()
        conditions.setdefault(ask(Question("--record", "By which field", names), field), []).append(value)
    return conditions
