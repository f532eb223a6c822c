"""The text of documents that nobody has written yet: an integration, and a suggested mapping with a test inside it.

What `new` on a terminal writes and what the portal's wizard writes is this. Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciler.mappings.check import sample
from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.document import Rendered
from reconciler.mappings.suggest import Suggested, Suggestion
from reconciler.mappings.values import written
from reconciler.plans.compile import scope
from reconciler.specs.collection import Specs
from reconciler.specs.edit import FLAT
from reconciler.specs.jsonschema import file_name
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.write import flow, item, scalar
from reconciler.specs.yaml import Tree

Told = Mapping[tuple[str, str], Mapping[str, Tree]]
"""What people say of fields that nobody can guess, by line and target field: `{value: ...}`, or a rule of their own."""


@dataclass(frozen=True, slots=True)
class NewIntegration:
    """What is known of an integration that is being set up. `exports` are as they stand in its document."""

    organization: str
    name: str
    type: str
    environment: str
    environments: Collection[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    exports: tuple[Tree, ...] = ()
    mode: str = "send"


def modeline(path: str, kind: str) -> str:
    """The first line of a spec: it tells an editor where the kind's schema is, as seen from the file."""
    return f"# yaml-language-server: $schema={'../' * path.count('/')}schemas/{file_name(kind)}"


def head(path: str, kind: str, name: str) -> list[str]:
    """The lines of a new document down to `spec:`."""
    return [
        modeline(path, kind),
        "apiVersion: reconciler/v1",
        f"kind: {kind}",
        f"metadata: {{name: {scalar(name)}}}",
        "spec:",
    ]


def export(category: str, since: str, spec: DataCategory) -> Tree:
    """One export. Records that have a status leave when they are approved."""
    status = spec.fields.get("status")
    approved = status is not None and "approved" in (status.values or [])
    return {"category": category, "since": since} | ({"where": {"status": ["approved"]}} if approved else {})


def integration_lines(new: NewIntegration) -> list[str]:
    """The document below `spec:`."""
    exports = [line for each in new.exports for line in item(each, FLAT)]
    other = "observe: everything but sending" if new.mode == "send" else "send"
    stored = f"reconciler credentials set {new.organization} {new.name}"
    lines = [
        f"  type: {scalar(new.type)}",
        f"  environment: {new.environment}   # {' | '.join(new.environments)}",
        *([f"  settings: {flow(dict(new.settings))}"] if new.settings else []),
        f"  credentials: {{name: {scalar(new.name)}}}   # stored with: {stored}",
        f"  mode: {new.mode}   # or {other}",
        "  exports:" if exports else "  exports: []",
    ]
    note = ["    # `since` is a local day, inclusive; what is from before it is never sent."] if exports else []
    return [*lines, *note, *(f"    {line}" for line in exports)]


def mapping_lines(integration: str, category: str, document: str, found: tuple[Suggestion, Told]) -> list[str]:
    """A mapping below `spec:`. What is neither guessed nor told is left out."""
    suggestion, told = found
    lines = [f"  integration: {integration}", f"  category: {category}", f"  document: {document}"]
    shared, own = suggestion.shared, suggestion.lines
    if len(own) == 1 and not any(own.values()):  # a line has rules of its own
        shared, own = (), dict.fromkeys(own, shared)
    lines += _rules("  shared:", "    ", (_rule(each, None) for each in shared)) if shared else []
    lines.append("  lines:")
    for name, rules in own.items():
        lines.append(f"    - name: {name}")
        lines += _rules("      fields:", "        ", (_rule(each, told.get((name, each.to))) for each in rules))
    return lines


def _rules(head: str, indent: str, rules: Iterable[str]) -> list[str]:
    """A list of rules; an empty one says so, for nothing is something else."""
    found = [f"{indent}{each}" for each in rules if each]
    return [head, *found] if found else [f"{head} []"]


def _rule(each: Suggested, told: Mapping[str, Tree] | None) -> str:
    if each.rule is None and told is None:
        return ""
    if told is not None and set(told) == {"value"}:
        return f"- {{to: {scalar(each.to)}, value: {_text(str(told['value']))}}}"
    rule = f"- {flow({'to': each.to, **(told or each.rule or {})})}"
    return f"{rule}   # {each.why}" if each.why and told is None else rule


def _text(value: str) -> str:
    """A constant, in quotes, as the worked example has it: an account is no number."""
    return f'"{value}"' if value.isalnum() else scalar(value)


def tested_lines(expected: Mapping[str, Tree]) -> list[str]:
    """A test that holds what becomes of the category's first sample today; nothing where nothing becomes of it."""
    if not expected:
        return []
    return [
        "  tests:",
        "    # The category's first sample, as this mapping renders it. Put in what your accountants expect.",
        "    - given: {}",
        "      expect:",
        *(f"        {line}: {flow(fields)}" for line, fields in expected.items()),
    ]


def expected(specs: Specs, organization: str, name: str, day: date) -> dict[str, Tree]:
    """Line to its own fields, of the first sample; nothing where the mapping cannot be used or refuses it."""
    here = specs.organizations[organization]
    document = here.of(FieldMapping).get(name)
    integration = here.of(Integration).get(document.spec.integration) if document is not None else None
    if document is None or integration is None:
        return {}
    world = scope(document.spec, integration.spec, here, specs.catalog, day)
    compiled = compile_mapping(world)[0] if world else None
    outcome = compiled.render(sample(compiled.scope, {})) if compiled else None
    if not isinstance(outcome, Rendered):
        return {}
    own = {line.name: [rule.to for rule in line.fields] for line in document.spec.lines}
    return {
        line.name: {to: written(line.fields[to]) for to in own[line.name] if to in line.fields}
        for line in outcome.lines
    }
