"""The sentences of `check` in English and Norwegian bokmål: what is wrong or rarely meant, and what to write."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.specs.languages import Language


@dataclass(frozen=True, slots=True)
class Remark:
    """Templates: `message` says what is wrong, `hint` what to write instead."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field of a cron expression as a noun: one, several, and what it starts anew with."""

    one: str
    many: str
    each: str


ENGLISH: Mapping[str, Remark] = {
    "schedule-never-fires": Remark(
        "the schedule does not run once in the next {days} days",
        "choose a day that the month has; for the last day of each month write `every: monthly`, `on: last`",
    ),
    "schedule-clock-change": Remark(
        "on {day} {what}, and the schedule has a time in it",
        "it runs once all the same (at the end of what is skipped, or the first time); 03:30 is always plain",
    ),
    "schedule-uneven-step": Remark(
        "{one} {item} means {many} {listed}, and starts anew {each}: the distances are not equal",
        "write the {many} that you mean{even}",
    ),
    "schedule-day-or-weekday": Remark(
        "day and weekday are both given: the schedule runs when either fits, not when both do",
        "write * for one of them",
    ),
    "schedule-skips-months": Remark(
        "{months} {do} not always have {days}",
        "for the last day of each month write `every: monthly`, `on: last`",
    ),
}
NORWEGIAN: Mapping[str, Remark] = {
    "schedule-never-fires": Remark(
        "tidsplanen kjøres ikke én gang i løpet av de neste {days} dagene",
        "velg en dag som måneden har; for siste dag i hver måned: skriv `every: monthly`, `on: last`",
    ),
    "schedule-clock-change": Remark(
        "{day} {what}, og tidsplanen har et tidspunkt der",
        "den kjøres likevel én gang (når det som hoppes over er slutt, eller første gang); 03.30 er alltid entydig",
    ),
    "schedule-uneven-step": Remark(
        "{one} {item} betyr {many} {listed} og begynner på nytt {each}: avstandene er ikke like",
        "skriv de {many} som du mener{even}",
    ),
    "schedule-day-or-weekday": Remark(
        "både dag og ukedag er oppgitt: tidsplanen kjøres når én av dem passer, ikke bare når begge gjør det",
        "skriv * for en av dem",
    ),
    "schedule-skips-months": Remark(
        "{months} har ikke alltid {days}",
        "for siste dag i hver måned: skriv `every: monthly`, `on: last`",
    ),
}
REMARKS: Mapping[Language, Mapping[str, Remark]] = {"en": ENGLISH, "nb": NORWEGIAN}
"""By language and the id of the finding."""

FIELD_WORDS: Mapping[Language, Mapping[str, FieldWords]] = {
    "en": {
        "minute": FieldWords("minute", "minutes", "each hour"),
        "hour": FieldWords("hour", "hours", "each day"),
        "day": FieldWords("day", "days", "each month"),
        "month": FieldWords("month", "months", "each year"),
        "weekday": FieldWords("weekday", "weekdays", "each week"),
    },
    "nb": {
        "minute": FieldWords("minutt", "minuttene", "hver time"),
        "hour": FieldWords("time", "timene", "hvert døgn"),
        "day": FieldWords("dag", "dagene", "hver måned"),
        "month": FieldWords("måned", "månedene", "hvert år"),
        "weekday": FieldWords("ukedag", "ukedagene", "hver uke"),
    },
}
SKIPS: Mapping[Language, str] = {"en": "the clock skips {low}-{high}", "nb": "hopper klokka over {low}–{high}"}
SHOWS_TWICE: Mapping[Language, str] = {
    "en": "the clock shows twice {low}-{high}",
    "nb": "viser klokka {low}–{high} to ganger",
}
EVEN: Mapping[Language, str] = {"en": ", or an even step: {steps}", "nb": ", eller et jevnt steg: {steps}"}
DAYS: Mapping[Language, tuple[str, str]] = {"en": ("day {days}", "days {days}"), "nb": ("dag {days}", "dagene {days}")}
SPREAD: Mapping[Language, str] = {
    "en": "{words}, and {later} of {window} minutes later: the minute of this integration, the same each time",
    "nb": "{words}, og {later} av {window} minutter senere: minuttet til denne integrasjonen, det samme hver gang",
}
"""How a window is said: the schedule as it is written, and how far into the window the integration runs."""
MANUAL: Mapping[Language, str] = {
    "en": "{integration} runs by hand only: {command}",
    "nb": "{integration} kjøres bare for hånd: {command}",
}
FROZEN: Mapping[Language, str] = {
    "en": "does not run: frozen from {first} to {last} ({reason})",
    "nb": "kjøres ikke: frosset fra {first} til {last} ({reason})",
}
HEADINGS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Next runs", "Zone", "UTC", "From now", "Note"),
    "nb": ("Neste kjøringer", "Sone", "UTC", "Om", "Merknad"),
}
SEVERITIES: Mapping[Language, Mapping[str, str]] = {
    "en": {"refused": "refused", "warning": "warning", "next": "next"},
    "nb": {"refused": "avvist", "warning": "advarsel", "next": "gjør dette"},
}
