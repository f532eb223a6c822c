"""What is said of drafts and proposals."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "drafts": {"nb": "Endringer", "en": "Changes"},
    "drafts.none": {
        "nb": "Ingen endring er begynt på. En endring begynner på siden til det du vil endre.",
        "en": "No change has been begun. A change begins on the page of what you want to change.",
    },
    "drafts.nowhere": {
        "nb": "Denne installasjonen kjenner ikke noe git-lager som endringer kan foreslås i. Den som driver den, setter"
        " RECONCILER_REPOSITORY.",
        "en": "This installation knows no git repository that changes could be proposed to. Whoever keeps it sets"
        " RECONCILER_REPOSITORY.",
    },
    "drafts.title": {"nb": "Endring", "en": "Change"},
    "drafts.who": {"nb": "Hvem", "en": "Who"},
    "drafts.when": {"nb": "Sist endret", "en": "Last changed"},
    "drafts.standing": {"nb": "Hvor langt", "en": "How far"},
    "drafts.list": {"nb": "Påbegynte og foreslåtte endringer, de nyeste først", "en": "Changes, the newest first"},
    "drafts.all": {"nb": "Utkast og det som ble av dem", "en": "Drafts, and what came of them"},
    "draft.closed": {"nb": "Trukket tilbake uten å bli flettet inn", "en": "Closed without being merged"},
    "draft.refused": {"nb": "Flettet inn, men ikke tatt i bruk", "en": "Merged, and not applied"},
    "draft.open": {"nb": "Utkast", "en": "Draft"},
    "draft.dropped": {"nb": "Forkastet", "en": "Dropped"},
    "draft.conflict": {"nb": "Endret av andre i mellomtiden", "en": "Changed by others meanwhile"},
    "draft.unusable": {"nb": "Kan ikke tas i bruk slik den er", "en": "Cannot be used as it is"},
    "draft.waiting": {"nb": "Venter på godkjenning", "en": "Waits for approval"},
    "draft.held": {"nb": "Holdt igjen av noen", "en": "Held by somebody"},
    "draft.approved": {"nb": "Godkjent, flettes inn", "en": "Approved, about to be merged"},
    "draft.merged": {"nb": "Flettet inn, tas i bruk", "en": "Merged, about to be applied"},
    "draft.live": {"nb": "I bruk", "en": "Live"},
    "draft.by": {"nb": "Av {account}", "en": "By {account}"},
    "draft.changed": {"nb": "Endret {when}", "en": "Changed {when}"},
    "draft.again": {"nb": "Begynn på nytt fra det som gjelder nå", "en": "Begin again from what holds now"},
    "draft.again.about": {
        "nb": "Det du har endret, legges oppå det som gjelder nå, linje for linje. Det som ikke passer lenger, blir"
        " nevnt her; der blir det andre har skrevet, stående.",
        "en": "What you have changed is laid onto what holds now, line by line. What does not fit any more is named"
        " here; there what others wrote stays.",
    },
    "draft.left": {"nb": "Dette passet ikke lenger", "en": "This did not fit any more"},
    "draft.left.gone": {"nb": "linjer som skulle bort", "en": "lines that were to go"},
    "proposing.again": {
        "nb": "«{title}» bygger nå på det som gjelder. Se over det før du foreslår.",
        "en": "“{title}” builds on what holds now. Look it over before you propose it.",
    },
    "proposing.again-left": {
        "nb": "«{title}» bygger nå på det som gjelder, men ikke alt passet lenger. Se hva det var.",
        "en": "“{title}” builds on what holds now, but not all of it fitted any more. See what it was.",
    },
    "proposing.same": {
        "nb": "Ingenting er flettet inn siden utkastet ble begynt.",
        "en": "Nothing was merged since the draft was begun.",
    },
    "draft.lines": {"nb": "Hva som endres", "en": "What changes"},
    "draft.moved": {
        "nb": "Noen har lagt til noe i forslaget etter at det ble foreslått her.",
        "en": "Somebody has put more into the proposal since it was proposed here.",
    },
    "draft.as-it-is": {"nb": "Se det slik det er nå", "en": "See it as it is now"},
    "draft.nothing": {
        "nb": "Utkastet endrer ingenting ennå. Endringene gjøres under Oppsett og Feltoppsett, og vises her.",
        "en": "The draft changes nothing yet. Changes are made under Setup and Mappings, and are shown here.",
    },
    "draft.more": {
        "nb": "og {count} linje til|og {count} linjer til",
        "en": "and {count} more line|and {count} more lines",
    },
    "draft.gone": {"nb": "fjernet: ", "en": "removed: "},
    "draft.came": {"nb": "lagt til: ", "en": "added: "},
    "draft.findings": {"nb": "Funn", "en": "Findings"},
    "draft.finding.error": {"nb": "feil", "en": "error"},
    "draft.finding.warning": {"nb": "advarsel", "en": "warning"},
    "draft.wrong": {
        "nb": "Noe må rettes før endringen kan foreslås.",
        "en": "Something has to be mended before the change can be proposed.",
    },
    "draft.needs": {"nb": "Hvem som må godkjenne", "en": "Who has to approve"},
    "draft.need": {
        "nb": "{count} ja til fra noen som er {roles}: {able} (regel {rule})|"
        "{count} ja til fra noen som er {roles}: {able} (regel {rule})",
        "en": "{count} more yes from somebody who is {roles}: {able} (rule {rule})|"
        "{count} more, each from somebody who is {roles}: {able} (rule {rule})",
    },
    "draft.nobody": {"nb": "ingen er det ennå", "en": "nobody is yet"},
    "draft.own": {
        "nb": "Du har skrevet den selv: ditt eget ja teller ikke.",
        "en": "You wrote it yourself: your own yes does not count.",
    },
    "draft.said": {"nb": "Hva som er sagt", "en": "What was said"},
    "draft.word.author": {"nb": "foreslo den", "en": "proposed it"},
    "draft.word.approve": {"nb": "godkjente", "en": "approved"},
    "draft.word.refuse": {"nb": "ba om endringer", "en": "asked for changes"},
    "draft.word.withdraw": {"nb": "tok tilbake det som var sagt", "en": "took back what was said"},
    "draft.word.comment": {"nb": "kommenterte", "en": "commented"},
    "draft.review": {"nb": "Hva den gjør med oppsett og poster", "en": "What it does to configuration and records"},
    "draft.propose": {"nb": "Foreslå endringen", "en": "Propose the change"},
    "draft.drop": {"nb": "Forkast utkastet", "en": "Drop the draft"},
    "draft.say": {"nb": "Si hva du mener", "en": "Say what you think"},
    "draft.approve": {"nb": "Godkjenn", "en": "Approve"},
    "draft.refuse": {"nb": "Be om endringer", "en": "Ask for changes"},
    "draft.withdraw": {"nb": "Ta tilbake det jeg sa", "en": "Take back what I said"},
    "draft.reason": {"nb": "Begrunnelse, minst ti tegn", "en": "Reason, at least ten characters"},
    "draft.pull": {"nb": "Se den hos git-verten", "en": "See it at the host of git"},
    "draft.branch": {"nb": "Gren", "en": "Branch"},
    "role.admin": {"nb": "administrator", "en": "admin"},
    "role.reviewer": {"nb": "kontrollør", "en": "reviewer"},
    "role.accountant": {"nb": "regnskapsfører", "en": "accountant"},
    "role.operator": {"nb": "driftsansvarlig", "en": "operator"},
    "role.viewer": {"nb": "leser", "en": "viewer"},
    "role.platform": {"nb": "plattformansvarlig", "en": "platform"},
    "proposing.proposed": {"nb": "«{title}» er foreslått.", "en": "“{title}” is proposed."},
    "proposing.dropped": {"nb": "«{title}» er forkastet.", "en": "“{title}” is dropped."},
    "proposing.said-approve": {"nb": "Du har godkjent «{title}».", "en": "You approved “{title}”."},
    "proposing.said-refuse": {
        "nb": "Du har bedt om endringer i «{title}».",
        "en": "You asked for changes in “{title}”.",
    },
    "proposing.said-comment": {"nb": "Du har kommentert «{title}».", "en": "You commented on “{title}”."},
    "proposing.said-withdraw": {
        "nb": "Det du sa om «{title}» er tatt tilbake.",
        "en": "What you said about “{title}” is taken back.",
    },
}
