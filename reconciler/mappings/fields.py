"""The record fields that a mapping reads: only these can change a document."""

import string
from collections.abc import Iterator

from reconciler.mappings.expressions import ARITHMETIC
from reconciler.mappings.values import EXPORT_FIELDS
from reconciler.specs.models.mapping import FieldMapping, FieldRule, Term


def used_fields(mapping: FieldMapping) -> frozenset[str]:
    """Names of the category's fields, without what the ledger reserves."""
    rules = [*mapping.shared, *(rule for line in mapping.lines for rule in line.fields)]
    found = {name for rule in rules for name in _rule(rule)}
    found |= {line.when.field for line in mapping.lines if line.when is not None}
    return frozenset(found - set(EXPORT_FIELDS))


def _rule(rule: FieldRule) -> Iterator[str]:
    if rule.from_ is not None:
        yield rule.from_
    if rule.template is not None:
        yield from (name for _, name, _, _ in string.Formatter().parse(rule.template) if name)
    yield from _operands(rule)


def _operands(part: FieldRule | Term) -> Iterator[str]:
    for operation in ARITHMETIC:
        for operand in getattr(part, operation) or []:
            if isinstance(operand, str):
                yield operand
            else:
                yield from (name for name in (operand.field, operand.at) if name)
                yield from _operands(operand)
