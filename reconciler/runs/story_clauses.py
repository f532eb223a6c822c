"""The clauses of a record's story: templates in English and Norwegian, by key. A sentence is one after the other.

Every Norwegian clause stands after any subject: no word in it depends on the subject's gender or number.
"""

from reconciler.specs.languages import Vocabulary, Words

_SENT = "was sent to {target} as number {number} on {at}"
_SENDT = "ble sendt til {target} som nummer {number} den {at}"
_QUESTION = "is in question since {since}: the answer was lost; "
_UVISST = "har vært uavklart siden {since}: svaret gikk tapt; "

CLAUSES: Vocabulary = {
    # What the ledger does not know.
    "out-of-scope": {"en": "is not part of this export: {outside}", "nb": "er ikke med i denne eksporten: {outside}"},
    "withheld": {"en": "is {reasons}", "nb": "er {reasons}"},
    "observed": {
        "en": "would be sent, but {integration} only observes (mode: observe)",
        "nb": "ville blitt sendt, men {integration} er satt til bare å observere",
    },
    "first-sync": {
        "en": "waits for approval: the first sync to {target} needs a yes{order}",
        "nb": "venter på godkjenning: noen må si ja til den første overføringen til {target} ({count} bilag){order}",
    },
    "waiting": {"en": "waits for {next}", "nb": "venter på {next}"},
    # What the ledger says.
    "sending": {
        "en": "is being sent to {target} as number {number} since {since}",
        "nb": "har vært under sending til {target} som nummer {number} siden {since}",
    },
    "sent": {"en": f"{_SENT} (not posted there yet)", "nb": f"{_SENDT} (ikke bokført der ennå)"},
    "accepted": {
        "en": f"{_SENT} (accepted, not posted there yet)",
        "nb": f"{_SENDT} (mottatt, ikke bokført der ennå)",
    },
    "posted": {"en": f"{_SENT} (posted)", "nb": f"{_SENDT} (bokført)"},
    "never_posted": {
        "en": f"{_SENT}, and was never posted there; it is not asked for any more, so somebody has to look",
        "nb": f"{_SENDT}, men ble aldri bokført der; det følges ikke opp lenger, så noen må se etter",
    },
    "rejected": {"en": "was refused: {told}", "nb": "ble avvist: {told}"},
    "rejected_late": {
        "en": f"{_SENT}, and was refused there later: {{told}}; it is to be corrected there",
        "nb": f"{_SENDT}, men ble avvist der senere: {{told}}; feilen må rettes der",
    },
    "not_applied": {
        "en": "has not gone: {told}; it is tried again with {due}",
        "nb": "er ikke kommet fram: {told}; det prøves igjen ved {due}",
    },
    "unknown": {
        "en": f"{_QUESTION}it is asked for before anything is sent again",
        "nb": f"{_UVISST}det spørres etter bilaget før noe sendes på nytt",
    },
    "unknown-under-key": {
        "en": f"{_QUESTION}the same request goes once more under the same key, which makes no second document,"
        " with {next}",
        "nb": f"{_UVISST}det samme sendes en gang til under samme nøkkel, noe som ikke gir et nytt bilag, ved {{next}}",
    },
    "held": {"en": "is held since {since}: ", "nb": "har ventet på at noen svarer, siden {since}: "},
    "question": {
        "en": "was number {number}{amount} received in {target}? The answer was lost{lost}, and {held_for}. Look"
        " there for {reference}. Until somebody answers it stays as it is{order}",
        "nb": "er nummer {number}{amount} kommet fram til {target}? Svaret gikk tapt{lost}, og {held_for}. Se etter"
        " {reference} der. Ingenting skjer før noen har svart{order}",
    },
    "drifted": {
        "en": f"{_SENT}, and what stands there now differs; it is left as it is",
        "nb": f"{_SENDT}, men det som står der nå, er annerledes; det blir stående slik",
    },
    "voided": {"en": f"{_SENT}, and was withdrawn", "nb": f"{_SENDT}, og ble trukket tilbake"},
    "other": {"en": "{state}", "nb": "{state}"},
    # What a person said.
    "redue": {
        "en": "is due again{wanted}; it goes with {next}",
        "nb": "skal sendes på nytt{wanted}; det skjer ved {next}",
    },
    "not-received": {
        "en": "was not received{said}; it goes again with {next}",
        "nb": "kom ikke fram{said}; det sendes på nytt ved {next}",
    },
    "resent": {
        "en": "was sent, and is to be sent once more as number {number}{wanted}; it goes with {next}",
        "nb": "er sendt, og skal sendes en gang til som nummer {number}{wanted}; det skjer ved {next}",
    },
    "reversal-due": {
        "en": "is number {number}{wanted}, and it goes with {next}",
        "nb": "er nummer {number}{wanted}, og sendes ved {next}",
    },
    "reversed": {
        "en": "was reversed, and goes once more as number {number}{wanted}; it goes with {next}",
        "nb": "er reversert, og skal sendes en gang til som nummer {number}{wanted}; det skjer ved {next}",
    },
    "withdrawn": {
        "en": "was removed there{said}, and is proved gone; it goes again as number {number}, with {next}",
        "nb": "ble fjernet der{said}, og står bevislig ikke der mer; det sendes på nytt som nummer {number} ved {next}",
    },
    "received": {
        "en": "was received by {target} as number {number}{said}",
        "nb": "kom fram til {target} som nummer {number}{said}",
    },
    "right-there": {
        "en": "is in {target} as number {number} as it should be{said}",
        "nb": "står riktig i {target} som nummer {number}{said}",
    },
    "not-there": {
        "en": "was sent to {target} as number {number}, and is not there{said}",
        "nb": "ble sendt til {target} som nummer {number}, men står ikke der{said}",
    },
    "fixed-there": {
        "en": "was refused there late, and corrected there{said}; it is asked for until it is posted",
        "nb": "ble avvist der i etterkant, og er rettet der{said}; det følges opp til det er bokført",
    },
    "given-up": {"en": "is not sent: it was given up{by}", "nb": "sendes ikke: det ble gitt opp{by}"},
    "given-up-question": {
        "en": "was given up{by}, and nobody knows whether number {number} was received there",
        "nb": "ble gitt opp{by}, og ingen vet om nummer {number} kom fram",
    },
    # What stands before or after it.
    "reversal-voided": {
        "en": "stays as it was sent: its reversal ",
        "nb": "blir stående slik det ble sendt: reverseringen ",
    },
    "reversing": {
        "en": "is being reversed before it goes once more: its reversal ",
        "nb": "reverseres før det sendes en gang til: reverseringen ",
    },
    "after-reversal": {
        "en": "; the document goes once more when it is proved, with {next}",
        "nb": "; bilaget sendes en gang til når det er bekreftet, ved {next}",
    },
    "withheld-before": {"en": "is {reasons}; before that it ", "nb": "er {reasons}; før det gjaldt dette: det "},
    "now-withheld": {"en": "; now it is {reasons}", "nb": "; nå er det {reasons}"},
    "again-record": {
        "en": "; the record has changed since, and goes again with {next}",
        "nb": "; posten er endret siden, og sendes på nytt ved {next}",
    },
    "again-mapping": {
        "en": "; the mapping has changed since, and it goes again with {next}",
        "nb": "; feltoppsettet er endret siden, og det sendes på nytt ved {next}",
    },
    "again-code": {
        "en": "; it is sent again when the code exists there, or when the record or the mapping changes",
        "nb": "; det sendes på nytt når koden finnes der, eller når posten eller feltoppsettet endres",
    },
    "again-change": {
        "en": "; it is sent again when the record or the mapping changes",
        "nb": "; det sendes på nytt når posten eller feltoppsettet endres",
    },
    "changed-since": {
        "en": "; the record has changed since, and is not sent again by itself",
        "nb": "; posten er endret siden, og sendes ikke på nytt av seg selv",
    },
    "waits-second": {
        "en": "; sending it once more waits for approval: {who} asked for it on {at} (request {request}: {reason})",
        "nb": "; å sende en gang til venter på godkjenning: {who} ba om det den {at} (forespørsel {request}: {reason})",
    },
}
FRAMES: Vocabulary = {
    "amount": {"en": ", {},", "nb": " på {}"},
    "lost": {"en": " ({})", "nb": " ({})"},
    "said": {"en": ", as {who} said on {at}{because}", "nb": ", slik {who} opplyste den {at}{because}"},
    "wanted": {"en": ", as {who} wanted on {at}{because}", "nb": ", etter ønske fra {who} den {at}{because}"},
    "by": {"en": " by {who} on {at}{because}", "nb": " av {who} den {at}{because}"},
    "because": {"en": " because {}", "nb": " (begrunnelse: {})"},
}
"""What stands around a value that may be absent; nothing where it is."""
NEXT: Vocabulary = {
    "scheduled": {"en": "the next sync ({})", "nb": "neste kjøring ({})"},
    "by-hand": {"en": "the next sync (there is no schedule{})", "nb": "neste kjøring (det er ingen tidsplan{})"},
}
AFTER: Vocabulary = {
    "quoted": {"en": "'{}'", "nb": "«{}»"},
    "no-reason": {"en": "without a reason", "nb": "uten begrunnelse"},
    "field": {"en": "field {}", "nb": "felt {}"},
}
NOT_BEFORE: Words = {"en": ", not before {}", "nb": ", tidligst {}"}
HELD_BACK: Words = {"en": "withheld: {}", "nb": "holdt tilbake: {}"}
