"""What a value gets wrong, in the words of whoever wrote it: no patterns, no names of types, and never a secret."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from reconciler.specs.secrets import MASK, is_secret
from reconciler.specs.sentences import joined, say

LONGEST = 60
"""Characters of a value that a message repeats."""

FORMS: Mapping[str, str] = {
    r"^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$": "use lower-case letters, digits and hyphens, such as mileage-claims",
    r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$": "use lower-case letters, digits and hyphens, 40 at most, such as sales",
    r"^[a-z][a-z0-9_]{0,62}$": "use lower-case letters, digits and underscores, such as cost_center",
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$": "use names with dots between them, such as account.code",
    r"^[A-Za-z_@][A-Za-z0-9_@-]*(\.[A-Za-z_@][A-Za-z0-9_@-]*)*$": "use names with dots between them, such as node.id",
    r"^/[^\s?#]*(\?[^\s#]*)?$": "begin with a slash, such as /activities/{reference}",
    r"^[A-Za-z0-9_.$-]+$": "use letters, digits, underscores, full stops, hyphens and $, such as after",
    r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$": "name a field of the record, such as cost_center or export.number",
    r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_]*$": "name a table and its column, such as mileage.tax_free",
    r"^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$": "name a schema and a table, such as app.expense_claims",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "write a time of day as HH:MM, such as 03:30",
    r"^(\*|[A-Za-z_][A-Za-z0-9_]*)(\.(\*|[A-Za-z_][A-Za-z0-9_]*))*$": "name a field, such as settings.entity",
    r"^(https|sftp)://": "write an address that begins with https:// or sftp://",
    r"^[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*(/[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*)*$": (
        "write a way down from the endpoint, such as in/{room}: no blanks, and no name with a point first"
    ),
    r"^[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*$": "write a file's name, such as {batch}.csv, without slashes and blanks",
    r"^[a-z0-9_-]+\.[a-z][a-z0-9_]*$": "name a reference table and its column, such as counties.name",
    r"^[^\[\]:*?/\\']+$": "a sheet's name has none of the signs [ ] : * ? / \\ and '",
    r"^[A-Za-z_][A-Za-z0-9_.-]*$": "write an element's name: letters, digits, hyphens, and a letter first",
}
"""What to write instead, by the pattern that a value did not match. A test holds this against the models."""


def problem(details: ErrorDetails) -> tuple[str, str]:
    """What is wrong with one value, and what to write instead (may be empty)."""
    if details["input"] is None:
        return "a value is missing here", 'write one, or quote it ("null") if the word is meant'
    word = _PROBLEMS.get(details["type"])
    return word(details) if word else (say("{details} cannot be used here", details=shown(details["input"])), "")


def shown(value: Any) -> str:
    """A value as a message repeats it: in quotes, cut, and masked where it looks like a credential."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    return quoted(str(value))


def quoted(text: str) -> str:
    """Text of somebody else in quotes, on one line, cut, and masked where it looks like a credential."""
    if is_secret(text):
        return MASK
    line = "".join(letter if letter.isprintable() else " " for letter in text[: LONGEST + 1])
    return f"'{line}'" if len(line) <= LONGEST else f"'{line[:LONGEST]}...'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'settings'?`, or nothing where no known word is near."""
    near = difflib.get_close_matches(word[: 2 * LONGEST], list(known), n=1, cutoff=0.6)
    return say("did you mean '{near}'?", near=near[0]) if near else ""


def choice(word: Any, known: Iterable[str], most: int = 12) -> str:
    """The hint for a word that is none of `known`: the near one, else all of them where they are few."""
    words = list(known)
    near = did_you_mean(word, words) if isinstance(word, str) else ""
    more = [say(" and {more} more", more=len(words) - most)] if len(words) > most else []
    listed = joined([", ".join(words[:most]), *more])
    return near or (say("one of {listed}", listed=listed) if words else "")


def _shape(what: str, example: str) -> Callable[[ErrorDetails], tuple[str, str]]:
    return lambda details: (
        say("{what} is wanted here, and this is {details}", what=what, details=shown(details["input"])),
        example,
    )


def _form(details: ErrorDetails) -> tuple[str, str]:
    hint = FORMS.get(details.get("ctx", {})["pattern"], "see the reference of this kind")
    return say("{details} is not in the form that is wanted here", details=shown(details["input"])), hint


def _literal(details: ErrorDetails) -> tuple[str, str]:
    words = [
        word.strip().strip("'") for word in str(details.get("ctx", {})["expected"]).replace(" or ", ", ").split(",")
    ]
    return say("{details} is not one of the words that may stand here", details=shown(details["input"])), choice(
        details["input"], words
    )


def _said(details: ErrorDetails) -> tuple[str, str]:
    """A rule of ours: its own sentence, which already says what to write."""
    sentence = str(details.get("ctx", {}).get("error", details["msg"].removeprefix("Value error, ")))
    given = details["input"]
    return (
        say("{sentence}; found {given}", sentence=sentence, given=shown(given))
        if not isinstance(given, dict | list)
        else sentence
    ), ""


def _few(details: ErrorDetails) -> tuple[str, str]:
    least = details.get("ctx", {})["min_length"]
    if isinstance(details["input"], str):
        return ("the text is empty", "write something") if not details["input"] else _short(details, least)
    found = len(details["input"])
    return (
        (say("{found} of at least {least} are here", found=found, least=least), "add more")
        if found
        else ("nothing is here", "add at least one")
    )


def _short(details: ErrorDetails, least: int) -> tuple[str, str]:
    return say(
        "the text has {count} characters; at least {least} are wanted", count=len(details["input"]), least=least
    ), "say more"


def _many(details: ErrorDetails) -> tuple[str, str]:
    most, unit = details.get("ctx", {})["max_length"], "characters" if isinstance(details["input"], str) else "entries"
    return say(
        "{count} {unit} are here; at most {most} fit", count=len(details["input"]), unit=unit, most=most
    ), "make it shorter"


def _least(details: ErrorDetails) -> tuple[str, str]:
    return say("{details} is too small", details=shown(details["input"])), say(
        "write {get} or more", get=details.get("ctx", {})["ge"]
    )


def _most(details: ErrorDetails) -> tuple[str, str]:
    return say("{details} is too large", details=shown(details["input"])), say(
        "write {get} or less", get=details.get("ctx", {})["le"]
    )


_MAPPING = _shape("a mapping", "write keys and values, such as {name: value}")
_PROBLEMS: Mapping[str, Callable[[ErrorDetails], tuple[str, str]]] = {
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "list_type": _shape("a list", "write it in brackets, such as [a, b]"),
    "sequence_type": _shape("a list", "write it in brackets, such as [a, b]"),
    "string_type": _shape("text", "write one word or sentence"),
    "uuid_parsing": _shape("an id", "copy it from the app, such as 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"),
    "uuid_type": _shape("an id", "copy it from the app, such as 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"),
    "string_pattern_mismatch": _form,
    "literal_error": _literal,
    "value_error": _said,
    "string_too_short": _few,
    "too_short": _few,
    "string_too_long": _many,
    "too_long": _many,
    "greater_than_equal": _least,
    "less_than_equal": _most,
}
