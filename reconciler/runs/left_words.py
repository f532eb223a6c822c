"""Why a scheduled time was left out, or a run ended without a word, in English and Norwegian.

The history keeps one English sentence of it. What stands in its places is read out of that sentence again, by the same
form that it was made of; a sentence that is none of these is somebody else's, and stays as it is.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from reconciler.specs.languages import Language, Vocabulary, day

_MISSED = "{times} scheduled times, {first} to {last}, were missed"
_ONE = "the time {first} was missed"
_TAKES = ": the run of {at} takes what is due of them too"
_LATE = ": a run is started at most {hours} h late; the next one takes what is due"
_GINGEN = "{times} planlagte kjøringer, fra {first} til {last}, ble ikke startet"
_GIKK = "kjøringen {first} ble ikke startet"
_TAR = ". Kjøringen {at} tok også det som skulle ha gått da."
_SENT = ". En kjøring startes høyst {hours} timer for sent; den neste tar det som venter."
LEFT: Vocabulary = {
    "missed-taken": {"en": _MISSED + _TAKES, "nb": _GINGEN + _TAR},
    "missed-one-taken": {"en": _ONE + _TAKES, "nb": _GIKK + _TAR},
    "missed-late": {"en": _MISSED + _LATE, "nb": _GINGEN + _SENT},
    "missed-one-late": {"en": _ONE + _LATE, "nb": _GIKK + _SENT},
    "frozen": {
        "en": "{day} is in the freeze window from {first} to {last}, both included",
        "nb": "stengt: {day} er i perioden fra og med {first} til og med {last}",
    },
    "not-yet-applied": {
        "en": "{at} is from before this schedule was applied",
        "nb": "{at} er fra før denne tidsplanen ble tatt i bruk",
    },
    "not-the-last-day": {
        "en": "{day} is not the last day of its month",
        "nb": "{day} er ikke den siste dagen i måneden",
    },
    "second-of-a-fold": {
        "en": "{clock} comes twice on {day}, and the first has run",
        "nb": "kl. {clock} kommer to ganger {day}, og den første er kjørt",
    },
    "carried-out": {
        "en": "{at} was carried out already, by the run {run}",
        "nb": "{at} er alt kjørt, av kjøringen {run}",
    },
    "no-schedule": {
        "en": "there is no schedule any more: somebody has to ask for a sync",
        "nb": "det er ingen tidsplan lenger: noen må be om en kjøring",
    },
    "without-a-word": {
        "en": "the process ended without a word",
        "nb": "kjøringen ble avbrutt, uten at den rakk å si hvorfor",
    },
    "signal": {
        "en": "the process was ended by signal {signal}",
        "nb": "kjøringen ble avbrutt utenfra (signal {signal})",
    },
    "time-up": {
        "en": "it was stopped after {seconds} seconds, when its time was up",
        "nb": "kjøringen ble stoppet etter {seconds} sekunder: den hadde brukt opp tiden sin",
    },
}
_PLACES: Mapping[str, str] = {
    "times": r"(?:at least )?\d+",
    "first": r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?",
    "last": r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?",
    "at": r"\d{4}-\d\d-\d\d \d\d:\d\d",
    "day": r"\d{4}-\d\d-\d\d",
    "clock": r"\d\d:\d\d",
    "hours": r"[\d.]+",
    "run": r"[0-9a-f-]{36}",
    "signal": r"\d+",
    "seconds": r"\d+",
}


def left(sentence: str, language: Language) -> str:
    """What the history says of a run, in a language; empty where it is no sentence of these."""
    for key, forms in LEFT.items():
        if found := _form(forms["en"]).fullmatch(sentence):
            if language == "en":
                return sentence
            return LEFT[key]["nb"].format_map({name: _norwegian(each) for name, each in found.groupdict().items()})
    return ""


@lru_cache(maxsize=64)
def _form(text: str) -> re.Pattern[str]:
    parts = re.split(r"{(\w+)}", text)
    named = (f"(?P<{each}>{_PLACES[each]})" if place % 2 else re.escape(each) for place, each in enumerate(parts))
    return re.compile("".join(named))


def _norwegian(value: str) -> str:
    """`2. mars 2026 kl. 03.30` for a moment, `2. mars 2026` for a day; what needs no words as it is."""
    value = value.replace("at least", "minst")
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", value):
            at = datetime.fromisoformat(value)
            return f"{day(at.date(), 'nb')} kl. {at:%H.%M}"
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return day(date.fromisoformat(value), "nb")
    except ValueError:
        return value
    return value.replace(":", ".") if re.fullmatch(r"\d\d:\d\d", value) else value
