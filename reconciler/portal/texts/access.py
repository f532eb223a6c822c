"""What is said about logging in and out, and about sessions."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "login.again": {"nb": "Logg inn på nytt", "en": "Log in again"},
    "login.refused": {
        "nb": "Innloggingen kan ikke godtas. Prøv én gang til; skjer det igjen, må den som drifter portalen se på den.",
        "en": "The login cannot be accepted. Try once more; if it happens again, whoever runs the portal has to look.",
    },
    "login.expired": {
        "nb": "Innloggingen tok for lang tid, eller ble begynt i en annen nettleser. Logg inn på nytt.",
        "en": "The login took too long, or was begun in another browser. Log in again.",
    },
    "login.denied": {
        "nb": "Innloggingstjenesten slapp deg ikke inn. Logg inn på nytt, eller spør den som gir ut kontoene.",
        "en": "The login service did not let you in. Log in again, or ask whoever gives out the accounts.",
    },
    "login.no-account": {
        "nb": "Innloggingstjenesten sier ikke hvilken konto du har. Den som drifter portalen må rette oppsettet.",
        "en": "The login service does not say which account is yours. Whoever runs the portal has to correct the"
        " settings.",
    },
    "login.provider-away": {
        "nb": "Innloggingstjenesten svarer ikke, så ingen kan logge inn nå. De som er logget inn, merker ingenting. "
        "Prøv igjen om et minutt.",
        "en": "The login service does not answer, so nobody can log in now. Whoever is logged in notices nothing. "
        "Try again in a minute.",
    },
    "login.proxy": {
        "nb": "Denne portalen nås bare gjennom organisasjonens innlogging. Bruk adressen du har fått oppgitt.",
        "en": "This portal is only reached through your organisation's login. Use the address that you were given.",
    },
    "logged-out.there": {
        "nb": "Du er fortsatt logget inn hos innloggingstjenesten, og andre kan komme inn igjen uten passord fra denne "
        "maskinen.",
        "en": "You are still logged in at the login service, and others can get in again without a password from this "
        "machine.",
    },
    "logged-out.leave": {"nb": "Logg ut der også", "en": "Log out there too"},
    "logged-out.proxy": {
        "nb": "Du kom hit gjennom organisasjonens innlogging, og er innlogget igjen så snart du åpner en side. Logg ut "
        "der du logget inn.",
        "en": "You came by your organisation's login, and are logged in again as soon as you open a page. Log out "
        "where you logged in.",
    },
    "account": {"nb": "Min innlogging", "en": "My login"},
    "account.sessions": {"nb": "Her er du logget inn", "en": "Where you are logged in"},
    "account.times": {"nb": "Tidspunkter i norsk tid.", "en": "Times are Norwegian time."},
    "account.way": {"nb": "Måte", "en": "Way"},
    "account.begun": {"nb": "Logget inn", "en": "Logged in"},
    "account.seen": {"nb": "Sist sett", "en": "Last seen"},
    "account.ends": {"nb": "Slutter senest", "en": "Ends at the latest"},
    "account.leave": {"nb": "Logg ut overalt", "en": "Log out everywhere"},
    "account.leave-why": {
        "nb": "Har du glemt å logge ut et sted, eller mistet en maskin? Dette avslutter alle innlogginger, denne også.",
        "en": "Did you forget to log out somewhere, or lose a machine? This ends every login, this one too.",
    },
    "way.oidc": {"nb": "innloggingstjeneste", "en": "login service"},
    "way.proxy": {"nb": "organisasjonens innlogging", "en": "organisation's login"},
    "way.demo": {"nb": "demo", "en": "demo"},
    "logins": {"nb": "Innlogginger", "en": "Logins"},
    "logins.about": {
        "nb": "Hvem som har logget inn, blitt avvist eller logget ut, de nyeste først.",
        "en": "Who logged in, was refused or logged out, the newest first.",
    },
    "logins.none": {"nb": "Ingen innlogginger her.", "en": "No logins here."},
    "logins.at": {"nb": "Tidspunkt", "en": "When"},
    "logins.what": {"nb": "Hva", "en": "What"},
    "logins.show": {"nb": "Vis", "en": "Show"},
    "logins.only": {"nb": "Bare denne kontoen", "en": "Only this account"},
    "logins.older": {"nb": "Eldre", "en": "Older"},
    "logins.unknown": {"nb": "ukjent", "en": "unknown"},
    "logins.what.login": {"nb": "logget inn", "en": "logged in"},
    "logins.what.refused": {"nb": "avvist", "en": "refused"},
    "logins.what.logout": {"nb": "logget ut", "en": "logged out"},
    "logins.what.ended": {"nb": "avsluttet av eieren", "en": "ended by its owner"},
}
