"""The yearly reports: what is counted, what is in the way, what was frozen and handed over."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "yearly": {"nb": "Årsrapporter", "en": "Yearly reports"},
    "yearly.all": {"nb": "Alle årsrapporter", "en": "All yearly reports"},
    "yearly.all-years": {"nb": "{name}: alle år", "en": "{name}: all years"},
    "yearly.other-years": {"nb": "Andre år", "en": "Other years"},
    "yearly.about": {
        "nb": "En årsrapport telles opp fra det som er registrert i appen. En person kontrollerer, låser og leverer"
        " den. Det som er låst, endres aldri.",
        "en": "A yearly report is counted from what is registered in the app, checked, frozen and handed over by a"
        " person. What is frozen never changes.",
    },
    "yearly.none": {
        "nb": "Organisasjonen har ingen årsrapport.",
        "en": "The organisation has no yearly report.",
    },
    "yearly.none-next": {
        "nb": "Be en administrator sette opp en under Ny integrasjon, eller den som holder oppsettet ved like om å"
        " legge den til.",
        "en": "Ask an admin to set one up under New integration, or whoever keeps the configuration to add it.",
    },
    "yearly.set-up": {"nb": "Sett opp en årsrapport", "en": "Set up a yearly report"},
    "yearly.caption": {"nb": "Rapporter, år for år", "en": "Reports, year by year"},
    "yearly.report": {"nb": "Rapport", "en": "Report"},
    "yearly.year": {"nb": "Grunnlagsår", "en": "Year reported"},
    "yearly.days": {"nb": "{first} til {last}", "en": "{first} to {last}"},
    "yearly.status": {"nb": "Status", "en": "Status"},
    "yearly.deadline": {"nb": "Frist", "en": "Deadline"},
    "yearly.blocks": {"nb": "Hindringer", "en": "In the way"},
    "yearly.state.not due": {"nb": "Året er ikke over", "en": "The year is not over"},
    "yearly.state.not built": {"nb": "Ikke låst", "en": "Not frozen"},
    "yearly.state.frozen": {"nb": "Låst, ikke levert", "en": "Frozen, not handed over"},
    "yearly.state.handed over": {"nb": "Levert", "en": "Handed over"},
    "yearly.state.drifted": {
        "nb": "Levert, og dataene er endret etterpå",
        "en": "Handed over, and the data changed since",
    },
    "yearly.version": {"nb": "Versjon {version}", "en": "Version {version}"},
    "yearly.receipt": {"nb": "kvittering {receipt}", "en": "receipt {receipt}"},
    "yearly.left": {"nb": "1 dag igjen|{count} dager igjen", "en": "1 day left|{count} days left"},
    "yearly.today": {"nb": "fristen er i dag", "en": "due today"},
    "yearly.late": {"nb": "1 dag over fristen|{count} dager over fristen", "en": "1 day late|{count} days late"},
    "yearly.unknown": {"nb": "ikke kontrollert nå nylig", "en": "not checked lately"},
    "yearly.under-way": {"nb": "telles nå", "en": "being counted"},
    "yearly.clear": {"nb": "ingen", "en": "none"},
    "yearly.stopped-by": {
        "nb": "1 feil hindrer låsing|{count} feil hindrer låsing",
        "en": "1 error keeps it from being frozen|{count} errors keep it from being frozen",
    },
    "yearly.counted-at": {"nb": "Talt {when}", "en": "Counted {when}"},
    "yearly.title": {"nb": "{name} {year}", "en": "{name} {year}"},
    "yearly.contacts": {"nb": "Blir minnet på den", "en": "Reminded"},
    "yearly.signed-by": {"nb": "Underskrives av", "en": "Signed by"},
    "yearly.next": {"nb": "Neste steg", "en": "Next step"},
    "yearly.next.not due": {
        "nb": "Året er ikke over, så rapporten kan ikke låses ennå. Du kan kontrollere den underveis.",
        "en": "The year is not over, so that the report cannot be frozen yet. You can check it on the way.",
    },
    "yearly.next.not built": {
        "nb": "Kontroller rapporten. Når ingenting hindrer det, låser du den og leverer den.",
        "en": "Check the report. Once nothing is in the way, freeze it and hand it over.",
    },
    "yearly.next.frozen": {
        "nb": "Last ned pakken, lever den, og skriv nedenfor hvem som fikk den og hvilken kvittering du fikk.",
        "en": "Download the package, hand it over, and write below who got it and which receipt you were given.",
    },
    "yearly.next.handed over": {
        "nb": "Ingenting. Kontroller gjerne med dagens data når noe er rettet i appen.",
        "en": "Nothing. Check with today's data when something was mended in the app.",
    },
    "yearly.next.drifted": {
        "nb": "Se hva som er forskjellig fra det som ble levert. Skal det rettes, låser du en rettelse og leverer den.",
        "en": "See what differs from what was handed over. To correct it, freeze a correction and hand that over.",
    },
    "yearly.check": {"nb": "Kontroller med dagens data", "en": "Check with today's data"},
    "yearly.compare": {"nb": "Sammenlign med dagens data", "en": "Compare with today's data"},
    "yearly.comparison": {"nb": "Sammenligning", "en": "Comparison"},
    "yearly.compare-why": {
        "nb": "Dagens data telles og holdes opp mot den siste låste versjonen. Hvor mange forskjeller det er, blir"
        " notert, og vises i oversikten.",
        "en": "Today's data are counted and held against the latest frozen version. How many differences there are is"
        " noted, and shown on the dashboard.",
    },
    "yearly.compared-last": {
        "nb": "Sist sammenlignet {when}: {what}.",
        "en": "Last compared {when}: {what}.",
    },
    "yearly.compared-never": {
        "nb": "Ikke sammenlignet etter at den ble låst.",
        "en": "Not compared since it was frozen.",
    },
    "yearly.differences-none": {"nb": "ingen forskjeller", "en": "no differences"},
    "yearly.differences-many": {"nb": "1 forskjell|{count} forskjeller", "en": "1 difference|{count} differences"},
    "yearly.versions": {"nb": "Låste versjoner", "en": "Frozen versions"},
    "yearly.versions-none": {
        "nb": "Ingenting er låst for {year}.",
        "en": "Nothing of {year} is frozen.",
    },
    "yearly.frozen-by": {"nb": "Låst av {who}, {when}", "en": "Frozen by {who}, {when}"},
    "yearly.frozen-why": {"nb": "Begrunnelse", "en": "Reason"},
    "yearly.digest": {"nb": "Kontrollsum for hele versjonen", "en": "Checksum of the whole version"},
    "yearly.rules": {"nb": "Regler", "en": "Rules"},
    "yearly.revision": {"nb": "Oppsettets versjon", "en": "Revision of the configuration"},
    "yearly.files": {"nb": "Filer", "en": "Files"},
    "yearly.file": {"nb": "Fil", "en": "File"},
    "yearly.size": {"nb": "Størrelse", "en": "Size"},
    "yearly.bytes": {"nb": "{number} byte", "en": "{number} bytes"},
    "yearly.sha": {"nb": "SHA-256", "en": "SHA-256"},
    "yearly.files-of": {"nb": "Filer i versjon {version}", "en": "Files of version {version}"},
    "yearly.package": {
        "nb": "Last ned hele pakken, versjon {version}",
        "en": "Download the whole package, version {version}",
    },
    "yearly.corrections": {"nb": "Rettelser fra versjonen før", "en": "Corrections of the version before"},
    "yearly.more": {
        "nb": "og 1 til, som står i filene|og {count} til, som står i filene",
        "en": "and 1 more, in the files|and {count} more, in the files",
    },
    "yearly.figures": {"nb": "Nøkkeltall", "en": "Key figures"},
    "yearly.figures-of": {"nb": "Nøkkeltall i versjon {version}", "en": "Key figures of version {version}"},
    "yearly.figures-about": {
        "nb": "Det som ikke finnes, står som 0. En strek betyr at tallet ikke vises; da står det hvorfor.",
        "en": "What there is nothing of stands as 0. A dash means that the number is not shown; then it says why.",
    },
    "yearly.figure": {"nb": "Nøkkeltall", "en": "Key figure"},
    "yearly.value": {"nb": "Verdi", "en": "Value"},
    "yearly.note": {"nb": "Merknad", "en": "Note"},
    "yearly.given": {"nb": "Levert", "en": "Handed over"},
    "yearly.given-line": {
        "nb": "Levert til {to} {day} av {who}, kvittering {receipt}",
        "en": "Handed over to {to} on {day} by {who}, receipt {receipt}",
    },
    "yearly.given-line-nobody": {
        "nb": "Levert {day} av {who}, kvittering {receipt}",
        "en": "Handed over on {day} by {who}, receipt {receipt}",
    },
    "yearly.given-not": {"nb": "Ikke levert.", "en": "Not handed over."},
    "yearly.hand-over": {
        "nb": "Skriv at versjon {version} er levert",
        "en": "Record that version {version} was handed over",
    },
    "yearly.hand-over-again": {
        "nb": "Registrer en ny levering av versjon {version}",
        "en": "Record another hand-over of version {version}",
    },
    "yearly.to": {"nb": "Levert til", "en": "Handed over to"},
    "yearly.to-help": {
        "nb": "Mottakeren: et kontor eller en portal, ikke en persons navn.",
        "en": "Whoever got it: an office or a portal, not a person's name.",
    },
    "yearly.receipt-field": {"nb": "Kvittering eller referanse", "en": "Receipt or reference"},
    "yearly.on": {"nb": "Dagen den ble levert", "en": "Day of the hand-over"},
    "yearly.by-you": {
        "nb": "Det blir skrevet at {who} leverte den. Det kan ikke endres etterpå.",
        "en": "It is recorded that {who} handed it over. It cannot be changed later.",
    },
    "yearly.hand-over-do": {"nb": "Skriv at den er levert", "en": "Record the hand-over"},
    "yearly.history": {"nb": "Historikk", "en": "History"},
    "yearly.history-see": {"nb": "Se alt som er gjort med rapporten", "en": "See all that was done with the report"},
}
