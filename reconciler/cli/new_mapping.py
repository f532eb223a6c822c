"""`new mapping`: every required field of the document with its likeliest source, marked where guessed, and a test."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.asking import Question, ask, pairs
from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.scaffold import Repository
from reconciler.errors import UsageError
from reconciler.specs.yaml import Tree

if TYPE_CHECKING:
    from reconciler.mappings.suggest import Suggestion
    from reconciler.plans.beginning import Told
    from reconciler.specs.collection import OrganizationSpecs
    from reconciler.specs.models.integration import Integration
    from reconciler.specs.models.integration_type import DocumentType


@click.command("mapping")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration", metavar="INTEGRATION")
@click.argument("category", metavar="CATEGORY")
@click.option("--name", help="The mapping's name; INTEGRATION-CATEGORY where left out.")
@click.option("--document", help="What a record becomes, where the type knows several.")
@click.option("--value", "values", multiple=True, metavar="LINE.FIELD=VALUE", help="A constant of a line.")
@root_option
@format_option
@click.pass_obj
def mapping(
    context: Context,
    /,
    organization: str,
    integration: str,
    category: str,
    root: Path,
    form: str,
    *,
    values: tuple[str, ...],
    **given: str | None,
) -> int:
    """Write a mapping of CATEGORY for INTEGRATION of ORGANISATION, and a test inside it.

    Every field that the document requires gets a source; what is guessed is marked by a comment.
    """
    from reconciler.mappings.suggest import suggest
    from reconciler.plans.beginning import head, mapping_lines
    from reconciler.specs.scalars import Name

    repository = Repository(context.formatted(form), root)
    there, specs = repository.organization(organization), repository.specs()
    spec = _integration(there, integration, category)
    if spec.type not in specs.catalog.types or category not in specs.catalog.categories:
        raise UsageError(f"{integration} has errors of its own", "mend them first: reconciler validate")
    kind = specs.catalog.types[spec.type].spec
    labels = {name: each.label.en for name, each in kind.documents.items()}
    only = next(iter(labels)) if len(labels) == 1 else ""
    chosen = ask(
        Question("--document", "What one record becomes", labels, default=only), given["document"] or only or None
    )
    suggestion = suggest(kind.documents[chosen], specs.catalog.categories[category].spec)
    told = _told(suggestion, kind.documents[chosen], values)
    default = f"{integration}-{category.replace('_', '-')}"
    name = ask(Question("--name", "A name for this mapping", form=Name), given["name"] or default)
    path = f"orgs/{there.name}/mappings/{name}.yaml"
    rules = mapping_lines(integration, category, chosen, (suggestion, told))
    lines = [*head(path, "FieldMapping", name), *rules]
    repository.create(path, _tested(repository, path, lines, (there.name, name)))
    return repository.go_on(there.name)


def _integration(there: "OrganizationSpecs", name: str, category: str) -> "Integration":
    from reconciler.specs.models.integration import Integration
    from reconciler.specs.wording import choice, quoted

    found = there.of(Integration).get(name)
    if found is None:
        message = f"{there.name} has no integration {quoted(name)}"
        raise UsageError(message, choice(name, there.of(Integration)) or "reconciler new integration")
    exported = [each.category for each in found.spec.exports]
    if category not in exported:
        message = f"{name} does not export {quoted(category)}"
        raise UsageError(message, f"{choice(category, exported)}; or: reconciler new export {there.name} {name}")
    return found.spec


def _told(suggestion: "Suggestion", document: "DocumentType", values: Sequence[str]) -> "Told":
    """The constants, asked for where no flag gives them. Raises UsageError for one that nobody wants."""
    from reconciler.mappings.suggest import constants
    from reconciler.specs.wording import choice, quoted

    wanted = {f"{line}.{name}": (line, name) for line, name in constants(suggestion)}
    given = pairs("--value", values)
    if unknown := [key for key in given if key not in wanted]:
        raise UsageError(f"no constant {quoted(unknown[0])} is wanted", choice(unknown[0], wanted))
    found: dict[tuple[str, str], Mapping[str, Tree]] = {}
    for key, (line, name) in wanted.items():
        words = f"{document.fields[name].label.en} ({name}) of the line {line}"
        found[line, name] = {"value": ask(Question(f"--value {key}=", words), given.get(key))}
    return found


def _tested(repository: Repository, path: str, lines: list[str], names: tuple[str, str]) -> str:
    """The whole text, with a test that holds what becomes of the category's first sample today."""
    from reconciler.plans.beginning import expected, tested_lines

    text = "\n".join(lines) + "\n"
    found = expected(repository.specs({path: text.encode()}), *names, repository.now().date())
    return "".join(f"{line}\n" for line in [*lines, *tested_lines(found)])
