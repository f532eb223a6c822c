"""`reconciler validate`: everything that can be known from the text."""

from pathlib import Path

import click

from reconciler.cli.context import Context, counted, root_option
from reconciler.specs.collection import Specs
from reconciler.specs.diagnostic import Diagnostic, errors

FORMATS = ("text", "json", "github")


@click.command("validate")
@root_option
@click.option("--revision", help="A commit instead of the working tree.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="`github` prints annotations.")
@click.pass_obj
def command(context: Context, root: Path, revision: str | None, form: str) -> int:
    """Check the specs of the working tree: names, types, mappings and the tests inside them, schedules.

    Exit code 0 where everything is fine (warnings are), 1 where anything is wrong.
    """
    specs = read(context, root, revision)
    found = specs.diagnostics
    if form == "json":
        context.data({"valid": not errors(found), "diagnostics": [_data(each) for each in found]})
    else:
        for each in found:
            context.say(_annotation(each) if form == "github" else str(each), _style(each) if form == "text" else "")
        context.say(_summary(specs, found))
    return 1 if errors(found) else 0


def read(context: Context, root: Path, revision: str | None) -> Specs:
    """The checked specs of the working tree, or of a commit."""
    from reconciler.engine.reconcile import read_specs
    from reconciler.git.sources import CommitTree, WorkingTree
    from reconciler.wiring import catalog, clock

    source = CommitTree(root, revision) if revision else WorkingTree(root)
    return read_specs(source, catalog(), clock(context.settings).now(), context.settings.endpoints)


def _summary(specs: Specs, found: list[Diagnostic]) -> str:
    wrong = errors(found)
    warnings = sum(each.severity == "warning" for each in found)
    documents = sum(len(each.documents) for each in specs.organizations.values()) + len(specs.catalog.documents)
    scope = f"{counted(documents, 'document')} of {counted(len(specs.organizations), 'organisation')}"
    if wrong:
        return f"{counted(len(wrong), 'error')} and {counted(warnings, 'warning')} in {scope}"
    return f"{scope}: valid" + (f", {counted(warnings, 'warning')}" if warnings else "")


def _style(found: Diagnostic) -> str:
    return {"error": "red", "warning": "yellow"}.get(found.severity, "")


def _annotation(found: Diagnostic) -> str:
    place = f"file={found.origin.file},line={found.origin.line},col={found.origin.column}"
    text = f"{found.message} {found.hint}".strip().replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    level = "notice" if found.severity == "info" else found.severity  # GitHub's word for it
    return f"::{level} {place},title={found.id}::{text}"


def _data(found: Diagnostic) -> dict[str, object]:
    return {
        "id": found.id,
        "severity": found.severity,
        "organization": found.organization,
        "file": found.origin.file,
        "line": found.origin.line,
        "column": found.origin.column,
        "message": found.message,
        "hint": found.hint,
    }
