"""Where a document stands, and what became of records in a run, each in a word or two."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "standing.sending": {"nb": "under sending", "en": "on its way"},
    "standing.sent": {"nb": "sendt", "en": "sent"},
    "standing.accepted": {"nb": "mottatt", "en": "accepted"},
    "standing.posted": {"nb": "bokført", "en": "posted"},
    "standing.never_posted": {"nb": "aldri bokført", "en": "never posted"},
    "standing.rejected": {"nb": "avvist", "en": "refused"},
    "standing.rejected_late": {"nb": "avvist i etterkant", "en": "refused late"},
    "standing.not_applied": {"nb": "ikke sendt", "en": "not sent"},
    "standing.unknown": {"nb": "uavklart", "en": "unknown"},
    "standing.held": {"nb": "venter på svar", "en": "held"},
    "standing.drifted": {"nb": "endret der", "en": "changed there"},
    "standing.given_up": {"nb": "gitt opp", "en": "given up"},
    "standing.given_up_question": {"nb": "gitt opp ubesvart", "en": "given up unanswered"},
    "standing.voided": {"nb": "trukket tilbake", "en": "withdrawn"},
    "standing.waiting": {"nb": "venter", "en": "waiting"},
    "standing.withheld": {"nb": "holdt tilbake", "en": "withheld"},
    "standing.out-of-scope": {"nb": "ikke med", "en": "not part of it"},
    "standing.confirmed": {"nb": "bekreftet", "en": "confirmed"},
    "standing.still_rejected": {"nb": "fortsatt avvist", "en": "still refused"},
    "standing.reposted": {"nb": "lagt fram på nytt", "en": "to go once more"},
    "standing.sent_found": {"nb": "funnet igjen", "en": "found again"},
    "standing.absent": {"nb": "ikke funnet første gang", "en": "not found the first time"},
    "standing.absent_found": {"nb": "ikke funnet første gang", "en": "not found the first time"},
    "standing.not_applied_found": {"nb": "bevist borte", "en": "proved absent"},
    "standing.unread": {"nb": "ikke lest", "en": "not read"},
    "standing.would_send": {"nb": "ville gått", "en": "would go"},
    "standing.would_reject": {"nb": "ville blitt avvist", "en": "would be refused"},
}
