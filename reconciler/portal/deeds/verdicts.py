"""The verdict of a test as people read it: which part is at fault and what to do, or what was really found."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.engine.credentials import Tested
from reconciler.portal.texts.faults import key_of
from reconciler.specs.languages import Language
from reconciler.specs.models.integration_type import IntegrationType

SHOWN, LONGEST = 5, 600
"""Items of each thing that was found, and characters of what the outside system said."""


def said_of(tested: Tested, kind: IntegrationType, language: Language) -> Mapping[str, Any]:
    """`fault` is who is at fault, as the test names it; `key` finds its words; `message` is in English, or is what the
    outside system said.
    """
    verdict = tested.verdict
    labels = dict(_labels(kind.test.model_dump())) if language == "nb" else {}
    return {
        "ok": verdict.ok,
        "fault": verdict.fault,
        "key": key_of(verdict.fault) if verdict.fault else "",
        "message": verdict.message[:LONGEST],
        "reaches": verdict.reaches[:LONGEST],
        "found": [
            {"label": labels.get(label, label), "items": [each[:LONGEST] for each in items[:SHOWN]],
             "more": max(len(items) - SHOWN, 0)}
            for label, items in verdict.found.items()
        ],
        "findings": [each[:LONGEST] for each in verdict.findings[:SHOWN]],
    }  # fmt: skip


def _labels(declared: Any) -> Iterator[tuple[str, str]]:
    """(English, Norwegian) of every label in a declaration."""
    if isinstance(declared, Mapping):
        if {"en", "nb"} <= declared.keys():
            yield str(declared["en"]), str(declared["nb"])
        for each in declared.values():
            yield from _labels(each)
    elif isinstance(declared, list | tuple):
        for each in declared:
            yield from _labels(each)
