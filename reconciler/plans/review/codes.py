"""Which codes of the target's own lists a mapping may write: constants, and all values of its lookups."""

from collections.abc import Iterator, Mapping

from reconciler.plans.review.effects import Codes
from reconciler.plans.review.side import Outgoing
from reconciler.specs.models.mapping import FieldMapping, FieldRule
from reconciler.specs.sentences import named

Listed = Mapping[str, frozenset[str]]


def codes_of(way: Outgoing) -> dict[str, frozenset[str]]:
    """By the name of the list. What comes from the record itself is not known here."""
    found: dict[str, frozenset[str]] = {}
    fields = way.mapping.scope.document.fields
    for rule in way.document.spec.rules():
        if rule.to in fields and (name := fields[rule.to].of) is not None:
            found[name] = found.get(name, frozenset()) | _codes(way.document.spec, rule)
    return found


def asked(before: Outgoing | None, after: Outgoing) -> Iterator[Codes]:
    """The codes to look up: those that are new, or all of them where the target is another. One value per list."""
    known = codes_of(before) if before is not None and before.place == after.place else {}
    for name, codes in sorted(codes_of(after).items()):
        if new := codes - known.get(name, frozenset()):
            label = named(after.kind.lists[name].label)
            yield Codes(after.integration, after.document.name, label, after.whereabouts, tuple(sorted(new)))


def _codes(mapping: FieldMapping, rule: FieldRule) -> frozenset[str]:
    found = {each for each in (rule.value, rule.default) if each is not None}
    if isinstance(rule.lookup, str):
        found |= set(mapping.lookups.get(rule.lookup, {}).values())
    return frozenset(found)
