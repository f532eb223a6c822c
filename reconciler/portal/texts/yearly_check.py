"""What today's data of a yearly report come to, and what is said of freezing, handing over and comparing."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "yearly.check-title": {"nb": "Kontroll av {name} {year}", "en": "Check of {name} {year}"},
    "yearly.being-counted": {"nb": "Rapporten telles", "en": "The report is being counted"},
    "yearly.being-counted-about": {
        "nb": "Tellingen begynte {when} og går videre uten deg. Siden viser resultatet når det er klart; uten skript"
        " laster du den på nytt.",
        "en": "Counting began {when} and goes on without you. The page shows the result once it is there; without"
        " script, load it again.",
    },
    "yearly.look-again": {"nb": "Se om den er ferdig", "en": "See whether it is done"},
    "yearly.as-of": {
        "nb": "Dagens data, talt {when}.",
        "en": "Today's data, counted {when}.",
    },
    "yearly.count-again": {"nb": "Tell på nytt", "en": "Count again"},
    "yearly.verdict-blocked": {
        "nb": "Rapporten kan ikke låses: 1 feil må rettes.|Rapporten kan ikke låses: {count} feil må rettes.",
        "en": "The report cannot be frozen: 1 error has to be mended.|The report cannot be frozen: {count} errors have"
        " to be mended.",
    },
    "yearly.verdict-free": {
        "nb": "Ingenting hindrer at rapporten låses.",
        "en": "Nothing keeps the report from being frozen.",
    },
    "yearly.verdict-same": {
        "nb": "Dagens data er slik de ble låst i versjon {version}.",
        "en": "Today's data are as they were frozen in version {version}.",
    },
    "yearly.verdict-correction": {
        "nb": "Dagens data er ikke slik de ble låst i versjon {version}. De kan låses som en rettelse, versjon {next}.",
        "en": "Today's data are not as they were frozen in version {version}. They can be frozen as a correction,"
        " version {next}.",
    },
    "yearly.checks": {"nb": "Det som kontrolleres", "en": "What is checked"},
    "yearly.check-ok": {"nb": "i orden", "en": "all right"},
    "yearly.check-bad": {"nb": "1 feil|{count} feil", "en": "1 error|{count} errors"},
    "yearly.checked": {"nb": "Kontroll", "en": "Check"},
    "yearly.result": {"nb": "Resultat", "en": "Result"},
    "yearly.check.unmapped-type": {
        "nb": "Alle aktivitetstyper er knyttet til reglene",
        "en": "Every type of activity is mapped to the rules",
    },
    "yearly.check.value-unknown": {
        "nb": "Alle verdier i appen er kjent for rapporten",
        "en": "Every value of the app is known to the report",
    },
    "yearly.check.rules-missing": {
        "nb": "Det finnes regler for alle dager i året",
        "en": "There are rules for every day of the year",
    },
    "yearly.check.county-invalid": {
        "nb": "Alle fylkesnumre var gyldige i året",
        "en": "Every county number was valid in the year",
    },
    "yearly.check.county-sum": {
        "nb": "Medlemmene i fylkene er til sammen alle medlemmene",
        "en": "The members of the counties are all members together",
    },
    "yearly.check.age-sum": {
        "nb": "Medlemmene i aldersgruppene er til sammen alle medlemmene",
        "en": "The members of the age bands are all members together",
    },
    "yearly.check.age-impossible": {"nb": "Alle aldre er mulige", "en": "Every age is possible"},
    "yearly.check.year-unfinished": {"nb": "Grunnlagsåret er over", "en": "The year is over"},
    "yearly.check.personal-data": {
        "nb": "Filene har ingen fødselsnumre, e-postadresser eller telefonnumre",
        "en": "The files hold no identity numbers, e-mail addresses or telephone numbers",
    },
    "yearly.findings": {"nb": "Det som ble funnet", "en": "What was found"},
    "yearly.findings-none": {"nb": "Det er ingenting å bemerke.", "en": "There is nothing to remark."},
    "yearly.severity.error": {"nb": "Feil", "en": "Error"},
    "yearly.severity.warning": {"nb": "Advarsel", "en": "Warning"},
    "yearly.do": {"nb": "Gjør dette", "en": "What to do"},
    "yearly.do.unmapped-type": {
        "nb": "Si hva slags aktivitet dette er, under activity_types i rapportens oppsett ({place}), og tell på nytt"
        " når endringen er tatt i bruk.",
        "en": "Say what kind of activity it is, below activity_types in the report's spec ({place}), and count again"
        " once the change is in use.",
    },
    "yearly.do.value-unknown": {
        "nb": "Legg verdien til i lookup i rapportens oppsett ({place}), og tell på nytt når endringen er tatt i bruk.",
        "en": "Add the value to the lookup in the report's spec ({place}), and count again once the change is in use.",
    },
    "yearly.do.personal-data": {
        "nb": "Ta kolonnen ut av rapporten, eller rett opplysningen i appen. Pakken lages ikke før det er gjort.",
        "en": "Take the column out of the report, or mend the record in the app. No package is made before.",
    },
    "yearly.differences": {"nb": "Forskjeller fra versjon {version}", "en": "Differences from version {version}"},
    "yearly.differences-given": {
        "nb": "Versjon {version} er levert. Det som står her, er ikke i det mottakeren har.",
        "en": "Version {version} was handed over. What stands here is not in what its receiver has.",
    },
    "yearly.differences-about": {
        "nb": "Rader er navngitt med en kontrollsum av det appen kjenner dem ved, så ingen person vises.",
        "en": "Rows are named by a checksum of what the app knows them by, so that no person is shown.",
    },
    "yearly.differences-more": {
        "nb": "og 1 forskjell til|og {count} forskjeller til",
        "en": "and 1 more difference|and {count} more differences",
    },
    "yearly.difference": {"nb": "Forskjell", "en": "Difference"},
    "yearly.where": {"nb": "Hva", "en": "What"},
    "yearly.before": {"nb": "Låst", "en": "Frozen"},
    "yearly.after": {"nb": "Nå", "en": "Now"},
    "yearly.what.added": {"nb": "ny rad {row}", "en": "new row {row}"},
    "yearly.what.removed": {"nb": "raden {row} er borte", "en": "row {row} is gone"},
    "yearly.what.changed": {"nb": "raden {row} er endret", "en": "row {row} differs"},
    "yearly.preview": {"nb": "Utkast til pakken", "en": "Preview of the package"},
    "yearly.preview-about": {
        "nb": "Slik blir filene om rapporten låses nå. Et utkast er ikke en rapport: lever bare det som er låst.",
        "en": "These are the files as they would be frozen now. A preview is no report: hand over only what is frozen.",
    },
    "yearly.preview-package": {"nb": "Last ned utkastet", "en": "Download the preview"},
    "yearly.preview-none": {
        "nb": "Pakken kan ikke lages, for den ville inneholdt personopplysninger. Se hva som ble funnet.",
        "en": "The package cannot be made, for it would hold personal data. See what was found.",
    },
    "yearly.freeze": {"nb": "Lås rapporten", "en": "Freeze the report"},
    "yearly.freeze-correction": {
        "nb": "Lås en rettelse, versjon {version}",
        "en": "Freeze a correction, version {version}",
    },
    "yearly.freeze-about": {
        "nb": "Tall, filer og kontrollsummer blir tatt vare på for alltid, og kan ikke endres av noen. Et år låses én"
        " gang; det som endres senere, låses som en rettelse.",
        "en": "Figures, files and checksums are kept for good, and nobody can change them. A year is frozen once; what"
        " changes later is frozen as a correction.",
    },
    "yearly.freeze-reason": {"nb": "Begrunnelse", "en": "Reason"},
    "yearly.freeze-reason-help": {
        "nb": "For eksempel hvem som har kontrollert tallene. Ingen personnavn. Minst 10 tegn.",
        "en": "Such as who has checked the figures. No names of people. At least 10 characters.",
    },
    "yearly.correction-reason-help": {
        "nb": "Hva som var feil. Det står i rapporten. Ingen personnavn. Minst 10 tegn.",
        "en": "What was wrong. It stands in the report. No names of people. At least 10 characters.",
    },
    "yearly.freeze-confirm": {
        "nb": "Jeg har sett på nøkkeltallene og det som ble funnet.",
        "en": "I have looked at the key figures and at what was found.",
    },
    "yearly.freeze-do": {"nb": "Lås for godt", "en": "Freeze for good"},
    "yearly.freeze-right": {
        "nb": "Å låse og levere rapporter er for dem som har den retten: administrator og regnskapsfører.",
        "en": "Freezing and handing over is for those who have that right: admins and accountants.",
    },
    "yearly.frozen": {
        "nb": "Versjon {version} for {year} er låst.",
        "en": "Version {version} of {year} is frozen.",
    },
    "yearly.freezing": {
        "nb": "Rapporten for {year} blir låst. Det går videre uten deg; du får beskjed her når det er gjort.",
        "en": "The report on {year} is being frozen. It goes on without you; you are told here once it is done.",
    },
    "yearly.counting": {
        "nb": "Rapporten for {year} telles. Det går videre uten deg.",
        "en": "The report on {year} is being counted. It goes on without you.",
    },
    "yearly.counted": {"nb": "Rapporten for {year} er talt på nytt.", "en": "The report on {year} was counted anew."},
    "yearly.compared": {
        "nb": "Sammenlignet for {year}: 1 forskjell.|Sammenlignet for {year}: {count} forskjeller.",
        "en": "Compared for {year}: 1 difference.|Compared for {year}: {count} differences.",
    },
    "yearly.handed-over": {
        "nb": "Det er skrevet at versjon {version} er levert til {to}.",
        "en": "It is recorded that version {version} was handed over to {to}.",
    },
    "yearly.changed": {
        "nb": "Ikke låst: dataene er endret siden du så på dem. Tell på nytt, og se på tallene igjen.",
        "en": "Not frozen: the data changed since you looked at them. Count again, and look at the figures once more.",
    },
    "yearly.same": {
        "nb": "Ikke låst: versjon {version} er låst alt, og ingenting er endret siden.",
        "en": "Not frozen: version {version} is frozen already, and nothing changed since.",
    },
    "yearly.blocked": {
        "nb": "Ikke låst: noe hindrer det. Rett det som er merket som feil, og tell på nytt.",
        "en": "Not frozen: something is in the way. Mend what is marked as an error, and count again.",
    },
    "yearly.nothing-frozen": {
        "nb": "Ingenting er låst for dette året. Kontroller rapporten og lås den først.",
        "en": "Nothing of this year is frozen. Check the report and freeze it first.",
    },
    "yearly.newer": {
        "nb": "Ikke skrevet: versjon {version} er nå den siste. Se på den før du leverer.",
        "en": "Not recorded: version {version} is the latest now. Look at it before you hand anything over.",
    },
    "yearly.receipt-known": {
        "nb": "Kvitteringen {receipt} er skrevet alt. Du trenger ikke å gjøre noe.",
        "en": "The receipt {receipt} is recorded already. Nothing has to be done.",
    },
    "yearly.to-come": {
        "nb": "Dagen er ikke kommet ennå. Skriv leveringen når den har skjedd.",
        "en": "The day is still to come. Record a hand-over once it has happened.",
    },
    "yearly.one-line": {
        "nb": "Skriv det på én linje, uten usynlige tegn.",
        "en": "Write it on one line, without invisible characters.",
    },
    "yearly.personal": {
        "nb": "Det ligner et fødselsnummer, en e-postadresse eller et telefonnummer. Skriv det uten"
        " personopplysninger.",
        "en": "It looks like an identity number, an e-mail address or a telephone number. Write it without personal"
        " data.",
    },
    "yearly.busy": {
        "nb": "For mange rapporter telles akkurat nå. Prøv igjen om et minutt.",
        "en": "Too many reports are being counted just now. Try again in a minute.",
    },
    "yearly.ended": {
        "nb": "Tellingen ble avbrutt før den var ferdig: den tok for lang tid, eller portalen ble startet på nytt. Prøv"
        " igjen; hjelper det ikke, be dem som drifter løsningen om å telle med reconciler report.",
        "en": "Counting was ended before it was done: it took too long, or the portal was restarted. Try again; if that"
        " does not help, ask whoever keeps this installation to count with reconciler report.",
    },
    "yearly.not-yet": {
        "nb": "Rapporten telles ennå. Last ned utkastet om litt.",
        "en": "The report is still being counted. Download the preview in a while.",
    },
    "yearly.no-package": {
        "nb": "Pakken kan ikke lages, for den ville inneholdt personopplysninger. Kontrollen viser hvor.",
        "en": "The package cannot be made, for it would hold personal data. The check shows where.",
    },
}
