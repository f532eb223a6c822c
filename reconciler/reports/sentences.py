"""What a report says in its own words, in the organisation's language: why an activity does not count, and findings.

A finding has a message and a hint. In braces stand numbers and bounded words of the app, never a person.
"""

from collections.abc import Mapping
from typing import Literal

from reconciler.reports.document import Finding

Language = Literal["nb", "en"]

REASONS: Mapping[str, Mapping[Language, str]] = {
    "unmapped": {"nb": "Aktivitetstypen er ikke knyttet til reglene", "en": "The type of activity is not mapped"},
    "missing": {"nb": "Opplysninger mangler", "en": "Something is not filled in"},
    "no-rules": {"nb": "Ingen regler gjaldt den dagen", "en": "No rules were in force on that day"},
    "kind": {"nb": "Denne typen teller ikke", "en": "This kind does not count"},
    "abroad": {"nb": "Ikke i Norge", "en": "Not in Norway"},
    "not-approved": {"nb": "Likepersonen var ikke godkjent i grunnlagsåret", "en": "Not led by an approved peer"},
    "digital": {"nb": "Digitalt møte", "en": "A meeting on a screen"},
    "minutes": {"nb": "Kortere enn {least} minutter", "en": "Shorter than {least} minutes"},
    "minutes-per-day": {"nb": "Under {least} minutter per dag", "en": "Under {least} minutes a day"},
    "participants": {"nb": "Færre enn {least} deltakere", "en": "Fewer than {least} participants"},
    "no-new": {"nb": "Ingen nye deltakere samme dag", "en": "Nobody new on the same day"},
}
UNCLEAR: Mapping[Language, str] = {"nb": "Digitalt møte: regelen er uklar", "en": "On a screen: the rule is unclear"}
NOWHERE: Mapping[Language, str] = {"nb": "Uten fylke", "en": "Without a county"}
AGELESS: Mapping[Language, str] = {"nb": "Ukjent alder", "en": "Age unknown"}
HIDDEN: Mapping[Language, str] = {"nb": "Vises ikke: færre enn {below}", "en": "Not shown: fewer than {below}"}
CELL: Mapping[Language, str] = {"nb": "vises ikke", "en": "not shown"}
WHY: Mapping[Language, str] = {"nb": "Årsak til rettelsen", "en": "Reason for the correction"}
CHANGED: Mapping[Language, Mapping[str, str]] = {
    "nb": {
        "figure": "{label}: {before} er rettet til {after}",
        "added": "{sheet}: ny rad {key}",
        "removed": "{sheet}: rad {key} er borte",
        "changed": "{sheet}: rad {key} er endret",
        "head": "{label}: «{before}» er rettet til «{after}»",
    },
    "en": {
        "figure": "{label}: {before} became {after}",
        "added": "{sheet}: row {key} is new",
        "removed": "{sheet}: row {key} is gone",
        "changed": "{sheet}: row {key} differs",
        "head": "{label}: '{before}' became '{after}'",
    },
}
FINDINGS: Mapping[str, Mapping[Language, tuple[str, str]]] = {
    "unmapped-type": {
        "nb": (
            "Aktivitetstypen «{value}» er ikke knyttet til reglene: {count} aktiviteter",
            "Legg den til under activity_types",
        ),
        "en": ("The activity type '{value}' is not mapped: {count} activities", "Add it below activity_types"),
    },
    "value-unknown": {
        "nb": ("{column} har verdien «{value}», som rapporten ikke kjenner: {count} ganger", "Legg den til i lookup"),
        "en": ("{column} has the value '{value}', which the report does not know: {count} times", "Add it to lookup"),
    },
    "rules-missing": {
        "nb": ("Ingen regler gjaldt {day}: {count} aktiviteter", "Legg til en versjon av reglene"),
        "en": ("No rules were in force on {day}: {count} activities", "Add a version of the rules"),
    },
    "county-invalid": {
        "nb": ("Fylkesnummer «{value}» er ikke gyldig {day}: {count} {what}", "Rett fylket i appen"),
        "en": ("The county number '{value}' is not valid on {day}: {count} {what}", "Mend the county in the app"),
    },
    "county-missing": {
        "nb": ("{count} medlemmer har ikke noe fylke; de står på egen linje", "Fyll inn fylket i appen"),
        "en": ("{count} members have no county; they have a line of their own", "Fill in the county in the app"),
    },
    "county-sum": {
        "nb": ("Fylkene har {found} medlemmer til sammen, og organisasjonen har {count}", "Rett fylkene i appen"),
        "en": ("The counties have {found} members together, and the organisation {count}", "Mend the counties"),
    },
    "age-sum": {
        "nb": ("Aldersgruppene har {found} medlemmer til sammen, og organisasjonen har {count}", "Rett aldersgruppene"),
        "en": ("The age bands have {found} members together, and the organisation {count}", "Mend the age bands"),
    },
    "age-missing": {
        "nb": ("{count} medlemmer har ingen kjent alder; de står på egen linje", "Fyll inn fødselsdatoen i appen"),
        "en": ("{count} members are of unknown age; they have a line of their own", "Fill in the day of birth"),
    },
    "age-impossible": {
        "nb": ("{count} medlemmer er født etter {day} eller er over 120 år", "Rett fødselsdatoen i appen"),
        "en": ("{count} members were born after {day}, or are older than 120", "Mend the day of birth in the app"),
    },
    "branch-unknown": {
        "nb": ("{count} medlemmer hører til et lokallag som ikke er aktivt {day}", "Rett lokallaget i appen"),
        "en": ("{count} members belong to a branch that is not active on {day}", "Mend the branch in the app"),
    },
    "participants-unnamed": {
        "nb": (
            "{count} tellende aktiviteter har færre registrerte deltakere enn antallet; unike kan være for få",
            "Registrer deltakerne i appen",
        ),
        "en": (
            "{count} counting activities list fewer participants than their number says; unique ones may be too few",
            "Register the participants in the app",
        ),
    },
    "value-missing": {
        "nb": ("{count} aktiviteter mangler {column} og teller ikke", "Fyll det inn i appen"),
        "en": ("{count} activities have no {column}, and do not count", "Fill it in in the app"),
    },
    "digital-unclear": {
        "nb": ("{count} digitale aktiviteter: regelen i versjon {version} er uklar. {note}", "Spør tilskuddsgiveren"),
        "en": ("{count} digital activities: the rule of {version} is unclear. {note}", "Ask whoever gives the grant"),
    },
    "rules-unclear": {
        "nb": ("Regelversjon {version} er uklar. {note}", "Spør tilskuddsgiveren"),
        "en": ("The rules of {version} are unclear. {note}", "Ask whoever gives the grant"),
    },
    "day-unclear": {
        "nb": ("Medlemmer, lokallag og alder er talt {day}: {note}", "Spør tilskuddsgiveren"),
        "en": ("Members, branches and ages are those of {day}: {note}", "Ask whoever gives the grant"),
    },
    "suppressed": {
        "nb": ("{count} tall under {below} vises ikke, for personvernets skyld", "Ingen tiltak er nødvendig"),
        "en": ("{count} numbers below {below} are not shown, to protect people", "Nothing has to be done"),
    },
    "year-unfinished": {
        "nb": ("Grunnlagsåret {year} er ikke over", "Frys rapporten når året er over"),
        "en": ("The year {year} is not over", "Freeze the report once it is"),
    },
    "deadline-passed": {
        "nb": ("Fristen {day} er ute, for {count} dager siden", "Lever rapporten"),
        "en": ("The deadline {day} passed {count} days ago", "Hand the report over"),
    },
    "deadline-near": {
        "nb": ("Fristen er {day}, om {count} dager", "Frys og lever rapporten"),
        "en": ("The deadline is {day}, in {count} days", "Freeze the report, and hand it over"),
    },
    "frozen-already": {
        "nb": (
            "Rapporten for {year} er frosset som versjon {version}, med {count} forskjeller fra dagens data",
            "Se forskjellene med report compare; en rettelse fryses med --correction",
        ),
        "en": (
            "The report on {year} is frozen as version {version}, with {count} differences from today's data",
            "See them with report compare; a correction is frozen with --correction",
        ),
    },
    "nothing-counted": {
        "nb": ("Det finnes ingen {what} i {year}", "Se at kategorien er riktig"),
        "en": ("There are no {what} in {year}", "See that the category is right"),
    },
}  # fmt: skip
WHAT: Mapping[str, Mapping[Language, str]] = {
    "members": {"nb": "medlemmer", "en": "members"},
    "branches": {"nb": "lokallag", "en": "local branches"},
    "activities": {"nb": "aktiviteter", "en": "activities"},
}
SEVERITIES: Mapping[str, Mapping[Language, str]] = {
    "error": {"nb": "Feil", "en": "Error"},
    "warning": {"nb": "Advarsel", "en": "Warning"},
}
ERRORS = frozenset(
    {"unmapped-type", "value-unknown", "rules-missing", "county-invalid", "county-sum", "age-sum", "age-impossible"}
    | {"year-unfinished"}
)
"""Findings that no report may be frozen with."""
LONGEST = 60


def finding(code: str, language: Language, **said: object) -> Finding:
    """A finding of the catalogue, with what it is about."""
    message, hint = FINDINGS[code][language]
    words = {name: clean(each) for name, each in said.items()}
    return Finding("error" if code in ERRORS else "warning", code, message.format(**words).strip(), hint)


def clean(value: object) -> str:
    """A word of the app or of the rules, fit for a sentence: bounded, on one line, without control signs."""
    text = " ".join("".join(each if each.isprintable() else " " for each in str(value)).split())
    return text if len(text) <= LONGEST * 5 else f"{text[: LONGEST * 5]}…"


def reason(code: str, language: Language, least: int = 0) -> str:
    """Why an activity does not count."""
    return REASONS[code][language].format(least=least)
