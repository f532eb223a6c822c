"""`reconciler import`: what the database holds becomes specs, for starting from a configuration that runs already."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted, format_option, root_option
from reconciler.errors import Blocked, UsageError
from reconciler.settings import Settings

if TYPE_CHECKING:
    from reconciler.plans.resource import Definition, Resource

FLAT = 100
SAID = "# Written by reconciler import from what was applied. Comments, labels and tests are not in the database."


@click.command("import")
@click.argument("organizations", metavar="[ORGANISATION]...", nargs=-1)
@root_option
@format_option
@click.pass_obj
def command(context: Context, organizations: tuple[str, ...], root: Path, form: str) -> int:
    """Write the specs of ORGANISATION (every applied one where left out) from what the database holds.

    A plan of the result shows no changes. Nothing is overwritten: a folder that is there is refused before anything is
    written. Shared documents are written where they differ from the built-in catalogue.
    """
    context.formatted(form)
    files = _together(_files(context.settings, organizations))
    if taken := sorted(path for path in files if (root / path).exists()):
        more = f" and {counted(len(taken) - 1, 'other')}" if len(taken) > 1 else ""
        raise UsageError(
            f"{taken[0]}{more} is there already", "import into an empty folder, and compare: --root FOLDER"
        )
    _refuse_wrong(context.settings, files)
    _write(root, files)
    if context.json:
        context.data({"written": sorted(files), "next": {"command": "reconciler validate", "placeholders": {}}})
        return 0
    for path in sorted(files):
        context.say(f"wrote {path}")
    context.say("next: reconciler validate; then commit, and reconciler plan shows no changes")
    return 0


def _together(written: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The files by path. Raises Blocked where two integrations run with two versions of one shared document."""
    files: dict[str, str] = {}
    for path, text in written:
        if files.setdefault(path, text) != text:
            message = f"{path} was applied in two versions, and a repository holds one"
            raise Blocked(message, "import one organisation at a time, each into a folder of its own")
    return files


def _files(settings: Settings, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(path, text) of every spec. Raises UsageError for an organisation that is not applied."""
    from reconciler.database.applied import AppliedConfiguration
    from reconciler.database.configuration import Configuration
    from reconciler.wiring import database

    tables = database(settings)
    try:
        store = Configuration(tables, settings.installation, settings.environments)
        known, applied, builtin = store.organizations(), AppliedConfiguration(tables), _builtin()
        for name in names or sorted(known):
            if name not in known:
                hint = f"one of {', '.join(sorted(known))}" if known else "nothing is applied here yet: reconciler init"
                raise UsageError(f"the organisation '{name}' is not applied", hint)
            resources = store.observe(known[name]).resources.values()
            yield from _own(name, resources)
            for each in resources:
                if each.kind == "Integration":
                    yield from _shared(applied.applied(name, each.name).definitions.values(), builtin)
    finally:
        tables.close()


def _own(organization: str, resources: "Iterable[Resource]") -> Iterator[tuple[str, str]]:
    from reconciler.plans.restore import path_of, spec_of

    for each in resources:
        path = path_of(organization, each)
        if path is not None:
            yield path, _text(path, each.kind, each.name, spec_of(each))


def _shared(definitions: "Iterable[Definition]", builtin: set[str]) -> Iterator[tuple[str, str]]:
    """What an integration was applied with, where the built-in catalogue says something else."""
    from reconciler.plans.restore import definition_path

    for each in definitions:
        if each.digest not in builtin:
            path = definition_path(each)
            yield path, _text(path, each.kind, each.name, each.body, overrides=True)


def _builtin() -> set[str]:
    """The digests of the built-in catalogue's documents."""
    from reconciler.plans.resource import Definition
    from reconciler.specs.collection import collect
    from reconciler.wiring import catalog

    documents = collect({}, catalog()).catalog.documents.values()
    return {Definition(each.kind, each.name, each.spec.plain()).digest for each in documents}


def _text(path: str, kind: str, name: str, spec: Mapping[str, Any], *, overrides: bool = False) -> str:
    from reconciler.plans.beginning import head
    from reconciler.specs.write import block, flow

    first, *envelope = head(path, kind, name)
    if overrides:
        envelope[2] = f"metadata: {flow({'name': name, 'annotations': {'overrides': 'builtin'}})}"
    return "\n".join([first, SAID, *envelope, *(f"  {line}" for line in block(dict(spec), FLAT))]) + "\n"


def _refuse_wrong(settings: Settings, files: Mapping[str, str]) -> None:
    """Raises Blocked where what is applied could not be written by anybody: another hand was in the database."""
    from reconciler.plans.compile import check
    from reconciler.specs.collection import collect
    from reconciler.specs.diagnostic import errors
    from reconciler.wiring import catalog, clock

    specs = collect({path: text.encode() for path, text in files.items()}, catalog())
    check(specs, clock(settings).now())
    if found := errors(specs.diagnostics):
        message = f"what is applied cannot be written as specs: {found[0]}"
        raise Blocked(message, "reconciler plan, in the repository it came from, shows what another hand changed")


def _write(root: Path, files: Mapping[str, str]) -> None:
    try:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(f"{root} cannot be written: {error.strerror}", "name a folder that you may write") from error
