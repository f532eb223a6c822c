"""What is said about tokens of the API, and about rights."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "tokens": {"nb": "API-nøkler", "en": "API tokens"},
    "tokens.about": {
        "nb": "Med en API-nøkkel kan et program hente og gjøre det samme som du kan her, men aldri mer enn du selv har "
        "lov til. Programmet sender nøkkelen i hodet «Authorization: Bearer».",
        "en": "With an API token a program can fetch and do what you can do here, and never more than you may "
        "yourself. The program sends it in the header “Authorization: Bearer”.",
    },
    "tokens.none": {
        "nb": "Ingen nøkler ennå. Lag en når et program skal bruke API-et.",
        "en": "No tokens yet. Make one when a program is to use the API.",
    },
    "tokens.name": {"nb": "Navn", "en": "Name"},
    "tokens.name-hint": {"nb": "Hvilket program den er til.", "en": "What program it is for."},
    "tokens.owner": {"nb": "Tilhører", "en": "Belongs to"},
    "tokens.scopes": {"nb": "Hva den kan brukes til", "en": "What it may be used for"},
    "tokens.ends": {"nb": "Siste dag", "en": "Last day"},
    "tokens.ends-hint": {"nb": "Senest {last}.", "en": "{last} at the latest."},
    "tokens.used": {"nb": "Sist brukt", "en": "Last used"},
    "tokens.hint": {"nb": "Slutter på", "en": "Ends in"},
    "tokens.state": {"nb": "Status", "en": "State"},
    "tokens.counts": {"nb": "gjelder", "en": "counts"},
    "tokens.over": {"nb": "utløpt", "en": "expired"},
    "tokens.revoked-by": {"nb": "trukket tilbake av {account}", "en": "revoked by {account}"},
    "tokens.new": {"nb": "Ny nøkkel", "en": "New token"},
    "tokens.make": {"nb": "Lag nøkkel", "en": "Make the token"},
    "tokens.made": {"nb": "Nøkkelen «{name}» er laget", "en": "The token “{name}” is made"},
    "tokens.copy": {
        "nb": "Kopier den nå og gi den til programmet. Den vises aldri igjen, og vi kan ikke finne den fram.",
        "en": "Copy it now and give it to the program. It is never shown again, and cannot be looked up.",
    },
    "tokens.value": {"nb": "Nøkkelen", "en": "The token"},
    "tokens.to-list": {"nb": "Til listen over nøkler", "en": "To the list of tokens"},
    "tokens.revoke": {"nb": "Trekk tilbake", "en": "Revoke"},
    "tokens.revoke-named": {"nb": "Trekk tilbake {name}", "en": "Revoke {name}"},
    "tokens.revoke-sure": {
        "nb": "Ja, programmet skal ikke slippe inn mer",
        "en": "Yes, the program shall not get in any more",
    },
    "tokens.unfit.sure": {
        "nb": "Sett krysset som sier at det er ment. Ingenting er endret.",
        "en": "Tick the box that says that it is meant. Nothing has changed.",
    },
    "tokens.revoked": {
        "nb": "Nøkkelen er trukket tilbake. Ingen slipper inn med den mer.",
        "en": "The token is revoked. Nobody gets in with it any more.",
    },
    "tokens.refused.scopes": {
        "nb": "En nøkkel kan ikke brukes til det du selv ikke har lov til, eller bare mennesker kan: {scopes}.",
        "en": "A token cannot be used for what you may not do yourself, or only people may: {scopes}.",
    },
    "tokens.refused.ends": {
        "nb": "Siste dag må være fra i dag til {last}.",
        "en": "The last day has to be between today and {last}.",
    },
    "tokens.refused.name": {
        "nb": "Det finnes allerede en nøkkel med navnet {name}. Trekk den tilbake først, eller velg et annet navn.",
        "en": "There is a token named {name} already. Revoke it first, or choose another name.",
    },
    "right.see": {"nb": "se alt", "en": "see everything"},
    "right.audit": {"nb": "se hendelsene", "en": "see the audit trail"},
    "right.decide": {"nb": "avgjøre enkelte bilag", "en": "decide about single documents"},
    "right.resend": {"nb": "sende bilag på nytt", "en": "send documents once more"},
    "right.run": {"nb": "be om kjøringer", "en": "ask for runs"},
    "right.stop": {"nb": "sette på pause og fortsette", "en": "suspend and resume"},
    "right.credentials": {"nb": "legge inn påloggingsdetaljer", "en": "set credentials"},
    "right.tokens": {"nb": "lage API-nøkler", "en": "make API tokens"},
    "right.propose": {"nb": "foreslå endringer", "en": "propose changes"},
    "right.approve": {"nb": "godkjenne endringer", "en": "approve changes"},
    "right.reports": {"nb": "låse og levere rapporter", "en": "freeze and hand over reports"},
}
