"""What the lists of documents say."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "documents": {"nb": "Bilag", "en": "Documents"},
    "documents.of": {"nb": "Bilag fra {integration}", "en": "Documents of {integration}"},
    "documents.parts": {"nb": "Deler av integrasjonen", "en": "Parts of the integration"},
    "documents.integration": {"nb": "Integrasjonen", "en": "The integration"},
    "documents.totals": {"nb": "Antall og sum etter status", "en": "Counts and sums by state"},
    "documents.state": {"nb": "Status", "en": "State"},
    "documents.count": {"nb": "Antall", "en": "Documents"},
    "documents.amount": {"nb": "Beløp", "en": "Amount"},
    "documents.chosen": {"nb": "I utvalget", "en": "Chosen"},
    "documents.all": {"nb": "Alle", "en": "All"},
    "documents.needing": {"nb": "Bare de som krever oppfølging", "en": "Only those that need somebody"},
    "documents.filter": {"nb": "Velg ut bilag", "en": "Choose documents"},
    "documents.filter.text": {"nb": "Post, referanse eller nummer", "en": "Record, reference or number"},
    "documents.category": {"nb": "Kategori", "en": "Category"},
    "documents.every-category": {"nb": "Alle kategorier", "en": "All categories"},
    "documents.since": {"nb": "Sist endret fra og med", "en": "Last changed from"},
    "documents.until": {"nb": "Sist endret til og med", "en": "Last changed up to and with"},
    "documents.only-changed": {
        "nb": "Bare der posten er endret siden",
        "en": "Only where the record has changed since",
    },
    "documents.earlier": {"nb": "Også tidligere utgaver", "en": "Earlier editions too"},
    "documents.show": {"nb": "Vis", "en": "Show"},
    "documents.clear": {"nb": "Vis alle bilag", "en": "Show all documents"},
    "documents.csv": {"nb": "Last ned som CSV", "en": "Download as CSV"},
    "documents.caption": {
        "nb": "Tidspunkter i tidssonen {zone}.",
        "en": "Moments in the time zone {zone}.",
    },
    "documents.choose": {"nb": "Velg", "en": "Choose"},
    "documents.choose-one": {"nb": "Velg bilag {number}", "en": "Choose document {number}"},
    "documents.number": {"nb": "Nummer", "en": "Number"},
    "documents.record": {"nb": "Post", "en": "Record"},
    "documents.when": {"nb": "Sist endret", "en": "Last change"},
    "documents.said": {"nb": "Hva som er galt", "en": "What is wrong"},
    "documents.field": {"nb": "Felt", "en": "Field"},
    "documents.origin": {"nb": "Regel i feltoppsettet", "en": "Rule of the mapping"},
    "documents.sent": {"nb": "Sendt", "en": "Sent"},
    "documents.code": {"nb": "Kode", "en": "Code"},
    "documents.target": {"nb": "Mottaker", "en": "Target"},
    "documents.there": {"nb": "Id hos mottakeren", "en": "Id there"},
    "documents.reference": {"nb": "Referanse", "en": "Reference"},
    "documents.purpose": {"nb": "Hva det er", "en": "What it is"},
    "documents.epochs": {"nb": "Utgave", "en": "Edition"},
    "documents.attempts": {"nb": "Forsøk", "en": "Attempts"},
    "documents.is-changed": {"nb": "Endret siden", "en": "Changed since"},
    "documents.epoch": {"nb": "utgave {epoch}", "en": "edition {epoch}"},
    "documents.superseded": {"nb": "en senere utgave står i stedet", "en": "a later edition stands in its place"},
    "documents.changed-since": {"nb": "posten er endret siden", "en": "the record has changed since"},
    "documents.none": {
        "nb": (
            "Ingen bilag passer. Vis alle, eller søk på noe annet. Det som ennå ikke er sendt, står ikke her:"
            " søk opp posten for å se hvorfor."
        ),
        "en": (
            "No document fits. Show all, or look for something else. What was never sent is not here: look the"
            " record up to see why."
        ),
    },
    "documents.none-changed": {
        "nb": "Ingen av bilagene det ble sett på her, har en post som er endret siden.",
        "en": "None of the documents that were looked at here has a record that has changed since.",
    },
    "documents.ticked": {"nb": "Med de valgte bilagene", "en": "With the chosen documents"},
    "documents.every": {"nb": "Med alle bilagene i utvalget", "en": "With all documents that are shown by the choice"},
    "documents.every-hint": {
        "nb": "Gjelder alt som utvalget viser, også på andre sider. Neste side sier hvor mange bilag det er.",
        "en": "About all that the choice shows, on other pages too. The next page says how many documents these are.",
    },
    "documents.not-whole": {
        "nb": "Talt er de 2000 nyeste bilagene, og alle som ikke er avgjort. Velg dager for å telle eldre.",
        "en": "Counted are the 2000 newest documents, and all that are undecided. Choose days to count older ones.",
    },
    "documents.first-page": {"nb": "Til første side", "en": "To the first page"},
    "documents.code.resent": {"nb": "skal sendes en gang til", "en": "to be sent once more"},
    "documents.code.withdrawn": {"nb": "trukket tilbake", "en": "withdrawn"},
    "purpose.document": {"nb": "bilag", "en": "document"},
    "purpose.reversal": {"nb": "reversering", "en": "reversal"},
}
