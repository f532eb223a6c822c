"""What keeps an integration's runs from beginning or asking, in English and Norwegian. Commands are added by others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reconciler.runs.allowance import Usage
from reconciler.runs.moments import local
from reconciler.runs.suspension import Suspension
from reconciler.runs.views import EndedExclusion
from reconciler.specs.languages import Language, Vocabulary, day

STILL: Vocabulary = {
    "person": {
        "en": "suspended since {since} by {who}{until}: {reason}",
        "nb": "satt på pause siden {since} av {who}{until}: {reason}",
    },
    "credential": {
        "en": "paused since {since}, scheduled runs are skipped{until}: {reason}",
        "nb": "stoppet siden {since}, planlagte kjøringer hoppes over{until}: {reason}",
    },
    "until": {"en": " until {}", "nb": " til {}"},
}
ALLOWANCE: Vocabulary = {
    "quota": {
        "en": "{used} of {quota} requests are used{kept}; it begins anew on {renews}",
        "nb": "{used} av {quota} forespørsler er brukt{kept}; kvoten begynner på nytt {renews}",
    },
    "kept": {"en": ", of which {} are kept for questions", "nb": ", og av dem er {} holdt av til spørsmål"},
    "closed": {
        "en": "nothing is asked until {until}: {reason}",
        "nb": "mottakersystemet blir ikke spurt før {until}: {reason}",
    },
    "write": {"en": "nothing is sent until {until}: {reason}", "nb": "ingenting sendes før {until}: {reason}"},
    "read": {
        "en": "nothing is asked until {until}: {reason}",
        "nb": "mottakersystemet blir ikke spurt før {until}: {reason}",
    },
}
EXCLUSION: Vocabulary = {
    "ended": {
        "en": "the exclusion '{name}' held until {until}{features}",
        "nb": "unntaket «{name}» gjaldt til og med {until}{features}",
    },
    "features": {
        "en": "; its features are on after the next apply",
        "nb": "; funksjonene er på igjen når oppsettet neste gang tas i bruk",
    },
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and whether it only informs or something is in the way."""

    text: str
    tone: Literal["note", "alarm"] = "alarm"


def standing_still(each: Suspension, zone: str, language: Language = "en") -> str:
    """Who or what keeps runs from beginning, since when and why; it follows the integration's name and a colon."""
    until = STILL["until"][language].format(local(each.until, zone, language)) if each.until else ""
    values = {"since": local(each.since, zone, language), "who": each.author, "until": until, "reason": each.reason}
    return STILL[each.cause][language].format_map(values)


def ended(over: EndedExclusion, language: Language = "en") -> str:
    """An exclusion that nobody should take for what still holds."""
    features = EXCLUSION["features"][language] if over.features else ""
    return EXCLUSION["ended"][language].format(name=over.name, until=_day(over.until, language), features=features)


def _day(text: str, language: Language) -> str:
    """A day that is kept as text; what another hand wrote there stands as it is."""
    try:
        return day(date.fromisoformat(text), language) if language == "nb" else text
    except ValueError:
        return text


def allowance(usage: Usage, zone: str, language: Language = "en") -> Iterator[Said]:
    """What is used of a month's quota, and what keeps runs from asking now; each follows the integration's name."""
    if usage.quota is not None:
        kept = ALLOWANCE["kept"][language].format(usage.reserve) if usage.reserve else ""
        values = {"used": usage.used, "quota": usage.quota, "kept": kept, "renews": day(usage.renews, language)}
        yield Said(ALLOWANCE["quota"][language].format_map(values), "note")
    if usage.closed_until is not None:
        until = local(usage.closed_until, zone, language)
        yield Said(ALLOWANCE["closed"][language].format(until=until, reason=usage.closed_reason))
    for operation, (at, reason) in usage.shut.items():
        until = local(at, zone, language)
        yield Said(ALLOWANCE[operation][language].format(until=until, reason=reason))
