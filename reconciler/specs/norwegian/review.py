"""The review of a change: what is counted, its headings and sentences, and its first lines."""

from collections.abc import Mapping

COUNTED: Mapping[str, str] = {
    "{count} app feature": "{count} appfunksjon",
    "{count} app features": "{count} appfunksjoner",
    "{count} approval": "{count} godkjenning",
    "{count} approvals": "{count} godkjenninger",
    "{count} commit": "{count} endring i git",
    "{count} commits": "{count} endringer i git",
    "{count} error": "{count} feil",
    "{count} errors": "{count} feil",
    "{count} exclusion": "{count} unntak",
    "{count} exclusions": "{count} unntak",
    "{count} file": "{count} fil",
    "{count} files": "{count} filer",
    "{count} integration": "{count} integrasjon",
    "{count} integrations": "{count} integrasjoner",
    "{count} invented sample": "{count} oppdiktet eksempel",
    "{count} invented samples": "{count} oppdiktede eksempler",
    "{count} mapping": "{count} feltoppsett",
    "{count} mappings": "{count} feltoppsett",
    "{count} more change": "{count} endring til",
    "{count} more changes": "{count} endringer til",
    "{count} more organisation": "{count} organisasjon til",
    "{count} more organisations": "{count} organisasjoner til",
    "{count} object": "{count} dokument",
    "{count} objects": "{count} dokumenter",
    "{count} organisation": "{count} organisasjon",
    "{count} organisations": "{count} organisasjoner",
    "{count} other open pull request was": "{count} annet åpent forslag ble",
    "{count} other open pull requests were": "{count} andre åpne forslag ble",
    "{count} other organisation": "{count} annen organisasjon",
    "{count} other organisations": "{count} andre organisasjoner",
    "{count} record": "{count} post",
    "{count} records": "{count} poster",
    "{count} remark": "{count} merknad",
    "{count} remarks": "{count} merknader",
    "{count} report": "{count} rapport",
    "{count} reports": "{count} rapporter",
    "{count} run": "{count} kjøring",
    "{count} runs": "{count} kjøringer",
    "{count} sample": "{count} eksempel",
    "{count} samples": "{count} eksempler",
    "{count} schedule": "{count} tidsplan",
    "{count} schedules": "{count} tidsplaner",
}
FRAME: Mapping[str, str] = {
    "Organisation": "Organisasjon",
    "Change": "Endring",
    "Records and NOK": "Poster og kroner",
    "Who must approve": "Hvem som må godkjenne",
    "Review of ": "Gjennomgang av ",
    " into ": " inn i ",
    "A guard refuses it.": "En sperre stopper den.",
    "No organisation changes.": "Ingen organisasjon endres.",
    " The approval rules do.": " Det gjør godkjenningsreglene.",
    "Cannot be applied: {wrong}.": "Kan ikke tas i bruk: {wrong}.",
    " What was good stays as it is.{others}": " Det som var i orden, blir som det er.{others}",
    " {count} would change; below stands what would have to be allowed.{others}": (
        " {count} ville blitt endret; nedenfor står det som i så fall må tillates.{others}"
    ),
    " {count} would change all the same.": " {count} ville blitt endret likevel.",
    "{count} changes:": "{count} endres:",
    "{count} change:": "{count} endres:",
    " {radius}": " {radius}",
    "{parts}; {unchanged} as before.": "{parts}; {unchanged} som før.",
    "{count} {action}": "{count} {action}",
    "And {count}. ": "Og {count}. ",
    "And {count}.": "Og {count}.",
    "{count} since ": "{count} siden ",
    "; {real}; {moment}.": "; {real}; {moment}.",
    "records were counted in the database": "poster ble telt i databasen",
    "no database was read: samples are invented": "ingen database ble lest: eksemplene er oppdiktet",
    "Approval rules": "Godkjenningsregler",
    "The approval rules themselves are another. Until the platform puts them in force, those ": (
        "Selve godkjenningsreglene er endret. Fram til plattformen setter dem i kraft, er det reglene "
    ),
    "in force now": "som gjelder nå",
    "of ": "i ",
    " judge, this proposal too. New rules need ": " som avgjør, også for dette forslaget. Nye regler krever ",
    "Findings": "Funn",
    "And {left} more: ": "Og {left} til: ",
    " lists them.": " viser dem.",
    "error": "feil",
    "warning": "advarsel",
    "info": "til orientering",
    " {message}{hint} ": " {message}{hint} ",
    " ({hint})": " ({hint})",
    "{message}. ": "{message}. ",
    "Organisations that are not shown": "Organisasjoner som ikke vises",
    "{count} not compared with this one: forks, very many, or what cannot be read.": (
        "{count} ikke sammenlignet med dette: kopier av repoet, svært mange, eller noe som ikke kan leses."
    ),
    "{count} of it changes, {unchanged} as before. Intent ": (
        "{count} endres, {unchanged} er som før. Avtrykk av endringen: "
    ),
    "{count} of it change, {unchanged} as before. Intent ": (
        "{count} endres, {unchanged} er som før. Avtrykk av endringen: "
    ),
    "Refused by a guard": "Stoppet av en sperre",
    "To allow it: an Approval document with rule: {rule}, object: ": (
        "For å tillate det: et Approval-dokument med rule: {rule}, object: "
    ),
    "No approval switches this off.": "Ingen godkjenning slår dette av.",
    "{rule} of ": "{rule} for ",
    "Allowed by Approval documents: ": "Tillatt av Approval-dokumenter: ",
    "Whether ": "Om ",
    " ever sent is not known here: if so, the removal needs an Approval too.": (
        " noen gang har sendt, er ikke kjent her: i så fall krever fjerningen en godkjenning (Approval) også."
    ),
    "Real records are not counted for ": "Virkelige poster er ikke telt for ",
    ": the organisation, or what the category is, is new here.": (
        ": organisasjonen, eller det kategorien er, er ny her."
    ),
    "What changes": "Hva som endres",
    "{count} stay on.": "{count} er fortsatt på.",
    " at ": " i ",
    "{count} changed alike: ": "{count} endret på samme måte: ",
    "{count} changed alike": "{count} endret på samme måte",
    "and {more} more differences": "og {more} forskjeller til",
    "and {left} more": "og {left} til",
    "Nobody: no rule asks for it.": "Ingen: ingen regel krever det.",
    "Who": "Hvem",
    "For": "For",
    "Rule": "Regel",
    "Why": "Hvorfor",
    "Whoever wrote it cannot approve it, unless a rule says that the author may.": (
        "Den som laget endringen, kan ikke godkjenne den, med mindre en regel sier at forfatteren kan."
    ),
    "Other open pull requests that touch the same": "Andre åpne forslag som berører det samme",
    "touches ": "berører ",
    "The base has moved on": "Grunnlaget er endret siden",
    "{count} since this proposal left it": "{count} siden dette forslaget ble laget",
    "{said}, and both change ": "{said}, og begge endrer ",
    ". Update the branch, and look again.": ". Oppdater grenen og se på nytt.",
    "{said}; none of them changes a file that this one does.": (
        "{said}; ingen av dem endrer en fil som dette forslaget endrer."
    ),
}
SUMMARY: Mapping[str, str] = {
    "cannot be used": "kan ikke brukes",
    ": it keeps what it has": ": den beholder det den har",
    "cannot be compared": "kan ikke sammenlignes",
    ": at the base it could not be used": ": i grunnlaget kunne den ikke brukes",
    "nothing": "ingenting",
    "exports by ": "eksporterer med ",
    "exports nothing": "eksporterer ingenting",
    "new organisation": "ny organisasjon",
    " (and {left} more)": " (og {left} til)",
    "unknown": "ukjent",
    "nobody": "ingen",
    "no record": "ingen poster",
    "no invented sample newly in or out; real records were not counted": (
        "ingen oppdiktede eksempler kommer til eller faller ut; virkelige poster ble ikke telt"
    ),
    "the connection has to be tested": "tilkoblingen må testes",
    "records not counted: what a guard has refused so far may go through": (
        "poster er ikke telt: det en sperre har stoppet til nå, kan slippe gjennom"
    ),
    "what waits goes by itself from now on; no record is newly in or out": (
        "det som venter, går av seg selv fra nå av; ingen poster kommer til eller faller ut"
    ),
    "what waits goes only when somebody asks; no record is newly in or out": (
        "det som venter, går bare når noen ber om det; ingen poster kommer til eller faller ut"
    ),
    "refused by a guard": "stoppet av en sperre",
    "nobody can, until it is mended": "ingen kan, før feilene er rettet",
    "judged after the merge": "avgjøres etter flettingen",
    "the author, or 1": "forfatteren, eller 1",
    "{count} of {roles}": "{count} av {roles}",
    "admin": "administrator",
    "accountant": "regnskapsfører",
    "operator": "driftsansvarlig",
    "reviewer": "kontrollør",
    "viewer": "leser",
    "platform": "plattformen",
    "would go to another target, sent before or not": "ville gått til en annen mottaker, sendt før eller ikke",
    "would be sent, which was only observed": "ville blitt sendt, men ble til nå bare observert",
    "would wait, for nothing is sent any more": "ville ventet, for ingenting sendes mer",
    "{amount} {said} ({names})": "{amount} {said} ({names})",
    "records that were not counted": "poster som ikke ble telt",
    "none of {samples} becomes another document ({names}); real records were not counted": (
        "ingen av {samples} blir et annet bilag ({names}); virkelige poster ble ikke telt"
    ),
    "{of_samples} ({names})": "{of_samples} ({names})",
    "{others} of {samples} {said}": "{others} av {samples} {said}",
    "{count} {what}": "{count} {what}",
    "{count} of {samples} {what}": "{count} av {samples} {what}",
    "become other documents": "blir andre bilag",
    "would be another document": "ville blitt et annet bilag",
    "would be refused": "ville blitt avvist",
    "would no longer be refused": "ville ikke lenger blitt avvist",
    "would now be refused": "ville nå blitt avvist",
    ", {sum},": ", {sum},",
    "{records} of the last {last} sent{sums} would look different": (
        "{records} av de siste {last} sendte{sums} ville sett annerledes ut"
    ),
    "none was sent so far": "ingen er sendt til nå",
    ", and {refused} would be refused": ", og {refused} ville blitt avvist",
    ", {again} refused before would be sent again": ", {again} som ble avvist før, ville blitt sendt på nytt",
    "{amount} waiting": "{amount} venter",
    "none waits": "ingen venter",
    "{waits}, {sent} ({names})": "{waits}, {sent} ({names})",
    "the same records, at other times": "de samme postene, til andre tider",
    "{amount} newly {way}{when} ({label})": "{amount} {way}{when} ({label})",
    "{records} of {count} newly {way}{when} ({label})": "{records} av {count} {way}{when} ({label})",
    "in": "kommer til",
    "out": "faller ut",
    " from {on} on": " fra og med {on}",
    "what was sent to the old target is not known here": "det som er sendt til den gamle mottakeren, er ikke kjent her",
    "{amount}, already sent to {target}": "{amount}, allerede sendt til {target}",
    "nothing was sent to the old target": "ingenting er sendt til den gamle mottakeren",
}
FORMS: Mapping[str, str] = {**COUNTED, **FRAME, **SUMMARY}
