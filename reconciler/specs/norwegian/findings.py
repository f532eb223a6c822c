"""What is wrong with a document: its text, its keys, its names, and what single kinds ask for.

Values stand in the quotes of the English forms, for those are what hides personal data.
"""

from collections.abc import Mapping

TEXT: Mapping[str, str] = {
    "{origin}: {severity}: {message}{hint} [{id}]": "{origin}: {severity}: {message}{hint} [{id}]",
    "the file is empty": "filen er tom",
    "the file has {count} bytes; a spec has at most {largest}": (
        "filen er på {count} byte; den kan høyst være på {largest}"
    ),
    "byte {value} is not UTF-8 text": "byte {value} er ikke UTF-8-tekst",
    "save it as UTF-8": "lagre den som UTF-8",
    "nested deeper than {deepest} levels": "mer enn {deepest} nivåer i dybden",
    "a spec has at most {most} keys and items, and here is one more": (
        "et dokument har høyst {most} nøkler og elementer, og her er ett til"
    ),
    "split it into several documents": "del det i flere dokumenter",
    "give each document a file of its own": "gi hvert dokument sin egen fil",
    "a second document begins here": "et dokument til begynner her",
    "this cannot be read as YAML": "dette kan ikke leses som YAML",
    "this key": "denne nøkkelen",
    "{what} stands twice here; it was given at {origin}": "{what} står to ganger her; den første står på {origin}",
    "remove one of the two": "fjern den ene",
    "anchors and aliases are refused": "ankere og aliaser kan ikke brukes",
    "write the value out": "skriv verdien ut",
    "merge keys are not part of the language": "flettenøkler kan ikke brukes",
    "tags, which begin with !, are refused": "merker som begynner med !, kan ikke brukes",
    "remove it; quote a text that begins with !": "fjern det; sett tekst som begynner med !, i anførselstegn",
    "a key is a word, not a list or a mapping": "en nøkkel er et ord, ikke en liste eller nøkler med verdier",
    "write it out": "skriv det ut",
    "close some brackets": "lukk noen parenteser",
    "check the brackets": "se over parentesene",
    "check the indentation": "se over innrykket",
    "check commas and brackets": "se over komma og parenteser",
    "check indentation, quotes and brackets": "se over innrykk, anførselstegn og parenteser",
    "a quote is opened and never closed": "et anførselstegn åpnes og lukkes aldri",
    "close the quote": "lukk anførselstegnet",
    "a key without a colon": "en nøkkel uten kolon",
    "write key: value": "skriv nøkkel: verdi",
    "a colon stands where no key can be": "et kolon står der det ikke kan være en nøkkel",
    "quote the text, or check the indentation": "sett teksten i anførselstegn, eller se over innrykket",
    "a bracket is opened and not closed": "en parentes åpnes og lukkes ikke",
    "a bracket is opened and not closed, or a comma is missing": (
        "en parentes åpnes og lukkes ikke, eller et komma mangler"
    ),
    "this line does not stand in line with the ones above": "denne linjen står ikke på linje med dem over",
    "this character cannot begin a value": "dette tegnet kan ikke begynne en verdi",
    "indent with spaces, not tabs; quote a leading @": (
        "bruk mellomrom, ikke tabulator; sett anførselstegn om en @ først"
    ),
    "the file holds a control character": "filen har et kontrolltegn",
    "remove it: a spec is plain text": "fjern det: et dokument er ren tekst",
    "more is wrong in this file than the {most} findings before": (
        "mer er galt i denne filen enn de {most} funnene over"
    ),
    "mend these first": "rett disse først",
    "here is {mask}": "her er {mask}",
}
KEYS: Mapping[str, str] = {
    "{tree} is not a document": "{tree} er ikke et dokument",
    "begin with: apiVersion: {api_version}": "begynn med: apiVersion: {api_version}",
    "write apiVersion: {api_version}": "skriv apiVersion: {api_version}",
    "apiVersion is missing": "apiVersion mangler",
    "apiVersion {get} is not one that this program reads": "apiVersion {get} er ikke en som programmet leser",
    "kind is missing": "kind mangler",
    "there is no kind {name}": "det finnes ingen kind {name}",
    "a document of kind {name} does not belong here": "et dokument av typen {name} hører ikke hjemme her",
    "move it to {hint}": "flytt det til {hint}",
    "nobody reads a file in this place": "ingen leser en fil på dette stedet",
    "move it to orgs/<organisation>/ or specs/": "flytt den til orgs/<organisasjon>/ eller specs/",
    "rename or remove one": "gi den ene et nytt navn, eller fjern den",
    "{kind} '{name}' exists already, at {at}": "{kind} '{name}' finnes allerede, på {at}",
    "{kind} '{name}' is part of the built-in catalogue": "{kind} '{name}' er en del av den innebygde katalogen",
    "a document has no key {key}": "et dokument har ingen nøkkel {key}",
    "a document": "et dokument",
    "a document has apiVersion, kind, metadata and spec; move it under spec": (
        "et dokument har apiVersion, kind, metadata og spec; flytt dette inn under spec"
    ),
    "write spec: and its keys below": "skriv spec: og nøklene under",
    "{part} is a mapping, and this is {get}": "{part} er nøkler med verdier, og dette er {get}",
    "{part} is missing": "{part} mangler",
    "{part_of} has no key {key}": "{part_of} har ingen nøkkel {key}",
    "'{key}' is missing here": "'{key}' mangler her",
    "'{name}' is missing here": "'{name}' mangler her",
    "'category' is missing here": "'category' mangler her",
    "add {key}": "legg til {key}",
    "the key {message}": "nøkkelen {message}",
    "did you mean '{near}'?": "mente du '{near}'?",
    "one of {listed}": "en av {listed}",
    "one of {names}": "en av {names}",
    "a value is missing here": "her mangler en verdi",
    'write one, or quote it ("null") if the word is meant': 'skriv en, eller "null" i anførselstegn om ordet er ment',
    "{details} cannot be used here": "{details} kan ikke brukes her",
    "{what} is wanted here, and this is {details}": "her skal det stå {what}, og dette er {details}",
    "{details} is not in the form that is wanted here": "{details} har ikke den formen som skal stå her",
    "{details} is not one of the words that may stand here": "{details} er ikke et av ordene som kan stå her",
    "{sentence}; found {given}": "{sentence}; her står {given}",
    "{found} of at least {least} are here": "{found} av minst {least} er her",
    "nothing is here": "her er det ingenting",
    "add more": "legg til flere",
    "add at least one": "legg til minst én",
    "the text is empty": "teksten er tom",
    "write something": "skriv noe",
    "the text has {count} characters; at least {least} are wanted": (
        "teksten har {count} tegn; det skal være minst {least}"
    ),
    "say more": "skriv mer",
    "{count} {unit} are here; at most {most} fit": "her er {count} {unit}; det er plass til høyst {most}",
    "characters": "tegn",
    "entries": "elementer",
    "make it shorter": "gjør det kortere",
    "{details} is too small": "{details} er for lite",
    "{details} is too large": "{details} er for stort",
    "write {get} or more": "skriv {get} eller mer",
    "write {get} or less": "skriv {get} eller mindre",
    "a mapping": "nøkler med verdier",
    "a list": "en liste",
    "text": "tekst",
    "an id": "en id",
    "write keys and values, such as {name: value}": "skriv nøkler med verdier, for eksempel {name: value}",
    "write it in brackets, such as [a, b]": "skriv det i klammer, for eksempel [a, b]",
    "write one word or sentence": "skriv et ord eller en setning",
    "copy it from the app, such as 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007": (
        "kopier den fra appen, for eksempel 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
    ),
    "see the reference of this kind": "se beskrivelsen av denne dokumenttypen",
    "use lower-case letters, digits and hyphens, such as mileage-claims": (
        "bruk små bokstaver, sifre og bindestrek, for eksempel mileage-claims"
    ),
    "use lower-case letters, digits and underscores, such as cost_center": (
        "bruk små bokstaver, sifre og understrek, for eksempel cost_center"
    ),
    "use names with dots between them, such as account.code": (
        "bruk navn med punktum mellom, for eksempel account.code"
    ),
    "write a time of day as HH:MM, such as 03:30": "skriv klokkeslettet som TT:MM, for eksempel 03:30",
    "name a field of the record, such as cost_center or export.number": (
        "oppgi et felt i posten, for eksempel cost_center eller export.number"
    ),
}
RULES: Mapping[str, str] = {
    "there is no {what} {name}": "det finnes ingen {what} {name}",
    "the {what} '{name}' has errors of its own": "{what} '{name}' har egne feil",
    "mend {broken}": "rett {broken}",
    "add it first": "legg det til først",
    "data category": "datakategori",
    "integration type": "systemtype",
    "field": "felt",
    "line": "linje",
    "value of {name}": "verdi i {name}",
    "there is no time zone {zone}": "det finnes ingen tidssone {zone}",
    "write one such as Europe/Oslo": "skriv for eksempel Europe/Oslo",
    "{folder} holds {value} Organization documents; it needs exactly one": (
        "{folder} har {value} Organization-dokumenter; det skal være nøyaktig ett"
    ),
    "remove all but one": "fjern alle unntatt ett",
    "add {folder}/organization.yaml": "legg til {folder}/organization.yaml",
    "the Organization is named '{name}', its folder '{name2}'": "organisasjonen heter '{name}', mappen '{name2}'",
    "give both the same name": "gi begge samme navn",
    "{names} has the same id": "{names} har samme id",
    "copy each organisation's id from the app": "kopier id-en til hver organisasjon fra appen",
    "the category '{category}' is exported twice": "kategorien '{category}' eksporteres to ganger",
    "merge the two": "slå de to sammen",
    "'{category}' is exported, but no FieldMapping of '{name}' says how": (
        "'{category}' eksporteres, men ikke noe feltoppsett for '{name}' sier hvordan"
    ),
    "add one under mappings/, or remove the export": "legg til et under mappings/, eller fjern eksporten",
    "'{name}' maps {category} for {name2} already": "'{name}' er allerede feltoppsettet for {category} i {name2}",
    "'{type}' has no environment '{environment}'": "'{type}' har ikke miljøet '{environment}'",
    "the environment {environment} has its address in the setting '{setting}', which is missing": (
        "miljøet {environment} har adressen sin i innstillingen '{setting}', som mangler"
    ),
    "add {setting}: https://...": "legg til {setting}: https://...",
    "the setting '{missing}' is missing": "innstillingen '{missing}' mangler",
    "add {missing}: ...": "legg til {missing}: ...",
    "'{en}' has no setting {names}": "'{en}' har ikke innstillingen {names}",
    "the setting '{name}' has no such value": "innstillingen '{name}' har ikke en slik verdi",
    "the setting '{name}' is not in the form that is asked for": "innstillingen '{name}' har ikke riktig form",
    "the setting '{name}' is not in the range that is asked for": "innstillingen '{name}' er utenfor det som er lov",
    "see the integration type '{type}'": "se systemtypen '{type}'",
    "'{scheduled}' schedules '{name}' already": "'{scheduled}' er allerede tidsplanen for '{name}'",
    "one schedule per integration": "én tidsplan for hver integrasjon",
    "'{path}' is an address that is not https": "'{path}' er en adresse som ikke er https",
    "write an address that begins with https://": "skriv en adresse som begynner med https://",
    "'{path}' leads to {host}, a host that this installation does not allow": (
        "'{path}' leder til {host}, en server som installasjonen ikke tillater"
    ),
    "use one that it allows, or have its operator add the host to RECONCILER_ENDPOINTS": (
        "bruk en som er tillatt, eller be dem som drifter løsningen om å legge den til i RECONCILER_ENDPOINTS"
    ),
    "'{name}' exports {category} to {named} already": "'{name}' eksporterer allerede {category} til {named}",
    "remove one of the two: every record would arrive there twice": (
        "fjern den ene: hver post ville kommet dit to ganger"
    ),
    "there is an ApprovalPolicy already, '{name}'": "det finnes allerede en ApprovalPolicy, '{name}'",
    "{kind} has no field {field}": "{kind} har ikke feltet {field}",
    "too few people for the approval rules {names}": "for få personer til godkjenningsreglene {names}",
    "{name} (role {names}: needs {wanted}, has {count})": "{name} (rolle {names}: krever {wanted}, har {count})",
    "give somebody such a role; until then nobody can approve what these rules are about": (
        "gi noen en slik rolle; til da kan ingen godkjenne det disse reglene gjelder"
    ),
    "no change of the configuration is applied for {days} days, not even one that lifts the window": (
        "ingen endring i oppsettet tas i bruk på {days} dager, ikke engang en som opphever perioden"
    ),
    "close {longest} days at most, or look at the years: once applied, it holds to its end": (
        "steng høyst {longest} dager, eller se over årstallene: når det er tatt i bruk, gjelder det til slutten"
    ),
    "{name} is kept for {allowed} at most, and this is {wanted}": "{name} lagres høyst {allowed}, og dette er {wanted}",
    "'{name}' looks like a national identity number, an e-mail address or a telephone number": (
        "'{name}' ligner et fødselsnummer, en e-postadresse eller et telefonnummer"
    ),
    "use the record's opaque id instead": "bruk postens id i stedet",
    "{what} looks like the value of a credential": "{what} ser ut som verdien av påloggingsdetaljer",
    "'{name}' is marked as no secret: {reason}": "'{name}' er merket som ikke hemmelig: {reason}",
    "whoever reviews this: look at the value": "til den som kontrollerer dette: se på verdien",
    "a value that is not repeated here": "en verdi som ikke gjentas her",
}
REPORTS: Mapping[str, str] = {
    "there is no reference table {table} with a column {column}": (
        "det finnes ingen referansetabell {table} med en kolonne {column}"
    ),
    "what '{key}' counts or adds up is not said": "det er ikke sagt hva '{key}' teller eller summerer",
    "say whose records or fields": "si hvilke poster eller felt",
    "'{category}' is counted in reports only, and leaves by no integration": (
        "'{category}' telles bare i rapporter, og sendes ikke av noen integrasjon"
    ),
    "remove the export; write a Report instead": "fjern eksporten; skriv en Report i stedet",
    "'{name}' reports by the rules '{rules}' already, at {at}": (
        "'{name}' rapporterer allerede etter reglene '{rules}', på {at}"
    ),
    "merge the two: a year is handed over once": "slå de to sammen: et år leveres én gang",
    "say of which {name}": "si for hvilken {name}",
    "'{name}' means nothing with scope: {scope}": "'{name}' betyr ingenting med scope: {scope}",
    "remove {name}, or change the scope": "fjern {name}, eller endre scope",
    "{source}.{name} is {kind}, and {text} is not": "{source}.{name} er {kind}, og det er ikke {text}",
    "{source}.{name} has no field: '{category}' has none called '{field}'": (
        "{source}.{name} har ikke noe felt: '{category}' har ingen som heter '{field}'"
    ),
    "{source}.{name} is {kind}, and the field '{field}' is {type}": (
        "{source}.{name} er {kind}, og feltet '{field}' er {type}"
    ),
    "{source}.{name} is what joins two records, and comes from a field as it is": (
        "{source}.{name} knytter to poster sammen, og hentes fra et felt slik det er"
    ),
    "{source}.{name} stands in the report, and the field '{field}' is personal data": (
        "{source}.{name} står i rapporten, og feltet '{field}' er personopplysninger"
    ),
    "under columns.{source}.{name} name a field that gives {kind}, or say with lookup what its values mean": (
        "oppgi under columns.{source}.{name} et felt som gir {kind}, eller si med lookup hva verdiene betyr"
    ),
    "value of {source} called": "verdi i {source} som heter",
    "versions stand in the order of their days": "versjonene står i rekkefølge etter dagene sine",
    "sort them, oldest first": "sorter dem, de eldste først",
}
MARKS: Mapping[str, str] = {
    "the mark reconciler/not-a-secret (entry {number})": "merket reconciler/not-a-secret (nummer {number})",
    "{which} silences nothing": "{which} gjelder ingenting",
    "{which} lacks a path, or a reason of {shortest_reason} characters": (
        "{which} mangler en sti, eller en begrunnelse på {shortest_reason} tegn"
    ),
    "give this one the same name, and write metadata: {{name: {name}, annotations: ...}}": (
        "gi denne samme navn, og skriv metadata: {{name: {name}, annotations: ...}}"
    ),
}
FORMS: Mapping[str, str] = {**TEXT, **KEYS, **RULES, **REPORTS, **MARKS}
