"""What is wrong with a mapping before any record meets it: static clashes, and the tests inside it."""

from collections.abc import Iterator, Mapping

from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.demands import Wire
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import Record, read_record, written
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.mapping import FieldMapping, MappingTest
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say, verbatim
from reconciler.specs.wording import choice

SAMPLE_EXPORT: Record = {"export.number": 2026000001, "export.reference": "RCN-SAMPLE"}
"""What stands for the ledger's reservations in tests and previews."""


def check_mapping(document: Document[FieldMapping], scope: Scope) -> Iterator[Diagnostic]:
    """Every finding about one mapping, its failing tests included."""
    compiled, findings = compile_mapping(scope)
    for finding in findings:
        clash = finding.clash
        yield document.diagnostic(clash.diagnostic, finding.path, clash.message, clash.hint)
    yield from _lookups(document, scope)
    if compiled is not None:
        for position, test in enumerate(document.spec.tests):
            yield from _run(document, compiled, test, ("tests", position))


def sample(scope: Scope, given: Mapping[str, object]) -> Record:
    """The category's first sample with `given` merged over it, as a typed record. Raises ValueError."""
    raw = {**scope.category.samples[0], **given}
    return {**read_record(scope.category, raw), **SAMPLE_EXPORT}


def _lookups(document: Document[FieldMapping], scope: Scope) -> Iterator[Diagnostic]:
    used = {rule.lookup for rule in document.spec.rules() if isinstance(rule.lookup, str)}
    for name in scope.mapping.lookups:
        if name not in used:
            message = say("no rule uses the lookup '{name}'", name=name)
            yield document.diagnostic("lookup-unused", ("lookups", name), message, "remove it", "warning")


def _run(
    document: Document[FieldMapping], compiled: CompiledMapping, test: MappingTest, path: Path
) -> Iterator[Diagnostic]:
    unknown = [name for name in test.given if name not in compiled.scope.category.fields]
    for name in unknown:
        message: str = say("{category} has no field '{name}'", category=compiled.scope.mapping.category, name=name)
        hint = choice(name, compiled.scope.category.fields)
        yield document.diagnostic("unknown-reference", (*path, "given", name), message, hint)
    if unknown:
        return
    try:
        record = sample(compiled.scope, test.given)
    except ValueError as error:
        yield document.diagnostic("mapping-test-failed", (*path, "given"), str(error), "see the category's fields")
        return
    outcome = compiled.render(record)
    for where, message in _differences(test, outcome):
        yield document.diagnostic("mapping-test-failed", (*path, *where), message, "change the mapping or the test")


def _differences(test: MappingTest, outcome: Rendered | Refusal) -> Iterator[tuple[Path, str]]:
    if isinstance(outcome, Refusal):
        if test.refused is None or test.refused not in outcome.message:
            yield (), say("the record is refused: {message}", message=outcome.message)
        return
    if test.refused is not None:
        yield ("refused",), "a document is made, and none was expected"
    if test.warns is not None and not any(test.warns in each for each in outcome.warnings):
        yield ("warns",), say("no warning says '{warns}'", warns=test.warns)
    yield from _unlike(test, {line.name: line.fields for line in outcome.lines})


def _unlike(test: MappingTest, made: Mapping[str, Mapping[str, Wire]]) -> Iterator[tuple[Path, str]]:
    for name, expected in test.expect.items():
        if expected == "absent":
            if name in made:
                yield ("expect", name), say("the line '{name}' is there, and none was expected", name=name)
        elif name not in made:
            yield (
                ("expect", name),
                say("there is no line '{name}'; there are {names}", name=name, names=", ".join(made)),
            )
        else:
            assert isinstance(expected, dict)
            for field, value in expected.items():
                found = written(made[name].get(field, "nothing"))
                if found != value:
                    yield (
                        ("expect", name, field),
                        say(
                            "{name}.{field} is {found}, and {value} was expected",
                            name=name,
                            field=field,
                            found=verbatim(found) if field in made[name] else found,
                            value=verbatim(value),
                        ),
                    )
