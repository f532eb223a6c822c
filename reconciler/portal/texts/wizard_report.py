"""The wizard's steps for a yearly report."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "wizard.report.title": {"nb": "Årsrapport: {label}", "en": "Yearly report: {label}"},
    "wizard.report.draft": {"nb": "Ny årsrapport: {label}", "en": "New yearly report: {label}"},
    "wizard.report.what": {
        "nb": "Telles av det som er registrert i appen, og leveres av en person. Du trenger ingen pålogging.",
        "en": "Counted from what is registered in the app, and handed over by a person. You need no credential.",
    },
    "wizard.report.rules": {"nb": "Regler: {rules} ({versions})", "en": "Rules: {rules} ({versions})"},
    "wizard.report.there": {
        "nb": "Organisasjonen har en rapport etter disse reglene allerede. Et år leveres bare én gang.",
        "en": "The organisation has a report by these rules already. A year is handed over once.",
    },
    "wizard.report.secret": {
        "nb": "En verdi ligner en hemmelighet og er ikke lagret noe sted. En rapport trenger ingen. Trekk den tilbake"
        " hvis den ble limt inn andre steder.",
        "en": "A value looks like a secret and was kept nowhere. A report needs none. Revoke it if it was pasted"
        " elsewhere too.",
    },
    "wizard.step.report": {"nb": "Rapporten", "en": "The report"},
    "wizard.step.columns": {"nb": "Hvor tallene kommer fra", "en": "Where values come from"},
    "wizard.step.activities": {"nb": "Aktivitetstyper", "en": "Activity types"},
    "wizard.step.count": {"nb": "Prøvetelling", "en": "Trial count"},
    "wizard.report.start": {"nb": "Begynn fra", "en": "Begin from"},
    "wizard.report.start.suggestion": {
        "nb": "Et forslag etter navnene på feltene i appen",
        "en": "A suggestion by the names of the app's fields",
    },
    "wizard.report.start.other": {"nb": "{title}: rapporten {report}", "en": "{title}: the report {report}"},
    "wizard.report.start.hint": {
        "nb": "Kolonner, aktivitetstyper, frist og tekster hentes derfra. Det du har fylt ut selv, blir stående.",
        "en": "Columns, activity types, deadline and texts are taken from there. What you have filled in stays.",
    },
    "wizard.report.name": {"nb": "Navn på rapporten", "en": "The report's name"},
    "wizard.report.heading": {"nb": "Tittel", "en": "Title"},
    "wizard.report.heading.hint": {
        "nb": "Står øverst i det som leveres, for eksempel Rapport om medlemmer og likepersonsarbeid.",
        "en": "Stands above what is handed over, such as Report on members and peer support.",
    },
    "wizard.report.first-year": {"nb": "Første grunnlagsår", "en": "First year reported"},
    "wizard.report.first-year.hint": {
        "nb": "Etter hvert år fra dette skal det leveres en rapport.",
        "en": "After the end of each year from this one on a report is due.",
    },
    "wizard.report.scope": {"nb": "Hva rapporten gjelder", "en": "What the report is about"},
    "wizard.report.scope.national": {"nb": "Hele organisasjonen", "en": "The whole organisation"},
    "wizard.report.scope.region": {"nb": "Noen fylker", "en": "Some counties"},
    "wizard.report.scope.local": {"nb": "Noen lokallag", "en": "Some local branches"},
    "wizard.report.parts": {"nb": "Hvilke fylker eller lokallag", "en": "Which counties or local branches"},
    "wizard.report.parts.hint": {
        "nb": "Fylkesnumre eller lokallagenes numre med komma imellom, når det ikke gjelder hele organisasjonen.",
        "en": "County numbers or the branches' numbers between commas, unless it is the whole organisation.",
    },
    "wizard.report.deadline": {"nb": "Frist året etter", "en": "Deadline in the year after"},
    "wizard.report.deadline.hint": {
        "nb": "Den som gir tilskuddet, kunngjør dagen. Det minnes om den på forhånd.",
        "en": "Whoever gives the grant announces the day. Reminders come before it.",
    },
    "wizard.report.day": {"nb": "Dag", "en": "Day"},
    "wizard.report.month": {"nb": "Måned", "en": "Month"},
    "wizard.report.contacts": {"nb": "Hvem blir minnet på fristen?", "en": "Who is reminded of the deadline?"},
    "wizard.report.signed-by": {"nb": "Hvem underskriver?", "en": "Who signs?"},
    "wizard.report.signed-by.hint": {
        "nb": "Vervet eller stillingen, aldri navnet: for eksempel Generalsekretær.",
        "en": "The office, never the name: such as Secretary General.",
    },
    "wizard.report.least": {"nb": "Vis ikke tall på personer under", "en": "Do not show numbers of people below"},
    "wizard.report.least.hint": {
        "nb": "Fra 2 til 100, av hensyn til personvernet. Tomt viser alle tall.",
        "en": "From 2 to 100, for the sake of privacy. Empty shows all numbers.",
    },
    "wizard.problem.year": {"nb": "Skriv året med fire sifre.", "en": "Write the year with four digits."},
    "wizard.problem.least": {"nb": "Skriv et helt tall fra 2 til 100.", "en": "Write a whole number from 2 to 100."},
    "wizard.columns.about": {
        "nb": "Forslaget er laget av navnene på feltene i appen. Se over det som er merket som gjetning.",
        "en": "The suggestion is made by the names of the app's fields. Look at what is marked as a guess.",
    },
    "wizard.columns.table": {"nb": "Det som telles om {label}", "en": "What is counted of {label}"},
    "wizard.columns.counted": {"nb": "I rapporten", "en": "In the report"},
    "wizard.columns.from": {"nb": "Kommer fra", "en": "Comes from"},
    "wizard.columns.none": {"nb": "ikke noe felt", "en": "no field"},
    "wizard.columns.field": {"nb": "Felt i appen for {name}", "en": "Field of the app for {name}"},
    "wizard.columns.value": {"nb": "Samme for alle: {name}", "en": "The same for all: {name}"},
    "wizard.columns.value.short": {"nb": "eller det samme for alle:", "en": "or the same for all:"},
    "wizard.columns.yes": {"nb": "Betyr ja for {name}", "en": "Means yes for {name}"},
    "wizard.columns.yes.short": {
        "nb": "Betyr ja, hvis feltet er tekst (med komma imellom):",
        "en": "Means yes, where the field is text (between commas):",
    },
    "wizard.columns.missing": {
        "nb": "Velg et felt, eller si at det er det samme for alle.",
        "en": "Choose a field, or say that it is the same for all.",
    },
    "wizard.columns.missing-field": {"nb": "Velg et felt.", "en": "Choose a field."},
    "wizard.value.county": {"nb": "Fylke", "en": "County"},
    "wizard.value.born_on": {"nb": "Fødselsdato", "en": "Born on"},
    "wizard.value.paying": {"nb": "Har betalt kontingent", "en": "Has paid the fee"},
    "wizard.value.branch": {"nb": "Lokallag", "en": "Local branch"},
    "wizard.value.joined_on": {"nb": "Medlem fra", "en": "Member since"},
    "wizard.value.left_on": {"nb": "Medlem til", "en": "Member until"},
    "wizard.value.name": {"nb": "Navn på lokallaget", "en": "The branch's name"},
    "wizard.value.number": {"nb": "Lokallagets nummer", "en": "The branch's number"},
    "wizard.value.organization_number": {"nb": "Organisasjonsnummer", "en": "Organisation number"},
    "wizard.value.municipality": {"nb": "Kommune", "en": "Municipality"},
    "wizard.value.opened_on": {"nb": "Aktivt fra", "en": "Active since"},
    "wizard.value.closed_on": {"nb": "Aktivt til", "en": "Active until"},
    "wizard.value.type": {"nb": "Aktivitetstype", "en": "Activity type"},
    "wizard.value.day": {"nb": "Dag", "en": "Day"},
    "wizard.value.place": {"nb": "Sted", "en": "Place"},
    "wizard.value.peer": {"nb": "Likeperson", "en": "Peer"},
    "wizard.value.approved": {"nb": "Likepersonen er godkjent", "en": "The peer is approved"},
    "wizard.value.participants": {"nb": "Antall deltakere", "en": "Number of participants"},
    "wizard.value.minutes": {"nb": "Varighet i minutter", "en": "Duration in minutes"},
    "wizard.value.days": {"nb": "Antall dager", "en": "Number of days"},
    "wizard.value.digital": {"nb": "Holdt på skjerm", "en": "Held on a screen"},
    "wizard.value.in_norway": {"nb": "Holdt i Norge", "en": "Held in Norway"},
    "wizard.value.activity": {"nb": "Aktiviteten", "en": "The activity"},
    "wizard.value.person": {"nb": "Deltakeren", "en": "The participant"},
    "wizard.activities.about": {
        "nb": "Si hva hver aktivitetstype i appen er, etter reglene. En type som mangler, hindrer at rapporten låses.",
        "en": "Say what each activity type of the app is, by the rules. One that is missing keeps the report from being"
        " frozen.",
    },
    "wizard.activities.not-yet": {
        "nb": "Typene i appen leses når stegene før er ferdige.",
        "en": "The app's types are read once the steps before are done.",
    },
    "wizard.activities.not-here": {
        "nb": "Denne portalen teller ingenting. Skriv typene slik de heter i appen.",
        "en": "This portal counts nothing. Write the types as the app calls them.",
    },
    "wizard.activities.counting": {
        "nb": "Typene leses nå. Åpne steget på nytt om en liten stund.",
        "en": "The types are being read. Open this step again in a moment.",
    },
    "wizard.activities.counted": {
        "nb": "Typene er lest av aktivitetene i {year}.",
        "en": "The types were read from the activities of {year}.",
    },
    "wizard.activities.table": {"nb": "Aktivitetstyper i appen", "en": "Activity types of the app"},
    "wizard.activities.type": {"nb": "I appen", "en": "In the app"},
    "wizard.activities.kind": {"nb": "Etter reglene", "en": "By the rules"},
    "wizard.activities.is": {"nb": "Hva {type} er", "en": "What {type} is"},
    "wizard.activities.seen": {"nb": "1 aktivitet|{count} aktiviteter", "en": "1 activity|{count} activities"},
    "wizard.activities.unsaid": {"nb": "ikke sagt ennå", "en": "not said yet"},
    "wizard.activities.more": {"nb": "En type til", "en": "One more type"},
    "wizard.activities.more-kind": {"nb": "Hva den er", "en": "What it is"},
    "wizard.activities.missing": {"nb": "Si hva minst én type er.", "en": "Say what at least one type is."},
    "wizard.count.about": {
        "nb": "Dagens data er talt slik utkastet sier, uten at noe er lagret. Dette svarer til testen av en pålogging:"
        " det som hindrer rapporten, ses før den foreslås.",
        "en": "Today's data are counted as the draft says, and nothing of it is kept. It is to a report what its test"
        " is to a credential: what stands in the way is seen before it is proposed.",
    },
    "wizard.count.not-yet": {
        "nb": "Gjør ferdig stegene før: da er det kjent hva som skal telles.",
        "en": "Finish the steps before: then it is known what is to be counted.",
    },
    "wizard.count.not-here": {
        "nb": "Denne portalen teller ingenting. Rapporten kan foreslås uten, og kontrolleres når den er tatt i bruk.",
        "en": "This portal counts nothing. The report can be proposed without, and checked once it is applied.",
    },
    "wizard.count.counting": {
        "nb": "Det telles nå. Se etter på nytt om en liten stund; du kan forlate siden.",
        "en": "It is being counted. Look again in a moment; you may leave the page.",
    },
    "wizard.count.look": {"nb": "Se etter på nytt", "en": "Look again"},
    "wizard.count.problem": {"nb": "Det lot seg ikke telle.", "en": "It could not be counted."},
    "wizard.count.free": {
        "nb": "Ingenting hindrer rapporten for {year}.",
        "en": "Nothing stands in the way of the report on {year}.",
    },
    "wizard.count.blocked": {
        "nb": "1 feil hindrer rapporten for {year}. Den kan likevel foreslås, og rettes før den låses."
        "|{count} feil hindrer rapporten for {year}. Den kan likevel foreslås, og de rettes før den låses.",
        "en": "1 error stands in the way of the report on {year}. It can be proposed all the same, and mended before it"
        " is frozen.|{count} errors stand in the way of the report on {year}. It can be proposed all the same, and they"
        " are mended before it is frozen.",
    },
    "wizard.count.when": {"nb": "Talt {when}.", "en": "Counted {when}."},
    "wizard.count.recount": {"nb": "Tell på nytt", "en": "Count again"},
    "wizard.count.next": {"nb": "Jeg har sett på det. Gå videre", "en": "I have looked at it. Go on"},
    "wizard.count.waits": {"nb": "Det telles nå. Se etter på nytt.", "en": "It is being counted. Look again."},
    "wizard.count.again": {"nb": "Dagens data er talt på nytt.", "en": "Today's data have been counted again."},
    "wizard.count.failed": {"nb": "Det lot seg ikke telle.", "en": "It could not be counted."},
    "wizard.report.summary": {"nb": "Oppsummering av rapporten", "en": "Summary of the report"},
    "wizard.report.summary.what": {"nb": "Rapport", "en": "Report"},
    "wizard.report.summary.first": {"nb": "Fra og med grunnlagsåret", "en": "From the year"},
    "wizard.report.summary.deadline": {"nb": "Frist året etter", "en": "Deadline in the year after"},
    "wizard.report.summary.contacts": {"nb": "Blir minnet på den", "en": "Reminded"},
    "wizard.report.summary.no-files": {
        "nb": "Filen skrives når rapporten har navn og tittel og det er sagt hva aktivitetene er.",
        "en": "The file is written once the report has a name and a title and it is said what its activities are.",
    },
}
