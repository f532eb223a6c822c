"""What a package says of itself in `report.json`, as far as this portal asks."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as the archive tells of it."""

    name: str
    headings: Sequence[str]
    rows: int


@dataclass(frozen=True, slots=True)
class Told:
    """Who reports which year, in which version, and in which sheets."""

    organization: str
    number: str
    year: int
    version: int
    sheets: Sequence[Sheet]
    findings: Sequence[str]
    """The errors that the report itself found."""


def told(content: bytes) -> Told:
    """Read the archive. Raises ValueError with a Norwegian text."""
    try:
        whole = json.loads(content)
        found = Told(
            organization=_text(whole["organization"]["name"]),
            number=_text(whole["organization"]["number"]),
            year=_number(whole["year"]),
            version=_number(whole["version"]),
            sheets=[_sheet(each) for each in whole["sheets"]],
            findings=[_text(each["message"]) for each in whole["findings"] if each["severity"] == "error"],
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise ValueError("arkivet kan ikke leses, eller mangler noe") from problem
    if not _valid(found.number):
        raise ValueError("organisasjonsnummeret er ikke gyldig")
    return found


def _sheet(given: Mapping[str, Any]) -> Sheet:
    digests = [_text(each) for each in given["row_sha256"]]
    if not all(map(_DIGEST.match, digests)) or _number(given["rows"]) != len(digests):
        raise ValueError("arkivet har ikke én kontrollsum for hver rad")
    if hashlib.sha256(b"".join(map(bytes.fromhex, digests))).hexdigest() != given["sha256"]:
        raise ValueError("kontrollsummen til et ark stemmer ikke med radenes")
    return Sheet(_text(given["name"]), [_text(each["heading"]) for each in given["columns"]], given["rows"])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value + 1 < 10**7:
        raise TypeError("a whole number is expected")
    return value


def _valid(number: str) -> bool:
    """An organisasjonsnummer: nine digits, the last by modulus 11."""
    if not (len(number) == 9 and number.isascii() and number.isdigit()):
        return False
    return (sum(int(digit) * weight for digit, weight in zip(number, (*_WEIGHTS, 1), strict=True)) % 11) == 0
