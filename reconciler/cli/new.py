"""`reconciler new`: the first version of a spec, from questions on a terminal or from flags in a script."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import click

from reconciler.cli.context import Context, format_option, root_option

PARTS = {
    "organization": ("new", "Who the organisation is."),
    "integration": ("new_integration", "A link to an outside system."),
    "export": ("new_integration", "One more category that an integration sends."),
    "mapping": ("new_mapping", "How a category becomes documents, with guessed sources and a test."),
    "schedule": ("new_rules", "When an integration sends."),
    "exclusion": ("new_rules", "Records, fields or app features that are withheld."),
}


class Parts(click.Group):
    """The kinds of spec, imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PARTS:
            return None
        found: click.Command = getattr(import_module(f"reconciler.cli.{PARTS[cmd_name][0]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each kind with its sentence, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in PARTS.items()])


@click.group("new", cls=Parts)
def command() -> None:
    """Write the first version of a spec, and say what is next.

    Asks on a terminal for what no flag says. Nothing is overwritten, and nothing is written that would be wrong.
    """


@click.command("organization")
@click.argument("name", required=False)
@click.option("--id", "identity", help="Its id in the app, a uuid.")
@click.option("--title", help="Its name for people.")
@click.option("--number", help="Its organisasjonsnummer.")
@click.option("--admin", help="The account, at the git host, of somebody who may decide for it.")
@root_option
@format_option
@click.pass_obj
def organization(context: Context, /, name: str | None, root: Path, form: str, **given: str | None) -> int:
    """Add the organisation NAME: its folder, and organization.yaml in it."""
    from reconciler.cli.asking import Question, ask
    from reconciler.cli.scaffold import Repository
    from reconciler.plans.beginning import head
    from reconciler.specs.scalars import Name
    from reconciler.specs.write import block

    repository = Repository(context.formatted(form), root)
    repository.specs()  # is this a config repository? before anybody is asked
    name = ask(Question("NAME", "A short name: lower-case letters, digits, hyphens", form=Name), name)
    path = f"orgs/{name}/organization.yaml"
    lines = [*head(path, "Organization", name), *(f"  {line}" for line in block(_answers(given), 60))]
    repository.create(path, "\n".join(lines) + "\n")
    return repository.go_on(name)


def _answers(given: Mapping[str, str | None]) -> dict[str, Any]:
    from uuid import UUID

    from pydantic import AfterValidator

    from reconciler.cli.asking import Question, ask
    from reconciler.specs.identifiers import organization_number
    from reconciler.specs.scalars import Text

    number = Annotated[str, AfterValidator(organization_number)]
    found: dict[str, Any] = {
        "id": ask(Question("--id", "Its id in the app", form=UUID), given["identity"]),
        "title": ask(Question("--title", "Its name for people", form=Text), given["title"]),
        "organization_number": ask(Question("--number", "Its organisasjonsnummer", form=number), given["number"]),
        "zone": "Europe/Oslo",
        "language": "nb",
    }
    if given["admin"]:
        found["people"] = [{"account": given["admin"], "roles": ["admin", "reviewer"]}]
    return found
