"""`reconciler validate`: everything that can be known from the text."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, counted, root_option
from reconciler.cli.findings import LINES, dumped, plain, sarif
from reconciler.errors import UsageError
from reconciler.specs.diagnostic import Diagnostic, errors

if TYPE_CHECKING:
    from reconciler.engine.validation import Validated
    from reconciler.git.sources import CommitTree, WorkingTree
    from reconciler.specs.collection import Specs

FORMATS = ("text", "json", "github", "sarif")


@click.command("validate")
@root_option
@click.option("--revision", help="A commit instead of the working tree.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, and print what changed.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="`github`: annotations.")
@click.option("--no-cache", is_flag=True, help="Read every file again, and remember nothing.")
@click.pass_obj
def command(context: Context, root: Path, revision: str | None, form: str, *, watch: bool, no_cache: bool) -> int:
    """Check the specs of the working tree: names, types, mappings and the tests inside them, schedules.

    Exit code 0 where everything is fine (warnings are), 1 where anything is wrong. `--watch` ends with Ctrl-C.
    """
    if watch:
        if revision or form == "sarif":
            raise UsageError("--watch looks at the working tree, as text, json or github", "leave out the other option")
        return _watch(context, root, form)
    outcome = validated(context, root, revision, cache=not no_cache)
    _show(context, outcome, form)
    return 1 if errors(outcome.diagnostics) else 0


def _show(context: Context, outcome: "Validated", form: str) -> None:
    found = outcome.diagnostics
    if form == "json":
        context.data({"valid": not errors(found), "diagnostics": [plain(each) for each in found]})
    elif form == "sarif":
        context.data(sarif(found))
    else:
        for each in found:
            context.say(LINES[form](each), _style(each) if form == "text" else "")
        context.say(_summary(outcome))


def _watch(context: Context, root: Path, form: str) -> int:
    """Print everything once, then only what came and went, until Ctrl-C. The exit code is that of the last look."""
    from reconciler.cli.watching import changes, look

    seen = look(root)
    outcome = validated(context, root, None)
    _show(context, outcome, form)
    known = outcome.diagnostics
    try:
        for _ in changes(root, seen):
            try:
                outcome = validated(context, root, None)
            except UsageError as error:  # a file came or went while it was read: the next look tells
                context.say(f"error: {error.message}", "red")
                continue
            before, known = known, outcome.diagnostics  # first: an interrupt may come while it is printed
            _changed(context, before, outcome, form)
    except KeyboardInterrupt:
        context.say()
    return 1 if errors(known) else 0


def _changed(context: Context, known: list[Diagnostic], outcome: "Validated", form: str) -> None:
    """What was mended and what is new. Findings that only moved to another line are neither."""
    found = outcome.diagnostics
    gone, new = _without(known, found), _without(found, known)
    if form == "json":
        mended = [plain(each) for each in gone]
        context.say(dumped({"valid": not errors(found), "mended": mended, "new": [plain(each) for each in new]}))
        return
    for each in gone if form == "text" else []:
        context.say(f"mended: {each}", "green")
    for each in new:
        context.say(LINES[form](each), _style(each) if form == "text" else "")
    context.say(_summary(outcome))


def _without(those: list[Diagnostic], others: list[Diagnostic]) -> list[Diagnostic]:
    left = Counter(_about(each) for each in others)
    kept = []
    for each in those:
        if left[_about(each)] > 0:
            left[_about(each)] -= 1
        else:
            kept.append(each)
    return kept


def _about(found: Diagnostic) -> tuple[str, str, str]:
    """A finding without its line."""
    return found.id, found.origin.file, found.message


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
