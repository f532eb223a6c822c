"""Which part is at fault where a connection test fails, and what to do about it."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

KEYS: Mapping[str, str] = {
    "network": "network",
    "endpoint": "endpoint",
    "credential": "credential",
    "client secret": "credential",
    "client (application id)": "client",
    "query": "query",
    "allowance": "allowance",
    "not-delivered": "not-delivered",
    "address": "address",
    "tenant": "tenant",
    "application user": "user",
    "privilege": "permission",
    "permission to read accounts": "permission",
    "licence": "licence",
    "table": "table",
    "key": "key",
    "company": "company",
    "entity": "company",
    "environment_name": "environment",
    "journal": "journal",
}
"""The words for whoever a verdict names. A type may name others: they are shown as they stand there."""


def key_of(fault: str) -> str:
    """The end of the key of a fault's words."""
    return KEYS.get(fault, "other")


TEXTS: Mapping[str, Mapping[Language, str]] = {
    "fault.network": {"nb": "Nettverket: systemet ble ikke nådd.", "en": "The network: the system was not reached."},
    "fault.network.do": {
        "nb": "Prøv igjen om litt. Hjelper det ikke, se om systemet er nede, eller be dem som drifter om å se på"
        " adressen og brannmuren. Påloggingsdetaljene kan være riktige.",
        "en": "Try again in a while. If that does not help, see whether the system is down, or ask whoever keeps this"
        " installation to look at the address and the firewall. The credential may be right.",
    },
    "fault.endpoint": {
        "nb": "Mottakersystemet: noen svarte, men ikke slik systemet skal.",
        "en": "The outside system: somebody answered, but not as it should.",
    },
    "fault.endpoint.do": {
        "nb": "Prøv igjen om litt. Hjelper det ikke, send meldingen nedenfor til leverandøren av systemet.",
        "en": "Try again in a while. If that does not help, send the message below to the system's vendor.",
    },
    "fault.credential": {
        "nb": "Påloggingsdetaljene: systemet godtar dem ikke.",
        "en": "The key: the system does not accept it.",
    },
    "fault.credential.do": {
        "nb": "Kopier alt på nytt. Er de utløpt eller trukket tilbake, lag nye i systemet og lim dem inn her.",
        "en": "Copy the whole key again. If it has expired or was revoked, make a new one in the system and paste it"
        " here.",
    },
    "fault.client": {
        "nb": "Programmet: systemet kjenner ikke program-id-en.",
        "en": "The program: the system does not know the application id.",
    },
    "fault.client.do": {
        "nb": "Kopier program-id-en på nytt, og se at programmet er registrert i riktig katalog.",
        "en": "Copy the application id again, and see that the program is registered in the right directory.",
    },
    "fault.query": {
        "nb": "Spørringen: systemet forsto ikke det vi spurte om.",
        "en": "The query: the system did not understand what was asked.",
    },
    "fault.query.do": {
        "nb": "Påloggingsdetaljene kan være riktige. Send meldingen nedenfor til dem som drifter løsningen.",
        "en": "The credential may be right. Send the message below to whoever keeps this installation.",
    },
    "fault.allowance": {
        "nb": "Kvoten: det er ikke flere forespørsler igjen akkurat nå.",
        "en": "The allowance: no requests are left just now.",
    },
    "fault.allowance.do": {
        "nb": "Vent til kvoten er fylt opp igjen, og prøv da.",
        "en": "Wait until the allowance is filled again, then try.",
    },
    "fault.not-delivered": {
        "nb": "Adressen: prøvemeldingen kom ikke fram.",
        "en": "The address: the test message did not arrive.",
    },
    "fault.not-delivered.do": {
        "nb": "Se at adressen er hel og fortsatt finnes, og prøv igjen.",
        "en": "See that the address is whole and still exists, and try again.",
    },
    "fault.address": {"nb": "Adressen: systemet finnes ikke der.", "en": "The address: the system is not there."},
    "fault.address.do": {
        "nb": "Adressen står i oppsettet av integrasjonen. Be om å få den rettet der.",
        "en": "The address stands in the integration's settings. Ask for it to be put right there.",
    },
    "fault.tenant": {
        "nb": "Katalogen (tenant): den finnes ikke.",
        "en": "The directory (tenant): there is none of that id.",
    },
    "fault.tenant.do": {
        "nb": "Katalogens id står i oppsettet av integrasjonen. Be om å få den rettet der.",
        "en": "The directory's id stands in the integration's settings. Ask for it to be put right there.",
    },
    "fault.user": {
        "nb": "Programbrukeren: programmet er ikke bruker i systemet.",
        "en": "The application user: the program is no user of the system.",
    },
    "fault.user.do": {
        "nb": "Be systemets administrator om å opprette programmet som bruker, og test på nytt.",
        "en": "Ask the system's administrator to add the program as a user, then test again.",
    },
    "fault.permission": {
        "nb": "Rettigheten: påloggingsdetaljene gjelder, men mangler en rettighet.",
        "en": "The permission: the key is valid, and lacks a right.",
    },
    "fault.permission.do": {
        "nb": "Be systemets administrator om å gi rettigheten som er nevnt nedenfor, og test på nytt.",
        "en": "Ask the system's administrator for the right that is named below, then test again.",
    },
    "fault.licence": {
        "nb": "Lisensen: brukeren eller selskapet mangler en lisens.",
        "en": "The licence: the user or the company lacks one.",
    },
    "fault.licence.do": {
        "nb": "Be systemets administrator om å tildele lisensen, og test på nytt.",
        "en": "Ask the system's administrator to assign the licence, then test again.",
    },
    "fault.table": {
        "nb": "Tabellen: den finnes ikke i systemet.",
        "en": "The table: the system has none of that name.",
    },
    "fault.table.do": {
        "nb": "Se at tabellen er opprettet i systemet. Navnet står i oppsettet av integrasjonen.",
        "en": "See that the table was made in the system. Its name stands in the integration's settings.",
    },
    "fault.key": {
        "nb": "Nøkkelkolonnen: tabellen mangler den alternative nøkkelen.",
        "en": "The key column: the table lacks the alternate key.",
    },
    "fault.key.do": {
        "nb": "Be systemets administrator om å lage nøkkelen som er nevnt nedenfor, og test på nytt.",
        "en": "Ask the system's administrator to make the key that is named below, then test again.",
    },
    "fault.company": {
        "nb": "Selskapet: påloggingsdetaljene når ikke det selskapet som integrasjonen gjelder.",
        "en": "The company: the key does not reach the company that the integration is for.",
    },
    "fault.company.do": {
        "nb": "Lag dem mens du er inne i riktig selskap. Er selskapet feil i oppsettet, be om å få det rettet.",
        "en": "Make the key while inside the right company. If the settings name the wrong one, ask for it to be put"
        " right.",
    },
    "fault.environment": {
        "nb": "Miljøet: det finnes ikke, eller påloggingsdetaljene gjelder ikke der.",
        "en": "The environment: there is none of that name, or the key is not valid there.",
    },
    "fault.environment.do": {
        "nb": "Miljøets navn står i oppsettet av integrasjonen. Be om å få det rettet der.",
        "en": "The environment's name stands in the integration's settings. Ask for it to be put right there.",
    },
    "fault.journal": {"nb": "Kladden: den finnes ikke.", "en": "The journal: there is none of that id."},
    "fault.journal.do": {
        "nb": "Se at kladden finnes i systemet. Id-en står i oppsettet av integrasjonen.",
        "en": "See that the journal exists in the system. Its id stands in the integration's settings.",
    },
    "fault.other": {"nb": "Feilen ligger her: {fault}.", "en": "What is at fault: {fault}."},
    "fault.other.do": {
        "nb": "Meldingen nedenfor sier hva som er galt. Står det i oppsettet av integrasjonen, be om å få det rettet.",
        "en": "The message below says what is wrong. If it stands in the integration's settings, ask for it to be put"
        " right.",
    },
}
