"""`new integration` and `new export`: a link to an outside system, and one more category on it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.asking import Question, ask, ask_several, pairs
from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.scaffold import Repository
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.specs.collection import Catalog
    from reconciler.specs.models.integration_type import IntegrationType
    from reconciler.specs.yaml import Tree

SINCE = "The cut-over day, YYYY-MM-DD: records from before it are never sent"


@click.command("integration")
@click.argument("organization", metavar="ORGANISATION")
@click.option("--type", "kind", help="The outside system, by the name of its type.")
@click.option("--name", help="The integration's name; that of the type where left out.")
@click.option("--environment", help="simulator, sandbox or production; the first that the type has where left out.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting that the type asks for.")
@click.option("--category", "categories", multiple=True, help="What leaves; several times for several.")
@click.option("--since", help="The cut-over day.")
@root_option
@format_option
@click.pass_obj
def integration(
    context: Context, /, organization: str, root: Path, form: str, **given: "str | tuple[str, ...] | None"
) -> int:
    """Add an integration to ORGANISATION. It exports nothing that is not named, and nothing from before its day."""
    from reconciler.plans.beginning import head
    from reconciler.specs.scalars import Day, Name

    repository = Repository(context.formatted(form), root)
    there, catalog = repository.organization(organization), repository.specs().catalog
    types = {name: each.spec.label.en for name, each in sorted(catalog.types.items())}
    chosen = ask(Question("--type", "Which outside system", types), _one(given["kind"]))
    kind = catalog.types[chosen].spec
    name = ask(Question("--name", "A name for this integration", default=chosen, form=Name), _one(given["name"]))
    answers = {
        "environment": ask(_environment(kind), _one(given["environment"])),
        "settings": _settings(chosen, kind, _many(given["settings"])),
        "categories": ask_several(_categories(catalog), _many(given["categories"])),
        "since": ask(Question("--since", SINCE, form=Day), _one(given["since"])),
    }
    path = f"orgs/{there.name}/integrations/{name}.yaml"
    lines = [*head(path, "Integration", name), *_document(there.name, (chosen, name), answers, catalog)]
    repository.create(path, "\n".join(lines) + "\n")
    return repository.go_on(there.name)


@click.command("export")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration_name", metavar="INTEGRATION")
@click.option("--category", help="What leaves.")
@click.option("--since", help="The cut-over day.")
@root_option
@format_option
@click.pass_obj
def export(
    context: Context,
    organization: str,
    integration_name: str,
    category: str | None,
    since: str | None,
    root: Path,
    form: str,
) -> int:
    """Add a category to what INTEGRATION of ORGANISATION sends. Comments and order of the file stay as they are."""
    from reconciler.specs.edit import EditRefused, append
    from reconciler.specs.models.integration import Integration
    from reconciler.specs.scalars import Day
    from reconciler.specs.wording import choice, quoted

    repository = Repository(context.formatted(form), root)
    there, catalog = repository.organization(organization), repository.specs().catalog
    found = there.of(Integration).get(integration_name)
    if found is None:
        message = f"{organization} has no integration {quoted(integration_name)}"
        raise UsageError(message, choice(integration_name, there.of(Integration)) or "reconciler new integration")
    left = Question("--category", "What leaves", _labels(catalog, {each.category for each in found.spec.exports}))
    chosen = ask(left, category)
    day = ask(Question("--since", SINCE, form=Day), since)
    path = found.origins.file
    try:
        content = append((root / path).read_bytes(), ("spec", "exports"), _export(chosen, day, catalog))
    except EditRefused as error:
        raise UsageError(f"{path} is not changed: {error}", "add the export by hand") from error
    repository.change(path, content)
    return repository.go_on(there.name)


def _one(given: "str | tuple[str, ...] | None") -> str | None:
    return given if isinstance(given, str) else None


def _many(given: "str | tuple[str, ...] | None") -> Sequence[str]:
    return given if isinstance(given, tuple) else ()


def _environment(kind: "IntegrationType") -> Question:
    choices: dict[str, str] = {
        name: each.url or "a stand-in on this machine" for name, each in kind.environments.items()
    }
    first = next((name for name in ("simulator", "sandbox") if name in choices), next(iter(choices)))
    return Question("--environment", "Where", choices, default=first)


def _settings(name: str, kind: "IntegrationType", given: Sequence[str]) -> dict[str, str]:
    """The settings by name; those that the type requires are asked for."""
    told = pairs("--set", given)
    known = kind.settings.schema_.get("properties", {})
    for wanted in kind.settings.schema_.get("required", []):
        words = known.get(wanted, {}).get("description", "") or f"a setting of {name}"
        told[wanted] = ask(Question(f"--set {wanted}=", f"{wanted}: {words}"), told.get(wanted))
    return told


def _labels(catalog: "Catalog", without: set[str]) -> dict[str, str]:
    return {name: each.spec.label.en for name, each in sorted(catalog.categories.items()) if name not in without}


def _categories(catalog: "Catalog") -> Question:
    return Question("--category", "What leaves", _labels(catalog, set()))


def _export(category: str, since: str, catalog: "Catalog") -> "Tree":
    from reconciler.plans.beginning import export

    return export(category, since, catalog.categories[category].spec)


def _document(organization: str, chosen: tuple[str, str], answers: Mapping[str, Any], catalog: "Catalog") -> list[str]:
    from reconciler.plans.beginning import NewIntegration, integration_lines

    kind, name = chosen
    exports = tuple(_export(each, answers["since"], catalog) for each in answers["categories"])
    environments = list(catalog.types[kind].spec.environments)
    return integration_lines(
        NewIntegration(organization, name, kind, answers["environment"], environments, answers["settings"], exports)
    )
