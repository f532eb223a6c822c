"""What stands around every page, and the small words that all use."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "product": {"nb": "Avstemmer", "en": "Reconciler"},
    "skip": {"nb": "Gå til innholdet", "en": "Skip to content"},
    "menu": {"nb": "Meny", "en": "Menu"},
    "language.other": {"nb": "English", "en": "Norsk"},
    "login": {"nb": "Logg inn", "en": "Log in"},
    "login.with": {"nb": "Logg inn med organisasjonens konto", "en": "Log in with your organisation's account"},
    "login.demo": {"nb": "Demo: logg inn som", "en": "Demo: log in as"},
    "login.account": {"nb": "Konto", "en": "Account"},
    "login.welcome": {"nb": "Logg inn for å se integrasjonene.", "en": "Log in to see the integrations."},
    "logout": {"nb": "Logg ut", "en": "Log out"},
    "logged-in-as": {"nb": "Innlogget som {account}", "en": "Logged in as {account}"},
    "logged-out": {"nb": "Du er logget ut.", "en": "You are logged out."},
    "organizations": {"nb": "Organisasjoner", "en": "Organisations"},
    "organizations.none": {
        "nb": "Kontoen {account} står ikke i noen organisasjon. Be en administrator om å føre den opp i"
        " organization.yaml.",
        "en": "The account {account} is in no organisation. Ask an administrator to add it to organization.yaml.",
    },
    "installation": {"nb": "Installasjon", "en": "Installation"},
    "environment": {"nb": "Miljø", "en": "Environment"},
    "environment.simulator": {"nb": "simulator", "en": "simulator"},
    "environment.sandbox": {"nb": "test", "en": "sandbox"},
    "environment.production": {"nb": "produksjon", "en": "production"},
    "colour.green": {"nb": "Grønn", "en": "Green"},
    "colour.yellow": {"nb": "Gul", "en": "Yellow"},
    "colour.red": {"nb": "Rød", "en": "Red"},
    "colour.grey": {"nb": "Grå", "en": "Grey"},
    "never": {"nb": "aldri", "en": "never"},
    "none": {"nb": "ingen", "en": "none"},
    "yes": {"nb": "ja", "en": "yes"},
    "no": {"nb": "nei", "en": "no"},
    "reason": {"nb": "Begrunnelse", "en": "Reason"},
    "cancel": {"nb": "Avbryt", "en": "Cancel"},
    "save": {"nb": "Lagre", "en": "Save"},
    "back": {"nb": "Tilbake", "en": "Back"},
    "next": {"nb": "Neste", "en": "Next"},
    "earlier": {"nb": "Forrige", "en": "Previous"},
    "from-outside": {"nb": "Melding fra systemet", "en": "Message from the system"},
}
