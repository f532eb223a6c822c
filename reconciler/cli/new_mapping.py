"""`new mapping`: every required field of the document with its likeliest source, marked where guessed, and a test."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.asking import Question, ask, pairs
from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.scaffold import Repository, head
from reconciler.errors import UsageError
from reconciler.specs.write import flow, scalar
from reconciler.specs.yaml import Tree

if TYPE_CHECKING:
    from reconciler.mappings.suggest import Suggested, Suggestion
    from reconciler.specs.collection import OrganizationSpecs, Specs
    from reconciler.specs.models.integration import Integration
    from reconciler.specs.models.integration_type import DocumentType

Told = Mapping[tuple[str, str], str]
"""Constants by line and target field."""


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
    front = [
        *head(path, "FieldMapping", name),
        f"  integration: {integration}",
        f"  category: {category}",
        f"  document: {chosen}",
    ]
    lines = [*front, *_rules(suggestion, told)]
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


def _told(suggestion: "Suggestion", document: "DocumentType", values: Sequence[str]) -> Told:
    """The constants, asked for where no flag gives them. Raises UsageError for one that nobody wants."""
    from reconciler.mappings.suggest import constants
    from reconciler.specs.wording import choice, quoted

    wanted = {f"{line}.{name}": (line, name) for line, name in constants(suggestion)}
    given = pairs("--value", values)
    if unknown := [key for key in given if key not in wanted]:
        raise UsageError(f"no constant {quoted(unknown[0])} is wanted", choice(unknown[0], wanted))
    found = {}
    for key, (line, name) in wanted.items():
        words = f"{document.fields[name].label.en} ({name}) of the line {line}"
        found[line, name] = ask(Question(f"--value {key}=", words), given.get(key))
    return found


def _rules(suggestion: "Suggestion", told: Told) -> list[str]:
    lines = ["  shared:", *(f"    {_rule(each, None)}" for each in suggestion.shared), "  lines:"]
    for name, rules in suggestion.lines.items():
        lines += [f"    - name: {name}", "      fields:"]
        lines += [f"        {_rule(each, told.get((name, each.to)))}" for each in rules]
    return lines


def _rule(each: "Suggested", constant: str | None) -> str:
    if each.rule is None:
        return f"- {{to: {scalar(each.to)}, value: {_text(constant or '')}}}"
    written = f"- {flow({'to': each.to, **each.rule})}"
    return f"{written}   # {each.why}" if each.why else written


def _text(value: str) -> str:
    """A constant, in quotes, as the worked example has it: an account is no number."""
    return f'"{value}"' if value.isalnum() else scalar(value)


def _tested(repository: Repository, path: str, lines: list[str], names: tuple[str, str]) -> str:
    """The whole text, with a test that holds what becomes of the category's first sample today."""
    text = "\n".join(lines) + "\n"
    expected = _expected(repository.specs({path: text.encode()}), *names, repository.now().date())
    if not expected:
        return text
    tests = [
        "  tests:",
        "    # The category's first sample, as this mapping renders it. Put in what your accountants expect.",
    ]
    tests += [
        "    - given: {}",
        "      expect:",
        *(f"        {line}: {flow(fields)}" for line, fields in expected.items()),
    ]
    return text + "\n".join(tests) + "\n"


def _expected(specs: "Specs", organization: str, name: str, day: date) -> dict[str, Tree]:
    """Line to its own fields, of the first sample; nothing where the mapping cannot be used or refuses it."""
    from reconciler.mappings.check import sample
    from reconciler.mappings.compile import compile_mapping
    from reconciler.mappings.document import Rendered
    from reconciler.mappings.values import written
    from reconciler.plans.compile import scope
    from reconciler.specs.models.integration import Integration
    from reconciler.specs.models.mapping import FieldMapping

    here = specs.organizations[organization]
    if (document := here.of(FieldMapping).get(name)) is None:
        return {}
    spec = document.spec
    world = scope(spec, here.of(Integration)[spec.integration].spec, here, specs.catalog, day)
    compiled = compile_mapping(world)[0] if world else None
    outcome = compiled.render(sample(compiled.scope, {})) if compiled else None
    if not isinstance(outcome, Rendered):
        return {}
    own = {line.name: [rule.to for rule in line.fields] for line in spec.lines}
    return {
        line.name: {to: written(line.fields[to]) for to in own[line.name] if to in line.fields}
        for line in outcome.lines
    }
