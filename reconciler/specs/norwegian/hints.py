"""What single values break, and what to do about findings."""

from collections.abc import Mapping

MODELS: Mapping[str, str] = {
    "write true or false": "skriv true eller false",
    "write a whole number, such as 25": "skriv et helt tall, for eksempel 25",
    "write a number with a decimal point and no blanks, such as 3.50": (
        "skriv et tall med desimalpunktum og uten mellomrom, for eksempel 3.50"
    ),
    "write a day as YYYY-MM-DD, such as 2026-01-01": "skriv dagen som ÅÅÅÅ-MM-DD, for eksempel 2026-01-01",
    "write a duration as a number and s, m, h or d, such as 48h": (
        "skriv varigheten som et tall og s, m, h eller d, for eksempel 48h"
    ),
    "write an id as the app shows it, such as 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007": (
        "skriv id-en slik appen viser den, for eksempel 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
    ),
    "there is no such day in the calendar": "den dagen finnes ikke i kalenderen",
    "no time zone; write one such as Europe/Oslo": "ikke en tidssone; skriv for eksempel Europe/Oslo",
    "the window ends before it begins": "perioden slutter før den begynner",
    "write at least one of not, from, to, min, max": "skriv minst én av not, from, to, min, max",
    "write at least one condition, such as {status: [rejected]}": (
        "skriv minst ett vilkår, for eksempel {status: [rejected]}"
    ),
    "write the decimals and the thousands with different marks": "skriv desimaler og tusener med ulike tegn",
    "write a number of minor units without marks": "skriv et antall ører uten skilletegn",
    "nobody recovers who was never told to be red or yellow: add red to `on`": (
        "ingen blir frisk som aldri ble meldt rød eller gul: legg til red i `on`"
    ),
}
"""What single values break, in words of the models."""
HINTS: Mapping[str, str] = {
    "write metadata: {name: ...}": "skriv metadata: {name: ...}",
    "at least": "minst",
    "at most": "høyst",
    "add it": "legg det til",
    "set of report rules": "sett med rapportregler",
    "there is no such day in every year": "den dagen finnes ikke i alle år",
    "write a day that every year has": "skriv en dag som alle år har",
    "add value: and the name of a value": "legg til value: og navnet på en verdi",
    "value to count or add up called": "verdi å telle eller summere som heter",
    "value of these rows called": "verdi i disse radene som heter",
    "person of the organisation with the account": "person i organisasjonen med kontoen",
    "kind of activity in the rules called": "aktivitetstype i reglene som heter",
    "write less, or leave it out; longer is for the category to say, and for all": (
        "skriv mindre, eller utelat det; lengre må stå i kategorien, og gjelde alle"
    ),
    "revoke it, for it stays in the history; store the new one with: reconciler credentials set": (
        "trekk det tilbake, for det blir stående i historikken; lagre det nye på siden for påloggingsdetaljer"
    ),
    "remove it, or mend its path; a value of a known form, such as a token, is never silenced": (
        "fjern det, eller rett stien; en verdi med kjent form, som en nøkkel, godtas aldri"
    ),
    "a colon stands in plain text inside brackets": "et kolon står i ren tekst inne i en parentes",
    'quote the text, such as "12:30"': 'sett teksten i anførselstegn, for eksempel "12:30"',
    "a backslash in double quotes begins no known sign": (
        "en omvendt skråstrek i anførselstegn begynner ikke et kjent tegn"
    ),
    "use single quotes, or double the backslash": "bruk enkle anførselstegn, eller doble skråstreken",
    "another version of YAML is asked for": "en annen versjon av YAML er oppgitt",
    "remove the line that begins with %": "fjern linjen som begynner med %",
    "lines that begin with % are not part of the language": "linjer som begynner med %, kan ikke brukes",
    "remove the line": "fjern linjen",
    "to replace it, write metadata: {annotations: {overrides: builtin}}": (
        "for å erstatte den, skriv metadata: {annotations: {overrides: builtin}}"
    ),
    "use from and to, such as {from: 2026-01-01, to: 2026-01-31}": (
        "bruk from og to, for eksempel {from: 2026-01-01, to: 2026-01-31}"
    ),
    "use lower-case letters, digits and hyphens, 40 at most, such as sales": (
        "bruk små bokstaver, sifre og bindestrek, høyst 40, for eksempel sales"
    ),
    "use names with dots between them, such as node.id": "bruk navn med punktum mellom, for eksempel node.id",
    "begin with a slash, such as /activities/{reference}": (
        "begynn med en skråstrek, for eksempel /activities/{reference}"
    ),
    "name a field, such as settings.entity": "oppgi et felt, for eksempel settings.entity",
    "name a table and its column, such as mileage.tax_free": (
        "oppgi en tabell og kolonnen, for eksempel mileage.tax_free"
    ),
    "name a reference table and its column, such as counties.name": (
        "oppgi en referansetabell og kolonnen, for eksempel counties.name"
    ),
    "write an address that begins with https:// or sftp://": "skriv en adresse som begynner med https:// eller sftp://",
    "write a file's name, such as {batch}.csv, without slashes and blanks": (
        "skriv et filnavn, for eksempel {batch}.csv, uten skråstrek og mellomrom"
    ),
    "write it among `shared`, or when_closed: reject": "skriv det under `shared`, eller when_closed: reject",
    "add key: the record's field with it": "legg til key: feltet i posten som har den",
    "a dated reference value needs `at`, the record's date": "en datert referanseverdi krever `at`, datoen i posten",
    "add at": "legg til at",
    "use it in arithmetic: {reference: ..., at: ...}": "bruk den i regning: {reference: ..., at: ...}",
    "add default, or where: {present: [...]} to the export": (
        "legg til default, eller where: {present: [...]} i eksporten"
    ),
    "map an instant, and add date: iso_instant": "bruk et tidspunkt, og legg til date: iso_instant",
    "`when_closed: hold` waits for a field of the record, and this rule may take another value": (
        "`when_closed: hold` venter på et felt i posten, og denne regelen kan ta en annen verdi"
    ),
    "write from without default, or when_closed: reject": "skriv from uten default, eller when_closed: reject",
}
FORMS: Mapping[str, str] = {**MODELS, **HINTS}
