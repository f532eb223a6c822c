"""What an organisation lacks most: the command that adds it, and what each answer means. A pure look at the specs."""

from reconciler.cli.scaffold import Step
from reconciler.mappings.suggest import constants, suggest
from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.schedule import SyncSchedule

NAME = "lower-case letters, digits and hyphens"
REASON = "why, in ten characters or more; shown wherever something is held back"
VALIDATE = Step(("validate",))
ORGANIZATION = Step(
    ("new", "organization", "NAME", "--id", "ID", "--title", "TITLE", "--number", "NUMBER"),
    {
        "NAME": f"{NAME}: the organisation's folder below orgs/",
        "ID": "the organisation's id in the app, such as 5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007",
        "TITLE": "its name for people, in quotes",
        "NUMBER": "its organisasjonsnummer: nine digits",
    },
)


def next_step(specs: OrganizationSpecs, catalog: Catalog) -> Step:
    """The next step for one organisation: integration, mappings, schedule, exclusions, and then the check of all."""
    integrations = specs.of(Integration)
    if not integrations:
        return _integration(specs.name, catalog)
    mapped = {(each.spec.integration, each.spec.category) for each in specs.of(FieldMapping).values()}
    for name, each in integrations.items():
        for export in each.spec.exports:
            if (name, export.category) not in mapped and each.spec.type in catalog.types:
                return mapping_step(specs.name, name, export.category, catalog.types[each.spec.type].spec, catalog)
    scheduled = {each.spec.integration for each in specs.of(SyncSchedule).values()}
    for name in integrations:
        if name not in scheduled:
            words = ("new", "schedule", specs.name, name, "--every", "daily", "--at", "03:30")
            return Step(words, instead=(*words[:5], "weekly", "--on", "mon", *words[6:]))
    return _exclusion(specs, catalog)


def _integration(organization: str, catalog: Catalog) -> Step:
    asked = [f"for {name}: {_settings(each.spec)}" for name, each in sorted(catalog.types.items())]
    return Step(
        tuple(f"new integration {organization} --type TYPE --set SETTING --category CATEGORY --since DAY".split()),
        {
            "TYPE": f"the outside system: {_either(sorted(catalog.types))}",
            "SETTING": "\n".join(asked),
            "CATEGORY": f"what leaves: {_either(sorted(catalog.categories))}; give --category once for each",
            "DAY": "the cut-over day, as YYYY-MM-DD; records from before it are never sent",
        },
    )


def _settings(kind: IntegrationType) -> str:
    found = kind.settings.schema_.get("properties", {})
    wanted = kind.settings.schema_.get("required", [])
    listed = [f"{name}=..., {found.get(name, {}).get('description', '')}".rstrip(", ") for name in wanted]
    return "; ".join(listed) or "none is needed"


def mapping_step(organization: str, integration: str, category: str, kind: IntegrationType, catalog: Catalog) -> Step:
    """`new mapping` for one export, with a word for every constant that only people can know."""
    command = ["new", "mapping", organization, integration, category]
    words: dict[str, str] = {}
    if len(kind.documents) > 1:
        command += ["--document", "DOCUMENT"]
        words["DOCUMENT"] = f"what one record becomes: {_either(list(kind.documents))}"
    document = next(iter(kind.documents.values()))
    if len(kind.documents) == 1 and category in catalog.categories:
        for line, name in constants(suggest(document, catalog.categories[category].spec)):
            word = f"VALUE{len(words) + 1}"
            command += ["--value", f"{line}.{name}={word}"]
            words[word] = (
                f"{document.fields[name].label.en} of the line {line}: {_takes(document.fields[name].max_length)}"
            )
    return Step(tuple(command), words)


def _takes(longest: int | None) -> str:
    known = f"at most {longest} characters, " if longest else ""
    return f"a constant, {known}because no field of the record fits"


def _exclusion(specs: OrganizationSpecs, catalog: Catalog) -> Step:
    """Records first, then features; both may be skipped."""
    excluded = [each.spec for each in specs.of(Exclusion).values()]
    if not any(each.records for each in excluded):
        export = next(iter(specs.of(Integration).values())).spec.exports[0]
        fields = catalog.categories[export.category].spec.fields if export.category in catalog.categories else {}
        closed = [
            f"{name}={_either(each.values)}"
            for name, each in fields.items()
            if each.values and "approved" not in each.values
        ]
        command: tuple[str, ...] = (
            "new",
            "exclusion",
            specs.name,
            "NAME",
            "--category",
            export.category,
            "--record",
            "RECORD",
            "--reason",
            "REASON",
        )
        words = {"NAME": NAME, "RECORD": f"which stay here: FIELD=VALUE, such as {'; '.join(closed)}", "REASON": REASON}
        return Step(command, words, VALIDATE.command)
    if not any(each.features for each in excluded):
        known = sorted(name for each in catalog.features.values() for name in each.spec.features)
        command = ("new", "exclusion", specs.name, "NAME", "--feature", "FEATURE", "--reason", "REASON")
        words = {"NAME": NAME, "FEATURE": f"what another system owns: {_either(known)}", "REASON": REASON}
        return Step(command, words, VALIDATE.command)
    return VALIDATE


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
