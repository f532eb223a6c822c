"""The reasons of a colour as people read them, by key, in English and Norwegian."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from reconciler.specs.languages import Language, day

REASONS: Mapping[str, Mapping[Language, str]] = {
    "not-configured": {"en": "nothing is configured", "nb": "ingenting er satt opp"},
    "suspended": {"en": "suspended: {reason}", "nb": "satt på pause: {reason}"},
    "no-credential": {"en": "no credential is stored", "nb": "ingen påloggingsdetaljer er lagret"},
    "never-run": {"en": "never run", "nb": "har aldri kjørt"},
    "unreadable": {"en": "it cannot be read", "nb": "oppsettet kan ikke leses"},
    "unfinished": {"en": "the last run did not finish", "nb": "siste kjøring ble ikke ferdig"},
    "run-failed": {"en": "the last run failed: {problem}", "nb": "siste kjøring feilet: {problem}"},
    "all-failed": {
        "en": "every record of the last run failed",
        "nb": "alt i siste kjøring feilet",
    },
    "question-old": {
        "en": "a question has been open for more than a day",
        "nb": "et spørsmål har stått åpent i mer enn et døgn",
    },
    "silent": {"en": "no successful run for {span}", "nb": "ingen vellykket kjøring på {span}"},
    "stopped-early": {
        "en": "the last run stopped early: {problem}",
        "nb": "siste kjøring stoppet for tidlig: {problem}",
    },
    "rejected": {"en": "{count} refused", "nb": "{count} avvist"},
    "rejected_late": {"en": "{count} refused after they were sent", "nb": "{count} avvist etter at de var sendt"},
    "held": {"en": "{count} held for a decision", "nb": "{count} venter på en avgjørelse"},
    "unknown": {"en": "{count} with an unknown fate", "nb": "{count} uavklart"},
    "drifted": {"en": "{count} changed in the outside system", "nb": "{count} endret i mottakersystemet"},
    "never_posted": {"en": "{count} sent and never posted", "nb": "{count} sendt og aldri bokført"},
    "not_applied": {"en": "{count} to be tried again", "nb": "{count} prøves på nytt"},
    "differing": {"en": "{count} not there as sent", "nb": "{count} står ikke der slik de ble sendt"},
    "quota": {
        "en": "{quota:.0%} of the outside system's quota is left",
        "nb": "{quota:.0%} av mottakersystemets kvote er igjen",
    },
    "waiting": {
        "en": "no schedule, and a record has waited for {span}",
        "nb": "ingen tidsplan, og en post har ventet i {span}",
    },
    "sent": {"en": "{count} sent", "nb": "{count} sendt"},
    "ends": {"en": "it ends on {day}", "nb": "den utløper {day}"},
    "ended": {
        "en": "it ended on {day}, and nothing is sent with it",
        "nb": "den utløp {day}, og ingenting sendes med den",
    },
    "report-waits": {
        "en": "the year {year} is not handed over; due on {day}",
        "nb": "året {year} er ikke levert; fristen er {day}",
    },
    "report-late": {
        "en": "the year {year} is not handed over; it was due on {day}",
        "nb": "året {year} er ikke levert; fristen var {day}",
    },
    "report-done": {"en": "the year {year} is handed over", "nb": "året {year} er levert"},
    "report-drifted": {
        "en": "the year {year} is handed over, and the data changed since",
        "nb": "året {year} er levert, og dataene er endret etterpå",
    },
    "running": {"en": "a run is under way", "nb": "en kjøring pågår"},
    "all-sent": {"en": "all is sent", "nb": "alt er sendt"},
}
SHORT: Mapping[str, Mapping[Language, str]] = {
    "run-failed": {"en": "the last run failed", "nb": "siste kjøring feilet"},
    "stopped-early": {"en": "the last run stopped early", "nb": "siste kjøring stoppet for tidlig"},
}
"""The same without the words that came from outside."""


def say(key: str, values: Mapping[str, Any], language: Language = "en", *, short: bool = False) -> str:
    """One reason; `short` leaves out what an outside system said."""
    text = SHORT.get(key, REASONS[key]) if short else REASONS[key]
    return text[language].format_map({name: _shown(each, language) for name, each in values.items()})


def _shown(value: Any, language: Language) -> Any:
    if isinstance(value, timedelta):
        return _long(value, language)
    return day(value, language) if isinstance(value, date) else value


def _long(span: timedelta, language: Language) -> str:
    hours = int(span.total_seconds() // 3600)
    if hours < 72:
        return f"{hours} h" if language == "en" else f"{hours} {'time' if hours == 1 else 'timer'}"
    return f"{hours // 24} {'days' if language == 'en' else 'dager'}"
