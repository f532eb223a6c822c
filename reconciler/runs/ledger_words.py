"""Where a document stands and what a person may do about it, in English and Norwegian, by key."""

from collections.abc import Mapping

from reconciler.runs.operations import MEANING
from reconciler.specs.languages import Vocabulary
from reconciler.specs.sentences import Sentence, both

LABELS: Vocabulary = {
    "sending": {"en": "on its way", "nb": "under sending"},
    "sent": {"en": "sent", "nb": "sendt"},
    "accepted": {"en": "accepted", "nb": "mottatt"},
    "posted": {"en": "posted", "nb": "bokført"},
    "never_posted": {"en": "never posted", "nb": "aldri bokført"},
    "rejected": {"en": "refused", "nb": "avvist"},
    "rejected_late": {"en": "refused late", "nb": "avvist i etterkant"},
    "not_applied": {"en": "not sent", "nb": "ikke sendt"},
    "unknown": {"en": "unknown", "nb": "uavklart"},
    "held": {"en": "held", "nb": "venter på svar"},
    "drifted": {"en": "changed there", "nb": "endret der"},
    "given_up": {"en": "given up", "nb": "gitt opp"},
    "given_up_question": {"en": "given up unanswered", "nb": "gitt opp ubesvart"},
    "voided": {"en": "withdrawn", "nb": "trukket tilbake"},
    "waiting": {"en": "waiting", "nb": "venter"},
    "withheld": {"en": "withheld", "nb": "holdt tilbake"},
    "out-of-scope": {"en": "not part of it", "nb": "ikke med"},
    "would_send": {"en": "would go", "nb": "ville gått"},
    "would_reject": {"en": "would be refused", "nb": "ville blitt avvist"},
}
"""A word for every standing of a document, for the states of a record without one, and for what a run counts."""
_NORWEGIAN: Mapping[str, str] = {
    "sending": "er under sending",
    "sent": "er sendt",
    "accepted": "er sendt og mottatt",
    "never_posted": "er sendt, ble aldri bokført, og følges ikke opp lenger",
    "posted": "er sendt og bokført",
    "rejected_late": "er sendt, men ble avvist der senere",
    "rejected": "ble avvist, og er ikke der",
    "not_applied": "er ikke kommet fram, og prøves igjen",
    "unknown": "er uavklart: svaret gikk tapt, og neste kjøring spør",
    "held": "venter på svar: bare et menneske kan finne ut om det kom fram",
    "drifted": "er sendt, men det som står der nå, er annerledes",
    "given_up": "er gitt opp",
    "given_up_question": "ble gitt opp mens det var et åpent spørsmål",
    "voided": "er trukket tilbake, og en senere utgave står i stedet",
}
MEANINGS: Vocabulary = {name: {"en": words, "nb": _NORWEGIAN[name]} for name, words in MEANING.items()}
"""Every standing, in words that follow the document's title."""


def meaning(standing: str) -> Sentence:
    """The same, as what other sentences are made of."""
    return both(MEANINGS[standing]["en"], MEANINGS[standing]["nb"])


TROUBLES: Vocabulary = {
    "rejected": {"en": "the outside system refused it", "nb": "mottakersystemet avviste det"},
    "rejected_late": {
        "en": "it was accepted, and refused when it was to be posted",
        "nb": "det ble mottatt, men avvist da det skulle bokføres",
    },
    "held": {
        "en": "somebody has to say whether it was received",
        "nb": "noen må svare på om det kom fram",
    },
    "unknown": {
        "en": "the answer was lost; it is asked for before anything is sent again",
        "nb": "svaret gikk tapt; det spørres etter bilaget før noe sendes på nytt",
    },
    "drifted": {
        "en": "what stands in the outside system differs from what was sent",
        "nb": "det som står i mottakersystemet, er annerledes enn det som ble sendt",
    },
    "never_posted": {
        "en": "it was accepted, never posted, and is not asked for any more: somebody has to look there",
        "nb": "det ble mottatt, men aldri bokført, og følges ikke opp lenger: noen må se etter der",
    },
}
"""What is wrong with a document that needs somebody, where the outside system said nothing."""
ACTIONS: Vocabulary = {
    "retry": {"en": "Send again", "nb": "Prøv på nytt"},
    "give-up": {"en": "Give up", "nb": "Gi opp"},
    "received": {"en": "It was received", "nb": "Det kom fram"},
    "not-received": {"en": "It was not received", "nb": "Det kom ikke fram"},
    "fixed-there": {"en": "It is corrected there", "nb": "Det er rettet der"},
    "withdraw": {"en": "Withdraw", "nb": "Trekk tilbake"},
    "resend": {"en": "Send once more", "nb": "Send en gang til"},
    "hold": {"en": "Hold back", "nb": "Hold tilbake"},
    "release": {"en": "Release", "nb": "Slipp fram"},
    "approve": {"en": "Approve", "nb": "Godkjenn"},
    "refuse": {"en": "Refuse", "nb": "Avslå"},
}
"""What a person may do, as the label of a button."""
DONE: Vocabulary = {
    "retry": {"en": "wanted it to be sent again", "nb": "ba om å prøve på nytt"},
    "give-up": {"en": "gave it up", "nb": "ga det opp"},
    "received": {"en": "said that it was received", "nb": "opplyste at det kom fram"},
    "not-received": {"en": "said that it was not received", "nb": "opplyste at det ikke kom fram"},
    "fixed-there": {"en": "said that it is corrected there", "nb": "opplyste at det er rettet der"},
    "withdraw": {"en": "withdrew it", "nb": "trakk det tilbake"},
    "resend": {"en": "wanted it to be sent once more", "nb": "ba om å sende det en gang til"},
    "hold": {"en": "held it back", "nb": "holdt det tilbake"},
    "release": {"en": "released it", "nb": "slapp det fram"},
    "approve": {"en": "approved that it is sent once more", "nb": "godkjente å sende det en gang til"},
    "refuse": {"en": "refused that it is sent once more", "nb": "avslo å sende det en gang til"},
    "remove": {"en": "had it removed there", "nb": "fikk det fjernet der"},
}
"""What somebody did, in words that follow who did it."""
