"""Every action of the audit trail in words, in English and Norwegian. A test finds any that the code writes and this
table does not have.
"""

from collections.abc import Mapping

from reconciler.runs.ledger_words import DONE
from reconciler.specs.languages import Language, Vocabulary, Words

CREDENTIALS: Vocabulary = {
    "credential-abandoned": {
        "en": "not finished by whoever began it; ended",
        "nb": "ikke fullført av den som begynte; avsluttet",
    },
    "credential-alarm": {"en": "refused in mid-run", "nb": "avvist midt i en kjøring"},
    "credential-current": {"en": "in use from now on", "nb": "tatt i bruk"},
    "credential-destroyed": {"en": "its value destroyed", "nb": "verdien slettet"},
    "credential-pending": {"en": "received, not yet tested", "nb": "mottatt, ikke testet ennå"},
    "credential-refused": {"en": "not taken into use", "nb": "ikke tatt i bruk"},
    "credential-revoked": {"en": "revoked", "nb": "tilbakekalt"},
    "credential-tested": {"en": "tested", "nb": "testet"},
    "credential-used": {"en": "used by a sync", "nb": "brukt av en kjøring"},
    "channel-used": {"en": "used to tell somebody", "nb": "brukt til et varsel"},
}
"""What happened to a credential."""
_SWITCHES: Mapping[str, Words] = {
    "stop-set": {"en": "stopped changes of the configuration", "nb": "stoppet endringer i oppsettet"},
    "stop-ended": {"en": "let the configuration change again", "nb": "åpnet for endringer i oppsettet igjen"},
    "detect-set": {"en": "let changes be looked at only", "nb": "lot endringer i oppsettet bare bli sett på"},
    "detect-ended": {"en": "let changes be applied again", "nb": "lot endringer i oppsettet tas i bruk igjen"},
    "pin-set": {"en": "pinned the configuration to a commit", "nb": "låste oppsettet til en versjon i git"},
    "pin-ended": {"en": "let the configuration follow git again", "nb": "lot oppsettet følge git igjen"},
}
ACTIONS: Vocabulary = {
    **CREDENTIALS,
    **{f"export-{operation}": words for operation, words in DONE.items()},
    **{f"switch-{what}": words for what, words in _SWITCHES.items()},
    "apply": {"en": "applied the configuration", "nb": "tok oppsettet i bruk"},
    "controller took over": {"en": "the controller took over", "nb": "kontrolleren tok over"},
    "controller let go": {"en": "the controller let go", "nb": "kontrolleren ga slipp"},
    "document-reposted": {
        "en": "sent it once more after its reversal",
        "nb": "la det fram på nytt etter reverseringen",
    },
    "erase": {"en": "erased what is kept of a person", "nb": "slettet det som er lagret om en person"},
    "exports-adopted": {
        "en": "filled the ledger with what stands in the outside system",
        "nb": "fylte registeret med det som står i mottakersystemet",
    },
    "exports-compared": {
        "en": "compared the ledger with the outside system",
        "nb": "sammenlignet registeret med mottakersystemet",
    },
    "fenced-out": {
        "en": "a run that another had taken over from could write nothing more",
        "nb": "en kjøring som en annen hadde overtatt for, fikk ikke skrive mer",
    },
    "intent-author": {"en": "made the change", "nb": "laget endringen"},
    "intent-approve": {"en": "approved the change", "nb": "godkjente endringen"},
    "intent-refuse": {"en": "refused the change", "nb": "avslo endringen"},
    "intent-withdraw": {
        "en": "took an approval or a refusal back",
        "nb": "trakk en godkjenning eller et avslag tilbake",
    },
    "preview-unmasked": {
        "en": "looked at a preview with personal data in it",
        "nb": "så en forhåndsvisning med personopplysninger",
    },
    "purge": {
        "en": "removed content whose period of retention was over",
        "nb": "fjernet innhold der lagringstiden var ute",
    },
    "report-freeze": {"en": "froze the report", "nb": "låste rapporten"},
    "report-handed-over": {"en": "handed the report over", "nb": "leverte rapporten"},
    "resumed": {"en": "let its runs go on", "nb": "lot kjøringene gå videre"},
    "suspended": {"en": "suspended its runs", "nb": "satte kjøringene på pause"},
    "sync-requested": {"en": "asked for a sync", "nb": "ba om en kjøring"},
    "sync-taken-back": {"en": "took a wanted sync back", "nb": "tok tilbake en bestilt kjøring"},
    "token-used": {"en": "acted by a token of the API", "nb": "handlet med en API-nøkkel"},
    "token-made": {"en": "a token of the API was made", "nb": "en API-nøkkel ble laget"},
    "token-revoked": {"en": "a token of the API was revoked", "nb": "en API-nøkkel ble trukket tilbake"},
    "proposal-commented": {"en": "commented on a proposal", "nb": "kommenterte et forslag"},
    "draft-proposed": {"en": "a change was proposed in the portal", "nb": "en endring ble foreslått i portalen"},
}
"""What somebody did, in words that follow who did it; of credentials, what happened to it."""


def action(name: str, language: Language = "en") -> str:
    """One action; one of an older or newer version is said as it stands in the trail."""
    return ACTIONS[name][language] if name in ACTIONS else name
