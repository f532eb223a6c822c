"""What an answer to a lookup is about: the keys that are asked for, and whether what came is what was meant."""

from collections.abc import Iterable
from typing import Any

from reconciler.adapters.answers import at, decimal, identifier
from reconciler.runs.export import Open
from reconciler.runs.outcome import Found, LookupFailed, Unclear
from reconciler.specs.models.operations import Lookup

UNREADABLE = "unreadable-answer"


def heard(lookup: Lookup, key: str, listed: Any) -> list[Any] | LookupFailed:
    """The hits of a lookup; a list of others means that the question was not heard: ours may stand elsewhere."""
    if isinstance(listed, list) and all(_is_about(lookup, hit, key) for hit in listed):
        return listed
    return LookupFailed(Unclear("a lookup's answer is not about what was asked for", UNREADABLE))


def keys_of(lookup: Lookup, each: Open, known: Found | None) -> Iterable[str]:
    if lookup.by != "target_id":
        return () if known else (each.reference if lookup.by == "reference" else str(each.number),)
    if known is not None and known.proves == "posted":
        return ()
    return known.target_ids if known else each.target_ids


def _is_about(lookup: Lookup, hit: Any, key: str) -> bool:
    """Whether it is the document that was asked for, whole: with an id, and an amount where there is to be one."""
    if identifier(at(hit, lookup.key)) != key or not identifier(at(hit, lookup.id)):
        return False
    return lookup.amount is None or decimal(at(hit, lookup.amount)) is not None
