"""Why something is not done: errors of the engine and the database that people get to see."""

from collections.abc import Mapping

PARTS: Mapping[str, str] = {
    "number {number} ({what}{category} {record})": "nummer {number} ({what}{category} {record})",
    "{purpose} of ": "{purpose} av ",
    "reversal": "reversering",
    "(until {expires:%Y-%m-%d %H:%M:%S %Z} unless renewed)": "(til {expires}, om den ikke fornyes)",
    " by {actor}": " av {actor}",
    "run {holder} since {began:%Y-%m-%d %H:%M:%S %Z}{by}, {way} {until}": (
        "kjøringen {holder} siden {began}{by}, {way} {until}"
    ),
    "another run": "en annen kjøring",
    "{by} since {at:%H:%M:%S %Z}": "{by} siden {at}",
    "somebody else": "noen andre",
    ": version {version} was revoked ({problem})": ": versjon {version} ble trukket tilbake ({problem})",
    "{category} from {day} on": "{category} fra og med {day}",
    " as {ids}": " som {ids}",
    " nor ": " eller ",
    "the app does not have it any more": "appen har ikke posten lenger",
    "after a reversal of each": "etter en reversering av hvert av dem",
    "what is there now stays there": "det som står der nå, blir stående",
}
DOCUMENTS: Mapping[str, str] = {
    "{record} {meaning}: it cannot be held back any more": "{record} {meaning}: den kan ikke holdes tilbake lenger",
    "somebody holds it back already, or it was named twice": (
        "noen holder den tilbake allerede, eller den ble nevnt to ganger"
    ),
    "somebody has released it meanwhile": "noen har sluppet den fri i mellomtiden",
    "{title} was changed meanwhile, by somebody else or by a running sync": (
        "{title} er endret i mellomtiden, av noen andre eller av en kjøring"
    ),
    "one of {category} has a reversal already, and no document gets a second one": (
        "ett bilag av {category} er reversert allerede, og ingen bilag reverseres to ganger"
    ),
    "the frozen document {reference} was changed in the database": (
        "det låste bilaget {reference} er endret i databasen"
    ),
    "the request {id} waits no longer": "forespørselen {id} venter ikke lenger",
    "{count} records at once are a rule, and no single records": (
        "{count} poster på én gang er en regel, og ikke enkeltposter"
    ),
    "there is no record {wanted} of {organization}": "{organization} har ingen post {wanted}",
    "the record {wanted} goes to several places": "posten {wanted} går til flere steder",
    "nobody holds back {wanted} of {organization}": "ingen holder tilbake {wanted} i {organization}",
    "{wanted} is held back {count} times: {names}": "{wanted} holdes tilbake {count} ganger: {names}",
    "{until} is no day to hold a record until": "{until} er ikke en dag man kan holde en post tilbake til",
    "a hold needs a reason": "å holde tilbake krever en begrunnelse",
    "these records belong to several integrations": "disse postene hører til flere integrasjoner",
    "no applied integration sends {category} to {target} any more": (
        "ingen integrasjon i bruk sender {category} til {target} lenger"
    ),
    "{title} goes again by itself after {at}: until then its key is remembered there": (
        "{title} går av seg selv igjen etter {at}: fram til da husker mottakersystemet nøkkelen"
    ),
    "{title} {meaning}": "{title} {meaning}",
    "{title} takes a document back": "{title} tar et bilag tilbake",
    "a reason has {shortest} to {longest} characters, on one line": (
        "en begrunnelse har {shortest} til {longest} tegn, på én linje"
    ),
    "the reason names a person or a credential": "begrunnelsen nevner en person eller påloggingsdetaljer",
    "one id cannot be that of {count} documents": "én id kan ikke gjelde {count} bilag",
    "an id has at most {longest_id} characters, on one line": "en id har høyst {longest_id} tegn, på én linje",
    "the row of {organization} {name} is not as it was applied": (
        "raden for {organization} {name} er ikke slik den ble tatt i bruk"
    ),
    "{organization} has no document of '{wanted}'": "{organization} har ingen bilag for «{wanted}»",
    "'{wanted}' is {count} documents": "«{wanted}» er {count} bilag",
    "this would send {count} documents, {money}, once more: {there}": (
        "dette ville sendt {count} bilag, {money}, på nytt: {there}"
    ),
    "{asked_by} has asked for this, and cannot be the second person too": (
        "{asked_by} har bedt om dette, og kan ikke være den andre personen også"
    ),
    "{count} documents cannot be sent once more at once": "{count} bilag kan ikke sendes på nytt på én gang",
    "no request {number} of {organization} waits": "ingen forespørsel {number} venter i {organization}",
    "'{actor}' is neither {names} of {organization}": "«{actor}» er ikke {names} i {organization}",
    "{title} would not go: {missed}": "{title} ville ikke gått: {missed}",
    "some of its documents have moved since it was asked": "noen av bilagene har endret tilstand siden det ble bedt om",
    "sending documents once more needs a reason": "å sende bilag på nytt krever en begrunnelse",
    "number {number} {words}": "nummer {number} {words}",
    "{name} only observes (mode: {mode})": "{name} bare observerer (mode: {mode})",
    "{title} is not settled there: it is {replace}": "{title} er ikke gjort opp der: {replace}",
    "{title} {words}": "{title} {words}",
    "{title} is there, and its type does not say how what is staged is removed": (
        "{title} er der, og systemtypen sier ikke hvordan det som ligger klart, fjernes"
    ),
    "nobody can be asked at once whether {title} is gone": "ingen kan spørres med det samme om {title} er borte",
    "{title} was changed meanwhile": "{title} er endret i mellomtiden",
    "{title} was not removed there: {message}": "{title} ble ikke fjernet der: {message}",
    "{title} is still there{ids}": "{title} er der fortsatt{ids}",
    "{title} is posted there": "{title} er bokført der",
    "{title} could not be removed there: {message}": "{title} kunne ikke fjernes der: {message}",
    "nobody knows whether {title} was removed there: {message}": "ingen vet om {title} ble fjernet der: {message}",
    "it could not be asked whether {title} is gone: {message}": (
        "det var ikke mulig å spørre om {title} er borte: {message}"
    ),
    "what is said of {title} cannot be understood: {unread}": "svaret om {title} kan ikke forstås: {unread}",
}
RUNS: Mapping[str, str] = {
    "a sync of {name} is running: {told}": "en kjøring av {name} er i gang: {told}",
    "this run lost the lease of {name}": "denne kjøringen mistet retten til {name}",
    "the lease of {name} was lost": "retten til {name} gikk tapt",
    "{name} is paused since {since}: {reason}": "{name} er stoppet siden {since}: {reason}",
    "{name} is suspended since {since} by {author}{until}: {reason}": (
        "{name} er satt på pause siden {since} av {author}{until}: {reason}"
    ),
    ", until {until}": ", til {until}",
    "the reason has fewer than {reason} characters": "begrunnelsen har færre enn {reason} tegn",
    "the last day has passed already": "den siste dagen har vært allerede",
    "the range ends on {last}, before it begins on {first}": "perioden slutter {last}, før den begynner {first}",
    "{name} sends {told}: nothing of {days}": "{name} sender {told}: ingenting fra {days}",
    "{what} would send {documents} documents, {money}": "{what} ville sendt {documents} bilag, {money}",
    "the ledger knows numbers up to {known} for {target}; {mark} was given out": (
        "registeret kjenner numre opp til {known} for {target}; {mark} er delt ut"
    ),
    "there is no request {request} any more": "forespørselen {request} finnes ikke lenger",
    "the request waits no more: somebody carries it out, or it has its answer": (
        "forespørselen venter ikke lenger: noen utfører den, eller den har fått svar"
    ),
    "the applied schedule '{name}' cannot be read: {error}": "tidsplanen «{name}» kan ikke leses: {error}",
    "{target} holds {found}, of a record that this ledger has never sent": (
        "{target} har {found}, for en post som dette registeret aldri har sendt"
    ),
}
CREDENTIALS: Mapping[str, str] = {
    "the credential '{name}' is being set by {who}": "påloggingsdetaljene «{name}» settes nå av {who}",
    "the credential '{name}' was changed by somebody else meanwhile": (
        "påloggingsdetaljene «{name}» er endret av noen andre i mellomtiden"
    ),
    "there is no tested credential '{name}'{ended}": "det finnes ingen testede påloggingsdetaljer «{name}»{ended}",
    "the credential '{name}' was tested against {was}, and is wanted for {place}": (
        "påloggingsdetaljene «{name}» er testet mot {was}, og skal brukes mot {place}"
    ),
    "a channel by {by} has {names}": "en varslingskanal med {by} har {names}",
    "the {name} is empty, or far too long": "{name} er tom eller altfor lang",
    "a credential for {type} has {names}": "påloggingsdetaljer for {type} har {names}",
    "the credential '{name}' has no version {number}": "påloggingsdetaljene «{name}» har ingen versjon {number}",
    "version {number} of the credential '{name}' is the one in use by now": (
        "versjon {number} av påloggingsdetaljene «{name}» er den som er i bruk nå"
    ),
    "the {name} is empty": "{name} er tom",
    "the {name} is longer than {longest} bytes": "{name} er lengre enn {longest} byte",
    "the {name} {problem}": "{name} {problem}",
    "version {version} of '{name}' has no value any more": "versjon {version} av «{name}» har ingen verdi lenger",
    "there is no {state} version": "det finnes ingen versjon som er {state}",
    "current": "i bruk",
    "previous": "den forrige",
}
REPORTS: Mapping[str, str] = {
    "version {version} of the report on {year} was frozen meanwhile by somebody else": (
        "versjon {version} av rapporten for {year} ble låst av noen andre i mellomtiden"
    ),
    "{organization} has no applied report '{name}'": "{organization} har ingen rapport «{name}» i bruk",
    "the receipt {receipt} is recorded for version {version} already": (
        "kvitteringen {receipt} er allerede ført på versjon {version}"
    ),
    "the first year that '{name}' reports is {first_year}, and not {counted}": (
        "det første året «{name}» rapporterer, er {first_year}, og ikke {counted}"
    ),
    "version {version} of {year} is frozen already, by the rules '{rules}'": (
        "versjon {version} av {year} er allerede låst, etter reglene «{rules}»"
    ),
    "the report cannot be frozen: {said}": "rapporten kan ikke låses: {said}",
    "version {version} of {year} is frozen already, and nothing differs from it": (
        "versjon {version} av {year} er allerede låst, og ingenting avviker fra den"
    ),
    "nothing of {counted} is frozen, so that nothing was handed over": (
        "ingenting for {counted} er låst, så ingenting er levert"
    ),
    "nothing of {year} is frozen yet: there is nothing to compare with": (
        "ingenting for {year} er låst ennå: det er ingenting å sammenligne med"
    ),
    "nothing of {year} is frozen yet, so that there is nothing to correct": (
        "ingenting for {year} er låst ennå, så det er ingenting å rette"
    ),
}
APPLIED: Mapping[str, str] = {
    "the organisation '{name}' is not applied": "organisasjonen «{name}» er ikke tatt i bruk",
    "the organisation '{organization}' is not applied": "organisasjonen «{organization}» er ikke tatt i bruk",
    "{organization} has no applied integration '{name}'": "{organization} har ingen integrasjon «{name}» i bruk",
    "the row of {organization} {integration} is not as it was applied: {where}": (
        "raden for {organization} {integration} er ikke slik den ble tatt i bruk: {where}"
    ),
    "this database belongs to the installation '{owner}', and this is '{installation}'": (
        "denne databasen tilhører installasjonen «{owner}», og dette er «{installation}»"
    ),
    "the app's records cannot be read: {first_line}": "postene i appen kan ikke leses: {first_line}",
    "the database is not prepared: {first_line}": "databasen er ikke gjort klar: {first_line}",
    "the database cannot be written: {first_line}": "det kan ikke skrives til databasen: {first_line}",
    "the database cannot be reached": "databasen kan ikke nås",
    "the database is not prepared for a portal": "databasen er ikke gjort klar for en portal",
    "the database login '{login}' is no member of {role}": "databasebrukeren «{login}» er ikke medlem av {role}",
    "the database cannot be reached: {said}": "databasen kan ikke nås: {said}",
    "the database has no room left on its disk: {said}": "databasen har ikke mer plass på disken: {said}",
    "the database is in trouble: {said}": "databasen har problemer: {said}",
    "the database takes no more connections: {said}": "databasen tar ikke imot flere tilkoblinger: {said}",
    "the channels of '{name}' are not as they were applied": (
        "varslingskanalene til «{name}» er ikke slik de ble tatt i bruk"
    ),
    "nobody knows yet what became of {first}{more}": "ingen vet ennå hva som ble av {first}{more}",
    "{held} documents hold content of the subject, and {confirmed} were confirmed": (
        "{held} bilag har innhold om personen, og {confirmed} ble bekreftet"
    ),
    "this process was told to stop": "denne prosessen fikk beskjed om å stoppe",
    "{organization} has no channel '{name}'": "{organization} har ingen varslingskanal «{name}»",
    "version {version} of '{name}' is not proved to reach {whereabouts}": (
        "det er ikke vist at versjon {version} av «{name}» når {whereabouts}"
    ),
    "its id in the app is {known}, and orgs/{name} says another": (
        "id-en i appen er {known}, og orgs/{name} sier noe annet"
    ),
    "{organization}: {reasons}": "{organization}: {reasons}",
    "{organization}: {held}": "{organization}: {held}",
    "the end has passed already": "slutten har vært allerede",
    "the organisation '{organization}' is not applied here": "organisasjonen «{organization}» er ikke tatt i bruk her",
    "no database is named": "ingen database er oppgitt",
    "{actor} cannot put rules in force: {names}": "{actor} kan ikke sette regler i kraft: {names}",
    "nobody knows who says it": "ingen vet hvem som sier det",
    "installation '{installation}' does not allow the environment {environment}": (
        "installasjonen «{installation}» tillater ikke miljøet {environment}"
    ),
    "installation '{installation}' does not allow the host of {name} {environment}": (
        "installasjonen «{installation}» tillater ikke serveren til {name} {environment}"
    ),
    "{name} declares no address for {environment}": "{name} oppgir ingen adresse for {environment}",
    "no simulator of {name} is named": "ingen simulator for {name} er oppgitt",
    "the file of authorities cannot be read (RECONCILER_CA_FILE)": (
        "filen med sertifikatutstedere kan ikke leses (RECONCILER_CA_FILE)"
    ),
}
FORMS: Mapping[str, str] = {**PARTS, **DOCUMENTS, **RUNS, **CREDENTIALS, **REPORTS, **APPLIED}
