"""What is said of one record, of records that are held back, and of looking for one."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "withheld": {"nb": "Holdt tilbake", "en": "Held back"},
    "withheld.of": {
        "nb": "Poster fra {integration} som holdes tilbake",
        "en": "Records of {integration} that are held back",
    },
    "withheld.rules": {"nb": "Av regler", "en": "By rules"},
    "withheld.rules-hint": {
        "nb": "Reglene står i oppsettet. En post sendes av seg selv når ingen regel lenger gjelder den.",
        "en": ("The rules stand in the configuration. A record goes by itself once a rule does not fit it any more."),
    },
    "withheld.reasons": {"nb": "Antall etter grunn", "en": "Records by reason"},
    "withheld.why": {"nb": "Grunn", "en": "Reason"},
    "withheld.records": {"nb": "Antall", "en": "Records"},
    "withheld.caption": {"nb": "Poster som ikke sendes nå", "en": "Records that do not go now"},
    "withheld.since": {"nb": "Siden", "en": "Since"},
    "withheld.none": {"nb": "Ingen poster holdes tilbake av regler nå.", "en": "No record is held back by rules now."},
    "withheld.people": {"nb": "Av personer", "en": "By people"},
    "withheld.holds-caption": {"nb": "Poster som noen holder tilbake", "en": "Records that somebody holds back"},
    "withheld.by": {"nb": "Hvem", "en": "Who"},
    "withheld.until": {"nb": "Til og med", "en": "Through"},
    "withheld.for-good": {"nb": "til noen slipper den fram", "en": "until somebody releases it"},
    "withheld.nobody": {
        "nb": "Ingen holder tilbake noen post nå. En post holdes tilbake fra sin egen side.",
        "en": "Nobody holds a record back now. A record is held back from its own page.",
    },
    "withheld.more": {"nb": "{count} i alt.", "en": "{count} altogether."},
    "withheld.release": {"nb": "Slipp fram", "en": "Release"},
    "withheld.release-one": {"nb": "Slipp fram {record}", "en": "Release {record}"},
    "records": {"nb": "Finn en post", "en": "Find a record"},
    "records.title": {"nb": "Finn en post", "en": "Find a record"},
    "records.q": {
        "nb": "Postens id, referanse eller bilagsnummer",
        "en": "A record's id, a reference or a document's number",
    },
    "records.search": {"nb": "Søk", "en": "Search"},
    "records.caption": {"nb": "Poster som passer", "en": "Records that fit"},
    "records.none": {
        "nb": (
            "Ingen post har dette som id, referanse eller nummer. Skriv det helt, slik det står i"
            " medlemssystemet eller i mottakersystemet."
        ),
        "en": (
            "No record has this as its id, reference or number. Write it whole, as the app or the outside"
            " system shows it."
        ),
    },
    "records.integration": {"nb": "Integrasjon", "en": "Integration"},
    "record": {"nb": "Post {record}", "en": "Record {record}"},
    "record.why": {"nb": "Hvorfor", "en": "Why"},
    "record.documents": {"nb": "Bilag", "en": "Documents"},
    "record.document": {"nb": "Bilag {number} til {target}", "en": "Document {number} to {target}"},
    "record.never-sent": {"nb": "Ingenting av posten er sendt.", "en": "Nothing of the record was ever sent."},
    "record.reference": {"nb": "Referanse", "en": "Reference"},
    "record.there-as": {"nb": "Id der", "en": "Id there"},
    "record.message": {"nb": "Melding", "en": "Message"},
    "record.code": {"nb": "Kode", "en": "Code"},
    "record.history": {"nb": "Hva som har skjedd med bilag {number}", "en": "What became of document {number}"},
    "record.at": {"nb": "Tidspunkt", "en": "Moment"},
    "record.attempt": {"nb": "Forsøk", "en": "Attempt"},
    "record.removed": {"nb": "Innholdet er slettet", "en": "Its content was removed"},
    "record.decisions": {"nb": "Hva folk har bestemt", "en": "What people decided"},
    "record.no-decisions": {
        "nb": "Ingen har bestemt noe om denne posten.",
        "en": "Nobody decided anything about this record.",
    },
    "record.withheld": {"nb": "Når den ble holdt tilbake", "en": "When it was held back"},
    "record.hold": {"nb": "Hold posten tilbake", "en": "Hold the record back"},
    "record.held": {"nb": "{by} holder posten tilbake", "en": "{by} holds the record back"},
}
