"""What the pages of credentials say."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "credentials": {"nb": "Påloggingsdetaljer", "en": "Credentials"},
    "credentials.of": {"nb": "Påloggingsdetaljer for {name}", "en": "Credential of {name}"},
    "credentials.intro": {
        "nb": "Det integrasjonene logger inn med hos andre systemer. Når det er lagret, vises det aldri igjen.",
        "en": "The keys that integrations use at other systems. A key is never shown again once it is saved.",
    },
    "credentials.none": {
        "nb": "Ingen integrasjon er satt opp ennå, så det er ingen påloggingsdetaljer å vise. Når en"
        " integrasjon er satt opp, limer du dem inn her.",
        "en": "No integration is set up yet, so there is no credential to show. Once one is, its key is pasted here.",
    },
    "credentials.kind.integration": {"nb": "Integrasjon", "en": "Integration"},
    "credentials.kind.channel": {"nb": "Varsling", "en": "Notification"},
    "credentials.by.mail": {"nb": "e-post", "en": "e-mail"},
    "credentials.by.webhook": {"nb": "webhook", "en": "webhook"},
    "credentials.by.slack": {"nb": "Slack", "en": "Slack"},
    "credentials.by.teams": {"nb": "Teams", "en": "Teams"},
    "credentials.whose": {"nb": "Gjelder", "en": "For"},
    "credentials.state": {"nb": "Status", "en": "State"},
    "credentials.state.current": {"nb": "i bruk", "en": "in use"},
    "credentials.state.previous": {"nb": "forrige", "en": "previous"},
    "credentials.state.pending": {"nb": "testes nå, ikke tatt i bruk", "en": "being tested, not in use"},
    "credentials.state.revoked": {"nb": "avsluttet", "en": "ended"},
    "credentials.state.none": {"nb": "mangler: ingenting blir sendt", "en": "missing: nothing is sent"},
    "credentials.state.no-address": {"nb": "mangler: ingen blir varslet", "en": "missing: nobody is told"},
    "credentials.channel": {
        "nb": "Adressen settes av dem som drifter løsningen.",
        "en": "Whoever keeps this installation sets the address.",
    },
    "credentials.version": {"nb": "Versjon", "en": "Version"},
    "credentials.hint": {"nb": "Slutter på", "en": "Ends in"},
    "credentials.hint.say": {"nb": "skjult verdi", "en": "hidden value"},
    "credentials.set-by": {"nb": "Satt av", "en": "Set by"},
    "credentials.set-at": {"nb": "Satt", "en": "Set"},
    "credentials.tested": {"nb": "Sist testet", "en": "Last tested"},
    "credentials.used": {"nb": "Sist brukt", "en": "Last used"},
    "credentials.expires": {"nb": "Utløper", "en": "Expires"},
    "credentials.no-end": {"nb": "ingen dato er satt", "en": "no date is set"},
    "credentials.place": {"nb": "Testet mot", "en": "Tested against"},
    "credentials.reaches": {"nb": "Når fram til", "en": "Reaches"},
    "credentials.remarks": {"nb": "Merk", "en": "Note"},
    "credentials.remark.left-behind": {
        "nb": "Avsluttet, men verdien ligger fortsatt i lageret. Den slettes neste gang nye lagres.",
        "en": "Ended, and its value is still in the store. It is destroyed when the next key is saved.",
    },
    "credentials.remark.expired": {
        "nb": "Utløpsdatoen er passert. Lagre nye påloggingsdetaljer.",
        "en": "Its last day has passed. Save a new key.",
    },
    "credentials.remark.expires": {
        "nb": "Utløper innen ett døgn. Lagre nye før det skjer.|Utløper innen {count} dager. Lagre nye før det skjer.",
        "en": "Expires within a day. Save a new key before it does.|"
        "Expires within {count} days. Save a new key before it does.",
    },
    "credentials.remark.untested": {"nb": "Er aldri testet.", "en": "Was never tested."},
    "credentials.remark.unused": {"nb": "Er aldri brukt.", "en": "Was never used."},
    "credentials.remark.idle": {
        "nb": "Er ikke brukt på {count} dag.|Er ikke brukt på {count} dager.",
        "en": "Was not used for {count} day.|Was not used for {count} days.",
    },
    "credentials.problem": {"nb": "Problem", "en": "Problem"},
    "credentials.problem.failed": {"nb": "Besto ikke siste test.", "en": "Failed its last test."},
    "credentials.problem.refused": {
        "nb": "Besto ikke testen og ble ikke tatt i bruk.",
        "en": "Failed its test, and was never used.",
    },
    "credentials.problem.replaced": {"nb": "Erstattet av en nyere.", "en": "Replaced by a newer one."},
    "credentials.problem.abandoned": {"nb": "Ble aldri ferdig testet.", "en": "Its test was never finished."},
    "credentials.problem.unfinished": {"nb": "Testen ble avbrutt.", "en": "Its test was interrupted."},
    "credentials.problem.revoked": {"nb": "Trukket tilbake:", "en": "Revoked:"},
    "credentials.current": {"nb": "I bruk nå", "en": "In use now"},
    "credentials.current.none": {
        "nb": "Ingen påloggingsdetaljer er i bruk, og ingenting blir sendt. Lim dem inn nedenfor.",
        "en": "No key is in use, and nothing is sent. Paste one below.",
    },
    "credentials.pending": {
        "nb": "{who} tester nye påloggingsdetaljer akkurat nå. Last siden på nytt om noen sekunder.",
        "en": "{who} is testing a new key just now. Load the page again in a few seconds.",
    },
    "credentials.set": {"nb": "Nye påloggingsdetaljer", "en": "New key"},
    "credentials.set.intro": {
        "nb": "Påloggingsdetaljene testes mot systemet før de tas i bruk. Svaret kommer innen ti sekunder. Feiler"
        " testen, blir ingenting endret.",
        "en": "The key is tested against the system before it is used. The answer comes within ten seconds. If the test"
        " fails, nothing is changed.",
    },
    "credentials.set.expires": {
        "nb": "Siste gyldige dag (om den utløper)",
        "en": "Last day on which it is valid (if it expires)",
    },
    "credentials.set.expires.hint": {
        "nb": "Du blir minnet på det 30, 7 og 1 dag før.",
        "en": "You are reminded 30, 7 and 1 day before.",
    },
    "credentials.set.do": {"nb": "Test og lagre", "en": "Test and save"},
    "credentials.set.passed": {
        "nb": "Påloggingsdetaljene virker. De er lagret som versjon {version} og er i bruk fra nå.",
        "en": "The key works. It is saved as version {version}, and in use from now on.",
    },
    "credentials.set.failed": {
        "nb": "Påloggingsdetaljene ble ikke tatt i bruk. Ingenting er endret.",
        "en": "The key was not taken into use. Nothing was changed.",
    },
    "credentials.test": {"nb": "Test dem som er i bruk", "en": "Test the key in use"},
    "credentials.test.intro": {
        "nb": "Leser fra systemet, og sender ingenting.",
        "en": "Reads from the system, and sends nothing.",
    },
    "credentials.test.do": {"nb": "Test nå", "en": "Test now"},
    "credentials.test.passed": {"nb": "Påloggingsdetaljene virker.", "en": "The key works."},
    "credentials.test.failed": {
        "nb": "Testen feilet. Påloggingsdetaljene er fortsatt de som er i bruk.",
        "en": "The test failed. The key is still the one in use.",
    },
    "credentials.restore": {"nb": "Gå tilbake til forrige", "en": "Go back to the previous one"},
    "credentials.restore.intro": {
        "nb": "Versjon {version} testes først. Virker den, er den i bruk igjen, og den som er i bruk nå, blir forrige.",
        "en": "Version {version} is tested first. If it works it is in use again, and the one in use becomes the"
        " previous.",
    },
    "credentials.restore.do": {"nb": "Test og ta i bruk igjen", "en": "Test and use again"},
    "credentials.restore.passed": {
        "nb": "Versjon {version} virker og er i bruk igjen.",
        "en": "Version {version} works, and is in use again.",
    },
    "credentials.restore.failed": {
        "nb": "De forrige påloggingsdetaljene virker ikke lenger. Ingenting er endret.",
        "en": "The previous key does not work any more. Nothing was changed.",
    },
    "credentials.revoke": {"nb": "Trekk tilbake påloggingsdetaljer", "en": "Revoke a key"},
    "credentials.revoke.version": {"nb": "Trekk tilbake versjon {version}", "en": "Revoke version {version}"},
    "credentials.revoke.intro": {
        "nb": "Verdien slettes her for godt. Den virker fortsatt i det andre systemet. Trekk den tilbake der også.",
        "en": "The value is destroyed here for good. The key still works at the other system: revoke it there too.",
    },
    "credentials.revoke.reason": {"nb": "Begrunnelse (minst ti tegn)", "en": "Reason (ten characters or more)"},
    "credentials.revoke.confirm": {
        "nb": "Ja, slett verdien av versjon {version}",
        "en": "Yes, destroy the value of version {version}",
    },
    "credentials.revoke.in-use": {
        "nb": "Jeg vet at de er i bruk, og at ingenting blir sendt før nye er lagret",
        "en": "I know that it is in use, and that nothing is sent until another is saved",
    },
    "credentials.revoke.do": {"nb": "Trekk tilbake", "en": "Revoke"},
    "credentials.revoked": {
        "nb": "Versjon {version} er trukket tilbake og verdien slettet. Trekk den tilbake i det andre systemet også.",
        "en": "Version {version} is revoked and its value destroyed. Revoke it at the other system too.",
    },
    "credentials.revoked.in-use": {
        "nb": "Versjon {version}, som var i bruk, er trukket tilbake. Ingenting blir sendt før nye er lagret. Trekk"
        " dem tilbake i det andre systemet også.",
        "en": "Version {version}, which was in use, is revoked. Nothing is sent until another is saved. Revoke it at"
        " the other system too.",
    },
    "credentials.verdict": {"nb": "Resultat av testen", "en": "Outcome of the test"},
    "credentials.verdict.what": {"nb": "Hva feilen gjelder", "en": "What is at fault"},
    "credentials.verdict.do": {"nb": "Hva du kan gjøre", "en": "What to do"},
    "credentials.verdict.message": {"nb": "Melding", "en": "Message"},
    "credentials.verdict.more": {"nb": "og {count} til|og {count} til", "en": "and {count} more|and {count} more"},
    "credentials.verdict.findings": {
        "nb": "Systemet vil ha noe annet enn det vi sender:",
        "en": "The system asks for something other than what is sent:",
    },
    "credentials.versions": {"nb": "Versjoner", "en": "Versions"},
    "credentials.trail": {"nb": "Bruk og endringer", "en": "Uses and changes"},
    "credentials.trail.none": {"nb": "Ingenting er skrevet ned ennå.", "en": "Nothing is written down yet."},
    "credentials.trail.older": {"nb": "Eldre hendelser", "en": "Older entries"},
    "credentials.trail.at": {"nb": "Når", "en": "When"},
    "credentials.trail.actor": {"nb": "Hvem", "en": "Who"},
    "credentials.trail.what": {"nb": "Hva", "en": "What"},
    "credentials.action.credential-abandoned": {"nb": "ikke fullført, avsluttet", "en": "not finished, ended"},
    "credentials.action.credential-alarm": {"nb": "avvist midt i en kjøring", "en": "refused in mid-run"},
    "credentials.action.credential-current": {"nb": "tatt i bruk", "en": "taken into use"},
    "credentials.action.credential-current.at": {
        "nb": "tatt i bruk etter en test mot",
        "en": "taken into use after a test against",
    },
    "credentials.action.credential-destroyed": {"nb": "verdien slettet", "en": "its value destroyed"},
    "credentials.action.credential-pending": {"nb": "mottatt, ikke testet ennå", "en": "received, not yet tested"},
    "credentials.action.credential-refused": {"nb": "ikke tatt i bruk", "en": "not taken into use"},
    "credentials.action.credential-revoked": {"nb": "trukket tilbake", "en": "revoked"},
    "credentials.action.credential-tested": {"nb": "testet", "en": "tested"},
    "credentials.action.credential-refused.failed": {
        "nb": "besto ikke testen, ikke tatt i bruk",
        "en": "failed its test, not taken into use",
    },
    "credentials.action.credential-tested.passed": {"nb": "testet, virker", "en": "tested, works"},
    "credentials.action.credential-tested.failed": {"nb": "testet, besto ikke", "en": "tested, failed"},
    "credentials.action.credential-used": {"nb": "brukt av en kjøring", "en": "used by a run"},
    "credentials.action.channel-used": {"nb": "brukt til å varsle", "en": "used to tell somebody"},
    "credentials.action.other": {"nb": "annet", "en": "something else"},
    "credentials.locked": {"nb": "Hvorfor ingenting kan endres her", "en": "Why nothing can be changed here"},
    "credentials.locked.right": {
        "nb": "Bare en administrator i organisasjonen kan sette eller trekke tilbake påloggingsdetaljer.",
        "en": "Only an administrator of the organisation sets or revokes keys.",
    },
    "credentials.locked.portal": {
        "nb": "Denne portalen viser påloggingsdetaljer, men setter ingen. Be dem som drifter løsningen om å gjøre det.",
        "en": "This portal shows keys and sets none. Ask whoever keeps this installation to do it.",
    },
    "credentials.crowded": {
        "nb": "Flere tester påloggingsdetaljer akkurat nå. Ingenting er endret. Prøv igjen om ti sekunder.",
        "en": "Several people are testing keys just now. Nothing was changed. Try again in ten seconds.",
    },
    "credentials.unfit.fields": {"nb": "Skjemaet skal ha feltene {names}.", "en": "The form has the fields {names}."},
    "credentials.unfit.empty": {
        "nb": "{field} er tom. Lim den inn på nytt.",
        "en": "{field} is empty. Paste it again.",
    },
    "credentials.unfit.characters": {
        "nb": "{field} har tegn som ikke kan stå der. Kopier den på nytt, som ren tekst.",
        "en": "{field} has characters that no key has. Copy it again, as plain text.",
    },
    "credentials.unfit.long": {
        "nb": "{field} er for lang. Ble en hel fil limt inn?",
        "en": "{field} is longer than any key is. Was a whole file pasted?",
    },
    "credentials.unfit.short": {
        "nb": "{field} er for kort. Kopier hele på nytt.",
        "en": "{field} is too short. Copy all of it again.",
    },
    "credentials.unfit.form": {
        "nb": "{field} har ikke den formen som systemet bruker. Se beskrivelsen under feltet, og kopier den på nytt.",
        "en": "{field} does not have the form that the system uses. Read what is said of the field, and copy it again.",
    },
    "credentials.unfit.passed": {
        "nb": "Den siste gyldige dagen har vært. Velg en dag som kommer, eller la feltet stå tomt.",
        "en": "The last day on which it is valid has passed. Choose one to come, or leave it empty.",
    },
    "credentials.unfit.far": {
        "nb": "Den siste gyldige dagen er mer enn {years} år fram. Velg en tidligere, eller la feltet stå tomt.",
        "en": "The last day on which it is valid is more than {years} years away. Choose an earlier one, or none.",
    },
    "credentials.unfit.reason": {
        "nb": "Begrunnelsen må ha minst {count} tegn.",
        "en": "The reason has to have {count} characters or more.",
    },
    "credentials.unfit.confirmed": {
        "nb": "Kryss av for at verdien skal slettes.",
        "en": "Tick that the value is to be destroyed.",
    },
    "credentials.unfit.in-use": {
        "nb": "De er i bruk. Kryss av for at du vet det, og at ingenting blir sendt før nye er lagret.",
        "en": "The key is in use. Tick that you know it, and that nothing is sent until another is saved.",
    },
    "credentials.unfit.no-current": {
        "nb": "Ingen påloggingsdetaljer er i bruk, så det er ingenting å teste. Lagre dem først.",
        "en": "No key is in use, so there is nothing to test. Save one first.",
    },
    "credentials.unfit.no-previous": {
        "nb": "Det er ingen forrige påloggingsdetaljer å gå tilbake til.",
        "en": "There is no previous key to go back to.",
    },
}
