"""What stands in a proposal's way: who is missing, who holds it, who merges it, and what guards refuse."""

from collections.abc import Mapping

JUDGEMENT: Mapping[str, str] = {
    "{organization}: {state}": "{organization}: {state}",
    "approved": "godkjent",
    "waits for approval": "venter på godkjenning",
    "held": "holdt igjen",
    "the platform": "plattformen",
    "Nobody knows who proposes it.": "Ingen vet hvem som foreslår dette.",
    "Proposed by {people}.": "Foreslått av {people}.",
    "The organisation is new: the platform lets it in.": "Organisasjonen er ny: plattformen slipper den inn.",
    "Approved by {people}.": "Godkjent av {people}.",
    "Held by {people}, who may take it back or approve: {reason}.": (
        "Holdt igjen av {people}, som kan trekke det tilbake eller godkjenne: {reason}."
    ),
    "{people} wrote it: the own yes does not count.": "{people} har laget endringen: eget ja teller ikke.",
    "Kept apart, nothing is looked up for it: {why}.": "Holdt utenfor, ingenting slås opp for det: {why}.",
    "somebody who is {roles}, and nobody is": "noen som er {roles}, og ingen er det",
    " or ": " eller ",
    "a yes from": "et ja fra",
    "a yes each from {left} of": "et ja hver fra {left} av",
    " one of": " én av",
    ": {reason}": ": {reason}",
    "Still needed: {people}{one} {able} (rule {rule}{why}).": (
        "Mangler fortsatt: {people}{one} {able} (regel {rule}{why})."
    ),
    "A person merges it: {why}.": "Et menneske fletter det: {why}.",
    "It is merged by itself as soon as nothing is missing, and all checks are green.": (
        "Det flettes av seg selv så snart ingenting mangler og alle kontroller er grønne."
    ),
    "Nothing of it is applied.": "Ingenting av det tas i bruk.",
    "all of it": "alt",
    "held by {account}: {reason}": "holdt igjen av {account}: {reason}",
    "{left} more of {roles}: {objects} ({rule})": "{left} til av {roles}: {objects} ({rule})",
    " and {more} more": " og {more} til",
    "Rules decide who may approve": "Reglene avgjør hvem som kan godkjenne",
    "it comes from another repository: push its branch to this one": (
        "det kommer fra et annet repo: legg grenen i dette"
    ),
    "nobody knows who wrote it": "ingen vet hvem som har laget det",
    "{account} has no role in the organisation: somebody who has one lets it in": (
        "{account} har ingen rolle i organisasjonen: noen som har det, slipper det inn"
    ),
    "{account} is none of {roles}, who propose this ({rule})": (
        "{account} er ingen av dem som foreslår dette ({rule}): {roles}"
    ),
    "the rule {rules} leaves it to a person": "regelen {rules} overlater det til et menneske",
    "the rules {rules} leave it to a person": "reglene {rules} overlater det til et menneske",
    "no rule is about it": "ingen regel gjelder det",
    "the host of git cannot take it now: propose it again in {minutes} min": (
        "git-verten kan ikke ta imot det nå: foreslå det på nytt om {minutes} min"
    ),
    "the host of git does not answer now": "git-verten svarer ikke nå",
    "the host of git says no: '{said}'": "git-verten sier nei: «{said}»",
    "it comes from another repository": "det kommer fra et annet repo",
}
GUARDS: Mapping[str, str] = {
    "every integration of {organization} would go ({count})": (
        "alle integrasjoner i {organization} ville forsvunnet ({count})"
    ),
    "{count} of {existing} {kind} objects would go ({share:.0%}; the limit is {share2:.0%})": (
        "{count} av {existing} dokumenter av typen {kind} ville forsvunnet ({share:.0%}; grensen er {share2:.0%})"
    ),
    "{count} of {existing} {kind} objects would go (the limit is {most_deletes})": (
        "{count} av {existing} dokumenter av typen {kind} ville forsvunnet (grensen er {most_deletes})"
    ),
    "{count} of {existing} {kind} objects would change ({share:.0%}; the limit is {share2:.0%})": (
        "{count} av {existing} dokumenter av typen {kind} ville blitt endret ({share:.0%}; grensen er {share2:.0%})"
    ),
    "{count} objects would change (the limit is {most_updates})": (
        "{count} dokumenter ville blitt endret (grensen er {most_updates})"
    ),
    "{title} has sent {documents} documents to {target}": "{title} har sendt {documents} bilag til {target}",
    "{title} would send elsewhere ({moved}); {sent}": "{title} ville sendt et annet sted ({moved}); {sent}",
    "{documents} documents, NOK {amount}, already sent to {target}": (
        "{documents} bilag, kr {amount}, allerede sendt til {target}"
    ),
    "nothing was sent so far": "ingenting er sendt til nå",
    "{title} would use the credential '{after}' instead of '{before}'": (
        "{title} ville brukt påloggingsdetaljene «{after}» i stedet for «{before}»"
    ),
    "{title} would run with another {names} than it was applied with": (
        "{title} ville kjørt med en annen {names} enn den ble tatt i bruk med"
    ),
    " and ": " og ",
    "{count} documents of {title} are sending, unknown or held": (
        "{count} bilag fra {title} er under sending, uavklarte eller venter på svar"
    ),
    "the folder orgs/{old} was renamed to {organization}; add renamedFrom: {old} to its metadata": (
        "mappen orgs/{old} har fått navnet {organization}; legg til renamedFrom: {old} i metadata"
    ),
    "the organisation's id in the app would change: its records would be somebody else's": (
        "organisasjonens id i appen ville blitt endret: postene ville vært noen andres"
    ),
    "{title} would be retired": "{title} ville blitt avviklet",
    "{title} exists and is managed by '{owner}', not by us; it stays as it is until '{owner}' removes its"
    " row in public.feature_flags, or gives it to managed_by 'reconciler'": (
        "{title} finnes og styres av «{owner}», ikke av oss; den blir som den er til «{owner}» fjerner raden i"
        " public.feature_flags, eller setter managed_by til «reconciler»"
    ),
}
POLICY: Mapping[str, str] = {
    "A wrong target puts vouchers into somebody else's books": "Feil mottaker legger bilag i noen andres regnskap",
    "It decides which records reach the books": "Det avgjør hvilke poster som når regnskapet",
    "Accounts and amounts are the accountant's": "Kontoer og beløp er regnskapsførerens ansvar",
    "A record that is withheld is missing in the books": "En post som holdes tilbake, mangler i regnskapet",
    "It moves when records go, and never which of them or where to": (
        "Det flytter når poster går, og aldri hvilke av dem eller hvor de går"
    ),
    "The id decides whose records are read": "Id-en avgjør hvem sine poster som leses",
    "Roles decide who may approve": "Rollene avgjør hvem som kan godkjenne",
    "A new definition changes what an unchanged file means": "En ny definisjon endrer hva en uendret fil betyr",
    "It lets through what a guard would refuse": "Det slipper gjennom det en sperre ville stoppet",
}
"""Reasons of the built-in rules."""
CHANGING: Mapping[str, str] = {
    "the lookup says that already": "oppslaget sier det allerede",
    "{file} is not changed so: {error}": "{file} kan ikke endres slik: {error}",
    "there is a file {file} already": "det finnes en fil {file} allerede",
    "there is no integration type '{type}'": "det finnes ingen systemtype '{type}'",
    "there are no report rules '{rules}'": "det finnes ingen rapportregler '{rules}'",
    "no data category holds {source}": "ingen datakategori inneholder {source}",
}
"""Why a page could not change the files of a draft."""
FORMS: Mapping[str, str] = {**JUDGEMENT, **GUARDS, **POLICY, **CHANGING}
