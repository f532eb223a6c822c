"""What is said of proposals under way: where they stand, whom they wait for, and what was said to them."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "proposals.open": {"nb": "Forslag på vei", "en": "Proposals under way"},
    "proposals.open-caption": {
        "nb": "Foreslått, og ikke i bruk ennå; også det som ikke ble begynt her",
        "en": "Proposed, and not live yet; also what was not begun here",
    },
    "proposals.none": {
        "nb": "Ingen forslag er på vei. En endring begynner der du vil endre noe, under Oppsett eller Feltoppsett.",
        "en": "No proposal is under way. A change begins where you want to change something: Setup, or Mappings.",
    },
    "proposals.problem": {
        "nb": "Det kan hende at listen ikke viser alt slik det er nå:",
        "en": "The list may not show everything as it is now:",
    },
    "proposals.more": {
        "nb": "Ett eldre forslag vises ikke.|{count} eldre forslag vises ikke.",
        "en": "One older proposal is not shown.|{count} older proposals are not shown.",
    },
    "proposals.drafts": {"nb": "Mine utkast", "en": "My drafts"},
    "proposals.drafts-caption": {
        "nb": "Det du har begynt på, og ikke foreslått",
        "en": "Begun by you, and not proposed",
    },
    "proposals.no-drafts": {"nb": "Du har ikke begynt på noe.", "en": "You have not begun anything."},
    "proposals.all-drafts": {"nb": "Alle utkast i organisasjonen", "en": "All drafts of the organisation"},
    "proposals.done": {"nb": "Ferdige forslag", "en": "Proposals that are over"},
    "proposals.done-caption": {"nb": "De siste som ble begynt her", "en": "The last that were begun here"},
    "proposals.or": {"nb": "eller", "en": "or"},
    "proposals.you": {"nb": "deg", "en": "you"},
    "proposals.unknown": {"nb": "ikke kjent", "en": "not known"},
    "proposal.lived": {
        "nb": "I bruk siden {when}, {seconds} s etter det siste som ble sagt til det.",
        "en": "Live since {when}, {seconds} s after the last word about it.",
    },
    "proposal.why.conflict": {
        "nb": "Andre har endret disse filene i mellomtiden. Begynn på nytt fra det som gjelder nå:",
        "en": "Others have changed these files meanwhile. Begin again from what there is now:",
    },
    "proposal.why.unusable": {"nb": "Det kan ikke tas i bruk slik det er:", "en": "It cannot be used as it is:"},
    "proposal.why.refused": {"nb": "Det er ikke tatt i bruk:", "en": "It was not applied:"},
    "proposal.held": {"nb": "{account} ber om endringer, og holder det igjen:", "en": "{account} holds it:"},
    "proposal.at-host": {
        "nb": "En gjennomgang hos git-verten teller også.",
        "en": "A review at the host of git counts as well.",
    },
    "proposal.own-yes": {
        "nb": "{account} har skrevet det selv: det jaet teller ikke.",
        "en": "{account} wrote it: that yes does not count.",
    },
    "proposal.by-itself": {
        "nb": "Det flettes inn og tas i bruk av seg selv når ingenting mangler.",
        "en": "It is merged and applied by itself when nothing is missing.",
    },
    "proposal.by-hand": {
        "nb": "Når ingenting mangler, må noen flette det inn for hånd:",
        "en": "When nothing is missing, somebody has to merge it by hand:",
    },
    "proposal.others": {
        "nb": "Forslaget gjelder flere enn denne organisasjonen. Her vises bare det som gjelder dere.",
        "en": "The proposal is about more than this organisation. Only what is about yours is shown here.",
    },
    "proposal.comment": {"nb": "Kommenter", "en": "Comment"},
    "proposal.comment-here": {
        "nb": "En kommentar herfra vises bare her, ikke hos git-verten.",
        "en": "A comment made here is shown here only, not at the host of git.",
    },
}
