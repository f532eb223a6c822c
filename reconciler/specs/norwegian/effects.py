"""The review of a change: what happens to data, and the phrases of what is another."""

from collections.abc import Mapping

EFFECTS: Mapping[str, str] = {
    "{label} as documents of ": "{label} som bilag i ",
    "Line": "Linje",
    "Field": "Felt",
    "Before": "Før",
    "After": "Etter",
    "Samples": "Eksempler",
    "And {left} more fields.": "Og {left} felt til.",
    "{count} {said}:": "{count} {said}:",
    "{count}:": "{count}:",
    "sample {sample}: {reason}": "eksempel {sample}: {reason}",
    "{count} of {samples}": "{count} av {samples}",
    "Waiting, and made by the new mapping: {amount}.": "Venter, og lages av det nye feltoppsettet: {amount}.",
    "{label} in {count}": "{label} i {count}",
    "Sent already, the last {looked_at}: {amount}, would look different": (
        "Allerede sendt, de siste {looked_at}: {amount}, ville sett annerledes ut"
    ),
    ". They stay as they are: nothing is sent again by itself.": (
        ". De blir som de er: ingenting sendes på nytt av seg selv."
    ),
    ". They stay as they are; what is selected goes to the new target too.": (
        ". De blir som de er; det som er valgt ut, går til den nye mottakeren også."
    ),
    "{refused} of them would now be refused.": "{refused} av dem ville nå blitt avvist.",
    "{mended} of them would be sent with the next sync": "{mended} av dem ville blitt sendt med neste kjøring",
    "Refused before: {count}; {again}.": "Avvist før: {count}; {again}.",
    "{label} by ": "{label} med ",
    ": which records go{when}": ": hvilke poster som går{when}",
    ", from {on} on": ", fra og med {on}",
    "This category did not leave this way before.": "Denne kategorien gikk ikke denne veien før.",
    "This category leaves this way no longer. What was sent stays, there and in the ledger.": (
        "Denne kategorien går ikke denne veien lenger. Det som er sendt, blir stående, der og i registeret."
    ),
    "No record moves.": "Ingen poster flyttes.",
    "No invented sample moves.": "Ingen oppdiktede eksempler flyttes.",
    "Which": "Hvilke",
    "Because": "Fordi",
    "Records": "Poster",
    "NOK": "Kroner",
    "newly in; left out before": "kommer til; utelatt før",
    "newly out": "faller ut",
    "nothing of the category left this way": "ingenting av kategorien gikk denne veien",
    "nothing of the category leaves this way any more": "ingenting av kategorien går denne veien lenger",
    ": where they go": ": hvor de går",
    "nowhere, for it only observes": "ingen steder, for den bare observerer",
    "not counted here": "ikke telt her",
    "Nothing is sent any more. What waits stays: {waiting}.": (
        "Ingenting sendes lenger. Det som venter, blir liggende: {waiting}."
    ),
    ", also what went to the old target: the ledger knows none of it there": (
        ", også det som gikk til den gamle mottakeren: registeret kjenner ingenting av det der"
    ),
    "With the next sync everything goes that is selected{twice}. That is: {waiting}.": (
        "Med neste kjøring går alt som er valgt ut{twice}. Det er: {waiting}."
    ),
    "When ": "Når ",
    " runs": " kjøres",
    "only when somebody asks": "bare når noen ber om det",
    "Next runs before": "Neste kjøringer før",
    "after": "etter",
    "{runs} fall into closed days, {first} to {last} (": "{runs} faller på stengte dager, {first} til {last} (",
    "): skipped.": "): hoppes over.",
    "{system} allows {allowed} requests a month: the schedules ask for at least {before}": (
        "{system} tillater {allowed} forespørsler i måneden: tidsplanene krever minst {before}"
    ),
    "{after} ({note}){near}.": "{after} ({note}){near}.",
    "{share} per cent": "{share} prosent",
    "none": "ingen",
    ", and that is near the end of it": ", og det er nær grensen",
    "Codes that the target must know": "Koder som mottakeren må kjenne",
    "{list}, in mapping ": "{list}, i feltoppsettet ",
    ". Not held against {where}: no database was read.": ". Ikke sjekket mot {where}: ingen database ble lest.",
    ". The list of {where} was never read: the next sync asks before it sends.": (
        ". Listen i {where} er aldri lest: neste kjøring spør før den sender."
    ),
    "by the list read {at}": "etter listen som ble lest {at}",
    " exist in {where}, {read}.": " finnes i {where}, {read}.",
    " does not exist in {where}, {read} (mapping ": " finnes ikke i {where}, {read} (feltoppsett ",
    " do not exist in {where}, {read} (mapping ": " finnes ikke i {where}, {read} (feltoppsett ",
    "The table that mapping ": "Tabellen som feltoppsettet ",
    " writes to": " skriver til",
    " ({problem})": " ({problem})",
    "What the table of {where} takes was never read{why}: nothing is held against it.": (
        "Hva tabellen i {where} tar imot, er aldri lest{why}: ingenting er sjekket mot den."
    ),
    "read {at}": "lest {at}",
    "nothing differs.": "ingen avvik.",
    "Held against the table of {where}, {read}: {differ}": "Sjekket mot tabellen i {where}, {read}: {differ}",
    " {said} ({hint})": " {said} ({hint})",
    " {said}": " {said}",
    "The way to the target of ": "Veien til mottakeren for ",
    "{what}: ": "{what}: ",
    "{name} {path}": "{name} {path}",
    "type": "type",
    "environment": "miljø",
    "setting": "innstilling",
    "credential": "påloggingsdetaljer",
    "not set": "ikke satt",
    "To test before anything is sent: ": "Må testes før noe sendes: ",
    ", by ": ", av ",
    "an admin or operator": "en administrator eller driftsansvarlig",
    "Documents would go elsewhere. What went to the old target is not known here: no database was read.": (
        "Bilag ville gått et annet sted. Hva som gikk til den gamle mottakeren, er ikke kjent her: ingen database ble"
        " lest."
    ),
    "Documents would go elsewhere. Nothing was sent to the old target.": (
        "Bilag ville gått et annet sted. Ingenting er sendt til den gamle mottakeren."
    ),
    "{amount}, to ": "{amount}, til ",
    "Documents would go elsewhere. Already sent: ": "Bilag ville gått et annet sted. Allerede sendt: ",
    ". The new target knows none of them.": ". Den nye mottakeren kjenner ingen av dem.",
    "Shared by all: ": "Felles for alle: ",
    "An unchanged file means something else for ": "En uendret fil betyr noe annet for ",
}
CHANGES: Mapping[str, str] = {
    "organisation": "organisasjon",
    "integration": "integrasjon",
    "mapping": "feltoppsett",
    "schedule": "tidsplan",
    "exclusion": "unntak",
    "report": "rapport",
    "app feature": "appfunksjon",
    "approval": "godkjenning",
    "new": "ny",
    "changed": "endret",
    "sends elsewhere": "sender et annet sted",
    "removed": "fjernet",
    "{noun} ": "{noun} ",
    " {action}": " {action}",
    ", renamed from ": ", het før ",
    "lets through what the guard ": "slipper gjennom det som sperren ",
    " refuses of ": " stopper for ",
    " until {expires}, also what was merged before": " til {expires}, også det som ble flettet før",
    "exports ": "eksporterer ",
    " no longer": " ikke lenger",
    "export of ": "eksport av ",
    "runs with another ": "kjører med en annen ",
    "integration: ": "integrasjon: ",
    "runs ": "kjøres ",
    "{category} as {document} of {integration}": "{category} som {document} i {integration}",
    "{integration} runs {when}": "{integration} kjøres {when}",
    "on": "på",
    "off: {reason}": "av: {reason}",
    "every line": "alle linjer",
    "line {line}": "linje {line}",
    "{where}, {label}: ": "{where}, {label}: ",
    "{label} ({field})": "{label} ({field})",
    "unknown field ({field})": "ukjent felt ({field})",
    "{key}: ": "{key}: ",
    "{said}: ": "{said}: ",
    "category": "kategori",
    "document": "bilag",
    "rounding": "avrunding",
    "running total": "løpende sum",
    "line {name} is gone": "linjen {name} er borte",
    "line {name} is new": "linjen {name} er ny",
    "line {name}, made when: ": "linjen {name}, lages når: ",
    "lines stand in another order": "linjene står i en annen rekkefølge",
    "lookup {name}, ": "oppslaget {name}, ",
}
FORMS: Mapping[str, str] = {**EFFECTS, **CHANGES}
