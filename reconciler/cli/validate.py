"""`reconciler validate`: everything that can be known from the text."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, counted, root_option
from reconciler.specs.diagnostic import Diagnostic, errors

if TYPE_CHECKING:
    from reconciler.engine.validation import Validated
    from reconciler.git.sources import CommitTree, WorkingTree
    from reconciler.specs.collection import Specs

FORMATS = ("text", "json", "github")


@click.command("validate")
@root_option
@click.option("--revision", help="A commit instead of the working tree.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="`github` prints annotations.")
@click.option("--no-cache", is_flag=True, help="Read every file again, and remember nothing.")
@click.pass_obj
def command(context: Context, root: Path, revision: str | None, form: str, *, no_cache: bool) -> int:
    """Check the specs of the working tree: names, types, mappings and the tests inside them, schedules.

    Exit code 0 where everything is fine (warnings are), 1 where anything is wrong.
    """
    outcome = validated(context, root, revision, cache=not no_cache)
    found = outcome.diagnostics
    if form == "json":
        context.data({"valid": not errors(found), "diagnostics": [_data(each) for each in found]})
    else:
        for each in found:
            context.say(_annotation(each) if form == "github" else str(each), _style(each) if form == "text" else "")
        context.say(_summary(outcome))
    return 1 if errors(found) else 0


def validated(context: Context, root: Path, revision: str | None, *, cache: bool = True) -> "Validated":
    """The findings of the working tree, or of a commit."""
    from reconciler.engine.validation import NoMemory, Rules, validate
    from reconciler.git.memory import ValidationFile
    from reconciler.wiring import catalog, clock

    kept = ValidationFile(context.settings.validations, root, "commits" if revision else "working tree")
    memory = kept if cache else NoMemory()
    now, allowed = clock(context.settings).now(), context.settings.endpoints
    return validate(_source(root, revision), Rules(catalog(), now, allowed), memory)


def read(context: Context, root: Path, revision: str | None) -> "Specs":
    """The checked specs of the working tree, or of a commit."""
    from reconciler.engine.reconcile import read_specs
    from reconciler.wiring import catalog, clock

    return read_specs(_source(root, revision), catalog(), clock(context.settings).now(), context.settings.endpoints)


def _source(root: Path, revision: str | None) -> "CommitTree | WorkingTree":
    from reconciler.git.sources import CommitTree, WorkingTree

    return CommitTree(root, revision) if revision else WorkingTree(root)


def _summary(outcome: "Validated") -> str:
    wrong = errors(outcome.diagnostics)
    warnings = sum(each.severity == "warning" for each in outcome.diagnostics)
    scope = f"{counted(outcome.documents, 'document')} of {counted(outcome.organizations, 'organisation')}"
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
