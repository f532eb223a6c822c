"""Why what was merged is not in use, as an organisation's people read it, by reason, in English and Norwegian."""

from collections.abc import Mapping

from reconciler.runs.condition import Condition, Reason
from reconciler.runs.health import Colour
from reconciler.runs.notification import Matter
from reconciler.specs.languages import Language

REASONS: Mapping[Reason, Mapping[Language, str]] = {
    "SpecsInvalid": {"en": "what was merged in git is not valid", "nb": "det som er flettet inn i git, er ugyldig"},
    "NotApproved": {
        "en": "what was merged in git is not approved",
        "nb": "det som er flettet inn i git, er ikke godkjent",
    },
    "PlanRefused": {
        "en": "what was merged in git is held back by a safety rule",
        "nb": "det som er flettet inn i git, holdes tilbake av en sikkerhetsregel",
    },
    "EnvironmentRefused": {
        "en": "what was merged in git may not be used in this installation",
        "nb": "det som er flettet inn i git, kan ikke brukes i denne installasjonen",
    },
    "Fighting": {
        "en": "somebody keeps changing the configuration by hand",
        "nb": "noen endrer oppsettet for hånd, gang på gang",
    },
    "FolderGone": {"en": "the organisation's folder in git is gone", "nb": "organisasjonens mappe i git er borte"},
    "Fault": {"en": "the program itself failed", "nb": "programmet selv sviktet"},
}
COLOURS: Mapping[str, Colour] = {"Ready": "green", "Stalled": "red"}
FINE: Mapping[Language, str] = {
    "en": "what is merged in git is in use",
    "nb": "det som er flettet inn i git, er i bruk",
}


def matter(condition: Condition, language: Language) -> Matter:
    """Of an organisation: red where a person has to do something, grey while it gets there by itself."""
    state: Colour = COLOURS.get(condition.word, "grey")
    words = REASONS.get(condition.reason, FINE)[language]
    message = condition.message if state == "red" else ""
    hint = condition.hint if state == "red" else ""
    muted = condition.reason in ("Suspended", "Frozen")
    return Matter("configuration", state, condition.since, words, hint, message, muted=muted)
