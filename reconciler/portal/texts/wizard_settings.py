"""What settings of integration types are called, by the name of the setting; one that is not here is called as its
type's schema calls it. A name means the same in every type that has it.
"""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "setting.address": {"nb": "Adresse", "en": "Address"},
    "setting.address.hint": {
        "nb": "Der systemet er, slik leverandøren oppgir det: begynner med https://, og for filer med sftp:// eller"
        " file://.",
        "en": "Where the system is, as its vendor says: it begins with https://, and for files with sftp:// or file://.",
    },
    "setting.company": {"nb": "Firma-ID", "en": "Company id"},
    "setting.company.hint": {
        "nb": "Firmaets id, en UUID med 36 tegn, slik adressen i systemet viser den.",
        "en": "The company's id, a UUID of 36 characters, as the system's address shows it.",
    },
    "setting.cost_center_dimension": {"nb": "Dimensjon for avdeling", "en": "Dimension of the cost centre"},
    "setting.cost_center_dimension.hint": {
        "nb": "Dimensjonskoden som avdelinger er verdier av, for eksempel AVDELING.",
        "en": "The code of the dimension that cost centres are values of, such as AVDELING.",
    },
    "setting.customer": {"nb": "Kundenavn", "en": "Customer's name"},
    "setting.customer.hint": {
        "nb": "Det organisasjonen heter hos leverandøren: små bokstaver, tall og bindestrek.",
        "en": "What the organisation is called at the vendor: lower-case letters, digits and hyphens.",
    },
    "setting.entity": {"nb": "Selskapsnummer", "en": "Entity's number"},
    "setting.entity.hint": {
        "nb": "Nummeret på selskapet det bokføres i, bare sifre, for eksempel 31007.",
        "en": "The number of the entity that is posted to, digits only, such as 31007.",
    },
    "setting.environment_name": {"nb": "Miljøets navn", "en": "The environment's name"},
    "setting.environment_name.hint": {
        "nb": "Hva miljøet heter der, for eksempel Production.",
        "en": "What the environment is called there, such as Production.",
    },
    "setting.host_key": {"nb": "Tjenerens fingeravtrykk", "en": "The server's fingerprint"},
    "setting.host_key.hint": {
        "nb": "Fingeravtrykket av tjenerens nøkkel, SHA256: og 43 tegn. Be den som driver tjeneren, om det.",
        "en": "The fingerprint of the server's key, SHA256: and 43 characters. Ask whoever keeps the server.",
    },
    "setting.journal": {"nb": "Kladd-ID", "en": "Journal's id"},
    "setting.journal.hint": {
        "nb": "Id-en til en kladd som ingen andre skriver i, en UUID med 36 tegn.",
        "en": "The id of a journal that nobody else writes to, a UUID of 36 characters.",
    },
    "setting.key": {"nb": "Nøkkelkolonne", "en": "Key column"},
    "setting.key.hint": {
        "nb": "Kolonnen i den alternative nøkkelen, for eksempel xx_reference. Nøkkelen må være aktiv.",
        "en": "The column of the alternate key, such as xx_reference. The key has to be active.",
    },
    "setting.project_dimension": {"nb": "Dimensjon for prosjekt", "en": "Dimension of the project"},
    "setting.project_dimension.hint": {
        "nb": "Dimensjonskoden som prosjekter er verdier av, for eksempel PROSJEKT.",
        "en": "The code of the dimension that projects are values of, such as PROSJEKT.",
    },
    "setting.room": {"nb": "Rom", "en": "Room"},
    "setting.room.hint": {
        "nb": "Rommet som tar imot postene: små bokstaver, tall og bindestrek.",
        "en": "The room that takes the records: lower-case letters, digits and hyphens.",
    },
    "setting.system": {"nb": "Navn på mottakeren", "en": "The receiver's name"},
    "setting.system.hint": {
        "nb": "Et navn på systemet som tar imot, for eksempel medlemmer. Det beholdes når adressen endres.",
        "en": "A name for the receiving system, such as members. It is kept when the address changes.",
    },
    "setting.table": {"nb": "Tabell", "en": "Table"},
    "setting.table.hint": {
        "nb": "Tabellens navn i flertall, for eksempel xx_expenseclaims.",
        "en": "The table's plural name, such as xx_expenseclaims.",
    },
    "setting.tenant": {"nb": "Katalog-ID (tenant)", "en": "Directory (tenant) id"},
    "setting.tenant.hint": {
        "nb": "Organisasjonens katalog i Entra, en UUID med 36 tegn.",
        "en": "The organisation's directory in Entra, a UUID of 36 characters.",
    },
    "setting.user": {"nb": "Brukernavn", "en": "User name"},
    "setting.user.hint": {"nb": "Hvem vi er der.", "en": "Who we are there."},
}
