"""The form in which validations are remembered: JSON, read with distrust, because anybody may have written it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from reconciler.specs.diagnostic import CATALOG, Diagnostic, Severity
from reconciler.specs.origin import Origin

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What was found in one folder, and what that rests on.

    `stamp` and `content` are digests of its files; `claim` is the id in the app that it claims, `rivals` are the others
    who claim the same.
    """

    stamp: str
    content: str
    claim: str = ""
    rivals: tuple[str, ...] = ()
    documents: int = 0
    found: tuple[Diagnostic, ...] = ()


def written(kept: Mapping[str, Entry], basis: str) -> object:
    """The JSON form."""
    return {"format": FORMAT, "basis": basis, "entries": {name: _written(entry) for name, entry in kept.items()}}


def entries(value: object, basis: str) -> dict[str, Entry]:
    """The entries that may be relied on: those made on the same basis, and whole."""
    if not isinstance(value, dict) or value.get("format") != FORMAT or value.get("basis") != basis:
        return {}
    found = value.get("entries")
    return dict(_entries(found)) if isinstance(found, dict) else {}


def _entries(found: Mapping[str, object]) -> Iterator[tuple[str, Entry]]:
    for name, value in found.items():
        match value:
            case [str(stamp), str(content), str(claim), list(rivals), int(documents), list(diagnostics)]:
                read = [_diagnostic(each) for each in diagnostics]
                kept = tuple(each for each in read if each is not None)
                if len(kept) == len(read) and all(isinstance(rival, str) for rival in rivals):
                    yield name, Entry(stamp, content, claim, tuple(rivals), documents, kept)
            case _:
                continue


def _written(entry: Entry) -> list[object]:
    found = [
        [each.id, each.origin.file, each.origin.line, each.origin.column, each.message, each.hint, each.severity,
         each.organization]
        for each in entry.found
    ]  # fmt: skip
    return [entry.stamp, entry.content, entry.claim, list(entry.rivals), entry.documents, found]


def _diagnostic(value: Any) -> Diagnostic | None:
    match value:
        case [str(identifier), str(file), int(line), int(column), str(message), str(hint), severity, organization]:
            known = identifier in CATALOG and severity in get_args(Severity)
            if known and (organization is None or isinstance(organization, str)):
                return Diagnostic(identifier, Origin(file, line, column), message, hint, severity, organization)
    return None
