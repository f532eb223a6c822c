"""A message as a reader gets it, in the organisation's language: a subject, a sentence, facts, and the same as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.runs.notification import Level, Message, Noticed
from reconciler.specs.languages import Language, day

SUBJECT = 120
"""Characters of a subject."""
DATED = ("credential", "report")
"""Kinds of matters that are about a day."""
TEXTS: Mapping[str, Mapping[Language, str]] = {
    "red": {"nb": "{what} er rød", "en": "{what} is red"},
    "yellow": {"nb": "{what} er gul", "en": "{what} is yellow"},
    "fine": {"nb": "{what} er i orden igjen", "en": "{what} is fine again"},
    "dated-red": {"nb": "HASTER: {what}", "en": "URGENT: {what}"},
    "dated-yellow": {"nb": "påminnelse: {what}", "en": "reminder: {what}"},
    "dated-fine": {"nb": "i orden: {what}", "en": "done: {what}"},
    "test": {"nb": "prøvemelding", "en": "a test message"},
    "testing": {
        "nb": "Dette er en prøve: kanalen «{channel}» virker. Ingenting er galt.",
        "en": "This is a test: the channel '{channel}' works. Nothing is wrong.",
    },
    "of": {"nb": "{name} hos {title}", "en": "{name} of {title}"},
    "since": {"nb": "Siden", "en": "Since"},
    "was": {"nb": "Før det", "en": "Before"},
    "was-red": {"nb": "rød siden {at}", "en": "red since {at}"},
    "was-yellow": {"nb": "gul siden {at}", "en": "yellow since {at}"},
    "message": {"nb": "Melding", "en": "Message"},
    "counts": {"nb": "Dokumenter", "en": "Documents"},
    "next": {"nb": "Neste steg", "en": "Next step"},
    "organization": {"nb": "Organisasjon", "en": "Organisation"},
    "installation": {"nb": "Installasjon", "en": "Installation"},
    "environment": {"nb": "Miljø", "en": "Environment"},
    "once": {
        "nb": "Du får én melding når noe blir verre, og én når det har vært bra en stund. Kanal: {channel}.",
        "en": "You get one message when something gets worse, and one when it has been better for a while. "
        "Channel: {channel}.",
    },
    "integration": {"nb": "{name}", "en": "{name}"},
    "credential": {"nb": "påloggingsdetaljene {name}", "en": "the credential {name}"},
    "report": {"nb": "rapporten {name}", "en": "the report {name}"},
    "configuration": {"nb": "oppsettet", "en": "the configuration"},
    "simulator": {"nb": "simulator (ingen ekte data sendes)", "en": "simulator (nothing real is sent)"},
    "sandbox": {"nb": "testmiljø (sandbox)", "en": "sandbox"},
    "production": {"nb": "PRODUKSJON", "en": "PRODUCTION"},
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for people, and its twin for machines. `facts` are labels and values, `number` is the same each time
    that it is tried.
    """

    number: str
    subject: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    closing: str
    level: Level
    language: Language
    at: datetime
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """All of it as plain text, the values in one column."""
        wide = max((len(label) for label, _ in self.facts), default=0) + 2
        facts = [f"{label + ':':<{wide}}{value}" for label, value in self.facts]
        return "\n".join([self.sentence, "", *facts, "", self.closing, ""])


def letter(made: Message, seen: Noticed, installation: str) -> Letter:
    """A change, told."""
    language = seen.language
    what = _what(made.matter, language)
    # A colour is a word for what runs; what has a day is a reminder.
    dated = made.matter.partition("/")[0] in DATED
    title = TEXTS[f"dated-{made.level}" if dated else made.level][language]
    sentence = "{what}" if dated else title
    said = f"{sentence.format(what=_of(what, seen))}: {made.reason}."
    return Letter(
        number=f"{seen.organization_id}-{made.number}",
        subject=subject(title.format(what=what), seen, installation, made.environment),
        sentence=said if made.matter.startswith("integration/") else said[:1].upper() + said[1:],
        facts=tuple(_facts(made, seen, installation)),
        closing=TEXTS["once"][language].format(channel=made.channel),
        level=made.level,
        language=language,
        at=made.noticed_at,
        data=_data(made, seen, installation),
    )


def trial_letter(channel: str, seen: Noticed, installation: str, at: datetime) -> Letter:
    """A message that says nothing but that the channel works."""
    language = seen.language
    sentence = TEXTS["testing"][language].format(channel=channel)
    number = f"{seen.organization_id}-test-{at:%Y%m%d%H%M%S%f}"
    return Letter(
        number=number,
        subject=subject(TEXTS["test"][language], seen, installation, ""),
        sentence=sentence,
        facts=tuple(_where(seen, installation, "", language)),
        closing="",
        level="fine",
        language=language,
        at=at,
        data=_head(number, "test", seen, installation) | {"channel": channel, "sentence": sentence},
    )


def subject(words: str, seen: Noticed, installation: str, environment: str) -> str:
    """`[staging, PRODUCTION] Foreningen: books is red`; short enough for a list of mails."""
    loud = TEXTS[environment][seen.language].split(" (")[0] if environment in TEXTS else environment
    found = f"[{', '.join(filter(None, (installation, loud)))}] {seen.title}: {words}"
    return found if len(found) <= SUBJECT else f"{found[: SUBJECT - 1]}…"


def _facts(made: Message, seen: Noticed, installation: str) -> list[tuple[str, str]]:
    language, zone = seen.language, ZoneInfo(seen.zone)
    found = [("since", moment(made.since, zone, language))]
    if made.level == "fine" and made.was != "fine" and made.was_since:
        found.append(("was", TEXTS[f"was-{made.was}"][language].format(at=moment(made.was_since, zone, language))))
    found += [("message", made.message), ("counts", made.counts), ("next", made.hint)]
    named = [(TEXTS[key][language], value) for key, value in found if value]
    return [*named, *_where(seen, installation, made.environment, language)]


def _where(seen: Noticed, installation: str, environment: str, language: Language) -> list[tuple[str, str]]:
    loud = TEXTS[environment][language] if environment in TEXTS else environment
    found = [("organization", seen.title), ("installation", installation), ("environment", loud)]
    return [(TEXTS[key][language], value) for key, value in found if value]


def _what(matter: str, language: Language) -> str:
    """`integration/books` as people call it."""
    kind, *names = matter.split("/")
    return TEXTS[kind][language].format(name=names[0] if names else "") if kind in TEXTS else matter


def _of(what: str, seen: Noticed) -> str:
    return TEXTS["of"][seen.language].format(name=what, title=seen.title)


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """`2. mars 2026 kl. 08:00 CET`, `2026-03-02 08:00 CET`."""
    there = at.astimezone(zone)
    return f"{day(there.date(), language)}{' kl.' if language == 'nb' else ''} {there:%H:%M %Z}"


def _head(number: str, event: str, seen: Noticed, installation: str) -> dict[str, Any]:
    return {
        "version": 1,
        "id": number,
        "event": event,
        "installation": installation,
        "organization": {"id": seen.organization_id, "title": seen.title},
        "language": seen.language,
    }


def _data(made: Message, seen: Noticed, installation: str) -> dict[str, Any]:
    """The stable JSON form: keys are only ever added."""
    return _head(f"{seen.organization_id}-{made.number}", "changed", seen, installation) | {
        "channel": made.channel,
        "matter": made.matter,
        "environment": made.environment or None,
        "state": made.level,
        "was": made.was,
        "since": made.since.isoformat(),
        "was_since": made.was_since.isoformat() if made.was_since else None,
        "noticed_at": made.noticed_at.isoformat(),
        "reason": made.reason,
        "message": made.message,
        "counts": made.counts,
        "next": made.hint,
    }
