"""What is said where somebody mends the mapping from a document that was refused."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "fix": {"nb": "Rett i feltoppsettet: bilag {number}", "en": "Mend the mapping: document {number}"},
    "fix.link": {"nb": "Rett i feltoppsettet", "en": "Mend the mapping"},
    "fix.refused": {"nb": "Hvorfor det ble avvist", "en": "Why it was refused"},
    "fix.mapping": {"nb": "Feltoppsett", "en": "Mapping"},
    "fix.line": {"nb": "Linjen det gjelder", "en": "The line that it is about"},
    "fix.missing": {
        "nb": "Oppslagstabellen {table} mangler denne linjen. Skriv hva som skal sendes.",
        "en": "The lookup {table} lacks this line. Write what is to be sent.",
    },
    "fix.wrong": {
        "nb": "Oppslagstabellen {table} gir en verdi som ikke blir godtatt. Skriv en annen.",
        "en": "The lookup {table} gives a value that is not accepted. Write another one.",
    },
    "fix.key": {"nb": "I appen står", "en": "The app says"},
    "fix.value": {"nb": "Send som {field}", "en": "Send as {field}"},
    "fix.goes": {"nb": "Sendes som", "en": "Is sent as"},
    "fix.make": {"nb": "Lag et utkast med denne linjen", "en": "Make a draft with this line"},
    "fix.hint": {
        "nb": "Ingenting endres før utkastet er foreslått, og godkjent der det trengs.",
        "en": "Nothing changes before the draft is proposed, and approved where that is needed.",
    },
    "fix.entries": {"nb": "Hele tabellen {table}", "en": "The whole lookup {table}"},
    "fix.no-lookup.rule": {
        "nb": "Ingen oppslagstabell er årsaken: verdien kommer fra regelen selv (felt i appen: {source}). Rett posten i"
        " appen, eller endre regelen i feltoppsettet.",
        "en": "No lookup is at fault: the value comes from the rule itself (field of the app: {source}). Correct the"
        " record in the app, or change the rule in the mapping.",
    },
    "fix.no-lookup.nothing": {
        "nb": "Feltoppsettet har ingen regel for dette feltet nå. Se på hele feltoppsettet.",
        "en": "The mapping has no rule for this field now. Look at the whole mapping.",
    },
    "fix.editor": {"nb": "Åpne feltoppsettet på denne linjen", "en": "Open the mapping at this line"},
    "fix.freed": {"nb": "Hva det vil slippe gjennom", "en": "What it would let through"},
    "fix.count": {
        "nb": "Ett bilag er avvist av denne grunnen.|{count} bilag er avvist av denne grunnen.",
        "en": "One document was refused for this.|{count} documents were refused for this.",
    },
    "fix.at-least": {
        "nb": "Minst ett bilag er avvist av denne grunnen.|Minst {count} bilag er avvist av denne grunnen.",
        "en": "At least one document was refused for this.|At least {count} documents were refused for this.",
    },
    "fix.number": {"nb": "Bilag {number}", "en": "Document {number}"},
    "fix.first": {"nb": "De første {count} vises.", "en": "The first {count} are shown."},
    "fix.draft": {"nb": "{table}: linje for {entry}", "en": "{table}: a line for {entry}"},
    "fix.begun": {
        "nb": "Utkastet har linjen for «{entry}». Se over, og foreslå det.",
        "en": "The draft has the line for “{entry}”. Look at it, and propose it.",
    },
}
