"""A record's story in words, in English and Norwegian: each clause by its key, and how the sentence is put together.

No clause names a command. Whoever is at a command line adds it: `Voice.orders`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciler.runs.held_words import HELD
from reconciler.runs.moments import local, weekday
from reconciler.runs.operations import Decided
from reconciler.runs.story import Answer, Clause, Due, Named, NextSync, Told, question
from reconciler.runs.story_clauses import AFTER, CLAUSES, FRAMES, HELD_BACK, NEXT, NOT_BEFORE
from reconciler.runs.views import ExportRow
from reconciler.selections.reasons import Why
from reconciler.selections.reasons import say as say_why
from reconciler.specs.languages import Language
from reconciler.specs.money import money


@dataclass(frozen=True, slots=True)
class Voice:
    """How a story is told: moments in `zone`. `orders` are commands by a clause's key, with its values in braces.

    `titled` says what people call a category and a target, and not their names in the specs.
    """

    zone: str
    language: Language = "en"
    orders: Mapping[str, str] = field(default_factory=dict)
    titled: bool = True


def sentence(answer: Answer, voice: Voice) -> str:
    """The whole story in one sentence that begins with the record."""
    return f"{_named(answer.category, voice)} {answer.record} {predicate(answer, voice)}"


def predicate(answer: Answer, voice: Voice) -> str:
    """What became of the record, without naming it: `was sent to ...`."""
    return "".join(say(each, voice) for each in answer.clauses)


def say(clause: Clause, voice: Voice) -> str:
    """One clause."""
    shown = {name: _slot(name, value, voice) for name, value in clause.values.items()}
    return CLAUSES[clause.key][voice.language].format_map(shown | {"order": _order(clause.key, clause.values, voice)})


def asked(row: ExportRow, organization: str, voice: Voice, target: Named | None = None) -> str:
    """The question of a held document, as a sentence of its own: `Was number 12 received in ...?`"""
    said = say(question(row, organization, target), voice)
    return said[:1].upper() + said[1:]


def _order(key: str, values: Mapping[str, Any], voice: Voice) -> str:
    return voice.orders[key].format_map(values) if key in voice.orders else ""


def _slot(name: str, value: Any, voice: Voice) -> str:
    if name == "held_for":
        return held_for(value, voice.language)
    if name == "outside":
        return "; ".join(say_why(each, voice.language) for each in value)
    if name not in FRAMES:
        return _shown(value, voice)
    empty = value is None or value == ""
    return "" if empty else FRAMES[name][voice.language].format(_shown(value, voice), **_parts(value, voice))


def _parts(value: Any, voice: Voice) -> dict[str, str]:
    """Who, when and why of a decision."""
    if not isinstance(value, Decided):
        return {}
    because = FRAMES["because"][voice.language].format(value.reason) if value.reason else ""
    return {"who": value.actor, "at": local(value.at, voice.zone, voice.language), "because": because}


def _shown(value: Any, voice: Voice) -> str:
    match value:
        case datetime():
            return local(value, voice.zone, voice.language)
        case Decimal():
            return money(value, voice.language)
        case Named():
            return _named(value, voice)
        case NextSync():
            return _next(value, voice)
        case Due():
            later = value.not_before and local(value.not_before, voice.zone, voice.language)
            return _next(value.sync, voice) + (NOT_BEFORE[voice.language].format(later) if later else "")
        case Told():
            return _told(value, voice.language)
        case tuple():
            return held_back(value, voice.language)
        case _:
            return str(value)


def _named(value: Named, voice: Voice) -> str:
    return value.titles.get(voice.language, value.name) if voice.titled else value.name


def _next(sync: NextSync, voice: Voice) -> str:
    if sync.at is not None:
        return NEXT["scheduled"][voice.language].format(weekday(sync.at, sync.zone, voice.language))
    values = {"organization": sync.organization, "integration": sync.integration}
    return NEXT["by-hand"][voice.language].format(_order("by-hand", values, voice))


def _told(told: Told, language: Language) -> str:
    quoted = AFTER["quoted"][language].format(told.message)
    message = quoted if told.message else told.code or AFTER["no-reason"][language]
    field_of = AFTER["field"][language].format(told.field) if told.field else ""
    place = ", ".join(each for each in (field_of, told.origin) if each)
    return f"{message} ({place})" if place else message


def held_back(reasons: tuple[Why, ...], language: Language) -> str:
    """What keeps a record from going, as words that follow `is `: holds, an exclusion, or what it waits for."""
    found = [say_why(each, language) for each in reasons]
    if not found or reasons[0].key == "hold":
        return "; ".join(found)
    return found[0] if reasons[0].key == "by-exclusion" else HELD_BACK[language].format("; ".join(found))


def held_for(code: str, language: Language) -> str:
    """Why nobody but a person can say what became of a held document."""
    return HELD.get(code, HELD["other"])[language]
