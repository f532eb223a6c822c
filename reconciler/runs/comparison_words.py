"""What a comparison with the outside system found, as questions to a person, in English and Norwegian."""

from collections.abc import Mapping
from decimal import Decimal

from reconciler.runs.comparison import KINDS, Difference, Kind
from reconciler.runs.ledger_words import LABELS
from reconciler.specs.languages import Language, Vocabulary, day
from reconciler.specs.money import money

_NORWEGIAN: Mapping[Kind, str] = {
    "twice": "står der to ganger",
    "missing": "er sendt, men står ikke der",
    "unknown_here": "står der, uten at registeret sier at det er sendt",
    "amount": "står der med et annet beløp",
    "content": "står der med et annet innhold",
}
TITLES: Vocabulary = {kind: {"en": words, "nb": _NORWEGIAN[kind]} for kind, words in KINDS.items()}
"""What each kind of difference means."""
QUESTIONS: Vocabulary = {
    "missing": {
        "en": "{what}{ours}, sent on {first}, is not there: was it deleted there?",
        "nb": "{what}{ours}, sendt {first}, står ikke der: er det slettet der?",
    },
    "twice": {
        "en": "{what}{ours}, sent on {first}, stands there twice ({detail}): delete one of them there",
        "nb": "{what}{ours}, sendt {first}, står der to ganger ({detail}): slett det ene der",
    },
    "asked-here": {
        "en": "{what}{ours} stands there, and the ledger asks whether it was received: it was",
        "nb": "{what}{ours} står der, og registeret spør om det kom fram: det gjorde det",
    },
    "known-here": {
        "en": "{what}{ours} stands there, and the ledger says {standing}: let it know{order} before it goes again",
        "nb": "{what}{ours} står der, men registeret sier «{standing}»: registeret må få vite det før det sendes på"
        " nytt{order}",
    },
    "unknown_here": {
        "en": "{what} stands there under a reference of ours that the ledger has never heard of: who made it?",
        "nb": "{what} står der under en av våre referanser uten at registeret kjenner den: hvem har laget det?",
    },
    "amount": {
        "en": "{what}{ours}, sent on {first}, stands there with {theirs}: is that a correction?",
        "nb": "{what}{ours}, sendt {first}, står der med {theirs}: er det en rettelse?",
    },
    "content": {
        "en": "{what}{ours}, sent on {first}, was changed there ({detail}): is that a correction?",
        "nb": "{what}{ours}, sendt {first}, er endret der ({detail}): er det en rettelse?",
    },
}
PARTS: Vocabulary = {
    "number": {"en": "number {}", "nb": "nummer {}"},
    "unnumbered": {"en": "a document", "nb": "et bilag"},
    "ours": {"en": ", {}", "nb": " på {}"},
    "unreadable": {"en": "an amount that cannot be read", "nb": "et beløp som ikke kan leses"},
}


def asked(found: Difference, language: Language = "en", order: str = "") -> str:
    """One difference as the question that a person can answer by looking there. `order` is how the ledger is told."""
    return QUESTIONS[_key(found)][language].format(
        what=_what(found, language),
        ours=PARTS["ours"][language].format(money(found.ours, language)) if found.ours is not None else "",
        theirs=_amount(found.theirs, language),
        first=day(found.first, language),
        detail=found.detail,
        standing=_standing(found.detail, language),
        order=order,
    )


def _key(found: Difference) -> str:
    if found.kind != "unknown_here" or not found.detail:
        return found.kind
    return "asked-here" if found.detail in ("held", "unknown") else "known-here"


def _what(found: Difference, language: Language) -> str:
    return PARTS["number"][language].format(found.number) if found.number else PARTS["unnumbered"][language]


def _amount(amount: Decimal | None, language: Language) -> str:
    return money(amount, language) if amount is not None else PARTS["unreadable"][language]


def _standing(detail: str, language: Language) -> str:
    """The ledger's own word in English: whoever looks there finds it so."""
    return LABELS[detail][language] if language == "nb" and detail in LABELS else detail.replace("_", " ")
