"""Why a record does not go: the closed keys, what stands in their words, and the words in both languages.

What people wrote (the reason of an exclusion or of a hold) and a field's values stand as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reconciler.specs.languages import Language, Vocabulary, day
from reconciler.specs.models.shared import Label

REASONS: Vocabulary = {
    "cut-over": {
        "en": "{label} is before the cut-over day {day}, or there is none",
        "nb": "{label} er før den første dagen som eksporteres ({day}), eller mangler",
    },
    "missing": {"en": "{field} is missing", "nb": "{label} mangler"},
    "not-one-of": {"en": "{field} is not {values}", "nb": "{label} er ikke {values}"},
    "one-of": {"en": "{field} is {values}", "nb": "{label} er {values}"},
    "filled": {"en": "{field} is not empty", "nb": "feltet {label} er ikke tomt"},
    "before": {"en": "{field} is before {day}, or there is none", "nb": "{label} er før {day}, eller mangler"},
    "after": {"en": "{field} is after {day}, or there is none", "nb": "{label} er etter {day}, eller mangler"},
    "below": {"en": "{field} is below {limit}, or there is none", "nb": "{label} er under {limit}, eller mangler"},
    "above": {"en": "{field} is above {limit}, or there is none", "nb": "{label} er over {limit}, eller mangler"},
    "range-before": {"en": "{label} is before {day}, or there is none", "nb": "{label} er før {day}, eller mangler"},
    "range-after": {"en": "{label} is after {day}, or there is none", "nb": "{label} er etter {day}, eller mangler"},
    "closed": {
        "en": "{label} lies in accounts that are closed through {day}",
        "nb": "{label} ligger i et regnskap som er avsluttet til og med {day}",
    },
    "excluded": {"en": "excluded: {reason}{until}", "nb": "unntatt{until}: {reason}"},
    "by-exclusion": {
        "en": "withheld{while} by the exclusion '{name}' because {reason}",
        "nb": "holdt tilbake{while} av unntaket «{name}» (begrunnelse: {reason})",
    },
    "hold": {
        "en": "held by {author} because {reason}{until}",
        "nb": "holdt tilbake av {author}{until} (begrunnelse: {reason})",
    },
    "gone": {"en": "the app does not have it any more", "nb": "appen har ikke posten lenger"},
    "text": {"en": "{text}", "nb": "{text}"},
}
OPTIONAL: Vocabulary = {
    "until": {"en": " (until {})", "nb": " til og med {}"},
    "while": {"en": " until {}", "nb": " til og med {}"},
}
"""What stands around a value that may be absent; nothing where it is."""
OR: Mapping[Language, str] = {"en": " or ", "nb": " eller "}


@dataclass(frozen=True, slots=True)
class Why:
    """A key of REASONS, and what stands in its words."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def why_of(text: str, known: Mapping[str, Why]) -> Why:
    """A reason that is stored as English text: the one of `known` that reads so, else nothing but its text."""
    return known.get(text) or Why("text", {"text": text})


def say(why: Why, language: Language = "en") -> str:
    """The reason, as the end of `it does not go: `."""
    shown = {name: _shown(name, value, language) for name, value in why.values.items()}
    return REASONS[why.key][language].format_map(shown)


def _shown(name: str, value: Any, language: Language) -> str:
    if name in OPTIONAL:
        return OPTIONAL[name][language].format(_value(value, language)) if value else ""
    return _value(value, language)


def _value(value: Any, language: Language) -> str:
    match value:
        case Label():
            return value.said(language).lower()
        case Decimal():
            return str(value).replace(".", ",") if language == "nb" else str(value)
        case date():
            return day(value, language)
        case list() | tuple():
            return OR[language].join(map(str, value))
        case _:
            return str(value)
