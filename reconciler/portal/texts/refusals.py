"""Why something was refused, and what to do."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "refused.request": {"nb": "Forespørselen kan ikke leses.", "en": "The request cannot be read."},
    "refused.login": {"nb": "Du må logge inn.", "en": "You have to log in."},
    "refused.not-there": {
        "nb": "Siden finnes ikke, eller du har ikke tilgang til den.",
        "en": "There is no such page, or you have no access to it.",
    },
    "refused.right": {
        "nb": "Rollen din gir ikke lov til dette. En administrator i organisasjonen kan gi deg en annen rolle.",
        "en": "Your role does not allow this. An administrator of the organisation can give you another role.",
    },
    "refused.elsewhere": {
        "nb": "Skjemaet kom ikke herfra, eller du er logget ut i mellomtiden. Åpne siden på nytt og prøv igjen.",
        "en": "The form did not come from this page, or you were logged out meanwhile. Open the page again and retry.",
    },
    "refused.too-many": {
        "nb": "For mange forespørsler. Prøv igjen om et minutt.",
        "en": "Too many requests. Try again in a minute.",
    },
    "refused.too-large": {"nb": "Det som ble sendt er for stort.", "en": "What was sent is too large."},
    "refused.host": {
        "nb": "Portalen finnes ikke under dette vertsnavnet.",
        "en": "The portal is not found under this host name.",
    },
    "refused.down": {
        "nb": "Databasen svarer ikke. Ingenting er endret. Prøv igjen om et minutt.",
        "en": "The database does not answer. Nothing was changed. Try again in a minute.",
    },
    "refused.bug": {
        "nb": "Noe gikk galt hos oss. Feilen er logget.",
        "en": "Something went wrong here. The error is logged.",
    },
    "refused.title": {"nb": "Det gikk ikke", "en": "That did not work"},
    "refused.fields": {
        "nb": "Noe i skjemaet mangler eller er feil: {fields}.",
        "en": "Something in the form is missing or wrong: {fields}.",
    },
    "refused.engine": {"nb": "Det ble ikke gjort:", "en": "It was not done:"},
    "refused.kept": {
        "nb": "Utkastet er tatt vare på, men det ble ikke foreslått:",
        "en": "The draft is kept, and was not proposed:",
    },
    "refused.busy": {
        "nb": "Noen andre holder på med det samme akkurat nå. Vent til de er ferdige, og prøv igjen:",
        "en": "Somebody else is at it just now. Wait until they are done, and try again:",
    },
    "refused.store": {
        "nb": "Lageret for påloggingsdetaljer svarer ikke. Ingenting er tatt i bruk. Prøv igjen om et minutt:",
        "en": "The store of keys does not answer. Nothing was taken into use. Try again in a minute:",
    },
    "refused.gone": {
        "nb": "Verdien finnes ikke i lageret lenger. Lagre nye påloggingsdetaljer:",
        "en": "The value is not in the store any more. Save a new key:",
    },
    "refused.home": {"nb": "Til oversikten", "en": "To the dashboard"},
}
