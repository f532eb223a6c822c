"""Credentials in words, in English and Norwegian: states, what is amiss with a version, and who fails a test."""

from collections.abc import Mapping
from datetime import date

from reconciler.runs.credential import Remark
from reconciler.specs.languages import Language, Vocabulary, day

STATES: Vocabulary = {
    "current": {"en": "in use", "nb": "i bruk"},
    "previous": {"en": "previous", "nb": "forrige"},
    "pending": {"en": "pending", "nb": "ikke tatt i bruk ennå"},
    "revoked": {"en": "revoked", "nb": "tilbakekalt"},
}
REMARKS: Vocabulary = {
    "left-behind": {
        "en": "has ended, and its value is still in the store: the next {command} destroys it",
        "nb": "er avsluttet, men verdien ligger fortsatt i lageret: den slettes neste gang en ny settes",
    },
    "expired": {"en": "has expired", "nb": "er utløpt"},
    "expires-1": {"en": "expires within 1 day", "nb": "utløper innen 1 dag"},
    "expires": {"en": "expires within {days} days", "nb": "utløper innen {days} dager"},
    "untested": {"en": "was never tested", "nb": "er aldri testet"},
    "failed": {"en": "failed its last test ({fault})", "nb": "besto ikke den siste testen ({fault})"},
    "unused": {"en": "was never used", "nb": "er aldri brukt"},
    "last-used": {"en": "was last used on {day}", "nb": "ble sist brukt {day}"},
}
"""Each is the end of a sentence that begins with the credential's name."""
COMMAND: Mapping[Language, str] = {"en": "one that is set", "nb": ""}
FAULTS: Vocabulary = {
    "network": {"en": "network", "nb": "nettverket"},
    "endpoint": {"en": "endpoint", "nb": "mottakersystemet"},
    "credential": {"en": "credential", "nb": "påloggingsdetaljene"},
    "query": {"en": "query", "nb": "spørringen"},
    "allowance": {"en": "allowance", "nb": "kvoten"},
    "not-delivered": {"en": "not-delivered", "nb": "meldingen kom ikke fram"},
    "address": {"en": "address", "nb": "adressen"},
    "tenant": {"en": "tenant", "nb": "katalogen (tenant)"},
    "client (application id)": {"en": "client (application id)", "nb": "klienten (program-id)"},
    "client secret": {"en": "client secret", "nb": "klienthemmeligheten"},
    "application user": {"en": "application user", "nb": "programbrukeren"},
    "privilege": {"en": "privilege", "nb": "rettigheten"},
    "permission to read accounts": {"en": "permission to read accounts", "nb": "retten til å lese kontoplanen"},
    "licence": {"en": "licence", "nb": "lisensen"},
    "table": {"en": "table", "nb": "tabellen"},
    "key": {"en": "key", "nb": "nøkkelen"},
    "company": {"en": "company", "nb": "selskapet"},
    "entity": {"en": "entity", "nb": "selskapet"},
    "environment_name": {"en": "environment_name", "nb": "miljøet"},
    "journal": {"en": "journal", "nb": "kladden"},
}
"""Who is at fault where a connection test fails. Types may name others: those are said as they stand there."""


def remark(found: Remark, language: Language = "en", command: str = "") -> str:
    """What somebody should know of a version. Whoever is at a command line names the `command` that mends it."""
    shown = {name: _shown(name, value, language) for name, value in found.values.items()}
    return REMARKS[found.key][language].format_map({"command": command or COMMAND[language]} | shown)


def fault(who: str, language: Language = "en") -> str:
    """Who is at fault, by the verdict of a test; what is not known is said as it is."""
    return FAULTS[who][language] if who in FAULTS else who


def _shown(name: str, value: object, language: Language) -> str:
    if name == "fault":
        return fault(str(value), language)
    return day(value, language) if isinstance(value, date) else str(value)
