"""What must never stand in a spec: values of credentials, and identifiers of people.

Keys that name a credential, and values shaped like one, are refused wherever they stand (design.md 4.18, 4.21).
"""

import re
from collections.abc import Iterator

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.origin import Origins, Path
from reconciler.specs.yaml import Tree

_KEYS = re.compile(r"(?i)^(.*[_-])?(password|passwd|secret|token|api[_-]?key|client[_-]?secret|private[_-]?key)$")
_VALUES = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r"\b(gh[pousr]|glpat|xox[abp]|hvs|sk_live|sk_test)[_.-][A-Za-z0-9_-]{16,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(r"\b(?i:bearer|token|basic)\s+[A-Za-z0-9+/_=.-]{16,}"),
)
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=-]{32,}\Z")
_HEX = re.compile(r"[0-9a-f-]{32,40}\Z")
_PLACES = ("settings", "credentials", "annotations", "labels")
_NATIONAL_ID = re.compile(r"(?<!\d)\d{6}\s?\d{5}(?!\d)")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_PERSONAL_PLACES = ("records", "where")


def leaks(tree: Tree, origins: Origins) -> Iterator[Diagnostic]:
    """Every value of a document that looks like a credential, or like an identifier of a person in a rule.

    The message never repeats the value. Declarations in `specs/` may *name* credential fields, so keys are judged by
    their value: only text is refused, never a mapping.
    """
    for path, value in _texts(tree, ()):
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        if _secret(path, key, value):
            message = f"'{key}' looks like the value of a credential"
            hint = "remove it, revoke it (it is in the history now), and store it with: reconciler credentials set"
            yield Diagnostic("plaintext-secret", origins.at(path), message, hint)
        elif any(place in path for place in _PERSONAL_PLACES) and (_NATIONAL_ID.search(value) or _EMAIL.search(value)):
            message = f"'{key}' looks like a national identity number or an e-mail address"
            yield Diagnostic("personal-identifier", origins.at(path), message, "use the record's opaque id instead")


def _secret(path: Path, key: str, value: str) -> bool:
    if any(pattern.search(value) for pattern in _VALUES):
        return True
    if path[:2] == ("spec", "credentials") and key == "name":
        return bool(_OPAQUE.match(value))
    inside = any(place in path for place in _PLACES)
    return inside and (bool(_KEYS.match(key)) or bool(_OPAQUE.match(value) and not _HEX.match(value)))


def _texts(tree: Tree, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _texts(value, (*path, key))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield from _texts(value, (*path, position))
    elif isinstance(tree, str):
        yield path, tree
