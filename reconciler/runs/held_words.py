"""Why a document is held, in both languages, by the code of `idempotency.HELD_FOR`."""

from collections.abc import Mapping

from reconciler.runs.idempotency import HELD_FOR
from reconciler.specs.languages import Vocabulary

NORWEGIAN: Mapping[str, str] = {
    "blind": "mottakersystemet kan ikke spørres og ville tatt en gjentakelse for et nytt bilag",
    "key-replays": "gjentakelser under samme nøkkel får det samme uklare svaret, og ingenting annet kan spørres",
    "key-over": "mottakersystemet har nå glemt nøkkelen, og ingenting annet kan spørres",
    "key-changed": (
        "feltoppsettet eller systemtypen er endret, så det samme kan ikke sendes om igjen, og ingenting kan spørres"
    ),
    "adopted-blind": "registeret var eldre enn det som var sendt, og ingen kan spørres om dette var kommet fram",
    "key-parted": "bare en del av sendingen står åpen, så den kan ikke gjentas hel, og ingenting kan spørres",
}
HELD: Vocabulary = {
    **{code: {"en": words, "nb": NORWEGIAN[code]} for code, words in HELD_FOR.items()},
    "other": {"en": "nobody else can be asked", "nb": "ingen andre kan spørres"},
}
