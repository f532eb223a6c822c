"""What stands in the details of the audit trail, in English and Norwegian: its keys, and those values that are words of
ours. A test finds any key that the code writes and this table does not have.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.runs.ledger_words import LABELS
from reconciler.runs.moments import local
from reconciler.specs.languages import Language, Vocabulary, day

KEYS: Vocabulary = {
    "as_platform": {"en": "as the platform", "nb": "på vegne av plattformen"},
    "attempt": {"en": "attempt", "nb": "forsøk"},
    "branch": {"en": "branch", "nb": "gren"},
    "break_glass": {"en": "past the guard because", "nb": "forbi sperren fordi"},
    "by": {"en": "by", "nb": "av"},
    "category": {"en": "category", "nb": "kategori"},
    "cause": {"en": "cause", "nb": "årsak"},
    "changes": {"en": "changes", "nb": "endringer"},
    "copies": {"en": "copies", "nb": "kopier"},
    "days": {"en": "days", "nb": "dager"},
    "differences": {"en": "differences", "nb": "avvik"},
    "digest": {"en": "checksum", "nb": "kontrollsum"},
    "documents": {"en": "documents", "nb": "bilag"},
    "ends_at": {"en": "until", "nb": "til"},
    "epoch": {"en": "edition", "nb": "utgave"},
    "export": {"en": "row of the ledger", "nb": "linje i registeret"},
    "exports": {"en": "rows of the ledger", "nb": "linjer i registeret"},
    "found": {"en": "found", "nb": "funnet"},
    "from": {"en": "from", "nb": "fra"},
    "head": {"en": "commit", "nb": "versjon i git"},
    "mark": {"en": "mark", "nb": "merke"},
    "name": {"en": "name", "nb": "navn"},
    "new_epoch": {"en": "new edition", "nb": "ny utgave"},
    "new_number": {"en": "new number", "nb": "nytt nummer"},
    "new_reference": {"en": "new reference", "nb": "ny referanse"},
    "number": {"en": "number", "nb": "nummer"},
    "on": {"en": "on", "nb": "dato"},
    "plan": {"en": "plan", "nb": "plan"},
    "purpose": {"en": "purpose", "nb": "formål"},
    "questions": {"en": "open questions", "nb": "åpne spørsmål"},
    "reason": {"en": "reason", "nb": "begrunnelse"},
    "receipt": {"en": "receipt", "nb": "kvittering"},
    "record": {"en": "record", "nb": "post"},
    "reference": {"en": "reference", "nb": "referanse"},
    "request": {"en": "request", "nb": "forespørsel"},
    "reversal": {"en": "reversal", "nb": "reversering"},
    "revision": {"en": "commit", "nb": "versjon i git"},
    "scopes": {"en": "rights", "nb": "rettigheter"},
    "source": {"en": "said in", "nb": "sagt i"},
    "target": {"en": "target", "nb": "mottaker"},
    "title": {"en": "title", "nb": "tittel"},
    "to": {"en": "to", "nb": "til"},
    "until": {"en": "until", "nb": "til"},
    "version": {"en": "version", "nb": "versjon"},
    "way": {"en": "how", "nb": "måte"},
    "written": {"en": "written", "nb": "skrevet"},
}
VALUES: Mapping[str, Vocabulary] = {
    "from": LABELS,
    "to": LABELS,
    "cause": {
        "person": {"en": "a person", "nb": "en person"},
        "credential": {"en": "the credential was refused", "nb": "påloggingsdetaljene ble avvist"},
    },
    "purpose": {
        "document": {"en": "document", "nb": "bilag"},
        "reversal": {"en": "reversal", "nb": "reversering"},
    },
    "scopes": {
        "see": {"en": "see everything", "nb": "se alt"},
        "audit": {"en": "see the audit trail", "nb": "se hendelsene"},
        "decide": {"en": "decide about single documents", "nb": "avgjøre enkelte bilag"},
        "resend": {"en": "send documents once more", "nb": "sende bilag på nytt"},
        "run": {"en": "ask for runs", "nb": "be om kjøringer"},
        "stop": {"en": "suspend and resume", "nb": "sette på pause og fortsette"},
        "credentials": {"en": "set credentials", "nb": "legge inn påloggingsdetaljer"},
        "propose": {"en": "propose changes", "nb": "foreslå endringer"},
        "reports": {"en": "freeze and hand over reports", "nb": "låse og levere rapporter"},
    },
    "source": {
        "portal": {"en": "the portal", "nb": "portalen"},
        "host": {"en": "the git host", "nb": "git-tjenesten"},
        "cli": {"en": "the command line", "nb": "kommandolinjen"},
    },
}
"""Values that are words of ours, by the key that they stand under."""
FIRST = ("reason", "from", "to")
"""What people look for; the rest stands as it was written down."""
YES: Mapping[Language, tuple[str, str]] = {"en": ("no", "yes"), "nb": ("nei", "ja")}


def told(detail: Mapping[str, Any], zone: str, language: Language) -> list[tuple[str, str]]:
    """Each thing that is there, by what it is called; a key of another version is said as it stands in the trail."""
    order = sorted(detail, key=lambda each: FIRST.index(each) if each in FIRST else len(FIRST))
    return [
        (KEYS[key][language] if key in KEYS else key, _said(key, value, zone, language))
        for key in order
        if (value := detail[key]) is not None and value != ""
    ]


def _said(key: str, value: Any, zone: str, language: Language) -> str:
    if isinstance(value, bool):
        return YES[language][value]
    if isinstance(value, list):
        return ", ".join(_said(key, each, zone, language) for each in value)
    if key in VALUES and value in VALUES[key]:
        return VALUES[key][value][language]
    return _moment(value, zone, language) if isinstance(value, str) else str(value)


def _moment(value: str, zone: str, language: Language) -> str:
    """Days and instants as people write them; any other text as it is."""
    try:
        if len(value) == len("2026-03-02"):
            return day(date.fromisoformat(value), language)
        at = datetime.fromisoformat(value) if "T" in value else None
        return local(at.astimezone(ZoneInfo(zone)), zone, language) if at and at.tzinfo else value
    except ValueError:
        return value
