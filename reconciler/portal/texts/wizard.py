"""What the wizard says: a new link to an outside system, step by step."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "wizard": {"nb": "Ny integrasjon", "en": "New integration"},
    "wizard.draft": {"nb": "Ny integrasjon: {type}", "en": "New integration: {type}"},
    "wizard.about": {
        "nb": "Velg hva som skal kobles til. Alt du svarer, lagres i et utkast, så du kan ta pause når som helst."
        " Ingenting blir sendt før utkastet er foreslått, godkjent og tatt i bruk.",
        "en": "Choose what to connect to. Every answer is kept in a draft, so you can pause at any time. Nothing is"
        " sent before the draft has been proposed, approved and applied.",
    },
    "wizard.nowhere": {
        "nb": "Denne installasjonen kjenner ikke noe git-lager som nye integrasjoner kan foreslås i.",
        "en": "This installation knows no git repository that new integrations could be proposed to.",
    },
    "wizard.unfinished": {"nb": "Påbegynt", "en": "Begun"},
    "wizard.go-on": {"nb": "Fortsett: {title}", "en": "Go on: {title}"},
    "wizard.by": {"nb": "{account}, {when}", "en": "{account}, {when}"},
    "wizard.types": {"nb": "Systemer som kan kobles til", "en": "What can be connected"},
    "wizard.needs": {"nb": "Du trenger: {names}", "en": "You need: {names}"},
    "wizard.used": {"nb": "I bruk som {names}", "en": "In use as {names}"},
    "wizard.begin": {"nb": "Sett opp {title}", "en": "Set up {title}"},
    "wizard.begun": {"nb": "Utkastet er begynt.", "en": "The draft has been begun."},
    "wizard.steps": {"nb": "Steg", "en": "Steps"},
    "wizard.step.place": {"nb": "Navn og sted", "en": "Name and place"},
    "wizard.step.credentials": {"nb": "Pålogging og test", "en": "Credential and test"},
    "wizard.step.data": {"nb": "Data og startdag", "en": "Data and first day"},
    "wizard.step.mapping": {"nb": "Koble felter", "en": "Mapping"},
    "wizard.step.schedule": {"nb": "Tidsplan", "en": "Schedule"},
    "wizard.step.summary": {"nb": "Oppsummering", "en": "Summary"},
    "wizard.done": {"nb": "ferdig", "en": "done"},
    "wizard.open": {"nb": "gjenstår", "en": "to do"},
    "wizard.next": {"nb": "Lagre og gå videre", "en": "Save and go on"},
    "wizard.stay": {"nb": "Lagre og bli her", "en": "Save and stay here"},
    "wizard.back": {"nb": "Tilbake til: {step}", "en": "Back to: {step}"},
    "wizard.onward": {"nb": "Videre til: {step}", "en": "On to: {step}"},
    "wizard.kept": {"nb": "Svarene er lagret i utkastet.", "en": "Your answers are kept in the draft."},
    "wizard.kept-wrong": {
        "nb": "Svarene er lagret i utkastet, men noe mangler eller er feil. Det står ved feltet.",
        "en": "Your answers are kept in the draft, but something is missing or wrong. It is said at the field.",
    },
    "wizard.wrong": {"nb": "Dette må rettes", "en": "This has to be mended"},
    "wizard.name": {"nb": "Navn på integrasjonen", "en": "The integration's name"},
    "wizard.name.hint": {
        "nb": "Små bokstaver, tall og bindestrek, for eksempel regnskap. Navnet står i filer, lister og hendelser.",
        "en": "Lower-case letters, digits and hyphens, such as accounts. It stands in files, lists and the trail.",
    },
    "wizard.environment": {"nb": "Hvor skal det sendes?", "en": "Where is it sent?"},
    "wizard.environment.simulator": {
        "nb": "Etterligning i denne installasjonen. Ingenting forlater maskinen.",
        "en": "A stand-in at this installation. Nothing leaves this machine.",
    },
    "wizard.environment.sandbox": {
        "nb": "Leverandørens testmiljø. Det som sendes, er ikke ordentlige bilag.",
        "en": "The vendor's test environment. What is sent are no real documents.",
    },
    "wizard.environment.production": {
        "nb": "På ordentlig: bilagene havner i regnskapet eller registeret.",
        "en": "For real: documents end up in the books or the register.",
    },
    "wizard.environment.refused": {
        "nb": "Ikke tillatt i denne installasjonen.",
        "en": "Not allowed at this installation.",
    },
    "wizard.settings": {"nb": "Innstillinger", "en": "Settings"},
    "wizard.settings.identity": {"nb": "Sier hvor bilagene havner.", "en": "Says where documents end up."},
    "wizard.optional": {"nb": "valgfritt", "en": "optional"},
    "wizard.example": {"nb": "For eksempel {example}", "en": "For example {example}"},
    "wizard.choose": {"nb": "Velg", "en": "Choose"},
    "wizard.truth.true": {"nb": "Ja", "en": "Yes"},
    "wizard.truth.false": {"nb": "Nei", "en": "No"},
    "wizard.problem.missing": {"nb": "Dette må fylles ut.", "en": "This has to be filled in."},
    "wizard.problem.short": {"nb": "Dette er for kort.", "en": "This is too short."},
    "wizard.problem.long": {"nb": "Dette er for langt.", "en": "This is too long."},
    "wizard.problem.form": {
        "nb": "Dette har ikke formen som systemet ber om. Se forklaringen under.",
        "en": "This is not in the form that the system asks for. See the explanation below.",
    },
    "wizard.problem.name": {
        "nb": "Navnet kan bare ha små bokstaver a–z, tall, bindestrek og understrek, og høyst 63 tegn.",
        "en": "A name has lower-case letters a–z, digits, hyphens and underscores only, 63 characters at most.",
    },
    "wizard.problem.taken": {
        "nb": "Navnet er i bruk av en annen integrasjon, fil eller tilgang. Velg et annet.",
        "en": "The name is in use by another integration, file or credential. Choose another one.",
    },
    "wizard.problem.environment": {
        "nb": "Denne installasjonen får ikke gå dit. Velg et annet sted.",
        "en": "This installation may not go there. Choose another place.",
    },
    "wizard.problem.day": {"nb": "Dagen mangler eller finnes ikke.", "en": "The day is missing, or there is no such."},
    "wizard.problem.document": {"nb": "Velg hva en post skal bli.", "en": "Choose what a record becomes."},
    "wizard.unfit.secret": {
        "nb": "Verdien i feltet {field} ligner en hemmelighet og er ikke lagret noe sted. Påloggingsdetaljer hører"
        " hjemme i neste steg. Trekk den tilbake hvis den ble limt inn andre steder.",
        "en": "The value of the field {field} looks like a secret and was kept nowhere. Credentials belong to the next"
        " step. Revoke it if it was pasted elsewhere too.",
    },
    "wizard.unready": {
        "nb": "Gjør ferdig navn og sted først: da er det kjent hvor påloggingen skal testes.",
        "en": "Finish name and place first: then it is known where the credential is to be tested.",
    },
    "wizard.credentials.about": {
        "nb": "Påloggingen testes mot systemet selv før noe lagres, og svaret kommer innen ti sekunder."
        " Den lagres kryptert, vises aldri igjen, og kan bare brukes på stedet den ble testet mot.",
        "en": "The credential is tested against the system itself before anything is kept, and the verdict comes within"
        " ten seconds. It is stored encrypted, never shown again, and works only at the place it was tested against.",
    },
    "wizard.credentials.where": {"nb": "Testes mot", "en": "Tested against"},
    "wizard.credentials.held": {"nb": "Testen er bestått", "en": "The test has passed"},
    "wizard.credentials.again": {"nb": "Bytt påloggingsdetaljer", "en": "Replace the credential"},
    "wizard.credentials.type": {"nb": "Skriv inn påloggingsdetaljene", "en": "Enter the credential"},
    "wizard.credentials.do": {"nb": "Test og lagre", "en": "Test and save"},
    "wizard.credentials.right": {
        "nb": "Rollen din kan ikke sette påloggingsdetaljer. Be en administrator åpne dette steget.",
        "en": "Your role does not set credentials. Ask an admin to open this step.",
    },
    "wizard.credentials.portal": {
        "nb": "Denne portalen setter ingen påloggingsdetaljer. Sett opp integrasjonen fra terminalen i stedet.",
        "en": "This portal sets no credentials. Set the integration up from the terminal instead.",
    },
    "wizard.passed": {
        "nb": "Påloggingen virker. Den er lagret og brukes når integrasjonen er godkjent og tatt i bruk.",
        "en": "The credential works. It is stored, and used once the integration is approved and applied.",
    },
    "wizard.failed": {
        "nb": "Testen feilet. Ingenting er lagret, og integrasjonen kan ikke foreslås før den er bestått.",
        "en": "The test failed. Nothing is kept, and the integration cannot be proposed before it has passed.",
    },
    "wizard.data.about": {
        "nb": "Bare det du krysser av, blir sendt. Ingenting fra før startdagen blir noen gang sendt.",
        "en": "Only what you tick is sent. Nothing from before the first day is ever sent.",
    },
    "wizard.data.on": {"nb": "Send {label}", "en": "Send {label}"},
    "wizard.data.since": {"nb": "Startdag", "en": "First day"},
    "wizard.data.document": {"nb": "En post blir", "en": "A record becomes"},
    "wizard.data.approved": {"nb": "Bare det som er godkjent, sendes.", "en": "Only what is approved is sent."},
    "wizard.data.missing": {"nb": "Kryss av for minst én.", "en": "Tick at least one."},
    "wizard.mode": {"nb": "Hva skal skje når den er tatt i bruk?", "en": "What happens once it is applied?"},
    "wizard.mode.send": {"nb": "Send", "en": "Send"},
    "wizard.mode.send.hint": {"nb": "Poster sendes etter tidsplanen.", "en": "Records are sent by the schedule."},
    "wizard.mode.observe": {"nb": "Prøv uten å sende", "en": "Try without sending"},
    "wizard.mode.observe.hint": {
        "nb": "Alt gjøres unntatt å sende, så dere ser hva som ville blitt sendt.",
        "en": "Everything but sending is done, so that you see what would be sent.",
    },
    "wizard.mapping.about": {
        "nb": "Forslaget er laget av navnene på feltene i begge ender. Det som ingen kan gjette, velger du her.",
        "en": "The suggestion is made by the names of the fields at both ends. Choose here what nobody can guess.",
    },
    "wizard.mapping.first": {"nb": "Velg først hvilke data som skal sendes.", "en": "Choose what is sent first."},
    "wizard.mapping.table": {"nb": "{label} blir {document}", "en": "{label}: each becomes one {document}"},
    "wizard.mapping.line": {"nb": "Linje", "en": "Line"},
    "wizard.mapping.all-lines": {"nb": "alle", "en": "all"},
    "wizard.mapping.line.debit": {"nb": "debet", "en": "debit"},
    "wizard.mapping.line.credit": {"nb": "kredit", "en": "credit"},
    "wizard.mapping.target": {"nb": "Felt der", "en": "Field there"},
    "wizard.mapping.source": {"nb": "Kommer fra", "en": "Comes from"},
    "wizard.mapping.guess": {"nb": "gjetning, se over", "en": "a guess, look at it"},
    "wizard.mapping.field": {"nb": "Felt i appen for {name}", "en": "Field of the app for {name}"},
    "wizard.mapping.none": {"nb": "fast verdi:", "en": "a fixed value:"},
    "wizard.mapping.value": {"nb": "Fast verdi for {name}", "en": "Fixed value for {name}"},
    "wizard.mapping.say": {"nb": "Velg et felt eller skriv en fast verdi.", "en": "Choose a field or type a value."},
    "wizard.mapping.edit": {"nb": "Åpne feltoppsettet {name}", "en": "Open {name} in the mapping editor"},
    "wizard.mapping.by-hand": {
        "nb": "Det er endret for hånd og blir som det er. Endre det videre der.",
        "en": "It was changed in the mapping editor and stays as it is. Change it further there.",
    },
    "wizard.mapping.export.number": {"nb": "nummeret vi tildeler", "en": "the number that we assign"},
    "wizard.mapping.export.reference": {"nb": "vår referanse", "en": "our reference"},
    "wizard.schedule.about": {
        "nb": "Du kan når som helst kjøre den utenom planen.",
        "en": "You can always run it besides the schedule.",
    },
    "wizard.summary.about": {
        "nb": "Se over det hele. På utkastets side står hva det gjør, hvem som må godkjenne, og der foreslår du det.",
        "en": "Look through it all. The draft's page says what it does and who has to approve; you propose it there.",
    },
    "wizard.summary.missing": {"nb": "Gjenstår før den kan foreslås", "en": "To do before it can be proposed"},
    "wizard.summary.facts": {"nb": "Kort sagt", "en": "In short"},
    "wizard.summary.to": {"nb": "Sendes til", "en": "Sent to"},
    "wizard.summary.test": {"nb": "Testen av påloggingen", "en": "The credential's test"},
    "wizard.summary.test.yes": {"nb": "bestått", "en": "passed"},
    "wizard.summary.test.no": {"nb": "ikke bestått ennå", "en": "not passed yet"},
    "wizard.summary.data": {"nb": "Data", "en": "Data"},
    "wizard.summary.when": {"nb": "Når", "en": "When"},
    "wizard.summary.unsaid": {"nb": "ikke valgt ennå", "en": "not chosen yet"},
    "wizard.summary.files": {"nb": "Filene som foreslås", "en": "The files that are proposed"},
    "wizard.summary.no-files": {
        "nb": "Filene skrives når sted og data er valgt.",
        "en": "The files are written once place and data are chosen.",
    },
    "wizard.summary.review": {"nb": "Se over og foreslå", "en": "Review and propose"},
    "wizard.resume": {"nb": "Fortsett oppsettet", "en": "Go on setting up"},
    "wizard.untested": {
        "nb": "Kan ikke foreslås før påloggingen har bestått testen.",
        "en": "It cannot be proposed before the credential has passed its test.",
    },
    "dashboard.type.set-up": {"nb": "Sett opp", "en": "Set up"},
}
